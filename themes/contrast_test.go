package themes

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/styles"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// visible is the contrast that WCAG 2 asks of what is no text to be read.
const visible = 3

// usual are the backgrounds of terminals as they come, and of schemes that many choose.
var (
	usualDark  = []string{"#000000", "#1e1e1e", "#282c34", "#002b36", "#300a24"}
	usualLight = []string{"#ffffff", "#fdf6e3", "#fafafa", "#f6f8fa"}
)

// pair is a text as it is drawn: on a background that is the theme's, or the terminal's.
type pair struct {
	name   string
	fg, bg string // "" for the terminal's own
}

// pairs are all that the screen puts together: each role on the terminal's background, and where it
// has none of its own on that of the selected rows and of the status line, as row.Over does.
func pairs(t Theme) []pair {
	var all []pair
	add := func(name string, s lipgloss.Style) {
		fg, bg := colour(s.GetForeground(), t.Renderer), colour(s.GetBackground(), t.Renderer)
		if s.GetReverse() {
			fg, bg = bg, fg
		}
		all = append(all, pair{name, fg, bg})
	}
	under := map[string]lipgloss.Style{"Selected": t.Selected, "SelectedIdle": t.SelectedIdle, "Status": t.Status}
	each := func(name string, s lipgloss.Style) {
		add(name, s)
		for below, style := range under {
			if style.GetReverse() {
				s = s.UnsetForeground().UnsetBackground()
			}
			add(name+" on "+below, s.Inherit(style))
		}
	}
	for name, s := range namedStyles(t) {
		switch name {
		case "Cursor": // the character's own colours, in reverse
		case "Dim": // never on a background
			add(name, s)
		default:
			each(name, s)
		}
	}
	for i, s := range t.Peers {
		each(fmt.Sprintf("Peers[%d]", i), s)
	}
	return all
}

// colour is what a terminal of the renderer's profile draws, as #rrggbb, or a number below 16, or ""
// for its own colour.
func colour(c lipgloss.TerminalColor, r *lipgloss.Renderer) string {
	own, ok := c.(lipgloss.Color)
	if !ok || own == "" {
		return ""
	}
	switch drawn := r.ColorProfile().Color(string(own)).(type) {
	case termenv.RGBColor:
		return string(drawn)
	case termenv.ANSI256Color:
		r, g, b := of256(int(drawn))
		return fmt.Sprintf("#%02x%02x%02x", r, g, b)
	case termenv.ANSIColor:
		return strconv.Itoa(int(drawn))
	}
	return ""
}

func renderer(profile termenv.Profile) *lipgloss.Renderer {
	r := trueColour()
	r.SetColorProfile(profile)
	return r
}

func themeNamed(t *testing.T, name string, profile termenv.Profile) Theme {
	t.Helper()
	theme, ok := ByName(name, renderer(profile))
	if !ok {
		t.Fatalf("there is no theme %s", name)
	}
	return theme
}

func TestEveryComposedPairOfColoursIsReadable(t *testing.T) {
	for _, row := range []struct {
		name        string
		profile     termenv.Profile
		backgrounds []string
		least       float64
	}{
		{NameDark, termenv.TrueColor, usualDark, Readable},
		{NameLight, termenv.TrueColor, usualLight, Readable},
		{NameContrast, termenv.TrueColor, usualDark, Sharp},
		{NameContrastLight, termenv.TrueColor, usualLight, Sharp},
		{NameDark, termenv.ANSI256, usualDark, Readable},
		{NameLight, termenv.ANSI256, usualLight, Readable},
		{NameContrast, termenv.ANSI256, usualDark, Sharp},
		{NameContrastLight, termenv.ANSI256, usualLight, Sharp},
		// What stands in the middle cannot have more than 4.58 with black and with white at once.
		{NameNeutral, termenv.TrueColor, []string{"#000000", "#ffffff"}, 4.3},
		{NameNeutral, termenv.TrueColor, append(usualLight, usualDark...), visible},
		{NameNeutral, termenv.ANSI256, []string{"#000000", "#ffffff"}, 3.8},
	} {
		theme := themeNamed(t, row.name, row.profile)
		for _, p := range pairs(theme) {
			least := row.least
			if name, _, _ := strings.Cut(p.name, " "); name == "Dim" || name == "Border" {
				least = visible
			}
			checkPair(t, fmt.Sprintf("%s theme, profile %d: %s", row.name, row.profile, p.name), p.fg, p.bg, row.backgrounds, least)
		}
	}
}

