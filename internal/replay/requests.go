package replay

import (
	"errors"
	"strings"
	"time"

	"iqscope/internal/record"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/journal"
	"iqscope/session/pending"
)

// errRecorded is the cause of an end that the recording tells, which has no words for it.
var errRecorded = errors.New("the connection was lost")

// keptRaw is how many elements that are no requests are remembered, for one that answers them.
const keptRaw = 100

// requests are those that were sent.
type requests struct {
	p        *player
	bySerial map[uint64]*request
	byID     map[string]*request // the last one of each id
	bySeq    map[uint64]*request // that are known to end without a reply, by their recorded number
	order    []*request
	ends     []uint64 // of those to come, in the order of time
	early    map[string]bool
	raw      []sentRaw
}

// request is one, as the table knows it and the log numbers it.
type request struct {
	p                      *pending.Request
	shown                  *stanza.Stanza
	seq, replySeq, lateSeq uint64
	recorded               uint64 // its number in the log that was recorded
	counted                int
	refusals               []exchange.Refusal
	timeout                time.Duration
	unasked                bool
	cause                  error
}

// sentRaw is an element that went out and asked nothing.
type sentRaw struct {
	st       *stanza.Stanza
	seq      uint64
	answered bool
}

func newRequests(p *player) requests {
	return requests{
		p: p, bySerial: map[uint64]*request{}, byID: map[string]*request{}, bySeq: map[uint64]*request{},
		ends: inOrder(p.Ends), early: map[string]bool{},
	}
}

// isEarly says that a request belongs to the way to a stream: its answer is no reply to anything that
// was asked.
func (q *requests) isEarly(st *stanza.Stanza) bool {
	switch st.Payload().Space {
	case stanza.NSBind, nsSession:
		return true
	case nsAuth, nsRegister:
		return !q.p.out.Component && q.p.own.IsZero()
	}
	return false
}

// sent takes in a request on its way out.
func (q *requests) sent(it *Item, shown *stanza.Stanza, seq uint64) {
	st := it.Stanza
	if q.isEarly(st) {
		if st.Payload().Space == stanza.NSBind {
			q.streamEnded()
		}
		if len(q.early) < keptRaw {
			q.early[strings.Clone(st.ID())] = true
		}
		return
	}
	r, err := q.p.table.Add(st, 0, q.p.now)
	if err != nil {
		q.p.log.Annotate(seq, func(e *journal.Entry) { e.Text = "no reply can be told to be this one's: " + err.Error() })
		return
	}
	q.p.table.Sent(r, q.p.now)
	mine := &request{p: r, shown: shown, seq: seq, recorded: it.Seq, unasked: it.Seq != 0 && q.p.Unasked[it.Seq]}
	q.bySerial[r.Serial] = mine
	q.byID[r.ID] = mine
	q.order = append(q.order, mine)
	if _, ok := q.p.Ends[it.Seq]; ok && it.Seq != 0 {
		q.bySeq[it.Seq] = mine
	}
}

// negotiates says that an element answers what was asked on the way to a stream.
func (q *requests) negotiates(st *stanza.Stanza) bool {
	if !st.IsReply() || !q.early[st.ID()] {
		return false
	}
	delete(q.early, st.ID())
	return true
}

// waits says that a request waits for a reply of that id, or did.
func (q *requests) waits(st *stanza.Stanza) bool {
	return st.IsReply() && (q.byID[st.ID()] != nil || q.early[st.ID()])
}

// expire ends what is known to have ended without a reply by then.
func (q *requests) expire(now time.Time) {
	for len(q.ends) > 0 && q.p.Ends[q.ends[0]].At.Before(now) {
		if r := q.bySeq[q.ends[0]]; r != nil {
			q.endAs(r, q.p.Ends[q.ends[0]])
		}
		q.ends = q.ends[1:]
	}
}

// endAs ends a request as the recording says.
func (q *requests) endAs(r *request, e record.End) {
	at := e.At
	if at.IsZero() {
		at = q.p.now
	}
	r.timeout = e.Timeout
	q.end(r, e.Outcome, at, errRecorded)
}

func (q *requests) end(r *request, o stanza.Outcome, at time.Time, cause error) {
	if !q.p.table.End(r.p, o, at) {
		return
	}
	r.cause = cause
	q.annotate(r)
}

// annotate writes down how a request ended.
func (q *requests) annotate(r *request) {
	q.p.log.Annotate(r.seq, func(e *journal.Entry) { e.Outcome, e.Reply = r.p.Outcome, r.replySeq })
}

// streamEnded ends what waited on an earlier stream.
func (q *requests) streamEnded() {
	for _, p := range q.p.table.EndAll(q.p.now) {
		r := q.bySerial[p.Serial]
		r.cause = ErrStreamEnded
		if e, ok := q.p.Ends[r.recorded]; ok && r.recorded != 0 {
			r.timeout = e.Timeout
		}
		q.annotate(r)
	}
}

// finish ends what waits when nothing comes any more.
func (q *requests) finish() {
	for _, r := range q.order {
		if e, ok := q.p.Ends[r.recorded]; ok && r.recorded != 0 && r.p.Outcome == "" {
			q.endAs(r, e)
		}
	}
	for _, p := range q.p.table.EndAll(q.p.now) {
		r := q.bySerial[p.Serial]
		r.cause = exchange.ErrUnrecorded
		q.annotate(r)
	}
}

