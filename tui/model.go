package tui

import (
	"context"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/history"
	"iqscope/internal/config"
	"iqscope/internal/safetext"
	"iqscope/iqbuilder/catalog"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/session/rule"
	"iqscope/themes"
	"iqscope/tui/highlight"
	"iqscope/tui/input"
	"iqscope/tui/inspect"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/logpane"
	"iqscope/tui/pane"
	"iqscope/tui/pending"
	"iqscope/tui/pretty"
	"iqscope/tui/words"
)

// setup is what a model is made of. Time and waiting come from outside, so that tests decide about
// them.
type setup struct {
	session      Session
	connect      func() error
	password     func(string) // takes another one; nil where none is asked for
	copy         copier
	theme        themes.Theme
	themes       wardrobe
	notices      []string // said at the start
	keys         keys.Map
	server, hint safetext.Text
	recording    *Offline // is shown; nil for a session
	tape         recording
	draft        string
	sends        []string                  // the flags with which iqscope send reaches the account
	accounts     func() ([]Account, error) // reads those that one can go on as; nil for none
	welcome      bool                      // who has not seen the card for newcomers gets to see it
	bare         bool
	unasked      bool                             // it may ask what targets can do
	strict       bool                             // what is likely misspelt is refused
	loadKinds    func() (*catalog.Catalog, error) // with one's own; nil for what is built in
	shelf        shelf                            // where templates are kept; nil for nowhere
	logs         string                           // the folder where logs are saved, unless another one is named
	book         *rule.Book
	keepSeries   func(history.Series, history.About) // tells the history of a run that is over; nil without one
	memory       screenMemory                        // of the screen's sizes and looks; nil for none
	remember     config.Screen                       // what it said at the start
	jobs         jobs
	history      pastExchanges   // of earlier runs too; nil for none
	historyRings tea.Cmd         // waits for them to change; nil where somebody else tells of it
	firstFrame   tea.Cmd         // waits for a frame to be seen; nil where somebody else tells of it
	ctx          context.Context // ends what waits for them; nil for never

	now     func() time.Time
	after   func(time.Duration, tea.Msg) tea.Cmd // delivers an event later
	changed tea.Cmd                              // waits for the session to change
	newID   func() string
}

// Model is the root model. It routes: keys to actions, events to the parts that wait for them, and
// the room on the screen to what is drawn there. What is known, shown, sent and kept is the
// business of its parts.
type Model struct {
	setup
	table        *table
	known        *known
	desk         *desk
	overlays     stack
	notice       notice
	outbox       *outbox
	rules        *keeper
	kinds        *kinds
	remembered   *remembered
	templates    templates
	repeating    repeating
	printer      *pretty.Printer
	colours      *highlight.Highlighter
	alarm        alarm
	confirm      confirmation
	mouse        mouse
	switched     *Switch // the account to go on as
	mixture      mixture
	past         past
	kept         kept
	quick        quickFilter
	trial        trial
	toldHold     bool // the user knows what holding means
	itemsPerPage int  // of those that are discovered; 0 for as many as fit

	width, height int
	screen        layout.Screen
	hints         []keys.Hint // of the footer
	drawnAt       time.Time   // all that is drawn is of this moment
}

