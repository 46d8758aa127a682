package stanza

import "iqscope/internal/xmlscan"

// span is an attribute's value: a part of the element's bytes or, where those
// hold references, a string of its own. That of no attribute is zero.
type span struct {
	pos, end int
	decoded  *string
}

func (v *span) set() bool { return v.pos > 0 }

func (v *span) in(raw string) string {
	if v.decoded != nil {
		return *v.decoded
	}
	return raw[v.pos:v.end]
}

// header collects, token by token, what a Stanza knows without its tree. It
// keeps offsets only, so that the element's bytes are copied once, at its end.
type header struct {
	start    int64 // stream offset of the element's first byte
	name     Name
	payload  Name
	payloads int
	hasError bool

	typ, id, from, to, lang span
}

// open reads the element's start tag. The stream offset start lies before it
// when a declaration belongs to it.
func (h *header) open(sc *xmlscan.Scanner, tok *xmlscan.Token, start int64) {
	*h = header{start: start, name: tok.Name}
	for i := range tok.Attr {
		a := &tok.Attr[i]
		if v := h.field(a.Name); v != nil {
			h.set(v, sc, a)
		}
	}
}

// field is where the value of an attribute of that name goes; nil for one that the header lacks.
func (h *header) field(name Name) *span {
	switch {
	case name.Space == "":
		switch name.Local {
		case "type":
			return &h.typ
		case "id":
			return &h.id
		case "from":
			return &h.from
		case "to":
			return &h.to
		}
	case name.Local == "lang" && name.Space == xmlscan.NSXML:
		return &h.lang
	}
	return nil
}

func (h *header) set(v *span, sc *xmlscan.Scanner, a *xmlscan.Attr) {
	v.pos, v.end = int(a.ValPos-h.start), int(a.ValEnd-h.start)
	if a.Ref {
		decoded := string(sc.AppendValue(nil, *a))
		v.decoded = &decoded
	}
}

// child notes a child element.
func (h *header) child(name Name, content string) {
	if name.Local == "error" && name.Space == content {
		h.hasError = true
		return
	}
	if h.payloads == 0 {
		h.payload = name
	}
	h.payloads++
}

// stanza makes the value from the element's bytes.
func (h *header) stanza(raw string, kind Kind, scope *Scope) *Stanza {
	s := new(Stanza)
	h.fill(s, raw, kind, scope)
	return s
}

// fill makes an empty Stanza that of the element's bytes.
func (h *header) fill(s *Stanza, raw string, kind Kind, scope *Scope) {
	s.raw, s.scope, s.kind = raw, scope, kind
	s.name, s.payload, s.payloads, s.hasError = h.name, h.payload, h.payloads, h.hasError
	s.typ, s.id, s.from, s.to = h.typ.in(raw), h.id.in(raw), h.from.in(raw), h.to.in(raw)
	s.hasID = h.id.set()
	s.lang = scope.Lang
	if h.lang.set() {
		s.lang = h.lang.in(raw)
	}
}