// judge says what an element that came in is worth, as a session does.
func (q *requests) judge(it *Item, shown *stanza.Stanza, seq uint64) {
	if it.Verdict == stanza.VerdictLate {
		// Its request had ended by then, however close that was.
		if r := q.byID[shown.ID()]; r != nil && r.p.Outcome == "" && q.bySeq[r.recorded] == r {
			q.endAs(r, q.p.Ends[r.recorded])
		}
	}
	j := q.p.table.Judge(shown, q.p.now)
	var r *request
	if j.Request != nil {
		r = q.bySerial[j.Request.Serial]
	}
	if r != nil {
		q.joined(r, j, shown, it.Time, seq)
	}
	raw, theirs := q.answersRaw(it, shown, j), uint64(0)
	switch {
	case j.Verdict != stanza.VerdictUnknownID:
	case raw != nil:
		j.Verdict, j.Note = stanza.VerdictReply, "answers what was sent raw"
	case shown.Type() == stanza.Error:
		if theirs = q.p.asked.refused(shown, q.p.own); theirs != 0 {
			j.Verdict, j.Note = "", "an error to our answer of their request; nobody answers an answer (RFC 6120 §8.3.1)"
		}
	}
	if it.Verdict != "" && it.Verdict != j.Verdict {
		j.Verdict, j.Note = it.Verdict, "as it was recorded" // the session knew more, such as what was about to be sent
	}
	if j.Verdict == "" && j.Note == "" && raw == nil {
		return
	}
	q.p.log.Annotate(seq, func(e *journal.Entry) {
		e.Verdict, e.Text, e.LateBy = j.Verdict, j.Note, j.LateBy
		switch {
		case r != nil:
			e.Request = r.seq
			if j.Verdict == stanza.VerdictReply {
				e.RTT = r.p.Ended.Sub(r.p.Sent)
			}
		case raw != nil:
			e.Request = raw.seq
		case theirs != 0:
			e.Request = theirs
		}
	})
}

// joined takes note of what an element has to do with a request.
func (q *requests) joined(r *request, j pending.Judgement, shown *stanza.Stanza, at time.Time, seq uint64) {
	if j.Verdict == stanza.VerdictReply {
		r.replySeq = seq
		q.annotate(r)
	}
	if r.p.Late == shown && r.lateSeq == 0 {
		r.lateSeq = seq
	}
	if r.p.Refused == r.counted {
		return
	}
	r.counted = r.p.Refused
	if len(r.refusals) < exchange.KeptRefusals {
		from := shown.From()
		if len(from) > exchange.KeptFrom {
			from = strings.ToValidUTF8(from[:exchange.KeptFrom], "")
		}
		r.refusals = append(r.refusals, exchange.Refusal{Seq: seq, At: at, From: from, Verdict: j.Verdict, Note: j.Note})
	}
}

// remember keeps an element that asks nothing.
func (q *requests) remember(st *stanza.Stanza, seq uint64) {
	if len(q.raw) == keptRaw {
		q.raw = append(q.raw[:0], q.raw[1:]...)
	}
	q.raw = append(q.raw, sentRaw{st: st, seq: seq})
}

// answersRaw is what an element answers of that which asked nothing, as far as anybody can tell: an
// error that comes back to a message or a presence, or what the session itself took for an answer.
func (q *requests) answersRaw(it *Item, in *stanza.Stanza, j pending.Judgement) *sentRaw {
	switch {
	case j.Verdict == stanza.VerdictReply, in.Kind() == stanza.IQ && it.Verdict != stanza.VerdictReply, in.Kind() != stanza.IQ && in.Type() != stanza.Error:
		return nil
	}
	for i := range q.raw {
		o := &q.raw[i]
		if !o.answered && o.st.Kind() == in.Kind() && o.st.HasID() == in.HasID() && o.st.ID() == in.ID() && (in.From() == "" || q.p.table.From(in, o.st.To())) {
			o.answered = true
			return o
		}
	}
	return nil
}

// all are the exchanges, as a session shows them.
func (q *requests) all() []exchange.Exchange {
	all := make([]exchange.Exchange, 0, len(q.order))
	for _, r := range q.order {
		all = append(all, r.exchange())
	}
	return all
}

func (r *request) exchange() exchange.Exchange {
	p := r.p
	x := exchange.Exchange{
		Serial: p.Serial, Stanza: p.Stanza, Shown: r.shown, Seq: r.seq, ReplySeq: r.replySeq,
		Timeout: r.timeout, Queued: known(p.Queued), Sent: known(p.Sent), Ended: known(p.Ended), Outcome: p.Outcome, Reply: p.Reply,
		Late: p.Late, LateSeq: r.lateSeq, LateBy: p.LateBy, Refused: p.Refused, Refusals: r.refusals, Unasked: r.unasked,
	}
	if x.Outcome == stanza.OutcomeTimeout {
		x.Deadline = x.Ended
	}
	if p.Reply != nil {
		x.RTT = max(0, p.Ended.Sub(p.Sent))
	}
	x.Err = x.Failure(r.cause)
	return x
}
