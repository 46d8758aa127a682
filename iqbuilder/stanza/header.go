package stanza

import (
	"math"

	"iqscope/internal/xmlscan"
)

// header collects, token by token, what a Stanza knows without its tree. It
// keeps offsets only, so that the element's bytes are copied once, at its end.
type header struct {
	start    int64 // stream offset of the element's first byte
	name     Name
	payload  Name
	payloads int
	hasError bool
	values   [values]place
	odd      []oddValue
}

// open reads the element's start tag. The stream offset start lies before it
// when a declaration belongs to it.
func (h *header) open(sc *xmlscan.Scanner, tok *xmlscan.Token, start int64) {
	*h = header{start: start, name: tok.Name}
	for i := range tok.Attr {
		a := &tok.Attr[i]
		which := headerValue(a.Name)
		if which < 0 {
			continue
		}
		if pos, end := a.ValPos-start, a.ValEnd-start; !a.Ref && fits(pos, end) {
			h.values[which] = place{uint16(pos), uint16(end - pos)}
		} else {
			h.setOdd(which, sc, a)
		}
	}
}

// headerValue is which value an attribute of that name has; -1 for one that the header lacks.
func headerValue(name Name) int {
	switch {
	case name.Space == "":
		switch name.Local {
		case "type":
			return typeValue
		case "id":
			return idValue
		case "from":
			return fromValue
		case "to":
			return toValue
		}
	case name.Local == "lang" && name.Space == xmlscan.NSXML:
		return langValue
	}
	return -1
}

// setOdd is for a value that has no place.
func (h *header) setOdd(which int, sc *xmlscan.Scanner, a *xmlscan.Attr) {
	v := oddValue{which: which, pos: int(a.ValPos - h.start), end: int(a.ValEnd - h.start), ref: a.Ref}
	if a.Ref {
		v.decoded = string(sc.AppendValue(nil, *a))
	}
	h.odd = append(h.odd, v)
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
func (h *header) stanza(raw string, kind Kind, scope Scope) *Stanza {
	all := &struct {
		Stanza
		shape
		Scope
	}{shape: shape{name: h.name, payload: h.payload}, Scope: scope}
	all.shape.scope = &all.Scope
	h.fill(&all.Stanza, raw, kind, &all.shape)
	return &all.Stanza
}

// fill makes an empty Stanza that of the element's bytes.
func (h *header) fill(s *Stanza, raw string, kind Kind, shape *shape) {
	s.raw, s.shape, s.kind = raw, shape, kind
	s.values, s.payloads, s.hasError = h.values, uint16(h.payloads), h.hasError
	if h.odd != nil || h.payloads > math.MaxUint16 {
		s.full = h.inFull(raw, shape.scope)
	}
}

func (h *header) inFull(raw string, scope *Scope) *fullHeader {
	full := &fullHeader{hasID: h.values[idValue].set(), payloads: h.payloads}
	for i, v := range h.values {
		full.values[i] = v.in(raw)
	}
	if !h.values[langValue].set() {
		full.values[langValue] = scope.Lang
	}
	for _, v := range h.odd {
		full.values[v.which] = v.in(raw)
		full.hasID = full.hasID || v.which == idValue
	}
	return full
}
