package tui

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"iqscope/themes"
)

// dressed starts a screen with colours, whose user has themes.
func dressed(t *testing.T, own []themes.Own, change ...func(*setup)) *sim {
	t.Helper()
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.TrueColor)
	return start(t, 100, 30, append([]func(*setup){func(o *setup) {
		o.theme = themes.Dark(r)
		o.themes.all = themes.NewCollection(r, themes.Rounded(), own)
		o.themes.read = func() ([]themes.Own, error) { return own, nil }
	}}, change...)...)
}

// sees is shows, without the colours.
func (s *sim) sees(text string) {
	s.t.Helper()
	if screen := ansi.Strip(s.m.View()); !strings.Contains(screen, text) {
		s.t.Errorf("the screen does not show %q:\n%s", text, screen)
	}
}

func TestTheSelectedThemeIsSeenAtOnceAndEscGoesBack(t *testing.T) {
	for _, leave := range [][]string{{"esc"}, {"q"}, {"ctrl+t"}, {"ctrl+g", "esc"}} {
		s := dressed(t, nil)
		s.press("alt+enter")
		s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
		s.press("alt+2", "esc")
		before := s.m.View()
		s.press("ctrl+t")
		s.sees("▸ dark")
		s.press("down")
		s.sees("▸ light")
		if status, _, _ := strings.Cut(s.m.View(), "\n"); status == firstLine(before) || ansi.Strip(status) != ansi.Strip(firstLine(before)) {
			t.Errorf("with another theme selected, the screen below begins with %q", status)
		}
		if frame := strings.Split(s.m.View(), "\n")[1]; frame == s.m.theme.Dimmed(frame) {
			t.Errorf("what is below is dimmed, and does not show the theme: %q", frame)
		}
		s.press(leave...)
		if s.m.View() != before {
			t.Errorf("after %v the screen is another one:\n%s", leave, s.m.View())
		}
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func TestAThemeThatIsTakenStaysAndIsKeptForTheNextStart(t *testing.T) {
	kept := ""
	keep := func(err error) func(*setup) {
		return func(o *setup) { o.themes.keep = func(name string) error { kept = name; return err } }
	}
	s := dressed(t, nil, keep(nil))
	s.press("ctrl+t", "j", "enter")
	s.sees("The theme is light, at the next start too.")
	if kept != themes.NameLight || s.m.theme.Name != themes.NameLight || s.m.overlays.top() != nil {
		t.Errorf("kept is %q, shown %s", kept, s.m.theme.Name)
	}
	s.press("ctrl+t", "esc")
	if s.m.theme.Name != themes.NameLight {
		t.Errorf("Esc goes back to %s", s.m.theme.Name)
	}

	s = dressed(t, nil, keep(errors.New("the theme is not remembered: no space is left")))
	s.press("ctrl+t", "j", "enter")
	s.sees("not remembered: no space is left")

	s = dressed(t, nil, keep(nil), func(o *setup) { o.themes.named = "--theme" })
	s.press("ctrl+t", "j", "enter")
	s.sees("the next start takes what --theme says")
}

func TestAThemeIsTakenByItsName(t *testing.T) {
	kept := ""
	s := dressed(t, []themes.Own{{Name: "Mine", Base: themes.NameLight}}, func(o *setup) { o.themes.keep = func(name string) error { kept = name; return nil } })
	for _, row := range []struct{ typed, want string }{{"contrast", "contrast"}, {"Mine", "Mine"}, {"LIGHT", "light"}} {
		s.press("alt+x")
		s.typing("theme " + row.typed)
		s.press("enter")
		if s.m.theme.Name != row.want || kept != row.want {
			t.Errorf("after %q the theme is %q, kept %q", row.typed, s.m.theme.Name, kept)
		}
	}
	s.press("alt+x")
	s.typing("theme lihgt")
	s.press("enter")
	s.sees(`There is no theme "lihgt"; did you mean "light"?`)
	s.press("alt+x")
	s.typing("theme")
	s.press("enter")
	s.sees("Themes")
}

func TestAThemeTakenByItsNameStaysWhenTheChoiceIsLeft(t *testing.T) {
	s := dressed(t, nil)
	s.press("ctrl+t", "down", ":")
	s.typing("theme contrast")
	s.press("enter", "esc")
	if s.m.theme.Name != themes.NameContrast {
		t.Errorf("the theme is %q", s.m.theme.Name)
	}
}

func TestThemesOfOnesOwnAreReadAnewAndSayWhatIsWrong(t *testing.T) {
	var own []themes.Own
	s := dressed(t, nil, func(o *setup) {
		o.themes.read = func() ([]themes.Own, error) { return own, nil }
	})
	own = []themes.Own{
		{Name: "dusk", Base: themes.NameDark, Colours: map[string]string{"error": "#400000"}},
		{Name: "typo", Base: themes.NameLight, Err: errors.New(`/themes/typo.toml:3:1: there is no colour "erorr" in a theme; did you mean "error"?`)},
		{Name: "\x1b[31m" + strings.Repeat("long", 300)},
	}
	s.press("ctrl+t")
	s.sees("dusk")
	s.press("end", "up", "up")
	s.sees("▸ dusk")
	s.sees("error on a black background has a contrast of 1.2 to 1")
	if got := s.m.theme.Error.GetForeground(); got != lipgloss.Color("#400000") {
		t.Errorf("an error is shown in %v", got)
	}
	s.press("down")
	s.sees("there is no colour \"erorr\" in a theme; did")
	s.press("enter")
	s.sees("This theme is not right")
	s.press("down")
	exact(t, s.m.View(), size{100, 30})
	s.press("esc")
	if s.m.theme.Name != themes.NameDark {
		t.Errorf("at the end the theme is %q", s.m.theme.Name)
	}
}

// Whatever keeps what was drawn must forget it: a screen that has come to a theme looks like one that
// began with it.
func TestEverythingIsDrawnAnewInAnotherTheme(t *testing.T) {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.TrueColor)
	all := themes.NewCollection(r, themes.Rounded(), nil)
	play := func(s *sim) {
		s.press("alt+enter")
		s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
	}
	for _, pane := range [][]string{{"alt+1"}, {"alt+1", "i"}, {"alt+2"}, {"alt+3"}, {"alt+4"}, {"alt+4", "l"}, {"alt+4", "l", "l"}, {"alt+4", "l", "l", "l"}} {
		for _, name := range all.Names() {
			theme, _ := all.Theme(name)
			want := start(t, 140, 45, func(o *setup) { o.theme, o.themes.all = theme, all })
			play(want)
			want.press(pane...)
			got := start(t, 140, 45, func(o *setup) { o.theme, o.themes.all = themes.Dark(r), all })
			play(got)
			got.press(append(pane, "ctrl+t")...)
			for got.m.theme.Name != name {
				got.press("down")
			}
			got.press("enter")
			if got.m.View() != want.m.View() {
				t.Errorf("%v, in %s: it began with it:\n%s\nit came to it:\n%s", pane, name, want.m.View(), got.m.View())
			}
		}
	}
}

func TestTheChoiceOfThemesFitsAnySize(t *testing.T) {
	s := dressed(t, []themes.Own{{Name: "mine", Err: errors.New(strings.Repeat("wrong ", 100))}})
	s.press("ctrl+t", "end")
	for width := 1; width < 130; width += 3 {
		for height := 1; height < 40; height += 3 {
			s.send(sized(width, height))
			exact(t, s.m.View(), size{width, height})
			if width >= 40 && height >= 10 && !strings.Contains(ansi.Strip(s.m.View()), "▸ mine") {
				t.Errorf("at %d×%d the selected theme is not seen:\n%s", width, height, s.m.View())
			}
		}
	}
}

func TestWhatIsSaidAtTheStartStaysUntilEsc(t *testing.T) {
	s := start(t, 100, 30, func(o *setup) {
		o.notices = []string{"/themes/typo.toml:3:1: there is no colour \"erorr\""}
	})
	s.sees("there is no colour")
	s.happens(func(*fakeSession) {})
	s.press("left")
	s.sees("there is no colour")
	s.press("esc", "esc")
	s.hides("there is no colour")
}

func TestThemesAreCompletedBehindTheirCommand(t *testing.T) {
	s := dressed(t, []themes.Own{{Name: "mine"}})
	a := s.m.table.rows["theme"].argument
	if got := a.offers(s.m, "m"); !slices.Equal(got, []string{"mono", "mine"}) {
		t.Errorf("offered are %q", got)
	}
}
