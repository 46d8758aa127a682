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

// Passing is a subject for many stanzas, one after the other: it is told of each, and takes hardly
// any memory for it. The tree of one is gone when it is told of the next. The zero value is ready.
// It is not safe for concurrent use.
type Passing struct {
	facts    Facts
	trees    stanza.Trees
	tree     *stanza.Node
	from, to address
	made     bool // the tree is that of the facts
}

// address is the last one that was prepared, as many stanzas have the same.
type address struct {
	text string
	jid  stanza.JID
}

func (a *address) of(text string) stanza.JID {
	if a.text != text {
		a.text = text
		a.jid, _ = stanza.ParseJID(text)
	}
	return a.jid
}

// Is tells of the next one.
func (p *Passing) Is(f Facts) { p.facts, p.made = f, false }

// Facts, Tree, From and To make it a [Subject].
func (p *Passing) Facts() *Facts { return &p.facts }

func (p *Passing) Tree() *stanza.Node {
	if !p.made {
		p.tree, p.made = nil, true
		if p.facts.Stanza != nil {
			p.tree, _ = p.trees.Of(p.facts.Stanza) // a stream's own tags have none
		}
	}
	return p.tree
}

func (p *Passing) From() stanza.JID {
	if p.facts.Stanza == nil {
		return stanza.JID{}
	}
	return p.from.of(p.facts.Stanza.From())
}

func (p *Passing) To() stanza.JID {
	if p.facts.Stanza == nil {
		return stanza.JID{}
	}
	return p.to.of(p.facts.Stanza.To())
}
