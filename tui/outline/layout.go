package outline

import "iqscope/tui/highlight"

// layout is the rows of a document at a width. It is not changed once it is made, and all that takes
// time in proportion to the document has been done for it.
type layout struct {
	shape
	// heights are how many lines each row takes; nil for one each.
	heights []int32
	// long are the lines of rows that are too long to be put together when they are drawn.
	long map[int][]line
}

// shape is what a layout depends on.
type shape struct {
	width int // of a line; 0 when no row is broken
}

// longRow is how many bytes a row has that is put together once.
const longRow = 4 << 10

func (d *document) layOut(s shape) *layout {
	l := &layout{shape: s, long: map[int][]line{}}
	if s.width > 0 {
		l.heights = make([]int32, len(d.rows))
	}
	for i := range d.rows {
		r := &d.rows[i]
		switch {
		case r.length() > longRow && s.width > 0:
			l.long[i] = wrap(r, s.width)
			l.heights[i] = int32(len(l.long[i]))
		case r.length() > longRow:
			l.long[i] = []line{unbroken(r.indent, r.pieces())}
		case s.width > 0:
			l.heights[i] = 1
			if n, plain := r.plainWidth(); !plain || max(0, min(r.indent, s.width-least))+n > s.width {
				l.heights[i] = int32(len(wrap(r, s.width)))
			}
		}
	}
	return l
}

// lines are those of a row, all of them, or the one of a row that is folded.
func (l *layout) lines(d *document, i int, folded bool) []line {
	r := &d.rows[i]
	if folded {
		return []line{l.folded(r)}
	}
	if lines, ok := l.long[i]; ok {
		return lines
	}
	if l.width == 0 {
		return []line{unbroken(r.indent, r.pieces())}
	}
	return wrap(r, l.width)
}

// folded is the line of a row that is folded. Where lines are broken to fit, its start tag is cut, and
// what stands for the rest is seen.
func (l *layout) folded(r *row) line {
	start, rest := r.folded()
	tag, behind := unbroken(r.indent, start), unbroken(0, rest).pieces
	room := l.width - tag.indent
	for _, s := range behind {
		room -= s.cells
	}
	for i, s := range tag.pieces {
		if l.width > 0 && s.cells > room {
			n, cells := highlight.Fit(s.text, max(room, 0))
			tag.pieces = append(tag.pieces[:i], span{s.text[:n], cells, s.part})
			break
		}
		room -= s.cells
	}
	tag.pieces = append(tag.pieces, behind...)
	return tag
}

// height is how many lines a row takes.
func (l *layout) height(i int) int {
	if l.heights == nil {
		return 1
	}
	return int(l.heights[i])
}

// foldable says that there is something to fold: elements, or text of several lines.
func (d *document) foldable(l *layout, i int) bool {
	r := &d.rows[i]
	return r.kind == start || r.kind == whole && r.node.Open < r.node.Close && l.height(i) > 1
}