func newModel(s setup) *Model {
	colours := highlight.New(s.theme)
	m := &Model{
		setup: s, table: newTable(s.keys),
		known: &known{session: s.session}, outbox: &outbox{session: s.session}, rules: &keeper{book: s.book},
		colours: colours, printer: pretty.New(colours),
	}
	if m.themes.all == nil {
		m.themes.all = themes.NewCollection(s.theme.Renderer, s.theme.Glyphs, nil)
	}
	if m.ctx == nil {
		m.ctx = context.Background()
	}
	m.kept = kept{past: m.history, ctx: m.ctx, rings: m.historyRings}
	m.kinds, m.remembered = &kinds{load: s.loadKinds}, &remembered{m: m}
	m.known.status = s.session.Status()
	draft := newDrafting(m)
	m.desk = &desk{
		draft: draft, composer: draft,
		pending: pending.New(s.theme, m.printer, s.session.Journal().Get),
		log:     logpane.New(s.session.Journal(), s.theme),
		inspect: inspect.New(s.theme, m.printer),
		focus:   layout.Compose, editing: true, selects: layout.Pending,
	}
	m.desk.shift = shiftOf(s.remember)
	m.desk.pending.SetKinds(m.kinds.get)
	m.desk.inspect.SetKinds(m.kinds.get)
	m.desk.log.SetDetail(func(head uint64, width int) []string {
		v := m.known.requestOf(journal.Entry{Seq: head})
		if v == nil {
			return nil
		}
		return m.desk.pending.Says(*v, width)
	})
	m.desk.inspect.SetRoundTrips(m.known.roundTrips)
	m.desk.comparing.known = m.known
	_ = m.desk.log.SetColumns(s.remember.Columns) // the usual ones, if one is no longer there
	m.desk.log.SetWaits((&waiting{known: m.known}).has)
	if m.recording != nil {
		m.lookAt()
	}
	m.refresh()
	m.greet()
	return m
}

// Init connects and begins to wait for what happens.
func (m *Model) Init() tea.Cmd {
	if m.recording != nil {
		return m.firstFrame
	}
	return tea.Batch(m.run(Reconnect), m.changed, m.welcomes(), m.firstFrame)
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
		m.desk.log.SetScreen(msg.Width)
	case tea.KeyMsg:
		return m.key(msg)
	case tea.MouseMsg:
		return m.moused(msg)
	case input.Text:
		m.comes(msg)
	case input.Mixed:
		m.mixture.is(msg.On, m.now())
	case SessionChanged:
		m.refresh()
		return m.changed
	case ConnectEnded:
		m.connectEnded(msg.Err)
	case FirstFrameShown:
		return tea.Batch(m.kinds.fetch(), m.kept.open())
	case HistoryOpened:
		return m.historyOpened(msg.Err)
	case HistoryChanged:
		return m.historyChanged()
	case EarlierFound:
		m.earlierFound(msg)
	case DraftsRead:
		m.draftsRead(msg)
	case RequestStarted:
		m.kept.stale = true
		m.refresh()
		m.desk.pending.Select(msg.Serial)
		m.desk.selects = layout.Pending
		return m.outbox.next()
	case StanzaSent:
		return m.outbox.next()
	case SendRefused:
		m.sendRefused(msg)
		return m.outbox.next()
	case DoneByHand:
		m.doneByHand(msg)
	case SuspendAsked:
		return m.run(keys.Suspend)
	case Continued:
		if m.mouse.on {
			return tea.Sequence(m.jobs.retake, m.mouseAgain())
		}
		return m.jobs.retake
	case Resumed:
		m.resumed(msg.Err)
		return m.mouseAgain()
	case RepeatProgressed:
		return m.repeatProgressed(msg)
	case RepeatEnded:
		m.repeatEnded(msg)
	case DraftEdited:
		m.draftEdited(msg)
		return m.mouseAgain()
	case Paged:
		m.paged(msg.Err)
		return m.mouseAgain()
	case RulesSaved:
		return m.rulesSaved(msg.Err)
	case HoldChanged:
		m.holdChanged(msg.On)
	case TimeoutChanged:
		m.timeoutChanged(msg.Timeout)
	case ReplyRead:
		m.replyRead(msg)
	case CardRead:
		m.cardRead(msg)
	case PageFound:
		return m.pageFound(msg)
	case CatalogueLoaded:
		return m.takeCatalogue(msg)
	case AddressesSeen:
		m.remembered.take(msg)
		m.desk.draft.SeeAddresses()
	case AccountsListed:
		return m.accountsListed(msg)
	case TemplatesListed:
		m.templates.take(m, msg)
	case TemplateChanged:
		return m.templateChanged(msg)
	case ThemesRead:
		m.themesRead(msg)
	case ThemeKept:
		m.themeKept(msg)
	case RecordingBegan:
		m.recordingBegan(msg)
	case RecordingEnded:
		m.recordingEnded(msg.Summary)
	case LogSaved:
		return m.logSaved(msg)
	case Copied:
		m.copied(msg)
	case ScreenKept:
		m.screenKept(msg.Err)
	case TimePassed:
		if m.alarm.fired(msg.At) {
			m.passToasts()
			m.known.rate.note(m.now(), m.known.status.In)
			m.showPending()
		}
	default:
		if !m.printer.Accept(msg) && !m.desk.log.Accept(msg) && !m.desk.inspect.Accept(msg) {
			m.overlays.accept(msg)
		}
	}
	return nil
}

