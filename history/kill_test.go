package history_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"iqscope/history"
)

// kills is how often the writer is killed. The long run:
//
//	go test ./history -run TestKill -kills 10000 -timeout 4h
var kills = flag.Int("kills", 30, "how often TestKill kills the process that writes")

// several is how many entries each process of TestSeveralWrite writes.
var several = flag.Int("several", 2000, "how many entries each of four processes writes in TestSeveralWrite")

// helperVariable says that the test's binary is to write entries instead of testing.
const helperVariable = "IQSCOPE_HISTORY_HELPER"

// laterSteps are those of a program that is two versions later.
var laterSteps = []string{
	"ALTER TABLE exchanges ADD COLUMN colour TEXT; UPDATE exchanges SET colour = 'red' || note",
	"CREATE TABLE moods(id INTEGER PRIMARY KEY, mood TEXT) STRICT; INSERT INTO moods SELECT id, colour FROM exchanges",
}

// life is what a helper does.
type life struct {
	path  string
	first uint64 // serial of its first entry
	count uint64 // entries; 0 for no end
	later bool   // it is two versions later
	bytes int64  // what is kept, at most; 0 for no limit
}

func (l life) String() string {
	return fmt.Sprintf("%d %d %v %d %s", l.first, l.count, l.later, l.bytes, l.path)
}

// help writes entries and says of each that is committed so, at once.
func help(text string) {
	var l life
	if _, err := fmt.Sscanf(text, "%d %d %v %d %s", &l.first, &l.count, &l.later, &l.bytes, &l.path); err != nil {
		panic(err)
	}
	t := new(helperT)
	o := history.Options{Limits: history.Limits{Age: -1, Bytes: -1}}
	if l.bytes > 0 {
		o.Limits.Bytes = l.bytes
	}
	if l.later {
		o = history.MoreSteps(o, laterSteps...)
	}
	o.Kept = func(ids []int64) {
		var b bytes.Buffer
		for _, id := range ids {
			fmt.Fprintf(&b, "%d\n", id)
		}
		os.Stdout.Write(b.Bytes())
	}
	h := history.New(l.path, then(o))
	if err := h.Open(context.Background()); err != nil && !errors.Is(err, history.ErrBusy) { // then it is tried again
		panic(err)
	}
	for n := uint64(0); l.count == 0 || n < l.count; n++ {
		h.Keep(asked(t, l.first+n), juliet)
		if n%50 == 49 || rand.IntN(20) == 0 {
			h.Flush(context.Background())
		}
	}
	if err := h.Close(context.Background()); err != nil {
		panic(err)
	}
}

// helperT fails a helper's process.
type helperT struct{ testing.TB }

func (*helperT) Helper()           {}
func (*helperT) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

// helper is the process of a life; its output is read to the end.
func helper(t *testing.T, l life) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), helperVariable+"="+l.String())
	cmd.Stderr = os.Stderr
	return cmd
}

// acknowledged are the numbers in a helper's output; what was cut by its end is none.
func acknowledged(out []byte) (ids []int64) {
	out = out[:bytes.LastIndexByte(out, '\n')+1]
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		id, err := strconv.ParseInt(s.Text(), 10, 64)
		if err != nil {
			continue
		}
		ids = append(ids, id)
	}
	return ids
}

// TestKill is fault 28: whatever was said to be kept is there, and whole, after the process was
// killed at any moment, also while it opens, migrates or prunes.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	var l life
	var acked []int64
	total, lives := 0, 0
	for round := range *kills {
		if round%10 == 0 {
			l = life{path: filepath.Join(t.TempDir(), "history", "history.db"), first: 1}
			acked = nil
		}
		if l.later = round%10 >= 5; round%3 == 2 {
			l.bytes = 20_000
		} else {
			l.bytes = 0
		}
		cmd := helper(t, l)
		out := firstWord{begun: make(chan struct{})}
		cmd.Stdout = &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if round%2 == 0 { // while it writes, or else while it opens
			select {
			case <-out.begun:
			case <-time.After(time.Minute):
				t.Errorf("round %d: nothing is written", round)
			}
		}
		time.Sleep(time.Duration(rand.Int64N(int64(60 * time.Millisecond))))
		cmd.Process.Kill()
		if err := cmd.Wait(); err != nil && !strings.Contains(err.Error(), "killed") {
			t.Fatalf("round %d: the helper ended by itself: %v", round, err)
		}
		ids := acknowledged(out.said.Bytes())
		if total += len(ids); len(ids) > 0 {
			lives++
		}
		acked = append(acked, ids...)
		l.first += uint64(1e5)
		afterKill(t, round, l, acked)
		if t.Failed() {
			return
		}
	}
	t.Logf("%d kills, %d of them after the first entry; %d acknowledged entries, none lost", *kills, lives, total)
}

