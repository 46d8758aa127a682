package themes

import (
	"io"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// looks are the built-in themes with colours.
var looks = []look{darkLook, lightLook, contrastLook, contrastLightLook, neutralLook, ansiLook}

// Dark returns the theme for dark backgrounds. The renderer says how many colours there are; nil is
// lipgloss's default one, which looks at standard output and the environment. Where there are none it
// looks as Mono.
func Dark(r *lipgloss.Renderer) Theme { return darkLook.theme(r) }

// Light returns the theme for light backgrounds. For the renderer see [Dark].
func Light(r *lipgloss.Renderer) Theme { return lightLook.theme(r) }

// theme draws with as many colours as there are.
func (l look) theme(r *lipgloss.Renderer) Theme {
	if r == nil {
		r = lipgloss.DefaultRenderer()
	}
	t := unstyled(r)
	styles, peers := l.inks, l.peers
	t.Chroma = l.chroma
	switch r.ColorProfile() {
	case termenv.Ascii:
		// A vt220 has no colours, but a cursor has to be seen there too.
		t = Mono()
		t.Renderer = r
		styles, peers = nil, nil
	case termenv.ANSI:
		styles, peers = l.sixteen, l.sixteenPeers
		t.Chroma = OwnSyntax
	}
	t.Name, t.Dark, t.within = l.name, l.dark, l.text()
	for _, role := range roles {
		if ink, ok := styles[role.name]; ok {
			within := t.within
			if role.name == "dim" { // it may be overlooked
				within = side{}
			}
			*role.of(&t) = ink.style(r, within)
		}
	}
	for _, colour := range peers {
		t.Peers = append(t.Peers, ink{fg: colour}.style(r, t.within))
	}
	return t
}

// style draws with as many colours as the renderer has. Within is where the text lies.
func (i ink) style(r *lipgloss.Renderer, within side) lipgloss.Style {
	s, profile := r.NewStyle(), r.ColorProfile()
	ground := within
	if i.bg != "" { // it lies on that alone
		within = side{}
	}
	if fg := colourFor(i.fg, profile, within); fg != (lipgloss.NoColor{}) {
		s = s.Foreground(fg)
	}
	bg := i.bg
	if profile == termenv.ANSI256 && i.bg256 != "" {
		bg = i.bg256
	}
	if bg := colourFor(bg, profile, ground.behind(bg)); bg != (lipgloss.NoColor{}) {
		s = s.Background(bg)
	}
	// What is not so is left open, for a style below to say.
	if i.bold {
		s = s.Bold(true)
	}
	if i.underline {
		s = s.Underline(true)
	}
	if i.reverse {
		s = s.Reverse(true)
	}
	if i.faint {
		s = s.Faint(true)
	}
	return s
}

// Mono returns the theme without a single colour: bold, underline and reverse, which are not
// colours, tell things apart. It is what NO_COLOR asks for.
func Mono() Theme {
	r := lipgloss.NewRenderer(io.Discard)
	// With its own ASCII profile, lipgloss would leave out bold and reverse too, and the cursor
	// could not be seen.
	r.SetColorProfile(termenv.ANSI)
	t := unstyled(r)
	t.Name = NameMono
	bold, reverse := r.NewStyle().Bold(true), r.NewStyle().Reverse(true)
	t.Title, t.BorderFocused, t.Key = bold, bold, bold
	t.Error, t.CountdownUrgent = bold, bold
	t.Selected = bold
	t.Cursor, t.Selection, t.Status, t.TabActive = reverse, reverse, reverse, reverse
	t.Match = r.NewStyle().Underline(true)
	t.Dim = r.NewStyle().Faint(true)
	return t
}

// Plain returns the theme that writes no control sequence at all, for TERM=dumb and for tests that
// read the screen.
func Plain() Theme {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.Ascii)
	t := unstyled(r)
	t.Name = NamePlain
	t.CursorGlyph = "█"
	return t
}

// unstyled has the marks that all themes share, and styles that do nothing.
func unstyled(r *lipgloss.Renderer) Theme {
	t := Theme{Renderer: r, Marker: "▸ ", NoMarker: "  ", Glyphs: Rounded()}
	for _, role := range roles {
		*role.of(&t) = r.NewStyle()
	}
	return t
}
