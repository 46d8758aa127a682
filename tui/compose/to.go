package compose

import (
	"strings"

	"iqscope/iqbuilder"
)

// SetTo addresses the draft to somebody else, and reports whether it could: of a text that is no IQ it
// cannot. All else stays byte for byte.
func (p *Pane) SetTo(address string) bool {
	st, _ := p.Check()
	if st == nil {
		return false
	}
	changed, err := iqbuilder.Change(st, iqbuilder.To(address))
	if err != nil {
		return false
	}
	start := strings.Index(p.Text(), st.XML())
	_ = p.replace(start, start+len(st.XML()), changed.XML())
	return true
}
