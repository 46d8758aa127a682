package tui

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/themes"
	"iqscope/tui/compose"
	"iqscope/tui/layout"
)

const silentPing = `<iq type='get' id='s1' to='silent@bots.demo.localhost'><ping xmlns='urn:xmpp:ping'/></iq>`

func (s *sim) shows(texts ...string) {
	s.t.Helper()
	screen := s.m.View()
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			s.t.Errorf("the screen does not show %q:\n%s", text, screen)
		}
	}
}

func (s *sim) hides(texts ...string) {
	s.t.Helper()
	screen := s.m.View()
	for _, text := range texts {
		if strings.Contains(screen, text) {
			s.t.Errorf("the screen shows %q:\n%s", text, screen)
		}
	}
}

// write replaces the draft by text, as a person would.
func (s *sim) write(text string) {
	s.t.Helper()
	s.press("alt+1", "i", "alt+a")
	s.paste(text)
}

func TestWhatIsTypedIsWhatIsSent(t *testing.T) {
	s := start(t, 140, 45)
	typed := "<iq  type='get'\n\tid=\"x&amp;y\" to='romeo@demo.localhost'><q xmlns='a:b'>&lt; é</q ></iq>"
	s.write(typed)
	s.press("alt+enter")
	if len(s.fake.sent) != 1 || s.fake.sent[0] != typed {
		t.Errorf("sent %q, want exactly %q", s.fake.sent, typed)
	}
	if got := s.m.desk.draft.Text(); got != typed {
		t.Errorf("the draft with a typed id has become %q", got)
	}
}

func TestTheFirstDraftCanBeSentAgainAndAgain(t *testing.T) {
	s := start(t, 140, 45)
	s.press("alt+enter", "f5", "alt+enter")
	if len(s.fake.sent) != 3 {
		t.Fatalf("sent %d stanzas, want 3", len(s.fake.sent))
	}
	ids := map[string]bool{}
	for _, v := range s.fake.requests {
		ids[v.Stanza.ID()] = true
		if v.Stanza.Payload().Space != stanza.NSDiscoInfo || v.Stanza.To() != "demo.localhost" {
			t.Errorf("sent %s, want a disco#info to the account's server", v.Stanza.XML())
		}
	}
	if len(ids) != 3 {
		t.Errorf("three requests have the ids %v, want a fresh one each", ids)
	}
}

func TestATypedIDThatIsPendingIsRefusedAndReplacedByAKey(t *testing.T) {
	s := start(t, 140, 45)
	s.write(silentPing)
	s.press("alt+enter", "alt+enter")
	s.shows("a request with the id s1 is waiting for its answer")
	s.shows("alt+n puts a new id into the draft")
	if got := s.m.desk.draft.Text(); got != silentPing {
		t.Errorf("the refused draft has become %q", got)
	}
	s.press("alt+n", "alt+enter", "alt+enter")
	if len(s.fake.sent) != 3 {
		t.Errorf("sent %d stanzas, want 3: one with the typed id, two with fresh ones", len(s.fake.sent))
	}
	s.hides("is waiting for its answer")
}

func TestRefusedTextStaysAndTheCursorGoesToTheMistake(t *testing.T) {
	s := start(t, 100, 30)
	broken := "<iq type='get' id='a'>\n  <query xmlns='b' xmlns='c'/>\n</iq>"
	s.write(broken)
	s.press("alt+2", "alt+enter")
	if len(s.fake.sent) != 0 {
		t.Fatalf("sent %q", s.fake.sent)
	}
	if got := s.m.desk.draft.Text(); got != broken {
		t.Errorf("the draft has become %q", got)
	}
	s.shows("Not sent: 2:")
	s.typing("X")
	if got := s.m.desk.draft.Text(); !strings.HasPrefix(got, "<iq type='get' id='a'>\n  <query xmlns='b' ") || !strings.Contains(got, "X") || strings.HasPrefix(got, "X") {
		t.Errorf("typing after the refusal gives %q, want the X at the second xmlns", got)
	}
}

func TestAMissingIDIsOfferedAndPutInByAKey(t *testing.T) {
	s := start(t, 140, 45)
	s.write(`<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>`)
	s.shows("F8")
	s.press("f8", "alt+enter", "alt+enter")
	if len(s.fake.sent) != 2 || s.fake.sent[0] == s.fake.sent[1] {
		t.Errorf("sent %q, want two pings with different ids", s.fake.sent)
	}
}

