package report

import (
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

const (
	// exactLatencies is how many latencies are kept one by one, 64 KiB of them.
	exactLatencies = 8192
	// latencyDigits are the significant digits that are kept of a microsecond count beyond that:
	// none is shown more than 0.1 % longer than it was.
	latencyDigits = 3
	// longestLatency is what a longer one counts as; a histogram up to there takes 230 kB.
	longestLatency = 24 * time.Hour
)

// latencies are the times that the replies of a series took. A few are kept as they are, many in a
// histogram, so that memory does not grow with their number.
type latencies struct {
	few     []time.Duration
	many    *hdrhistogram.Histogram // of all, in microseconds; nil as long as they are few
	longest time.Duration
}

func (l *latencies) add(d time.Duration) {
	l.longest = max(l.longest, d)
	switch {
	case l.many != nil:
		l.record(d)
	case len(l.few) < exactLatencies:
		l.few = append(l.few, d)
	default:
		l.many = hdrhistogram.New(1, longestLatency.Microseconds(), latencyDigits)
		for _, one := range l.few {
			l.record(one)
		}
		l.few = nil
		l.record(d)
	}
}

func (l *latencies) record(d time.Duration) {
	// The clock of a machine that slept may have been set back meanwhile.
	d = min(max(d, 0), longestLatency)
	_ = l.many.RecordValue(d.Microseconds()) // refuses only what does not lie between those
}

// percentile is the nearest rank in milliseconds, or what the histogram has in its place; nil of no
// latencies.
func (l *latencies) percentile(p int) *float64 {
	var at time.Duration
	switch {
	case l.many != nil:
		n := l.many.TotalCount()
		share := 100 * float64(nearestRank(int(n), p)) / float64(n)
		at = min(time.Duration(l.many.ValueAtPercentile(share))*time.Microsecond, l.longest)
	case len(l.few) > 0:
		slices.Sort(l.few)
		at = Percentile(l.few, p)
	default:
		return nil
	}
	ms := milliseconds(at)
	return &ms
}

// Percentile is the nearest rank among sorted latencies, of which there is one at least: the shortest
// that p percent of them do not exceed.
func Percentile(sorted []time.Duration, p int) time.Duration {
	return sorted[nearestRank(len(sorted), p)-1]
}

// nearestRank is p percent of n, rounded up.
func nearestRank(n, p int) int { return (n*p + 99) / 100 }
