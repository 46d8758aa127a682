package tui

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/disco"
	"iqscope/tui/browse"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
	"iqscope/tui/prompt"
)

// discoverActions are those of the discovery browser, which carries them out.
func discoverActions() []action {
	here := func(name keys.Action, bound, footer, help string) action {
		return action{name: name, help: help, at: []place{{keys.Browse, bound, footer, ""}}, harmless: true}
	}
	size := here(browse.PageSize, "p", "", "how many items to ask for at a time")
	size.argument = &argument{what: "NUMBER", do: setPageSize, complete: func(*Model) []string { return []string{"10", "100", "1000"} }}
	return []action{
		here(browse.Into, "enter right", "go in", "go into the item, or to what can be asked"),
		here(browse.Out, "backspace left", "back", "back to where one came from"),
		here(browse.Address, "t", "use address", "put the address into the draft"),
		here(browse.Refresh, "r", "ask again", "ask again"),
		here(browse.Narrow, "/", "filter", "show only rows with a text"),
		here(browse.NextPage, "]", "next page", "the next page of items"),
		here(browse.PrevPage, "[", "", "the page of items before"),
		here(browse.NextSection, "tab", "section", "the next section"),
		here(browse.PrevSection, "shift+tab", "", "the section before"),
		size,
	}
}

// errNoDrafts says why nothing can be put into a draft.
var errNoDrafts = errors.New("drafts have to wait until the connection is there")

// pageOfItems is how many items are asked for at a time, unless the user says another number: as many
// as one looks at.
const pageOfItems = 100

// discovering is the discovery browser as an overlay, and what is asked there.
type discovering struct {
	*browse.Screen
	m        *Model
	meanings disco.Meanings // nil until they are there
	version  uint64         // of what was discovered when it was looked at last
	at       round
	toItem   int // is selected once it is there; -1 for none
}

// round is what is asked at a place.
type round struct {
	info, items bool // were asked for, or need not be
	force       bool // though an answer is there
	busy        bool // a question is being handed over
	problem     error
}

// DiscoveryAsked says that a question was handed over, or why it cannot be asked.
type DiscoveryAsked struct {
	screen *discovering
	place  browse.Place
	Err    error
}

// MeaningsRead says what the catalogue knows of features.
type MeaningsRead struct {
	screen   *discovering
	Meanings disco.Meanings
}

// showDiscovery opens the browser on whom the draft is for, or closes it.
func showDiscovery(m *Model) tea.Cmd {
	if s, ok := m.overlays.top().(*discovering); ok {
		m.overlays.close(s)
		return nil
	}
	s := &discovering{Screen: browse.New(browse.Place{JID: m.target()}), m: m, toItem: -1}
	s.look()
	m.overlays.open(s)
	return func() tea.Msg { return MeaningsRead{s, disco.NewMeanings(m.kinds.get())} }
}

// target is whom the draft is for; one's own server where that is nobody.
func (m *Model) target() string {
	if st, _ := m.desk.draft.Check(); st != nil {
		if j, err := stanza.ParseJID(st.To()); err == nil {
			return j.String()
		}
	}
	return m.known.status.JID.Domain()
}

func (s *discovering) Context() keys.Context { return keys.Browse }

func (s *discovering) Title() safetext.Text { return safetext.Const("Discover") }

// Prepare lays the screen out, with what has come since the last time, and asks what is still to be
// asked here.
func (s *discovering) Prepare(look pane.Look) tea.Cmd {
	if s.m.session.Discovered().Version() != s.version {
		s.look()
	}
	cmd := s.ask()
	s.Screen.Prepare(look)
	return cmd
}

// look shows what is known now.
func (s *discovering) look() {
	p, cache := s.Place(), s.m.session.Discovered()
	s.version = cache.Version()
	page := browse.Page{Entry: cache.Get(p.JID, p.Node), Meanings: s.meanings, Problem: s.at.problem}
	if p.Feature != "" {
		page.Kinds = s.kinds(p.Feature)
	}
	s.SetPage(page)
	if s.toItem >= 0 && s.SelectItem(s.toItem) {
		s.toItem = -1
	}
}

