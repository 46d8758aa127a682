package match

import (
	"sync"
	"time"

	"iqscope/iqbuilder/stanza"
)

// Subject is what an expression is held against: a line of the log, an element
// on its way, a row of the history. NewSubject makes one; whoever keeps trees of
// its own may implement it.
//
// Expressions that are held against the same Subject share its tree, so one
// Subject for each stanza is to be made, not one for each expression.
type Subject interface {
	// Facts is what is known without looking inside. It is not to be changed.
	Facts() *Facts
	// Tree is the stanza's root element, the same at each call; nil when there
	// is none. It is asked for only when the facts do not decide.
	Tree() *stanza.Node
	// From and To are the stanza's addresses, prepared; zero when absent or no
	// address.
	From() stanza.JID
	To() stanza.JID
}

// Facts are the header of a stanza and what became of it.
type Facts struct {
	// Stanza is nil for a note in the log, which only ~"text" can fit.
	Stanza  *stanza.Stanza
	Dir     stanza.Direction
	Verdict stanza.Verdict // of a received stanza; "" for none
	Outcome stanza.Outcome // of a request that has ended; "" for none
	RTT     time.Duration  // of a reply, or of an answered request; 0 for none
	Note    string         // what the log says about it; searched by ~"text"
}

// NewSubject makes a subject that parses its tree and its addresses when they
// are first needed. It is safe for concurrent use.
func NewSubject(f Facts) Subject { return &lazy{facts: f} }

type lazy struct {
	facts    Facts
	tree     once[*stanza.Node]
	from, to once[stanza.JID]
}

// once is a value that is made when it is first asked for.
type once[T any] struct {
	sync.Once
	value T
}

func (l *lazy) Facts() *Facts { return &l.facts }

func (l *lazy) Tree() *stanza.Node {
	l.tree.Do(func() {
		if l.facts.Stanza != nil {
			l.tree.value, _ = l.facts.Stanza.Tree() // a stream's own tags have none
		}
	})
	return l.tree.value
}

func (l *lazy) From() stanza.JID {
	l.from.Do(func() {
		if l.facts.Stanza != nil {
			l.from.value, _ = stanza.ParseJID(l.facts.Stanza.From())
		}
	})
	return l.from.value
}

func (l *lazy) To() stanza.JID {
	l.to.Do(func() {
		if l.facts.Stanza != nil {
			l.to.value, _ = stanza.ParseJID(l.facts.Stanza.To())
		}
	})
	return l.to.value
}
