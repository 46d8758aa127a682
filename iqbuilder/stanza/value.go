package stanza

import "math"

// The values of a header, which are attributes.
const (
	typeValue = iota
	idValue
	fromValue
	toValue
	langValue
	values
)

// place is where a value stands in the bytes of its stanza, in which it is written as it is meant.
// That of no attribute is zero, for a tag's name stands before all of them.
type place struct{ pos, len uint16 }

func (p place) set() bool { return p.pos > 0 }

func (p place) in(raw string) string { return raw[p.pos : int(p.pos)+int(p.len)] }

// fullHeader is a header with something in it for which a Stanza has no room: a value that is written
// with references, one that is long or far from the beginning, very many payloads, a fault.
type fullHeader struct {
	values   [values]string
	hasID    bool
	payloads int
	fault    *XMLError // of kind Broken
}

func (s *Stanza) value(which int) string {
	if s.full != nil {
		return s.full.values[which]
	}
	return s.values[which].in(s.raw)
}

// oddValue is a value without a place: at pos in the bytes, or decoded.
type oddValue struct {
	which    int
	pos, end int
	decoded  string // if it is written with references
	ref      bool
}

func (v *oddValue) in(raw string) string {
	if v.ref {
		return v.decoded
	}
	return raw[v.pos:v.end]
}

// fits says that a place can have those numbers.
func fits(pos, end int64) bool { return pos <= math.MaxUint16 && end-pos <= math.MaxUint16 }
