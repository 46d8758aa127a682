package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder"
	"iqscope/session/exchange"
	"iqscope/tui/compose"
	"iqscope/tui/inspect"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/logpane"
	"iqscope/tui/outline"
	"iqscope/tui/pending"
)

// selectionActions work on the request or the stanza that is selected.
func selectionActions() []action {
	answer := func(name keys.Action, key, help string, pending, log string, do func(*Model) tea.Cmd) action {
		return action{
			name: name, help: help, at: []place{{keys.Pending, key, pending, ""}, {keys.Log, key, log, ""}, {keys.Inspect, key, log, ""}},
			do: do, can: canAnswer,
		}
	}
	return []action{
		{
			name: keys.Open, help: "show the stanza in the inspector",
			at:   []place{{keys.Log, "enter", "inspect", ""}, {keys.Pending, "enter", "inspect", "show the reply, or else the request, in the inspector"}},
			do:   open,
			can:  needs("nothing is selected", func(m *Model) bool { return m.desk.subject != nil || m.desk.onRun() }),
			word: onStanza("inspect"),
		},
		answer(keys.Answer, "a", "answer an incoming request: a result to be edited", "answer", "answer", answerResult),
		answer(keys.AnswerError, "A", "answer an incoming request with an error", "with an error", "", answerError),
		{
			name: keys.Cancel, help: "cancel the request; let an incoming one go, to its automatic error", at: []place{{keys.Pending, "X", "cancel", ""}},
			do: cancel, can: canCancel,
			word: func(m *Model, _ keys.Context) string {
				if _, incoming := m.desk.onIncoming(); incoming {
					return "let it go"
				}
				return "cancel"
			},
		},
		{
			name: keys.Extend, help: "give the request as much time again", at: []place{{keys.Pending, "+", "extend", ""}},
			do: extend, can: canExtend,
		},
		inPane(layout.Pending, action{name: pending.Fold, help: "fold what stands under the request, or unfold it", at: []place{{keys.Pending, "space", "", ""}}}),
		{
			name: keys.Resend, help: "send the request again, with a new id", at: []place{{keys.Pending, "r", "resend", ""}},
			do:  resend,
			can: needs("no request of yours is selected", func(m *Model) bool { _, ok := m.desk.pending.Selected(); return ok }),
		},
	}
}

// open shows what is selected; of a counted line what it counts.
func open(m *Model) tea.Cmd {
	if m.desk.onRun() {
		m.desk.log.Do(logpane.ToggleFold)
		return nil
	}
	m.desk.show(layout.Inspect)
	return nil
}

// onStanza is the footer's word for what works when a stanza is selected.
func onStanza(word string) func(*Model, keys.Context) string {
	return func(m *Model, _ keys.Context) string {
		if m.desk.onStanza() {
			return word
		}
		return ""
	}
}

// onLooked is the same for what works where a stanza is shown whole.
func onLooked(word string) func(*Model, keys.Context) string {
	return func(m *Model, c keys.Context) string {
		if c == keys.HistoryEntry {
			return word
		}
		return onStanza(word)(m, c)
	}
}

// inspector is the one that has the keys: that of an entry of the history, or the pane.
func (m *Model) inspector() *inspect.Pane {
	if s := m.onHistory(); s != nil && s.whole != nil {
		return s.whole.inspect
	}
	return m.desk.inspect
}

// inspectActions change how the inspector shows it.
func inspectActions() []action {
	next := inPane(layout.Inspect, action{name: keys.NextView, help: "next view of the stanza", at: []place{{keys.Inspect, "right l", "next view", ""}, {keys.HistoryEntry, "right l", "next view", ""}}})
	next.word = onLooked("next view")
	wrap := inPane(layout.Inspect, action{name: keys.ToggleWrap, help: "wrap long lines, or scroll sideways; of raw bytes: text or numbers", at: []place{{keys.Inspect, "w", "wrap", ""}, {keys.HistoryEntry, "w", "wrap", ""}}})
	wrap.word = onLooked("wrap")
	fold := inPane(layout.Inspect, action{name: outline.Fold, help: "fold the element, and back", at: []place{{keys.Inspect, "space", "fold", "fold the element, and back; elsewhere a page down"}, {keys.HistoryEntry, "space", "", ""}}})
	fold.word = func(m *Model, c keys.Context) string {
		if c == keys.Inspect && m.desk.inspect.Folds() {
			return "fold"
		}
		return ""
	}
	folds := func(name keys.Action, key, help string) action {
		a := inPane(layout.Inspect, action{name: name, help: help, at: []place{{keys.Inspect, key, "", ""}, {keys.HistoryEntry, key, "", ""}}})
		a.can = needs("the inspector does not show xml", func(m *Model) bool { return m.inspector().Folds() })
		return a
	}
	return []action{
		next,
		inPane(layout.Inspect, action{name: keys.PrevView, help: "previous view of the stanza", at: []place{{keys.Inspect, "left h", "", ""}, {keys.HistoryEntry, "left h", "", ""}}}),
		wrap,
		fold,
		folds(outline.FoldAll, "-", "fold all elements"),
		folds(outline.UnfoldAll, "+", "unfold all elements"),
		folds(outline.Left, "shift+left", "to the left, where lines are not wrapped"),
		folds(outline.Right, "shift+right", "to the right, where lines are not wrapped"),
	}
}

