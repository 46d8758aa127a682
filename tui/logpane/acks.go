package logpane

import (
	"iqscope/session/journal"
	"iqscope/tui/keys"
	"iqscope/tui/list"
)

// ToggleAcks shows the acknowledgements of stream management, or hides them.
const ToggleAcks keys.Action = "toggle-acks"

// isAck reports whether an entry is the question how much has been handled, or its answer
// (XEP-0198 §4). On a server that asks after each stanza they are three of four entries.
func isAck(e *journal.Entry) bool {
	if e.Stanza == nil {
		return false
	}
	switch name := e.Stanza.Name(); name.Space {
	case "urn:xmpp:sm:3", "urn:xmpp:sm:2":
		return name.Local == "r" || name.Local == "a"
	}
	return false
}

// acks knows which entries are acknowledgements, and which are not. It looks at each entry once:
// what an entry is never changes.
type acks struct {
	shown  bool
	looked uint64  // the last entry that was looked at
	others matches // what is no acknowledgement
	buffer []journal.Entry
}

// lookAtOnce is how many entries are copied out of the log at a time.
const lookAtOnce = 1000

// refresh looks at what is new in the log.
func (a *acks) refresh(j *journal.Journal, seen span) {
	a.others.drop(seen.first)
	a.looked = max(a.looked, seen.first-min(1, seen.first))
	for a.looked < seen.last {
		a.buffer = j.Window(a.buffer, a.looked+1, int(min(lookAtOnce, seen.last-a.looked)))
		if len(a.buffer) == 0 {
			break // the log has gone on meanwhile, and the next refresh knows that
		}
		for i := range a.buffer {
			if e := &a.buffer[i]; e.Seq > a.looked && e.Seq <= seen.last {
				a.looked = e.Seq
				if !isAck(e) {
					a.others.seqs = append(a.others.seqs, e.Seq)
				}
			}
		}
		if a.buffer[len(a.buffer)-1].Seq > seen.last {
			break
		}
	}
	clear(a.buffer) // lets go of the stanzas
}

// count is how many of the entries are acknowledgements.
func (a *acks) count(seen span) int { return int(seen.len()) - a.others.Len() }

// all is what the list shows without a filter.
func (p *Pane) all() list.Source[uint64] {
	if p.acks.shown {
		return &led{&p.seen, &p.acks.others}
	}
	return &p.acks.others
}

// led is all entries, where a live list goes to the last one that is no acknowledgement: what the
// inspector shows of it is worth looking at.
type led struct {
	*span
	others *matches
}

// Lead is the place of that entry.
func (l *led) Lead() int {
	if n := l.others.Len(); n > 0 {
		place, _ := l.Find(l.others.seqs[n-1], 0)
		return place
	}
	return l.Len() - 1
}

// toggleAcks shows the acknowledgements, or hides them.
func (p *Pane) toggleAcks() {
	p.acks.shown = !p.acks.shown
	if on := p.filter.on; p.filter.expr != nil {
		p.SetFilter(p.filter.text, p.filter.expr) // which looks at them anew
		p.filter.on = on
	}
	p.show()
}

// HiddenAcks is how many acknowledgements are not shown.
func (p *Pane) HiddenAcks() int {
	if p.acks.shown {
		return 0
	}
	return p.acks.count(p.seen)
}

// Acks is how many of the entries are acknowledgements.
func (p *Pane) Acks() int { return p.acks.count(p.seen) }

// hides is what reports whether an entry is an acknowledgement that is not shown. It is for
// commands, which know nothing of the pane.
func (a *acks) hides() func(*journal.Entry) bool {
	if a.shown {
		return func(*journal.Entry) bool { return false }
	}
	return isAck
}
