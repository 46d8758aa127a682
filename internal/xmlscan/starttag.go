package xmlscan

import "slices"

// startTag is the start tag being scanned.
type startTag struct {
	part  tagPart
	name  nameScan
	qname *qname // of the element
	quote byte   // that ends the value being scanned
	attrs []Attr
	own   []Attr            // the memory of attrs where that is not of a form
	slots uint64            // a bit for the slot of each attribute's name
	seen  map[Name]struct{} // attributes by name, when they are many

	prefixed int  // attributes with a prefix, declarations aside
	declares bool // an attribute declares a namespace; only openPlain asks
	scoped   bool // one was taken: the element has namespaces of its own
}

// tagPart says where in a start tag the scanner is.
type tagPart uint8

const (
	inTagName    tagPart = iota
	behindName           // of the element
	betweenAttrs         // behind white space
	inAttrName
	beforeEquals
	beforeQuote
	inValue
	behindValue
	behindSlash
)

// beginStart begins a start tag whose name stands at pos.
func (s *Scanner) beginStart() {
	t := &s.tag
	t.part = inTagName
	t.scoped = false
	t.attrs = t.own[:0]
	t.prefixed = 0
	t.slots = 0
	t.declares = false
	t.name = nameScan{at: s.offset(s.pos), colon: -1}
}

// scanStart scans on in a start tag.
func (s *Scanner) scanStart(b []byte) result {
	t := &s.tag
	i := s.pos
	for i < len(b) {
		c := b[i]
		switch t.part {
		case inTagName:
			end, r := s.scanName(b, i)
			if r != again {
				s.pos = end
				return r
			}
			i = end
			if r := s.nameElement(b, i); r != again {
				return r
			}
			t.part = behindName
		case behindName, betweenAttrs, behindValue:
			switch {
			case isSpace(c):
				t.part = betweenAttrs
				i++
			case c == '>':
				return s.openElement(i+1, false)
			case c == '/':
				t.part = behindSlash
				i++
			case t.part == behindName:
				return s.fail(RuleName, i, "a tag's name must be followed by white space, \"/\" or \">\"")
			case t.part == behindValue:
				return s.fail(RuleMissingSpace, i, "white space must stand before an attribute")
			default:
				if len(t.attrs) >= s.limits.Attrs {
					return s.fail(RuleAttributeLimit, i, "the element has more attributes than the limit of %d", s.limits.Attrs)
				}
				t.name = nameScan{at: s.offset(i), colon: -1}
				t.part = inAttrName
			}
		case inAttrName:
			end, r := s.scanName(b, i)
			if r != again {
				s.pos = end
				return r
			}
			i = end
			if r := s.nameAttr(b, i); r != again {
				return r
			}
			t.part = beforeEquals
		case beforeEquals:
			if !isSpace(c) {
				if c != '=' {
					return s.fail(RuleMissingValue, i, "an attribute's name must be followed by \"=\"")
				}
				t.part = beforeQuote
			}
			i++
		case beforeQuote:
			if !isSpace(c) {
				if c != '"' && c != '\'' {
					return s.fail(RuleMissingValue, i, "an attribute's value must stand in quotes")
				}
				t.quote = c
				t.attrs[len(t.attrs)-1].ValPos = s.offset(i + 1)
				t.part = inValue
			}
			i++
		case inValue:
			end, r := s.scanValue(b, i)
			s.pos = end
			if r != again {
				return r
			}
			i = end + 1
			if r := s.endAttr(end); r != again {
				return r
			}
			t.part = behindValue
		case behindSlash:
			if c != '>' {
				return s.fail(RuleTag, i, "\"/\" in a tag must be followed by \">\"")
			}
			return s.openElement(i+1, true)
		}
	}
	s.pos = i
	return more
}

// nameElement takes the element's name, which ends before b[end].
func (s *Scanner) nameElement(b []byte, end int) result {
	s.tag.qname = s.takeName(b, end)
	if s.tag.qname.prefix == "xmlns" {
		return s.fail(RuleReservedPrefix, s.index(s.tag.name.at), "an element must not have the prefix \"xmlns\"")
	}
	return again
}