func editAgainActions() []action {
	return []action{{
		name: keys.EditAgain, help: "edit the stanza in the composer",
		at: []place{{keys.Pending, "e", "edit", "edit the request in the composer"}, {keys.Log, "e", "edit", ""}, {keys.Inspect, "e", "edit", ""}},
		do: editAgain, can: func(m *Model) string {
			if _, incoming := m.desk.onIncoming(); incoming {
				return "a request of others is answered, not sent again"
			}
			if !m.desk.onStanza() {
				return "no stanza is selected"
			}
			return ""
		},
	}}
}

// editAgain takes what is selected into the composer: in the pending pane the request, to be sent
// otherwise, elsewhere the stanza that is shown, be it request or reply. A request gets a new id, as
// its own has been used.
func editAgain(m *Model) tea.Cmd {
	st := m.desk.subject.Entry.Stanza
	if v, ok := m.desk.pending.Selected(); ok && m.desk.selects == layout.Pending && (m.desk.focus == layout.Pending || st.IsRequest()) {
		st = v.Stanza // with its secrets
	}
	if v := m.desk.subject.Request; v != nil && m.desk.onLog() && m.desk.log.OnExchange() {
		st = v.Stanza
	}
	if m.load(st.XML()) && st.IsRequest() {
		m.desk.composer.Do(compose.FreshID)
	}
	return nil
}

// canCancel says whether the selected request still waits: ours for its answer, another's for ours.
func canCancel(m *Model) string {
	if a, ok := m.desk.pending.SelectedAsked(); ok {
		if a.State == exchange.Held {
			return ""
		}
		return "the request is not held"
	}
	if v, ok := m.desk.pending.Selected(); !ok || !v.InFlight() {
		return "no waiting request is selected"
	}
	return ""
}

func canExtend(m *Model) string {
	if why := canCancel(m); why != "" {
		return why
	}
	if v, ok := m.desk.pending.Selected(); ok && v.Deadline.IsZero() {
		return "the request waits without a limit"
	}
	return ""
}

// cancel gives a request up, or lets one that is held go.
func cancel(m *Model) tea.Cmd {
	s := m.session
	a, theirs := m.desk.pending.SelectedAsked()
	v, _ := m.desk.pending.Selected()
	return func() tea.Msg { // the session says itself that something changed
		if theirs {
			s.Release(a.Serial)
		} else {
			s.Cancel(v.Serial)
		}
		return nil
	}
}

// extend gives a request as much time again as it had.
func extend(m *Model) tea.Cmd {
	s, more := m.session, m.known.holdTime()
	a, theirs := m.desk.pending.SelectedAsked()
	v, _ := m.desk.pending.Selected()
	return func() tea.Msg {
		if theirs {
			s.ExtendHeld(a.Serial, more)
		} else {
			s.Extend(v.Serial, v.Timeout)
		}
		return nil
	}
}

// resend sends a request again, the same but for a new id.
func resend(m *Model) tea.Cmd {
	v, _ := m.desk.pending.Selected()
	again, err := iqbuilder.Change(v.Stanza, iqbuilder.ID(m.newID()))
	if err != nil {
		m.notice.complain(err)
		return nil
	}
	timeout := v.Timeout
	if timeout == 0 {
		timeout = compose.NoTimeout
	}
	return m.outbox.send(outgoing{stanza: again, timeout: timeout})
}
