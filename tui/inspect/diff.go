package inspect

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/compare"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/themes"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// DiffMade is the event that two large replies have been compared.
type DiffMade struct {
	of    diffKey
	lines []string
}

// diffKey is what the lines of a comparison depend on.
type diffKey struct {
	before, after *stanza.Stanza // the replies
	width         int
	theme         string
}

// diff keeps the lines of the last comparison asked for.
type diff struct {
	of    diffKey
	lines []string
	busy  bool
}

// get compares the reply of a subject's request with the one before it.
func (d *diff) get(s *Subject, width int, theme themes.Theme) ([]string, tea.Cmd) {
	before, after, kept := *s.Earlier, *s.Request, s.EarlierKept
	of := diffKey{before.Reply, after.Reply, width, theme.Name}
	if d.of == of && d.lines != nil {
		return d.lines, nil
	}
	work := func() tea.Msg { return DiffMade{of, differences(before, after, kept, width, theme)} }
	if len(before.Reply.XML())+len(after.Reply.XML()) <= atOnce {
		d.accept(work().(DiffMade))
		return d.lines, nil
	}
	reading := []string{theme.Muted.Render(safetext.Const("comparing …").String())}
	if d.busy {
		return reading, nil
	}
	d.busy = true
	return reading, work
}

func (d *diff) accept(made DiffMade) { *d = diff{of: made.of, lines: made.lines} }

// differences writes what has changed from one reply to the other, each line with a mark: "-" for
// what is gone, "+" for what is new, "~" for what has changed.
func differences(before, after session.Exchange, kept bool, width int, theme themes.Theme) []string {
	w := differ{width: width, theme: theme}
	times := clock
	if kept || before.Ended.Format(time.DateOnly) != after.Ended.Format(time.DateOnly) {
		times = time.DateOnly + " " + clock
	}
	head := func(mark string, v session.Exchange, style lipgloss.Style) {
		text := v.Ended.Format(times)
		if v.ReplySeq != 0 {
			text += "  #" + words.Count(v.ReplySeq)
		}
		w.line(mark, 0, safetext.CleanLine(text), style)
	}
	head("-", before, theme.Error)
	if kept {
		w.line("", 0, safetext.Const("from the history"), theme.Muted)
	}
	head("+", after, theme.Success)
	w.lines = append(w.lines, "")
	change, err := compare.Stanzas(before.Reply, after.Reply, before.Over.Account, after.Over.Account)
	switch {
	case err != nil:
		w.line("", 0, safetext.CleanLine(words.Sentence(err.Error())), theme.Warning)
	case change.Kind == compare.Same:
		w.line("", 0, safetext.Const("Both replies say the same."), theme.Success)
	default:
		w.changes(change)
	}
	return w.lines
}

// differ writes changes.
type differ struct {
	width int
	theme themes.Theme
	lines []string
}

// changes writes all that has changed, up to what a view holds.
func (w *differ) changes(c compare.Change) {
	styles := map[compare.Kind]lipgloss.Style{
		compare.Added: w.theme.Success, compare.Removed: w.theme.Error, compare.Changed: w.theme.Warning, compare.Same: w.theme.Muted,
	}
	for line := range c.Lines() {
		if len(w.lines) >= mostFields {
			w.lines = append(w.lines, w.theme.Muted.Render("… and more: see xml"))
			return
		}
		text := line.Text
		if line.Rest > 0 {
			text = "… " + words.Count(line.Rest) + " the same"
		}
		w.line(line.Kind.Mark(), line.Depth, safetext.CleanLine(text), styles[line.Kind])
	}
}

// markCell is the width of the marks.
const markCell = 2

// line adds a text at a depth, in as many lines as it takes; those after the first stand further in.
func (w *differ) line(mark string, depth int, text safetext.Text, style lipgloss.Style) {
	indent := markCell + min(under*depth, max(0, w.width/2))
	for i, t := range text.Wrap(max(1, w.width-indent-under)) {
		r := row.New(w.width)
		if i == 0 {
			r.Add(safetext.CleanLine(mark), style)
			r.Fill(indent)
		} else {
			r.Fill(indent + under)
		}
		r.Add(t, style)
		w.lines = append(w.lines, r.String())
	}
}
