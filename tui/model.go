package tui

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/rule"
	"iqscope/themes"
	"iqscope/tui/byhand"
	"iqscope/tui/compose"
	"iqscope/tui/connection"
	"iqscope/tui/handlers"
	"iqscope/tui/help"
	"iqscope/tui/highlight"
	"iqscope/tui/inspect"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/logpane"
	"iqscope/tui/pending"
	"iqscope/tui/pretty"
	"iqscope/tui/prompt"
)

// setup is what a model is made of. Time and waiting come from outside, so that tests decide about them.
type setup struct {
	session      Session
	connect      func() error
	copy         copier
	theme        themes.Theme
	keys         keys.Map
	server, hint safetext.Text
	draft        string
	bare         bool
	rules        []rule.Rule // in the registry at the start
	saveRules    func([]rule.Rule) error

	now     func() time.Time
	after   func(time.Duration, tea.Msg) tea.Cmd // delivers an event later
	changed tea.Cmd                              // waits for the session to change
	newID   func() string
}

// Model is the root model.
type Model struct {
	setup
	width, height int
	screen        layout.Screen
	focus         layout.Pane
	editing       bool // the keys go into the composer's text
	zoom          bool

	compose *compose.Pane
	pending *pending.Pane
	log     *logpane.Pane
	inspect *inspect.Pane
	hand    *byhand.Pane // in place of the composer while the way is gone by hand; else nil
	// On top of the panes; nil when they are closed.
	connection *connection.Screen
	handlers   *handlers.Screen
	help       *help.Help
	prompt     *prompt.Prompt
	accept     func(answer string) (tea.Cmd, error) // takes the prompt's answer
	printer    *pretty.Printer
	colours    *highlight.Highlighter

	status     session.Status
	requests   []session.View
	asked      []session.View // those of the requests that the user asked for
	incoming   incoming       // requests of others
	connecting bool
	handing    bool        // something is being done by hand
	selects    layout.Pane // the pane whose selection the inspector shows: Pending or Log
	subject    *inspect.Subject
	filters    []string // of the log, used in this session; oldest first
	searches   []string // likewise
	outbox     []outgoing
	message    message
	confirming keys.Action // is done if it is asked for once more
	removing   string      // the rule that is removed then
	book       ruleBook
	rate       rate
	wakeAt     time.Time // when the timer that runs will fire; zero for none
}

func newModel(s setup) *Model {
	if s.keys == nil {
		s.keys = Keys()
	}
	colours := highlight.New(s.theme)
	m := &Model{setup: s, focus: layout.Compose, editing: true, selects: layout.Pending, colours: colours, printer: pretty.New(colours)}
	m.status = s.session.Status()
	draft := s.draft
	if draft == "" {
		draft = m.firstDraft()
	}
	m.compose = compose.New(draft, s.theme, colours, compose.Source{
		Scope: s.session.Scope,
		NewID: s.newID,
		Own:   func() stanza.JID { return m.status.JID },
	})
	if s.draft == "" {
		m.compose.AdoptID()
	}
	m.pending = pending.New(s.theme, m.printer)
	m.log = logpane.New(s.session.Journal(), s.theme)
	m.inspect = inspect.New(s.theme, m.printer)
	m.book = newRuleBook(s.rules)
	m.refresh()
	return m
}

// firstDraft asks the account's server what it is and can do (XEP-0030): every server answers that.
func (m *Model) firstDraft() string {
	to := ""
	if domain := m.status.JID.Domain(); domain != "" {
		to = " to='" + stanza.Escape(domain) + "'"
	}
	return "<iq type='get'" + to + "\n    id='" + m.newID() + "'>\n  <query xmlns='" + stanza.NSDiscoInfo + "'/>\n</iq>"
}

// Init connects and begins to wait for what happens.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(m.goOnline(), m.changed)
}

// Update takes an event in, then brings up to date what depends on it.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := m.take(msg)
	return m, tea.Batch(cmd, m.prepare(), m.wake())
}

