package inspect

import (
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/themes"
	"iqscope/tui/highlight"
	"iqscope/tui/pretty"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// raw shows the stanza byte for byte, as text or as numbers, of a request that came in and is chosen
// itself with its reply.
func (p *Pane) raw() ([]string, tea.Cmd) {
	s := p.subject
	lines, cmd := p.exactly(s.Number, s.Entry.Stanza)
	if a := s.Asked; s.Whole && a.Reply != nil && a.ReplySeq != 0 {
		reply, more := p.exactly(a.ReplySeq, a.Reply)
		lines = slices.Concat(lines, []string{"", p.theme.Title.Render(words.Asked(*a).Truncate(p.width - margin).String())}, reply)
		cmd = tea.Batch(cmd, more)
	}
	return lines, cmd
}

// exactly writes a stanza's bytes; above them what is wrong with a broken one, and that a long one
// has no colours.
func (p *Pane) exactly(number uint64, st *stanza.Stanza) ([]string, tea.Cmd) {
	var above []string
	say := func(text safetext.Text, render func(...string) string) {
		for _, t := range text.Wrap(max(1, p.width-margin)) {
			above = append(above, render(t.String()))
		}
		above = append(above, "")
	}
	if fault := st.Fault(); fault != nil {
		say(safetext.CleanLine("✗ broken at "+fault.Error()), p.theme.Error.Render)
	}
	if p.hex {
		return slices.Concat(above, p.dumps.of(st, p.width-margin, p.theme)), nil
	}
	r := pretty.Request{Seq: number, Stanza: st, Form: pretty.Exact, Width: p.width - margin, Wrap: true}
	if p.theme.Chroma != "" && p.printer.Plain(r) {
		say(safetext.CleanLine("without colours, as it is longer than "+words.Size(highlight.MaxBytes)), p.theme.Muted.Render)
	}
	lines, cmd := p.printer.Lines(r)
	if lines == nil {
		lines = []string{p.theme.Muted.Render(safetext.Const("reading …").String())}
	}
	return slices.Concat(above, lines), cmd
}

// Limits of a dump.
const (
	mostPerLine = 16 // bytes
	mostDumped  = 16 << 10
)

// dumps keeps the dumps of what is shown: a stanza, or a request and its reply.
type dumps struct {
	width int
	theme string
	kept  map[*stanza.Stanza][]string
}

func (d *dumps) of(st *stanza.Stanza, width int, theme themes.Theme) []string {
	const shown = 2
	if lines, ok := d.kept[st]; ok && d.width == width && d.theme == theme.Name {
		return lines
	}
	if d.width != width || d.theme != theme.Name || len(d.kept) >= shown {
		*d = dumps{width, theme.Name, map[*stanza.Stanza][]string{}}
	}
	d.kept[st] = dump(st.XML(), width, theme)
	return d.kept[st]
}

// dump writes bytes as numbers, with their place before them and as text behind: what is no
// printable ASCII is a dot there.
func dump(text string, width int, theme themes.Theme) []string {
	perLine := mostPerLine
	for perLine > 1 && dumpCells(perLine) > width {
		perLine /= 2
	}
	var lines []string
	for at := 0; at < min(len(text), mostDumped); at += perLine {
		part := text[at:min(len(text), at+perLine)]
		var numbers, letters strings.Builder
		for i := range len(part) {
			if i > 0 && i%8 == 0 {
				numbers.WriteByte(' ')
			}
			fmt.Fprintf(&numbers, "%02x ", part[i])
			if part[i] < ' ' || part[i] > '~' {
				letters.WriteByte('.')
			} else {
				letters.WriteByte(part[i])
			}
		}
		r := row.New(width)
		r.Add(safetext.CleanLine(fmt.Sprintf("%06x", at)), theme.Muted)
		r.Space(columnGap)
		r.Add(safetext.CleanLine(numbers.String()), theme.Text)
		r.Fill(dumpCells(perLine) - perLine)
		r.Add(safetext.CleanLine(letters.String()), theme.Info)
		lines = append(lines, r.String())
	}
	if more := len(text) - mostDumped; more > 0 {
		lines = append(lines, theme.Muted.Render("… "+words.Size(more)+" more"))
	}
	return lines
}

// dumpCells is the width of a line of a dump.
func dumpCells(perLine int) int {
	return len("000000") + columnGap + len("00 ")*perLine + (perLine-1)/8 + 1 + perLine
}
