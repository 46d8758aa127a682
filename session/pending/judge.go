package pending

import (
	"time"

	"iqscope/iqbuilder/stanza"
)

// Judge says what a received stanza is worth, and ends the request that it
// answers (docs/reply-rule.md). A request ends by its reply also when its deadline has
// passed, as long as Expire has not seen that.
//
// An IQ without an id, without a type, or of an unknown type is malformed. That
// and borrowed-id say nothing about whether a stanza must be answered: every get
// and set must, whatever its verdict (stanza.IsRequest).
//
// What only the account's own server may send is forged when it comes from somebody else.
func (t *Table) Judge(s *stanza.Stanza, now time.Time) Judgement {
	j := t.judge(s, now)
	if why := t.forged(s); why != "" {
		j.Verdict, j.Note = stanza.VerdictForged, why
	}
	return j
}

func (t *Table) judge(s *stanza.Stanza, now time.Time) Judgement {
	in := t.read(s)
	switch {
	case s.Kind() == stanza.IQ:
		return t.judgeIQ(in, now)
	case in.request != nil && looksLikeStanza(s):
		return in.refuse(stanza.VerdictBorrowedID, "not a reply, though it has the request's id")
	}
	return Judgement{}
}

// received is a stanza with what it may have to do with.
type received struct {
	*stanza.Stanza
	own     stanza.JID // who would have asked; zero for a client before binding
	key     key
	hash    uint64   // of key
	request *Request // in flight, of the stanza's id; or nil
}

func (t *Table) read(s *stanza.Stanza) received {
	in := received{Stanza: s, own: t.id.Own}
	if !s.HasID() {
		return in
	}
	if t.id.Component {
		in.own = readAddress(s.To()).jid
	}
	in.key = t.key(in.own, s.ID())
	in.hash = t.live.hash(in.key)
	in.request = t.live.get(in.key, in.hash)
	return in
}

// refuse leaves the request, if there is one, as it was.
func (in received) refuse(v stanza.Verdict, why string) Judgement {
	r := in.request
	if r == nil {
		return Judgement{Verdict: v, Note: why}
	}
	r.Refused++
	return Judgement{Verdict: v, Request: r, Serial: r.Serial, Note: why + "; still waiting"}
}

// isEcho recognizes the request that we sent to ourselves.
func (in received) isEcho() bool {
	to := readAddress(in.request.to)
	return to.valid() && to.jid == in.own && readAddress(in.From()).jid == in.own
}

// looksLikeStanza leaves out the elements whose id is not a stanza's, such as
// XEP-0198's <enabled/> and the stream's own tag.
func looksLikeStanza(s *stanza.Stanza) bool {
	switch s.Name().Local {
	case "iq", "message", "presence":
		return true
	}
	return false
}

func (t *Table) judgeIQ(in received, now time.Time) Judgement {
	switch {
	case !in.HasID():
		return in.refuse(stanza.VerdictMalformed, "an IQ without id (RFC 6120 §8.2.3)")
	case in.IsReply() && in.request != nil:
		return t.judgeReply(in, now)
	case in.IsReply():
		return t.judgeAfterEnd(in, now)
	case !in.IsRequest():
		return in.refuse(stanza.VerdictMalformed, "its type is none of an IQ's (RFC 6120 §8.2.3)")
	case in.request == nil:
		return Judgement{}
	case in.isEcho():
		return Judgement{
			Verdict: stanza.VerdictBorrowedID, Request: in.request, Serial: in.request.Serial,
			Note: "our own request came back to us, to be answered",
		}
	}
	return in.refuse(stanza.VerdictBorrowedID, "a request of the same id, not a reply")
}

