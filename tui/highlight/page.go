package highlight

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/chroma/v2"
	"github.com/charmbracelet/x/ansi"

	"iqscope/internal/safetext"
)

// layOut returns text in lines of at most key.Width cells, coloured by a palette unless that is
// nil.
func layOut(key Key, text string, colours palette) []string {
	if colours != nil && len(text) <= MaxBytes && utf8.ValidString(text) {
		p := newPage(key)
		if tokens(text, func(kind chroma.TokenType, s string) { p.write(s, colours[kind]) }) == nil {
			return p.finish()
		}
	}
	p := newPage(key)
	p.write(text, ink{})
	return p.finish()
}

// page puts styled text into lines.
type page struct {
	width  int
	wrap   bool
	lines  []string
	hidden int // lines beyond MaxLines
	line   strings.Builder
	cells  int // width of line
}

func newPage(key Key) *page { return &page{width: max(key.Width, 1), wrap: key.Wrap} }

// write adds a text, which may hold newlines.
func (p *page) write(text string, style ink) {
	for {
		part, rest, more := strings.Cut(text, "\n")
		if len(p.lines) < MaxLines {
			p.add(safetext.CleanLine(part), style)
		}
		if !more {
			return
		}
		p.endLine()
		text = rest
	}
}

// add adds a text within a line.
func (p *page) add(text safetext.Text, style ink) {
	s := text.String()
	if !p.wrap {
		if p.cells <= p.width { // what is beyond is cut by endLine
			p.put(s, text.Width(), style)
		}
		return
	}
	for s != "" {
		n, cells := Fit(s, p.width-p.cells)
		if n == 0 && p.cells == 0 { // wider than a whole line
			s = "…" + s[len(First(s)):]
			continue
		}
		p.put(s[:n], cells, style)
		if s = s[n:]; s != "" {
			p.endLine()
		}
	}
}

func (p *page) put(s string, cells int, style ink) {
	if s == "" {
		return
	}
	p.line.WriteString(style.before)
	p.line.WriteString(s)
	p.line.WriteString(style.after)
	p.cells += cells
}

func (p *page) endLine() {
	if len(p.lines) == MaxLines {
		p.hidden++
		return
	}
	line := p.line.String()
	if p.cells > p.width {
		line = ansi.Truncate(line, p.width, "…")
	}
	p.lines = append(p.lines, line)
	p.line.Reset()
	p.cells = 0
}

func (p *page) finish() []string {
	p.endLine()
	if p.hidden > 0 {
		p.lines[MaxLines-1] = ansi.Truncate(fmt.Sprintf("… %d more lines", p.hidden+1), p.width, "…")
	}
	return p.lines
}

// Fit returns how many bytes of a safe text go into some cells, and how many cells they take.
func Fit(s string, room int) (n, cells int) {
	for n < len(s) {
		if s[n] < utf8.RuneSelf && (n+1 == len(s) || s[n+1] < utf8.RuneSelf) {
			if cells >= room {
				return n, cells
			}
			n++
			cells++
			continue
		}
		cluster, width := ansi.FirstGraphemeCluster(s[n:], ansi.GraphemeWidth)
		if cells+width > room {
			return n, cells
		}
		n += len(cluster)
		cells += width
	}
	return n, cells
}

// First is the first character of a safe text, with what combines with it.
func First(s string) string {
	cluster, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	return cluster
}
