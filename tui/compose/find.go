package compose

import (
	"regexp"
	"sort"
	"strings"
	"unicode"

	"iqscope/tui/editor"
)

// hunt is a search in the text.
type hunt struct {
	query   string
	sought  string          // in that version
	version uint64          // of the text that was searched
	hits    []span          // ascending
	at      int             // the one that is looked at
	origin  editor.Position // where the cursor was before
	on      bool
}

// mostHits is how many are found.
const mostHits = 100_000

// Find looks for a text from where the cursor was when the search began, and selects it. Capital
// letters matter if there are any in the query.
func (p *Pane) Find(query string) {
	f := &p.hunt
	if !f.on {
		f.on, f.origin = true, p.editor.SelectionStart()
	}
	f.query = query
	p.search()
	origin := p.offset(f.origin)
	f.at = sort.Search(len(f.hits), func(i int) bool { return f.hits[i].pos >= origin })
	if f.at == len(f.hits) {
		f.at = 0
	}
	p.lookAtHit()
}

// FindNext goes to the next hit, or back if step is negative; round the ends.
func (p *Pane) FindNext(step int) {
	f := &p.hunt
	p.search()
	if n := len(f.hits); n > 0 {
		f.at = ((f.at+step)%n + n) % n
		p.lookAtHit()
	}
}

// Selection is what is selected.
func (p *Pane) Selection() string { return p.editor.Selected() }

// Selected is what is selected, if that is within a line.
func (p *Pane) Selected() string {
	if text := p.editor.Selected(); !strings.Contains(text, "\n") {
		return text
	}
	return ""
}

// EndFind ends the search. What is selected stays so if one stays there, else the cursor goes back to
// where it was.
func (p *Pane) EndFind(stay bool) {
	if !stay && p.hunt.on {
		p.editor.SetCursor(p.hunt.origin)
	}
	p.hunt = hunt{}
}

// Hits says which of how many hits is looked at, from 1.
func (p *Pane) Hits() (at, of int) {
	f := &p.hunt
	if len(f.hits) == 0 {
		return 0, 0
	}
	return f.at + 1, len(f.hits)
}

// search searches the text, if that has changed, or what is sought has.
func (p *Pane) search() {
	f := &p.hunt
	if f.version == p.editor.Version() && f.sought == f.query {
		return
	}
	f.version, f.sought, f.hits = p.editor.Version(), f.query, nil
	if f.query == "" {
		return
	}
	pattern := regexp.QuoteMeta(f.query)
	if !strings.ContainsFunc(f.query, unicode.IsUpper) {
		pattern = "(?i)" + pattern
	}
	for _, at := range regexp.MustCompile(pattern).FindAllStringIndex(p.Text(), mostHits) {
		f.hits = append(f.hits, span{at[0], at[1]})
	}
	f.at = min(f.at, max(0, len(f.hits)-1))
}

// lookAtHit selects the hit that is looked at; without one, the cursor goes back.
func (p *Pane) lookAtHit() {
	f := &p.hunt
	if len(f.hits) == 0 {
		p.editor.SetCursor(f.origin)
		return
	}
	hit := f.hits[f.at]
	p.editor.Select(p.position(hit.pos), p.position(hit.end))
}

// lights are what is to be seen among the text: what a search has found, and the tag that belongs to
// the one at the cursor.
func (p *Pane) lights(focused bool) func(line int) []editor.Light {
	if f := &p.hunt; f.on && f.version == p.editor.Version() {
		return func(line int) []editor.Light {
			start := p.offset(editor.Position{Line: line})
			end := start + len(p.editor.Line(line))
			var lights []editor.Light
			from := sort.Search(len(f.hits), func(i int) bool { return f.hits[i].end > start })
			for _, h := range f.hits[from:] {
				if h.pos > end {
					break
				}
				lights = append(lights, editor.Light{Start: h.pos - start, End: h.end - start, Kind: editor.Found})
			}
			return lights
		}
	}
	pair, ok := p.pair()
	if !ok || !focused {
		return nil
	}
	at, kind := pair.other, editor.Partner
	if !pair.there {
		at, kind = pair.here, editor.Stray
	}
	place := p.position(at.pos)
	return func(line int) []editor.Light {
		if line != place.Line {
			return nil
		}
		return []editor.Light{{Start: place.Col, End: place.Col + at.end - at.pos, Kind: kind}}
	}
}