// checkPair holds a text against its background, or against each that a terminal may have.
func checkPair(t *testing.T, name, fg, bg string, backgrounds []string, least float64) {
	t.Helper()
	if bg != "" {
		backgrounds = []string{bg}
		if fg == "" {
			t.Errorf("%s: the terminal's own colour on %s, which nobody knows to be readable", name, bg)
			return
		}
	}
	if fg == "" {
		return // the terminal's own pair
	}
	for _, bg := range backgrounds {
		if c := contrast(fg, bg); c < least {
			t.Errorf("%s is %s on %s, contrast %.2f, want %.1f", name, fg, bg, c, least)
		}
	}
}

func TestSyntaxIsReadableInEveryTheme(t *testing.T) {
	for name, backgrounds := range map[string][]string{NameDark: usualDark, NameLight: usualLight} {
		for _, profile := range []termenv.Profile{termenv.TrueColor, termenv.ANSI256} {
			theme := themeNamed(t, name, profile)
			for _, token := range []chroma.TokenType{
				chroma.NameTag, chroma.NameAttribute, chroma.LiteralString, chroma.Text, chroma.Comment, chroma.CommentPreproc, chroma.NameEntity, chroma.Operator,
			} {
				own := styles.Registry[theme.Chroma].Get(token).Colour
				if !own.IsSet() {
					continue
				}
				fg := colour(theme.Coloured(own.String()).GetForeground(), theme.Renderer)
				checkPair(t, fmt.Sprintf("%s theme: %s", name, token), fg, "", backgrounds, Readable)
			}
		}
	}
}

// sixteens are what terminals draw for the numbers 0 to 15, and their backgrounds, dark and light.
var sixteens = []struct {
	name        string
	colours     []string
	dark, light string
}{
	{"xterm", []string{
		"#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5",
		"#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff",
	}, "#000000", "#ffffff"},
	{"Tango", []string{
		"#2e3436", "#cc0000", "#4e9a06", "#c4a000", "#3465a4", "#75507b", "#06989a", "#d3d7cf",
		"#555753", "#ef2929", "#8ae234", "#fce94f", "#729fcf", "#ad7fa8", "#34e2e2", "#eeeeec",
	}, "#000000", "#ffffff"},
	{"Solarized", []string{
		"#073642", "#dc322f", "#859900", "#b58900", "#268bd2", "#d33682", "#2aa198", "#eee8d5",
		"#002b36", "#cb4b16", "#586e75", "#657b83", "#839496", "#6c71c4", "#93a1a1", "#fdf6e3",
	}, "#002b36", "#fdf6e3"},
	{"Linux console", []string{
		"#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa",
		"#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff",
	}, "#000000", "#ffffff"},
}

func TestSixteenColoursAreSeenInUsualPalettes(t *testing.T) {
	for _, name := range Names() {
		if name == NameMono || name == NamePlain {
			continue
		}
		theme := themeNamed(t, name, termenv.ANSI)
		if theme.Chroma != OwnSyntax {
			t.Errorf("%s: XML is drawn by chroma's %s, whose colours would be approximated", name, theme.Chroma)
		}
		for _, palette := range sixteens {
			backgrounds := []string{palette.dark, palette.light}
			switch name {
			case NameDark, NameContrast:
				backgrounds = backgrounds[:1]
			case NameLight, NameContrastLight:
				backgrounds = backgrounds[1:]
			}
			for _, p := range pairs(theme) {
				fg, bg := numbered(t, p.fg, palette.colours), numbered(t, p.bg, palette.colours)
				checkPair(t, fmt.Sprintf("%s theme in 16 colours of %s: %s, number %s,", name, palette.name, p.name, p.fg), fg, bg, backgrounds, visible)
			}
		}
	}
}

