package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
)

// mixed runs four requests: a result, an error, a timeout, and one that waits. Then it goes to the log
// of the wire.
func (s *sim) mixed() {
	s.press("alt+enter", "alt+enter", "alt+enter", "alt+enter")
	s.wait(12 * time.Millisecond)
	s.happens(func(f *fakeSession) {
		f.replies(1, discoResult)
		f.replies(2, strings.Replace(notFound, "q0001", "q0002", 1))
	})
	s.wait(30 * time.Second)
	s.happens(func(f *fakeSession) { f.timesOut(3) })
	s.press("alt+3", "v")
}

// filterBy types a filter and applies it.
func (s *sim) filterBy(text string) {
	s.press("f")
	s.paste(text)
	s.press("enter")
}

func TestFilterScreens(t *testing.T) {
	for _, scene := range []struct {
		name string
		play func(*sim)
	}{
		{"filter-prompt", func(s *sim) { s.mixed(); s.press("f") }},
		{"filter-wrong", func(s *sim) { s.mixed(); s.press("f"); s.paste("iq@from=b@h") }},
		{"filter-why", func(s *sim) { s.mixed(); s.press("f"); s.paste("iq@type=get/version") }},
		{"filtered", func(s *sim) { s.mixed(); s.filterBy("iq@outcome=error or iq@outcome=timeout") }},
		{"search", func(s *sim) { s.mixed(); s.press("/"); s.typing("q0002"); s.press("enter", "k") }},
		{"filter-nothing", func(s *sim) { s.mixed(); s.filterBy("presence") }},
	} {
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

func TestRow20ErrorsAndTimeoutsAreShownByOneFilter(t *testing.T) {
	s := start(t, 99, 32)
	s.mixed()
	s.shows("live · 6")
	s.press("f")
	s.shows("iq@outcome=error or iq@outcome=timeout")
	s.press("esc")
	s.filterBy("iq@outcome=error or iq@outcome=timeout")
	s.shows("iq@outcome=error or iq@outcome=timeout · 2 of 6")
	s.shows("→ get    q0002")
	s.shows("→ get    q0003")
	s.hides("→ get    q0001")
	s.happens(func(f *fakeSession) { f.timesOut(4) })
	s.shows("3 of 6")
	s.shows("#4 · timeout")
}

func TestTheFilterIsChangedTakenOffAndOnAgainByKeys(t *testing.T) {
	s := start(t, 140, 24)
	s.mixed()
	s.filterBy("iq@type=result")
	s.shows("iq@type=result · 1 of 6")
	s.shows("F filter off")

	s.press("f")
	s.shows("Filter: ▏iq@type=result")
	s.typing("presence") // in place of what is selected
	s.press("esc")
	s.shows("iq@type=result · 1 of 6")

	s.press("F")
	s.shows("filter off · 6")
	s.shows("F filter on")
	s.press("F")
	s.shows("iq@type=result · 1 of 6")

	s.press("f", "ctrl+u", "enter")
	s.shows("live · 6")
	s.press("F") // there is none to switch
	s.shows("live · 6")
	s.hides("filter on")
}

func TestEscTakesTheFilterOffBeforeItGoesLive(t *testing.T) {
	s := start(t, 140, 45)
	s.mixed()
	s.press("g")
	s.filterBy("iq@type=get")
	s.press("f", "esc")
	s.shows("paused · iq@type=get · 4 of 6")
	s.press("esc")
	s.shows("paused · filter off · 6")
	s.press("esc")
	s.shows("live · filter off · 6")
	s.press("esc", "esc")
	s.shows("live · filter off · 6")
}

func TestThePromptSaysWhetherTheSelectedStanzaMatches(t *testing.T) {
	s := start(t, 140, 24)
	s.mixed()
	s.press("f", "ctrl+u")
	s.shows("An empty filter shows everything.")
	for _, step := range []struct{ typed, want string }{
		{"iq@ty", "The selected stanza, #6, does not match: "},
		{"iq@type=error", "✓ The selected stanza, #6, matches."},
		{"iq@type=error/version", "#6, does not match: there is no version in it; "},
		{"iq@type=", "✗ A value is missing behind =."},
		{"iq@from=b@h", `Write @from="b@h".`},
		{"iq@a=b=c", "✗ A value with = needs quotes."},
	} {
		s.press("ctrl+u")
		s.typing(step.typed)
		s.shows(step.want)
	}
}

func TestRow49AWrongFilterIsRefusedWithItsPlace(t *testing.T) {
	s := start(t, 80, 24)
	s.mixed()
	s.filterBy("iq@type=get")
	s.press("f")
	s.typing("iq@from=b@h")
	screen := strings.Split(s.m.View(), "\n")
	for i, line := range screen {
		if before, _, ok := strings.Cut(line, "b@h█"); ok {
			if got := strings.TrimRight(screen[i+1], " "); got != strings.Repeat(" ", len([]rune(before)))+"^" {
				t.Errorf("under the mistake stands %q", got)
			}
		}
	}
	s.press("enter")
	s.shows("✗ this is no filter yet")
	s.shows("iq@type=get · 4 of 6")
	s.press("backspace")
	s.hides("this is no filter yet")
	s.press("esc")
	s.shows("iq@type=get · 4 of 6")
}

func TestThePromptLeavesAllPanesOnTheScreen(t *testing.T) {
	for height := 30; height < 40; height++ {
		s := start(t, 100, height)
		s.mixed()
		s.press("f")
		s.shows("1 Compose")
		s.shows("4 Inspect")
		s.shows("Filter: ")
		exact(t, s.m.View(), size{100, height})
	}
}

func TestEarlierFiltersComeBack(t *testing.T) {
	s := start(t, 140, 24)
	s.mixed()
	for _, filter := range []string{"iq@type=get", "presence", "iq@type=get", "iq/disco_info"} {
		s.filterBy(filter)
	}
	s.press("f", "ctrl+u")
	s.typing("~")
	for _, step := range []struct{ key, want string }{
		{"up", "iq/disco_info"}, {"up", "iq@type=get"}, {"up", "presence"}, {"up", "presence"}, {"down", "iq@type=get"}, {"down", "iq/disco_info"}, {"down", "~"},
	} {
		s.press(step.key)
		if got := s.m.overlays.top().(*asking).Answer(); got != step.want {
			t.Errorf("after %s the prompt holds %q, want %q", step.key, got, step.want)
		}
	}
}

func TestAFilterOverALongLogNeverFreezesTheScreen(t *testing.T) {
	s := start(t, 99, 32)
	ping := s.fake.parse(silentPing)
	for range 100_000 {
		s.fake.log.Append(journal.Entry{Time: s.clock, Dir: stanza.Out, Stanza: ping})
	}
	s.happens(func(*fakeSession) {})
	s.press("alt+3", "f")
	s.paste("iq//ping")
	_, cmd := s.m.Update(keyNamed(t, "enter"))
	s.shows("filtering 0 %")
	_, more := s.m.Update(work(t, cmd))
	s.shows("filtering 5 % · iq//ping · 5,000 of 100,000")
	s.press("k") // the log can be scrolled meanwhile
	s.shows("paused · filtering 5 %")
	s.run(more)
	s.shows("paused · iq//ping · 100,000 of 100,000")
}

// work runs a command and returns the event of the filter's work in it.
func work(t *testing.T, cmd tea.Cmd) tea.Msg {
	t.Helper()
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			if c == nil {
				continue
			}
			if found := work(t, c); found != nil {
				return found
			}
		}
	case nil:
	default:
		return msg
	}
	return nil
}

