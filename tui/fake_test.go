package tui

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/disco"
	"iqscope/session/exchange"
	"iqscope/session/handler"
	"iqscope/session/journal"
	"iqscope/session/negotiate"
	"iqscope/session/pending"
	"iqscope/tui/compose"
)

// fakeSession is a session that goes nowhere. What comes back is said by the test.
type fakeSession struct {
	t        *testing.T
	now      func() time.Time
	log      *journal.Journal
	scope    stanza.Scope
	requests []session.Exchange
	status   session.Status
	refuse   error // of connect
	sent     []string
	offer    negotiate.Offer
	done     []string // by hand
	asked    []session.Incoming
	registry *handler.Registry
	counted  map[string]handler.Info // what entries of the registry have counted, by name
	silent   bool                    // the automatic error is off
	found    *disco.Cache

	following func() // what happens when a request is followed
}

func newFakeSession(t *testing.T, now func() time.Time) *fakeSession {
	f := &fakeSession{t: t, now: now, log: journal.New(journal.Limits{}), scope: stanza.ClientScope(), registry: newFakeRegistry(t), found: disco.New()}
	f.status = session.Status{State: session.Offline, JID: f.jid("juliet@demo.localhost/iqscope"), Timeout: 30 * time.Second}
	f.found.Forget(f.status.JID, time.Time{})
	return f
}

func (f *fakeSession) jid(s string) stanza.JID {
	j, err := stanza.ParseJID(s)
	if err != nil {
		f.t.Fatal(err)
	}
	return j
}

func (f *fakeSession) parse(xml string) *stanza.Stanza {
	st, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		f.t.Fatal(err)
	}
	return st
}

func (f *fakeSession) connect() error {
	if f.refuse != nil {
		f.status.State, f.status.Err = session.Lost, f.refuse
		return f.refuse
	}
	f.status.State, f.status.TLS, f.status.Mechanism = session.Online, "TLS 1.3", "SCRAM-SHA-256"
	return nil
}

func (f *fakeSession) Changed() <-chan struct{}  { return nil }
func (f *fakeSession) Journal() *journal.Journal { return f.log }
func (f *fakeSession) Scope() stanza.Scope       { return f.scope }
func (f *fakeSession) Status() session.Status {
	st := f.status
	st.InFlight, st.Next = 0, time.Time{}
	for _, v := range f.requests {
		if v.InFlight() {
			st.InFlight++
			if !v.Deadline.IsZero() && (st.Next.IsZero() || v.Deadline.Before(st.Next)) {
				st.Next = v.Deadline
			}
		}
	}
	return st
}

func (f *fakeSession) Exchanges(dst []session.Exchange) []session.Exchange {
	return append(dst[:0], f.requests...)
}

func (f *fakeSession) Start(iq *stanza.Stanza, timeout time.Duration) (uint64, error) {
	for _, v := range f.requests {
		if v.InFlight() && v.Stanza.ID() == iq.ID() {
			return 0, pending.ErrDuplicateID
		}
	}
	v := session.Exchange{Serial: uint64(len(f.requests) + 1), Stanza: iq, Shown: iq, Timeout: timeout, Queued: f.now()}
	if timeout == compose.SessionTimeout {
		v.Timeout = f.status.Timeout
	}
	switch {
	case f.status.State != session.Online:
		v.Outcome, v.Ended, v.Err = stanza.OutcomeNotSent, f.now(), &stanza.NotSent{Request: iq, Cause: session.ErrOffline}
	default:
		f.sent = append(f.sent, iq.XML())
		v.Sent = f.now()
		v.Seq = f.log.Append(journal.Entry{Time: f.now(), Dir: stanza.Out, Stanza: iq})
		if timeout != compose.NoTimeout {
			v.Deadline = v.Sent.Add(v.Timeout)
		} else {
			v.Timeout = 0
		}
	}
	f.requests = append(f.requests, v)
	return v.Serial, nil
}

// Follow sends a request whose answer is there at once.
func (f *fakeSession) Follow(iq *stanza.Stanza, timeout time.Duration, series uint64) (<-chan struct{}, func() session.Exchange, error) {
	if f.following != nil {
		f.following()
	}
	serial, err := f.Start(iq, timeout)
	if err != nil {
		return nil, nil, err
	}
	f.requests[serial-1].Series = series
	if f.requests[serial-1].InFlight() {
		f.replies(serial, "<iq type='result' id='"+iq.ID()+"' from='"+iq.To()+"'/>")
	}
	done := make(chan struct{})
	close(done)
	ended := f.requests[serial-1]
	return done, func() session.Exchange { return ended }, nil
}

func (f *fakeSession) Discover(q disco.Query) error {
	iq, ok, err := f.found.Begin(q, "d"+strconv.Itoa(len(f.requests)), f.now())
	if ok {
		var serial uint64
		serial, err = f.Start(iq, compose.SessionTimeout)
		if x := f.requests[serial-1]; !x.InFlight() {
			f.found.Saw(x)
		}
	}
	return err
}

func (f *fakeSession) Discovered() *disco.Cache { return f.found }

func (f *fakeSession) SetResponseTimeout(d time.Duration) { f.status.Timeout = d }

func (f *fakeSession) SendStanza(st *stanza.Stanza) error {
	if f.status.State != session.Online {
		return session.ErrOffline
	}
	a, err := f.answers(st)
	if err != nil {
		return err
	}
	f.sent = append(f.sent, st.XML())
	seq := f.log.Append(journal.Entry{Time: f.now(), Dir: stanza.Out, Stanza: st})
	if a != nil {
		f.answered(a, exchange.ByHand, st, seq)
	}
	return nil
}

