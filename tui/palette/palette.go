// Package palette finds one of many actions by a few letters of its name. What it shows it is
// given; what is done with the item that is selected, its owner does.
//
//	p := palette.New()
//	p.SetItems(items)
//	p.Type("tmo")
//	p.SetSize(60, 12)
//	lines := p.View(theme)
//	item, ok := p.Selected()
//
// A letter has to be found after the one before it, in the title or in the name, with anything in
// between. Items that can be done now stand before those that cannot; among both, those stand first
// in which the letters begin words or are together.
//
// A Palette belongs to the update loop. [Palette.View] changes nothing.
package palette

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sahilm/fuzzy"

	"iqscope/internal/safetext"
	"iqscope/tui/field"
	"iqscope/tui/keys"
	"iqscope/tui/list"
)

// Item is something that can be found.
type Item struct {
	Name    string // what tells it from the others, as the configuration and the command line call it
	Title   string // what it does, in a few words
	Keys    string // that do it, as they are shown; may be empty
	Enabled bool   // it can be done now
	WhyNot  string // why it cannot
}

// Palette is the query and what it finds. Make one with [New].
type Palette struct {
	items []Item
	query *field.Field
	found list.Slice[hit, string]
	list  *list.List[string]
	width int
	rows  int
}

// hit is an item that is found, and where the letters of the query are in the text that is shown of
// it. One of the two is empty.
type hit struct {
	item            *Item
	score           int
	inTitle, inName []int // bytes of the cleaned text
}

// New returns a palette without items.
func New() *Palette {
	p := &Palette{query: field.New("")}
	p.found.ID = func(h hit) string { return h.item.Name }
	p.list = list.NewStill[string](&p.found)
	return p
}

// SetItems gives what can be found, in the order in which it stands as long as nothing is typed.
// The selected item stays selected if it is still found.
func (p *Palette) SetItems(items []Item) {
	p.items = items
	p.find()
}

// Query returns what has been typed.
func (p *Palette) Query() string { return p.query.Text() }

// Type adds to the query. What is found best is selected.
func (p *Palette) Type(text string) {
	p.query.Type(text)
	p.find()
	p.list.Home()
}

// Do edits the query or moves the selection, and reports whether the action does that.
func (p *Palette) Do(action keys.Action) bool {
	if p.list.Do(action) {
		return true
	}
	before := p.Query()
	if !p.query.Do(action) {
		return false
	}
	if p.Query() != before {
		p.find()
		p.list.Home()
	}
	return true
}

// Click selects the item that is drawn in a line of the view, and reports whether there is one.
func (p *Palette) Click(line int) bool { return p.list.Pick(line - 1) }

// Backspace takes back the last letter of the query.
func (p *Palette) Backspace() { p.Do(keys.DeleteLeft) }

// Up selects the item above.
func (p *Palette) Up() { p.list.Up(1) }

// Down selects the item below.
func (p *Palette) Down() { p.list.Down(1) }

// Selected returns the selected item, which may be one that cannot be done; false if nothing is
// found.
func (p *Palette) Selected() (Item, bool) {
	place, ok := p.list.Place()
	if !ok {
		return Item{}, false
	}
	return *p.found.Rows[place].item, true
}

// Len returns how many items are found.
func (p *Palette) Len() int { return len(p.found.Rows) }

// find looks for what the query asks for, best first.
func (p *Palette) find() {
	query := strings.Join(strings.Fields(p.Query()), "")
	p.found.Rows = p.found.Rows[:0]
	for i := range p.items {
		if h, ok := match(&p.items[i], query); ok {
			p.found.Rows = append(p.found.Rows, h)
		}
	}
	slices.SortStableFunc(p.found.Rows, func(a, b hit) int {
		if a.item.Enabled != b.item.Enabled {
			if a.item.Enabled {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.score, a.score)
	})
	p.list.Sync()
}

// match looks for a query without spaces in an item.
func match(item *Item, query string) (hit, bool) {
	h := hit{item: item}
	if query == "" {
		return h, true
	}
	// What is shown is searched, so that what is found can be shown.
	texts := []string{safetext.CleanLine(item.Title).String(), safetext.CleanLine(item.Name).String()}
	found := fuzzy.Find(query, texts)
	if len(found) == 0 {
		return h, false
	}
	h.score = found[0].Score
	if found[0].Index == 0 {
		h.inTitle = found[0].MatchedIndexes
	} else {
		h.inName = found[0].MatchedIndexes
	}
	return h, true
}
