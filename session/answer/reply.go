package answer

import (
	"fmt"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
)

// ByHand takes note of a reply that the user sends, or the library's, and returns the
// request that it answers, nil if there is none. The error, ErrAnswered, refuses a second
// one.
func (d *Desk) ByHand(reply *stanza.Stanza, now time.Time) (*Request, error) {
	if !reply.IsReply() {
		return nil, nil
	}
	in := d.book.find(d.id.ofReply(reply))
	switch {
	case in == nil:
		return nil, nil
	case !in.State.Open():
		d.block(in, exchange.ByHand)
		if in.By == exchange.ByHand {
			return nil, fmt.Errorf("%w, by %s", ErrAnswered, in.By)
		}
		return nil, fmt.Errorf("%w, by %s; what answers in code is a handler.Responder", ErrAnswered, in.By)
	}
	d.answeredBy(in, reply, now)
	return in, nil
}

// ByForce is ByHand for a reply that goes out whether it is the first one or not.
func (d *Desk) ByForce(reply *stanza.Stanza, now time.Time) *Request {
	in := d.book.find(d.id.ofReply(reply))
	if in == nil || !in.State.Open() || !reply.IsReply() {
		return nil
	}
	d.answeredBy(in, reply, now)
	return in
}

func (d *Desk) answeredBy(in *Request, reply *stanza.Stanza, now time.Time) {
	in.Reply = reply
	in.told = true
	d.end(in, exchange.Answered, exchange.ByHand, now)
	d.pace.end(in)
}

// Refused is the request whose answer an error from its sender is about: it has that id, and was
// answered last; nil for none.
func (d *Desk) Refused(failure *stanza.Stanza) *Request {
	in := d.book.find(d.id.ofRequest(failure))
	if in == nil || in.State.Open() || in.ReplySeq == 0 {
		return nil
	}
	return in
}

// Extend gives a held request d more; false when none of that serial is held.
func (d *Desk) Extend(serial uint64, by time.Duration) bool {
	in := d.book.held(serial)
	if in == nil {
		return false
	}
	in.Deadline = in.Deadline.Add(by)
	d.dueAt(in, in.Deadline)
	return true
}

// Release ends the holding of a request: it is refused now. False when none of that
// serial is held.
func (d *Desk) Release(serial uint64, now time.Time) bool {
	in := d.book.held(serial)
	if in == nil {
		return false
	}
	d.Refuse(in, now)
	return true
}

// Left takes note that a reply was handed to the socket, as shown, and of its number in
// the log. It is false when that was known.
func (d *Desk) Left(in *Request, seq uint64, shown *stanza.Stanza) bool {
	if in.ReplySeq != 0 {
		return false
	}
	in.ReplySeq = seq
	if in.Stanza != nil { // it can still be shown
		in.Reply = shown
	}
	return true
}

// Taken takes note that a reply waits no more: it is about to be written.
func (d *Desk) Taken(in *Request) { d.pace.end(in) }

// NeverLeft takes note that a reply was handed out, and its connection went before the
// socket had it.
func (d *Desk) NeverLeft(in *Request) {
	d.pace.end(in)
	if in.ReplySeq == 0 {
		in.State = exchange.Lost
	}
}

// Dropped takes note that a filter kept a reply from being sent.
func (d *Desk) Dropped(in *Request, filter string) { in.State, in.By = exchange.Silent, filter }

// Lose gives up what was not answered before its stream ended.
func (d *Desk) Lose(now time.Time) {
	for _, in := range d.book.open {
		d.end(in, exchange.Lost, "", now)
		d.pace.end(in)
	}
}