func (f *fakeSession) SendRaw(st *stanza.Stanza, timeout time.Duration) (uint64, error) {
	if st.IsRequest() && st.HasID() && f.status.State == session.Online {
		if serial, err := f.Start(st, timeout); err == nil {
			return serial, nil
		}
	}
	if f.status.State != session.Online {
		return 0, session.ErrOffline
	}
	f.sent = append(f.sent, st.XML())
	f.log.Append(journal.Entry{Time: f.now(), Dir: stanza.Out, Stanza: st})
	return 0, nil
}

func (f *fakeSession) Cancel(serial uint64) bool {
	return f.end(serial, stanza.OutcomeCancelled, nil)
}

func (f *fakeSession) Extend(serial uint64, d time.Duration) bool {
	v := &f.requests[serial-1]
	v.Deadline = v.Deadline.Add(d)
	return v.InFlight()
}

func (f *fakeSession) end(serial uint64, o stanza.Outcome, err error) bool {
	v := &f.requests[serial-1]
	if !v.InFlight() {
		return false
	}
	v.Outcome, v.Ended, v.Err = o, f.now(), err
	f.log.Annotate(v.Seq, func(e *journal.Entry) { e.Outcome = o })
	f.found.Saw(*v)
	return true
}

// replies lets an answer come for a request.
func (f *fakeSession) replies(serial uint64, xml string) {
	st, v := f.parse(xml), &f.requests[serial-1]
	if !v.InFlight() {
		v.Late, v.LateBy = st, f.now().Sub(v.Ended)
		f.log.Append(journal.Entry{Time: f.now(), Dir: stanza.In, Stanza: st, Verdict: stanza.VerdictLate, Request: v.Seq, LateBy: v.LateBy})
		return
	}
	v.Reply, v.RTT = st, f.now().Sub(v.Sent)
	v.ReplySeq = f.log.Append(journal.Entry{Time: f.now(), Dir: stanza.In, Stanza: st, Verdict: stanza.VerdictReply, Request: v.Seq, RTT: v.RTT})
	f.log.Annotate(v.Seq, func(e *journal.Entry) { e.Reply = v.ReplySeq })
	if st.Type() == stanza.Error {
		f.end(serial, stanza.OutcomeError, &stanza.IQError{Request: v.Stanza, Reply: st, Err: st.Err()})
		return
	}
	f.end(serial, stanza.OutcomeResult, nil)
}

// refuses lets a stanza come that does not fit a request.
func (f *fakeSession) refuses(serial uint64, verdict stanza.Verdict, xml, why string) {
	v := &f.requests[serial-1]
	seq := f.arrives(xml, verdict, why)
	f.log.Annotate(seq, func(e *journal.Entry) { e.Request = v.Seq })
	v.Refused++
	v.Refusals = append(v.Refusals, session.Refusal{Seq: seq, At: f.now(), From: f.parse(xml).From(), Verdict: verdict, Note: why})
}

func (f *fakeSession) arrives(xml string, verdict stanza.Verdict, why string) (seq uint64) {
	f.status.In++
	return f.log.Append(journal.Entry{Time: f.now(), Dir: stanza.In, Stanza: f.parse(xml), Verdict: verdict, Text: why})
}

// timesOut lets the time of a request be up.
func (f *fakeSession) timesOut(serial uint64) {
	v := f.requests[serial-1]
	f.end(serial, stanza.OutcomeTimeout, &stanza.IQTimeout{Request: v.Stanza, After: v.Timeout})
}

func (f *fakeSession) Disconnect() error {
	f.status.State, f.status.RetryAt = session.Offline, time.Time{}
	for _, v := range f.requests {
		f.end(v.Serial, stanza.OutcomeUnknown, &stanza.Unknown{Request: v.Stanza, Cause: errors.New("we closed the connection")})
	}
	return nil
}

const starttls = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"

func (f *fakeSession) ConnectByHand(before negotiate.Step) error {
	if f.status.State == session.Online {
		return session.ErrConnected
	}
	f.status.State, f.status.Step, f.status.TLS = session.ByHand, before, ""
	f.offer = negotiate.Offer{Do: negotiate.Element, XML: starttls, What: "Asks the server to go on encrypted (RFC 6120 §5.4.2.1)."}
	return f.refuse
}

func (f *fakeSession) Offer() (negotiate.Offer, bool) {
	return f.offer, f.status.State == session.ByHand
}

func (f *fakeSession) TakeOffer() error { return f.doneByHand("take") }

func (f *fakeSession) SendByHand(xml string) error { return f.doneByHand(xml) }

func (f *fakeSession) GoOn() error {
	err := f.doneByHand("go on")
	if err == nil {
		f.status.State, f.status.TLS = session.Online, "TLS 1.3"
	}
	return err
}

func (f *fakeSession) doneByHand(what string) error {
	if f.refuse != nil {
		return f.refuse
	}
	f.done = append(f.done, what)
	return nil
}

// losesForNow lets the connection break while its stream can be resumed.
func (f *fakeSession) losesForNow(retry time.Duration) {
	cause := errors.New("the server closed the connection without ending the stream")
	f.status.State, f.status.Err, f.status.Loss, f.status.LossAt = session.Lost, cause, cause, f.now()
	f.status.RetryAt, f.status.ResumeBy = f.now().Add(retry), f.now().Add(5*time.Minute)
}

// loses lets the connection break.
func (f *fakeSession) loses() {
	cause := errors.New("the server closed the connection without ending the stream")
	f.status.State, f.status.Err = session.Lost, cause
	f.log.Append(journal.Entry{Time: f.now(), Text: "connection lost: " + cause.Error()})
	for _, v := range f.requests {
		f.end(v.Serial, stanza.OutcomeUnknown, &stanza.Unknown{Request: v.Stanza, Cause: cause})
	}
}
