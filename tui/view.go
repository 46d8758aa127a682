package tui

import (
	"slices"
	"strings"

	"iqscope/internal/safetext"
	"iqscope/tui/layout"
	"iqscope/tui/row"
	"iqscope/tui/status"
)

// arrange gives everything its place, and reports whether anything has moved. A notice or a line
// that is asked for takes its lines from the panes or, where they would no longer all be shown then,
// stands on their last lines.
func (m *Model) arrange() (moved bool) {
	wishes := m.desk.wishes()
	screen, whole := layout.Arrange(m.width, m.height-len(m.lowLines()), wishes), layout.Arrange(m.width, m.height, wishes)
	if whole.Mode != screen.Mode || whole.Mode == layout.TooSmall {
		screen = whole
	}
	moved = !screen.Same(m.screen)
	m.screen = screen
	return moved
}

// body is how many lines there are for what is drawn on top: status line, notice and footer stay in
// sight.
func (m *Model) body() int { return m.height - 2 - len(m.lowLines()) }

// lowLines are those above the footer: what is asked for there, or else how far a
// request has come that is repeated, and the notice; above all that, what is wrong with the history.
func (m *Model) lowLines() []string {
	room := m.lowRoom()
	if low := m.overlays.low(); low != nil && m.width >= 3 {
		lines := low.View()
		return lines[:min(len(lines), room)]
	}
	lines := append(m.kept.line(m.width, m.theme), m.repeating.line(m.width, m.theme)...)
	lines = lines[:min(len(lines), room)]
	return append(lines, m.notice.lines(m.width, min(room-len(lines), max(leastNotice, m.height/shareOfScreen)), m.theme)...)
}

// lowRoom is how many lines there are for that at most.
func (m *Model) lowRoom() int { return max(0, m.height-leastRows) }

const (
	// leastRows are left for the status line, the footer and one line of a pane.
	leastRows = 3
	// leastNotice is how many lines a notice may take on a screen that is low.
	leastNotice = 6
)

// View draws the screen: exactly as many lines as it has, each exactly as wide. It costs what is
// visible, and changes nothing.
func (m *Model) View() string {
	if m.width == 0 || m.height == 0 {
		return ""
	}
	panes := map[layout.Pane][]string{}
	for _, p := range layout.Panes {
		panes[p] = m.framed(p)
	}
	painted := m.screen.Paint(layout.Parts{
		Status: m.statusLine(),
		Strip:  m.desk.pending.Strip(m.width, m.drawnAt),
		Footer: m.footer(),
		Panes:  panes,
	})
	if m.screen.Mode == layout.TooSmall {
		return painted
	}
	if lines := slices.Clone(m.lowLines()); len(lines) > 0 {
		for i := range lines {
			lines[i] = layout.Fit(lines[i], m.width)
		}
		rows := strings.Split(painted, "\n")
		painted = strings.Join(slices.Concat(rows[:m.height-1-len(lines)], lines, rows[len(rows)-1:]), "\n")
	}
	for i, o := range m.overlays.high() {
		if i == 0 && m.themes.open == nil { // whose choice is seen by what is below
			painted = m.dimmed(painted)
		}
		painted = m.onTop(painted, o.View())
	}
	if m.theme.Glyphs.ASCII {
		painted = m.theme.ASCII(painted)
	}
	return painted
}

// dimmed draws the panes as they look below a window. Status line, notice and footer stay as they
// are.
func (m *Model) dimmed(painted string) string {
	rows := strings.Split(painted, "\n")
	for i := range m.body() {
		rows[1+i] = m.theme.Dimmed(rows[1+i])
	}
	return strings.Join(rows, "\n")
}

// onTop draws lines over the middle of the panes.
func (m *Model) onTop(painted string, lines []string) string {
	rows := strings.Split(painted, "\n")
	body := rows[1 : 1+m.body()]
	over := layout.Screen{Width: m.width, Height: len(body)}.Overlay(strings.Join(body, "\n"), lines)
	copy(body, strings.Split(over, "\n"))
	return strings.Join(rows, "\n")
}

// framed draws a pane in its frame, if it is on the screen.
func (m *Model) framed(p layout.Pane) []string {
	rect := m.screen.Pane(p)
	if rect.Empty() {
		return nil
	}
	shown := m.desk.pane(p)
	box := layout.Box{Digit: int(p), Title: shown.Title(), Info: shown.Info(), Focused: m.desk.focus == p}
	return box.Draw(rect.W, rect.H, shown.View(), m.theme)
}

func (m *Model) statusLine() string {
	return status.Line(status.Info{
		Status: m.known.status,
		Server: m.server,
		Hint:   m.hint,
		Bare:   m.bare,
		Rate:   m.known.rate.perSecond,
		Due:    m.known.due,

		Taped: m.tape.running != nil, Recording: m.recorded(), Recorded: m.recordedCount(),
	}, m.theme, m.width, m.drawnAt)
}

// footer names the keys that do something now, as many as there is room for.
func (m *Model) footer() string {
	r := row.New(m.width)
	for _, h := range m.hints {
		key, word := safetext.CleanLine(h.Key), safetext.CleanLine(h.Word)
		if r.Width()+2+key.Width()+1+word.Width() > m.width {
			break
		}
		r.Fill(r.Width() + 1)
		r.Add(key, m.theme.Key)
		r.Space(1)
		r.Add(word, m.theme.Hint)
		r.Space(1)
	}
	return r.String()
}
