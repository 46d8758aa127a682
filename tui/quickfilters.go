package tui

import (
	"errors"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/session/match"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
)

// failures is the filter for what went wrong.
const failures = "iq@type=error or iq@outcome=timeout or iq@outcome=unknown or *@verdict!=reply or broken"

// quickFilterActions set filters that need not be typed.
func quickFilterActions() []action {
	quick := func(name keys.Action, key, help string, text func(*Model) (string, error)) action {
		return action{
			name: name, help: help + "; again: everything", at: []place{{keys.Log, key, "", ""}},
			do: func(m *Model) tea.Cmd { return filterQuickly(m, name, text) },
		}
	}
	return []action{
		quick(keys.FilterFailures, "!", "only errors, timeouts and what was refused", func(*Model) (string, error) { return failures, nil }),
		quick(keys.FilterPeer, "@", "only what went to this peer, or came from it", peerFilter),
		quick(keys.FilterExchange, "#", "only this exchange", exchangeFilter),
		quick(keys.FilterPayload, "*", "only this payload", payloadFilter),
		{
			name: keys.ShowFailures, help: "go to the log, with errors, timeouts and what was refused only",
			at: []place{{keys.Panes, "alt+!", "", ""}},
			do: func(m *Model) tea.Cmd {
				m.desk.show(layout.Log)
				m.quick = quickFilter{keys.FilterFailures, failures}
				cmd, _ := setFilter(m, failures)
				return cmd
			},
		},
	}
}

// quickFilter is the last one that was set.
type quickFilter struct {
	by   keys.Action
	text string
}

// filterQuickly sets a filter, or takes off what the same key has set.
func filterQuickly(m *Model, name keys.Action, text func(*Model) (string, error)) tea.Cmd {
	if m.quick.by == name && m.desk.log.Filtered() && m.desk.log.Filter() == m.quick.text {
		m.desk.log.SetFilter("", nil)
		return nil
	}
	filter, err := text(m)
	var cmd tea.Cmd
	if err == nil {
		cmd, err = setFilter(m, filter)
	}
	if err != nil {
		m.notice.complain(err)
		return nil
	}
	m.quick = quickFilter{name, filter}
	return cmd
}

// selectedStanza is the entry that quick filters are about.
func (m *Model) selectedStanza() (journal.Entry, error) {
	seq, ok := m.desk.log.Selected()
	e, there := m.session.Journal().Get(seq)
	if !ok || !there || e.Stanza == nil {
		return e, errors.New("no stanza is selected")
	}
	return e, nil
}

func peerFilter(m *Model) (string, error) {
	e, err := m.selectedStanza()
	if err != nil {
		return "", err
	}
	peer := e.Stanza.To()
	if e.Dir == stanza.In {
		peer = e.Stanza.From()
	}
	if peer == "" {
		return "", errors.New("the selected stanza names no peer")
	}
	return "*@from=" + quoted(peer) + " or *@to=" + quoted(peer), nil
}

func exchangeFilter(m *Model) (string, error) {
	e, err := m.selectedStanza()
	switch {
	case err != nil:
		return "", err
	case !e.Stanza.HasID():
		return "", errors.New("the selected stanza has no id")
	}
	return "*@id=" + quoted(e.Stanza.ID()), nil
}

// payloadFilter is about the payload of the request, as a reply may have none.
func payloadFilter(m *Model) (string, error) {
	e, err := m.selectedStanza()
	if err != nil {
		return "", err
	}
	st := e.Stanza
	if request, ok := m.session.Journal().Get(e.Request); ok && e.Request != 0 && request.Stanza != nil {
		st = request.Stanza
	}
	switch st.Kind() {
	case stanza.Message:
		return "message", nil
	case stanza.Presence:
		return "presence", nil
	case stanza.Broken:
		return "broken", nil
	case stanza.IQ:
		if name := st.Payload(); name.Local != "" {
			return "iq/" + named(name), nil
		}
		return "", errors.New("the selected IQ carries nothing")
	}
	return "{" + st.Name().Space + "}" + st.Name().Local, nil
}

// named is a payload as paths name it.
func named(name stanza.Name) string {
	for key, payload := range match.BasicKeys() {
		if payload.Name == name {
			return key
		}
	}
	return "{" + name.Space + "}" + name.Local
}

// quoted is a value as expressions have it.
func quoted(value string) string { return `"` + strings.ReplaceAll(value, `"`, `""`) + `"` }
