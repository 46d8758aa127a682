package stanza

import (
	"io"
	"math"

	"iqscope/internal/xmlscan"
)

// WithID returns a copy that has another id, byte for byte the same but for that: what Parse makes of
// it. A stanza without an id gets one behind its other attributes. So a request is made once and
// sent many times: nothing is parsed again where the id is of letters and digits, as it should be.
//
// The error is that of Parse where XML cannot carry the id, or the stanza becomes too long; a
// *ParseError where there is no element to change: a stream's own tag, or what is broken.
func (s *Stanza) WithID(id string) (*Stanza, error) {
	if err := s.noElement("has no id to change"); err != nil {
		return nil, err
	}
	if again := s.withPlainID(id); again != nil {
		return again, nil
	}
	pos, end, found := s.placeOfID()
	value := Escape(id)
	if !found {
		value = ` id="` + value + `"`
	}
	text := s.raw[:pos] + value + s.raw[end:]
	limits := Limits{Depth: -1, Attrs: -1} // the old one was within its own
	if len(text) <= len(s.raw) {
		limits.ElementBytes = -1
	}
	return ParseWithin(text, s.Scope(), limits)
}

// withPlainID is WithID for an id that is written as it is meant, in the place of another one; nil if it
// is not so, or the places of the header do not fit any more.
func (s *Stanza) withPlainID(id string) *Stanza {
	old := s.values[idValue]
	more := len(id) - int(old.len)
	if s.full != nil || !old.set() || !isPlainID(id) || len(s.raw)+more > math.MaxUint16 {
		return nil
	}
	again := *s
	again.raw = s.raw[:old.pos] + id + s.raw[int(old.pos)+int(old.len):]
	again.values[idValue].len = uint16(len(id))
	for i := range again.values {
		if v := &again.values[i]; v.pos > old.pos {
			v.pos = uint16(int(v.pos) + more)
		}
	}
	return &again
}

// plainInID are the bytes that stand in XML for themselves, be they quoted as they may.
var plainInID = func() (plain [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/") {
		plain[c] = true
	}
	return plain
}()

func isPlainID(id string) bool {
	for i := range len(id) {
		if !plainInID[id[i]] {
			return false
		}
	}
	return true
}

// placeOfID is where the value of the id stands in the XML; where there is none, the place behind all
// attributes.
func (s *Stanza) placeOfID() (pos, end int, found bool) {
	sc := scanners.Get().(*xmlscan.Scanner)
	defer rest(sc)
	sc.Reset(xmlscan.Limits{Depth: -1, Attrs: -1, ElementBytes: -1}, s.shape.scope.Namespaces)
	io.WriteString(sc, s.raw)
	tok, err := sc.Next()
	if err != nil {
		panic("stanza: the start tag of a stanza does not scan: " + err.Error())
	}
	end = len("<") + len(qname(tok.Prefix, tok.Name))
	for i := range tok.Attr {
		a := &tok.Attr[i]
		if a.Name == (Name{Local: "id"}) {
			return int(a.ValPos), int(a.ValEnd), true
		}
		end = int(a.End)
	}
	return end, end, false
}
