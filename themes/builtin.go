package themes

import (
	"io"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// palette is what differs between the coloured themes. Every foreground has a contrast of at least
// 4.5 to 1 (WCAG 2, AA) with the background it is for.
type palette struct {
	text, muted, title, border, focus               lipgloss.Color
	failure, warning, success, info, received, sent lipgloss.Color
	barText, bar                                    lipgloss.Color // the status line
	selectedText, selected, idle                    lipgloss.Color // rows and text that are selected
	matchText, match                                lipgloss.Color
}

var darkPalette = palette{
	text: "#e6edf3", muted: "#9ea7b3", title: "#ffffff", border: "#8b949e", focus: "#79c0ff",
	failure: "#ff8b83", warning: "#e3b341", success: "#56d364", info: "#79c0ff", received: "#7ee0c3", sent: "#d2a8ff",
	barText: "#e6edf3", bar: "#30363d",
	selectedText: "#ffffff", selected: "#1f4f8f", idle: "#30363d",
	matchText: "#000000", match: "#e3b341",
}

var lightPalette = palette{
	text: "#1f2328", muted: "#57606a", title: "#000000", border: "#5c6570", focus: "#0550ae",
	failure: "#b3131d", warning: "#7d4e00", success: "#116329", info: "#0550ae", received: "#0a5a4a", sent: "#6f42c1",
	barText: "#1f2328", bar: "#d8dee4",
	selectedText: "#000000", selected: "#b6d7ff", idle: "#d8dee4",
	matchText: "#000000", match: "#f2cc60",
}

// Dark returns the theme for dark backgrounds. The renderer says how many colours there are; nil is
// lipgloss's default one, which looks at standard output and the environment. Where there are none it
// looks as Mono.
func Dark(r *lipgloss.Renderer) Theme {
	t := coloured(darkPalette, r)
	t.Name, t.Dark, t.Chroma = NameDark, true, "github-dark"
	return t
}

// Light returns the theme for light backgrounds. For the renderer see [Dark].
func Light(r *lipgloss.Renderer) Theme {
	t := coloured(lightPalette, r)
	t.Name, t.Chroma = NameLight, "github"
	return t
}

func coloured(p palette, r *lipgloss.Renderer) Theme {
	if r == nil {
		r = lipgloss.DefaultRenderer()
	}
	if r.ColorProfile() == termenv.Ascii {
		// A vt220 has no colours, but a cursor has to be seen there too.
		t := Mono()
		t.Renderer = r
		return t
	}
	fg := func(c lipgloss.Color) lipgloss.Style { return r.NewStyle().Foreground(c) }
	t := unstyled(r)
	t.Text = fg(p.text)
	t.Muted = fg(p.muted)
	t.Title = fg(p.title).Bold(true)
	t.Border = fg(p.border)
	t.BorderFocused = fg(p.focus).Bold(true)
	t.Selected = fg(p.selectedText).Background(p.selected)
	t.SelectedIdle = fg(p.text).Background(p.idle)
	t.Cursor = r.NewStyle().Reverse(true)
	t.Selection = fg(p.selectedText).Background(p.selected)
	t.Match = fg(p.matchText).Background(p.match)
	t.Error = fg(p.failure)
	t.Warning = fg(p.warning)
	t.Success = fg(p.success)
	t.Info = fg(p.info)
	t.In = fg(p.received)
	t.Out = fg(p.sent)
	t.Get, t.Set, t.Payload = fg(p.info), fg(p.warning), fg(p.text)
	t.Tab, t.TabActive = fg(p.muted), fg(p.selectedText).Background(p.selected)
	t.Countdown = fg(p.info)
	t.CountdownUrgent = fg(p.failure).Bold(true)
	t.Status = fg(p.barText).Background(p.bar)
	t.Key = fg(p.focus).Bold(true)
	t.Hint = fg(p.muted)
	return t
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
	s := r.NewStyle()
	return Theme{
		Renderer: r, Marker: "▸ ", NoMarker: "  ",
		Text: s, Muted: s, Title: s, Border: s, BorderFocused: s, Selected: s, SelectedIdle: s, Cursor: s, Selection: s, Match: s,
		Error: s, Warning: s, Success: s, Info: s, In: s, Out: s, Get: s, Set: s, Payload: s, Tab: s, TabActive: s, Countdown: s, CountdownUrgent: s, Status: s, Key: s, Hint: s,
	}
}
