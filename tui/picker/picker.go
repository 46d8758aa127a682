// Package picker finds one of many request kinds by a few letters of its name, of what it is called,
// of its document or of its payload. One's own templates stand among them, on top.
//
//	p := picker.New()
//	p.SetKinds(catalog.Kinds())
//	p.Type("pi")
//	p.SetSize(78, 20)
//	lines := p.View(theme)
//	choice, ok := p.Selected()
//
// What is done with the choice, the owner of the picker does. A Picker belongs to the update loop;
// [Picker.View] changes nothing.
package picker

import (
	"cmp"
	"slices"
	"strings"

	"iqscope/iqbuilder/catalog"
	"iqscope/tui/field"
	"iqscope/tui/keys"
	"iqscope/tui/list"
)

// Template is a draft that somebody saved.
type Template struct {
	Name string
	Text string // of the draft
}

// Choice is what can be picked: a request kind, or a template, which has no kind.
type Choice struct {
	Kind     *catalog.Kind
	Template Template
}

// id tells a choice from the others. A key has no space in it.
func (c Choice) id() string {
	if c.Kind == nil {
		return "template " + c.Template.Name
	}
	return c.Kind.Key
}

// Support is whether a target answers a kind of request.
type Support int

// What is known of it.
const (
	Unknown Support = iota
	Supported
	Unsupported
)

// Supporter knows what the target of the draft supports, and how that is known, in a sentence
// without a full stop. It is asked for every kind at each key, so
// that it must be quick.
type Supporter interface {
	Support(k *catalog.Kind) (s Support, why string)
}

// Picker is the query and what it finds. Make one with [New].
type Picker struct {
	subjects  []subject
	supporter Supporter // nil where nobody knows
	query     *field.Field
	found     list.Slice[hit, string]
	list      *list.List[string]
	kinds     []*catalog.Kind
	templates []Template
	moved     bool // the selection was, since the query was typed
	width     int
	rows      int
}

// hit is a choice that is found, and how well.
type hit struct {
	*subject
	score   int
	support Support
	why     string // it is known
}

// New returns a picker with nothing to pick.
func New() *Picker {
	p := &Picker{query: field.New("")}
	p.found.ID = func(h hit) string { return h.choice.id() }
	p.list = list.NewStill[string](&p.found)
	return p
}

// SetKinds gives the request kinds, in the order in which they stand as long as nothing is typed.
func (p *Picker) SetKinds(kinds []*catalog.Kind) {
	p.kinds = kinds
	p.gather()
}

// SetTemplates gives one's own drafts.
func (p *Picker) SetTemplates(templates []Template) {
	p.templates = templates
	p.gather()
}

// SetSupporter says who knows what the target supports; nil for nobody.
func (p *Picker) SetSupporter(s Supporter) {
	p.supporter = s
	p.find()
}

// gather makes ready what is searched. A choice that was gone to stays selected if it is still found.
func (p *Picker) gather() {
	p.subjects = p.subjects[:0]
	for _, t := range p.templates {
		p.subjects = append(p.subjects, ofTemplate(t))
	}
	for _, k := range p.kinds {
		p.subjects = append(p.subjects, ofKind(k))
	}
	p.find()
	if !p.moved {
		p.list.Home()
	}
}

// Query returns what has been typed.
func (p *Picker) Query() string { return p.query.Text() }

// Type adds to the query. What is found best is selected.
func (p *Picker) Type(text string) {
	p.query.Type(text)
	p.typed()
}

// Do edits the query or moves the selection, and reports whether the action does that.
func (p *Picker) Do(action keys.Action) bool {
	if p.list.Do(action) {
		p.moved = true
		return true
	}
	before := p.Query()
	if !p.query.Do(action) {
		return false
	}
	if p.Query() != before {
		p.typed()
	}
	return true
}

// typed looks for another query, and selects what is found best.
func (p *Picker) typed() {
	p.find()
	p.list.Home()
	p.moved = false
}

// Selected returns the selected choice; false if nothing is found.
func (p *Picker) Selected() (Choice, bool) {
	place, ok := p.list.Place()
	if !ok {
		return Choice{}, false
	}
	return p.found.Rows[place].choice, true
}

// Found are the choices that are found, best first.
func (p *Picker) Found() []Choice {
	all := make([]Choice, len(p.found.Rows))
	for i, h := range p.found.Rows {
		all[i] = h.choice
	}
	return all
}

// find looks for what the query asks for: what is known to be unsupported comes last, of the others
// the best first. As long as nothing is asked for, what is known to be supported comes first.
func (p *Picker) find() {
	words := strings.Fields(strings.ToLower(p.Query()))
	p.found.Rows = p.found.Rows[:0]
	for i := range p.subjects {
		s := &p.subjects[i]
		score, ok := s.score(words)
		if !ok {
			continue
		}
		h := hit{subject: s, score: score}
		if k := s.choice.Kind; k != nil && p.supporter != nil {
			h.support, h.why = p.supporter.Support(k)
		}
		p.found.Rows = append(p.found.Rows, h)
	}
	slices.SortStableFunc(p.found.Rows, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.rank(len(words) > 0), b.rank(len(words) > 0)), cmp.Compare(b.score, a.score))
	})
	p.list.Sync()
}

// rank is which part of the list a choice stands in. One that is asked for need not be known to be
// supported to stand where it is found.
func (h hit) rank(asked bool) int {
	switch {
	case h.support == Unsupported:
		return 2
	case h.support == Unknown && !asked && h.choice.Kind != nil:
		return 1
	}
	return 0
}
