// Package answer keeps the requests of others until each has its one answer (RFC 6120
// §8.2.3): held for an answer by hand, with a responder, delayed, or waiting for its turn,
// since answers to one sender are paced. It writes the automatic error (§8.4), blocks
// second replies, and bounds what waits.
//
// A Desk is pure: it has no goroutine, no lock, no clock and no connection. Its owner
// (session) serializes the calls, passes the time, and sends what Take hands out:
//
//	in, ok := desk.Admit(request, seq, hold, now) // a get or set came, or an IQ of no type that there is
//	desk.Settle(in, decision, now)                // the responders have decided
//	in, err := desk.ByHand(reply, now)            // or somebody answers by hand
//	desk.Expire(now)                              // at desk.Next()
//	for _, r := range desk.Take().Replies { … }   // after any of them
//
// Whichever answer comes first ends a request; whatever comes behind it is blocked.
package answer

import (
	"errors"
	"fmt"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
)

// ErrAnswered refuses a second reply to a request.
var ErrAnswered = errors.New("the request has been answered already")

// Unanswered is the setting of what a request gets that nobody answers.
type Unanswered struct {
	Silent    bool   // nothing is sent, to try the other side's timeouts
	Condition string // "" means service-unavailable (RFC 6120 §8.4)
	Text      string // for people (RFC 6120 §8.3.2); "" for none
	Lang      string // of the text, such as en; "" leaves it to the stream
}

// check refuses what could not be sent, or would say something else.
func (u Unanswered) check() error {
	if u.Condition != "" {
		if err := stanza.CheckCondition(u.Condition); err != nil {
			return err
		}
	}
	if u.Lang != "" && u.Text == "" {
		return errors.New("a language without a text says nothing")
	}
	reply, err := iqbuilder.Error(iqbuilder.WithError(stanza.StanzaError{Text: u.Text, Lang: u.Lang}))
	if err != nil {
		return fmt.Errorf("the text of the automatic error cannot be sent: %w", err)
	}
	_, findings := iqbuilder.Check(reply.XML(), reply.Scope())
	for _, f := range findings {
		if f.Severity >= iqbuilder.Warning {
			return errors.New("the automatic error is not right: " + f.Text)
		}
	}
	return nil
}

// Request is one incoming request, from its arrival until it is forgotten. The owner
// reads it under its own lock.
type Request struct {
	exchange.Incoming
	key        key
	sender     *sender // among whose it counts; nil when it waits no more
	bytes      int     // of the request
	replyBytes int     // of its reply, as the pace counts them
	due        time.Time
	index      int      // in the heap of what is due, or notDue
	later      Decision // of a reply that is to wait
	told       bool     // the screen has something to tell about it
	size       int      // in memory, once it has ended
}

// Decision is what became of asking the responders.
type Decision struct {
	By    string         // who decided; "" for nobody
	Reply *stanza.Stanza // nil for silence
	Delay time.Duration  // how long the reply is to wait
	// Served says, where nobody decided, that some responder is at home in the
	// payload's namespace: it is the element that nobody knows.
	Served bool
}

// Work is what a call has left for the owner to do.
type Work struct {
	Replies []Reply  // to be sent now
	Notes   []string // for the log; they may quote remote text
}

// Reply is an answer on its way out. Taken, Left, Dropped or NeverLeft tell the desk what
// becomes of it.
type Reply struct {
	To     *Request
	Stanza *stanza.Stanza
}

// Stats count what became of the requests.
type Stats struct {
	Held     int       // wait for an answer by hand
	NextHeld time.Time // when the first of them is refused; zero: none
	Overflow uint64    // were not answered: too many were waiting
	// Of the automatic error.
	Matches, Replies, Failures uint64
	Last                       time.Time
}

// Desk is where requests are answered. The zero Desk is not one: see New.
type Desk struct {
	id         Identity
	unanswered Unanswered
	book       book
	pace       pace
	due        dueHeap
	work       Work
	stats      Stats
}

// New makes an empty desk.
func New(id Identity) *Desk {
	return &Desk{id: id, book: newBook(), pace: newPace()}
}

// SetIdentity changes who we are: after binding, or on a new stream.
func (d *Desk) SetIdentity(id Identity) { d.id = id }

// Unanswered is the setting of what requests get that nobody answers.
func (d *Desk) Unanswered() Unanswered { return d.unanswered }

// SetUnanswered changes it. The error says that there is no such condition, or what is wrong with
// the text or its language; then it stays as it was.
func (d *Desk) SetUnanswered(u Unanswered) error {
	if err := u.check(); err != nil {
		return err
	}
	d.unanswered = u
	return nil
}

// Admit writes a request into the book, and holds it for that long if hold is not 0.
// It is false when too much waits already.
func (d *Desk) Admit(request *stanza.Stanza, seq uint64, hold time.Duration, now time.Time) (*Request, bool) {
	k, bytes := d.id.ofRequest(request), len(request.XML())
	from, domain := d.id.asker(k.peer)
	sender := d.pace.begin(from, domain, bytes, now)
	if sender == nil {
		d.stats.Overflow++
		return nil, false
	}
	in := &Request{
		Incoming: exchange.Incoming{Seq: seq, Stanza: request, At: now, State: exchange.Working},
		key:      k, sender: sender, bytes: bytes, index: notDue,
	}
	d.book.add(in)
	if hold > 0 {
		in.State, in.Held, in.Deadline = exchange.Held, true, now.Add(hold)
		d.dueAt(in, in.Deadline)
	}
	return in, true
}

