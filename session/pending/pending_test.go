package pending

import (
	"fmt"
	"html"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

// start is when every test begins.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func at(d time.Duration) time.Time { return start.Add(d) }

// iq writes an IQ; empty addresses are left out.
func iq(typ, id, from, to string) string {
	s := "<iq type='" + typ + "' id='" + html.EscapeString(id) + "'"
	if from != "" {
		s += " from='" + html.EscapeString(from) + "'"
	}
	if to != "" {
		s += " to='" + html.EscapeString(to) + "'"
	}
	switch typ {
	case "get", "set":
		return s + "><ping xmlns='urn:xmpp:ping'/></iq>"
	case "error":
		return s + "><error type='cancel'><item-not-found xmlns='" + stanza.NSStanzas + "'/></error></iq>"
	}
	return s + "/>"
}

const own = "juliet@capulet.example/balcony"

// client is a table that is bound as juliet.
func client(t testing.TB) *Table { return New(Identity{Own: xmpptest.JID(t, own)}) }

func add(t testing.TB, table *Table, xml string, timeout time.Duration) *Request {
	t.Helper()
	r, err := table.Add(xmpptest.Stanza(t, xml), timeout, start)
	if err != nil {
		t.Fatalf("Add(%s): %v", xml, err)
	}
	return r
}

func sent(t testing.TB, table *Table, xml string, timeout time.Duration) *Request {
	t.Helper()
	r := add(t, table, xml, timeout)
	table.Sent(r, start)
	return r
}

func TestAResultEndsItsRequest(t *testing.T) {
	table := client(t)
	r := sent(t, table, iq("get", "q1", "", "romeo@montague.example/phone"), 30*time.Second)
	reply := xmpptest.Stanza(t, iq("result", "q1", "romeo@montague.example/phone", own))

	j := table.Judge(reply, at(time.Second))

	want := Judgement{Verdict: stanza.VerdictReply, Request: r, Serial: 1}
	if j != want {
		t.Errorf("judgement is %+v, want %+v", j, want)
	}
	if r.Outcome != stanza.OutcomeResult || r.Reply != reply || !r.Ended.Equal(at(time.Second)) {
		t.Errorf("request ended as %q at %v", r.Outcome, r.Ended)
	}
	if _, waiting := table.Next(); waiting || table.Len() != 0 {
		t.Error("the table still waits for it")
	}
}

func TestAnErrorEndsItsRequest(t *testing.T) {
	table := client(t)
	r := sent(t, table, iq("get", "q1", "", "nobody@montague.example"), 0)
	table.Judge(xmpptest.Stanza(t, iq("error", "q1", "nobody@montague.example", own)), at(1))
	if r.Outcome != stanza.OutcomeError || r.Reply == nil {
		t.Errorf("request ended as %q with reply %v", r.Outcome, r.Reply)
	}
}

func TestAddRefuses(t *testing.T) {
	asClient, asComponent := Identity{Own: xmpptest.JID(t, own)}, Identity{Own: xmpptest.JID(t, "bots.example"), Component: true}
	for _, row := range []struct {
		name string
		id   Identity
		xml  string
		want error
	}{
		{"row 9: an id that is pending", asClient, iq("set", "taken", "", "a@b"), ErrDuplicateID},
		{"row 9: an id that is pending for a component", asComponent, iq("get", "taken", "bots.example", "a@b"), ErrDuplicateID},
		{"a result", asClient, iq("result", "q", "", "a@b"), ErrNotRequest},
		{"a message", asClient, "<message id='q'/>", ErrNotRequest},
		{"an unknown type", asClient, "<iq type='foo' id='q'/>", ErrNotRequest},
		{"no id", asClient, "<iq type='get'><a xmlns='b'/></iq>", ErrNoID},
		{"a component's request without from", asComponent, iq("get", "q", "", "a@b"), ErrNoFrom},
		{"a component's request from no address", asComponent, iq("get", "q", "a@@b", "a@b"), ErrNoFrom},
	} {
		t.Run(row.name, func(t *testing.T) {
			table, scope := New(row.id), stanza.ClientScope()
			if row.id.Component {
				scope = stanza.ComponentScope()
			}
			if _, err := table.Add(xmpptest.StanzaIn(t, scope, iq("get", "taken", "bots.example", "")), 0, start); err != nil {
				t.Fatal(err)
			}
			r, err := table.Add(xmpptest.StanzaIn(t, scope, row.xml), 0, start)
			if err != row.want || r != nil || table.Len() != 1 {
				t.Errorf("Add returned %v, %v with %d pending; want %v", r, err, table.Len(), row.want)
			}
		})
	}
}

func TestAnEndedIDMayBeUsedAgain(t *testing.T) {
	table := client(t)
	table.End(sent(t, table, iq("get", "q", "", "a@b"), 0), stanza.OutcomeCancelled, at(1))
	again := sent(t, table, iq("get", "q", "", "a@b"), 0)
	if j := table.Judge(xmpptest.Stanza(t, iq("result", "q", "a@b", "")), at(2)); j.Request != again || j.Verdict != stanza.VerdictReply {
		t.Errorf("judgement is %+v", j)
	}
	if j := table.Judge(xmpptest.Stanza(t, iq("result", "q", "a@b", "")), at(3)); j.Verdict != stanza.VerdictDuplicate || j.Serial != again.Serial {
		t.Errorf("judgement of the second reply is %+v", j)
	}
}

func TestAComponentTellsRequestsApartByTheirSender(t *testing.T) {
	table := New(Identity{Own: xmpptest.JID(t, "bots.example"), Component: true})
	var requests []*Request
	for _, from := range []string{"echo@bots.example", "silent@bots.example/x"} {
		r, err := table.Add(xmpptest.StanzaIn(t, stanza.ComponentScope(), iq("get", "1", from, "romeo@montague.example")), 0, start)
		if err != nil {
			t.Fatal(err)
		}
		table.Sent(r, start)
		requests = append(requests, r)
	}
	for _, row := range []struct {
		name, from, to string
		verdict        stanza.Verdict
		of             *Request
	}{
		{"to nobody who asked", "romeo@montague.example", "liar@bots.example", stanza.VerdictUnknownID, nil},
		{"without to", "romeo@montague.example", "", stanza.VerdictUnknownID, nil},
		{"to no address", "romeo@montague.example", "a@@b", stanza.VerdictUnknownID, nil},
		{"to the bare address of a full one", "romeo@montague.example", "silent@bots.example", stanza.VerdictUnknownID, nil},
		{"from somebody else", "tybalt@capulet.example", "echo@bots.example", stanza.VerdictWrongSender, requests[0]},
		{"without from", "", "echo@bots.example", stanza.VerdictWrongSender, requests[0]},
		{"the second one's", "romeo@montague.example", "Silent@bots.example/x", stanza.VerdictReply, requests[1]},
		{"the first one's", "romeo@montague.example", "echo@bots.example", stanza.VerdictReply, requests[0]},
		{"the first one's again", "romeo@montague.example", "echo@bots.example", stanza.VerdictDuplicate, requests[0]},
	} {
		j := table.Judge(xmpptest.StanzaIn(t, stanza.ComponentScope(), iq("result", "1", row.from, row.to)), at(1))
		if j.Verdict != row.verdict || j.Request != row.of {
			t.Errorf("%s: judgement is %+v, want %s of %p", row.name, j, row.verdict, row.of)
		}
	}
}

func TestAComponentIsNeverUnbound(t *testing.T) {
	table := New(Identity{Component: true})
	if _, err := table.Add(xmpptest.StanzaIn(t, stanza.ComponentScope(), iq("get", "1", "echo@bots.example", "a@b")), 0, start); err != nil {
		t.Fatal(err)
	}
	j := table.Judge(xmpptest.StanzaIn(t, stanza.ComponentScope(), iq("result", "1", "mallory@evil.example", "echo@bots.example")), at(1))
	if j.Verdict != stanza.VerdictWrongSender {
		t.Errorf("judgement is %+v", j)
	}
}

func TestDeadlines(t *testing.T) {
	const second = time.Second
	table := client(t)
	short := sent(t, table, iq("get", "short", "", "a@b"), 300*time.Millisecond)
	never := sent(t, table, iq("get", "never", "", "a@b"), 0)
	queued := add(t, table, iq("get", "queued", "", "a@b"), 2*second)
	delayed := add(t, table, iq("get", "delayed", "", "a@b"), 2*second)
	table.Sent(delayed, at(1*second)) // due at 3 s
	extended := add(t, table, iq("get", "extended", "", "a@b"), 2*second)
	table.Extend(extended, 5*second, start) // due at 7 s
	table.Sent(extended, at(1*second))

	type ended struct {
		ID      string
		Outcome stanza.Outcome
	}
	expire := func(now time.Duration) (all []ended) {
		for _, r := range table.Expire(at(now)) {
			all = append(all, ended{r.ID, r.Outcome})
		}
		return all
	}
	for _, row := range []struct {
		at   time.Duration
		want []ended
	}{
		{300*time.Millisecond - 1, nil},
		{300 * time.Millisecond, []ended{{"short", stanza.OutcomeTimeout}}},
		{2*second - 1, nil},
		{3 * second, []ended{{"queued", stanza.OutcomeNotSent}, {"delayed", stanza.OutcomeTimeout}}},
		{7*second - 1, nil},
		{24 * time.Hour, []ended{{"extended", stanza.OutcomeTimeout}}},
	} {
		if diff := cmp.Diff(row.want, expire(row.at)); diff != "" {
			t.Errorf("expired at %v (-want +got):\n%s", row.at, diff)
		}
	}
	if table.Len() != 1 || !never.Ended.IsZero() {
		t.Error("the request without a timeout does not wait any more")
	}
	if table.Extend(short, second, at(second)) || table.End(queued, stanza.OutcomeCancelled, at(second)) {
		t.Error("a request was extended or ended after its end")
	}
	if !short.Ended.Equal(at(300*time.Millisecond)) || short.Outcome != stanza.OutcomeTimeout {
		t.Errorf("its end changed to %q at %v", short.Outcome, short.Ended)
	}
}

func TestExtendCountsFromNowWhenTheDeadlineHasPassed(t *testing.T) {
	table := client(t)
	r := sent(t, table, iq("get", "q", "", "a@b"), time.Second)
	if !table.Extend(r, time.Second, at(10*time.Second)) || !r.Deadline.Equal(at(11*time.Second)) {
		t.Errorf("deadline is %v", r.Deadline)
	}
	if !table.Extend(r, -2*time.Second, at(10*time.Second)) || !r.Deadline.Equal(at(9*time.Second)) {
		t.Errorf("shortened deadline is %v", r.Deadline)
	}
	if got := table.Expire(at(10 * time.Second)); len(got) != 1 {
		t.Errorf("%d expired", len(got))
	}
}

func TestExtendLeavesARequestWithoutDeadlineSo(t *testing.T) {
	table := client(t)
	r := sent(t, table, iq("get", "q", "", "a@b"), 0)
	if !table.Extend(r, time.Second, start) || !r.Deadline.IsZero() {
		t.Errorf("deadline is %v", r.Deadline)
	}
}

func TestANegativeTimeoutHasPassed(t *testing.T) {
	table := client(t)
	r := add(t, table, iq("get", "q", "", "a@b"), -time.Second)
	if got := table.Expire(start); len(got) != 1 || r.Outcome != stanza.OutcomeNotSent {
		t.Errorf("%d expired, outcome %q", len(got), r.Outcome)
	}
}

func TestSentAfterTheEndChangesNothing(t *testing.T) {
	table := client(t)
	r := add(t, table, iq("get", "q", "", "a@b"), time.Second)
	table.Expire(at(time.Second))
	table.Sent(r, at(2*time.Second))
	if !r.Sent.IsZero() || table.Len() != 0 {
		t.Errorf("sent at %v, %d pending", r.Sent, table.Len())
	}
}

func TestEqualDeadlinesExpireInOrderOfAdd(t *testing.T) {
	table := client(t)
	for i := range 100 {
		sent(t, table, iq("get", fmt.Sprint(i), "", "a@b"), time.Second)
	}
	for i, r := range table.Expire(at(time.Second)) {
		if r.ID != fmt.Sprint(i) {
			t.Fatalf("place %d has request %s", i, r.ID)
		}
	}
}

// What is left over of ended requests ends no other one, and does not pile up.
func TestTheDeadlineOfAnEndedRequestIsForgotten(t *testing.T) {
	table := client(t)
	never := sent(t, table, iq("get", "never", "", "a@b"), 0)
	sent(t, table, iq("get", "q", "", "a@b"), time.Second)
	table.Judge(xmpptest.Stanza(t, iq("result", "q", "a@b", "")), start)
	again := sent(t, table, iq("get", "q", "", "a@b"), 0) // the same id, and no deadline
	if got := table.Expire(at(time.Hour)); len(got) != 0 || again.Outcome != "" {
		t.Errorf("%s expired at the deadline of an earlier request", names(got))
	}
	for i := range 100 {
		table.End(sent(t, table, iq("get", fmt.Sprint(i), "", "a@b"), time.Second), stanza.OutcomeCancelled, start)
		if n := len(table.deadlines); n > 2*table.Len() {
			t.Fatalf("%d deadlines are held for %d requests", n, table.Len())
		}
	}
	if got := table.Expire(at(time.Hour)); len(got) != 0 || never.Outcome != "" {
		t.Errorf("%s expired without a deadline", names(got))
	}
	if next, ok := table.Next(); ok {
		t.Errorf("the next deadline is %v", next)
	}
}

func TestLossEndsEverything(t *testing.T) {
	table := client(t)
	sent(t, table, iq("get", "sent", "", "a@b"), time.Second)
	add(t, table, iq("set", "queued", "", "a@b"), 0)
	got := map[string]stanza.Outcome{}
	for _, r := range table.EndAll(at(1)) {
		got[r.ID] = r.Outcome
	}
	want := map[string]stanza.Outcome{"sent": stanza.OutcomeUnknown, "queued": stanza.OutcomeNotSent}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	if again := table.EndAll(at(2)); len(again) != 0 || table.Len() != 0 {
		t.Errorf("%d ended a second time", len(again))
	}
}
