package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/google/go-cmp/cmp"
	"github.com/muesli/termenv"

	"iqscope/iqbuilder/stanza"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/palette"
	"iqscope/tui/welcome"
)

func TestThePaletteFindsAnActionByItsLettersAndDoesIt(t *testing.T) {
	s := start(t, 100, 30)
	s.press("ctrl+p")
	s.shows("┤ Commands")
	s.typing("anotimout")
	s.shows("▸ another timeout for this draft")
	s.shows("alt+t")
	s.press("enter")
	s.hides("┤ Commands")
	s.shows("Timeout of this draft")
}

func TestThePaletteWorksOnWhatIsSelected(t *testing.T) {
	s := start(t, 100, 30)
	s.press("alt+enter", "alt+1", "ctrl+p")
	s.typing("cancel-request")
	s.press("enter")
	s.happens(func(*fakeSession) {})
	if s.fake.requests[0].Outcome != stanza.OutcomeCancelled {
		t.Errorf("the request is not cancelled: %+v", s.fake.requests[0])
	}
}

func TestThePaletteSaysWhyAnActionIsNotPossibleNow(t *testing.T) {
	s := start(t, 120, 40)
	s.press("ctrl+p")
	s.typing("cancel-request")
	s.shows("no waiting r")
	s.press("enter")
	s.shows("✗ No waiting request is selected.")
	s.shows("┤ Commands")
	s.press("esc")
	s.hides("┤ Commands")
}

func TestThePaletteHasTheActionsOfTheScreenBelow(t *testing.T) {
	s := start(t, 120, 40)
	s.press("ctrl+p")
	s.typing("add-rule")
	s.shows("only in handlers")
	s.shows("a · handlers")
	s.press("enter")
	s.shows("✗ Only in handlers.")
	s.press("esc", "ctrl+g", "ctrl+p")
	s.typing("add-rule")
	s.press("enter")
	s.shows("New rule:")
	s.press("esc")
	s.shows("┤ Handlers")
}

// All that keys do can be found by name, with its key.
func TestThePaletteHasEveryActionWithItsKey(t *testing.T) {
	all := newTable(nil)
	for _, c := range []struct {
		name    string
		play    []string
		context keys.Context
	}{
		{"typing", nil, keys.Edit}, {"the log", []string{"alt+3"}, keys.Log}, {"pending", []string{"alt+2"}, keys.Pending},
		{"handlers", []string{"ctrl+g"}, keys.Handlers}, {"the connection", []string{"ctrl+o"}, keys.Connection}, {"help", []string{"f1"}, keys.Overlay},
	} {
		s := start(t, 140, 45)
		s.press(c.play...)
		s.press("ctrl+p")
		listed := map[string]palette.Item{}
		for _, it := range s.m.overlays.top().(*finding).items {
			listed[it.Name] = it
		}
		for i := range all.actions {
			a := &all.actions[i]
			it, there := listed[string(a.name)]
			if a.keysOnly || a.moves() {
				if there {
					t.Errorf("%s: %s only moves, and is listed", c.name, a.name)
				}
				continue
			}
			want := ""
			if len(a.at) > 0 {
				first := strings.Fields(a.at[0].keys)[0]
				if want = all.keyFor(c.context, a.name); want == "" {
					want = keys.Label(first) + " · " + a.at[0].context.Name()
				}
			}
			if !there || it.Keys != want || it.Title == "" {
				t.Errorf("%s: %s is listed as %+v, want the key %q", c.name, a.name, it, want)
			}
		}
	}
}

func TestFromThePaletteAnActionThatNeedsAnArgumentGoesOnInTheCommandLine(t *testing.T) {
	s := start(t, 100, 30, func(o *setup) { o.shelf = folder(t.TempDir()) })
	s.press("ctrl+p")
	s.typing("items-per-page")
	s.press("enter")
	s.shows(":items-per-page █")
	s.typing("7")
	s.press("enter")
	s.hides(":items-per-page")
	if s.m.itemsPerPage != 7 {
		t.Errorf("there are %d items on a page, want 7", s.m.itemsPerPage)
	}
}

