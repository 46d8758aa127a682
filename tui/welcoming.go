package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/config"
	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/tui/browse"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
	"iqscope/tui/welcome"
)

// botsBelow is where the bots of the built-in server live, below its domain.
const botsBelow = "bots."

// welcomeActions are those of the card for newcomers.
func welcomeActions() []action {
	actions := []action{
		{
			name: welcome.Show, help: "the card for newcomers: things to try on the built-in server", window: true,
			do: func(m *Model) tea.Cmd { m.overlays.open(&welcoming{m: m}); return nil },
		},
		{name: closeWelcome, help: "close the card", keysOnly: true, urgent: always, at: []place{{keys.Welcome, "esc", "close", ""}}},
	}
	for i, try := range welcome.Tries {
		actions = append(actions, action{
			name: try.Action, help: try.Help, at: []place{{keys.Welcome, string('1' + rune(i)), "", ""}},
			do: func(m *Model) tea.Cmd { return m.draftFor(try.Bot) },
			can: needs("the bots live on the built-in server", func(m *Model) bool {
				return !m.server.Empty()
			}),
		})
	}
	return actions
}

const closeWelcome keys.Action = "close-welcome"

// draftFor puts a question to a bot into the composer.
func (m *Model) draftFor(bot string) tea.Cmd {
	to := bot + "@" + botsBelow + m.known.status.JID.Domain()
	text := "<iq type='get' to='" + stanza.Escape(to) + "'\n    id='" + m.newID() + "'>\n  <ping xmlns='urn:xmpp:ping'/>\n</iq>"
	m.desk.edit()
	if err := m.desk.composer.Load(text); err != nil {
		m.notice.complain(err)
	}
	return nil
}

// welcoming is the card for newcomers, as an overlay. It stands in nobody's way: what is typed goes
// to what is below it, and so do all keys that work in any pane; it closes then.
type welcoming struct {
	welcome.Card
	m *Model
}

// welcomes shows the card to whom has not seen it yet, and remembers that.
func (m *Model) welcomes() tea.Cmd {
	if !m.welcome || m.remember.Welcomed || m.memory == nil {
		return nil
	}
	m.overlays.open(&welcoming{m: m})
	return m.keepScreen(func(s *config.Screen) { s.Welcomed = true })
}

func (w *welcoming) Context() keys.Context { return keys.Welcome }

func (w *welcoming) Title() safetext.Text { return safetext.Const("Welcome") }

func (w *welcoming) Can(keys.Action) string { return "" }

func (w *welcoming) Prepare(look pane.Look) tea.Cmd {
	who := safetext.CleanLine(w.m.known.status.JID.Bare().String())
	w.Card.Prepare(who, welcome.Keys{Send: keys.Send, Find: keys.PickRequest, Discover: browse.Show, Help: keys.Help}, look)
	return nil
}

// Type hands what is typed to what is below.
func (w *welcoming) Type(text string, pasted bool) error {
	w.m.overlays.close(w)
	if t := w.m.typist(); t != nil {
		return t.Type(text, pasted)
	}
	return nil
}

func (w *welcoming) Do(action keys.Action) (tea.Cmd, bool) {
	if w.Card.Do(action) {
		return nil, true
	}
	switch action {
	case keys.Help: // on top of it
		return nil, false
	case closeWelcome:
		w.m.overlays.close(w)
		return nil, true
	}
	w.m.overlays.close(w)
	return w.m.run(action), true
}
