package xmlscan

// plainStart reads the start tag whose name stands at b[i] in one go, if it is as nearly all are: here
// from end to end, with ASCII names, nothing around "=", and no references but to entities. It judges
// nothing: of any other tag, a wrong one above all, it returns an end of -1, and scanStart takes that
// from its beginning. The end is the index of the byte behind the tag.
func (s *Scanner) plainStart(b []byte, i int) (end int, empty bool) {
	t := &s.tag
	behind, whole := i, false
	f := s.guessForm(b, i)
	if f != nil {
		t.qname = f.qname
	} else {
		if t.qname, behind = s.names.plain(b, i); behind < 0 || t.qname.prefix == "xmlns" {
			return -1, false
		}
		f = s.findForm(b, i)
	}
	if f != nil {
		behind, whole = s.followForm(f, b, i)
	}
	if end, empty = s.plainAttrs(b, behind); end > 0 && !whole {
		s.learnForm(b, i)
	}
	return end, empty
}

// plainAttrs reads the rest of the tag, from b[i] on.
func (s *Scanner) plainAttrs(b []byte, i int) (end int, empty bool) {
	t := &s.tag
	for i < len(b) {
		switch c := b[i]; {
		case c == '>':
			return i + 1, false
		case c == '/' && i+1 < len(b) && b[i+1] == '>':
			return i + 2, true
		case !isSpace(c):
			return -1, false
		}
		for isSpace(b[i]) {
			if i++; i == len(b) {
				return -1, false
			}
		}
		if b[i] == '>' || b[i] == '/' {
			continue
		}

		q, equals := s.names.plain(b, i)
		value := equals + len("='")
		if equals < 0 || value > len(b) || b[equals] != '=' || b[value-1] != '\'' && b[value-1] != '"' {
			return -1, false
		}
		if len(t.attrs) >= s.limits.Attrs || t.has(q) || q.raw == "xmlns:xmlns" {
			return -1, false
		}
		quote, ref := b[value-1], false
		valueEnd := skipValue(b, value)
		if valueEnd == len(b) || b[valueEnd] != quote {
			if valueEnd, ref = s.plainValueEnd(b, valueEnd, quote); valueEnd < 0 {
				return -1, false
			}
		}
		a := t.add(q)
		a.Pos, a.End = s.offset(i), s.offset(valueEnd+1)
		a.ValPos, a.ValEnd = s.offset(value), s.offset(valueEnd)
		a.Ref = ref
		t.declares = t.declares || q.declares
		i = valueEnd + 1
	}
	return -1, false
}

// plainName returns the index behind an ASCII name at b[i] and that of the colon in it, or -1; an end
// of -1 if none stands there, or the input ends with it. Whether a name may end there is for the caller:
// it knows what must follow.
func plainName(b []byte, i int) (end, colon int) {
	begin := i
	colon = -1
	if i == len(b) || class[b[i]]&nameStart == 0 {
		return -1, -1
	}
	for i++; i < len(b) && class[b[i]]&nameChar != 0; i++ {
	}
	if i < len(b) && b[i] == ':' {
		colon = i - begin
		if i++; i == len(b) || class[b[i]]&nameStart == 0 {
			return -1, -1
		}
		for i++; i < len(b) && class[b[i]]&nameChar != 0; i++ {
		}
	}
	if i == len(b) {
		return -1, -1
	}
	return i, colon
}

// plainValueEnd returns the index of the quote that ends the value at b[i], -1 if it is not there or
// something else than characters that mean themselves is before it.
func (s *Scanner) plainValueEnd(b []byte, i int, quote byte) (end int, ref bool) {
	for {
		if i = skipValue(b, i); i == len(b) {
			return -1, false
		}
		switch c := b[i]; {
		case c == quote:
			return i, ref
		case c == '&':
			n := s.plainEntity(b[i:])
			if n == 0 {
				return -1, false
			}
			ref = true
			i += n
		case c == '"' || c == '\'':
			i++
		case c >= 0x80:
			wide := skipWide(b, i)
			if wide == i {
				return -1, false
			}
			i = wide
		default:
			return -1, false
		}
	}
}
