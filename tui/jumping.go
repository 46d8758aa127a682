package tui

import (
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/session/journal"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
)

// jumpActions lead from one stanza of an exchange to another.
func jumpActions() []action {
	return []action{{
		name: keys.Jump, help: "go to the other one: from a request to its reply and back, from a refused one to whom it imitates",
		at:  []place{{keys.Log, "o", "", ""}, {keys.Pending, "o", "", ""}, {keys.Inspect, "o", "", ""}},
		do:  jump,
		can: needs("it belongs to no other one", func(m *Model) bool { _, ok := m.otherOne(); return ok }),
	}}
}

// otherOne is the number of what [keys.Jump] goes to from what is selected.
func (m *Model) otherOne() (seq uint64, ok bool) {
	s := m.desk.subject
	if s == nil {
		return 0, false
	}
	e := s.Entry
	if e.Request == 0 {
		return e.Reply, e.Reply != 0
	}
	if request, ok := m.session.Journal().Get(e.Request); ok && imitates(e, request) {
		return request.Reply, true
	}
	return e.Request, true
}

// imitates says that a stanza claimed to be the reply that another one is.
func imitates(e, request journal.Entry) bool { return request.Reply != 0 && request.Reply != e.Seq }

// jump selects the other one. What was refused stands under its request in the pending pane, which is
// selected there; else the inspector shows what the log has.
func jump(m *Model) tea.Cmd {
	seq, _ := m.otherOne()
	if v, _, ok := m.desk.pending.SelectedRefusal(); ok && m.desk.selects == layout.Pending {
		m.desk.pending.Select(v.Serial)
		return nil
	}
	if !m.desk.log.Go(seq) {
		m.notice.complain(errors.New("the log has dropped it since"))
		return nil
	}
	if m.desk.focus == layout.Pending {
		m.desk.show(layout.Inspect)
	}
	m.desk.selects = layout.Log
	return nil
}
