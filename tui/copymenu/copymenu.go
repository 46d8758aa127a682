// Package copymenu draws the menu of what can be copied of a stanza, and in which form. What is
// copied is its owner's business.
//
//	┏ Copy ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ esc closes ┓
//	┃ ▸ y  the result                                ┃
//	┃   p  its payload            query              ┃
//	┃   i  its id                 q0001              ┃
//	┃   j  whom it is from        demo.localhost     ┃
//	┃   e  the exchange           request and reply  ┃
//	┃                                                ┃
//	┃   as [x XML]  s JSON   c command line          ┃
//	┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
package copymenu

import (
	"iqscope/internal/safetext"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/pane"
	"iqscope/tui/row"
)

// Actions of the menu. Each of the first five copies something; the next ones choose the form of it.
const (
	Stanza    keys.Action = "copy-stanza"
	Payload   keys.Action = "copy-payload"
	ID        keys.Action = "copy-id"
	JID       keys.Action = "copy-jid"
	Exchange  keys.Action = "copy-exchange"
	AsXML     keys.Action = "copy-as-xml"
	AsJSON    keys.Action = "copy-as-json"
	AsCommand keys.Action = "copy-as-command"
	// Selected copies what is selected.
	Selected keys.Action = "copy-selected"
)

// Form is how something is written down.
type Form int

// The forms.
const (
	XML Form = iota
	JSON
	Command
)

var forms = []struct {
	action keys.Action
	word   safetext.Text
}{
	{AsXML, safetext.Const("XML")}, {AsJSON, safetext.Const("JSON")}, {AsCommand, safetext.Const("command line")},
}

// Item is something that can be copied.
type Item struct {
	Action keys.Action
	What   safetext.Text // such as "the result"
	Shown  safetext.Text // some of it, to know it again
	WhyNot string        // why it cannot be copied in the chosen form
}

// Menu is what can be copied, what of it is selected, and the form. It belongs to the update loop.
type Menu struct {
	items    func(Form) []Item
	form     Form
	selected int
	from     int // the first item that is drawn
	lines    []string
}

// New returns a menu of what there is in each form. There are as many items in all of them.
func New(items func(Form) []Item) *Menu { return &Menu{items: items} }

// Form is the chosen form.
func (m *Menu) Form() Form { return m.form }

// Selected is what is selected.
func (m *Menu) Selected() Item { return m.items(m.form)[m.selected] }

// Item is what an action copies; false if it copies nothing.
func (m *Menu) Item(action keys.Action) (Item, bool) {
	for _, it := range m.items(m.form) {
		if it.Action == action {
			return it, true
		}
	}
	return Item{}, false
}

// Do moves the selection or chooses the form, and reports whether the action does that.
func (m *Menu) Do(action keys.Action) bool {
	last := len(m.items(m.form)) - 1
	switch action {
	case keys.Up:
		m.selected = max(0, m.selected-1)
	case keys.Down:
		m.selected = min(last, m.selected+1)
	case keys.Home, keys.PageUp:
		m.selected = 0
	case keys.End, keys.PageDown:
		m.selected = last
	case AsXML:
		m.form = XML
	case AsJSON:
		m.form = JSON
	case AsCommand:
		m.form = Command
	default:
		return false
	}
	return true
}

// Click selects what is drawn in a line of the view, and reports whether that is something to copy.
func (m *Menu) Click(line int) bool {
	i := line - 1 + m.from
	if line < 1 || i >= len(m.items(m.form)) {
		return false
	}
	m.selected = i
	return true
}

// Cells of the box.
const (
	frame     = 2 // at both sides
	widest    = 64
	whatCells = 22
	keyCells  = 3
)

// Prepare lays the menu out for the room that it may cover.
func (m *Menu) Prepare(look pane.Look) {
	width := min(look.Width, widest)
	var lines []string
	for i, it := range m.items(m.form) {
		lines = append(lines, m.line(it, i == m.selected, width-frame, look))
	}
	lines = append(lines, "", m.formLine(width-frame, look))
	height := min(len(lines)+frame, look.Height)
	m.from = 0
	if over := len(lines) + frame - height; over > 0 { // the selected one is among those that are left
		m.from = min(max(0, m.selected-1), over)
		lines = lines[m.from:]
	}
	box := layout.Box{Title: safetext.Const("Copy"), Info: safetext.Const("esc closes"), Focused: true}
	m.lines = box.Draw(width, height, lines, look.Theme)
}

// View is what was laid out.
func (m *Menu) View() []string { return m.lines }

func (m *Menu) line(it Item, selected bool, width int, look pane.Look) string {
	t := look.Theme
	r, mark := row.New(width), t.NoMarker
	if selected {
		r, mark = row.Over(width, t.Selected), t.Marker
	}
	r.Space(1)
	r.Column(safetext.CleanLine(mark), 2, t.Text)
	r.Column(safetext.CleanLine(look.KeyOf(it.Action)), keyCells, t.Key)
	if it.WhyNot != "" {
		r.Column(it.What, whatCells, t.Muted)
		r.Space(1)
		r.Add(safetext.CleanLine(it.WhyNot), t.Muted)
		return r.String()
	}
	r.Column(it.What, whatCells, t.Text)
	r.Space(1)
	r.Add(it.Shown.Truncate(max(0, r.Left()-1)), t.Muted)
	return r.String()
}

// formLine says which forms there are; the chosen one stands in brackets.
func (m *Menu) formLine(width int, look pane.Look) string {
	t := look.Theme
	r := row.New(width)
	r.Space(3)
	r.Add(safetext.Const("as"), t.Muted)
	for i, f := range forms {
		open, end, style := safetext.Const(" "), safetext.Const(" "), t.Tab
		if Form(i) == m.form {
			open, end, style = safetext.Const("["), safetext.Const("]"), t.TabActive
		}
		r.Space(1)
		r.Add(open, t.Muted)
		r.Add(safetext.CleanLine(look.KeyOf(f.action)), t.Key)
		r.Space(1)
		r.Add(f.word, style)
		r.Add(end, t.Muted)
	}
	return r.String()
}
