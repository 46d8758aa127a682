package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/exchange"
	"iqscope/session/journal"
	"iqscope/tui/keys"
)

func (f *fakeSession) Incoming(dst []session.Incoming) []session.Incoming {
	return append(dst[:0], f.asked...)
}

func (f *fakeSession) SetHold(h session.Hold) { f.status.Hold = h }

func (f *fakeSession) Presence() (*stanza.Stanza, error) {
	return stanza.Parse("<presence/>", stanza.ClientScope())
}

func (f *fakeSession) ShowSecrets(on bool) { f.status.Secrets = on }

func (f *fakeSession) held(serial uint64) *session.Incoming {
	if a := &f.asked[serial-1]; a.State == exchange.Held {
		return a
	}
	return nil
}

func (f *fakeSession) ExtendHeld(serial uint64, d time.Duration) bool {
	a := f.held(serial)
	if a != nil {
		a.Deadline = a.Deadline.Add(d)
	}
	return a != nil
}

func (f *fakeSession) Release(serial uint64) bool {
	a := f.held(serial)
	if a != nil {
		f.refusesByItself(a)
	}
	return a != nil
}

// asks lets a request come in, which is held if that is the setting, and else goes to a responder.
func (f *fakeSession) asks(xml string) {
	st := f.parse(xml)
	f.status.In++
	a := session.Incoming{Serial: uint64(len(f.asked) + 1), Stanza: st, At: f.now(), State: exchange.Working}
	a.Seq = f.log.Append(journal.Entry{Time: f.now(), Dir: stanza.In, Stanza: st})
	if f.status.Hold.On {
		a.State, a.Held, a.Deadline = exchange.Held, true, f.now().Add(session.DefaultHoldTime)
	}
	f.asked = append(f.asked, a)
}

// refusesByItself lets the automatic error go out.
func (f *fakeSession) refusesByItself(a *session.Incoming) {
	st, err := iqbuilder.Error(iqbuilder.InReplyTo(a.Stanza), iqbuilder.WithError(stanza.StanzaError{Condition: "service-unavailable"}))
	if err != nil {
		f.t.Fatal(err)
	}
	f.answered(a, session.AnsweredByNobody, st, f.log.Append(journal.Entry{Time: f.now(), Dir: stanza.Out, Stanza: st}))
}

func (f *fakeSession) answered(a *session.Incoming, by string, reply *stanza.Stanza, seq uint64) {
	a.State, a.By, a.Reply, a.ReplySeq, a.Ended, a.Deadline = exchange.Answered, by, reply, seq, f.now(), time.Time{}
}

// answers finds the request that a stanza answers, and refuses a second answer.
func (f *fakeSession) answers(st *stanza.Stanza) (*session.Incoming, error) {
	for i := range f.asked {
		a := &f.asked[i]
		switch {
		case !st.IsReply() || a.Stanza.ID() != st.ID():
		case a.State.Open():
			return a, nil
		default:
			a.Blocked++
			return nil, fmt.Errorf("%w, by %s", session.ErrAnswered, a.By)
		}
	}
	return nil, nil
}

const (
	askTime    = `<iq type='get' id='c003' from='bob@x/phone' to='juliet@demo.localhost/iqscope'><time xmlns='urn:xmpp:time'/></iq>`
	askVersion = `<iq type='get' id='c004' from='romeo@demo.localhost/balcony' to='juliet@demo.localhost/iqscope'><query xmlns='jabber:iq:version'/></iq>`
)