func TestCommandsAreTypedByTheirNamesWithWhatTheyAreTold(t *testing.T) {
	s := start(t, 120, 40)
	command := func(text string) {
		s.press("alt+x")
		s.typing(text)
		s.press("enter")
	}
	command("timeout 5s")
	s.shows("timeout 5 s")
	command("send")
	if got := s.fake.requests[0].Timeout; got != 5*time.Second {
		t.Errorf("sent with a timeout of %v, want 5 s", got)
	}
	command("filter not iq")
	s.shows("not iq · 0 of 1")
	command("theme light")
	if s.m.theme.Name != themes.NameLight {
		t.Errorf("the theme is %q, want light", s.m.theme.Name)
	}
	command("filter")
	s.shows("Filter: ")
	s.press("esc")
	command("pane-log")
	if s.m.desk.focus != layout.Log {
		t.Error("the log has not the focus")
	}
	s.press(":")
	s.shows("answer-with-error")
}

func TestSecretsAreShownByACommandAndTheStatusLineSaysSo(t *testing.T) {
	s := start(t, 140, 40)
	for _, want := range []bool{true, false} {
		s.press("alt+x")
		s.typing("show-secrets")
		s.press("enter")
		s.happens(func(*fakeSession) {})
		if s.fake.status.Secrets != want || strings.Contains(s.m.View(), "secrets shown") != want {
			t.Errorf("secrets shown: %v, want %v, on\n%s", s.fake.status.Secrets, want, s.m.View())
		}
		s.shows("Passwords and tokens are")
	}
}

func TestACommandThatIsWrongIsSaidAndNotLost(t *testing.T) {
	s := start(t, 120, 40)
	s.press("alt+x")
	s.typing("tiemout 5s")
	s.press("enter")
	s.shows(`✗ there is no command "tiemout"; did you mean timeout?`)
	s.shows(":tiemout 5s█")
	s.press("ctrl+u")
	s.typing("timeout soon")
	s.press("enter")
	s.shows("✗ A timeout is a number of seconds, or has a unit")
	s.press("alt+x", "up")
	s.shows(":timeout soon█")
	s.press("ctrl+u")
	s.typing("cancel-request")
	s.press("enter")
	s.shows("✗ No waiting request is selected.")
	s.press("alt+x")
	s.typing("items-per-page")
	s.press("enter")
	s.shows("✗ items-per-page needs an argument: items-per-page ")
	s.press("esc", "alt+x")
	s.typing("switch-handler")
	s.press("enter")
	s.shows(`✗ there is no command "switch-handler"`) // it is one of the handlers' screen
}

func TestACommandThatIsNotPossibleNowIsNotCarriedOut(t *testing.T) {
	s := start(t, 120, 40)
	s.goesByHand()
	s.press("alt+x")
	s.typing("timeout 5s")
	s.press("enter")
	s.shows("✗ By hand, nothing waits for an answer.")
	if s.m.desk.draft.Timeout() != 0 {
		t.Error("the timeout is another one all the same")
	}
}

func TestTabCompletesACommandAndItsArgument(t *testing.T) {
	s := start(t, 120, 40)
	s.press("alt+x")
	s.typing("them")
	s.press("tab")
	s.shows(":theme █")
	s.typing("l")
	s.press("tab")
	s.shows(":theme light█")
	s.press("esc")
	s.hides(":theme")
	s.press("alt+x")
	s.typing("co")
	s.press("tab", "tab")
	s.shows("▸ copy")
	s.press("shift+tab")
	s.shows("▸ connection")
}

