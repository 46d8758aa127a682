package tui

import (
	"slices"
	"strings"

	"iqscope/internal/safetext"
	"iqscope/tui/byhand"
	"iqscope/tui/compose"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/row"
	"iqscope/tui/status"
)

// arrange gives everything its place. A message or a prompt takes its lines from the panes or, where they would no longer all be shown
// then, stands on their last lines.
func (m *Model) arrange() {
	m.screen = layout.Arrange(m.width, m.height-len(m.messageLines()), m.focus, m.zoom)
	if whole := layout.Arrange(m.width, m.height, m.focus, m.zoom); whole.Mode == layout.Wide && m.screen.Mode == layout.Single {
		m.screen = whole
	}
	if m.help != nil {
		m.help.SetSize(m.body())
	}
}

// body is how many lines there are for what is drawn on top: status line, message and footer stay in sight.
func (m *Model) body() int { return m.height - 2 - len(m.messageLines()) }

// View draws the screen: exactly as many lines as it has, each exactly as wide. It costs what is visible.
func (m *Model) View() string {
	if m.width == 0 || m.height == 0 {
		return ""
	}
	painted := m.screen.Paint(layout.Parts{
		Status: m.statusLine(),
		Strip:  m.pending.Strip(m.width, m.now()),
		Footer: m.footer(),
		Panes: map[layout.Pane][]string{
			layout.Compose: m.pane(layout.Compose, m.drawCompose),
			layout.Pending: m.pane(layout.Pending, m.drawPending),
			layout.Log:     m.pane(layout.Log, m.drawLog),
			layout.Inspect: m.pane(layout.Inspect, m.drawInspect),
		},
	})
	if lines := m.messageLines(); len(lines) > 0 && m.screen.Mode != layout.TooSmall {
		for i := range lines {
			lines[i] = layout.Fit(lines[i], m.width)
		}
		rows := strings.Split(painted, "\n")
		painted = strings.Join(slices.Concat(rows[:m.height-1-len(lines)], lines, rows[len(rows)-1:]), "\n")
	}
	if m.screen.Mode == layout.TooSmall {
		return painted
	}
	if m.connection != nil {
		painted = m.onTop(painted, m.connection.View())
	}
	if m.handlers != nil {
		painted = m.onTop(painted, m.handlers.View())
	}
	if m.help != nil {
		painted = m.onTop(painted, m.help.View(m.theme, m.width))
	}
	return painted
}

// onTop draws lines over the middle of the panes.
func (m *Model) onTop(painted string, lines []string) string {
	rows := strings.Split(painted, "\n")
	body := rows[1 : 1+m.body()]
	over := layout.Screen{Width: m.width, Height: len(body)}.Overlay(strings.Join(body, "\n"), lines)
	copy(body, strings.Split(over, "\n"))
	return strings.Join(rows, "\n")
}

// pane draws a pane in its frame, if it is on the screen.
func (m *Model) pane(p layout.Pane, draw func(layout.Rect) (title, info safetext.Text, lines []string)) []string {
	rect := m.screen.Pane(p)
	if rect.Empty() {
		return nil
	}
	title, info, lines := draw(rect.Inside())
	box := layout.Box{Digit: int(p), Title: title, Info: info, Focused: m.focus == p}
	return box.Draw(rect.W, rect.H, lines, m.theme)
}

func (m *Model) drawCompose(r layout.Rect) (title, info safetext.Text, lines []string) {
	if m.hand != nil {
		return safetext.Const("Compose by hand"), typing(m.editing), m.hand.View(byhand.Look{
			Width: r.W, Height: r.H,
			Editing: m.context() == keys.Edit,
			TakeKey: m.keyFor(keys.Edit, byhand.Take),
			PutKey:  m.keyFor(keys.Edit, byhand.Put),
			GoOnKey: m.keyFor(keys.Edit, byhand.GoOn),
		})
	}
	lines = m.compose.View(compose.Look{
		Width: r.W, Height: r.H,
		Editing: m.context() == keys.Edit,
		Timeout: m.status.Timeout,
		FixKey:  m.keyFor(keys.Edit, keys.ApplyFix),
	})
	return safetext.CleanLine(layout.Compose.String()), typing(m.editing), lines
}

func typing(editing bool) safetext.Text {
	if editing {
		return safetext.Const("typing")
	}
	return safetext.Text{}
}

func (m *Model) drawPending(layout.Rect) (title, info safetext.Text, lines []string) {
	return safetext.CleanLine(layout.Pending.String()), m.pending.Info(), m.pending.View(m.focus == layout.Pending, m.now())
}

func (m *Model) drawLog(layout.Rect) (title, info safetext.Text, lines []string) {
	return safetext.CleanLine(layout.Log.String()), m.log.Info(), m.drawnLog()
}

func (m *Model) drawInspect(layout.Rect) (title, info safetext.Text, lines []string) {
	return m.inspect.Title(), m.inspect.Info(), m.inspect.View()
}

func (m *Model) statusLine() string {
	return status.Line(status.Info{
		Status: m.status,
		Server: m.server,
		Hint:   m.hint,
		Bare:   m.bare,
		Rate:   m.rate.perSecond,
		Due:    m.incoming.next,
	}, m.theme, m.width, m.now())
}

// footer names the keys that do something now, as many as there is room for.
func (m *Model) footer() string {
	r := row.New(m.width)
	for _, h := range m.working().Footer(m.context()) {
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
