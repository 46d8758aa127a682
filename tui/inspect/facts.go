package inspect

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder/explain"
	"iqscope/iqbuilder/stanza"
)

// pair is the stanza that is explained, with the request and the reply that it belongs to or is;
// nil for none.
type pair struct{ shown, request, reply *stanza.Stanza }

// pair finds what belongs together.
func (s *Subject) pair() pair {
	p := pair{shown: s.Entry.Stanza}
	switch {
	case s.Request != nil:
		p.request, p.reply = s.Request.Stanza, s.Request.Reply
	case s.Asked != nil:
		p.request, p.reply = s.Asked.Stanza, s.Asked.Reply
	}
	if p.shown.IsReply() {
		p.reply = p.shown
	}
	return p
}

// facts are what has to be read from inside the stanzas, which takes time in proportion to their
// length.
type facts struct {
	of      pair
	failed  *stanza.StanzaError // what the reply, or the stanza itself, says went wrong
	failure *explain.Failure
	odd     []explain.Warning
}

// FactsRead is the event that a large stanza has been read for its explanation.
type FactsRead struct{ facts facts }

// reader keeps the facts of the last stanza asked for.
type reader struct {
	facts facts
	busy  bool
}

// get returns the facts of a subject, or the command that reads them.
func (r *reader) get(s *Subject) (*facts, tea.Cmd) {
	of := s.pair()
	if r.facts.of == of {
		return &r.facts, nil
	}
	size := len(of.shown.XML())
	if of.reply != nil && of.reply != of.shown {
		size += len(of.reply.XML())
	}
	if size <= atOnce {
		r.facts = read(of)
		return &r.facts, nil
	}
	if r.busy {
		return nil, nil
	}
	r.busy = true
	return nil, func() tea.Msg { return FactsRead{read(of)} }
}

func read(of pair) facts {
	f := facts{of: of}
	switch {
	case of.reply != nil:
		f.failed = of.reply.Err()
		if of.request != nil {
			f.odd = explain.Warnings(of.request, of.reply)
		}
	case of.shown.HasError():
		f.failed = of.shown.Err()
	default:
		if failure, ok := explain.ReadFailure(of.shown); ok {
			f.failure = &failure
		}
	}
	return f
}