func TestWhatLiesOnTopFillsItsRoomAtAnySize(t *testing.T) {
	for _, way := range [][]string{{"ctrl+p"}, {"alt+x"}, {"ctrl+g"}, {"ctrl+o"}, {"f1"}, {"alt+3", "f"}, {"ctrl+g", "a"}, {"f9"}, {"f9", "/"}, {"f2"}, {"f10"}, {"form"}, {"command"}, {"alt+enter", "alt+y"}, {"welcome"}} {
		s := start(t, 80, 24)
		switch way[0] {
		case "form":
			s = onRoom(t, 80, 24)
		case "welcome":
			s.m.run(welcome.Show)
		case "command":
			s = onCommands(t, 80, 24)
		default:
			s.press(way...)
		}
		for width := 1; width < 150; width += 17 {
			for _, height := range []int{1, 5, 6, 7, 8, 9, 12, 24, 33, 45} {
				s.send(sized(width, height))
				exact(t, s.m.View(), size{width, height})
			}
		}
	}
}

// Another theme reaches all that is drawn: what is there already, and what is kept.
func TestAnotherThemeReachesEverything(t *testing.T) {
	renderer := lipgloss.NewRenderer(nil)
	renderer.SetColorProfile(termenv.TrueColor)
	draw := func(theme string, then string) string {
		s := start(t, 140, 45, func(o *setup) { o.theme, _ = themes.ByName(theme, renderer) })
		s.press("alt+enter")
		s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
		s.press("alt+2", "alt+4", "h", "h")
		if then != "" {
			s.press("alt+x")
			s.typing("theme " + then)
			s.press("enter")
		}
		return s.m.View()
	}
	if diff := cmp.Diff(draw(themes.NameLight, ""), draw(themes.NameDark, themes.NameLight)); diff != "" {
		t.Errorf("after changing to light (-want +got):\n%s", diff)
	}
}

func TestChosenKeysReachDispatchFooterHelpAndPalette(t *testing.T) {
	bound, problems := Keys().Rebind(map[string][]string{"send": {"f12"}, "zoom": {"Z"}})
	if problems != nil {
		t.Fatal(problems)
	}
	s := start(t, 140, 45, func(o *setup) { o.keys = bound })
	s.press("alt+enter")
	if len(s.fake.sent) != 0 {
		t.Error("the built-in key still sends")
	}
	s.shows("F12 send")
	s.press("f12")
	if len(s.fake.sent) != 1 {
		t.Error("the chosen key does not send")
	}
	s.press("alt+3", "Z")
	if !s.m.desk.zoom {
		t.Error("the chosen key does not zoom")
	}
	s.press("?")
	s.shows("F12      ")
	s.press("esc", "ctrl+p")
	s.typing("send the draft")
	s.shows("F12")
}

// Whatever key is pressed wherever: nothing fails, and the screen is filled. The actions that only
// a few places know are among them.
func TestEveryKeyInEveryPlace(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	places := [][]string{{}, {"alt+2"}, {"alt+3"}, {"alt+4"}, {"f1"}, {"ctrl+o"}, {"ctrl+g"}, {"ctrl+p"}, {"alt+x"}, {"ctrl+o", "t"}}
	for _, where := range places {
		t.Run(fmt.Sprint(where), func(t *testing.T) {
			t.Parallel()
			pressed := map[string]bool{}
			for _, b := range Keys() {
				for _, key := range b.Keys {
					if pressed[key] {
						continue
					}
					pressed[key] = true
					s := start(t, 80, 24)
					s.press("alt+enter")
					s.happens(func(f *fakeSession) { f.asks(askVersion); f.replies(1, discoResult) })
					s.press(where...)
					s.happens(func(*fakeSession) {})
					if key == "space" {
						key = " "
					}
					s.press(key)
					exact(t, s.m.View(), size{80, 24})
				}
			}
		})
	}
}

func TestAnActionIsFoundByNameOnlyOnce(t *testing.T) {
	s := start(t, 80, 24)
	seen := map[keys.Action]bool{}
	for _, a := range s.m.table.named(nil) {
		if seen[a.name] || a.do == nil && a.argument == nil {
			t.Errorf("%s is there twice, or nobody does it", a.name)
		}
		seen[a.name] = true
	}
}
