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
func (s *Scanner) takeName(b []byte, end int) *qname {
	name := s.tag.name
	at := s.index(name.at)
	return s.names.qname(b[at:end], int(name.colon-name.at))
}

// qname is a name as written, and its two parts. It does not change.
type qname struct {
	raw, prefix, local string
	declares           bool  // as an attribute's name, it declares a namespace
	slot               uint8 // the same for the same name; others may have it too
}

// slots is how many names are told apart by a number alone, for which 64 bits are a set.
const slots = 64

// names keeps the strings of names and namespaces seen, so that tokens share
// them. A peer that never repeats itself makes it forget, not grow.
type names struct {
	qnames map[string]*qname
	// What followed a name when it was last seen will most likely follow it again.
	follower [slots]*qname // by slot
	latest   uint8         // the slot of the name before
	forms    [slots]*form  // of start tags, by the slot of the element's name
	form     *form         // that of the latest tag that has one
	spaces   map[string]string
	space    string // the latest one
}

// qname returns the name raw, whose colon stands at that index, or nowhere when
// it is negative.
func (n *names) qname(raw []byte, colon int) *qname {
	q, ok := n.qnames[string(raw)]
	if !ok {
		q = newQName(string(raw), colon)
		n.qnames = keep(n.qnames, q.raw, q)
	}
	return q
}

func newQName(raw string, colon int) *qname {
	q := &qname{raw: raw, local: raw}
	if colon >= 0 {
		q.prefix, q.local = raw[:colon], raw[colon+1:]
	}
	q.declares = q.prefix == "xmlns" || raw == "xmlns"
	for _, c := range []byte(raw) {
		q.slot = (q.slot*5 + c) % slots
	}
	return q
}

// plain returns the name that begins at b[i] and the index behind it, which is -1 if that is no ASCII
// name with another byte behind it.
func (n *names) plain(b []byte, i int) (*qname, int) {
	guess := n.follower[n.latest]
	if guess != nil {
		end := i + len(guess.raw)
		if end < len(b) && class[b[end]]&nameChar == 0 && b[end] != ':' && string(b[i:end]) == guess.raw {
			n.latest = guess.slot
			return guess, end
		}
	}
	end, colon := plainName(b, i)
	if end < 0 {
		return nil, -1
	}
	q := n.qname(b[i:end], colon)
	if len(q.raw) <= maxInternedLen {
		n.follower[n.latest] = q
		n.latest = q.slot
	}
	return q, end
}

// namespace returns raw as a string.
func (n *names) namespace(raw []byte) string {
	if n.space == string(raw) {
		return n.space
	}
	s, ok := n.spaces[string(raw)]
	if !ok {
		s = string(raw)
		n.spaces = keep(n.spaces, s, s)
	}
	if len(s) <= maxInternedLen {
		n.space = s
	}
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