// TestARequestIsHeldAndAnsweredByHand is the whole way of a person who answers.
func TestARequestIsHeldAndAnsweredByHand(t *testing.T) {
	s := start(t, 140, 45)
	s.press("esc", "H")
	s.shows("Hold is on: what others ask waits among the pending requests, 30 s each")
	s.happens(func(f *fakeSession) { f.asks(askVersion) })
	s.shows("1 to answer, next in 30 s")
	s.press("2")
	s.shows("▸ c004   ← get version")
	s.shows("(hold) ██████████    30 s")
	s.wait(4 * time.Second)
	s.shows("27 s")
	s.press("a")
	draft, _ := s.m.desk.draft.Check()
	if draft == nil || draft.Type() != stanza.Result || draft.ID() != "c004" || draft.To() != "romeo@demo.localhost/balcony" ||
		!strings.HasSuffix(s.m.desk.draft.Text(), ">\n  <query xmlns=\"jabber:iq:version\"/>\n</iq>") {
		t.Fatalf("the answer to begin with is\n%s", s.m.desk.draft.Text())
	}
	s.press("ctrl+home", "down", "end")
	for range 2 {
		s.press("left")
	}
	s.press("delete", "delete")
	s.paste("><name>iqscope</name></query>")
	s.press("alt+enter")
	s.happens(func(*fakeSession) {})
	if len(s.fake.sent) != 1 || !strings.Contains(s.fake.sent[0], "<name>iqscope</name>") {
		t.Fatalf("sent %q", s.fake.sent)
	}
	s.shows("✓ answered by hand")
	s.hides("to answer")
	s.press("2")
	s.shows("<name>iqscope</name>")
}

func TestAnAnswerThatComesTooLateIsRefusedInPlainWords(t *testing.T) {
	s := start(t, 140, 45)
	s.press("esc", "H")
	s.happens(func(f *fakeSession) { f.asks(askTime) })
	s.press("2", "A", "enter")
	s.happens(func(f *fakeSession) { f.refusesByItself(&f.asked[0]) })
	draft := s.m.desk.draft.Text()
	s.press("alt+enter")
	s.shows("Not sent: the request c003 has its answer already (✗ nobody: automatic error), and may have one only.")
	if len(s.fake.sent) != 0 || s.m.desk.draft.Text() != draft {
		t.Errorf("sent %q, and the draft is %q", s.fake.sent, s.m.desk.draft.Text())
	}
	s.press("esc", "2")
	s.shows("! blocked 1")
}

func TestAHeldRequestGetsMoreTimeOrIsLetGo(t *testing.T) {
	s := start(t, 140, 45)
	s.press("esc", "H")
	s.happens(func(f *fakeSession) { f.asks(askTime) })
	s.press("2")
	s.shows("let it go")
	s.press("+")
	s.happens(func(*fakeSession) {})
	s.shows("1 m 00 s")
	s.press("X")
	s.happens(func(*fakeSession) {})
	s.shows("✗ nobody: automatic error")
	s.hides("let it go")
}

func TestKeysForOurRequestsDoNothingToThoseOfOthers(t *testing.T) {
	s := start(t, 140, 45)
	s.press("esc", "H")
	s.happens(func(f *fakeSession) { f.asks(askTime) })
	s.press("2")
	before := s.m.desk.draft.Text()
	s.press("r", "e")
	if len(s.fake.sent) != 0 || s.m.desk.draft.Text() != before {
		t.Errorf("r and e sent %q, and made the draft %q", s.fake.sent, s.m.desk.draft.Text())
	}
	for _, word := range []string{"r resend", "e edit"} {
		if footer := s.m.footer(); strings.Contains(footer, word) || !strings.Contains(footer, "a answer") {
			t.Errorf("the footer is %q", footer)
		}
	}
}

func TestAHeldRequestIsAnsweredFromTheLog(t *testing.T) {
	s := start(t, 140, 45)
	s.press("esc", "H")
	s.happens(func(f *fakeSession) { f.asks(askTime) })
	s.press("3")
	if !strings.Contains(s.m.footer(), "a answer") {
		t.Errorf("the footer is %q", s.m.footer())
	}
	s.press("a")
	if got := s.m.desk.draft.Text(); !strings.Contains(got, "c003") || !strings.Contains(got, "bob@x/phone") {
		t.Errorf("the draft is %q", got)
	}
	s.happens(func(f *fakeSession) { f.refusesByItself(&f.asked[0]) })
	s.press("alt+3", "home", "a")
	if strings.Contains(s.m.footer(), "a answer") {
		t.Errorf("what is answered can be answered again: %q", s.m.footer())
	}
}

func TestHoldIsShownAsLongAsItIsOn(t *testing.T) {
	for _, width := range []int{140, 80, 60} {
		s := start(t, width, 24)
		s.press("esc", "H", "esc")
		if line := s.m.statusLine(); !strings.Contains(line, " hold") {
			t.Errorf("at %d cells the status line is %q", width, line)
		}
		s.press("H")
		s.shows("Hold is off")
		s.press("H")
		s.shows("Hold is on.")
		s.press("H")
		if line := s.m.statusLine(); strings.Contains(line, " hold") {
			t.Errorf("at %d cells it says hold when that is off: %q", width, line)
		}
	}
}