func TestARequestWithoutAnIDIsSentWithOneThatIsShown(t *testing.T) {
	s := start(t, 140, 45)
	s.write("<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>")
	s.shows("✓ well-formed")
	s.shows("· 1:2 an IQ needs an id, by which its reply is known; it")
	s.press("alt+enter")
	const want = `<iq type='get' id="q0002"><ping xmlns='urn:xmpp:ping'/></iq>`
	if len(s.fake.sent) != 1 || s.fake.sent[0] != want {
		t.Fatalf("sent %q, want %s", s.fake.sent, want)
	}
	s.shows("▸ q0002  get ping")
	s.hides("needs an id")
	s.press("alt+enter")
	if len(s.fake.sent) != 2 || s.fake.sent[0] == s.fake.sent[1] {
		t.Errorf("sent %q, want two pings with different ids", s.fake.sent)
	}
}

func TestOnlyTheRawWaySendsWithoutAnID(t *testing.T) {
	s := start(t, 140, 45)
	const ping = "<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>"
	s.write(ping)
	s.press("alt+r")
	if len(s.fake.sent) != 1 || s.fake.sent[0] != ping {
		t.Errorf("sent %q, want it as it stands", s.fake.sent)
	}
}

func TestNoIDIsMadeUpForAnAnswerOrForWhatBreaksAnotherRule(t *testing.T) {
	for _, draft := range []string{
		"<iq type='result'/>",
		"<iq type='get' to='a@'><ping xmlns='urn:xmpp:ping'/></iq>",
		"<iq type='get'/>",
	} {
		s := start(t, 140, 45)
		s.write(draft)
		s.press("alt+enter")
		s.shows("✗ Not sent: 1:")
		if got := s.m.desk.draft.Text(); len(s.fake.sent) > 0 || got != draft {
			t.Errorf("of %s %q was sent, and the draft is %s", draft, s.fake.sent, got)
		}
	}
}

func TestPastingNeverSends(t *testing.T) {
	s := start(t, 80, 24)
	s.paste("\r\n\x1b[201~\r\x1b\r" + discoResult + "\r\n")
	if len(s.fake.sent) != 0 {
		t.Errorf("sent %q", s.fake.sent)
	}
}

func TestMessagesAndPresenceAreSentAsTheyStand(t *testing.T) {
	s := start(t, 100, 30)
	message := "<message to='romeo@demo.localhost'><body>hi</body></message>"
	s.write(message)
	s.shows("expects no answer")
	s.press("alt+enter", "esc", "P")
	if got := strings.Join(s.fake.sent, "|"); got != message+"|<presence/>" {
		t.Errorf("sent %q", got)
	}
}

func TestEarlierDraftsComeBack(t *testing.T) {
	s := start(t, 100, 30)
	s.write(silentPing)
	s.press("alt+enter")
	other := strings.ReplaceAll(silentPing, "s1", "s2")
	s.write(other)
	s.press("alt+enter")
	s.write("<half")
	for _, want := range []string{other, silentPing, silentPing} {
		s.press("ctrl+up")
		if got := s.m.desk.draft.Text(); got != want {
			t.Errorf("going back shows %q, want %q", got, want)
		}
	}
	s.press("ctrl+down", "ctrl+down", "ctrl+down")
	if got := s.m.desk.draft.Text(); got != "<half" {
		t.Errorf("at the end of the drafts is %q, want what was being written", got)
	}
}

func TestTheTimeoutOfOneRequestIsChosenInTheComposer(t *testing.T) {
	s := start(t, 100, 30)
	s.shows("timeout 30 s")
	s.press("alt+t")
	s.shows("nothing for the session's own, 30 s")
	s.typing("90q")
	s.press("enter")
	s.shows("a timeout is a number of seconds, or has a unit")
	s.press("backspace", "enter")
	s.shows("timeout 1 m 30 s")
	s.press("alt+enter", "alt+t")
	s.typing("none") // in place of what is selected
	s.press("enter")
	s.shows("no timeout")
	s.press("alt+enter", "alt+t")
	s.typing("7")
	s.press("esc")
	s.shows("no timeout")
	if got := s.fake.requests[0].Timeout; got != 90*time.Second {
		t.Errorf("the first request's timeout is %v, want 90 s", got)
	}
	if !s.fake.requests[1].Deadline.IsZero() {
		t.Error("the second request has a deadline, want none")
	}
	if got := s.m.desk.draft.Text(); !strings.Contains(got, "disco#info") || strings.Contains(got, "90") {
		t.Errorf("what was typed into the prompt is in the draft: %q", got)
	}
}

