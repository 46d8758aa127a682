package stanza

import (
	"io"

	"iqscope/internal/xmlscan"
)

// WithID returns a copy that has another id, byte for byte the same but for that: what Parse makes of
// it. A stanza without an id gets one behind its other attributes. So a request is made once and
// sent many times.
//
// The error is that of Parse where XML cannot carry the id, or a *ParseError where there is no
// element to change: a stream's own tag, or what is broken.
func (s *Stanza) WithID(id string) (*Stanza, error) {
	if err := s.noElement("has no id to change"); err != nil {
		return nil, err
	}
	pos, end, found := s.placeOfID()
	value := Escape(id)
	if !found {
		value = ` id="` + value + `"`
	}
	return Parse(s.raw[:pos]+value+s.raw[end:], *s.scope)
}

// placeOfID is where the value of the id stands in the XML; where there is none, the place behind all
// attributes.
func (s *Stanza) placeOfID() (pos, end int, found bool) {
	sc := scanners.Get().(*xmlscan.Scanner)
	defer rest(sc)
	sc.Reset(xmlscan.Limits{Depth: -1, Attrs: -1, ElementBytes: -1}, s.scope.Namespaces)
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
