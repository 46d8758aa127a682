package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/history"
	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// pastExchanges is what the screen asks of the history. All but Status and Changed may wait for the
// disk, so only commands call it.
type pastExchanges interface {
	Open(ctx context.Context) error
	Search(ctx context.Context, q history.Query) (history.Page, error)
	Earlier(ctx context.Context, e history.Entry) (history.Entry, error)
	Drafts(ctx context.Context, n int) ([]string, error)
	Change(ctx context.Context, id int64, c history.Change) error
	Delete(ctx context.Context, ids ...int64) (int, error)
	Status() history.Status
	Changed() <-chan struct{}
}

var _ pastExchanges = (*history.History)(nil)

type (
	// FirstFrameShown says that the screen has been seen, so that what would only have kept the user
	// waiting can begin.
	FirstFrameShown struct{}
	// HistoryOpened says that the history is there, or why not.
	HistoryOpened struct{ Err error }
	// HistoryChanged says that entries came or went, or that the writing goes otherwise than before.
	HistoryChanged struct{}
	// DraftsRead has what was sent in earlier runs, the last one first.
	DraftsRead struct {
		Texts []string
		Err   error
	}
)

// pastDraftsRead is how many drafts are read of the history: as many as the composer keeps of its own.
const pastDraftsRead = 100

// kept is the history as the screen knows it.
type kept struct {
	past    pastExchanges // nil for none
	ctx     context.Context
	rings   tea.Cmd // waits for it to change; nil where somebody else tells of it
	status  history.Status
	failed  error // of opening it
	opened  bool
	version int // changes when the entries may have
	reading bool
	stale   bool // something was sent since the drafts were read
	seen    bool // the user has put away what is said of the file beside
}

// open opens the history, if there is one.
func (k *kept) open() tea.Cmd {
	if k.past == nil {
		return nil
	}
	k.status = k.past.Status()
	if k.status.Opened { // by the screen of another account
		return func() tea.Msg { return HistoryOpened{} }
	}
	past, ctx := k.past, k.ctx
	return func() tea.Msg { return HistoryOpened{past.Open(ctx)} }
}

// historyOpened begins to use the history.
func (m *Model) historyOpened(err error) tea.Cmd {
	k := &m.kept
	k.opened, k.failed, k.status = err == nil, err, k.past.Status()
	k.version++
	return tea.Batch(k.readDrafts(), k.rings)
}

// historyChanged looks how things stand with it now.
func (m *Model) historyChanged() tea.Cmd {
	k := &m.kept
	before, status := k.status, k.past.Status()
	k.status = status
	if k.opened = k.opened || status.Opened; k.opened && status.Err == nil {
		k.failed = nil
	}
	k.version++
	if before.Err != nil && status.Err == nil {
		text := "the history is written again"
		if status.Lost > 0 {
			text += "; " + words.Plural(status.Lost, "exchange") + " found no room meanwhile and will not be in it"
		}
		m.notice.tell(text)
	}
	var read tea.Cmd
	if k.stale {
		read = k.readDrafts()
	}
	return tea.Batch(read, k.rings)
}

// readDrafts reads what was sent before.
func (k *kept) readDrafts() tea.Cmd {
	if !k.opened || k.reading {
		return nil
	}
	k.reading, k.stale = true, false
	past, ctx := k.past, k.ctx
	return func() tea.Msg {
		texts, err := past.Drafts(ctx, pastDraftsRead)
		return DraftsRead{texts, err}
	}
}

// draftsRead gives the composer what was sent before. What cannot be read is not missed there; the
// history's own screen says why.
func (m *Model) draftsRead(r DraftsRead) {
	m.kept.reading = false
	if r.Err == nil {
		m.desk.draft.SetEarlierDrafts(r.Texts)
	}
}

// off says why there is no history to look at; empty if there is one.
func (k *kept) off() string {
	switch {
	case k.past == nil:
		return "no history is kept in this run; start without --no-history to have one"
	case k.failed != nil:
		return "the history cannot be opened: " + k.failed.Error()
	}
	return ""
}

// trouble says what is wrong with the writing; empty if all is well.
func (k *kept) trouble() string {
	err := k.status.Err
	if err == nil {
		err = k.failed
	}
	switch {
	case k.past == nil:
	case err != nil:
		text := "The history is not written: " + err.Error()
		if n := k.status.Waiting; n > 0 {
			text += "; " + words.Plural(n, "exchange") + wait(n)
		}
		if n := k.status.Lost; n > 0 {
			text += "; " + words.Count(n) + " found no room"
		}
		return text
	case k.status.Beside != nil && !k.seen:
		return "The history goes to " + k.status.Path + ": " + k.status.Beside.Error()
	}
	return ""
}

func wait(n int) string {
	if n == 1 {
		return " waits"
	}
	return " wait"
}

// line is what is wrong, in a line of so many cells.
func (k *kept) line(width int, theme themes.Theme) []string {
	text := k.trouble()
	if text == "" || width < 3 {
		return nil
	}
	r := row.New(width)
	r.Space(1)
	r.Add(safetext.CleanLine("! "+text).Truncate(width-2), theme.Warning)
	return []string{r.String()}
}

// putAway takes away what need not be said for long, and reports whether it was there.
func (k *kept) putAway() bool {
	was := k.trouble() != "" && k.status.Err == nil && k.failed == nil
	k.seen = k.seen || was
	return was
}

// changesPerSecond is how often at most is looked what is new in the history.
const changesPerSecond = 4
