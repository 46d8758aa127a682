package tui

import (
	"context"
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/history"
	"iqscope/internal/safetext"
	"iqscope/tui/historylist"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
)

// historyScreen is the history's screen, as an overlay: what is asked of the history for it, and what
// is done with the selected entry. One of them may be shown whole in place of the list.
type historyScreen struct {
	*historylist.Screen
	m       *Model
	sought  historylist.Sought
	query   history.Query // of that
	round   int           // changes with each question; answers of an earlier one are dropped
	asked   historylist.Want
	cancel  context.CancelFunc // ends the question that is asked
	version int                // of what is kept, when it was looked at last
	typing  *asking            // the line in which words are typed; nil for none
	before  string             // what they were before
	said    said
	whole   *wholeEntry // nil for the list
}

// HistoryFound is a page of the history, or why it is not there.
type HistoryFound struct {
	screen *historyScreen
	round  int
	want   historylist.Want
	sought historylist.Sought
	page   history.Page
	err    error
}

// onHistory is the history's screen, if it is there; nil if not.
func (m *Model) onHistory() *historyScreen {
	for _, o := range m.overlays.overlays {
		if s, ok := o.(*historyScreen); ok {
			return s
		}
	}
	return nil
}

func newHistoryScreen(m *Model) *historyScreen {
	return &historyScreen{Screen: historylist.New(), m: m, cancel: func() {}, version: m.kept.version}
}

func (s *historyScreen) Context() keys.Context {
	if s.whole != nil {
		return keys.HistoryEntry
	}
	return keys.History
}

func (s *historyScreen) Title() safetext.Text { return safetext.Const("History") }

// Prepare lays the screen out, with what has come since the last time, and asks for what is missing.
func (s *historyScreen) Prepare(look pane.Look) tea.Cmd {
	if s.version != s.m.kept.version {
		s.version = s.m.kept.version
		s.Stale()
	}
	if s.typing != nil && !s.m.overlays.has(s.typing) { // it was left
		s.typing = nil
		s.seek(historylist.Sought{Words: s.before, Filter: s.sought.Filter}, s.query)
	}
	if s.whole != nil {
		return s.whole.prepare(s, look)
	}
	fetch := s.fetch()
	state := historylist.State{
		Opening: !s.m.kept.opened, Busy: s.asked.Part != historylist.Nothing, Wanted: s.sought,
		Details: func(e history.Entry, width int) ([]string, tea.Cmd) { return s.details(e, width, look) },
	}
	return tea.Batch(fetch, s.Screen.Prepare(state, look))
}

// View is the list, or the entry that is shown whole.
func (s *historyScreen) View() []string {
	if s.whole != nil {
		return s.whole.lines
	}
	return s.Screen.View()
}

// seek asks for other entries. The query is that of the filter; the words are put into it here.
func (s *historyScreen) seek(sought historylist.Sought, q history.Query) {
	if sought == s.sought {
		return
	}
	s.sought, s.query = sought, q
	s.query.Words = sought.Words
	s.cancel()
	s.round++ // what is under way answers another question
	s.asked = historylist.Want{}
	s.Restart()
}

// fetch asks for the page that the list needs, unless something is asked already.
func (s *historyScreen) fetch() tea.Cmd {
	want := s.Wants()
	if !s.m.kept.opened || s.asked.Part != historylist.Nothing || want.Part == historylist.Nothing {
		return nil
	}
	s.round++
	s.asked = want
	ctx, cancel := context.WithCancel(s.m.kept.ctx)
	s.cancel = cancel
	past, found, q := s.m.kept.past, HistoryFound{screen: s, round: s.round, want: want, sought: s.sought}, s.query
	q.Before = want.Before
	return func() tea.Msg {
		defer cancel()
		found.page, found.err = searchHistory(ctx, past, q, want)
		return found
	}
}

