package history

import (
	"iqscope/iqbuilder/stanza"
)

// What waits in memory while nothing can be written, at most. Beyond, the oldest goes first.
const (
	maxWaiting      = 10_000
	maxWaitingBytes = 32 << 20
)

// A batch is written in one transaction.
const (
	maxBatch      = 1_000
	maxBatchBytes = 4 << 20
)

// item is what waits: an exchange, or the summary of a series.
type item struct {
	entry  *Entry
	series *Series
	about  About
	size   int
}

// overhead is about what an item costs besides its stanzas.
const overhead = 1 << 10

func sizeOf(stanzas ...*stanza.Stanza) int {
	n := overhead
	for _, st := range stanzas {
		if st != nil {
			n += len(st.XML())
		}
	}
	return n
}

// queue holds items in their order. Its methods want the history's lock.
type queue struct {
	items  []item
	bytes  int
	flight []item // taken, and not written yet
	told   uint64 // items put in, ever
	done   uint64 // of those, written or lost
}

// put adds an item, and returns how many exchanges were lost for it.
func (q *queue) put(it item) (lost int) {
	q.items = append(q.items, it)
	q.bytes += it.size
	q.told++
	return q.trim()
}

func (q *queue) trim() (lost int) {
	n := 0
	for n < len(q.items)-1 && (len(q.items)-n+len(q.flight) > maxWaiting || q.bytes > maxWaitingBytes) {
		if q.items[n].entry != nil {
			lost++
		}
		q.bytes -= q.items[n].size
		n++
	}
	q.drop(n)
	q.done += uint64(n)
	return lost
}

func (q *queue) drop(n int) {
	clear(q.items[:n])
	if q.items = q.items[n:]; len(q.items) == 0 {
		q.items = nil
	}
}

// full says that there is enough for a batch.
func (q *queue) full() bool { return len(q.items) >= maxBatch || q.bytes >= maxBatchBytes }

// take begins a batch; the one before is over.
func (q *queue) take() []item {
	n, bytes := 0, 0
	for n < len(q.items) && n < maxBatch && (n == 0 || bytes+q.items[n].size <= maxBatchBytes) {
		bytes += q.items[n].size
		n++
	}
	q.flight = append(q.flight[:0], q.items[:n]...)
	q.drop(n)
	return q.flight
}

// written ends a batch.
func (q *queue) written() {
	for i := range q.flight {
		q.bytes -= q.flight[i].size
	}
	q.done += uint64(len(q.flight))
	clear(q.flight)
	q.flight = q.flight[:0]
}

// putBack ends a batch that could not be written; it is the next one again.
func (q *queue) putBack() (lost int) {
	q.items = append(append(make([]item, 0, len(q.flight)+len(q.items)), q.flight...), q.items...)
	clear(q.flight)
	q.flight = q.flight[:0]
	return q.trim()
}

// waiting is how many exchanges are not written yet.
func (q *queue) waiting() (n int) { return len(q.items) + len(q.flight) }
