//go:build !race

// What is measured in here is memory: the race detector would only make it take ten times as long.
// CI has a run without it for this.

package journal

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
)

// What the log counts must be what it takes, or its limit would mean nothing.
func TestAccountingFollowsMemory(t *testing.T) {
	const n = 100_000
	receive := stream(t)
	for _, row := range []struct {
		name string
		make func(i int) Entry
	}{
		{"notes", func(i int) Entry { return Entry{Text: fmt.Sprintf("note %06d", i)} }},
		{"small stanzas", func(i int) Entry {
			return Entry{Dir: stanza.In, Stanza: receive(fmt.Sprintf("<iq type='result' id='q%06d' from='romeo@montague.example'/>", i))}
		}},
		{"stanzas of 500 bytes", func(i int) Entry {
			return Entry{Dir: stanza.In, Stanza: receive(fmt.Sprintf("<message id='q%06d'><body>%s</body></message>", i, strings.Repeat("x", 460)))}
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			before := heapInUse()
			j := New(Limits{Bytes: math.MaxInt64, Count: n})
			for i := range n {
				j.Append(row.make(i))
			}
			real, counted := heapInUse()-before, j.Stats().Bytes
			t.Logf("%d bytes an entry, counted as %d", real/n, counted/n)
			if ratio := float64(real) / float64(counted); ratio < 0.7 || ratio > 1.05 {
				t.Errorf("the log takes %d bytes and counts %d", real, counted)
			}
			runtime.KeepAlive(j)
		})
	}
}

func heapInUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
