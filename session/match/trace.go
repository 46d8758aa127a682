package match

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// trace is what the bytes of a stanza hold, however it is written, if it fits a path or a mask. To
// look for it is far cheaper than a tree, and nearly always shows that there is no use in one.
type trace struct {
	elements []tag
	words    []string // names of attributes
	values   []string // words of attributes' values, if nothing in them is written as a reference
}

// tag is how an element's name stands in its start tag, without a prefix and with one.
type tag struct{ plain, prefixed string }

func (t *trace) element(local string) {
	t.elements = append(t.elements, tag{"<" + local, ":" + local})
}

// value notes an attribute's value. White space in it may be written as other white space (XML 1.0
// §3.3.3).
func (t *trace) value(value string) { t.values = append(t.values, strings.Fields(value)...) }

// in reports whether a stanza may fit.
func (t *trace) in(s *stanza.Stanza) bool {
	raw := s.XML()
	for i := range t.elements {
		if e := &t.elements[i]; !strings.Contains(raw, e.plain) && !strings.Contains(raw, e.prefixed) {
			return false
		}
	}
	for _, word := range t.words {
		if !strings.Contains(raw, word) {
			return false
		}
	}
	for _, value := range t.values {
		if !strings.Contains(raw, value) && !strings.Contains(raw, "&") {
			return false
		}
	}
	return true
}

// step notes what a step asks for. Root says that it can be the stanza alone.
func (t *trace) step(s *step, root bool) {
	if !s.test.anyLocal && s.test.kind == stanza.Element {
		t.element(s.test.name.Local)
	}
	for _, pred := range s.preds {
		switch pred := pred.(type) {
		case *field:
			t.field(pred, root)
		case *attribute:
			t.words = append(t.words, pred.name.Local)
			if pred.op == equals {
				t.value(pred.value)
			}
		case *hasChild:
			if !pred.test.anyLocal {
				t.element(pred.test.name.Local)
			}
		}
	}
}

func (t *trace) field(f *field, root bool) {
	switch {
	case root && f.own == ownError && f.op == equals:
		t.element(f.value)
	case f.own != noOwn || f.child.Local != "":
		// It may be elsewhere than in an attribute of that name.
	default:
		t.words = append(t.words, f.attr.Local)
		if f.op == equals {
			t.value(f.value)
		}
	}
}

// mask notes what an element of a mask asks for.
func (t *trace) mask(e *maskElement) {
	t.element(e.name.Local)
	for i := range e.attrs {
		t.words = append(t.words, e.attrs[i].Name.Local)
		t.value(e.attrs[i].Value)
	}
	for _, c := range e.children {
		t.mask(c)
	}
}