// searchHistory asks for a page; of one above those that are held, for all entries down to them.
func searchHistory(ctx context.Context, past pastExchanges, q history.Query, want historylist.Want) (history.Page, error) {
	page, err := past.Search(ctx, q)
	if want.Part != historylist.Above {
		return page, err
	}
	all := page.Entries
	for err == nil && page.Next > want.Until+1 {
		q.Before = page.Next
		page, err = past.Search(ctx, q)
		all = append(all, page.Entries...)
	}
	for len(all) > 0 && all[len(all)-1].ID <= want.Until {
		all = all[:len(all)-1]
	}
	return history.Page{Entries: all}, err
}

// Accept takes in what its commands have found and done.
func (s *historyScreen) Accept(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case HistoryFound:
		if msg.screen != s {
			return false
		}
		s.found(msg)
	case HistoryEntryChanged:
		if msg.screen != s {
			return false
		}
		s.changed(msg)
	case HistoryEarlierFound:
		if s.whole == nil || msg.whole != s.whole {
			return false
		}
		s.whole.earlierFound(s.m, msg)
	case HistoryLooked:
		if s.whole == nil || msg.whole != s.whole {
			return false
		}
		s.whole.accept(s.m, msg.msg)
	default:
		return false
	}
	return true
}

// found takes in a page.
func (s *historyScreen) found(f HistoryFound) {
	if f.round != s.round {
		return
	}
	s.asked = historylist.Want{}
	if f.err != nil {
		s.Failed(f.want, f.err)
		return
	}
	s.said = said{}
	s.Found(f.want, f.sought, f.page)
}

// selected is the entry that the keys work on.
func (s *historyScreen) selected() (history.Entry, bool) {
	if s.whole != nil {
		return s.whole.entry, true
	}
	return s.Selected()
}

// errNoEntry says why nothing can be done.
var errNoEntry = errors.New("no entry of the history is selected")

// Can says why an action would do nothing now.
func (s *historyScreen) Can(action keys.Action) string {
	e, ok := s.selected()
	switch action {
	case historylist.Look, historylist.Resend, historylist.Edit, historylist.Diff, historylist.Tag, historylist.Note, historylist.Pin, historylist.Delete:
		if !ok {
			return errNoEntry.Error()
		}
	}
	switch action {
	case historylist.Resend:
		if e.Hidden {
			return "the request had a secret, which was hidden before it was kept: it cannot be sent as it was. " + s.key(historylist.Edit) + " edits it"
		}
	case historylist.Diff:
		if e.Reply == nil {
			return "it got no reply, so there is nothing to compare"
		}
	case historylist.Edit:
		if !s.m.desk.onDraft() {
			return errNoDrafts.Error()
		}
	}
	return ""
}

// key is the key to name for an action.
func (s *historyScreen) key(a keys.Action) string { return s.m.table.keyFor(keys.History, a) }

// Do moves the selection, seeks, or does something with the selected entry.
func (s *historyScreen) Do(action keys.Action) (tea.Cmd, bool) {
	e, _ := s.selected()
	switch action {
	case keys.Close:
		return nil, s.peel()
	case historylist.Search:
		s.whole = nil
		s.askWords()
	case historylist.Filter:
		s.whole = nil
		s.askFilter()
	case historylist.Look:
		s.look(e)
	case historylist.Diff:
		s.compare(e)
	case historylist.Resend:
		return s.resend(e), true
	case historylist.Edit:
		s.edit(e)
	case historylist.Tag:
		s.askTags(e)
	case historylist.Note:
		s.askNote(e)
	case historylist.Pin:
		pinned := !e.Pinned
		return s.change(e, history.Change{Pinned: &pinned}), true
	case historylist.Delete:
		return s.delete(e), true
	default:
		if s.whole != nil {
			return nil, s.whole.do(action)
		}
		return nil, s.Screen.Do(action)
	}
	return nil, true
}

// peel goes one step back, and reports false where there is none but closing.
func (s *historyScreen) peel() bool {
	switch {
	case s.whole != nil:
		s.whole = nil
	case s.sought.Words != "":
		s.seek(historylist.Sought{Filter: s.sought.Filter}, s.query)
	case s.sought.Filter != "":
		s.seek(historylist.Sought{}, history.Query{})
	default:
		s.cancel()
		return false
	}
	return true
}

// Click selects the entry in a line of the list.
func (s *historyScreen) Click(line int) bool { return s.whole == nil && s.Screen.Click(line) }
