package prompt

import (
	"strings"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Mark says how a line of a check is meant.
type Mark int

// The marks.
const (
	Plain Mark = iota
	OK         // ✓
	Bad        // ✗
)

// Line is something that a check says. The part of the text that is meant, if there is one, is
// marked by carets in a row above it.
type Line struct {
	Mark     Mark
	Text     safetext.Text
	From, To int // bytes of the text that is checked; To is 0 for no part
}

// Check says what a text would be worth as the answer. It runs away from the update loop, after
// each change.
type Check func(text string) []Line

// Checked is the event that a check has said what a text is worth. It is for [Prompt.Accept].
type Checked struct {
	checker *checker
	text    string
	lines   []Line
}

// SetCheck shows under the answer what a check says of it, in always the same number of rows: the
// panes above keep their height while something is typed. A line that is too long goes on in the
// next row; what has no row left is not shown.
func (p *Prompt) SetCheck(rows int, check Check) { p.check = &checker{rows: rows, check: check} }

// checker has a check asked when the text has changed.
type checker struct {
	rows  int
	check Check
	busy  bool
	asked bool
	text  string // that the lines are about
	lines []Line
}

// look returns a command that checks the text; nil if what is known is about it, or a text is being
// checked.
func (c *checker) look(text string) tea.Cmd {
	if c.check == nil || c.busy || c.asked && c.text == text {
		return nil
	}
	c.busy = true
	check := c.check
	return func() tea.Msg { return Checked{c, text, check(text)} }
}

func (c *checker) accept(checked Checked) {
	if checked.checker == c {
		c.busy, c.asked, c.text, c.lines = false, true, checked.text, checked.lines
	}
}

// view draws what the check has said of a text whose first character stands in the cell after
// gutter; used is how many of the rows say something.
func (c *checker) view(theme themes.Theme, width, gutter int) (rows []string, used int) {
	if c.check == nil {
		return nil, 0
	}
	for _, line := range c.lines {
		said := line.Text
		if line.To > 0 {
			if carets, ok := c.carets(line, theme, width, gutter+signs); ok {
				rows = append(rows, carets)
			} else {
				column := utf8.RuneCountInString(c.text[:within(line.From, c.text)]) + 1
				said = safetext.CleanLine("column " + words.Count(column) + ": " + said.String())
			}
		}
		rows = append(rows, line.Mark.rows(said, theme, width)...)
	}
	used = min(len(rows), c.rows)
	rows = append(rows, make([]string, c.rows)...)
	return rows[:c.rows], used
}

const (
	// signs is the cell before the answer, in which the editor puts its signs.
	signs = 1
	// beside is how much room beside the answer keeps the editor from moving it sideways.
	beside = 5
)

// carets is the row that marks a part of the text; ok is false if the text is too long to stand
// still above it.
func (c *checker) carets(line Line, theme themes.Theme, width, left int) (carets string, ok bool) {
	if len(c.text) > width*utf8.UTFMax || left+safetext.CleanLine(c.text).Width()+beside > width {
		return "", false
	}
	from, to := within(line.From, c.text), within(line.To, c.text)
	before := safetext.CleanLine(c.text[:from]).Width()
	under := max(1, safetext.CleanLine(c.text[from:max(from, to)]).Width())
	r := row.New(width)
	r.Space(left + before)
	r.Add(safetext.CleanLine(strings.Repeat("^", under)), theme.Error)
	return r.String(), true
}

// within is an offset as far as the text goes.
func within(offset int, text string) int { return max(0, min(offset, len(text))) }

// rows are the rows of a line's text behind its mark.
func (m Mark) rows(text safetext.Text, theme themes.Theme, width int) []string {
	sign, style := safetext.Const("  "), theme.Hint
	switch m {
	case OK:
		sign, style = safetext.Const("✓ "), theme.Success
	case Bad:
		sign, style = safetext.Const("✗ "), theme.Error
	}
	var rows []string
	for _, part := range text.Wrap(max(1, width-1-sign.Width())) {
		r := row.New(width)
		r.Space(1)
		r.Add(sign, style)
		r.Add(part, style)
		sign = safetext.Const("  ")
		rows = append(rows, r.String())
	}
	return rows
}