func (m *Model) take(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.KeyMsg:
		return m.key(msg)
	case SessionChanged:
		m.refresh()
		return m.changed
	case ConnectEnded:
		m.connectEnded(msg.Err)
	case RequestStarted:
		m.refresh()
		m.pending.Select(msg.Serial)
		m.selects = layout.Pending
		return m.sent()
	case StanzaSent:
		return m.sent()
	case DoneByHand:
		m.doneByHand(msg)
	case RulesSaved:
		return m.rulesSaved(msg.Err)
	case HoldChanged:
		m.holdChanged(msg.On)
	case Copied:
		m.saysCopied(msg)
	case SendRefused:
		m.refused(msg)
		return m.sent()
	case TimePassed:
		if msg.At.Equal(m.wakeAt) {
			m.wakeAt = time.Time{}
			m.rate.note(m.now(), m.status.In)
			m.showWaiting()
		}
	default:
		if !m.printer.Accept(msg) && !m.log.Accept(msg) {
			m.inspect.Accept(msg)
		}
	}
	return nil
}

// refresh asks the session how things stand.
func (m *Model) refresh() {
	before := m.status
	m.status = m.session.Status()
	m.requests = m.session.Requests(m.requests)
	m.findAsked()
	m.refreshIncoming()
	m.pending.SetHeld(pending.Held{Lost: !m.status.ResumeBy.IsZero(), Until: m.status.ResumeBy})
	m.log.Refresh()
	m.refreshHandlers()
	m.rate.note(m.now(), m.status.In)
	switch {
	case m.status.State == session.Lost && m.failedAgain(before):
		m.lost(m.status.Err)
	case m.status.State == before.State:
	case m.status.State == session.Online:
		m.compose.ScopeChanged()
		m.message = message{}
	}
	m.followHand()
}

// failedAgain reports whether the connection was lost, or an attempt of the session's own to bring it back failed for another reason. Of the
// user's own attempts is told when they end.
func (m *Model) failedAgain(before session.Status) bool {
	switch {
	case m.connecting || m.status.Err == nil:
		return false
	case before.State == session.Online || before.State == session.ByHand || before.Err == nil:
		return true
	}
	return before.Err.Error() != m.status.Err.Error()
}

// findAsked leaves out what the session asks for by itself to keep the link alive. It is in the log, but nobody waits for it.
func (m *Model) findAsked() {
	m.asked = m.requests
	if slices.ContainsFunc(m.requests, func(v session.View) bool { return v.Unasked }) {
		m.asked = slices.DeleteFunc(slices.Clone(m.requests), func(v session.View) bool { return v.Unasked })
	}
	m.status.InFlight, m.status.Next = 0, time.Time{}
	for i := range m.asked {
		if v := &m.asked[i]; v.InFlight() {
			m.status.InFlight++
			if !v.Deadline.IsZero() && (m.status.Next.IsZero() || v.Deadline.Before(m.status.Next)) {
				m.status.Next = v.Deadline
			}
		}
	}
}

func (m *Model) online() bool { return m.status.State == session.Online }

// prepare lays out what the panes show, so that drawing only has to pick lines. The command does what takes long.
func (m *Model) prepare() tea.Cmd {
	m.arrange()
	log := m.screen.Pane(layout.Log).Inside()
	m.log.SetSize(log.W, log.H)
	m.findSubject()
	if m.connection != nil {
		m.connection.Prepare(connection.Info{Status: m.status, Offered: m.offered()}, m.width, m.body(), m.now())
	}
	m.prepareHandlers()
	pending, inspector := m.screen.Pane(layout.Pending).Inside(), m.screen.Pane(layout.Inspect).Inside()
	return tea.Batch(
		m.log.Work(),
		m.pending.Prepare(pending.W, pending.H),
		m.inspect.Prepare(inspector.W, inspector.H, m.now()),
	)
}
