//go:build !race

package history_test

import (
	"flag"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"iqscope/history"
	"iqscope/iqbuilder/stanza"
)

// TestWhateverIsDone does anything in any order, and holds what is there against a plain list of it.
func TestWhateverIsDone(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue { // each step waits for the disk
		flag.Set("rapid.checks", "25")
		defer flag.Set("rapid.checks", checks.DefValue)
	}
	path := filepath.Join(t.TempDir(), "history", "history.db")
	h := openedAt(t, path, history.Options{Limits: history.Limits{Age: -1, Bytes: -1}})
	type known struct {
		late   bool
		pinned bool
		tag    string
	}
	there := map[int64]known{}
	serials := map[int64]uint64{}
	var n uint64
	var last int64
	rapid.Check(t, func(r *rapid.T) {
		for id := range there { // what was before is one test's
			if last-id > 20 {
				if _, err := h.Delete(t.Context(), id); err != nil {
					r.Fatal(err)
				}
				delete(there, id)
			}
		}
		some := func() int64 { return rapid.Int64Range(max(1, last-20), last+1).Draw(r, "entry") }
		r.Repeat(map[string]func(*rapid.T){
			"keep": func(r *rapid.T) {
				n, last = n+1, last+1
				x := asked(t, n)
				if rapid.Bool().Draw(r, "timeout") {
					x = ended(x, stanza.OutcomeTimeout, nil)
				}
				kept(t, h, x)
				there[last], serials[last] = known{}, n
			},
			"late": func(r *rapid.T) {
				id := some()
				if _, ok := there[id]; !ok {
					return
				}
				x := ended(asked(t, serials[id]), stanza.OutcomeTimeout, nil)
				x.Late = asked(t, serials[id]).Reply
				kept(t, h, x)
				k := there[id]
				k.late = true
				there[id] = k
			},
			"change": func(r *rapid.T) {
				id := some()
				pin, tag := rapid.Bool().Draw(r, "pinned"), rapid.SampledFrom([]string{"a", "b"}).Draw(r, "tag")
				tags := []string{tag}
				err := h.Change(t.Context(), id, history.Change{Pinned: &pin, Tags: &tags})
				k, ok := there[id]
				if (err == nil) != ok {
					r.Fatalf("entry %d: %v", id, err)
				}
				if ok {
					k.pinned, k.tag = pin, tag
					there[id] = k
				}
			},
			"delete": func(r *rapid.T) {
				id := some()
				_, ok := there[id]
				if gone, err := h.Delete(t.Context(), id); err != nil || (gone == 1) != ok {
					r.Fatalf("entry %d: %d are deleted, %v", id, gone, err)
				}
				delete(there, id)
			},
			"": func(r *rapid.T) {
				p, err := h.Search(t.Context(), history.Query{Words: "disco", Limit: 10_000})
				if err != nil || len(p.Entries) != len(there) {
					r.Fatalf("%d entries are there, want %d; %v", len(p.Entries), len(there), err)
				}
				tagged := 0
				for _, e := range p.Entries {
					k := there[e.ID]
					if e.Serial != serials[e.ID] || e.Pinned != k.pinned || (e.Late != nil) != k.late || len(e.Tags) > 0 && e.Tags[0] != k.tag {
						r.Fatalf("entry %d is %+v, want %+v", e.ID, e, k)
					}
					if k.tag == "a" {
						tagged++
					}
				}
				if p, err := h.Search(t.Context(), history.Query{Tag: "a", Limit: 10_000}); err != nil || len(p.Entries) != tagged {
					r.Fatalf("%d entries have the tag, want %d; %v", len(p.Entries), tagged, err)
				}
			},
		})
	})
	sums(t, path)
	intact(t, path)
}
