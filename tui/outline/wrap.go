package outline

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"iqscope/internal/safetext"
	"iqscope/tui/highlight"
)

// line is one line of the screen, or as much of a row as is not broken.
type line struct {
	indent int
	pieces []span
}

// span is text in one colour. It is safe text: it was cleaned before it was cut.
type span struct {
	text  string
	cells int
	part  highlight.Part
}

// least is how many cells are left for text, however deep it stands.
const least = 12

// wrap breaks a row into lines of at most width cells. A start tag that is too long has a line for
// each attribute. Text and values are broken behind a space where there is one, else anywhere; what
// goes on in the next line stands further in.
func wrap(r *row, width int) []line {
	pieces := r.pieces()
	indent := max(0, min(r.indent, width-least))
	w := wrapper{width: max(width, 1), indent: indent, hang: min(indent+indentStep, max(0, width-least))}
	w.begin(indent)
	apart := 0 // attributes that get lines of their own
	if r.node != nil && r.kind != end && len(r.node.Attrs) > 1 && !tagFits(r, pieces, width-indent) {
		apart = len(r.node.Attrs)
	}
	for _, p := range pieces {
		switch {
		case p.first && apart > 0:
			apart--
			w.breakLine(min(indent+2*indentStep, max(0, width-least)))
			w.hang = min(indent+3*indentStep, max(0, width-least))
		case p.text == newline:
			w.breakLine(w.hang)
		default:
			w.add(p)
		}
	}
	return w.finish()
}

// tagFits says whether the start tag of a row goes into some cells.
func tagFits(r *row, pieces []piece, room int) bool {
	cells, attrs := 0, 0
	for _, p := range pieces {
		if p.first {
			attrs++
		}
		if cells += p.text.Width(); cells > room {
			return false
		}
		if attrs == len(r.node.Attrs) && p.part == highlight.Tag {
			break
		}
	}
	return true
}

// wrapper puts pieces into lines.
type wrapper struct {
	width, indent, hang int
	lines               []line
	at                  line
	cells               int
	// The last place where the line may be broken: that many spans, that many bytes of the next
	// one, and the cells up to there.
	spans, bytes, brokenAt int
}

func (w *wrapper) begin(indent int) {
	w.at, w.cells = line{indent: indent}, indent
	w.spans, w.bytes, w.brokenAt = 0, 0, 0
}

func (w *wrapper) breakLine(indent int) {
	w.lines = append(w.lines, w.at)
	w.begin(indent)
}

func (w *wrapper) finish() []line { return append(w.lines, w.at) }

// add adds a piece, as many lines as that takes.
func (w *wrapper) add(p piece) {
	text := p.text.String()
	for text != "" {
		n, cells := highlight.Fit(text, w.width-w.cells)
		if n == len(text) {
			w.put(text, cells, p.part)
			return
		}
		if n == 0 && w.cells <= w.at.indent { // wider than a whole line
			w.put("…", 1, p.part)
			text = text[len(highlight.First(text)):]
			continue
		}
		w.put(text[:n], cells, p.part)
		text = text[n:]
		if text[0] == ' ' && w.cells < w.width { // it would begin the next line
			w.put(" ", 1, p.part)
			text = text[1:]
			continue
		}
		w.overflow()
	}
}

// put adds text that fits, and remembers where it may be broken.
func (w *wrapper) put(text string, cells int, part highlight.Part) {
	if text == "" {
		return
	}
	if i := strings.LastIndexByte(text, ' '); i >= 0 {
		w.spans, w.bytes = len(w.at.pieces), i+1
		w.brokenAt = w.cells + ansi.StringWidth(text[:i+1])
	}
	w.at.pieces = append(w.at.pieces, span{text, cells, part})
	w.cells += cells
}

// overflow goes on in the next line: with what stands behind the last space, if there is one.
func (w *wrapper) overflow() {
	if w.brokenAt <= w.at.indent || w.cells-w.brokenAt+w.hang >= w.width {
		w.breakLine(w.hang)
		return
	}
	var rest []span
	if s := w.at.pieces[w.spans]; w.bytes < len(s.text) {
		tail := s.text[w.bytes:]
		rest = append(rest, span{tail, ansi.StringWidth(tail), s.part})
	}
	rest = append(rest, w.at.pieces[w.spans+1:]...)
	kept := w.at.pieces[: w.spans+1 : w.spans+1]
	kept[w.spans].cells -= ansi.StringWidth(kept[w.spans].text[w.bytes:])
	kept[w.spans].text = kept[w.spans].text[:w.bytes]
	w.at.pieces = kept
	w.breakLine(w.hang)
	for _, s := range rest {
		w.put(s.text, s.cells, s.part)
	}
}

// chunk is how many cells a span of an unbroken line has at most: enough that a line has few, and
// that finding a column within one is quick.
const chunk = 512

// unbroken is a row in one line, whatever its width, newlines in it shown as such.
func unbroken(indent int, pieces []piece) line {
	l := line{indent: indent}
	for _, p := range pieces {
		text := p.text.String()
		if p.text == newline {
			text = safetext.CleanLine("\n").String()
		}
		for text != "" {
			n, cells := highlight.Fit(text, chunk)
			l.pieces = append(l.pieces, span{text[:n], cells, p.part})
			text = text[n:]
		}
	}
	return l
}