func TestTheScreenTicksForHeldRequestsAndRestsAfterwards(t *testing.T) {
	s := start(t, 80, 24)
	s.press("esc", "H")
	s.wait(5 * time.Second)
	if len(s.timers) != 0 {
		t.Fatalf("%d timers run although nothing waits", len(s.timers))
	}
	s.happens(func(f *fakeSession) { f.asks(askTime) })
	s.wait(5 * time.Second)
	frames := func(d time.Duration) int {
		seen := map[string]bool{}
		for end := s.clock.Add(d); s.clock.Before(end); {
			s.wait(50 * time.Millisecond)
			if len(s.timers) != 1 {
				t.Fatalf("%d timers run", len(s.timers))
			}
			seen[s.timers[0].at.String()] = true
		}
		return len(seen)
	}
	if n := frames(10 * time.Second); n < 10 || n > 12 {
		t.Errorf("in 10 s the screen is drawn %d times, want once a second", n)
	}
	s.wait(11 * time.Second)
	if n := frames(3 * time.Second); n < 14 || n > 17 {
		t.Errorf("in 3 of the last 5 s the screen is drawn %d times, want 5 times a second", n)
	}
	s.happens(func(f *fakeSession) { f.refusesByItself(&f.asked[0]) })
	s.wait(3 * time.Second)
	if len(s.timers) != 0 {
		t.Errorf("%d timers run although nothing waits", len(s.timers))
	}
}

func TestRequestsAnsweredAtOnceAreInTheLogOnly(t *testing.T) {
	s := start(t, 140, 45)
	s.press("alt+enter")
	s.happens(func(f *fakeSession) {
		for i := range 100 {
			f.asks(strings.Replace(askTime, "c003", fmt.Sprint("f", i), 1))
			f.answered(&f.asked[i], "time", f.parse(discoResult), 0)
		}
	})
	s.press("alt+2")
	s.hides("get time from")
	s.shows("q0001")
}

func TestARequestThatTakesLongerIsShown(t *testing.T) {
	s := start(t, 140, 45)
	s.happens(func(f *fakeSession) { f.asks(askTime) })
	s.press("alt+2")
	s.hides("get time from")
	s.wait(2 * time.Second)
	s.shows("get time from")
	s.shows("being answered, 1 s")
	s.happens(func(f *fakeSession) { f.answered(&f.asked[0], "time", f.parse(discoResult), 7) })
	s.shows("✓ answered by time")
}

func TestAResultToBeginWith(t *testing.T) {
	for _, c := range []struct{ name, kind, payload, want string }{
		{"a question", "get", "<query xmlns='jabber:iq:version'><x/></query>", "<query xmlns='jabber:iq:version'/>"},
		{"a ping", "get", "<ping xmlns='urn:xmpp:ping'/>", ""},
		{"a change", "set", "<query xmlns='jabber:iq:roster'><item jid='a@b'/></query>", ""},
		{"a node", "get", "<query xmlns='http://jabber.org/protocol/disco#info' node='a&apos;&lt;b'/>",
			"<query xmlns='http://jabber.org/protocol/disco#info' node='a&apos;&lt;b'/>"},
		{"a command", "set", "<command xmlns='http://jabber.org/protocol/commands' node='n' action='execute'/>",
			"<command xmlns='http://jabber.org/protocol/commands' node='n'/>"},
		{"no payload", "get", "", ""},
		{"two payloads", "get", "<a xmlns='x'/><b xmlns='x'/>", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			request, err := stanza.Parse("<iq type='"+c.kind+"' id='i' from='a@b/c'>"+c.payload+"</iq>", stanza.ClientScope())
			if err != nil {
				t.Fatal(err)
			}
			st, err := resultFor(request)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.ReplaceAll(st.XML(), `"`, "'")
			if st.To() != "a@b/c" || st.ID() != "i" || c.want == "" && st.Payloads() != 0 || !strings.Contains(strings.ReplaceAll(got, "&#39;", "&apos;"), c.want) {
				t.Errorf("the result is %s, want %q in it", got, c.want)
			}
		})
	}
}

