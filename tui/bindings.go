package tui

import (
	"cmp"
	"slices"
	"strings"

	"iqscope/session"
	"iqscope/tui/byhand"
	"iqscope/tui/compose"
	"iqscope/tui/connection"
	"iqscope/tui/handlers"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/logpane"
	"iqscope/tui/prompt"
)

// Reconnect goes online again.
const Reconnect keys.Action = "reconnect"

// Keys returns the built-in key map: that of package keys, and what single panes add.
func Keys() keys.Map {
	return slices.Concat(keys.Map{
		// First, since the footer shows them in this order.
		{Context: keys.Prompt, Action: prompt.Accept, Keys: []string{"enter", "alt+enter"}, Help: "take it", Footer: "take it"},
	}, keys.Default(), keys.Map{
		{Context: keys.Panes, Action: Reconnect, Keys: []string{"f9"}, Help: "connect again", Footer: "reconnect"},
		{Context: keys.Connection, Action: Reconnect, Keys: []string{"c", "f9"}, Help: "connect now", Footer: "connect"},
		{Context: keys.Connection, Action: connection.Disconnect, Keys: []string{"d"}, Help: "disconnect, and stay offline", Footer: "disconnect"},
		{Context: keys.Connection, Action: connection.BeforeStream, Keys: []string{"s"}, Help: "connect, and by hand before the stream"},
		{Context: keys.Connection, Action: connection.BeforeTLS, Keys: []string{"t"}, Help: "connect, and by hand before TLS", Footer: "by hand"},
		{Context: keys.Connection, Action: connection.BeforeAuth, Keys: []string{"a"}, Help: "connect, and by hand before the login"},
		{Context: keys.Connection, Action: connection.BeforeBinding, Keys: []string{"b"}, Help: "connect, and by hand before binding"},
		{Context: keys.Panes, Action: handlers.Show, Keys: []string{"ctrl+g", "f2"}, Help: "the handlers: who sees and who answers what; rules", Footer: "handlers"},
		{Context: keys.Overlay, Action: handlers.Show, Keys: []string{"ctrl+g", "f2"}, Help: "the handlers"},
		{Context: keys.Handlers, Action: handlers.Switch, Keys: []string{"space", "o"}, Help: "switch it off, or on again", Footer: "on/off"},
		{Context: keys.Handlers, Action: handlers.AddRule, Keys: []string{"a"}, Help: "add a rule, which answers requests or drops stanzas", Footer: "add rule"},
		{Context: keys.Handlers, Action: handlers.EditRule, Keys: []string{"e", "enter"}, Help: "edit the rule", Footer: "edit"},
		{Context: keys.Handlers, Action: handlers.RemoveRule, Keys: []string{"D", "delete"}, Help: "remove the rule; asks once", Footer: "remove"},
		{Context: keys.Handlers, Action: keys.Help, Keys: []string{"?"}, Help: "help", Footer: "help"},
		{Context: keys.Panes, Action: byhand.Take, Keys: []string{"alt+o"}, Help: "by hand: send what is offered", Footer: "take offer"},
		{Context: keys.Panes, Action: byhand.Put, Keys: []string{"alt+e"}, Help: "by hand: put what is offered into the composer"},
		{Context: keys.Panes, Action: byhand.GoOn, Keys: []string{"alt+g"}, Help: "by hand: go on automatically", Footer: "go on"},
		{Context: keys.Prompt, Action: prompt.Older, Keys: []string{"up", "ctrl+p"}, Help: "the answer given before"},
		{Context: keys.Prompt, Action: prompt.Newer, Keys: []string{"down", "ctrl+n"}, Help: "the answer given after it"},
		{Context: keys.Edit, Action: compose.FreshID, Keys: []string{"alt+n"}, Help: "put a new id into the draft"},
		{Context: keys.Compose, Action: compose.FreshID, Keys: []string{"alt+n", "n"}, Help: "put a new id into the draft"},
		{Context: keys.Edit, Action: compose.PrevDraft, Keys: []string{"ctrl+up", "alt+up"}, Help: "the draft sent before"},
		{Context: keys.Edit, Action: compose.NextDraft, Keys: []string{"ctrl+down", "alt+down"}, Help: "the draft sent after it"},
		{Context: keys.Compose, Action: compose.PrevDraft, Keys: []string{"ctrl+up", "alt+up"}, Help: "the draft sent before"},
		{Context: keys.Compose, Action: compose.NextDraft, Keys: []string{"ctrl+down", "alt+down"}, Help: "the draft sent after it"},
		{Context: keys.Edit, Action: compose.AskTimeout, Keys: []string{"alt+t"}, Help: "another timeout for the next request", Footer: "timeout"},
		{Context: keys.Compose, Action: compose.AskTimeout, Keys: []string{"alt+t", "t"}, Help: "another timeout for the next request", Footer: "timeout"},
		{Context: keys.Log, Action: logpane.Pause, Keys: []string{"p"}, Help: "pause, or go live"},
		{Context: keys.Panes, Action: keys.Presence, Keys: []string{"alt+p"}, Help: "send available presence"},
	})
}

// CheckKeys says what is wrong with keys that somebody chose, by the names of actions; nil for nothing.
func CheckKeys(chosen map[string][]string) []keys.Problem { return Keys().Check(chosen) }

