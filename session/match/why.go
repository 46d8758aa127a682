package match

import (
	"fmt"
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// span is a part of the text that was compiled.
type span struct {
	text     string
	pos, end int
}

// Reason says whether an expression fits, and if not, which part of it fails.
type Reason struct {
	OK bool
	// Text is the text that Pos and End count the bytes of: what was given to
	// Compile, XPath or Mask. It is "" for what was made by ID, Payload and the
	// like, of which Step is all there is.
	Text     string
	Pos, End int
	Step     string // the part that fails, in canonical form
	Words    string // why; it may quote remote text
}

// Why says what Match says, and which step fails. It is for one stanza at a time
// on a screen: it costs a Match for every step, and the tree.
func (x *Expr) Why(s Subject) Reason {
	v := view{s.Facts(), s}
	if x.root.match(v) {
		return Reason{OK: true, Words: "it matches"}
	}
	return x.root.why(v)
}

func (s span) reason(step, words string) Reason {
	return Reason{Text: s.text, Pos: s.pos, End: s.end, Step: step, Words: words}
}

func canonical(n interface{ write(*strings.Builder) }) string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

// why of "and" is that of the first term that fails; of "or", where all fail,
// that of the term that came furthest.
func (l *list) why(v view) Reason {
	if l.and {
		return l.failing(v).why(v)
	}
	var best node
	most := -1
	for _, t := range l.terms {
		if n := reached(t, v); n > most {
			best, most = t, n
		}
	}
	return best.why(v)
}

func (l *list) failing(v view) node {
	i := slices.IndexFunc(l.terms, func(t node) bool { return !t.match(v) })
	return l.terms[i]
}

// reached is how many steps of a term that fails found an element.
func reached(t node, v view) int {
	switch t := t.(type) {
	case *path:
		return t.reached(v)
	case *list:
		if t.and {
			return reached(t.failing(v), v)
		}
	case *notation:
		return reached(t.of, v)
	}
	return 0
}

func (n *negation) why(view) Reason {
	return n.at.reason(canonical(n), "it does match "+canonical(n.of))
}

func (t *fullText) why(view) Reason {
	return t.at.reason(canonical(t), "the text is not in it")
}

// prefix is the path's first n steps, the last with its first preds predicates.
func (p *path) prefix(n, preds int) *path {
	steps := append([]step(nil), p.steps[:n]...)
	steps[n-1].preds = steps[n-1].preds[:preds]
	short := &path{steps: steps, start: p.start, xpath: p.xpath}
	short.prepare()
	return short
}

// reached counts the steps that an element was found for.
func (p *path) reached(v view) int {
	if v.Stanza == nil {
		return 0
	}
	for n := range p.steps {
		if !p.prefix(n+1, len(p.steps[n].preds)).match(v) {
			return n
		}
	}
	return len(p.steps)
}

func (p *path) why(v view) Reason {
	if v.Stanza == nil {
		return p.at.reason(p.text(), "this is a note, not a stanza")
	}
	n := p.reached(v)
	s := &p.steps[n]
	if !p.prefix(n+1, 0).match(v) {
		return s.at.reason(s.test.text, p.missing(v, n))
	}
	for i, pred := range s.preds {
		if p.prefix(n+1, i+1).match(v) {
			continue
		}
		short := p.prefix(n+1, i)
		element := short.find(v)
		root := element == nil || element.Parent == nil
		return pred.where().reason(canonical(pred), pred.fails(v, element, root))
	}
	return s.at.reason(s.test.text, "it is not there")
}

// missing says that no element has the name of step n.
func (p *path) missing(v view, n int) string {
	what := p.steps[n].test.text
	if n > 0 {
		parent := p.prefix(n, len(p.steps[n-1].preds)).find(v)
		if parent != nil && parent.Parent == nil {
			return fmt.Sprintf("there is no %s in it; %s", what, contents(v.Stanza))
		}
		return fmt.Sprintf("there is no %s in %s", what, p.steps[n-1].test.text)
	}
	if p.start == atStanza && !p.steps[0].anywhere {
		return fmt.Sprintf("it is %s, not %s", shown(v.Stanza.Name().Local), what)
	}
	return fmt.Sprintf("there is no %s in it; %s", what, contents(v.Stanza))
}

func contents(s *stanza.Stanza) string {
	switch {
	case s.Payloads() > 0:
		return "it carries " + shown("{"+s.Payload().Space+"}"+s.Payload().Local)
	case s.HasError():
		return "it carries an error alone"
	}
	return "it is empty"
}
