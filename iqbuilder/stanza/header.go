package stanza

import "iqscope/internal/xmlscan"

// span is an attribute's value: a part of the element's bytes or, where those
// hold references, a string of its own.
type span struct {
	pos, end int
	decoded  string
	ref, set bool
}

func (v span) in(raw string) string {
	if v.ref {
		return v.decoded
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
		switch a.Name {
		case Name{Local: "type"}:
			h.typ = h.value(sc, a)
		case Name{Local: "id"}:
			h.id = h.value(sc, a)
		case Name{Local: "from"}:
			h.from = h.value(sc, a)
		case Name{Local: "to"}:
			h.to = h.value(sc, a)
		case Name{Space: xmlscan.NSXML, Local: "lang"}:
			h.lang = h.value(sc, a)
		}
	}
}

func (h *header) value(sc *xmlscan.Scanner, a *xmlscan.Attr) span {
	v := span{set: true, ref: a.Ref}
	if a.Ref {
		v.decoded = string(sc.AppendValue(nil, *a))
	} else {
		v.pos, v.end = int(a.ValPos-h.start), int(a.ValEnd-h.start)
	}
	return v
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
	s := &Stanza{
		raw: raw, scope: scope, kind: kind,
		name: h.name, payload: h.payload, payloads: h.payloads, hasError: h.hasError,
		typ: h.typ.in(raw), id: h.id.in(raw), from: h.from.in(raw), to: h.to.in(raw),
		hasID: h.id.set, lang: scope.Lang,
	}
	if h.lang.set {
		s.lang = h.lang.in(raw)
	}
	return s
}
