// Package browse draws the discovery browser, on top of the panes: what somebody is, what it can do,
// and what else there is, with the way that led there.
//
// It only shows, selects and remembers the way. Asking, and what is to be done with the selected row,
// are the root model's.
package browse

import (
	"slices"
	"strings"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/catalog"
	"iqscope/session/disco"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/list"
	"iqscope/tui/words"
)

// Actions of this screen alone.
const (
	Show        keys.Action = "discover"        // shows the screen, and hides it
	Into        keys.Action = "discover-into"   // goes into an item, or to what can be asked
	Out         keys.Action = "discover-back"   // goes back to where one came from
	Address     keys.Action = "discover-to"     // puts the address into the draft
	Refresh     keys.Action = "discover-again"  // asks anew
	Narrow      keys.Action = "discover-filter" // shows only rows with a text
	NextSection keys.Action = "discover-next-section"
	PrevSection keys.Action = "discover-previous-section"
	NextPage    keys.Action = "discover-next-page" // of items
	PrevPage    keys.Action = "discover-previous-page"
	PageSize    keys.Action = "items-per-page"
)

// Place is where the browser is: at a node of an address, or at what can be asked on account of one
// of its features.
type Place struct {
	JID, Node string
	Feature   string // "" for the place itself
}

// Page is what is known of a place.
type Page struct {
	disco.Entry
	Meanings disco.Meanings
	Kinds    []*catalog.Kind // that a feature allows; shown in place of all else
	Problem  error           // why nothing was asked
}

// Screen is the browser's screen. It belongs to the update loop.
type Screen struct {
	trail  []visit
	page   Page
	told   map[disco.Part]trouble // why there is no answer
	rows   []Row
	shown  list.Slice[Row, rowID]
	list   *list.List[rowID]
	filter string

	width, column int
	theme         themes.Theme
	lines         []string
	title         safetext.Text
	info          safetext.Text
}

// visit is a place on the way, and what was selected there.
type visit struct {
	Place
	selected rowID
}

// sort is what a row shows.
type sort uint8

const (
	heading sort = iota
	remark
	identity
	feature
	field
	item
	kind
)

// rowID tells a row from the others: places in what is known, so that thousands of rows cost little.
type rowID struct {
	sort  sort
	place int // among those of its sort
	form  int // of a field
}

// Row is one line of the screen.
type Row struct {
	rowID
	text  string // of a heading or a remark
	wrong bool   // the remark says that something went wrong
}

// New returns the screen at a place.
func New(at Place) *Screen {
	s := &Screen{trail: []visit{{Place: at}}}
	s.shown.ID = func(r Row) rowID { return r.rowID }
	s.list = list.NewStill[rowID](&s.shown)
	return s
}

// Place is where the screen is.
func (s *Screen) Place() Place { return s.trail[len(s.trail)-1].Place }

// Deep says that there is a way back.
func (s *Screen) Deep() bool { return len(s.trail) > 1 }

// maxTrail is how long a way is remembered.
const maxTrail = 1000

// Enter goes on to another place. Its page is to follow.
func (s *Screen) Enter(p Place) {
	s.trail[len(s.trail)-1].selected = s.selectedID()
	s.trail = append(s.trail, visit{Place: p})
	s.trail = s.trail[max(0, len(s.trail)-maxTrail):]
	s.filter = ""
	s.SetPage(Page{Entry: disco.Entry{JID: p.JID, Node: p.Node}})
	s.list.Home()
}

// Back goes back to the place before. Its page is to follow, with what was selected there.
func (s *Screen) Back() {
	s.trail = s.trail[:len(s.trail)-1]
	s.filter = ""
}

// Reselect selects what was selected at the place before it was left.
func (s *Screen) Reselect() { s.list.Select(s.trail[len(s.trail)-1].selected) }

func (s *Screen) selectedID() rowID {
	r, _ := s.list.Selected()
	return r
}

// SetPage shows what is known of the place now. The selected row stays selected.
func (s *Screen) SetPage(p Page) {
	s.page = p
	s.told = map[disco.Part]trouble{}
	for part, err := range map[disco.Part]error{disco.AskInfo: p.Infos.Err, disco.AskItems: p.ItemsState.Err} {
		if err != nil {
			s.told[part] = troubleOf(err)
		}
	}
	s.rows = s.all()
	s.arrange()
}

// Filter is the text that rows have to have; "" for all.
func (s *Screen) Filter() string { return s.filter }

// SetFilter shows only the rows that have each word of a text.
func (s *Screen) SetFilter(text string) {
	s.filter = strings.TrimSpace(text)
	s.arrange()
	s.list.Home()
	s.skip(1)
}

// arrange finds out which rows are shown: with a filter those that fit, under their headings.
func (s *Screen) arrange() {
	s.shown.Rows = s.rows
	if words := strings.Fields(strings.ToLower(s.filter)); len(words) > 0 {
		s.shown.Rows = nil
		var above *Row
		for i := range s.rows {
			r := &s.rows[i]
			if r.sort == heading {
				above = r
				continue
			}
			text := strings.ToLower(s.searched(*r))
			if slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
				continue
			}
			if above != nil {
				s.shown.Rows, above = append(s.shown.Rows, *above), nil
			}
			s.shown.Rows = append(s.shown.Rows, *r)
		}
		if len(s.shown.Rows) == 0 {
			s.shown.Rows = []Row{{rowID: rowID{sort: remark}, text: "no row here has “" + s.filter + "”; esc shows all"}}
		}
	}
	s.list.Sync()
}

