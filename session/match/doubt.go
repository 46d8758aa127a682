package match

import (
	"fmt"
	"maps"
	"slices"

	"iqscope/internal/nearest"
	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// Doubt is a part of an expression that is legal and likely not meant: it looks for an attribute or
// an element that nobody writes, such as iq@tpye, and so fits nothing.
type Doubt struct {
	// Text is what Pos and End count the bytes of, as in Reason.
	Text     string
	Pos, End int
	Words    string // what is strange, with what was likely meant; without a full stop
}

// Column is Pos counted in characters from 1, as an editor shows it.
func (d Doubt) Column() int { return (&SyntaxError{Text: d.Text, Pos: d.Pos}).Column() }

// Doubts are the parts that were likely misspelt, in their order; nil for most expressions. An
// Expr with doubts matches as it is written.
func (x *Expr) Doubts() []Doubt { return doubts(nil, x.root) }

func doubts(all []Doubt, n node) []Doubt {
	switch n := n.(type) {
	case *list:
		for _, t := range n.terms {
			all = doubts(all, t)
		}
	case *negation:
		return doubts(all, n.of)
	case *notation:
		for _, d := range doubts(nil, n.of) { // in the text that stands in the quotes
			all = append(all, Doubt{n.at.text, n.at.pos, n.at.end, d.Words})
		}
	case *path:
		for i := range n.steps {
			all = n.steps[i].doubts(all, n.xpath && i == 0)
		}
	case *mask:
		if _, ok := stanzaKinds[n.root.name.Local]; !ok {
			break
		}
		for _, a := range n.root.attrs {
			if words := attributeDoubt(a.Name); words != "" {
				all = append(all, Doubt{n.text, a.Pos, a.End, words})
			}
		}
	}
	return all
}

func (s *step) doubts(all []Doubt, xpathRoot bool) []Doubt {
	if s.doubt != "" {
		all = append(all, Doubt{s.at.text, s.at.pos, s.at.end, s.doubt})
	}
	_, ofStanza := stanzaKinds[s.test.name.Local]
	for _, pred := range s.preds {
		switch pred := pred.(type) {
		case *field:
			if pred.doubt != "" {
				all = append(all, Doubt{pred.at.text, pred.at.pos, pred.at.end, pred.doubt})
			}
		case *attribute:
			if !xpathRoot || !ofStanza {
				break
			}
			if words := attributeDoubt(pred.name); words != "" {
				all = append(all, Doubt{pred.at.text, pred.at.pos, pred.at.end, words})
			}
		}
	}
	return all
}

// stanzaAttributes are those of RFC 6120 §8.1.
var stanzaAttributes = []string{"type", "id", "from", "to"}

// attributeDoubt is about an attribute of a stanza, where own fields have no meaning.
func attributeDoubt(name stanza.Name) string {
	if name.Space == xmlscan.NSXML || slices.Contains(stanzaAttributes, name.Local) {
		return ""
	}
	return "a stanza has no attribute " + name.Local + nearest.Suggestion(name.Local, stanzaAttributes, "it has ")
}

// doubtful says what is strange about a field of a step: of the stanza's own, and of a payload
// whose fields are known. Any other element can have any attribute.
func (f *field) doubtful(test nameTest, own bool, known Payload) string {
	if f.own != noOwn || f.child.Local != "" || f.attr.Space != "" {
		return ""
	}
	fields := slices.Sorted(maps.Keys(ownFields))
	switch {
	case own && test.kind != stanza.Element:
		return fmt.Sprintf("a stanza has no field @%s%s", f.name, nearest.Suggestion(f.name, fields, "it has "))
	case own && test.text == "*":
		return nearly("@"+f.name, "a field of stanzas", f.name, fields)
	case !own && len(known.Fields) > 0:
		return nearly("@"+f.name, "a field of that payload", f.name, slices.Sorted(maps.Keys(known.Fields)))
	}
	return ""
}

// nearly doubts what is but one slip away from something known.
func nearly(what, kind, word string, known []string) string {
	if slices.Contains(known, word) {
		return ""
	}
	if best := nearest.Word(word, known, 1); best != "" && len(word) > 2 {
		return fmt.Sprintf("%s is not %s; did you mean %q?", what, kind, best)
	}
	return ""
}

// doubtfulName says what is strange about the name of a step that is no key: the first one, or a
// child of the stanza.
func doubtfulName(test nameTest, at int, keys Keys) string {
	if !test.anySpace || test.anyLocal || test.text != test.name.Local {
		return "" // it is what was asked for by {ns}
	}
	var known []string
	if all, ok := keys.(KeyMap); ok {
		known = slices.Sorted(maps.Keys(all))
	}
	if at == 0 {
		known = append(known, slices.Sorted(maps.Keys(stanzaKinds))...)
	}
	return nearly(test.text, "a stanza or a payload that is known", test.text, known)
}
