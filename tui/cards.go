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
	c, size := m.kinds.get(), 0
	var read func() *catalog.Card
	if m.desk.focus == layout.Compose {
		text, offset, scope := m.desk.draft.Text(), m.desk.draft.Offset(), m.session.Scope()
		read, size = func() *catalog.Card { return c.Card(text, offset, scope) }, len(text)
	} else {
		st := m.desk.subject.Entry.Stanza
		read, size = func() *catalog.Card { return c.CardOf(st, -1) }, len(st.XML())
	}
	if size > readAtOnce {
		return func() tea.Msg { return CardRead{card.New(c, read())} }
	}
	m.overlays.push(card.New(c, read()))
	return nil
}

// readAtOnce is the longest stanza that is read within the update loop to say what it is.
const readAtOnce = 16 << 10

// CardRead is the event that a long stanza was read for its card.
type CardRead struct{ card *card.Card }

// cardRead shows the card, unless something else was opened meanwhile.
func (m *Model) cardRead(msg CardRead) {
	if m.overlays.top() == nil {
		m.overlays.push(msg.card)
	}
}