// Selected is what the selected row shows, as far as something can be done with it.
func (s *Screen) Selected() (i disco.Item, f string, k *catalog.Kind) {
	switch r := s.selectedID(); r.sort {
	case item:
		if r.place < len(s.page.Items.List) {
			i = s.page.Items.List[r.place]
		}
	case feature:
		if r.place < len(s.page.Info.Features) {
			f = s.page.Info.Features[r.place]
		}
	case kind:
		if r.place < len(s.page.Kinds) {
			k = s.page.Kinds[r.place]
		}
	}
	return i, f, k
}

// Do moves the selection, and reports whether the action does that.
func (s *Screen) Do(action keys.Action) bool {
	switch action {
	case NextSection, PrevSection:
		s.section(action == NextSection)
		return true
	}
	if !s.list.Do(action) {
		return false
	}
	switch action {
	case keys.Up, keys.PageUp, keys.HalfPageUp, keys.End:
		s.skip(-1)
	default:
		s.skip(1)
	}
	return true
}

// skip goes on from a heading, which nothing can be done with; at the upper end, downwards.
func (s *Screen) skip(by int) {
	at, ok := s.list.Place()
	if !ok {
		return
	}
	rows := s.shown.Rows
	start := at
	for at >= 0 && at < len(rows) && rows[at].sort == heading {
		at += by
	}
	if at < 0 || at == len(rows) {
		for at = start; at >= 0 && at < len(rows) && rows[at].sort == heading; {
			at -= by
		}
	}
	if at >= 0 && at < len(rows) {
		s.list.Select(rows[at].rowID)
	}
}

// section goes to the first row of the next section, or of the one before; at the ends, round.
func (s *Screen) section(next bool) {
	at, ok := s.list.Place()
	if !ok {
		return
	}
	var starts []int
	current := -1
	for i, r := range s.shown.Rows {
		if r.sort == heading {
			starts = append(starts, i)
			if i <= at {
				current = len(starts) - 1
			}
		}
	}
	if len(starts) == 0 {
		return
	}
	to := current + 1
	if !next {
		to = current - 1 + len(starts)
	}
	s.list.Select(s.shown.Rows[starts[to%len(starts)]].rowID)
	s.skip(1)
}

// SelectItem selects one of the items, and reports whether it is there.
func (s *Screen) SelectItem(place int) bool {
	if place >= len(s.page.Items.List) {
		return false
	}
	s.list.Select(rowID{sort: item, place: place})
	return true
}

// Paging says where the pages of items begin that are before and behind the selected row: -1 for
// none. more says that another one can be asked for.
func (s *Screen) Paging() (before, behind int, more bool) {
	before, behind = -1, -1
	r := s.selectedID()
	at := 0
	if r.sort == item {
		at = r.place
	}
	pages := s.page.Items.Pages
	for i, start := range pages {
		if start > at && behind < 0 {
			behind = start
		}
		if start <= at && i > 0 {
			before = pages[i-1]
		}
	}
	if r.sort != item && len(pages) > 0 {
		before, behind = -1, 0
	}
	return before, behind, s.page.Items.Next != ""
}

// all are the rows of the page.
func (s *Screen) all() []Row {
	var rows []Row
	head := func(text string) { rows = append(rows, Row{rowID: rowID{sort: heading, place: len(rows)}, text: text}) }
	say := func(text string, wrong bool) {
		rows = append(rows, Row{rowID: rowID{sort: remark, place: len(rows)}, text: text, wrong: wrong})
	}
	p := &s.page
	if s.Place().Feature != "" {
		head("WHAT CAN BE ASKED" + counted(len(p.Kinds), -1))
		for i := range p.Kinds {
			rows = append(rows, Row{rowID: rowID{sort: kind, place: i}})
		}
		return rows
	}
	if p.Problem != nil {
		say("✗ not asked: "+p.Problem.Error(), true)
		return rows
	}
	answer := func(state disco.State, t trouble, n int, cut bool) {
		switch {
		case !state.Since.IsZero():
			say("asked at "+state.Since.Format("15:04:05")+", waiting for the answer …", false)
		case state.Err != nil:
			say(t.what, true)
			for _, line := range t.more {
				say(line, false)
			}
		case state.At.IsZero():
			say("not asked yet", false)
		case n == 0:
			say("none", false)
		}
		if cut {
			say("there is more than is kept", true)
		}
	}
	head("IDENTITIES" + counted(len(p.Info.Identities), -1))
	answer(p.Infos, s.told[disco.AskInfo], len(p.Info.Identities), false)
	for i := range p.Info.Identities {
		rows = append(rows, Row{rowID: rowID{sort: identity, place: i}})
	}
	if p.Infos.Err == nil && !p.Infos.At.IsZero() {
		head("FEATURES" + counted(len(p.Info.Features), -1))
		answer(disco.State{At: p.Infos.At}, trouble{}, len(p.Info.Features), p.Info.Cut)
		for i := range p.Info.Features {
			rows = append(rows, Row{rowID: rowID{sort: feature, place: i}})
		}
		for f, form := range p.Info.Forms {
			title := "FORM"
			if form.Type != "" {
				title += " " + form.Type
			}
			head(title)
			for i := range form.Fields {
				rows = append(rows, Row{rowID: rowID{sort: field, place: i, form: f}})
			}
		}
	}
	head("ITEMS" + counted(len(p.Items.List), p.Items.Count))
	for i := range p.Items.List {
		rows = append(rows, Row{rowID: rowID{sort: item, place: i}})
	}
	answer(p.ItemsState, s.told[disco.AskItems], len(p.Items.List), p.Items.Cut)
	if p.Items.Next != "" && p.ItemsState.Since.IsZero() {
		say("more: ] asks for the next page", false)
	}
	return rows
}

// counted is how many there are, and of how many.
func counted(n, of int) string {
	switch {
	case of > n:
		return " " + words.Count(n) + " of " + words.Count(of)
	case n > 0:
		return " " + words.Count(n)
	}
	return ""
}
