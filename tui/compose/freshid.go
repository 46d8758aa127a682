package compose

import (
	"strings"

	"iqscope/iqbuilder"
)

// freshID puts a new id in place of the one in the text, or in if there is none, and remembers that
// the program made it. All else stays byte for byte. Text that is no IQ fit to be sent stays as it
// is.
func (p *Pane) freshID() {
	st, _ := p.Check()
	if st == nil {
		return
	}
	id := p.source.NewID()
	changed, err := iqbuilder.Change(st, iqbuilder.ID(id))
	if err != nil {
		return
	}
	start := strings.Index(p.Text(), st.XML())
	_ = p.replace(start, start+len(st.XML()), changed.XML())
	p.madeID = id
}

// MadeID says whether the program made the id that is in the draft.
func (p *Pane) MadeID() bool {
	st, _ := p.Check()
	return st != nil && st.HasID() && st.ID() == p.madeID
}

// AdoptID takes the id that is in the draft now for one that the program made, which is then free
// to change it.
func (p *Pane) AdoptID() {
	if st, _ := p.Check(); st != nil && st.HasID() {
		p.madeID = st.ID()
	}
}
