package match

import "iqscope/iqbuilder/stanza"

// ownField is a field of the stanza itself that is more than an attribute.
type ownField uint8

const (
	noOwn ownField = iota
	ownType
	ownID
	ownFrom
	ownFromBare
	ownFromDomain
	ownTo
	ownToBare
	ownToDomain
	ownDir
	ownVerdict
	ownOutcome
	ownBytes
	ownRTT
	ownError
)

var ownFields = map[string]ownField{
	"type": ownType, "id": ownID,
	"from": ownFrom, "from.bare": ownFromBare, "from.domain": ownFromDomain,
	"to": ownTo, "to.bare": ownToBare, "to.domain": ownToDomain,
	"dir": ownDir, "verdict": ownVerdict, "outcome": ownOutcome,
	"bytes": ownBytes, "rtt": ownRTT, "error": ownError,
}

// isAddress says that the field's value is an address or a part of one.
func (o ownField) isAddress() bool { return o >= ownFrom && o <= ownToDomain }

// ownHolds decides a stanza's own field but error.
func (f *field) ownHolds(v view) bool {
	switch {
	case f.own.isAddress():
		return f.address(v)
	case f.own == ownBytes:
		return f.number(float64(len(v.Stanza.XML())))
	case f.own == ownRTT:
		return v.RTT > 0 && f.number(v.RTT.Seconds())
	}
	value, ok := f.ownText(v)
	return ok && f.text(value)
}

// ownText is the value of an own field that is a text, and whether it is there.
func (f *field) ownText(v view) (string, bool) {
	s := v.Stanza
	switch f.own {
	case ownType:
		return string(s.Type()), s.Type() != ""
	case ownID:
		return s.ID(), s.HasID()
	case ownFrom, ownFromBare, ownFromDomain:
		return s.From(), s.From() != ""
	case ownTo, ownToBare, ownToDomain:
		return s.To(), s.To() != ""
	case ownDir:
		switch v.Dir {
		case stanza.In:
			return "in", true
		case stanza.Out:
			return "out", true
		}
	case ownVerdict:
		return string(v.Verdict), v.Verdict != ""
	case ownOutcome:
		return string(v.Outcome), v.Outcome != ""
	}
	return "", false
}

// address compares a from or to. What is no address differs from every address,
// and has no parts.
func (f *field) address(v view) bool {
	raw, there := f.ownText(v)
	whole := f.own == ownFrom || f.own == ownTo
	if !there {
		return false
	}
	if whole {
		switch f.op {
		case isThere:
			return true
		case contains:
			return f.needle.in(raw)
		}
	}
	j := f.part(v)
	if j.IsZero() {
		return whole && f.op == differs
	}
	switch f.op {
	case equals:
		return j == f.jid
	case differs:
		return j != f.jid
	case contains:
		return f.needle.in(j.String())
	}
	return true
}

// part is the address, or the part of it, that the field means; zero when the
// stanza has none.
func (f *field) part(v view) stanza.JID {
	switch f.own {
	case ownFrom:
		return v.subject.From()
	case ownFromBare:
		return v.subject.From().Bare()
	case ownFromDomain:
		return v.subject.From().Host()
	case ownTo:
		return v.subject.To()
	case ownToBare:
		return v.subject.To().Bare()
	}
	return v.subject.To().Host()
}

// hasError says that the stanza is an error that says something.
func hasError(s *stanza.Stanza) bool { return s.Type() == stanza.Error && s.HasError() }

// errorCondition is the defined condition of an error (RFC 6120 §8.3.3), "" when
// it names none.
func errorCondition(v view, root *stanza.Node) (string, bool) {
	if !hasError(v.Stanza) {
		return "", false
	}
	e := root.Child(v.Stanza.Scope().Content, "error")
	if e == nil {
		return "", false
	}
	for _, c := range e.Children {
		if c.Name.Space == stanza.NSStanzas && c.Name.Local != "text" {
			return c.Name.Local, true
		}
	}
	return "", true
}
