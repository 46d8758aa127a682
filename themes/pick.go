package themes

import "github.com/charmbracelet/lipgloss"

// ByName returns the theme with a name; ok is false if there is none. For the renderer see [Dark].
func ByName(name string, r *lipgloss.Renderer) (theme Theme, ok bool) {
	switch name {
	case NameDark:
		return Dark(r), true
	case NameLight:
		return Light(r), true
	case NameMono:
		return Mono(), true
	case NamePlain:
		return Plain(), true
	}
	return Theme{}, false
}

// Names are the names of all themes.
func Names() []string { return []string{NameDark, NameLight, NameMono, NamePlain} }

// Pick chooses the theme for a terminal: Plain for TERM=dumb, Mono if NO_COLOR is set and not empty
// (no-color.org), else Dark or Light. hasDarkBackground is asked only for the last, as it may have
// to ask the terminal and wait; nil means dark.
func Pick(env func(string) string, hasDarkBackground func() bool, r *lipgloss.Renderer) Theme {
	switch {
	case env("TERM") == "dumb":
		return Plain()
	case env("NO_COLOR") != "":
		return Mono()
	case hasDarkBackground == nil || hasDarkBackground():
		return Dark(r)
	}
	return Light(r)
}
