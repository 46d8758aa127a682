package history_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/history"
)

func TestByItselfItKeepsToItsLimits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history", "history.db")
	h := openedAt(t, path, history.Options{Limits: history.Limits{Age: -1, Bytes: -1}})
	for n := uint64(1); n <= 1000; n++ {
		h.Keep(asked(t, n), juliet)
	}
	kept(t, h)
	yes := true
	if err := h.Change(t.Context(), 2, history.Change{Pinned: &yes}); err != nil {
		t.Fatal(err)
	}
	closed(t, h)
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}

	now := start.Add(901 * time.Second)
	h = openedAt(t, path, history.Options{
		Limits: history.Limits{Age: time.Second, Bytes: -1},
		Now:    func() time.Time { return now },
	})
	want := []int64{901, 900, 2}
	waitFor(t, "what is too old", h, func(history.Status) bool {
		p, err := h.Search(t.Context(), history.Query{Until: start.Add(901*time.Second + 500*time.Millisecond), Limit: 4})
		var ids []int64
		for _, e := range p.Entries {
			ids = append(ids, e.ID)
		}
		return err == nil && cmp.Equal(ids, want)
	})
	closed(t, h)
	if after, err := os.Stat(path); err != nil || after.Size() > before.Size()*2/3 {
		t.Errorf("the file had %d bytes, and has %d when nearly nothing is left", before.Size(), after.Size())
	}
	sums(t, path)
	intact(t, path)
}

func TestLimitsOfBytes(t *testing.T) {
	size := func(n uint64) int64 {
		x := asked(t, n)
		return int64(len(x.Stanza.XML()) + len(x.Reply.XML()))
	}
	for _, row := range []struct {
		name string
		most int64
		left int
	}{
		{"one byte less than all", 3*size(1) - 1, 2},
		{"all", 3 * size(1), 3},
		{"one byte more", 3*size(1) + 1, 3},
		{"no limit", -1, 3},
		{"the usual", 0, 3},
		{"nearly nothing", 1, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := opened(t, history.Options{Limits: history.Limits{Age: -1, Bytes: -1}})
			kept(t, h, asked(t, 1), asked(t, 2), asked(t, 3))
			n, err := h.Prune(t.Context(), history.Limits{Age: -1, Bytes: row.most})
			if err != nil || n != 3-row.left {
				t.Errorf("%d are taken away, %v", n, err)
			}
			if ids := found(t, h, history.Query{}); len(ids) != row.left || row.left > 0 && ids[0] != 3 {
				t.Errorf("%v are left", ids)
			}
		})
	}
}