func TestKeysOnARequest(t *testing.T) {
	s := start(t, 140, 45)
	s.write(silentPing)
	s.press("alt+enter", "alt+2", "+")
	s.happens(func(*fakeSession) {})
	if left := s.fake.requests[0].Deadline.Sub(s.clock); left != time.Minute {
		t.Errorf("after + there are %v left, want a minute", left)
	}
	s.press("X")
	s.happens(func(*fakeSession) {})
	s.shows("cancelled")
	s.press("r")
	if n := len(s.fake.requests); n != 2 || s.fake.requests[1].Stanza.ID() == "s1" {
		t.Errorf("after r there are %d requests, want a second one with a new id", n)
	}
	s.press("e")
	if got := s.m.desk.draft.Text(); !strings.Contains(got, "silent@bots") || strings.Contains(got, s.fake.requests[1].Stanza.ID()) {
		t.Errorf("e put %q into the composer, want the request with a new id", got)
	}
}

func TestQuittingAsksOnceWhenRequestsArePending(t *testing.T) {
	s := start(t, 80, 24)
	s.press("alt+enter", "ctrl+c")
	s.shows("1 request waits for an answer")
	if s.quit {
		t.Fatal("the first ctrl+c has quit")
	}
	s.press("x")
	s.hides("waits for an answer")
	s.press("ctrl+c")
	if s.quit {
		t.Fatal("ctrl+c after another key has quit without asking")
	}
	s.press("ctrl+c")
	if !s.quit {
		t.Error("the second ctrl+c in a row has not quit")
	}
}

func TestThePromptGivesWayToTheQuestion(t *testing.T) {
	s := start(t, 80, 24)
	s.press("alt+enter", "alt+t", "ctrl+c")
	s.shows("1 request waits for an answer")
	s.hides("Timeout of this draft")
}

func TestQuittingDoesNotAskWhenNothingIsPending(t *testing.T) {
	s := start(t, 80, 24)
	s.press("ctrl+c")
	if !s.quit {
		t.Error("ctrl+c has not quit")
	}
}

func TestEscNeverQuitsAndLeavesEachLayer(t *testing.T) {
	s := start(t, 140, 45)
	s.press("alt+3", "z", "?", "esc", "esc")
	if s.m.overlays.top() != nil || s.m.desk.zoom {
		t.Error("esc has not closed help and then zoom")
	}
	for range 20 {
		s.press("esc")
	}
	if s.quit || s.m.desk.focus != layout.Log {
		t.Error("esc has done more than peel")
	}
}

func TestPanesAreReachedByDigitsTabAndQ(t *testing.T) {
	s := start(t, 140, 45)
	s.press("esc")
	for _, step := range []struct {
		key  string
		want layout.Pane
	}{
		{"2", layout.Pending}, {"3", layout.Log}, {"4", layout.Inspect}, {"1", layout.Compose}, {"tab", layout.Pending},
		{"tab", layout.Log}, {"shift+tab", layout.Pending}, {"q", layout.Compose}, {"alt+4", layout.Inspect}, {"q", layout.Pending},
	} {
		s.press(step.key)
		if s.m.desk.focus != step.want {
			t.Errorf("after %s the focus is on %v, want %v", step.key, s.m.desk.focus, step.want)
		}
	}
}

func TestAConnectionThatFailsIsToldAndTriedAgainByAKey(t *testing.T) {
	var fake *fakeSession
	s := start(t, 80, 24, func(o *setup) {
		fake = o.session.(*fakeSession)
		fake.refuse = errors.New("connecting to 127.0.0.1:9 failed: connection refused")
	})
	s.shows("✗ Connecting to 127.0.0.1:9 failed: connection refused.")
	s.shows("alt+c reconnect")
	s.press("x")
	s.shows("connection refused")
	fake.refuse = nil
	s.press("alt+c")
	s.shows("● online")
	s.hides("connection refused")
	if got := s.m.desk.draft.Text(); !strings.Contains(got, "disco#info") {
		t.Errorf("the draft has become %q", got)
	}
}

