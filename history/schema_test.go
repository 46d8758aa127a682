package history_test

import (
	"database/sql/driver"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"modernc.org/sqlite"

	"iqscope/history"
)

// TestFromEachEarlierVersion takes a file with entries from every version to the last one: those that
// there were, and two that there may be.
func TestFromEachEarlierVersion(t *testing.T) {
	last := history.MoreSteps(history.Options{}, laterSteps...)
	for _, row := range []struct {
		name string
		o    history.Options
	}{
		{"this one", history.Options{}},
		{"the next one", history.MoreSteps(history.Options{}, laterSteps[:1]...)},
		{"the last one", last},
	} {
		t.Run(row.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "history", "history.db")
			made(t, file, row.o)
			h := openedAt(t, file, last)
			if s := h.Status(); s.Beside != nil {
				t.Fatalf("another file is used: %v", s.Beside)
			}
			kept(t, h, asked(t, 21))
			p, err := h.Search(t.Context(), history.Query{Words: "disco"})
			if err != nil || len(p.Entries) != 21 {
				t.Fatalf("%d entries are there, %v", len(p.Entries), err)
			}
			for _, e := range p.Entries {
				whole(t, e)
			}
			var version, application int
			db := rawly(t, file)
			if err := db.QueryRow("PRAGMA user_version").Scan(&version); err != nil || version != history.Steps()+2 {
				t.Errorf("its version is %d, %v", version, err)
			}
			if err := db.QueryRow("PRAGMA application_id").Scan(&application); err != nil || application != 0x69715363 {
				t.Errorf("its application is %x, %v", application, err)
			}
		})
	}
}

func TestAStepThatFailsLeavesWhatWas(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history", "history.db")
	made(t, file, history.Options{})
	h := history.New(file, then(history.MoreSteps(history.Options{}, "CREATE TABLE new(x) STRICT; INSERT INTO nowhere VALUES(1)")))
	if err := h.Open(t.Context()); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("Open says %v", err)
	}
	closed(t, h)
	h = openedAt(t, file, history.Options{})
	if s := h.Status(); s.Beside != nil {
		t.Errorf("the version before cannot use it any more: %v", s.Beside)
	}
	if ids := found(t, h, history.Query{Limit: 1}); !cmp.Equal(ids, []int64{20}) {
		t.Errorf("the newest entry is %v", ids)
	}
}

func TestAFileSaysHowItIsKept(t *testing.T) {
	h := opened(t, history.Options{})
	kept(t, h, asked(t, 1))
	for name, want := range map[string]string{"journal_mode": "wal", "auto_vacuum": "2"} {
		var is string
		if err := rawly(t, h.Status().Path).QueryRow("PRAGMA " + name).Scan(&is); err != nil || is != want {
			t.Errorf("%s is %s, %v", name, is, err)
		}
	}
	var loose int
	if err := rawly(t, h.Status().Path).QueryRow(`SELECT count(*) FROM pragma_table_list
		WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'`).Scan(&loose); err != nil || loose != 0 {
		t.Errorf("%d tables take values of any type, %v", loose, err)
	}
}

// What is summed up is what is there.
func sums(t *testing.T, path string) {
	t.Helper()
	var noted, is int64
	if err := rawly(t, path).QueryRow(`SELECT (SELECT bytes FROM total), (SELECT coalesce(sum(octet_length(request) +
		coalesce(octet_length(reply), 0) + coalesce(octet_length(late), 0)), 0) FROM exchanges WHERE pinned = 0)`).Scan(&noted, &is); err != nil || noted != is {
		t.Errorf("%d bytes are noted, %d are there; %v", noted, is, err)
	}
	var odd int
	if err := rawly(t, path).QueryRow(`SELECT count(*) FROM exchanges e LEFT JOIN hours h ON h.hour = e.ended / 3600000000
		WHERE h.low IS NULL OR e.id < h.low OR e.id > h.high`).Scan(&odd); err != nil || odd != 0 {
		t.Errorf("%d entries are outside of their hour, %v", odd, err)
	}
	var words, rows int
	if err := rawly(t, path).QueryRow(`SELECT (SELECT count(*) FROM words_docsize), (SELECT count(*) FROM exchanges)`).Scan(&words, &rows); err != nil || words != rows {
		t.Errorf("%d entries have words, %d are there; %v", words, rows, err)
	}
}

// What has been committed survives a loss of power, too, and nothing that a file says of itself is
// trusted: it is in how each connection is made.
func TestConnectionsAreCareful(t *testing.T) {
	var mu sync.Mutex
	var all []string
	h := opened(t, history.Through(history.Options{}, func(dsn string) (driver.Connector, error) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, dsn)
		return sqlite.NewConnector(dsn)
	}))
	kept(t, h, asked(t, 1))
	found(t, h, history.Query{})
	mu.Lock()
	defer mu.Unlock()
	for _, dsn := range all {
		for _, want := range []string{"_defensive=1", "trusted_schema(off)", "cell_size_check(on)", "busy_timeout("} {
			if !strings.Contains(dsn, want) {
				t.Errorf("%s lacks %s", dsn, want)
			}
		}
		if strings.Contains(dsn, "journal_mode") != strings.Contains(dsn, "_synchronous=FULL") ||
			strings.Contains(dsn, "journal_mode") == strings.Contains(dsn, "query_only=1") {
			t.Errorf("%s may lose what it has committed, or writes without need", dsn)
		}
	}
	if len(all) != 2 {
		t.Errorf("%d ways to connect are tried: %q", len(all), all)
	}
}
