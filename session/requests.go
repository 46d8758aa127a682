package session

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/handler"
	"iqscope/session/journal"
	"iqscope/session/pending"
)

// KeptRequests is how many ended requests Exchanges still shows.
const KeptRequests = 200

// keptRaw is how many stanzas sent raw are remembered, so that what comes back for one is
// joined to it.
const keptRaw = 100

// requests are those of ours: all in flight, and the last KeptRequests that ended. The
// session's lock guards them.
type requests struct {
	s       *Session
	table   *pending.Table
	timeout time.Duration       // of those that do not say otherwise
	calling map[string]*Request // those in flight that have a callback, by its name
	order   []*Request          // in the order of starting, which is that of serials; may hold forgotten ones
	shown   int                 // of order, those that are not forgotten
	ended   []*Request          // in the order of ending, at most KeptRequests
	raw     []*outgoing         // that nothing waits for, the last keptRaw of them
	woken   []chan struct{}     // of requests that have ended, to be closed when the lock is free
}

func newRequests(s *Session) requests {
	return requests{
		s:       s,
		table:   pending.New(pending.Identity{Lenient: s.cfg.Lenient}),
		timeout: s.cfg.ResponseTimeout,
		calling: map[string]*Request{},
	}
}

// start registers a request; fn, if there is one, is to be called with its end. The errors
// are those of Start, and of the registry.
func (q *requests) start(iq *stanza.Stanza, o sending, fn func(Exchange)) (*Request, error) {
	if !iq.IsRequest() {
		return nil, ErrNotRequest
	}
	if iq.ID() == "" {
		return nil, ErrNoID
	}
	if !o.set {
		o.timeout = q.timeout
	}
	r := &Request{run: fn, unasked: o.unasked, series: o.series}
	if err := q.table.AddAs(&r.p, iq, o.timeout, q.s.now()); err != nil {
		return nil, err
	}
	r.p.Of, r.by = r, q.s.link.over()
	r.out = outgoing{s: q.s, element: iq, request: r}
	if fn != nil {
		r.callback = fmt.Sprintf("reply-%d", r.p.Serial)
		// Serials are never reused, so the name is free unless a user's handler
		// took it on purpose.
		if err := q.s.registry.AddReply(r.callback, "the reply to "+iq.ID()); err != nil {
			q.table.End(&r.p, stanza.OutcomeCancelled, q.s.now())
			return nil, err
		}
		q.calling[r.callback] = r
	}
	q.order = append(q.order, r)
	q.shown++
	return r, nil
}

// find is the request of that serial, nil when there is none or it is forgotten.
func (q *requests) find(serial uint64) *Request {
	i, ok := slices.BinarySearchFunc(q.order, serial, func(r *Request, serial uint64) int { return cmp.Compare(r.p.Serial, serial) })
	if !ok || q.order[i].forgotten {
		return nil
	}
	return q.order[i]
}

// judge holds an incoming element against what is pending: r is the request that it ended
// or has to do with, nil for none.
func (q *requests) judge(e handler.Event) (j pending.Judgement, r *Request) {
	j = q.table.Judge(e.Stanza, e.Time)
	if j.Request == nil {
		return j, nil
	}
	if r = j.Request.Of.(*Request); r.forgotten {
		return j, nil
	}
	if j.Verdict == stanza.VerdictReply {
		r.replySeq = e.Seq
	}
	if r.p.Late == e.Stanza && r.lateSeq == 0 {
		r.lateSeq = e.Seq
	}
	r.refused(e, j)
	if j.Verdict == stanza.VerdictLate && q.s.endings.wanted() {
		q.s.endings.add(ending{r.view(), true})
	}
	return j, r
}

// refused keeps that a stanza was refused, if the table has just counted one. Snapshots share
// what is kept, so it only grows.
func (r *Request) refused(e handler.Event, j pending.Judgement) {
	if r.p.Refused == r.counted {
		return
	}
	r.counted = r.p.Refused
	if len(r.refusals) < exchange.KeptRefusals {
		from := e.Stanza.From()
		if len(from) > exchange.KeptFrom {
			from = strings.ToValidUTF8(from[:exchange.KeptFrom], "")
		}
		r.refusals = append(r.refusals, exchange.Refusal{
			// A copy, for an attribute's value keeps its whole stanza in memory.
			Seq: e.Seq, At: e.Time, From: strings.Clone(from), Verdict: j.Verdict, Note: j.Note,
		})
	}
}

