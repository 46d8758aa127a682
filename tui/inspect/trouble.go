package inspect

import "iqscope/iqbuilder/stanza"

// trouble is what went wrong with a request of ours; the zero value is nothing.
type trouble struct {
	number  uint64 // of the stanza that is looked at
	outcome stanza.Outcome
	refusal bool // the stanza had the id of the request and did not fit
	refused bool // such a one came, and the request waits on
}

// trouble says what went wrong: the request of the subject did not end in a result, something was
// refused that came for it, or the subject is what was refused.
func (s *Subject) trouble() trouble {
	v, t := s.Request, trouble{number: s.Number}
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
	if t == (trouble{number: s.Number}) {
		return trouble{}
	}
	return t
}

// openExplain shows explain when something has gone wrong that had not before, and the view that was
// chosen when nothing has. In between the view is the user's.
func (p *Pane) openExplain() {
	var now trouble
	if p.subject != nil {
		now = p.subject.trouble()
	}
	switch {
	case now == p.trouble:
		return
	case now == trouble{}:
		p.view = p.chosen
	default:
		p.view = viewExplain
	}
	p.trouble, p.top = now, 0
}