// kinds are what can be asked on account of a feature: of the place where it is, if anything, else of
// whoever announces it.
func (s *discovering) kinds(feature string) []*catalog.Kind {
	m, _ := s.meanings.Of(feature)
	facts := s.m.session.Discovered().Facts(s.Place().JID)
	here := slices.DeleteFunc(slices.Clone(m.Kinds), func(k *catalog.Kind) bool {
		answer, _ := disco.Support(k, facts)
		return answer != disco.Yes || k.SupersededBy != ""
	})
	if len(here) == 0 {
		here = slices.Clone(m.Kinds)
	}
	// What needs least comes first: that is where one begins.
	slices.SortStableFunc(here, func(a, b *catalog.Kind) int { return cmp.Compare(needed(a), needed(b)) })
	return here
}

// needed is how many fields of a kind have to be given.
func needed(k *catalog.Kind) int {
	n := 0
	for _, f := range k.Fields {
		if f.Required && f.Fixed == "" && f.Default == "" {
			n++
		}
	}
	return n
}

// ask asks what is still to be asked here: for info, and when it has come for items, in pages if the
// target has them.
func (s *discovering) ask() tea.Cmd {
	p, now := s.Place(), s.m.now()
	if p.Feature != "" || s.at.busy || s.at.problem != nil {
		return nil
	}
	e := s.m.session.Discovered().Get(p.JID, p.Node)
	if !s.at.info {
		s.at.info = true
		if s.at.force || !e.Infos.Fresh(now) {
			return s.send(disco.Query{JID: p.JID, Node: p.Node})
		}
	}
	if !s.at.items && e.Infos.Asked() && e.Infos.Since.IsZero() {
		s.at.items = true
		if s.at.force || !e.ItemsState.Fresh(now) {
			return s.send(disco.Query{JID: p.JID, Node: p.Node, Part: disco.AskItems, Max: s.pageSize(e.Info)})
		}
	}
	return nil
}

// pageSize is how many items to ask for at a time; 0 is for all, where there are no pages.
func (s *discovering) pageSize(info disco.Info) int {
	switch {
	case s.m.itemsPerPage > 0:
		return s.m.itemsPerPage
	case info.Has("http://jabber.org/protocol/rsm"):
		return pageOfItems
	}
	return 0
}

// send asks a question.
func (s *discovering) send(q disco.Query) tea.Cmd {
	s.at.busy = true
	session, place := s.m.session, s.Place()
	return func() tea.Msg { return DiscoveryAsked{s, place, session.Discover(q)} }
}

// Accept takes in what its commands have done.
func (s *discovering) Accept(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case MeaningsRead:
		if msg.screen == s {
			s.meanings = msg.Meanings
			s.look()
		}
	case DiscoveryAsked:
		if msg.screen == s && msg.place == s.Place() {
			s.at.busy, s.at.problem = false, msg.Err
			s.m.refresh()
			s.look()
		}
	default:
		return false
	}
	return true
}

// Can says what cannot be done with the selected row.
func (s *discovering) Can(action keys.Action) string {
	i, f, k := s.Selected()
	switch action {
	case browse.Into:
		if i.JID == "" && f == "" && k == nil {
			return "there is nothing to go into: select an item or a feature"
		}
	case browse.Out:
		if !s.Deep() {
			return "this is where you began; esc closes"
		}
	case browse.NextPage:
		if _, behind, more := s.Paging(); behind < 0 && !more {
			return "there is no page behind this one"
		}
	case browse.PrevPage:
		if before, _, _ := s.Paging(); before < 0 {
			return "there is no page before this one"
		}
	}
	return ""
}

