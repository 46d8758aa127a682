package themes

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"
)

// Own is a theme of one's own: a built-in one with colours in other roles. What is in it has been
// checked, by [Bases], [Colours] and [ParseColour].
type Own struct {
	Name, Base string            // Base "" means [NameDark]
	Colours    map[string]string // by the names that Colours returns, as ParseColour returns them
	Peers      []string          // none leaves those of the base
	Chroma     string            // the chroma style, or OwnSyntax; "" for the base's
	// Err says what is wrong with the description; then the theme looks as its base does.
	Err error
}

// Bases are the themes that others can be made of.
func Bases() []string {
	var names []string
	for _, l := range looks {
		names = append(names, l.name)
	}
	return names
}

// ofBackground ends the name of the colour behind a role, for the roles that have one.
const ofBackground = "-background"

var grounded = []string{"selected", "selected-idle", "selection", "match", "tab-active", "status"}

// Colours are the names of the colours that a theme has: of each role, and behind some of them.
func Colours() []string {
	var names []string
	for _, role := range roles {
		names = append(names, role.name)
		if slices.Contains(grounded, role.name) {
			names = append(names, role.name+ofBackground)
		}
	}
	return names
}

// colourNames are the names of the first sixteen colours, and what all terminals call them.
var colourNames = []string{
	"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
	"bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
}

// Default is the name of the colour that the terminal writes in by itself.
const Default = "default"

// ColourNames are the colours that have a name.
func ColourNames() []string { return append(slices.Clone(colourNames), Default) }

// ParseColour reads "#rrggbb", "#rgb", a name of [ColourNames], or a number from 0 to 255. ok is
// false for anything else.
func ParseColour(text string) (colour string, ok bool) {
	text = strings.ToLower(text)
	if text == Default {
		return "", true
	}
	if n := slices.Index(colourNames, text); n >= 0 {
		return strconv.Itoa(n), true
	}
	if len(text) == 4 && text[0] == '#' {
		text = string([]byte{'#', text[1], text[1], text[2], text[2], text[3], text[3]})
	}
	if _, _, _, ok := rgb(text); ok {
		return text, true
	}
	n, err := strconv.Atoi(text)
	return strconv.Itoa(n), err == nil && n >= 0 && n < colours256
}

// look is the theme as data.
func (o Own) look() look {
	at := slices.IndexFunc(looks, func(l look) bool { return l.name == cmp.Or(o.Base, NameDark) })
	l := looks[max(at, 0)]
	l.base, l.name = l.name, o.Name
	if o.Err != nil {
		return l
	}
	l.inks, l.sixteen = o.over(l.inks, false), o.over(l.sixteen, true)
	l.chroma = cmp.Or(o.Chroma, l.chroma)
	if len(o.Peers) > 0 {
		l.peers = o.Peers
		if !slices.ContainsFunc(o.Peers, func(c string) bool { return !ofSixteen(c) }) {
			l.sixteenPeers = o.Peers
		}
	}
	return l
}

// over puts the colours on top of others; of 16, those that can be drawn with as many.
func (o Own) over(below inks, sixteen bool) inks {
	all := maps.Clone(below)
	for name, colour := range o.Colours {
		if sixteen && !ofSixteen(colour) {
			continue
		}
		if role, behind := strings.CutSuffix(name, ofBackground); behind {
			changed := all[role]
			changed.bg, changed.bg256, changed.reverse = colour, "", false
			all[role] = changed
			continue
		}
		changed := all[name]
		changed.fg = colour
		all[name] = changed
	}
	return all
}

// ofSixteen says that terminals of 16 colours have a colour.
func ofSixteen(colour string) bool {
	n, err := strconv.Atoi(colour)
	return colour == "" || err == nil && n < 16
}

// Weakness says which text of the theme is hardest to read, if its contrast is less than [Readable];
// "" if none is, as far as the colours are known here.
func (o Own) Weakness() string {
	l := o.look()
	grounds := map[string]string{"a black background": "#000000"}
	if !l.dark {
		grounds = map[string]string{"a white background": "#ffffff"}
	}
	if l.base == NameNeutral || l.base == NameANSI {
		grounds = map[string]string{} // nobody knows
	}
	for _, role := range []string{"selected", "selected-idle", "status"} {
		if bg := l.inks[role].bg; bg != "" {
			grounds[role+ofBackground] = bg
		}
	}
	worst, least := "", Readable
	for _, role := range roles {
		own := l.inks[role.name]
		if role.name == "dim" || strings.HasPrefix(role.name, "border") {
			continue
		}
		against := grounds
		if own.bg != "" {
			against = map[string]string{role.name + ofBackground: own.bg}
		}
		for _, name := range slices.Sorted(maps.Keys(against)) {
			if ratio, known := Contrast(own.fg, against[name]); known && ratio < least {
				worst, least = fmt.Sprintf("%s on %s has a contrast of %.1f to 1; %.1f is easy to read", role.name, name, ratio, Readable), ratio
			}
		}
	}
	return worst
}

// Collection is the themes that can be chosen: the built-in ones and one's own. It is read-only.
type Collection struct {
	renderer *lipgloss.Renderer
	glyphs   Glyphs
	own      []Own
}

// NewCollection returns the themes for a terminal: the renderer says how many colours it has (see
// [Dark]), glyphs what it can draw. Of one's own, those with a name that is taken are left out.
func NewCollection(r *lipgloss.Renderer, glyphs Glyphs, own []Own) *Collection {
	c := &Collection{renderer: r, glyphs: glyphs}
	for _, o := range own {
		if !slices.Contains(c.Names(), o.Name) {
			c.own = append(c.own, o)
		}
	}
	return c
}

// With returns the same with other themes of one's own.
func (c *Collection) With(own []Own) *Collection { return NewCollection(c.renderer, c.glyphs, own) }

// Names are the names of all themes: the built-in ones, then one's own.
func (c *Collection) Names() []string {
	names := Names()
	for _, o := range c.own {
		names = append(names, o.Name)
	}
	return names
}

// Own returns the theme of one's own with a name; false if there is none.
func (c *Collection) Own(name string) (Own, bool) {
	for _, o := range c.own {
		if o.Name == name {
			return o, true
		}
	}
	return Own{}, false
}

// Theme returns the theme with a name; false if there is none.
func (c *Collection) Theme(name string) (Theme, bool) {
	t, ok := ByName(name, c.renderer)
	if o, own := c.Own(name); own && !ok {
		t, ok = o.look().theme(c.renderer), true
	}
	t.Glyphs = c.glyphs
	return t, ok
}

// Picked is what [Pick] chooses, for a terminal of which the collection knows the colours.
func (c *Collection) Picked(env func(string) string, background func() Background) Theme {
	t := pick(env, background, c.renderer)
	t.Glyphs = c.glyphs
	return t
}