func TestNothingTicksWhenNothingWaits(t *testing.T) {
	s := start(t, 140, 45)
	s.wait(time.Minute)
	if len(s.timers) != 0 {
		t.Fatalf("a timer runs at the start: %v", s.timers)
	}
	s.press("alt+enter")
	s.wait(100 * time.Millisecond)
	s.happens(func(f *fakeSession) { f.status.In += 50; f.replies(1, discoResult) })
	s.wait(5 * time.Second)
	s.happens(func(*fakeSession) {})
	before := s.m.View()
	s.wait(time.Minute)
	if len(s.timers) != 0 {
		t.Errorf("a timer runs after all has ended: %v", s.timers)
	}
	if after := s.m.View(); after != before {
		t.Errorf("the screen changes by itself:\n%s\n%s", before, after)
	}
}

func TestTheCountdownTicksOnceASecondAndFasterAtTheEnd(t *testing.T) {
	s := start(t, 80, 24)
	ticks := 0
	after := s.m.after
	s.m.after = func(d time.Duration, msg tea.Msg) tea.Cmd { ticks++; return after(d, msg) }
	s.press("alt+enter")
	s.wait(20 * time.Second)
	if ticks < 20 || ticks > 22 {
		t.Errorf("%d ticks in 20 s, want one a second", ticks)
	}
	s.wait(5 * time.Second)
	ticks = 0
	s.wait(4 * time.Second)
	if ticks < 19 || ticks > 21 {
		t.Errorf("%d ticks in the last seconds, want five a second", ticks)
	}
	s.shows("1.1 s")
}

func TestHostileTextReachesTheScreenOnlyAsPictures(t *testing.T) {
	evil := "\u009b31m\u202e\u200d\u2066\u00ad" + strings.Repeat("\u0301", 100)
	quoted := fmt.Sprintf(`<iq type='result' id='q0001' from='%[1]s' to='%[1]s'><query xmlns='%[1]s'><a b='%[1]s'>%[1]s</a></query></iq>`, evil)
	wrong := fmt.Sprintf(`<iq type='error' id='%[1]s' from='%[1]s'><error type='%[1]s'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>%[1]s</gone>`+
		`<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>%[1]s</text></error></iq>`, evil)
	esc := "\x1b]52;c;AAAA\x07\x1b[2J\r\b" + evil
	for _, size := range []size{wide, narrow} {
		s := start(t, size.width, size.height, func(o *setup) {
			o.server, o.hint = safetext.CleanLine(esc), safetext.CleanLine(esc)
		})
		s.press("alt+enter", "alt+enter", "alt+enter")
		s.happens(func(f *fakeSession) {
			f.status.TLS, f.status.Mechanism = esc, esc
			f.replies(1, quoted)
			f.replies(2, wrong)
			f.end(3, stanza.OutcomeNotSent, errors.New(esc))
			f.arrives(quoted, stanza.Verdict(esc), esc)
			f.arrives(wrong, "", esc)
			f.log.Append(journal.Entry{Time: s.clock, Text: esc})
			f.status.State, f.status.Err = session.Lost, errors.New(esc)
		})
		check := func(where string) {
			t.Helper()
			screen := s.m.View()
			for _, r := range strings.ReplaceAll(screen, "\n", "") {
				if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u200d' || r == '\u00ad' {
					t.Fatalf("%s: the screen holds %U", where, r)
				}
			}
			exact(t, screen, size)
		}
		check("after the loss")
		for _, pane := range []string{"alt+2", "alt+3", "alt+4"} {
			s.press(pane)
			for range 12 {
				check(pane)
				s.press("alt+4", "l")
				check("inspector")
				s.press(pane, "k")
			}
		}
		s.write(esc + quoted)
		check("composer")
		s.press("alt+enter")
		check("refusal")
	}
}

func TestThemesSayTheSame(t *testing.T) {
	renderer := lipgloss.NewRenderer(nil)
	renderer.SetColorProfile(termenv.TrueColor)
	screens := map[string]string{}
	for name, theme := range map[string]themes.Theme{"dark": themes.Dark(renderer), "light": themes.Light(renderer), "mono": themes.Mono()} {
		s := start(t, 140, 45, func(o *setup) { o.theme = theme })
		s.press("alt+enter")
		s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
		s.press("alt+2")
		screens[name] = ansi.Strip(s.m.View())
	}
	if screens["dark"] != screens["light"] || screens["dark"] != screens["mono"] {
		t.Errorf("the themes differ in more than colour:\n%s\n%s\n%s", screens["dark"], screens["light"], screens["mono"])
	}
	if !strings.Contains(screens["mono"], "▸") {
		t.Error("the selected row has no mark")
	}
}

