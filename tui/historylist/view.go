package historylist

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/history"
	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/pane"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Cells that are no text.
const (
	frame  = 2 // border above and below, and at the sides
	margin = 1 // between the border and the text
	// widest is where a row becomes hard to follow.
	widest = 160
	// wideRow is from where on dates have their year.
	wideRow = 100
	// headRows are the lines above the table, and fewestRows how many entries are in sight at least.
	headRows   = 1
	fewestRows = 3
	// leastBelow is how many lines it takes to say something of the selected entry.
	leastBelow = 4
)

// State is what the screen cannot know by itself.
type State struct {
	Opening bool // the file is not open yet
	Busy    bool // something is being searched
	Wanted  Sought
	// Details are lines of a width about an entry, and the command that makes them ready; nil for
	// none.
	Details func(e history.Entry, width int) ([]string, tea.Cmd)
}

// Prepare lays the list out, with what the selected entry says below it.
func (s *Screen) Prepare(state State, look pane.Look) (cmd tea.Cmd) {
	s.lines, s.theme, s.now = nil, look.Theme, look.Now
	s.width, s.boxHeight = Width(look.Width), look.Height
	inside, room := Inside(s.width, s.boxHeight)
	if inside <= 0 || room <= 0 {
		return nil
	}
	if wide := inside >= wideRow; wide != s.wide {
		s.wide = wide
		s.arrange()
	}
	s.title, s.info = safetext.Const("History"), s.where()
	s.lines = append(s.lines, s.head(state, look, inside))
	s.rowsFrom = 1 + headRows + 1
	if s.table.Len() == 0 {
		s.height = 1
		s.lines = append(s.lines, s.empty(state, look, inside)...)
		s.lines = s.lines[:min(len(s.lines), room)]
		return nil
	}
	s.height = max(1, min(room-headRows-1, max(fewestRows, (room-headRows-1)*3/5)))
	if rows := s.table.Len(); rows < s.height {
		s.height = max(1, rows)
	}
	below := room - headRows - 1 - s.height - 1
	if below < leastBelow {
		s.height, below = max(1, min(room-headRows-1, s.table.Len())), 0
	}
	s.table.SetSize(inside, s.height+1)
	s.lines = append(s.lines, s.table.View(s.theme, true)...)
	if e, ok := s.Selected(); ok && below > 0 && state.Details != nil {
		var lines []string
		lines, cmd = state.Details(e, inside)
		s.lines = append(s.lines, "")
		s.lines = append(s.lines, lines[:min(len(lines), below)]...)
	}
	s.lines = s.lines[:min(len(s.lines), room)]
	return cmd
}

// head says what is sought and how far that is, or how to seek.
func (s *Screen) head(state State, look pane.Look, width int) string {
	r := row.New(width)
	var right safetext.Text
	style := s.theme.Info
	switch {
	case s.problem != nil:
		right, style = safetext.CleanLine("✗ "+words.Sentence(s.problem.Error())), s.theme.Error
	case state.Busy && (s.first || state.Wanted != s.sought):
		right = safetext.Const("searching…")
	case s.toEnd:
		right = safetext.Const("to the oldest…")
	case state.Busy && s.searched > 0:
		right = safetext.CleanLine("searching… " + words.Count(s.searched) + " looked at")
	}
	left := max(0, width-right.Width()-1)
	if s.problem != nil {
		left = min(left, width/3)
		right = right.Truncate(width - left - 1)
	}
	switch sought := state.Wanted; {
	case sought.None():
		r.Add(safetext.CleanLine(hint(look)).Truncate(left), s.theme.Hint)
	default:
		for _, part := range []struct{ name, text string }{{"words ", sought.Words}, {"filter ", sought.Filter}} {
			if part.text == "" {
				continue
			}
			if r.Width() > 0 {
				r.Add(safetext.Const(" · "), s.theme.Hint)
			}
			r.Add(safetext.CleanLine(part.name), s.theme.Hint)
			r.Add(safetext.CleanLine(part.text).Truncate(max(0, left-r.Width())), s.theme.Match)
		}
	}
	if !right.Empty() {
		r.Fill(width - right.Width())
		r.Add(right, style)
	}
	return r.String()
}

// hint says how to seek.
func hint(look pane.Look) string {
	text := ""
	for _, h := range []struct {
		action keys.Action
		does   string
	}{{Search, "searches words"}, {Filter, "filters by path, outcome, date and more"}} {
		if key := look.KeyOf(h.action); key != "" {
			if text != "" {
				text += " · "
			}
			text += key + " " + h.does
		}
	}
	return text
}

// where says which of the entries is selected.
func (s *Screen) where() safetext.Text {
	at, ok := s.table.Place()
	if !ok {
		return safetext.Const("esc closes")
	}
	skipped := s.window.skipped()
	text := words.Count(skipped+at+1) + " of " + words.Count(skipped+s.table.Len())
	if s.window.next != 0 {
		text += "+"
	}
	if s.newer {
		text += " · newer ones above"
	}
	return safetext.CleanLine(text + " · esc closes")
}

// empty says why there is nothing.
func (s *Screen) empty(state State, look pane.Look, width int) []string {
	var texts []string
	switch {
	case state.Opening:
		texts = []string{"The history is being opened…"}
	case s.problem != nil || !s.listed:
		return nil
	case s.window.next != 0:
		texts = []string{"Nothing found yet…"}
	case !s.sought.None():
		texts = []string{"Nothing fits. Esc takes away what is sought, step by step."}
	default:
		texts = []string{
			"Nothing is kept yet. Each request that ends is kept here, with its answer: in this run and in later ones, on this machine alone, secrets hidden.",
			"Send the draft, and it stands here. Then it can be searched, sent again, edited, compared, tagged and noted.",
		}
	}
	var lines []string
	for _, text := range texts {
		lines = append(lines, "")
		for _, t := range safetext.CleanLine(text).Wrap(width) {
			lines = append(lines, s.theme.Muted.Render(t.String()))
		}
	}
	return lines
}

// View draws the screen in its box.
func (s *Screen) View() []string {
	if len(s.lines) == 0 {
		return nil
	}
	return Box(s.title, s.info, s.width, s.boxHeight, s.lines, s.theme)
}

// Width is how wide the screen is where there is room for so many cells.
func Width(room int) int { return min(room, widest) }

// Inside is the room in a box of a size.
func Inside(width, height int) (cells, lines int) {
	return max(0, width-frame-2*margin), max(0, height-frame)
}

// Box draws lines in the frame of the screen.
func Box(title, info safetext.Text, width, height int, lines []string, theme themes.Theme) []string {
	inside := make([]string, len(lines))
	for i, line := range lines {
		inside[i] = " " + line
	}
	box := layout.Box{Title: title, Info: info, Focused: true}
	return box.Draw(width, height, inside, theme)
}
