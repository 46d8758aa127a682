package themes

import (
	"slices"

	"github.com/charmbracelet/lipgloss"
)

// ByName returns the built-in theme with a name; ok is false if there is none. For the renderer see
// [Dark].
func ByName(name string, r *lipgloss.Renderer) (theme Theme, ok bool) {
	switch name {
	case NameMono:
		return Mono(), true
	case NamePlain:
		return Plain(), true
	}
	at := slices.IndexFunc(looks, func(l look) bool { return l.name == name })
	if at < 0 {
		return Theme{}, false
	}
	return looks[at].theme(r), true
}

// Names are the names of all built-in themes.
func Names() []string {
	var names []string
	for _, l := range looks {
		names = append(names, l.name)
	}
	return append(names, NameMono, NamePlain)
}

// Background is what is known of the terminal's.
type Background int

// What can be known of it.
const (
	UnknownBackground Background = iota
	DarkBackground
	LightBackground
)

// Pick chooses the theme for a terminal, and its glyphs: Plain for TERM=dumb, Mono if NO_COLOR is
// set and not empty (no-color.org), else one for the background. That is asked for only then, as the
// terminal may have to be asked and waited for; nil means dark.
func Pick(env func(string) string, background func() Background, r *lipgloss.Renderer) Theme {
	t := pick(env, background, r)
	t.Glyphs = GlyphsFor(env)
	return t
}

func pick(env func(string) string, background func() Background, r *lipgloss.Renderer) Theme {
	switch {
	case env("TERM") == "dumb":
		return Plain()
	case env("NO_COLOR") != "":
		return Mono()
	case background == nil:
		return Dark(r)
	}
	switch background() {
	case DarkBackground:
		return Dark(r)
	case LightBackground:
		return Light(r)
	}
	return neutralLook.theme(r)
}
