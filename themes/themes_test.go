package themes

import (
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"

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
		if f := v.Type().Field(i); f.Type == reflect.TypeFor[lipgloss.Style]() {
			all[f.Name] = v.Field(i).Interface().(lipgloss.Style)
		}
	}
	return all
}

func TestEveryStyleHasANameForFiles(t *testing.T) {
	if styles := len(namedStyles(Plain())); styles != len(roles) {
		t.Errorf("there are %d styles and %d roles", styles, len(roles))
	}
	seen := map[*lipgloss.Style]string{}
	theme := Plain()
	for _, role := range roles {
		if other, twice := seen[role.of(&theme)]; twice {
			t.Errorf("%s is %s too", role.name, other)
		}
		seen[role.of(&theme)] = role.name
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
	for _, name := range Names() {
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
	dark, light := func() Background { return DarkBackground }, func() Background { return LightBackground }
	unknown := func() Background { return UnknownBackground }
	for _, row := range []struct {
		name string
		env  map[string]string
		dark func() Background
		want string
	}{
		{"dark background", nil, dark, NameDark},
		{"light background", nil, light, NameLight},
		{"unknown background", nil, unknown, NameNeutral},
		{"nobody to ask", nil, nil, NameDark},
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
	Pick(env, func() Background { t.Error("the terminal was asked"); return DarkBackground }, trueColour())
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

func TestWhatIsBelowAWindowKeepsItsCells(t *testing.T) {
	line := "\x1b[1;38;2;255;0;0m▸ rot\x1b[0m und \x1b[7m日本\x1b[0m"
	for _, name := range Names() {
		theme, _ := ByName(name, trueColour())
		dimmed := theme.Dimmed(line)
		if name == NamePlain {
			if dimmed != line {
				t.Errorf("plain: dimmed as %q", dimmed)
			}
			continue
		}
		if ansi.Strip(dimmed) != ansi.Strip(line) {
			t.Errorf("%s: dimmed as %q, which says something else", name, dimmed)
		}
		if want := theme.Dim.Render(ansi.Strip(line)); dimmed != want || dimmed == ansi.Strip(line) {
			t.Errorf("%s: dimmed as %q, want one style alone, %q", name, dimmed, want)
		}
		if theme.Dimmed("") != "" {
			t.Errorf("%s: an empty line has become %q", name, theme.Dimmed(""))
		}
	}
}

func TestTheTerminalDecidesTheGlyphs(t *testing.T) {
	for _, row := range []struct {
		env  map[string]string
		want Glyphs
	}{
		{map[string]string{"TERM": "xterm-256color"}, Rounded()},
		{map[string]string{"TERM": "xterm", "LANG": "C"}, Rounded()},
		{map[string]string{"TERM": "linux", "LANG": "C.UTF-8"}, Square()},
		{map[string]string{"TERM": "vt220", "LANG": "C.UTF-8"}, Square()},
		{map[string]string{"TERM": "screen-256color", "LC_ALL": "de_DE.utf8", "LANG": "C"}, Rounded()},
		{map[string]string{"TERM": "screen", "LC_CTYPE": "C", "LANG": "C.UTF-8"}, Square()},
		{map[string]string{"TERM": "screen"}, Square()},
	} {
		if got := Pick(func(k string) string { return row.env[k] }, nil, trueColour()).Glyphs; !reflect.DeepEqual(got, row.want) {
			t.Errorf("with %v the glyphs are %v, want %v", row.env, got, row.want)
		}
	}
}

func TestEachGlyphIsOneCellAndItsASCIIToo(t *testing.T) {
	for name, g := range map[string]Glyphs{"rounded": Rounded(), "square": Square(), "ASCII": StillASCII()} {
		f := g.Frame
		for _, glyph := range append([]string{f.TopLeft, f.TopRight, f.BottomLeft, f.BottomRight, f.Horizontal, f.Vertical, g.Void}, g.Bar...) {
			if ansi.StringWidth(glyph) != 1 {
				t.Errorf("%s: %q takes %d cells", name, glyph, ansi.StringWidth(glyph))
			}
			if shown := Plain().ASCII(glyph); len(shown) != 1 || g.ASCII && shown != glyph {
				t.Errorf("%s: %q becomes %q", name, glyph, shown)
			}
		}
	}
	for i, glyph := range glyphs {
		if ansi.StringWidth(glyph) != 1 && i%2 == 0 {
			t.Errorf("%q takes %d cells", glyph, ansi.StringWidth(glyph))
		}
		if i%2 == 1 && (len(glyph) != 1 || glyph < " " || glyph > "~") {
			t.Errorf("%q becomes %q, which is no single character of ASCII", glyphs[i-1], glyph)
		}
	}
}

func TestTextOfOthersStaysAsItIsInASCII(t *testing.T) {
	const text = "Ünïcödé 日本 \x1b[1mрим\x1b[0m é"
	if got := Plain().ASCII(text); got != text {
		t.Errorf("%q has become %q", text, got)
	}
	if got := Plain().ASCII("╭ ▸ Pending … ╮"); got != "+ > Pending ~ +" {
		t.Errorf("drawn as %q", got)
	}
}