// Do goes where it is asked to, or moves the selection.
func (s *discovering) Do(action keys.Action) (tea.Cmd, bool) {
	switch action {
	case keys.Close:
		if s.Filter() == "" {
			return nil, false
		}
		s.SetFilter("")
	case browse.Into:
		return s.into(), true
	case browse.Out:
		s.Back()
		s.arrive()
		s.Reselect()
	case browse.Address:
		s.useAddress()
	case browse.Refresh:
		s.at = round{force: true}
		s.toItem = -1
	case browse.Narrow:
		s.askFilter()
	case browse.NextPage:
		return s.nextPage(), true
	case browse.PrevPage:
		before, _, _ := s.Paging()
		s.SelectItem(before)
	case browse.PageSize:
		return s.m.named(s.m.table.rows[action]), true
	default:
		return nil, s.Screen.Do(action)
	}
	return nil, true
}

// arrive shows a place that was come to, and has asked there what was not asked yet.
func (s *discovering) arrive() {
	s.at, s.toItem = round{}, -1
	s.look()
}

// into goes into the selected row.
func (s *discovering) into() tea.Cmd {
	i, f, k := s.Selected()
	switch {
	case k != nil:
		s.compose(k)
	case f != "":
		switch kinds := s.kinds(f); len(kinds) {
		case 0:
			s.m.notice.tell("nothing is known here that can be asked on account of " + f)
		case 1:
			s.compose(kinds[0])
		default:
			p := s.Place()
			s.Enter(browse.Place{JID: p.JID, Node: p.Node, Feature: f})
			s.arrive()
		}
	case i.JID != "":
		s.Enter(browse.Place{JID: i.JID, Node: i.Node})
		s.arrive()
	}
	return nil
}

// compose puts a request into the composer, to whom the browser is at.
func (s *discovering) compose(k *catalog.Kind) {
	if !s.m.desk.onDraft() {
		s.m.notice.complain(errNoDrafts)
		return
	}
	s.m.overlays.close(s)
	s.m.desk.draft.beginTo(k, s.Place().JID)
}

// useAddress puts the address of the selected item, else that of the place, into the draft.
func (s *discovering) useAddress() {
	i, _, _ := s.Selected()
	jid := i.JID
	if jid == "" {
		jid = s.Place().JID
	}
	if !s.m.desk.onDraft() {
		s.m.notice.complain(errNoDrafts)
		return
	}
	if !s.m.desk.draft.SetTo(jid) {
		s.m.notice.complain(errors.New("the draft is no stanza now, so it cannot be addressed; ctrl+n begins a new one"))
		return
	}
	s.m.overlays.close(s)
	s.m.desk.edit()
	if jid == "" {
		jid = "your own account"
	}
	s.m.notice.tell("the draft goes to " + jid)
}

// askFilter asks what the rows shown have to have in them.
func (s *discovering) askFilter() {
	p := prompt.New(safetext.Const("Show only: "), safetext.Const("words that a row has; nothing shows all"), s.Filter())
	s.m.ask(p, func(answer string) (tea.Cmd, error) {
		s.SetFilter(answer)
		return nil, nil
	})
}

// nextPage goes to the next page of items, and asks for it if it is not there.
func (s *discovering) nextPage() tea.Cmd {
	_, behind, _ := s.Paging()
	if behind >= 0 {
		s.SelectItem(behind)
		return nil
	}
	p := s.Place()
	e := s.m.session.Discovered().Get(p.JID, p.Node)
	s.toItem = len(e.Items.List)
	size := s.pageSize(e.Info)
	if size == 0 {
		size = pageOfItems
	}
	return s.send(disco.Query{JID: p.JID, Node: p.Node, Part: disco.AskItems, Max: size, After: e.Items.Next})
}

// setPageSize says how many items are asked for at a time from now on.
func setPageSize(m *Model, text string) (tea.Cmd, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > disco.MaxItems {
		return nil, fmt.Errorf("%.60q is no number of items from 1 to %d", text, disco.MaxItems)
	}
	m.itemsPerPage = n
	m.notice.tell(fmt.Sprintf("items are asked for %d at a time; r asks again", n))
	return nil, nil
}
