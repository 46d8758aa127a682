package xmlscan

// declare takes a namespace declaration (Namespaces in XML §3 and §5).
func (s *Scanner) declare(a *Attr) result {
	var space string
	if a.Ref {
		space = s.names.namespace(s.AppendValue(nil, *a))
	} else {
		space = s.names.namespace(s.Bytes(a.ValPos, a.ValEnd))
	}
	prefix := a.Name.Local
	isDefault := a.Prefix == ""
	at := s.index(a.Pos)
	if !s.tag.scoped {
		s.tag.scoped = true
		s.space.enter()
	}
	switch {
	case !isDefault && prefix == "xml":
		if space != NSXML {
			return s.fail(RuleReservedPrefix, at, "the prefix \"xml\" must not be bound to another namespace than its own")
		}
		return again
	case space == NSXML || space == NSXMLNS:
		return s.fail(RuleReservedNamespace, at, "the namespace %s is reserved and must not be declared", quote(space))
	case isDefault:
		s.space.setDefault(space)
	case space == "":
		return s.fail(RuleEmptyPrefix, at, "the prefix %s is declared with an empty namespace", quote(prefix))
	default:
		s.space.bind(prefix, space)
	}
	return again
}

// openPlain completes a start tag that plainStart has read.
func (s *Scanner) openPlain(end int, empty bool) result {
	if s.tag.declares {
		for i := range s.tag.attrs {
			if a := &s.tag.attrs[i]; a.Name.Space == NSXMLNS {
				if r := s.declare(a); r != again {
					return r
				}
			}
		}
	}
	return s.openElement(end, empty)
}

// openElement completes the start tag that ends before buf[end].
func (s *Scanner) openElement(end int, empty bool) result {
	t := &s.tag
	name := Name{Space: s.space.current.fallback, Local: t.qname.local}
	if t.qname.prefix != "" {
		var ok bool
		if name.Space, ok = s.space.lookup(t.qname.prefix); !ok {
			return s.unbound(s.tok+len("<"), t.qname.prefix)
		}
	}
	if t.prefixed > 0 {
		if r := s.resolveAttrs(); r != again {
			return r
		}
	}
	s.state = inContent
	if depth := len(s.open) + 1; empty && depth > s.deepest {
		if t.scoped {
			s.space.leave()
		}
		return s.pass(end)
	}
	s.open = append(s.open, element{t.qname, name.Space, t.scoped})
	if empty {
		s.state = emptyEnd
	}
	if len(s.open) > s.deepest {
		return s.pass(end)
	}
	s.token.Kind, s.token.Empty, s.token.CDATA, s.token.Ref = Start, empty, false, false
	s.token.Name, s.token.Prefix, s.token.Attr, s.token.Depth = name, t.qname.prefix, t.attrs, len(s.open)
	return s.finish(end)
}

func (s *Scanner) unbound(at int, prefix string) result {
	return s.fail(RuleUnboundPrefix, at, "the prefix %s is not declared", quote(prefix))
}

// resolveAttrs finds the namespaces of the attributes, and attributes that are
// the same but for the prefix (Namespaces in XML §6.3).
func (s *Scanner) resolveAttrs() result {
	t := &s.tag
	for i := range t.attrs {
		a := &t.attrs[i]
		if a.Prefix == "" || a.Name.Space == NSXMLNS {
			continue
		}
		var ok bool
		if a.Name.Space, ok = s.space.lookup(a.Prefix); !ok {
			return s.unbound(s.index(a.Pos), a.Prefix)
		}
	}
	if t.prefixed > 1 {
		return s.sameAttrs()
	}
	return again
}

func (s *Scanner) sameAttrs() result {
	t := &s.tag
	t.clearSeen()
	for i := range t.attrs {
		a := &t.attrs[i]
		if a.Prefix == "" || a.Name.Space == NSXMLNS {
			continue
		}
		if _, ok := t.seen[a.Name]; ok {
			return s.fail(RuleDuplicateAttribute, s.index(a.Pos), "the attribute %s of the namespace %s appears twice", quote(a.Name.Local), quote(a.Name.Space))
		}
		t.seen[a.Name] = struct{}{}
	}
	return again
}

// scanEnd scans on in an end tag. Its name is compared with the start tag's byte
// by byte, so that the first wrong one is reported.
func (s *Scanner) scanEnd(b []byte) result {
	want := s.open[len(s.open)-1].qname.raw
	if s.state == inEnd {
		rest := want[s.matched:]
		have := b[s.pos:min(len(b), s.pos+len(rest))]
		if string(have) != rest[:len(have)] {
			for have[0] == rest[0] {
				have, rest = have[1:], rest[1:]
				s.pos++
			}
			return s.mismatch(want)
		}
		s.pos += len(have)
		s.matched += len(have)
		if s.pos == len(b) {
			return more
		}
		if c := b[s.pos]; c == ':' || c >= 0x80 || class[c]&nameChar != 0 {
			return s.mismatch(want)
		}
		s.state = inEndSpace
	}
	for ; s.pos < len(b); s.pos++ {
		if c := b[s.pos]; c == '>' {
			return s.closeElement(s.pos + 1)
		} else if !isSpace(c) {
			return s.fail(RuleTag, s.pos, "only white space may stand between an end tag's name and \">\"")
		}
	}
	return more
}

func (s *Scanner) mismatch(want string) result {
	return s.fail(RuleMismatchedTag, s.pos, "the end tag must be that of the element %s", quote(want))
}

// closeElement completes the end tag that ends before buf[end].
func (s *Scanner) closeElement(end int) result {
	depth := len(s.open)
	e := &s.open[depth-1]
	s.open = s.open[:depth-1]
	s.closed = depth == 1
	s.state = inContent
	if e.scoped {
		s.space.leave()
	}
	if depth > s.deepest {
		return s.pass(end)
	}
	s.token.Kind, s.token.Empty, s.token.CDATA, s.token.Ref = End, false, false, false
	s.token.Name, s.token.Prefix, s.token.Attr, s.token.Depth = Name{e.space, e.qname.local}, e.qname.prefix, nil, depth
	return s.finish(end)
}