// sentRaw remembers a stanza that nothing waits for.
func (q *requests) sentRaw(o *outgoing) {
	if len(q.raw) == keptRaw {
		q.raw = append(q.raw[:0], q.raw[1:]...)
	}
	q.raw = append(q.raw, o)
}

// answersRaw is the stanza sent raw that an incoming one answers first: it is a reply, or
// an error, of its kind and id, or of none if it had none, and comes from whom it was sent
// to, or from our server. nil for none.
func (q *requests) answersRaw(in *stanza.Stanza, j pending.Judgement) *outgoing {
	if len(q.raw) == 0 || j.Verdict == stanza.VerdictReply || !in.IsReply() && in.Type() != stanza.Error {
		return nil
	}
	for _, o := range q.raw {
		sent := o.element
		if o.seq != 0 && o.answered == nil &&
			in.Kind() == sent.Kind() && in.HasID() == sent.HasID() && in.ID() == sent.ID() && (in.From() == "" || q.table.From(in, sent.To())) {
			return o
		}
	}
	return nil
}

// end ends a request from our side; false when it had ended. cause is why it was
// not sent, or its end is unknown.
func (q *requests) end(r *Request, o stanza.Outcome, cause error) bool {
	if !q.table.End(&r.p, o, q.s.now()) {
		return false
	}
	r.cause = cause
	q.finish(r)
	q.wake()
	return true
}

// endedAll finishes what the table has ended.
func (q *requests) endedAll(ended []*pending.Request, cause error) {
	for _, p := range ended {
		r := p.Of.(*Request)
		r.cause = cause
		q.finish(r)
	}
	q.wake()
}

// wake wakes who waits for requests that have ended.
func (q *requests) wake() {
	for _, done := range q.woken {
		close(done)
	}
	clear(q.woken)
	q.woken = q.woken[:0]
}

// finish takes note that a request has ended. Who waits for it is woken by whoever calls this.
func (q *requests) finish(r *Request) {
	if r.p.Outcome == stanza.OutcomeTimeout {
		if o := q.s.link.outageSince(r.p.Sent); !o.None() {
			r.down = &o
		}
	}
	if r.p.Outcome != stanza.OutcomeResult {
		r.err = r.view().Failure(r.cause)
	}
	r.over.Store(true)
	if r.done != nil {
		q.woken = append(q.woken, r.done)
	}
	if r.out.seq != 0 {
		q.s.journal.Annotate(r.out.seq, func(e *journal.Entry) { e.Outcome, e.Reply = r.p.Outcome, r.replySeq })
	}
	if r.out.on == nil { // it waits for the writer, in vain
		r.out.settle(neverLeft(r))
	}
	q.keep(r)
	if q.s.endings.wanted() {
		q.s.endings.add(ending{r.view(), false})
	}
	q.s.discovered(r)
	if r.callback != "" {
		delete(q.calling, r.callback)
		q.s.registry.RunReply(r.callback, r.calling(r.view()))
	}
}

// neverLeft is what the ticket of a request tells that ended before it left.
func neverLeft(r *Request) error {
	var notSent *stanza.NotSent
	if errors.As(r.err, &notSent) {
		return r.err
	}
	return &stanza.NotSent{Request: r.p.Stanza, Cause: r.err}
}

// keep takes note that a request has ended, and forgets the one that ended
// longest ago when there are too many.
func (q *requests) keep(r *Request) {
	q.ended = append(q.ended, r)
	if len(q.ended) <= KeptRequests {
		return
	}
	old := q.ended[0]
	q.ended[0] = nil
	q.ended = q.ended[1:]
	old.forgotten = true
	q.shown--
	// Forgotten requests are swept out of the order once they are the greater
	// part of it, so that ending one costs the same however many there are.
	if len(q.order) > 2*q.shown+KeptRequests {
		rest := q.order[:0]
		for _, r := range q.order {
			if !r.forgotten {
				rest = append(rest, r)
			}
		}
		clear(q.order[len(rest):])
		q.order = rest
	}
}

// exchanges appends what can be shown, in the order of starting.
func (q *requests) exchanges(dst []exchange.Exchange) []exchange.Exchange {
	for _, r := range q.order {
		if !r.forgotten {
			dst = append(dst, r.view())
		}
	}
	return dst
}
