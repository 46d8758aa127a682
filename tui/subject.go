package tui

import (
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/tui/inspect"
	"iqscope/tui/layout"
	"iqscope/tui/pending"
)

// findSubject finds what the inspector shows: the selection of the pending pane or of the log, whichever had the focus last.
func (m *Model) findSubject() {
	if m.focus == layout.Pending || m.focus == layout.Log {
		m.selects = m.focus
	}
	m.subject = nil
	if m.selects == layout.Log {
		m.subject = m.logged()
	} else if v, ok := m.pending.Selected(); ok {
		m.subject = m.exchanged(v)
	} else if a, ok := m.pending.SelectedAsked(); ok {
		m.subject = m.received(a)
	}
	if m.subject != nil {
		m.subject.Own = m.status.JID
	}
	m.inspect.SetSubject(m.subject)
}

// logged is the log's selected entry, with the request it belongs to.
func (m *Model) logged() *inspect.Subject {
	seq, ok := m.log.Selected()
	if !ok {
		return nil
	}
	e, ok := m.session.Journal().Get(seq)
	if !ok {
		return nil
	}
	s := &inspect.Subject{Number: seq, Entry: e}
	request := e.Seq
	if e.Request != 0 {
		request = e.Request
	}
	for i := range m.requests {
		if m.requests[i].Seq == request {
			s.Request = &m.requests[i]
		}
	}
	if s.Request == nil {
		s.Asked = m.findIncoming(e)
	}
	return s
}

// exchanged is a request's answer, or the request itself as long as there is none.
func (m *Model) exchanged(v session.View) *inspect.Subject {
	st, number := pending.Answer(v)
	dir := stanza.In
	if st == nil {
		st, number, dir = v.Shown, v.Seq, stanza.Out
	}
	if number == 0 {
		number = pending.Number(v)
	}
	s := &inspect.Subject{Number: number, Request: &v}
	if e, ok := m.session.Journal().Get(number); ok {
		s.Entry = e
	} else {
		s.Entry = journal.Entry{Stanza: st, Dir: dir, RTT: v.RTT}
	}
	return s
}
