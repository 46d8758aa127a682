package e2e

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// A display is what stands on a terminal after all that was written: it knows positions, styles and
// characters, as far as the program uses them.
type display struct {
	cells   map[int]map[int]string // by row and column, with their styles
	strokes []stroke
}

// A stroke is what is written from one place of the cursor on.
type stroke struct {
	y, x    int
	was, is []string // cells; an empty one was not known
	bytes   int
}

// draw shows what was written.
func draw(output []byte) *display {
	d := &display{cells: map[int]map[int]string{}}
	x, y, style := 0, 0, ""
	written := string(output)
	for state := byte(0); written != ""; {
		seq, width, n, next := ansi.DecodeSequence(written, state, nil)
		state, written = next, written[n:]
		if len(d.strokes) > 0 {
			d.strokes[len(d.strokes)-1].bytes += n
		}
		switch {
		case width > 0 && y > 0:
			if d.cells[y] == nil {
				d.cells[y] = map[int]string{}
			}
			r := &d.strokes[len(d.strokes)-1]
			r.was, r.is = append(r.was, d.cells[y][x]), append(r.is, style+seq)
			d.cells[y][x] = style + seq
			for i := 1; i < width; i++ {
				d.cells[y][x+i] = style
			}
			x += width
		case seq == "\x1b[2J" || seq == "\x1b[?1049h":
			clear(d.cells)
		case strings.HasPrefix(seq, "\x1b[") && strings.HasSuffix(seq, "H"):
			if y, x = 1, 1; seq != ansi.CursorHomePosition {
				fmt.Sscanf(seq, "\x1b[%d;%dH", &y, &x)
			}
			d.strokes = append(d.strokes, stroke{y: y, x: x, bytes: n})
		case seq == ansi.ResetStyle || seq == "\x1b[0m":
			style = ""
		case strings.HasPrefix(seq, "\x1b[") && strings.HasSuffix(seq, "m"):
			style += seq
		}
	}
	return d
}

// line is a line of the screen, from 1, with its styles left out.
func (d *display) line(y, width int) string {
	var b strings.Builder
	for x := 1; x <= width; x++ {
		b.WriteString(ansi.Strip(d.cells[y][x]))
	}
	return b.String()
}

// shows reports whether a text stands in a line.
func (d *display) shows(text string) bool {
	for y, row := range d.cells {
		width := 0
		for x := range row {
			width = max(width, x)
		}
		if strings.Contains(d.line(y, width), text) {
			return true
		}
	}
	return false
}