// nameAttr begins an attribute whose name ends before b[end].
func (s *Scanner) nameAttr(b []byte, end int) result {
	t := &s.tag
	q := s.takeName(b, end)
	if t.has(q) {
		return s.fail(RuleDuplicateAttribute, s.index(t.name.at), "the attribute %s appears twice", quote(q.raw))
	}
	if q.raw == "xmlns:xmlns" {
		return s.fail(RuleReservedPrefix, s.index(t.name.at), "the prefix \"xmlns\" must not be declared")
	}
	t.add(q).Pos = t.name.at
	return again
}

// add begins an attribute.
func (t *startTag) add(q *qname) *Attr {
	if len(t.attrs) == cap(t.attrs) {
		t.attrs = slices.Grow(t.attrs, 1)
		t.own = t.attrs
	}
	t.attrs = t.attrs[:len(t.attrs)+1]
	t.slots |= 1 << q.slot
	a := &t.attrs[len(t.attrs)-1]
	a.Name.Local, a.Name.Space, a.Prefix, a.Ref = q.local, "", q.prefix, false
	switch {
	case q.declares:
		a.Name.Space = NSXMLNS
	case q.prefix != "":
		t.prefixed++
	}
	return a
}

// has tells whether an attribute of that prefix and name was there. A
// few are compared one by one, more are looked up.
func (t *startTag) has(q *qname) bool {
	if len(t.attrs) < maxLinear {
		if t.slots&(1<<q.slot) == 0 {
			return false
		}
		for i := range t.attrs {
			if t.attrs[i].Name.Local == q.local && t.attrs[i].Prefix == q.prefix {
				return true
			}
		}
		return false
	}
	if len(t.attrs) == maxLinear {
		t.clearSeen()
		for _, b := range t.attrs {
			t.seen[Name{b.Prefix, b.Name.Local}] = struct{}{}
		}
	}
	key := Name{q.prefix, q.local}
	if _, ok := t.seen[key]; ok {
		return true
	}
	t.seen[key] = struct{}{}
	return false
}

// clearSeen empties the set; a large one is not worth clearing for each tag.
func (t *startTag) clearSeen() {
	if t.seen == nil || len(t.seen) > maxIdleSet {
		t.seen = make(map[Name]struct{})
		return
	}
	clear(t.seen)
}

// scanValue scans on in an attribute's value. It returns again and the index of
// the closing quote when that is reached.
func (s *Scanner) scanValue(b []byte, i int) (int, result) {
	t := &s.tag
	for {
		if s.ref.state != refNone {
			var r result
			if i, r = s.scanReference(b, i); r != again {
				return i, r
			}
		}
		i = skipValue(b, i)
		if i == len(b) {
			return i, more
		}
		switch c := b[i]; {
		case c == t.quote:
			return i, again
		case c == '"' || c == '\'':
			i++
		case c == '&':
			t.attrs[len(t.attrs)-1].Ref = true
			s.beginReference(i)
			i++
		case c == '<':
			return i, s.fail(RuleLessInValue, i, "an attribute's value must not contain \"<\"; write \"&lt;\"")
		case isSpace(c):
			t.attrs[len(t.attrs)-1].Ref = true
			i++
		case c >= 0x80:
			end := skipWide(b, i)
			if end == i {
				_, _, r := s.char(b, i)
				return i, r
			}
			i = end
		default:
			return i, s.illegal(b, i)
		}
	}
}

// endAttr completes the attribute whose closing quote is buf[end].
func (s *Scanner) endAttr(end int) result {
	a := &s.tag.attrs[len(s.tag.attrs)-1]
	a.ValEnd = s.offset(end)
	a.End = a.ValEnd + 1
	if a.Name.Space == NSXMLNS {
		return s.declare(a)
	}
	return again
}
