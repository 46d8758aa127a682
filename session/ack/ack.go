// Package ack is the ledger of stream management (XEP-0198): what each side of a
// stream has sent and handled, and what is to be sent again when the stream goes on
// over another connection. A client keeps one, and so does a server.
//
// A Ledger is pure: it has no lock, no clock and no connection. Its owner serializes
// the calls, passes the time, and writes the elements that it speaks of. T is
// whatever the owner keeps of a stanza until that is acknowledged.
//
//	l := ack.New[ticket](ack.ClientLimits())
//	l.SetResumption(id, 5*time.Minute) // from <enabled/>
//	l.Sent(t, len(xml))                // a stanza goes to the socket
//	if !l.Asked() && l.AskDue(0) {     // then <r/> goes
//		l.Ask()
//	}
//	err := l.Acknowledge(h)            // <a h='…'/> came
//	l.Lost(now)                        // the connection broke
//	again, err := l.Resume(h)          // <resumed h='…'/> came: send these first
//
// Counts are those of the protocol: they begin with 0 and, behind 2^32-1, with 0
// again (§4).
package ack

import "time"

// Limits bound what a ledger keeps, and say when it wants to hear from the other side.
// The zero value bounds nothing and never asks.
type Limits struct {
	// Stanzas and Bytes are how much is kept of what is not acknowledged; 0: all of
	// it. Behind that nothing is kept any more, and the stream cannot be resumed.
	Stanzas, Bytes int
	// AskAfter stanzas, or AskAfterBytes bytes of them, that no <r/> has asked about
	// are worth another one; 0: any number is fine.
	AskAfter, AskAfterBytes int
}

// ClientLimits suit a client that has one stream. A resumption tells the counts
// anyway: asking more often than every 20 stanzas would only fill the log.
func ClientLimits() Limits {
	return Limits{Stanzas: 10_000, Bytes: 64 << 20, AskAfter: 20}
}

// Ledger is one side's account of a stream. It outlives the connection: a stream that
// is resumed goes on with it. It is not safe for concurrent use.
type Ledger[T any] struct {
	limits Limits

	received uint32 // stanzas of theirs that we handled
	owes     bool   // an <r/> of theirs is to be answered

	sent, acked uint32 // stanzas of ours: all, and those they handled
	// unacked are the stanzas behind acked, in the order they were sent; none once that
	// was more than the limits allow.
	unacked []entry[T]
	bytes   int // of unacked
	over    bool

	asked        bool   // an <r/> is out
	unasked      uint32 // how many of the unacknowledged stand behind the last <r/>
	unaskedBytes int    // of those that are kept

	id     string // to resume by
	within time.Duration
	lostAt time.Time // zero while connected
}

type entry[T any] struct {
	value T
	bytes int
}

// New makes the ledger of a stream whose management has just been enabled (§3).
func New[T any](limits Limits) *Ledger[T] { return &Ledger[T]{limits: limits} }

// Took counts a stanza of the other side as handled (§4).
func (l *Ledger[T]) Took() { l.received++ }

// Received is the number of their stanzas that we handled: the h of our <a/> and
// <resume/>.
func (l *Ledger[T]) Received() uint32 { return l.received }

// Owe takes note of an <r/>. One answer does for all that come before it can leave.
func (l *Ledger[T]) Owe() { l.owes = true }

// Settle returns the count that answers them, false when no <r/> is unanswered.
func (l *Ledger[T]) Settle() (h uint32, owed bool) {
	owed, l.owes = l.owes, false
	return l.received, owed
}

// Sent takes note of a stanza of that many bytes which is handed to the socket.
func (l *Ledger[T]) Sent(value T, bytes int) {
	l.sent++
	l.unasked++
	if l.over {
		return
	}
	l.unacked = append(l.unacked, entry[T]{value, bytes})
	l.bytes += bytes
	l.unaskedBytes += bytes
	if exceeds(len(l.unacked), l.limits.Stanzas) || exceeds(l.bytes, l.limits.Bytes) {
		l.over = true
		l.unacked, l.bytes, l.unaskedBytes = nil, 0, 0
	}
}

func exceeds(n, limit int) bool { return limit > 0 && n > limit }

// SendCount is how many stanzas could be acknowledged by now, modulo 2^32.
func (l *Ledger[T]) SendCount() uint32 { return l.sent }

// Unacked is how many stanzas were sent and not acknowledged; UnackedBytes is the size
// of those that are kept.
func (l *Ledger[T]) Unacked() int      { return int(l.sent - l.acked) }
func (l *Ledger[T]) UnackedBytes() int { return l.bytes }

// Ask takes note of an <r/> that goes to the socket, behind all that was sent.
func (l *Ledger[T]) Ask() { l.asked, l.unasked, l.unaskedBytes = true, 0, 0 }

// Asked says that no <a/> has come since the last <r/>.
func (l *Ledger[T]) Asked() bool { return l.asked }

// AskDue says whether, with so many more stanzas about to be sent, an <r/> is worth it.
func (l *Ledger[T]) AskDue(more int) bool {
	return reaches(int(l.unasked)+more, l.limits.AskAfter) || reaches(l.unaskedBytes, l.limits.AskAfterBytes)
}

func reaches(n, limit int) bool { return limit > 0 && n >= limit }

// Acknowledge takes the other side's count (§4) and lets go of what it has handled.
// The error is a TooHighError: nothing has changed then.
func (l *Ledger[T]) Acknowledge(h uint32) error {
	n := h - l.acked // right across the wrap
	if n > l.sent-l.acked {
		return &TooHighError{Handled: h, Sent: l.sent}
	}
	l.acked = h
	l.asked = false
	if !l.over {
		for _, e := range l.unacked[:n] {
			l.bytes -= e.bytes
		}
		clear(l.unacked[:n]) // so that nothing holds them any more
		l.unacked = l.unacked[n:]
	}
	l.unasked = min(l.unasked, l.sent-l.acked)
	l.unaskedBytes = min(l.unaskedBytes, l.bytes)
	return nil
}

// Rest is what is not acknowledged, in the order it was sent.
func (l *Ledger[T]) Rest() []T {
	rest := make([]T, len(l.unacked))
	for i, e := range l.unacked {
		rest[i] = e.value
	}
	return rest
}