// Refuse sends the automatic error, or nothing if that is the setting.
func (d *Desk) Refuse(in *Request, now time.Time) { d.refuse(in, false, now) }

// refuse is Refuse; served is Decision.Served.
func (d *Desk) refuse(in *Request, served bool, now time.Time) {
	d.stats.Matches++
	d.stats.Last = now
	if d.unanswered.Silent {
		d.dismiss(in, exchange.ByNobody, now)
		return
	}
	reply, err := iqbuilder.Error(iqbuilder.InReplyTo(in.Stanza), iqbuilder.WithError(d.automaticError(in.Stanza, served)))
	if err != nil {
		d.stats.Failures++
		d.note("a request could not be answered: " + err.Error())
		d.dismiss(in, exchange.ByNobody, now)
		return
	}
	d.stats.Replies++
	d.answer(in, reply, exchange.ByNobody, now)
}

// automaticError is what RFC 6120 §8.4 has for a request that nobody serves.
func (d *Desk) automaticError(request *stanza.Stanza, served bool) stanza.StanzaError {
	condition := stanza.ServiceUnavailable
	switch {
	case !request.IsRequest() || request.Payloads() != 1: // §8.2.3
		// It is about the request, not about us: the text of the setting would mislead.
		return stanza.StanzaError{Type: "modify", Condition: string(stanza.BadRequest)}
	case d.unanswered.Condition != "":
		condition = stanza.Condition(d.unanswered.Condition)
	case served:
		condition = stanza.FeatureNotImplemented
	}
	return stanza.StanzaError{
		Type: stanza.UsualType(string(condition)), Condition: string(condition),
		Text: d.unanswered.Text, Lang: d.unanswered.Lang,
	}
}

// Settle does what the responders decided.
func (d *Desk) Settle(in *Request, decided Decision, now time.Time) {
	switch reply := decided.Reply; {
	case !in.State.Open():
		if reply != nil && in.State == exchange.Answered {
			d.block(in, decided.By)
		}
	case decided.By == "":
		d.refuse(in, decided.Served, now)
	case reply == nil:
		d.dismiss(in, decided.By, now)
	case !d.pace.keep(in, len(reply.XML())):
		d.stats.Overflow++
		d.dismiss(in, decided.By, now)
	case decided.Delay > 0:
		in.told = true
		in.later = decided
		d.dueAt(in, now.Add(decided.Delay))
	default:
		d.answer(in, reply, decided.By, now)
	}
}

// answer hands a reply out, as fast as its receiver may have them.
func (d *Desk) answer(in *Request, reply *stanza.Stanza, by string, now time.Time) {
	d.notDue(in)
	in.State, in.Deadline = exchange.Working, time.Time{}
	in.Reply, in.By = reply, by
	if d.pace.pass(in, now) {
		d.handOut(in, now)
	}
}

// handOut gives the owner a reply to send.
func (d *Desk) handOut(in *Request, now time.Time) {
	d.work.Replies = append(d.work.Replies, Reply{in, in.Reply})
	d.end(in, exchange.Answered, in.By, now)
}

// dismiss ends a request without an answer, on purpose.
func (d *Desk) dismiss(in *Request, by string, now time.Time) {
	in.Reply = nil
	d.end(in, exchange.Silent, by, now)
	d.pace.end(in)
}

// end takes note that a request is open no more.
func (d *Desk) end(in *Request, state exchange.State, by string, now time.Time) {
	d.notDue(in)
	in.later = Decision{}
	in.State, in.By, in.Ended = state, by, now
	d.book.end(in)
}

// block shows that a second reply was not sent.
func (d *Desk) block(in *Request, by string) {
	in.Blocked++
	d.note(fmt.Sprintf("a second reply to %.100q of %.100s was not sent: by %s, after one by %s", in.key.id, in.key.peer, by, in.By))
}

func (d *Desk) note(text string) { d.work.Notes = append(d.work.Notes, text) }

// Take hands out what the calls since the last Take have left to do.
func (d *Desk) Take() Work {
	w := d.work
	d.work = Work{}
	return w
}

// Incoming appends what can be shown, in the order of arrival: the requests that can
// still be answered, the last Kept that were held, waited or met trouble, and as many of
// the others, or fewer if they are large.
func (d *Desk) Incoming(dst []exchange.Incoming) []exchange.Incoming { return d.book.appendTo(dst) }

// Stats tells how things stand.
func (d *Desk) Stats() Stats {
	s := d.stats
	for _, in := range d.book.open {
		if in.State != exchange.Held {
			continue
		}
		s.Held++
		if s.NextHeld.IsZero() || in.Deadline.Before(s.NextHeld) {
			s.NextHeld = in.Deadline
		}
	}
	return s
}
