package pending

// Where a test of this package says "row N", it is that row of docs/acceptance-rows.md.

import (
	"testing"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

// While a request to romeo's phone waits, each stanza comes alone.
// Fault 4: what has a pending id and is no reply.
func TestVerdictsWhileARequestWaits(t *testing.T) {
	const romeo = "romeo@montague.example/phone"
	for _, row := range []struct {
		name, xml string
		verdict   stanza.Verdict
		named     bool // the judgement names the request
		note      string
	}{
		{"the reply", iq("result", "q", romeo, own), stanza.VerdictReply, true, ""},
		{"the reply to the bare JID", iq("result", "q", romeo, "Juliet@capulet.example"), stanza.VerdictReply, true, ""},
		{"the reply without to", iq("result", "q", romeo, ""), stanza.VerdictReply, true, ""},
		{"the reply with its id in references", "<iq type='result' id='&#x71;' from='" + romeo + "'/>", stanza.VerdictReply, true, ""},
		{"an error without an error", "<iq type='error' id='q' from='" + romeo + "'/>", stanza.VerdictReply, true,
			"an error without <error/>"},
		{"a result with two payloads", "<iq type='result' id='q' from='" + romeo + "'><a xmlns='x'/><b xmlns='x'/></iq>", stanza.VerdictReply, true,
			"a result with several payloads"},
		{"a reply from somebody else", iq("result", "q", "mallory@evil.example", own), stanza.VerdictWrongSender, true,
			"not romeo@montague.example/phone; still waiting"},
		{"a reply that lenient mode accepts", iq("result", "q", "montague.example", own), stanza.VerdictWrongSender, true,
			"not romeo@montague.example/phone (lenient mode accepts it); still waiting"},
		{"a reply to somebody else", iq("result", "q", romeo, "nurse@capulet.example"), stanza.VerdictWrongRecipient, true,
			"its to is not our address; still waiting"},
		{"a reply to another of our resources", iq("result", "q", romeo, "juliet@capulet.example/garden"), stanza.VerdictWrongRecipient, true,
			"its to is not our address; still waiting"},
		{"a reply to our domain", iq("result", "q", romeo, "capulet.example"), stanza.VerdictWrongRecipient, true,
			"its to is not our address; still waiting"},
		{"a reply to no address", iq("result", "q", romeo, "juliet@@capulet"), stanza.VerdictWrongRecipient, true,
			"its to is not our address; still waiting"},
		{"a reply from and to somebody else", iq("result", "q", "mallory@evil.example", "nurse@capulet.example"), stanza.VerdictWrongSender, true,
			"not romeo@montague.example/phone; still waiting"},
		{"a reply with another id", iq("error", "Q", romeo, own), stanza.VerdictUnknownID, false, "no request has this id"},
		{"a reply with an empty id", iq("result", "", romeo, own), stanza.VerdictUnknownID, false, "no request has this id"},
		{"a reply without id", "<iq type='result' from='" + romeo + "'/>", stanza.VerdictMalformed, false, "an IQ without id (RFC 6120 §8.2.3)"},
		{"a request without id", "<iq type='get' from='" + romeo + "'><a xmlns='x'/></iq>", stanza.VerdictMalformed, false, "an IQ without id (RFC 6120 §8.2.3)"},
		{"no type", "<iq id='q' from='" + romeo + "'/>", stanza.VerdictMalformed, true, "its type is none of an IQ's (RFC 6120 §8.2.3); still waiting"},
		{"an unknown type", "<iq type='RESULT' id='q' from='" + romeo + "'/>", stanza.VerdictMalformed, true, "its type is none of an IQ's (RFC 6120 §8.2.3); still waiting"},
		{"an unknown type with another id", "<iq type='foo' id='x'/>", stanza.VerdictMalformed, false, "its type is none of an IQ's (RFC 6120 §8.2.3)"},
		{"a message with the id", "<message id='q' from='" + romeo + "'/>", stanza.VerdictBorrowedID, true, "not a reply, though it has the request's id; still waiting"},
		{"a presence with the id", "<presence id='q' type='error' from='" + romeo + "'/>", stanza.VerdictBorrowedID, true, "not a reply, though it has the request's id; still waiting"},
		{"an iq in another namespace", "<iq xmlns='urn:other' type='result' id='q' from='" + romeo + "'/>", stanza.VerdictBorrowedID, true, "not a reply, though it has the request's id; still waiting"},
		{"a server's iq on a client's stream", "<iq xmlns='jabber:server' type='result' id='q' from='" + romeo + "'/>", stanza.VerdictBorrowedID, true, "not a reply, though it has the request's id; still waiting"},
		{"row 27: a get with the id", iq("get", "q", romeo, own), stanza.VerdictBorrowedID, true, "a request of the same id, not a reply; still waiting"},
		{"row 27: a set with the id", iq("set", "q", romeo, own), stanza.VerdictBorrowedID, true, "a request of the same id, not a reply; still waiting"},
		{"a get with another id", iq("get", "x", romeo, own), "", false, ""},
		{"a message with another id", "<message id='x'/>", "", false, ""},
		{"a message without id", "<message/>", "", false, ""},
		{"stream management's enabled with the id", "<enabled xmlns='urn:xmpp:sm:3' id='q'/>", "", false, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			table := client(t)
			r := sent(t, table, iq("get", "q", "", romeo), 30*time.Second)
			j := table.Judge(xmpptest.Stanza(t, row.xml), at(1))
			if j.Verdict != row.verdict || j.Note != row.note || (j.Request == r) != row.named {
				t.Errorf("judgement is %+v", j)
			}
			ends := row.verdict == stanza.VerdictReply
			if ended := !r.Ended.IsZero(); ended != ends || (table.Len() == 0) != ends {
				t.Errorf("ended: %v", ended)
			}
			if want := row.named && !ends; (r.Refused == 1) != want {
				t.Errorf("Refused is %d", r.Refused)
			}
		})
	}
}

