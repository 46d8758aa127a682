package report

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestPercentilesOfManyAreNearEnough(t *testing.T) {
	// Around the number up to which they are exact, and with times of all lengths.
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(exactLatencies-1, exactLatencies+2).Draw(t, "n")
		odd := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) time.Duration {
			return time.Duration(rapid.Int64Range(0, 1<<rapid.IntRange(1, 46).Draw(t, "bits")).Draw(t, "ns"))
		}), 1, 60).Draw(t, "latencies")
		var l latencies
		var all []time.Duration
		for i := range n {
			d := odd[(i*i+i)%len(odd)]
			all = append(all, d)
			l.add(d)
		}
		if counted := len(l.few); l.many != nil && counted+int(l.many.TotalCount()) != n {
			t.Fatalf("of %d are %d counted", n, l.many.TotalCount())
		}
		slices.Sort(all)
		for _, p := range []int{1, 50, 95, 99, 100} {
			want, got := milliseconds(Percentile(all, p)), *l.percentile(p)
			if n <= exactLatencies && got != want || got < want || got > want*1.001 {
				t.Fatalf("p%d of %d is %v ms, not %v", p, n, got, want)
			}
		}
		if got := *l.percentile(100); got != milliseconds(all[n-1]) {
			t.Fatalf("the longest is %v ms, not %v", got, milliseconds(all[n-1]))
		}
	})
}

func TestAnyTimeCountsAmongMany(t *testing.T) {
	var l latencies
	for range exactLatencies {
		l.add(time.Second)
	}
	for range exactLatencies {
		l.add(-time.Second)
		l.add(1000 * time.Hour)
	}
	if p1, p34, p99 := *l.percentile(1), *l.percentile(34), *l.percentile(99); p1 != 0 || p34 < 1000 || p34 > 1001 || p99 < milliseconds(longestLatency) || p99 > 1.001*milliseconds(longestLatency) {
		t.Errorf("p1 %v ms, p34 %v ms, p99 %v ms", p1, p34, p99)
	}
}

func TestATallyOfManyTakesNoMoreMemory(t *testing.T) {
	var l latencies
	for i := range 2 * exactLatencies {
		l.add(time.Duration(i) * time.Millisecond)
	}
	if took := testing.AllocsPerRun(1000, func() { l.add(time.Second) }); took != 0 {
		t.Errorf("another one takes %v allocations", took)
	}
	if size := 8*cap(l.few) + l.many.ByteSize(); size > 300_000 {
		t.Errorf("it takes %d bytes", size)
	}
}
