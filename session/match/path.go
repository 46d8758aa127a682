package match

import (
	"math/bits"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// path is a row of steps down the tree; of the path language or of XPath.
type path struct {
	steps []step
	start start
	xpath bool
	at    span
	// Sets of steps, by bit: those that "//" leads to, and those that count
	// their siblings.
	anywhere, counting uint64
	trace              trace
}

// start is what the first step may be.
type start uint8

const (
	atStanza  start = iota // the top-level element
	atPayload              // a child of it
	atEither
)

// step is one element on the way.
type step struct {
	anywhere bool // after "//"
	test     nameTest
	preds    []predicate
	at       span
	doubt    string // see Doubt
}

// predicate is what else a step asks of an element.
type predicate interface {
	// onHeader decides without the tree, for the top-level element.
	onHeader(view) decision
	// holds decides with it. Root says that the element is the top-level one.
	holds(v view, n *stanza.Node, root bool) bool
	// fails says why it does not hold; the element is nil where there is no tree.
	fails(v view, n *stanza.Node, root bool) string
	where() span
	write(*strings.Builder)
}

// decision is an answer that may need the tree.
type decision uint8

const (
	undecided decision = iota
	yes
	no
)

func decide(ok bool) decision {
	if ok {
		return yes
	}
	return no
}

// prepare fills in what matching looks up.
func (p *path) prepare() {
	for i := range p.steps {
		if p.steps[i].anywhere {
			p.anywhere |= 1 << i
		}
		for _, pred := range p.steps[i].preds {
			if _, ok := pred.(*position); ok {
				p.counting |= 1 << i
			}
		}
		p.trace.step(&p.steps[i], i == 0 && p.start == atStanza)
	}
}

func (p *path) match(v view) bool {
	if v.Stanza == nil {
		return false
	}
	switch p.onHeader(v) {
	case yes:
		return true
	case no:
		return false
	}
	return p.trace.in(v.Stanza) && p.find(v) != nil
}

// onHeader decides by the header when that can be done. It looks at the first
// step, and whether any child can be the second.
func (p *path) onHeader(v view) decision {
	if p.steps[0].anywhere {
		return undecided
	}
	first, second := &p.steps[0], 1
	root := no
	if p.start != atPayload {
		root = first.onHeader(v)
	}
	switch {
	case p.start != atStanza:
		if root == yes && len(p.steps) == 1 {
			return yes
		}
		if root != no {
			return undecided
		}
		second = 0 // the first step must be a child
	case root != yes:
		return root
	case len(p.steps) == 1:
		return yes
	}
	return p.childOnHeader(v, second)
}

func (s *step) onHeader(v view) decision {
	if !s.test.fitsRoot(v.Stanza) {
		return no
	}
	answer := yes
	for _, pred := range s.preds {
		switch pred.onHeader(v) {
		case no:
			return no
		case undecided:
			answer = undecided
		}
	}
	return answer
}

// childOnHeader decides whether step i can be a child of the stanza. The header
// names one payload and counts them, and knows of an <error/>.
func (p *path) childOnHeader(v view, i int) decision {
	s := &p.steps[i]
	st := v.Stanza
	fits := st.Payloads() > 0 && s.test.fits(st.Payload()) ||
		st.HasError() && s.test.fits(stanza.Name{Space: st.Scope().Content, Local: "error"})
	deeper := s.anywhere && (st.Payloads() > 0 || st.HasError())
	switch {
	case fits && i == len(p.steps)-1 && len(s.preds) == 0:
		return yes
	case !fits && !deeper && st.Payloads() <= 1:
		return no
	}
	return undecided
}

// find returns an element that the whole path leads to, or nil.
func (p *path) find(v view) *stanza.Node {
	tree := v.subject.Tree()
	if tree == nil {
		return nil
	}
	return p.walk(v, []*stanza.Node{tree}, 1, true)
}

// walk goes down the tree once, whatever the path: each element is held against
// the steps it may be, which are the bits of a set. So two "//" cost twice one,
// not its square.
func (p *path) walk(v view, siblings []*stanza.Node, active uint64, root bool) *stanza.Node {
	chosen := p.choose(v, siblings, active&p.counting, root)
	below := active & p.anywhere // the steps that the children may be anyway
	if root && p.start != atStanza {
		below |= 1
	}
	if root && p.start == atPayload {
		active = 0
	}
	for _, n := range siblings {
		if !n.IsElement() {
			continue
		}
		next := below
		for rest := active; rest != 0; rest &= rest - 1 {
			i := bits.TrailingZeros64(rest)
			if p.counting>>i&1 == 1 {
				if chosen[i] != n {
					continue
				}
			} else if !p.steps[i].fits(v, n, root) {
				continue
			}
			if i == len(p.steps)-1 {
				return n
			}
			next |= 1 << (i + 1)
		}
		if next == 0 {
			continue
		}
		if found := p.walk(v, n.Children, next, false); found != nil {
			return found
		}
	}
	return nil
}

func (s *step) fits(v view, n *stanza.Node, root bool) bool {
	if !s.named(v, n, root) {
		return false
	}
	for _, pred := range s.preds {
		if !pred.holds(v, n, root) {
			return false
		}
	}
	return true
}

func (s *step) named(v view, n *stanza.Node, root bool) bool {
	if root {
		return s.test.fitsRoot(v.Stanza)
	}
	return s.test.fits(n.Name)
}

// choose finds for each counting step, by its number, the one sibling that it
// means.
func (p *path) choose(v view, siblings []*stanza.Node, counting uint64, root bool) []*stanza.Node {
	if counting == 0 {
		return nil
	}
	chosen := make([]*stanza.Node, len(p.steps))
	for rest := counting; rest != 0; rest &= rest - 1 {
		i := bits.TrailingZeros64(rest)
		chosen[i] = p.steps[i].choose(v, siblings, root)
	}
	return chosen
}

// choose applies the predicates one after the other: each counts what the ones
// before it left (XPath 1.0 §2.4).
func (s *step) choose(v view, siblings []*stanza.Node, root bool) *stanza.Node {
	var left []*stanza.Node
	for _, n := range siblings {
		if n.IsElement() && s.named(v, n, root) {
			left = append(left, n)
		}
	}
	for _, pred := range s.preds {
		if count, ok := pred.(*position); ok {
			left = count.of(left)
			continue
		}
		fitting := left[:0]
		for _, n := range left {
			if pred.holds(v, n, root) {
				fitting = append(fitting, n)
			}
		}
		left = fitting
	}
	if len(left) == 0 {
		return nil
	}
	return left[0]
}

func (p *path) write(b *strings.Builder) {
	if p.xpath {
		writeNotation(b, "xpath", p.text())
		return
	}
	b.WriteString(p.text())
}

// text is the canonical form in the path's own notation.
func (p *path) text() string {
	var b strings.Builder
	for i := range p.steps {
		s := &p.steps[i]
		switch {
		case s.anywhere:
			b.WriteString("//")
		case i > 0 || p.xpath:
			b.WriteByte('/')
		}
		s.write(&b)
	}
	return b.String()
}

func (s *step) write(b *strings.Builder) {
	b.WriteString(s.test.text)
	for _, pred := range s.preds {
		pred.write(b)
	}
}