func TestOurOwnRequestComesBack(t *testing.T) {
	t.Run("row 26: it is to be answered, and only the answer ends it", testOurOwnRequest)
}

func testOurOwnRequest(t *testing.T) {
	table := client(t)
	r := sent(t, table, iq("get", "q", "", own), 0)
	j := table.Judge(xmpptest.Stanza(t, iq("get", "q", own, own)), at(1))
	if j.Verdict != stanza.VerdictBorrowedID || j.Request != r || j.Note != "our own request came back to us, to be answered" || r.Refused != 0 {
		t.Errorf("judgement of the request is %+v, Refused %d", j, r.Refused)
	}
	if j := table.Judge(xmpptest.Stanza(t, iq("result", "q", own, own)), at(2)); j.Verdict != stanza.VerdictReply {
		t.Errorf("judgement of our answer to it is %+v", j)
	}
}

// Fault 1: the request stays open, and the genuine reply wins.
func TestTheTrueReplyWinsOverAForgedOne(t *testing.T) {
	t.Run("row 21: a third JID is refused, the true answer later wins", testForgedThenTrue)
}

func testForgedThenTrue(t *testing.T) {
	table := client(t)
	r := sent(t, table, iq("get", "q", "", "liar@montague.example"), 0)
	forged, genuine := xmpptest.Stanza(t, iq("result", "q", "mallory@evil.example", "")), xmpptest.Stanza(t, iq("result", "q", "liar@montague.example", ""))
	table.Judge(forged, at(1))
	if table.Judge(genuine, at(2)); r.Reply != genuine || r.Refused != 1 {
		t.Errorf("reply is %v, Refused %d", r.Reply, r.Refused)
	}
}