// judgeReply judges a result or error with the id of a request in flight.
func (t *Table) judgeReply(in received, now time.Time) Judgement {
	r := in.request
	refused, note, lenient := t.check(in, r.to)
	if refused != "" {
		return in.refuse(refused, note)
	}
	if r.Sent.IsZero() {
		return in.refuse(stanza.VerdictUnknownID, "the request of this id has not been sent yet")
	}
	outcome := stanza.OutcomeResult
	if in.Type() == stanza.Error {
		outcome = stanza.OutcomeError
	}
	t.end(r, outcome, in.Stanza, now)
	return Judgement{
		Verdict: stanza.VerdictReply, Request: r, Serial: r.Serial,
		Note: note, Lenient: lenient,
	}
}

// judgeAfterEnd judges a reply that no request in flight waits for. It is late or
// a duplicate only when it would have been the reply before.
func (t *Table) judgeAfterEnd(in received, now time.Time) Judgement {
	n, ok := t.ended.find(in.key, in.hash)
	if !ok {
		return Judgement{Verdict: stanza.VerdictUnknownID, Note: "no request has this id"}
	}
	rec := t.ended.at(n)
	j := Judgement{Request: t.ended.request(n), Serial: rec.serial}
	if rec.how() == stanza.OutcomeNotSent {
		j.Verdict, j.Note = stanza.VerdictUnknownID, "the request of this id was never sent"
		return j
	}
	refused, note, lenient := t.check(in, t.ended.texts.of(rec.to))
	switch {
	case refused != "":
		j.Verdict, j.Note = refused, note
		if j.Request != nil {
			j.Request.Refused++
		}
	case rec.answered:
		j.Verdict, j.Lenient = stanza.VerdictDuplicate, lenient
		j.Note = "the request has its reply already"
	default:
		j.Verdict, j.Lenient = stanza.VerdictLate, lenient
		j.Note = "the outcome stays " + string(rec.how())
		j.LateBy = t.ended.since(rec, now)
		t.ended.late(n, in.Stanza, j.LateBy)
	}
	return j
}

// LenientTakes ends the note on a reply that the lenient mode would have taken.
const LenientTakes = " (lenient mode accepts it)"

// check holds a reply against the address that the request of its id went to.
// refused is "" when it fits; the note says why not, or what is odd about it.
func (t *Table) check(in received, to string) (refused stanza.Verdict, note string, lenient bool) {
	if !t.id.Component && t.id.Own.IsZero() {
		return "", oddity(in.Stanza), false // before binding the id is enough
	}
	fit, asked := fits, address{}
	if from := in.From(); from == "" || from != to { // else it is who was asked, however that is written
		asked, fit = readAddress(to), mismatch
		if from != "" || !t.id.Component {
			fit = senderFit(asked, readAddress(from), in.own, in.Type() == stanza.Error)
		}
	}
	switch {
	case fit == mismatch:
		return stanza.VerdictWrongSender, "not " + expected(asked, in.own), false
	case fit == fitsLeniently && !t.id.Lenient:
		return stanza.VerdictWrongSender, "not " + expected(asked, in.own) + LenientTakes, false
	case !t.isOwn(in.To(), in.own):
		return stanza.VerdictWrongRecipient, "its to is not our address", false
	case fit == fitsLeniently:
		return "", "not " + expected(asked, in.own) + "; accepted by lenient mode", true
	}
	return "", oddity(in.Stanza), false
}

// isOwn says that a reply's to is a client's: absent, the full JID or the bare one.
// A component's always is: its request would not have been found otherwise.
func (t *Table) isOwn(to string, own stanza.JID) bool {
	if to == "" || to == t.own || to == t.bare {
		return true
	}
	jid := readAddress(to).jid
	return jid == own || jid == own.Bare()
}

// oddity names what is against RFC 6120 §8.2.3 in a reply that ends its request
// all the same.
func oddity(s *stanza.Stanza) string {
	switch {
	case s.Type() == stanza.Error && !s.HasError():
		return "an error without <error/>"
	case s.Type() == stanza.Result && s.Payloads() > 1:
		return "a result with several payloads"
	}
	return ""
}
