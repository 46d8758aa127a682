package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder/catalog"
	"iqscope/tui/card"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
)

// WhatIsThis shows what the catalogue knows of what is selected, or of where the cursor is.
const WhatIsThis keys.Action = "what-is-this"

func cardActions() []action {
	return []action{{
		name: WhatIsThis, window: true, help: "what is this? The document, fields and errors of a payload",
		at: []place{{keys.Panes, "alt+i", "", ""}, {keys.Overlay, "alt+i", "", ""}},
		do: showCard, can: needs("no stanza is selected", func(m *Model) bool {
			return m.desk.focus == layout.Compose || m.desk.onStanza() || m.overlays.top() != nil
		}),
	}}
}

// showCard shows the card, or takes it away.
func showCard(m *Model) tea.Cmd {
	if top, ok := m.overlays.top().(*card.Card); ok {
		m.overlays.close(top)
		return nil
	}
	if m.overlays.top() != nil {
		return nil
	}
	c := m.kinds.get()
	var about *catalog.Card
	if m.desk.focus == layout.Compose {
		about = c.Card(m.desk.draft.Text(), m.desk.draft.Offset(), m.session.Scope())
	} else {
		about = c.CardOf(m.desk.subject.Entry.Stanza, -1)
	}
	m.overlays.push(card.New(c, about))
	return nil
}