// After a request to romeo has ended in each way, three replies come: a
// stranger's, romeo's, romeo's again.
func TestVerdictsAfterTheEnd(t *testing.T) {
	for _, row := range []struct {
		name          string
		end           func(*Table, *Request, time.Time)
		first, second stanza.Verdict
	}{
		{"a timeout", func(table *Table, r *Request, now time.Time) { table.Expire(now) },
			stanza.VerdictLate, stanza.VerdictDuplicate},
		{"a cancellation", func(table *Table, r *Request, now time.Time) { table.End(r, stanza.OutcomeCancelled, now) },
			stanza.VerdictLate, stanza.VerdictDuplicate},
		{"a lost connection", func(table *Table, r *Request, now time.Time) { table.EndAll(now) },
			stanza.VerdictLate, stanza.VerdictDuplicate},
		{"a failed write", func(table *Table, r *Request, now time.Time) { table.End(r, stanza.OutcomeNotSent, now) },
			stanza.VerdictUnknownID, stanza.VerdictUnknownID},
		{"its reply", func(table *Table, r *Request, now time.Time) {
			table.Judge(xmpptest.Stanza(t, iq("result", "q", "romeo@montague.example", "")), now)
		}, stanza.VerdictDuplicate, stanza.VerdictDuplicate},
	} {
		t.Run(row.name, func(t *testing.T) {
			table := client(t)
			r := sent(t, table, iq("get", "q", "", "romeo@montague.example"), time.Second)
			row.end(table, r, at(time.Second))
			outcome, reply := r.Outcome, r.Reply

			judge := func(from string, at time.Time) Judgement {
				return table.Judge(xmpptest.Stanza(t, iq("result", "q", from, "")), at)
			}
			never := outcome == stanza.OutcomeNotSent
			if j := judge("tybalt@capulet.example", at(2*time.Second)); j.Verdict != stanza.VerdictWrongSender && !never {
				t.Errorf("a stranger's reply is %+v", j)
			}
			first := judge("romeo@montague.example", at(2040*time.Millisecond))
			second := judge("romeo@montague.example", at(3*time.Second))
			if first.Verdict != row.first || second.Verdict != row.second {
				t.Errorf("replies are %s, %s; want %s, %s", first.Verdict, second.Verdict, row.first, row.second)
			}
			if first.Request != r || first.Serial != 1 {
				t.Errorf("the judgement does not name the request: %+v", first)
			}
			if late := row.first == stanza.VerdictLate; late != (r.Late != nil) || late && (first.LateBy != 1040*time.Millisecond || r.LateBy != first.LateBy) {
				t.Errorf("late by %v, on the request %v", first.LateBy, r.LateBy)
			}
			if r.Outcome != outcome || r.Reply != reply || !r.Ended.Equal(at(time.Second)) {
				t.Errorf("the end changed to %s at %v", r.Outcome, r.Ended)
			}
			if j := table.Judge(xmpptest.Stanza(t, iq("get", "q", "romeo@montague.example", "")), at(4*time.Second)); j.Verdict != "" {
				t.Errorf("a get with the id of an ended request is %+v", j)
			}
		})
	}
}

func TestALateReplyToSomebodyElseIsNotLate(t *testing.T) {
	table := client(t)
	r := sent(t, table, iq("get", "q", "", "a@b"), time.Second)
	table.Expire(at(time.Second))
	j := table.Judge(xmpptest.Stanza(t, iq("result", "q", "a@b", "nurse@capulet.example")), at(2*time.Second))
	if j.Verdict != stanza.VerdictWrongRecipient || r.Late != nil {
		t.Errorf("judgement is %+v", j)
	}
}

func TestBindingIsAnsweredByIDAlone(t *testing.T) {
	t.Run("row 25: before binding the id is enough, afterwards it is not", testBinding)
}

func testBinding(t *testing.T) {
	table := New(Identity{})
	sent(t, table, iq("set", "bind", "", ""), 0)
	if j := table.Judge(xmpptest.Stanza(t, iq("result", "bind", "capulet.example", own)), at(1)); j.Verdict != stanza.VerdictReply {
		t.Errorf("judgement is %+v", j)
	}
	table.SetIdentity(Identity{Own: xmpptest.JID(t, own)})
	sent(t, table, iq("set", "session", "", ""), 0)
	if j := table.Judge(xmpptest.Stanza(t, iq("result", "session", "mallory@evil.example", own)), at(2)); j.Verdict != stanza.VerdictWrongSender {
		t.Errorf("after binding, judgement is %+v", j)
	}
}
