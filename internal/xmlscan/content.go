package xmlscan

const cdataOpen = "<![CDATA["

// scanContent scans what stands between markup, and looks at what markup
// follows. Text found before an error or the input's end is given first, so
// that it does not depend on how the input was cut.
func (s *Scanner) scanContent() result {
	if s.pos == s.tok && s.pos < len(s.buf) && s.buf[s.pos] == '<' {
		return s.scanMarkup()
	}
	var r result
	if len(s.open) > 0 {
		s.pos, r = s.scanText(s.window(), s.pos)
	} else {
		r = s.scanOutside(s.window())
	}
	end := s.pos
	if s.ref.state != refNone {
		end = s.index(s.ref.at)
	}
	if end > s.tok {
		return s.giveText(end, false)
	}
	if r == again {
		return s.scanMarkup()
	}
	return r
}

// giveText completes the text that ends before buf[end].
func (s *Scanner) giveText(end int, cdata bool) result {
	t := &s.token
	t.Kind, t.Empty, t.CDATA, t.Ref = Text, false, cdata, s.textRef
	t.Name, t.Prefix, t.Attr, t.Depth = Name{}, "", nil, len(s.open)
	t.Pos, t.End = s.offset(s.tok), s.offset(end)
	s.tok = end
	s.textRef = false
	if t.Depth > s.deepest {
		return again
	}
	return found
}

// scanText moves i over text, up to a "<" or to what cannot be judged yet.
func (s *Scanner) scanText(b []byte, i int) (int, result) {
	for {
		if s.ref.state != refNone {
			var r result
			if i, r = s.scanReference(b, i); r != again {
				return i, r
			}
			s.textRef = true
			if s.shallow() {
				s.limitEnd = unlimited
				b = s.window()
			}
		}
		i = skipText(b, i, plainText)
		if i == len(b) {
			return i, more
		}
		switch c := b[i]; {
		case c == '<':
			return i, again
		case c == '&' && s.plainEntity(b[i:]) > 0:
			s.textRef = true
			i += s.plainEntity(b[i:])
		case c == '&':
			s.bound(i)
			b = s.window()
			s.beginReference(i)
			i++
		case c == ']':
			switch bracket(b[i:]) {
			case more:
				return i, more
			case found:
				return i, s.fail(RuleCDATAEnd, i, "text must not contain \"]]>\"; write \"]]&gt;\"")
			}
			i++
		case c == '\r':
			if i+1 == len(b) {
				return i, more
			}
			s.textRef = true
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

// bracket tells whether b, which begins with a "]", begins with "]]>": found,
// again when it does not, more when too little has come to know.
func bracket(b []byte) result {
	for i := 1; i < len("]]>"); i++ {
		if i == len(b) {
			return more
		}
		if b[i] != "]]>"[i] {
			return again
		}
	}
	return found
}

// scanOutside moves pos over the white space before and behind the root
// element. A byte order mark is refused there: RFC 6120 §11.6 has U+FEFF read as
// a character, a zero width no-break space, also as the first of a stream. Who
// reads files may cut it off.
func (s *Scanner) scanOutside(b []byte) result {
	for ; s.pos < len(b); s.pos++ {
		c := b[s.pos]
		switch {
		case isSpace(c):
			continue
		case c == '<':
			return again
		case c >= 0x80:
			r, n, res := s.char(b, s.pos)
			if n == 0 {
				return res
			}
			if r == 0xFEFF && s.offset(s.pos) == s.docStart {
				return s.fail(RuleByteOrderMark, s.pos, "the document begins with a byte order mark, which XMPP does not allow")
			}
		case c < 0x20:
			return s.illegal(b, s.pos)
		}
		return s.fail(RuleTextOutside, s.pos, "text is not allowed outside the root element")
	}
	return more
}

// scanMarkup looks at the first bytes behind a "<" at pos.
func (s *Scanner) scanMarkup() result {
	i := s.pos
	s.bound(i)
	b := s.window()
	if i+1 >= len(b) {
		return more
	}
	switch b[i+1] {
	case '/':
		if len(s.open) == 0 {
			return s.fail(RuleMismatchedTag, i, "an end tag stands here, but no element is open")
		}
		name := s.open[len(s.open)-1].qname.raw
		if end := i + len("</") + len(name); end < len(b) && b[end] == '>' && string(b[i+len("</"):end]) == name {
			return s.closeElement(end + 1)
		}
		s.state = inEnd
		s.matched = 0
		s.pos = i + len("</")
		return s.scanEnd(b)
	case '?':
		if s.offset(i) != s.docStart {
			return s.fail(RuleInstruction, i, "\"<?\" begins a processing instruction or a misplaced XML declaration; XMPP allows neither here")
		}
		s.state = inDeclaration
		s.decl = declaration{}
	case '!':
		if i+2 >= len(b) {
			return more
		}
		return s.scanBang(b[i+2])
	default:
		if s.closed {
			return s.fail(RuleSecondRoot, i, "a second element follows the root element")
		}
		if len(s.open) >= s.limits.Depth {
			return s.fail(RuleDepthLimit, i, "elements are nested deeper than the limit of %d", s.limits.Depth)
		}
		s.pos = i + len("<")
		s.beginStart()
		if end, empty := s.plainStart(b, s.pos); end > 0 {
			return s.openPlain(end, empty)
		}
		s.beginStart()
		s.state = inStart
		return s.scanStart(b)
	}
	return again
}

// scanBang decides by the byte behind a "<!" at pos.
func (s *Scanner) scanBang(c byte) result {
	switch c {
	case '[':
		if len(s.open) == 0 {
			return s.fail(RuleTextOutside, s.pos, "a CDATA section is not allowed outside the root element")
		}
		s.state = inCDATA
		s.matched = 0
		return again
	case '-':
		return s.fail(RuleComment, s.pos, "XMPP does not allow comments")
	case 'D':
		return s.fail(RuleDoctype, s.pos, "XMPP does not allow a document type declaration")
	default:
		return s.fail(RuleMarkup, s.pos, "\"<!\" begins nothing that is allowed here")
	}
}

// scanCDATA scans a CDATA section; it is given whole.
func (s *Scanner) scanCDATA(b []byte) result {
	for ; s.matched < len(cdataOpen); s.matched++ {
		if s.pos == len(b) {
			return more
		}
		if b[s.pos] != cdataOpen[s.matched] {
			return s.fail(RuleMarkup, s.pos, "\"<![\" must be followed by \"CDATA[\"")
		}
		s.pos++
	}
	end, r := s.scanCDATAText(b, s.pos)
	s.pos = end
	if r != again {
		return r
	}
	s.state = inContent
	r = s.giveText(end, true)
	s.pass(end)
	return r
}

// scanCDATAText moves i over the characters of a CDATA section. It returns again
// and the index behind "]]>" when that is reached.
func (s *Scanner) scanCDATAText(b []byte, i int) (int, result) {
	for {
		i = skipText(b, i, plainCDATA)
		if i == len(b) {
			return i, more
		}
		switch c := b[i]; {
		case c == ']':
			switch bracket(b[i:]) {
			case more:
				return i, more
			case found:
				return i + len("]]>"), again
			}
			i++
		case c == '\r':
			s.textRef = true
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