func TestAnySizeIsFilledExactly(t *testing.T) {
	s := start(t, 80, 24)
	s.press("alt+enter")
	s.happens(func(f *fakeSession) { f.replies(1, notFound) })
	for _, keys := range [][]string{{"alt+1"}, {"alt+2"}, {"alt+3"}, {"alt+4"}, {"alt+3", "?"}, {"esc", "alt+z"}, {"ctrl+c"}} {
		s.press(keys...)
		for width := 1; width < 150; width += 7 {
			for height := 1; height < 50; height += 5 {
				s.send(tea.WindowSizeMsg{Width: width, Height: height})
				exact(t, s.m.View(), size{width, height})
			}
		}
	}
}

func TestAFullLogAndManyRequestsCostWhatIsVisible(t *testing.T) {
	s := start(t, 140, 45)
	ping := s.fake.parse(silentPing)
	for range 20_000 {
		s.fake.log.Append(journal.Entry{Time: s.clock, Dir: stanza.Out, Stanza: ping})
	}
	for i := range 300 {
		s.fake.status.State = session.Online
		_, _ = s.fake.Start(s.fake.parse(strings.Replace(silentPing, "s1", fmt.Sprint("s", i), 1)), compose.SessionTimeout)
	}
	s.happens(func(*fakeSession) {})
	s.press("alt+3", "g", "j")
	s.shows("paused · 20,300")
	s.press("alt+2", "G")
	s.shows("▸ s0 ")
}

func BenchmarkView(b *testing.B) {
	for _, entries := range []int{100, 100_000} {
		b.Run(fmt.Sprint(entries), func(b *testing.B) {
			s := start(&testing.T{}, 140, 45)
			ping := s.fake.parse(silentPing)
			for range entries {
				s.fake.log.Append(journal.Entry{Time: s.clock, Dir: stanza.Out, Stanza: ping})
			}
			s.press("alt+enter")
			s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
			b.ReportAllocs()
			for b.Loop() {
				s.send(SessionChanged{})
				_ = s.m.View()
			}
		})
	}
}

func TestADraftThatBreaksTheRulesIsSentOnPurpose(t *testing.T) {
	s := start(t, 140, 45)
	const two = `<iq type='get' id='r1' to='demo.localhost'><a xmlns='u'/><b xmlns='u'/></iq>`
	s.write(two)
	s.press("alt+enter")
	s.shows("Not sent")
	s.shows("alt+r sends it as it stands")
	if len(s.fake.sent) != 0 {
		t.Fatalf("sent %q", s.fake.sent)
	}
	s.press("alt+r")
	if len(s.fake.sent) != 1 || s.fake.sent[0] != two || len(s.fake.requests) != 1 {
		t.Errorf("sent %q, and %d wait", s.fake.sent, len(s.fake.requests))
	}
	s.press("alt+r") // its id is pending
	if len(s.fake.sent) != 2 || len(s.fake.requests) != 1 {
		t.Errorf("sent %q, and %d wait", s.fake.sent, len(s.fake.requests))
	}

	const broken = "<iq type='get'><a></iq>"
	s.write(broken)
	s.press("alt+r")
	s.shows("This is broken, 1:21: ")
	s.shows("not-well-formed")
	s.shows("once more")
	s.press("left", "alt+r") // another key calls it off
	if len(s.fake.sent) != 2 {
		t.Errorf("sent %q", s.fake.sent)
	}
	s.press("alt+r")
	if len(s.fake.sent) != 3 || s.fake.sent[2] != broken {
		t.Errorf("sent %q", s.fake.sent)
	}
	s.happens(func(f *fakeSession) { f.status.State = session.Lost })
	s.happens(func(f *fakeSession) { f.status.State = session.Online })
	s.shows("<iq type='get'><a></iq")
	s.write("  ")
	s.press("alt+r", "alt+r")
	if len(s.fake.sent) != 3 {
		t.Errorf("nothing was sent as %q", s.fake.sent[3:])
	}
}

func TestAThemeComesBackWithTheColoursOfTheTerminal(t *testing.T) {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.TrueColor)
	s := start(t, 100, 30, func(o *setup) { o.theme = themes.Dark(r) })
	before := s.m.View()
	for _, other := range []string{"mono", "plain"} {
		for _, name := range []string{other, "dark"} {
			s.press("alt+x")
			s.typing("theme " + name)
			s.press("enter")
		}
		if s.m.View() != before {
			t.Errorf("after %s, dark looks other than before", other)
		}
	}
}
