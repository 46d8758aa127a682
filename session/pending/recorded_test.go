package pending

import (
	"testing"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

// A recorded exchange needs no connection to get its verdicts: a table that is told of each
// element in its order, as of the time in the recording, says what a session said of it.
func TestARecordedExchangeGetsTheVerdictsOfALiveOne(t *testing.T) {
	const (
		out = stanza.Out
		in  = stanza.In
	)
	recording := []struct {
		dir     stanza.Direction
		after   time.Duration // since the one before
		xml     string
		verdict stanza.Verdict
		lateBy  time.Duration
	}{
		{out, 0, `<iq type="get" id="a" to="romeo@example.net/orchard"><query xmlns="jabber:iq:version"/></iq>`, "", 0},
		{out, 0, `<iq type="get" id="b" to="example.com"><query xmlns="jabber:iq:version"/></iq>`, "", 0},
		{out, 0, `<iq type="set" id="c" to="archive@example.com"><query xmlns="urn:xmpp:mam:2"/></iq>`, "", 0},
		{in, 1, `<iq type="result" id="a" from="mallory@example.org"/>`, stanza.VerdictWrongSender, 0},
		{in, 0, `<iq type="result" id="a" from="romeo@example.net/orchard" to="nurse@example.com"/>`, stanza.VerdictWrongRecipient, 0},
		{in, 0, `<iq type="get" id="a" from="romeo@example.net/orchard"><query xmlns="jabber:iq:version"/></iq>`, stanza.VerdictBorrowedID, 0},
		{in, 0, `<iq type="result" id="a" from="romeo@example.net/orchard"/>`, stanza.VerdictReply, 0},
		{in, 0, `<iq type="result" id="a" from="romeo@example.net/orchard"/>`, stanza.VerdictDuplicate, 0},
		{in, 0, `<iq type="result" id="nobody" from="example.com"/>`, stanza.VerdictUnknownID, 0},
		{in, 0, `<iq type="result" from="example.com"/>`, stanza.VerdictMalformed, 0},
		{in, 0, `<iq type="set" id="p" from="mallory@example.org"><query xmlns="jabber:iq:roster"/></iq>`, stanza.VerdictForged, 0},
		{in, 0, `<iq type="set" id="p" from="juliet@example.com"><query xmlns="jabber:iq:roster"/></iq>`, "", 0},
		{in, 0, `<iq type="set" id="p" from="juliet@example.com/attic"><query xmlns="jabber:iq:roster"/></iq>`, stanza.VerdictForged, 0},
		{in, 0, `<iq type="set" id="p"><block xmlns="urn:xmpp:blocking"/></iq>`, "", 0},
		{in, 0, `<iq type="set" id="p" from="example.com"><block xmlns="urn:xmpp:blocking"/></iq>`, stanza.VerdictForged, 0},
		{in, 0, `<iq type="get" id="p" from="mallory@example.org"><query xmlns="jabber:iq:roster"/></iq>`, "", 0},
		{in, 0, `<message from="mallory@example.org"><received xmlns="urn:xmpp:carbons:2"/></message>`, stanza.VerdictForged, 0},
		{in, 0, `<message from="juliet@example.com"><received xmlns="urn:xmpp:carbons:2"/></message>`, "", 0},
		{in, 0, `<message from="mallory@example.org"><result xmlns="urn:xmpp:mam:2"/></message>`, stanza.VerdictForged, 0},
		{in, 0, `<message from="ARCHIVE@example.com"><result xmlns="urn:xmpp:mam:2"/></message>`, "", 0},
		{in, 0, `<message id="b" from="example.com"/>`, stanza.VerdictBorrowedID, 0},
		{in, 31 * time.Second, `<iq type="result" id="b" from="example.com"/>`, stanza.VerdictLate, time.Second + 1},
	}
	table := New(Identity{})
	first := xmpptest.Stanza(t, `<message from="mallory@example.org"><received xmlns="urn:xmpp:carbons:2"/></message>`)
	now := start
	if j := table.Judge(first, now); j.Verdict != "" {
		t.Errorf("before binding nobody knows who our server is, and the verdict is %q", j.Verdict)
	}
	table.SetIdentity(Identity{Own: xmpptest.JID(t, "juliet@example.com/balcony")})
	var deadline time.Time
	for _, el := range recording {
		now = now.Add(el.after)
		for !deadline.IsZero() && !now.Before(deadline) { // what a session's clock would have done
			table.Expire(deadline)
			deadline, _ = table.Next()
		}
		st := xmpptest.Stanza(t, el.xml)
		if el.dir == out {
			r, err := table.Add(st, 30*time.Second, now)
			if err != nil {
				t.Fatal(err)
			}
			table.Sent(r, now)
		} else if j := table.Judge(st, now); j.Verdict != el.verdict || j.LateBy != el.lateBy {
			t.Errorf("%s is %q, late by %v (%s); want %q, %v", el.xml, j.Verdict, j.LateBy, j.Note, el.verdict, el.lateBy)
		}
		deadline, _ = table.Next()
	}
}
