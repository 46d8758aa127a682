package inspect

import (
	"errors"
	"strings"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/exchange"
	"iqscope/session/journal"
	"iqscope/tui/keys"
)

// explains prepares the explanation of a subject and returns it, each run of white space as one
// space.
func explains(t *testing.T, s *Subject, width int) string {
	t.Helper()
	own, err := stanza.ParseJID("juliet@demo.localhost/k3")
	if err != nil {
		t.Fatal(err)
	}
	s.Own = own
	p := newPane()
	p.SetSubject(s)
	for p.view != viewExplain {
		p.Do(keys.NextView)
	}
	return shows(p, width, 60)
}

// oneLine makes a text independent of where its lines end.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

const (
	notFound = "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>" +
		"<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>There is no such \u009bnode.</text></error>"
	discoNode = "<query xmlns='http://jabber.org/protocol/disco#info' node='n'/>"
)

func TestWhatIsExplained(t *testing.T) {
	request := parse(t, "<iq type='get' id='a' to='romeo@demo.localhost/x'>"+discoNode+"</iq>")
	set := parse(t, "<iq type='set' id='a'><q xmlns='x'/></iq>")
	ping := parse(t, "<iq type='get' id='a' to='romeo@x'><ping xmlns='urn:xmpp:ping'/></iq>")
	failed := parse(t, "<iq type='error' id='a' from='romeo@demo.localhost/x'>"+notFound+"</iq>")
	whole := parse(t, "<iq type='result' id='a' from='romeo@demo.localhost/x'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>")
	ended := func(o stanza.Outcome, reply *stanza.Stanza, err error) *session.Exchange {
		return &session.Exchange{Stanza: request, Outcome: o, Reply: reply, Err: err, Ended: now}
	}
	in := func(st *stanza.Stanza) journal.Entry { return journal.Entry{Stanza: st, Dir: stanza.In} }
	out := func(st *stanza.Stanza) journal.Entry { return journal.Entry{Stanza: st, Dir: stanza.Out} }
	judged := func(st *stanza.Stanza, v stanza.Verdict, why string) journal.Entry {
		return journal.Entry{Stanza: st, Dir: stanza.In, Verdict: v, Text: why, LateBy: 1040 * time.Millisecond}
	}
	asked := session.Incoming{Stanza: parse(t, "<iq type='get' id='a' from='b@x'><time xmlns='urn:xmpp:time'/></iq>"), State: exchange.Held, Held: true}
	refused := asked
	refused.State, refused.By, refused.Blocked = exchange.Answered, session.AnsweredByNobody, 1
	refused.Reply = parse(t, "<iq type='error' id='a' to='b@x'>"+notFound+"</iq>")

	for _, c := range []struct {
		name    string
		subject Subject
		want    string // pieces in their order, separated by |
		lacks   string
	}{
		{"an error reply", Subject{Entry: judged(failed, stanza.VerdictReply, ""), Request: ended(stanza.OutcomeError, failed, nil)},
			"✗ Error: item-not-found, type cancel|it says: There is no such <U+009B>node.|There is no such address, or it has no node|Likely our own doing. See XEP-0030 §7.|→ Ask again without node.", "Verdict"},
		{"an error reply that is late", Subject{Entry: judged(failed, stanza.VerdictLate, "the outcome stays timeout"), Request: ended(stanza.OutcomeTimeout, nil, nil)},
			"! Verdict: late, by 1.04 s|because: the outcome stays timeout|already been given up|✗ Error: item-not-found|✗ timeout, the outcome of get disco#info|→ Send it again: a get changes nothing.", ""},
		{"the request of an error reply", Subject{Entry: out(request), Request: ended(stanza.OutcomeError, failed, nil)}, "✗ Error: item-not-found", "outcome"},
		{"a wrong sender", Subject{Entry: judged(failed, stanza.VerdictWrongSender, "not romeo"), Request: &session.Exchange{Stanza: request, Refused: 1, Refusals: []session.Refusal{{}}}},
			"! Verdict: wrong-sender|because: not romeo|Still waiting|from romeo@demo.localhost/x.", "refused"},
		{"a request of which something was refused", Subject{Entry: journal.Entry{Seq: 1, Stanza: request, Dir: stanza.Out}, Request: &session.Exchange{Stanza: request, Refused: 12, Refusals: []session.Refusal{
			{Seq: 7, From: "mallory@x", Verdict: stanza.VerdictWrongSender, Note: "not romeo"}, {Seq: 8, Verdict: stanza.VerdictBorrowedID, Note: "no reply"},
		}}}, "Still waiting|! 12 stanzas with its id refused|! #7 wrong-sender, from mallory@x: not romeo|! #8 borrowed-id, without a from: no reply|10 more: see the log|→ They are listed", "Verdict"},
		{"a forged push", Subject{Entry: judged(set, stanza.VerdictForged, "")}, "! Verdict: forged|Likely the other side's doing.", ""},
		{"a timeout", Subject{Entry: out(request), Request: ended(stanza.OutcomeTimeout, nil, nil)}, "✗ timeout|No answer came in time.|→ Send it again", "Still"},
		{"a timeout while the link was down", Subject{Entry: out(request), Request: &session.Exchange{Stanza: request, Outcome: stanza.OutcomeTimeout, Down: stanza.Outage{From: now, To: now.Add(17 * time.Second)}}},
			"✗ timeout|the link was down: from 12:00:00 to 12:00:17|came back before its time was up|Likely the network's doing.", "Ping"},
		{"a ping's timeout", Subject{Entry: out(ping), Request: &session.Exchange{Stanza: ping, Outcome: stanza.OutcomeTimeout}},
			"✗ timeout|→ Send it again|→ Ask your own server", "Ping the same"},
		{"unknown, of a set", Subject{Entry: out(set), Request: &session.Exchange{Stanza: set, Outcome: stanza.OutcomeUnknown, Err: errors.New("the cable was pulled")}},
			"? unknown, the outcome of set q|because: the cable was pulled|Likely the network's doing.|→ Find out with a get whether it was done", ""},
		{"not sent", Subject{Entry: out(request), Request: ended(stanza.OutcomeNotSent, nil, errors.New("not connected"))}, "✗ not sent|because: not connected|Not one byte", ""},
		{"cancelled", Subject{Entry: out(request), Request: ended(stanza.OutcomeCancelled, nil, nil)}, "– cancelled|You gave the request up here.", ""},
		{"a result", Subject{Entry: in(parse(t, "<iq type='result' id='a'/>")), Request: &session.Exchange{Stanza: set, Outcome: stanza.OutcomeResult}}, "✓ result, the outcome of set q|what was asked for was done", "Odd"},
		{"a sender whom lenient mode accepts", Subject{Entry: judged(parse(t, "<iq type='result' id='a' from='x'/>"), stanza.VerdictReply, "not y; accepted by lenient mode"), Request: &session.Exchange{Stanza: set, Outcome: stanza.OutcomeResult}},
			"✓ result|Noted in the log|Not y; accepted by lenient mode.", "Verdict"},
		{"an answer of ours that is long forgotten", Subject{Entry: journal.Entry{Stanza: parse(t, "<iq type='result' id='a'/>"), Dir: stanza.Out, Text: "answered by version"}},
			"result|Our answer|Noted in the log|Answered by version.", ""},
		{"a result that does not mirror the node", Subject{Entry: judged(whole, stanza.VerdictReply, ""), Request: ended(stanza.OutcomeResult, whole, nil)},
			"✓ result|! Odd about the answer|! The request asked for a node, and the result does not repeat it.|See XEP-0030 §3.2.", "Verdict"},
		{"a request in flight", Subject{Entry: out(request), Request: &session.Exchange{Stanza: request}}, "get disco#info|must answer exactly once|Still waiting|One result or error with the id a is expected", "Verdict"},
		{"a message", Subject{Entry: in(parse(t, "<message><body>x</body></message>"))}, "message body|no answer is due", ""},
		{"a message that came back", Subject{Entry: in(parse(t, "<message type='error' from='b@x'>"+notFound+"</message>"))}, "✗ Error: item-not-found", "message"},
		{"a stream error", Subject{Entry: in(parse(t, "<error xmlns='http://etherx.jabber.org/streams'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>"))},
			"✗ Stream error: conflict|Another session took this one's place|See RFC 6120 §4.9.3.3.", ""},
		{"a login refused", Subject{Entry: in(parse(t, "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><account-disabled/></failure>"))}, "✗ Login refused: account-disabled|switched off", ""},
		{"a request of somebody else's", Subject{Entry: in(asked.Stanza), Asked: &asked}, "get time|Somebody asks us|held for your answer|Then the automatic error goes out", "Error"},
		{"what we answered", Subject{Entry: out(refused.Reply), Asked: &refused},
			"✗ Our error: item-not-found|To whoever asked it means:|✗ nobody: automatic error|! 1 further answer not sent", "→"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := oneLine(explains(t, &c.subject, 72))
			rest := got
			for _, piece := range strings.Split(c.want, "|") {
				_, after, ok := strings.Cut(rest, oneLine(piece))
				if !ok {
					t.Fatalf("%q is missing, or not in its place:\n%s", piece, got)
				}
				rest = after
			}
			if c.lacks != "" && strings.Contains(got, c.lacks) {
				t.Errorf("it has %q:\n%s", c.lacks, got)
			}
		})
	}
}

