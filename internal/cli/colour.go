package cli

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/themes"
	"iqscope/tui/highlight"
)

// The values of --color.
const (
	colourAuto   = "auto"
	colourAlways = "always"
	colourNever  = "never"
)

var colours = []string{colourAuto, colourAlways, colourNever}

// highlighter colours XML for standard output; nil for none. The terminal is not asked for its
// background: the colours are its own sixteen, which are made to be read on it.
func (p *program) highlighter(terminal bool) *highlight.Highlighter {
	switch p.flags.colour {
	case colourAlways:
	case colourNever:
		return nil
	default:
		if !terminal || p.getenv("NO_COLOR") != "" || p.getenv("TERM") == "dumb" {
			return nil
		}
	}
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.ANSI)
	name := themes.NameANSI
	switch byVariable(p.getenv("COLORFGBG")) {
	case themes.DarkBackground:
		name = themes.NameDark
	case themes.LightBackground:
		name = themes.NameLight
	}
	theme, _ := themes.ByName(name, r)
	return highlight.New(theme)
}

// pretty writes a stanza for reading, below a line of its own if there is one.
func (o *output) pretty(head string, st *stanza.Stanza) error {
	text := head + st.Pretty(o.width)
	if o.highlighter == nil {
		return o.line(text)
	}
	if o.terminal {
		text = safetext.Clean(text).String()
	}
	_, err := io.WriteString(o.to, coloured(o.highlighter, text)+"\n")
	return err
}

func coloured(h *highlight.Highlighter, text string) string {
	var b strings.Builder
	spans := h.Spans(text)
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		at := 0
		if i < len(spans) {
			for _, s := range spans[i] {
				b.WriteString(line[at:s.Start] + s.Style.Render(line[s.Start:s.End]))
				at = s.End
			}
		}
		b.WriteString(line[at:])
	}
	return b.String()
}