func TestAHostileFilterIsShownAsPictures(t *testing.T) {
	s := start(t, 100, 30)
	s.mixed()
	for _, evil := range []string{"~\"\x1b[2J\u202e\u009b\"", "iq@\x1b]52;c;AAAA\x07=\u202e", strings.Repeat("(", 5000)} {
		s.press("f")
		s.paste(evil)
		exact(t, s.m.View(), size{100, 30})
		s.press("enter")
		screen := s.m.View()
		exact(t, screen, size{100, 30})
		if strings.ContainsAny(screen, "\x1b\u202e\u009b\x07") {
			t.Errorf("the filter %q reaches the screen as it is", evil)
		}
		s.press("esc")
	}
}

func TestThePromptDoubtsAMisspeltField(t *testing.T) {
	s := start(t, 99, 32)
	s.mixed()
	s.press("f")
	s.paste("iq@tpye=get")
	s.shows(`A stanza has no field @tpye; did you mean "type"?`)
	s.press("enter")
	s.shows("iq@tpye=get · 0 of 6")
}

func TestThePromptOfARuleDoubtsAMisspeltField(t *testing.T) {
	s := start(t, 99, 32)
	s.press("esc", "ctrl+g", "a")
	s.paste("odd: iq@tpye=get => silence")
	s.shows(`A stanza has no field @tpye; did you mean "type"?`)
}

func TestStrictFieldsRefuseAMisspeltField(t *testing.T) {
	strict := func(o *setup) { o.strict = true }
	s := start(t, 99, 32, strict)
	s.mixed()
	s.filterBy("iq@tpye=get")
	s.shows(`A stanza has no field @tpye; did you mean "type"?`)
	s.shows("✗ this is no filter yet")
	s.press("esc")
	s.hides("0 of 6")
	s.filterBy("iq@type=get")
	s.shows("iq@type=get · 4 of 6")

	s = start(t, 99, 32, strict)
	s.press("esc", "ctrl+g", "a")
	s.paste("odd: iq@tpye=get => silence")
	s.press("enter")
	s.shows(`✗ a stanza has no field @tpye; did you mean "type"?`)
	s.press("esc")
	s.hides("odd")
}
