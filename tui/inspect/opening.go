package inspect

import "iqscope/iqbuilder/stanza"

// sort is what sort of subject is looked at. For each there is a view that helps most, until the
// user chooses another one.
type sort int

// The sorts.
const (
	plain sort = iota
	known      // a result with a payload that the catalogue knows
	wrong      // something went wrong: each time it is explained first
	sorts      // how many
)

// helpful is the view that each sort opens on.
var helpful = [sorts]view{plain: viewXML, known: viewFields, wrong: viewExplain}

// opening is what decides which view a subject opens on. While it stays the same, the view is the
// user's.
type opening struct {
	number  uint64 // of the stanza that is looked at
	sort    sort
	trouble trouble
}

// trouble is what went wrong with a request of ours; the zero value is nothing.
type trouble struct {
	outcome stanza.Outcome
	refusal bool // the stanza had the id of the request and did not fit
	refused bool // such a one came, and the request waits on
}

// trouble says what went wrong: the request of the subject did not end in a result, something was
// refused that came for it, or the subject is what was refused.
func (s *Subject) trouble() (t trouble) {
	v := s.Request
	if v == nil {
		return trouble{}
	}
	switch v.Outcome {
	case stanza.OutcomeError, stanza.OutcomeTimeout, stanza.OutcomeNotSent, stanza.OutcomeUnknown:
		t.outcome = v.Outcome
	case "":
		t.refused = v.Refused > 0
	}
	switch s.Entry.Verdict {
	case "", stanza.VerdictReply:
	default:
		t.refusal = true
	}
	return t
}

// opening finds out what there is to see.
func (p *Pane) opening() opening {
	s := p.subject
	if s == nil {
		return opening{}
	}
	o := opening{number: s.Number, trouble: s.trouble()}
	switch st := s.Entry.Stanza; {
	case o.trouble != trouble{}:
		o.sort = wrong
	case st != nil && st.Type() == stanza.Result && st.Payload() != stanza.Name{} && p.kinds().PayloadNamed(st.Payload()) != nil:
		o.sort = known
	}
	return o
}

// open shows the view that helps with the subject: with trouble that was not there before always
// explain, else the one that the user chose last for such a subject.
func (p *Pane) open() {
	now := p.opening()
	if now == p.opened {
		if !p.offers(p.view) {
			p.view = helpful[now.sort]
		}
		return
	}
	p.opened, p.top = now, 0
	p.view = p.chosen[now.sort]
	if now.sort == wrong || !p.offers(p.view) {
		p.view = helpful[now.sort]
	}
}

// choose shows another view, and keeps to it for all subjects of the sort.
func (p *Pane) choose(v view) {
	p.view, p.top = v, 0
	p.chosen[p.opened.sort] = v
}
