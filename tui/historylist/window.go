package historylist

import "iqscope/history"

// Limits of what is held of a list that may be endless.
const (
	// mostPages is how many pages are held at a time: more than any screen shows.
	mostPages = 8
	// mostBytes is how much their stanzas may be together, as far as there is more than one page.
	mostBytes = 32 << 20
)

// window is the pages of what was found that are held, one after the other: those round the selected
// entry. Of those above that were given up it knows where they begin.
type window struct {
	pages []page
	above []place // the uppermost first
	next  int64   // where the page below begins; 0 for none
}

// page is entries that stand one below the other.
type page struct {
	place
	entries []*history.Entry
	bytes   int
}

// place is where a page begins, and how many entries it has.
type place struct {
	before int64 // that all of its entries are below; 0 for the newest
	rows   int
}

// reset shows the first page of something else.
func (w *window) reset(p history.Page) {
	*w = window{}
	w.addBelow(0, p)
}

// addBelow takes in the page that was asked for with the given number, below all others. One with few
// entries joins the page above it.
func (w *window) addBelow(before int64, p history.Page) {
	w.next = p.Next
	added := newPage(before, p.Entries)
	if n := len(w.pages); n > 0 && len(w.pages[n-1].entries)+len(added.entries) <= history.PageSize {
		w.pages[n-1] = newPage(w.pages[n-1].before, nil, w.pages[n-1].entries, added.entries)
		return
	}
	w.pages = append(w.pages, added)
}

// newPage makes a page of entries; those that are there already come first.
func newPage(before int64, entries []history.Entry, there ...[]*history.Entry) page {
	p := page{place: place{before: before}}
	for _, some := range there {
		p.entries = append(p.entries, some...)
	}
	for i := range entries {
		p.entries = append(p.entries, &entries[i])
	}
	for _, e := range p.entries {
		p.bytes += size(e)
	}
	p.rows = len(p.entries)
	return p
}

func size(e *history.Entry) int {
	n := len(e.Stanza.XML()) + len(e.Note)
	if e.Reply != nil {
		n += len(e.Reply.XML())
	}
	if e.Late != nil {
		n += len(e.Late.XML())
	}
	return n
}

// addAbove takes in entries that stand above all others, which were given up before.
func (w *window) addAbove(entries []history.Entry) {
	last := len(w.above) - 1
	w.pages = append([]page{newPage(w.above[last].before, entries)}, w.pages...)
	w.above = w.above[:last]
}

// shrink gives up pages at the end that is further away from the selected row, as long as there are
// too many. The one with the row, and one more, stay.
func (w *window) shrink(row int) {
	for len(w.pages) > 2 && (len(w.pages) > mostPages || w.bytes() > mostBytes) {
		first, last := w.pages[0], w.pages[len(w.pages)-1]
		switch rows := w.rows(); {
		case row >= first.rows && row >= rows/2:
			w.above = append(w.above, first.place)
			w.pages = w.pages[1:]
			row -= first.rows
		case row < rows-last.rows:
			w.next = last.before
			w.pages = w.pages[:len(w.pages)-1]
		default:
			return
		}
	}
}

// newest takes in the newest page anew, with what has come, gone and changed there. It reports false
// if so much is new that something may be missing between that page and what is held.
func (w *window) newest(p history.Page) bool {
	if len(w.above) > 0 {
		return true // it is not in sight
	}
	all := w.entries()
	rest := all
	for len(rest) > 0 && rest[0].ID >= p.Next {
		rest = rest[1:]
	}
	if len(all) > 0 && len(rest) == len(all) {
		return false
	}
	next := w.next
	if len(rest) == 0 {
		next = p.Next
	}
	w.reset(p)
	w.next = next
	for before := p.Next; len(rest) > 0; {
		n := min(len(rest), history.PageSize)
		w.pages = append(w.pages, newPage(before, nil, rest[:n]))
		before, rest = rest[n-1].ID, rest[n:]
	}
	return true
}

// change replaces an entry that is held.
func (w *window) change(e history.Entry) {
	for _, p := range w.pages {
		for i := range p.entries {
			if p.entries[i].ID == e.ID {
				p.entries[i] = &e
			}
		}
	}
}

// remove takes an entry away.
func (w *window) remove(id int64) {
	for i := range w.pages {
		p := &w.pages[i]
		var left []*history.Entry
		for _, e := range p.entries {
			if e.ID != id {
				left = append(left, e)
			}
		}
		*p = newPage(p.before, nil, left)
	}
}

// entries are those that are held.
func (w *window) entries() []*history.Entry {
	all := make([]*history.Entry, 0, w.rows())
	for _, p := range w.pages {
		all = append(all, p.entries...)
	}
	return all
}

func (w *window) rows() (n int) {
	for _, p := range w.pages {
		n += p.rows
	}
	return n
}

func (w *window) bytes() (n int) {
	for _, p := range w.pages {
		n += p.bytes
	}
	return n
}

// skipped is how many entries stand above those that are held.
func (w *window) skipped() (n int) {
	for _, p := range w.above {
		n += p.rows
	}
	return n
}