// numbered is a colour by its number; no approximation of a true one is taken.
func numbered(t *testing.T, number string, palette []string) string {
	t.Helper()
	if number == "" {
		return ""
	}
	n, err := strconv.Atoi(number)
	if err != nil {
		t.Fatalf("%s is no number of a colour", number)
	}
	return palette[n]
}

// What is only approximated would pass for a number, so the numbers must be those that were chosen.
func TestSixteenColoursAreNoApproximations(t *testing.T) {
	for _, l := range looks {
		for role, ink := range l.sixteen {
			for _, c := range []string{ink.fg, ink.bg} {
				if n, err := strconv.Atoi(c); c != "" && (err != nil || n < 0 || n > 15) {
					t.Errorf("%s: with 16 colours %s is %q", l.name, role, c)
				}
			}
		}
	}
}

// Get, set, result and error stand in one column: each is another hue, not another shade.
func TestTheKindsOfAStanzaAreToldApartAtAGlance(t *testing.T) {
	for _, name := range []string{NameDark, NameLight, NameContrast, NameContrastLight, NameNeutral} {
		for _, profile := range []termenv.Profile{termenv.TrueColor, termenv.ANSI256} {
			theme := themeNamed(t, name, profile)
			kinds := map[string]lipgloss.Style{"get": theme.Get, "set": theme.Set, "result": theme.Success, "error": theme.Error}
			for a, one := range kinds {
				for b, other := range kinds {
					if a == b {
						continue
					}
					between := math.Abs(hue(colour(one.GetForeground(), theme.Renderer)) - hue(colour(other.GetForeground(), theme.Renderer)))
					if between = min(between, 360-between); between < 20 {
						t.Errorf("%s, profile %d: %s and %s are %.0f° of hue apart", name, profile, a, b, between)
					}
				}
			}
			if len(theme.Peers) < 6 || len(theme.Peers) > 8 {
				t.Errorf("%s: peers have %d hues, want 6 to 8", name, len(theme.Peers))
			}
			drawn := map[string]bool{}
			for _, s := range theme.Peers {
				drawn[colour(s.GetForeground(), theme.Renderer)] = true
			}
			if len(drawn) < len(theme.Peers)-2 {
				t.Errorf("%s, profile %d: of %d hues for peers %d are drawn", name, profile, len(theme.Peers), len(drawn))
			}
		}
	}
}

// hue is the hue of a colour in degrees.
func hue(hex string) float64 {
	c := chroma.MustParseColour(hex)
	r, g, b := float64(c.Red()), float64(c.Green()), float64(c.Blue())
	return math.Mod(360+math.Atan2(math.Sqrt(3)*(g-b), 2*r-g-b)*180/math.Pi, 360)
}

func TestThePayloadIsBrighterThanIDsAndTimes(t *testing.T) {
	for name, bg := range map[string]string{NameDark: "#000000", NameLight: "#ffffff", NameContrast: "#000000", NameContrastLight: "#ffffff"} {
		theme := themeNamed(t, name, termenv.TrueColor)
		payload, muted := colour(theme.Payload.GetForeground(), theme.Renderer), colour(theme.Muted.GetForeground(), theme.Renderer)
		if contrast(payload, bg) <= 1.2*contrast(muted, bg) {
			t.Errorf("%s: the payload is %s, and what may be overlooked %s", name, payload, muted)
		}
	}
}

// contrast is that of two colours that are known.
func contrast(a, b string) float64 {
	ratio, ok := Contrast(a, b)
	if !ok {
		panic(a + " or " + b + " is no colour that is known")
	}
	return ratio
}

func TestContrastIsComputedAsWCAGSays(t *testing.T) {
	if c := contrast("#000000", "#ffffff"); math.Abs(c-21) > 0.01 {
		t.Errorf("black on white = %.2f, want 21", c)
	}
	if c := contrast("#767676", "#ffffff"); math.Abs(c-4.54) > 0.01 {
		t.Errorf("#767676 on white = %.2f, want 4.54", c)
	}
}
