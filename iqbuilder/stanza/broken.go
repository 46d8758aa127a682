package stanza

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"iqscope/internal/xmlscan"
)

// BehindFault is how many bytes behind a fault a broken element keeps, at most: what the other
// side went on with often shows what it meant. Before the fault nothing is left out; there the
// limits of the scanner bound what comes.
const BehindFault = 512

// Fault says what is wrong with a stanza of kind Broken, and where in its XML; nil for any other.
func (s *Stanza) Fault() *XMLError {
	if s.kind != Broken {
		return nil
	}
	fault := *s.full.fault
	return &fault
}

// NewBroken makes the stanza of kind Broken of what is no element of a stream: xml, cut BehindFault
// bytes behind the fault. Of the fault the Offset counts, from the start of xml; Line and Column
// are set by it. Name, addresses and payload are those that stand before the fault.
func NewBroken(xml string, fault XMLError, scope Scope) *Stanza {
	at := max(0, min(int(fault.Offset), len(xml)))
	return newBroken(strings.Clone(xml[:cutBehind(xml, at)]), at, fault, scope)
}

// RuleNotOneElement is of a text that is right XML, but not one element alone.
const RuleNotOneElement = "not-one-element"

// Unparsed makes a stanza of any text, for what is sent as it stands: what Parse makes of it, or
// one of kind Broken that holds all of the text.
func Unparsed(text string, scope Scope) *Stanza {
	st, err := Parse(text, scope)
	if err == nil {
		return st
	}
	var fault *XMLError
	var other *ParseError
	switch {
	case errors.As(err, &fault):
	case errors.As(err, &other):
		fault = &XMLError{Rule: RuleNotOneElement, Detail: other.Detail, Offset: int64(other.Pos)}
	default:
		fault = &XMLError{Rule: RuleNotOneElement, Detail: err.Error()}
	}
	return newBroken(text, max(0, min(int(fault.Offset), len(text))), *fault, scope)
}

func newBroken(xml string, at int, fault XMLError, scope Scope) *Stanza {
	begun := strings.LastIndexByte(xml[:at], '\n') + 1
	fault.Offset = int64(at)
	fault.Line, fault.Column = strings.Count(xml[:at], "\n")+1, utf8.RuneCountInString(xml[begun:at])+1
	h := beginning(xml, scope)
	s := h.stanza(xml, Broken, scope)
	s.full = h.inFull(xml, s.shape.scope)
	s.full.fault = &fault
	return s
}

// cutBehind is where xml is cut: not inside a character.
func cutBehind(xml string, at int) int {
	end := min(len(xml), at+BehindFault)
	for i := end; i < len(xml) && i > end-utf8.UTFMax && i > at; i-- {
		if utf8.RuneStart(xml[i]) {
			return i
		}
	}
	return end
}

// beginning reads as much of a header as there is.
func beginning(xml string, scope Scope) header {
	var h header
	sc := scanners.Get().(*xmlscan.Scanner)
	defer rest(sc)
	sc.Reset(xmlscan.Limits{Depth: -1, Attrs: -1, ElementBytes: -1}, scope.Namespaces)
	io.WriteString(sc, xml)
	for {
		tok, err := sc.Next()
		switch {
		case err != nil || tok.Kind == xmlscan.End && tok.Depth == 1:
			return h
		case tok.Kind == xmlscan.Start && tok.Depth == 1:
			h.open(sc, tok, 0)
		case tok.Kind == xmlscan.Start && tok.Depth == 2:
			h.child(tok.Name, scope.Content)
		}
	}
}

// Broken is what there is of the element in which Next failed, or in which the input ended: ask for
// it when Next has failed, or said ErrMore and nothing more comes. It is nil when the input did not
// end inside an element.
func (r *Reader) Broken() *Stanza {
	var broken *XMLError
	if !errors.As(r.err, &broken) && !errors.As(r.sc.Close(), &broken) {
		return nil
	}
	// What was read of before is released.
	held := r.sc.Bytes(r.read, r.sc.Offset()+int64(r.sc.Buffered()))
	raw := bytes.TrimLeft(held, spaces)
	if len(raw) == 0 {
		return nil
	}
	fault := *broken
	fault.Offset -= r.read + int64(len(held)-len(raw))
	if fault.Rule == xmlscan.RuleUnexpectedEnd {
		fault.Detail = "it ends in the middle of this element"
	}
	var scope Scope
	if r.scope != nil {
		scope = *r.scope
	}
	return NewBroken(string(raw[:min(int64(len(raw)), fault.Offset+BehindFault+utf8.UTFMax)]), fault, scope)
}