// refresh asks the session how things stand.
func (m *Model) refresh() {
	before := m.known.status
	m.known.refresh(m.now())
	m.desk.takeIn(m.known, m.table.keyFor(keys.View, keys.ToggleHold))
	m.showPending()
	status := m.known.status
	switch {
	case status.State == session.Lost && m.known.failedAgain(before):
		m.connectionFailed(status.Err)
	case status.State == before.State:
	case status.State == session.Online:
		m.desk.draft.ScopeChanged()
		m.notice.clear()
		m.greet()
		m.notices = nil
	}
	m.followHand()
	m.lookAtTape()
}

// showPending hands the requests of both sides to their pane. What it shows of others depends on
// how long they have waited.
func (m *Model) showPending() { m.desk.pending.Set(m.known.ours, m.known.theirs, m.now()) }

// greet says what there is to say at the start. Going online, which takes away what was said of the
// connection, does not take that away.
func (m *Model) greet() {
	if len(m.notices) > 0 {
		m.notice.fail(words.Sentence(strings.Join(m.notices, "; ")))
	}
}

// prepare lays out what is seen, so that drawing only has to put it together. The command does what
// takes long.
func (m *Model) prepare() tea.Cmd {
	m.drawnAt = m.now()
	m.notice.show(m.drawnAt)
	m.settleTheme()
	var cmds []tea.Cmd
	if low := m.overlays.low(); low != nil { // first, as it takes its lines from the others
		cmds = append(cmds, low.Prepare(m.look(m.width, m.lowRoom(), low.Context())))
	}
	m.arrange()
	cmds = append(cmds, m.preparePanes())
	if m.arrange() { // what they have to show has become more or less
		cmds = append(cmds, m.preparePanes())
	}
	for _, o := range m.overlays.high() {
		cmds = append(cmds, o.Prepare(m.look(m.width, m.body(), o.Context())))
	}
	m.hints = m.table.hints(m)
	return tea.Batch(cmds...)
}

// preparePanes lays all panes out, the log first, which says what is selected.
func (m *Model) preparePanes() tea.Cmd {
	cmds := []tea.Cmd{m.preparePane(layout.Log)}
	m.desk.findSubject(m.known)
	cmds = append(cmds, m.findKept())
	m.desk.compareNotes(!m.screen.Pane(layout.Inspect).Empty())
	for _, p := range []layout.Pane{layout.Compose, layout.Pending, layout.Inspect} {
		cmds = append(cmds, m.preparePane(p))
	}
	return tea.Batch(cmds...)
}

func (m *Model) preparePane(p layout.Pane) tea.Cmd {
	room := m.screen.Pane(p).Inside()
	context := commands[p]
	if p == layout.Compose {
		context = keys.Edit // where most is done; the keys it names work in both
		if m.desk.onDraft() && m.desk.draft.Forming() {
			context = keys.KindForm
		}
	}
	look := m.look(room.W, room.H, context)
	look.Focused = m.desk.focus == p
	look.Editing = p == layout.Compose && m.overlays.top() == nil && m.desk.typing()
	return m.desk.pane(p).Prepare(look)
}

func (m *Model) look(width, height int, context keys.Context) pane.Look {
	return pane.Look{
		Width: width, Height: height, Theme: m.theme, Now: m.drawnAt,
		Key: func(a keys.Action) string { return m.table.keyFor(context, a) },
	}
}

// wake has the timer set for what changes by itself.
func (m *Model) wake() tea.Cmd {
	now := m.now()
	step := m.known.step(now)
	if step == 0 && (m.overlays.ages() || m.toastsPass()) {
		step = coarse
	}
	if m.theme.Glyphs.Still && step > 0 {
		step = coarse
	}
	return m.alarm.set(step, now, m.after)
}