// context is where keys are looked up now.
func (m *Model) context() keys.Context {
	switch {
	case m.prompt != nil:
		return keys.Prompt
	case m.help != nil:
		return keys.Overlay
	case m.connection != nil:
		return keys.Connection
	case m.handlers != nil:
		return keys.Handlers
	case m.focus == layout.Pending:
		return keys.Pending
	case m.focus == layout.Log:
		return keys.Log
	case m.focus == layout.Inspect:
		return keys.Inspect
	case m.editing:
		return keys.Edit
	}
	return keys.Compose
}

// working returns the bindings that do something now, for the footer. While the pending pane is hidden, the way to it is among them.
func (m *Model) working() keys.Map {
	var working keys.Map
	first := 0          // where the next of those goes that are useful before all others
	digits := keys.View // where a digit alone switches panes
	if m.context() == keys.Edit {
		digits = keys.Panes
	}
	for _, b := range m.keys {
		if b.Action == keys.PanePending && b.Context == digits && m.screen.Pane(layout.Pending).Empty() && (len(m.requests) > 0 || m.status.Held > 0) {
			b.Footer = "pending"
		}
		if b.Action == keys.ApplyFix && m.compose.Fix() != nil {
			b.Footer = "fix"
		}
		if b.Action == keys.ToggleFilter {
			b.Footer = m.filterWord()
		}
		if b.Action == keys.End && m.focus == layout.Log && !m.log.Live() {
			b.Footer = "live"
		}
		if _, ok := m.onIncoming(); ok && b.Action == keys.Cancel {
			b.Footer = "let it go"
		}
		switch {
		case b.Footer != "" && !m.possible(b.Action):
		case b.Action == Reconnect: // nothing else is as useful then
			working = slices.Insert(working, 0, b)
			first++
		case b.Action == byhand.Take || b.Action == byhand.GoOn,
			b.Action == keys.Connecting && b.Footer != "" && !m.online() && m.hand == nil:
			working = slices.Insert(working, first, b)
			first++
		default:
			working = append(working, b)
		}
	}
	return working
}

// keyFor is the key to show for an action in a context; empty if there is none.
func (m *Model) keyFor(context keys.Context, action keys.Action) string {
	for _, b := range m.keys {
		if b.Action != action || len(b.Keys) == 0 {
			continue
		}
		if found, _ := m.keys.Lookup(context, b.Keys[0]); found == action {
			return keys.Label(b.Keys[0])
		}
	}
	return ""
}

// helpRows are the keys that work in the focused pane: one row for each action, those of the footer first.
func (m *Model) helpRows() []keys.Row {
	footer := map[keys.Action]int{} // where they stand in the map
	for i, b := range m.keys {
		if _, ok := footer[b.Action]; !ok && b.Footer != "" {
			footer[b.Action] = i
		}
	}
	var rows []keys.Row
	at := map[keys.Action]int{}
	for _, r := range m.keys.Help(m.context()) {
		i, ok := at[r.Action]
		if !ok {
			at[r.Action] = len(rows)
			rows = append(rows, r)
			continue
		}
		for key := range strings.SplitSeq(r.Keys, ", ") {
			if !slices.Contains(strings.Split(rows[i].Keys, ", "), key) {
				rows[i].Keys += ", " + key
			}
		}
	}
	place := func(r keys.Row) int {
		if i, ok := footer[r.Action]; ok {
			return i
		}
		return len(m.keys)
	}
	slices.SortStableFunc(rows, func(a, b keys.Row) int { return cmp.Compare(place(a), place(b)) })
	return rows
}

// possible reports whether an action would do something now.
func (m *Model) possible(action keys.Action) bool {
	switch action {
	case keys.Send:
		return m.online() || m.hand != nil
	case Reconnect:
		return !m.connecting && !m.online() && m.hand == nil && m.status.State != session.Connecting
	case connection.Disconnect:
		return m.connecting || m.status.State != session.Offline && (m.status.State != session.Lost || !m.status.RetryAt.IsZero())
	case connection.BeforeStream, connection.BeforeTLS, connection.BeforeAuth, connection.BeforeBinding:
		return !m.connecting
	case byhand.Take:
		return m.hand != nil && !m.hand.Offer().Empty()
	case byhand.Put:
		return m.hand != nil && m.hand.Offer().XML != ""
	case byhand.GoOn:
		return m.hand != nil
	case handlers.Switch, handlers.EditRule, handlers.RemoveRule:
		return m.handlers != nil && m.canChange(action)
	case compose.AskTimeout:
		return m.hand == nil
	case keys.Copy:
		return m.copied() != nil
	case keys.Answer, keys.AnswerError:
		_, ok := m.answerable()
		return ok
	case keys.Cancel, keys.Extend:
		if a, ok := m.pending.SelectedAsked(); ok {
			return a.State == session.AskedHeld
		}
		v, ok := m.pending.Selected()
		return ok && v.InFlight() && (action == keys.Cancel || !v.Deadline.IsZero())
	case keys.Resend:
		_, ok := m.pending.Selected()
		return ok
	case keys.EditAgain:
		_, incoming := m.onIncoming()
		return !incoming && m.subject != nil && m.subject.Entry.Stanza != nil
	case keys.Open, keys.NextView, keys.ToggleWrap:
		return m.subject != nil && m.subject.Entry.Stanza != nil
	case keys.Zoom:
		return m.width >= layout.WideColumns && m.height >= layout.WideRows
	case logpane.Pause, keys.Filter:
		return !m.log.Empty()
	}
	return true
}