// incomingScenes are what a person sees of requests that come in, and of explanations.
var incomingScenes = []struct {
	name string
	play func(*sim)
}{
	{"hold-empty", func(s *sim) { s.press("esc", "2", "H") }},
	{"held", func(s *sim) {
		s.press("alt+enter", "esc", "H")
		s.wait(5 * time.Second)
		s.happens(func(f *fakeSession) { f.asks(askTime) })
		s.wait(4 * time.Second)
		s.happens(func(f *fakeSession) { f.asks(askVersion) })
		s.press("2", "g")
	}},
	{"held-composing", func(s *sim) {
		s.press("esc", "H", "esc")
		s.happens(func(f *fakeSession) { f.asks(askTime) })
		s.wait(26 * time.Second)
		s.press("2", "a")
	}},
	{"held-ended", func(s *sim) {
		s.press("esc", "H", "esc")
		s.happens(func(f *fakeSession) { f.asks(askTime); f.asks(askVersion) })
		s.wait(12300 * time.Millisecond)
		s.press("2", "g", "a", "alt+enter", "alt+enter")
		s.happens(func(f *fakeSession) { f.refusesByItself(&f.asked[0]) })
		s.press("esc", "alt+2", "end")
	}},
	{"explain-held", func(s *sim) {
		s.press("esc", "H", "esc")
		s.happens(func(f *fakeSession) { f.asks(askTime) })
		s.press("2", "4", "l", "l", "l")
	}},
	{"explain-error", func(s *sim) {
		s.press("alt+enter")
		s.wait(12 * time.Millisecond)
		s.happens(func(f *fakeSession) { f.replies(1, notFound) })
		s.press("alt+4")
	}},
	{"explain-late-error", func(s *sim) {
		s.press("alt+enter")
		s.wait(30 * time.Second)
		s.happens(func(f *fakeSession) { f.timesOut(1) })
		s.wait(1040 * time.Millisecond)
		s.happens(func(f *fakeSession) { f.replies(1, notFound) })
		s.press("alt+3", "G", "4")
	}},
	{"explain-wrong-sender", func(s *sim) {
		s.press("alt+enter")
		s.happens(func(f *fakeSession) {
			forged := strings.Replace(discoResult, "from='demo.localhost'", "from='mallory@evil.example'", 1)
			f.refuses(1, stanza.VerdictWrongSender, forged, "not demo.localhost; still waiting")
		})
		s.press("alt+3", "G", "4")
	}},
}

func TestIncomingScreens(t *testing.T) {
	for _, scene := range incomingScenes {
		for _, size := range []size{wide, narrow} {
			name := fmt.Sprintf("%s-%dx%d", scene.name, size.width, size.height)
			t.Run(name, func(t *testing.T) {
				s := start(t, size.width, size.height)
				scene.play(s)
				got := s.m.View()
				exact(t, got, size)
				golden(t, name, got)
			})
		}
	}
}

func TestHoldHasAKeyEverywhereButInText(t *testing.T) {
	for _, context := range []keys.Context{keys.Compose, keys.Pending, keys.Log, keys.Inspect} {
		if action, _ := Keys().Lookup(context, "H"); action != keys.ToggleHold {
			t.Errorf("H in %s does %q", context, action)
		}
	}
}

func TestAnswerTakesTheRequestHeldLongestWhenAnotherRowIsSelected(t *testing.T) {
	s := start(t, 140, 45)
	s.press("alt+enter", "esc", "2", "H") // a request of ours, which is selected
	s.happens(func(f *fakeSession) {
		for _, id := range []string{"first", "second"} {
			f.asks(`<iq type='get' id='` + id + `' from='bob@x'><q xmlns='u'/></iq>`)
		}
	})
	if _, ours := s.m.desk.pending.Selected(); !ours {
		t.Fatal("the selection has moved by itself")
	}
	s.press("a")
	if text := s.m.desk.draft.Text(); !strings.Contains(text, "first") {
		t.Errorf("the draft is %q", text)
	}
	if a, ok := s.m.desk.pending.SelectedAsked(); !ok || a.Stanza.ID() != "first" {
		t.Error("it is not the one that is selected")
	}
}