// firstWord is what a helper has said, and that it has said something.
type firstWord struct {
	said  bytes.Buffer
	begun chan struct{}
	once  sync.Once
}

func (w *firstWord) Write(p []byte) (int, error) {
	w.once.Do(func() { close(w.begun) })
	return w.said.Write(p)
}

// afterKill opens the file again.
func afterKill(t *testing.T, round int, l life, acked []int64) {
	t.Helper()
	o := history.Options{Limits: history.Limits{Age: -1, Bytes: -1}}
	if l.later {
		o = history.MoreSteps(o, laterSteps...)
	}
	h := history.New(l.path, then(o))
	if err := h.Open(t.Context()); err != nil {
		t.Fatalf("round %d: it cannot be opened again: %v", round, err)
	}
	defer closed(t, h)
	if s := h.Status(); s.Beside != nil || s.Err != nil {
		t.Errorf("round %d: the next start is not clean: %+v", round, s)
	}
	there := map[int64]history.Entry{}
	oldest := int64(1 << 62)
	for q := (history.Query{Limit: 1000}); ; {
		p, err := h.Search(t.Context(), q)
		if err != nil {
			t.Fatalf("round %d: it cannot be read: %v", round, err)
		}
		for _, e := range p.Entries {
			there[e.ID] = e
			oldest = min(oldest, e.ID)
		}
		if q.Before = p.Next; p.Next == 0 {
			break
		}
	}
	for _, id := range acked {
		if e, ok := there[id]; !ok && id > oldest {
			t.Errorf("round %d: entry %d was acknowledged, and is lost", round, id)
		} else if ok {
			whole(t, e)
		}
	}
	intact(t, h.Status().Path)
}

// whole says that an entry is the one that asked makes.
func whole(t *testing.T, e history.Entry) {
	t.Helper()
	if x := asked(t, e.Serial); e.Damaged != "" || e.Stanza.XML() != x.Stanza.XML() || e.Reply == nil || e.Reply.XML() != x.Reply.XML() ||
		!e.Ended.Equal(x.Ended) {
		t.Errorf("entry %d is torn: %+v", e.ID, e)
	}
}

// intact lets SQLite look for faults in a file.
func intact(t *testing.T, path string) {
	t.Helper()
	db := rawly(t, path)
	var said string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&said); err != nil || said != "ok" {
		t.Errorf("the file is not whole: %s %v", said, err)
	}
	if _, err := db.Exec("INSERT INTO words(words) VALUES('integrity-check')"); err != nil {
		t.Errorf("the index of words is not whole: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// rawly is the file as SQLite has it.
func rawly(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(60000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// TestSeveralWrite is fault 30: four processes write into one file at once, which none of them has
// made before.
func TestSeveralWrite(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	const processes = 4
	each := *several
	path := filepath.Join(t.TempDir(), "history", "history.db")
	var running []*exec.Cmd
	outs := make([]bytes.Buffer, processes)
	for n := range processes {
		cmd := helper(t, life{path: path, first: uint64(n*each + 1), count: uint64(each)})
		cmd.Stdout = &outs[n]
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, cmd)
	}
	for _, cmd := range running {
		if err := cmd.Wait(); err != nil {
			t.Errorf("a process ended with %v", err)
		}
	}
	h := openedAt(t, path, history.Options{Limits: history.Limits{Age: -1, Bytes: -1}})
	if s := h.Status(); s.Beside != nil {
		t.Fatalf("another file is used: %v", s.Beside)
	}
	next := map[string]uint64{}
	count := 0
	for q := (history.Query{Limit: 1000}); ; {
		p, err := h.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range p.Entries {
			whole(t, e)
			if last, ok := next[e.Run]; ok && e.Serial != last-1 {
				t.Fatalf("entry %d of a process comes before %d", e.Serial, last)
			}
			next[e.Run] = e.Serial
			count++
		}
		if q.Before = p.Next; p.Next == 0 {
			break
		}
	}
	if count != processes*each || len(next) != processes {
		t.Errorf("%d entries of %d processes are there, want %d of %d", count, len(next), processes*each, processes)
	}
	for n := range outs {
		if ids := acknowledged(outs[n].Bytes()); len(ids) != each {
			t.Errorf("process %d was told of %d entries", n, len(ids))
		}
	}
	intact(t, path)
}
