package themes

import (
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// mine is a theme of one's own, as a terminal of so many colours draws it.
func mine(t *testing.T, own Own, profile termenv.Profile) Theme {
	t.Helper()
	own.Name = "mine"
	theme, ok := NewCollection(renderer(profile), Square(), []Own{own}).Theme("mine")
	if !ok || theme.Name != "mine" || theme.Glyphs.Frame != Square().Frame {
		t.Fatalf("the theme is %q, drawn with %v", theme.Name, theme.Glyphs.Frame)
	}
	return theme
}

func TestAThemeOfOnesOwnIsItsBaseWithOtherColours(t *testing.T) {
	own := Own{Base: NameLight, Chroma: "tango", Peers: []string{"#112233", "5"}, Colours: map[string]string{"error": "#123456", "selected-background": "#abcdef", "text": ""}}
	theme, base := mine(t, own, termenv.TrueColor), themeNamed(t, NameLight, termenv.TrueColor)
	if theme.Chroma != "tango" || theme.Dark || len(theme.Peers) != 2 {
		t.Errorf("it has chroma %q, dark is %v, and %d peers", theme.Chroma, theme.Dark, len(theme.Peers))
	}
	if theme.Error.GetForeground() != lipgloss.Color("#123456") || theme.Selected.GetBackground() != lipgloss.Color("#abcdef") || theme.Text.Render("x") != "x" {
		t.Errorf("an error is %v, what is selected on %v, text %q", theme.Error.GetForeground(), theme.Selected.GetBackground(), theme.Text.Render("x"))
	}
	if theme.Success.Render("x") != base.Success.Render("x") || theme.Selected.GetForeground() != base.Selected.GetForeground() {
		t.Error("what it does not say is not the base's")
	}
	wrong := Own{Base: NameLight, Colours: own.Colours, Err: termenv.ErrStatusReport}
	if got := mine(t, wrong, termenv.TrueColor); got.Error.Render("x") != base.Error.Render("x") {
		t.Error("one that is wrong does not look as its base")
	}
}

// Where there are sixteen colours, those that cannot be drawn leave the base's.
func TestOfAThemeOfOnesOwnSixteenColoursDrawWhatTheyCan(t *testing.T) {
	base := themeNamed(t, NameDark, termenv.ANSI)
	theme := mine(t, Own{Colours: map[string]string{"error": "#123456", "warning": "200", "success": "13"}, Peers: []string{"#112233"}}, termenv.ANSI)
	if theme.Error.Render("x") != base.Error.Render("x") || theme.Warning.Render("x") != base.Warning.Render("x") || len(theme.Peers) != len(base.Peers) {
		t.Errorf("an error is drawn as %q, a warning as %q", theme.Error.Render("x"), theme.Warning.Render("x"))
	}
	if theme.Success.GetForeground() != lipgloss.Color("13") {
		t.Errorf("a result is drawn in %v", theme.Success.GetForeground())
	}
}

func TestTheBuiltInThemesHaveNoWeakness(t *testing.T) {
	for _, name := range Bases() {
		if said := (Own{Name: "mine", Base: name}).Weakness(); said != "" {
			t.Errorf("made of %s: %s", name, said)
		}
	}
	if said := (Own{Colours: map[string]string{"status-background": "#e6edf0"}}).Weakness(); !strings.Contains(said, "on status-background has a contrast of 1.0 to 1") {
		t.Errorf("of text on its own colour it says %q", said)
	}
}

func TestANameThatIsBuiltInStaysTheBuiltInTheme(t *testing.T) {
	c := NewCollection(trueColour(), Rounded(), []Own{{Name: NameDark, Base: NameLight}, {Name: "a"}, {Name: "a", Base: NameLight}})
	if theme, _ := c.Theme(NameDark); !theme.Dark {
		t.Error("the built-in theme is another one")
	}
	if names := c.Names(); len(names) != len(Names())+1 {
		t.Errorf("there are %q", names)
	}
}
