package themes

import (
	"io"
	"math"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/styles"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
)

func trueColour() *lipgloss.Renderer {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.TrueColor)
	return r
}

// namedStyles returns every style of a theme by its field's name.
func namedStyles(t Theme) map[string]lipgloss.Style {
	all := map[string]lipgloss.Style{}
	v := reflect.ValueOf(t)
	for i := range v.NumField() {
		if s, ok := v.Field(i).Interface().(lipgloss.Style); ok {
			all[v.Type().Field(i).Name] = s
		}
	}
	return all
}

// minContrast is what WCAG 2 asks of text at level AA.
const minContrast = 4.5

func TestEveryColourIsReadableOnItsBackground(t *testing.T) {
	for _, row := range []struct {
		theme       Theme
		backgrounds []string
	}{
		{Dark(trueColour()), []string{"#000000", "#1e1e1e", "#282c34"}},
		{Light(trueColour()), []string{"#ffffff", "#fdf6e3"}},
	} {
		for name, style := range namedStyles(row.theme) {
			fg, ok := style.GetForeground().(lipgloss.Color)
			if !ok {
				continue // the terminal's own colours
			}
			backgrounds := row.backgrounds
			if own, ok := style.GetBackground().(lipgloss.Color); ok {
				backgrounds = []string{string(own)}
			}
			for _, bg := range backgrounds {
				if c := contrast(string(fg), bg); c < minContrast {
					t.Errorf("%s theme: %s is %s on %s, contrast %.2f, want %.1f", row.theme.Name, name, fg, bg, c, minContrast)
				}
			}
		}
		syntax := styles.Registry[row.theme.Chroma]
		if syntax == nil {
			t.Fatalf("%s theme: chroma has no style %q", row.theme.Name, row.theme.Chroma)
		}
		for _, token := range []chroma.TokenType{chroma.NameTag, chroma.NameAttribute, chroma.LiteralString, chroma.Text, chroma.Comment, chroma.NameEntity} {
			colour := syntax.Get(token).Colour
			if !colour.IsSet() {
				continue
			}
			for _, bg := range row.backgrounds {
				if c := contrast(colour.String(), bg); c < minContrast {
					t.Errorf("%s theme: %s is %s on %s, contrast %.2f, want %.1f", row.theme.Name, token, colour, bg, c, minContrast)
				}
			}
		}
	}
}

// contrast is the ratio of WCAG 2.
func contrast(a, b string) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(hex string) float64 {
	c := chroma.MustParseColour(hex)
	linear := func(b uint8) float64 {
		v := float64(b) / 255
		if v <= 0.03928 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.Red()) + 0.7152*linear(c.Green()) + 0.0722*linear(c.Blue())
}

func TestContrastIsComputedAsWCAGSays(t *testing.T) {
	if c := contrast("#000000", "#ffffff"); math.Abs(c-21) > 0.01 {
		t.Errorf("black on white = %.2f, want 21", c)
	}
	if c := contrast("#767676", "#ffffff"); math.Abs(c-4.54) > 0.01 {
		t.Errorf("#767676 on white = %.2f, want 4.54", c)
	}
}

// colourSequence finds an SGR parameter that sets a colour: 30–49 and 90–107.
var colourSequence = regexp.MustCompile(`\x1b\[[0-9;]*\b(3[0-9]|4[0-9]|9[0-7]|10[0-7])\b`)

func TestMonoHasNoColourButShowsCursorAndSelection(t *testing.T) {
	mono := Mono()
	for name, style := range namedStyles(mono) {
		if out := style.Render("x"); colourSequence.MatchString(out) {
			t.Errorf("%s draws %q, want no colour", name, out)
		}
	}
	for name, style := range map[string]lipgloss.Style{"Cursor": mono.Cursor, "Selected": mono.Selected, "Selection": mono.Selection} {
		if style.Render("x") == "x" {
			t.Errorf("%s looks like ordinary text", name)
		}
	}
}

func TestPlainWritesNoControlSequence(t *testing.T) {
	plain := Plain()
	for name, style := range namedStyles(plain) {
		if out := style.Render("x"); out != "x" {
			t.Errorf("%s draws %q, want x alone", name, out)
		}
	}
	if plain.CursorGlyph == "" {
		t.Error("nothing shows the cursor")
	}
}

func TestEveryThemeMarksTheSelectedRowByAGlyph(t *testing.T) {
	for _, name := range []string{NameDark, NameLight, NameMono, NamePlain} {
		theme, ok := ByName(name, trueColour())
		if !ok || theme.Name != name {
			t.Fatalf("ByName(%q) = %q, %v", name, theme.Name, ok)
		}
		if strings.TrimSpace(theme.Marker) == "" || ansi.StringWidth(theme.Marker) != ansi.StringWidth(theme.NoMarker) {
			t.Errorf("%s: markers %q and %q, want a glyph, and both as wide", name, theme.Marker, theme.NoMarker)
		}
		for field, style := range namedStyles(theme) {
			if got := ansi.Strip(style.Render("x")); got != "x" {
				t.Errorf("%s: %s turns x into %q", name, field, got)
			}
		}
	}
	if _, ok := ByName("solarized", nil); ok {
		t.Error("there is a theme that nobody made")
	}
}

func TestTheTerminalDecidesTheTheme(t *testing.T) {
	dark, light := func() bool { return true }, func() bool { return false }
	for _, row := range []struct {
		name string
		env  map[string]string
		dark func() bool
		want string
	}{
		{"dark background", nil, dark, NameDark},
		{"light background", nil, light, NameLight},
		{"unknown background", nil, nil, NameDark},
		{"NO_COLOR", map[string]string{"NO_COLOR": "1"}, light, NameMono},
		{"NO_COLOR empty", map[string]string{"NO_COLOR": ""}, light, NameLight},
		{"dumb terminal", map[string]string{"TERM": "dumb", "NO_COLOR": "1"}, dark, NamePlain},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := Pick(func(k string) string { return row.env[k] }, row.dark, trueColour())
			if got.Name != row.want {
				t.Errorf("picked %s, want %s", got.Name, row.want)
			}
		})
	}
}

func TestTheBackgroundIsNotAskedForWhenItDoesNotMatter(t *testing.T) {
	env := func(k string) string { return map[string]string{"NO_COLOR": "1"}[k] }
	Pick(env, func() bool { t.Error("the terminal was asked"); return true }, trueColour())
}

// TERM=screen, vt220 and rxvt have no colours that lipgloss knows of.
func TestTheCursorIsSeenWithoutColours(t *testing.T) {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.Ascii)
	for _, name := range Names() {
		theme, _ := ByName(name, r)
		if theme.Name != name {
			t.Errorf("%s is called %s", name, theme.Name)
		}
		if shown := theme.Cursor.Render("x"); theme.CursorGlyph == "" && shown != "\x1b[7mx\x1b[0m" {
			t.Errorf("%s: the cursor is drawn as %q, want it in reverse", name, shown)
		}
		if shown := theme.Selection.Render("x"); name != NamePlain && shown == "x" {
			t.Errorf("%s: what is selected looks as all else does", name)
		}
		if shown := theme.Error.Render("x"); strings.Contains(shown, "38;") {
			t.Errorf("%s: an error is drawn in colours, as %q", name, shown)
		}
	}
}