func TestHeadingsStandOutWithoutColour(t *testing.T) {
	late := Subject{
		Entry:   journal.Entry{Dir: stanza.In, Verdict: stanza.VerdictLate, Stanza: parse(t, "<iq type='error' id='a'>"+notFound+"</iq>")},
		Request: &session.Exchange{Stanza: parse(t, "<iq type='get' id='a'>"+discoNode+"</iq>"), Outcome: stanza.OutcomeTimeout},
	}
	lines := strings.Split(explains(t, &late, 60), "\n")[1:] // below the tabs
	headings := 0
	for i, line := range lines {
		line = strings.TrimPrefix(line, " ")
		if line == "" || strings.HasPrefix(line, " ") {
			continue
		}
		headings++
		if i > 0 && strings.TrimSpace(lines[i-1]) != "" {
			t.Errorf("no empty line before %q:\n%s", line, strings.Join(lines, "\n"))
		}
	}
	if headings < 3 {
		t.Errorf("there are %d headings, want three:\n%s", headings, strings.Join(lines, "\n"))
	}
}

func TestALargeReplyIsReadForItsExplanationByACommand(t *testing.T) {
	features := strings.Repeat("<feature var='x'/>", 50_000)
	request := parse(t, "<iq type='get' id='a'>"+discoNode+"</iq>")
	reply := parse(t, "<iq type='result' id='a'><query xmlns='http://jabber.org/protocol/disco#info'>"+features+"</query></iq>")
	p := newPane()
	p.SetSubject(&Subject{Number: 1, Entry: journal.Entry{Stanza: reply, Dir: stanza.In}, Request: &session.Exchange{Stanza: request, Outcome: stanza.OutcomeResult, Reply: reply}})
	p.choose(viewExplain)
	cmd := p.Prepare(look(80, 20))
	if cmd == nil || !strings.Contains(strings.Join(p.View(), ""), "reading") {
		t.Fatalf("%d bytes are read at once", len(reply.XML()))
	}
	if !p.Accept(cmd()) {
		t.Fatal("nobody knows the event")
	}
	if got := oneLine(shows(p, 80, 20)); !strings.Contains(got, "does not repeat it") {
		t.Errorf("it says:\n%s", got)
	}
}

