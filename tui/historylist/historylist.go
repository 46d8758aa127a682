// Package historylist draws the screen of the history, on top of the panes: the exchanges of this run
// and of earlier ones, the newest first, as far as they fit a search, with what the selected one says
// below; or one of them whole.
//
// It only shows and selects. It holds a window of a list that may be endless, and says with
// [Screen.Wants] which page it needs next; asking for pages, and what is to be done with the selected
// entry, are the root model's.
package historylist

import (
	"slices"
	"time"

	"iqscope/history"
	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/table"
)

// Actions of this screen alone.
const (
	Show   keys.Action = "history"         // shows the screen, and hides it
	Search keys.Action = "history-search"  // by words
	Filter keys.Action = "history-filter"  // by a path, outcome, target and so on
	Look   keys.Action = "history-look"    // shows the entry whole, or the list again
	Other  keys.Action = "history-request" // shows the request in place of its answer, and back
	Resend keys.Action = "history-resend"  // with a new id
	Edit   keys.Action = "history-edit"    // in the composer
	Diff   keys.Action = "history-compare" // with the earlier reply to the same request
	Tag    keys.Action = "history-tag"
	Note   keys.Action = "history-note"
	Pin    keys.Action = "history-pin"
	Delete keys.Action = "history-delete" // asks once
)

// Sought says in words what the entries have to have.
type Sought struct{ Words, Filter string }

// None says that all are shown.
func (s Sought) None() bool { return s == Sought{} }

// Part is which page of the list is meant.
type Part int

// The parts.
const (
	Nothing Part = iota
	First        // the newest page, in place of all that is held
	Below        // the page below
	Above        // the page above, which was given up
	Newest       // the newest page, for what has changed there
)

// Want is what the list needs.
type Want struct {
	Part   Part
	Before int64 // where the page begins; 0 for the newest
	Until  int64 // of [Above]: the entries wanted have greater numbers
}

// Screen is the screen of the history. It belongs to the update loop.
type Screen struct {
	theme            themes.Theme
	now              time.Time
	wide             bool
	width, boxHeight int
	lines            []string
	title            safetext.Text
	info             safetext.Text
	window           window
	table            *table.Table[*history.Entry, int64]
	height           int // of the rows that are seen

	sought     Sought // that the entries shown have
	first      bool   // the first page is wanted
	stale      bool   // something has changed in the file
	newer      bool   // there is more above than is held
	toEnd      bool   // the way to the oldest entry is gone
	listed     bool   // something was found, or nothing
	searched   int    // entries that were held against a path
	problem    error  // why nothing more can be read
	shownFirst int64  // the uppermost entry when it was shown last
	rowsFrom   int    // the line of the box in which the rows begin
}

// New returns the screen, without entries.
func New() *Screen {
	s := &Screen{first: true}
	s.arrange()
	return s
}

// arrange makes the table anew, for another set of columns.
func (s *Screen) arrange() {
	id, selected := s.Selected()
	s.table = table.New(s.columns(), func(e *history.Entry) int64 { return e.ID })
	s.table.SetRows(s.window.entries())
	if selected {
		s.table.Select(id.ID)
	}
}

// Selected is the selected entry; false when there is none.
func (s *Screen) Selected() (history.Entry, bool) {
	if s.table == nil {
		return history.Entry{}, false
	}
	e, ok := s.table.Selected()
	if !ok {
		return history.Entry{}, false
	}
	return *e, true
}

// Restart says that something else is sought: the list stays until the first page of that is there.
func (s *Screen) Restart() { s.first, s.toEnd, s.problem, s.searched = true, false, nil, 0 }

// Stale says that entries may have come, gone or changed.
func (s *Screen) Stale() {
	if s.stale = true; !s.first {
		s.problem = nil
	}
}

// Wants is what the list needs now.
func (s *Screen) Wants() Want {
	at, ok := s.table.Place()
	rows := s.table.Len()
	switch {
	case s.problem != nil:
	case s.first:
		return Want{Part: First}
	case ok && len(s.window.above) > 0 && at < s.height && !s.toEnd:
		return Want{Above, s.window.above[len(s.window.above)-1].before, s.firstID()}
	case s.stale && len(s.window.above) == 0:
		return Want{Part: Newest}
	case s.window.next != 0 && (rows-at-1 < s.height || s.toEnd):
		return Want{Part: Below, Before: s.window.next}
	}
	return Want{}
}

// firstID is the number of the uppermost entry that is held.
func (s *Screen) firstID() int64 {
	if all := s.window.entries(); len(all) > 0 {
		return all[0].ID
	}
	return 0
}

// Found takes in a page that was wanted, of what is sought now.
func (s *Screen) Found(want Want, sought Sought, p history.Page) {
	at, _ := s.table.Place()
	switch want.Part {
	case First:
		s.window.reset(p)
		s.first, s.stale, s.newer, s.listed, s.sought, s.searched = false, false, false, true, sought, 0
		s.set(true)
	case Below:
		s.window.addBelow(want.Before, p)
		if s.toEnd {
			at = s.window.rows() - 1
		}
		s.window.shrink(at)
		s.set(false)
		if s.toEnd {
			s.table.Do(keys.End)
			s.toEnd = p.Next != 0
		}
	case Above:
		s.window.addAbove(p.Entries)
		s.window.shrink(at + len(p.Entries))
		s.set(false)
	case Newest:
		s.stale = false
		s.newer = !s.window.newest(p)
		s.set(false)
	}
	s.searched += p.Searched
}

// set shows what is held. What has come above the first line is seen when that was in sight.
func (s *Screen) set(fromTop bool) {
	var top int64
	if visible := s.table.Visible(); len(visible) > 0 {
		top = visible[0].ID
	}
	atTop := fromTop || top == s.shownFirst
	rows := s.window.entries()
	s.table.SetRows(rows)
	selected, _ := s.Selected() // the one in the place of one that has gone
	if len(rows) > 0 {
		s.shownFirst = rows[0].ID
	}
	switch {
	case fromTop:
		s.table.Do(keys.Home)
	case atTop:
		s.table.Do(keys.Home)
		s.table.Select(selected.ID)
	}
}

// Failed says why a page is not there.
func (s *Screen) Failed(want Want, err error) {
	s.problem, s.toEnd = err, false
	if want.Part == Newest {
		s.stale = false
	}
}

// Changed shows an entry as it is now.
func (s *Screen) Changed(e history.Entry) {
	s.window.change(e)
	s.set(false)
}

// Removed takes an entry away.
func (s *Screen) Removed(id int64) {
	s.window.remove(id)
	s.set(false)
}

// Sought is what the entries shown have.
func (s *Screen) Sought() Sought { return s.sought }

// Do moves the selection, and reports whether the action does that.
func (s *Screen) Do(action keys.Action) bool {
	s.toEnd = false
	switch {
	case action == keys.Home && (len(s.window.above) > 0 || s.newer):
		s.first = true
	case action == keys.End:
		s.toEnd = s.window.next != 0
	}
	if s.problem != nil && slices.Contains([]keys.Action{keys.Home, keys.End, keys.Down, keys.PageDown}, action) {
		s.problem = nil // it may be over
	}
	return s.table.Do(action)
}

// Click selects the entry that is drawn in a line of the box, and reports whether there is one.
func (s *Screen) Click(line int) bool {
	visible := s.table.Visible()
	at := line - s.rowsFrom
	if at < 0 || at >= len(visible) {
		return false
	}
	return s.table.Select(visible[at].ID)
}
