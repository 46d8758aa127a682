package xmlscan

// nameScan is a name being scanned.
type nameScan struct {
	at    int64 // offset of its first byte
	colon int64 // offset of its colon, or -1
	begun bool  // the part before or behind the colon has a first character
}

// scanName scans on in a name. It returns again and the index behind the name
// when a byte follows that no name has.
func (s *Scanner) scanName(b []byte, i int) (int, result) {
	name := &s.tag.name
	for {
		if name.begun {
			for i < len(b) && class[b[i]]&nameChar != 0 {
				i++
			}
		}
		if i == len(b) {
			return i, more
		}
		switch c := b[i]; {
		case c >= 0x80:
			r, n, res := s.char(b, i)
			if n == 0 {
				return i, res
			}
			if !name.begun && !isNameStart(r) {
				return i, s.fail(RuleName, i, "a name must not begin with the character U+%04X", r)
			}
			if !isNameChar(r) {
				return i, s.fail(RuleName, i, "a name must not contain the character U+%04X", r)
			}
			name.begun = true
			i += n
		case !name.begun && class[c]&nameStart == 0:
			return i, s.fail(RuleName, i, "a name must begin with a letter or \"_\", also behind a colon, not with %s", quote(b[i:i+1]))
		case !name.begun:
			name.begun = true
		case c != ':':
			return i, again
		case name.colon >= 0:
			return i, s.fail(RuleName, i, "a name must not have two colons")
		default:
			name.colon = s.offset(i)
			name.begun = false
			i++
		}
	}
}

// takeName returns the name that ends before b[end].
func (s *Scanner) takeName(b []byte, end int) qname {
	name := s.tag.name
	at := s.index(name.at)
	return s.names.qname(b[at:end], int(name.colon-name.at))
}

// qname is a name as written, and its two parts.
type qname struct {
	raw, prefix, local string
}

// names keeps the strings of names and namespaces seen, so that tokens share
// them. A peer that never repeats itself makes it forget, not grow.
type names struct {
	qnames map[string]qname
	spaces map[string]string
}

// qname returns the name raw, whose colon stands at that index, or nowhere when
// it is negative.
func (n *names) qname(raw []byte, colon int) qname {
	if q, ok := n.qnames[string(raw)]; ok {
		return q
	}
	q := qname{raw: string(raw)}
	q.local = q.raw
	if colon >= 0 {
		q.prefix, q.local = q.raw[:colon], q.raw[colon+1:]
	}
	n.qnames = keep(n.qnames, q.raw, q)
	return q
}

// namespace returns raw as a string.
func (n *names) namespace(raw []byte) string {
	if s, ok := n.spaces[string(raw)]; ok {
		return s
	}
	s := string(raw)
	n.spaces = keep(n.spaces, s, s)
	return s
}

func keep[V any](table map[string]V, key string, value V) map[string]V {
	switch {
	case len(key) > maxInternedLen:
		return table
	case table == nil:
		table = make(map[string]V)
	case len(table) >= maxInterned:
		clear(table)
	}
	table[key] = value
	return table
}