func TestAnIncomingRequestIsShownWithItsReply(t *testing.T) {
	a := session.Incoming{
		Stanza: parse(t, "<iq type='get' id='a' from='b@x'><time xmlns='urn:xmpp:time'/></iq>"), Seq: 1, At: now, Ended: now.Add(time.Second),
		State: exchange.Answered, By: exchange.ByHand, ReplySeq: 2, Reply: parse(t, "<iq type='result' id='a' to='b@x'><own xmlns='y'/></iq>"),
	}
	p := newPane()
	p.SetSubject(&Subject{Number: 1, Entry: journal.Entry{Stanza: a.Stanza, Dir: stanza.In}, Asked: &a, Whole: true})
	if got := oneLine(shows(p, 80, 30)); !strings.Contains(got, "<time xmlns='urn:xmpp:time'/> </iq> ✓ answered by hand <iq type='result'") {
		t.Errorf("it shows:\n%s", got)
	}
	p.Do(keys.PrevView)
	if got := oneLine(shows(p, 80, 30)); !strings.Contains(got, "state ✓ answered by hand ended 12:00:01.000 after 1.00 s reply #2") {
		t.Errorf("its timing is:\n%s", got)
	}
}

func TestALongTextIsQuotedInPart(t *testing.T) {
	reply := parse(t, "<iq type='error' id='a'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>"+strings.Repeat("世", 3000)+"</text></error></iq>")
	got := explains(t, &Subject{Number: 1, Entry: journal.Entry{Dir: stanza.In, Stanza: reply}}, 200)
	if n := strings.Count(got, "世"); n > mostQuoted/3 || !strings.Contains(got, "… (4.9 kB more: see xml)") || strings.Contains(got, "<0x") {
		t.Errorf("%d of 3000 characters are quoted:\n%s", n, got)
	}
}
