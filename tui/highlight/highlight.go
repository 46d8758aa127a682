// Package highlight colours XML that is already laid out in lines.
//
// Colouring is slow next to drawing (2 to 4 MB a second), so there are three ways:
//
//   - [Highlighter.Lines] gives the lines of a stanza for the inspector: from its cache, or else plain together with a command that does
//     the work away from the update loop and delivers a [Highlighted] event; hand that to [Highlighter.Accept].
//   - [Highlighter.Spans] colours the composer's text at once, as long as it is small.
//   - Text beyond [MaxBytes] stays plain.
//
// Every piece of text goes through package safetext before a style is put round it: no control
// character of the input reaches the lines.
package highlight

import (
	"container/list"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/chroma/v2"
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/themes"
)

// Limits.
const (
	// MaxBytes is the longest text that is coloured; more stays plain. It is a tenth of a second of
	// work.
	MaxBytes = 256 << 10
	// MaxSpanBytes is the longest text that [Highlighter.Spans] colours, as it does so while the
	// user types: some milliseconds.
	MaxSpanBytes = 8 << 10
	// MaxLines is how many lines [Highlighter.Lines] returns. If there are more, the last one says
	// so.
	MaxLines = 50_000
	// atOnce is the longest text that is laid out within the update loop (about a millisecond).
	atOnce = 16 << 10
	// cacheBytes bounds the lines kept: some hundred stanzas as they usually are.
	cacheBytes = 16 << 20
)

// Key says what is drawn and how. Equal keys must mean equal text.
type Key struct {
	Seq   uint64 // the stanza's sequence number
	View  string // which text of that stanza: "xml", "raw", …
	Width int    // cells of a line
	Wrap  bool   // go on in the next line; else a line is cut, and shows that by "…"
}

// Highlighted is the event that coloured lines are there.
type Highlighted struct {
	Key   Key
	theme string
	lines []string
}

// Highlighter colours for one theme and keeps what it coloured. It belongs to the update loop and
// is not safe for concurrent use; the commands it returns may run anywhere. Make one with [New].
type Highlighter struct {
	theme   string
	colours palette // nil for a theme without colours
	cache   cache

	spanText string // the text that spans are of
	spans    [][]themes.Span
}

// New returns a highlighter for a theme.
func New(theme themes.Theme) *Highlighter {
	return &Highlighter{theme: theme.Name, colours: newPalette(theme), cache: cache{byKey: map[Key]*list.Element{}}}
}

// SetTheme colours for another theme from now on. What was coloured is forgotten.
func (h *Highlighter) SetTheme(theme themes.Theme) { *h = *New(theme) }

// Lines returns text in lines, each at most key.Width cells. If they are not coloured yet, they
// come plain, and with a command that colours them; of a long text there are none until then. The
// command is nil while that runs, and when there is nothing to do. The lines must not be changed.
func (h *Highlighter) Lines(key Key, text string) (lines []string, cmd tea.Cmd) {
	if e, ok := h.cache.get(key); ok {
		return e.lines, nil
	}
	var plain []string
	long := len(text) > atOnce
	final := !long && (h.colours == nil || !utf8.ValidString(text))
	if !long {
		plain = layOut(key, text, nil)
	}
	h.cache.put(key, plain, final)
	if final {
		return plain, nil
	}
	theme, colours := h.theme, h.colours
	return plain, func() tea.Msg {
		return Highlighted{Key: key, theme: theme, lines: layOut(key, text, colours)}
	}
}

// Accept keeps what a command of [Highlighter.Lines] delivered, and reports whether it is news for
// the screen.
func (h *Highlighter) Accept(event Highlighted) bool {
	if event.theme != h.theme {
		return false
	}
	if e, ok := h.cache.get(event.Key); ok && e.final {
		return false
	}
	h.cache.put(event.Key, event.lines, true)
	return true
}

// Spans returns the styles for each line of text, as the editor wants them; nil if text is longer
// than [MaxSpanBytes], no UTF-8, or the theme has no colours. The last result is kept: asking again
// for the same text is free.
func (h *Highlighter) Spans(text string) [][]themes.Span {
	if h.colours == nil || len(text) > MaxSpanBytes || !utf8.ValidString(text) {
		return nil
	}
	if h.spans != nil && text == h.spanText {
		return h.spans
	}
	lines := make([][]themes.Span, 1, 1+strings.Count(text, "\n"))
	col := 0
	err := tokens(text, func(kind chroma.TokenType, s string) {
		style, styled := h.colours[kind]
		for {
			part, rest, more := strings.Cut(s, "\n")
			if styled && part != "" {
				line := &lines[len(lines)-1]
				*line = append(*line, themes.Span{Start: col, End: col + len(part), Style: style.style})
			}
			col += len(part)
			if !more {
				return
			}
			lines = append(lines, nil)
			col, s = 0, rest
		}
	})
	if err != nil {
		return nil
	}
	h.spanText, h.spans = text, lines
	return lines
}
