package capture

import (
	"errors"
	"strings"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// streams reads streams that stand one after the other, as after STARTTLS and
// SASL; false when there is none.
func (d *document) streams() bool {
	for from := 0; from >= 0 && !d.ended; {
		next, ok := d.stream(from)
		if !ok {
			return from > 0
		}
		from = next
	}
	return true
}

// stream reads the stream that begins at from, and returns where the next one does,
// -1 for none. It is false if the first one is none at all.
func (d *document) stream(from int) (next int, ok bool) {
	sc := stanza.NewScanner(stanza.Limits{})
	source := strings.NewReader(d.text[from:])
	r := stanza.NewReader(sc)
	for done := from; !d.ended; {
		el, err := r.Next()
		if errors.Is(err, stanza.ErrMore) {
			if _, err = sc.Fill(source); err == nil {
				continue
			}
			if d.behindSpace(done) < len(d.text) {
				err = sc.Close() // inside an element; outside of them a stream may go on
			}
		}
		var broken *stanza.XMLError
		switch {
		case errors.As(err, &broken):
			if from == 0 && (broken.Rule == stanza.RuleStreamNamespace || broken.Rule == stanza.RuleNoStream) {
				return -1, false
			}
			d.broken(broken, d.behindSpace(done), from+int(broken.Offset))
			return -1, true
		case err != nil:
			return -1, true
		}
		done = from + int(sc.Offset())
		if el.Kind() == stanza.StreamOpen {
			// Only the side that accepts a stream gives it an id (RFC 6120 §4.7.3).
			d.dir = stanza.Out
			if r.Header().ID != "" {
				d.dir = stanza.In
			}
			clear(d.flights) // ids begin anew with a stream (RFC 6120 §8.1.3)
		}
		if pos := done - len(el.XML()); asIQ(el) {
			d.check(pos, done, el.Scope())
		} else {
			d.give(Element{Stanza: el, Pos: pos, End: done})
		}
		if next := d.behindSpace(done); beginsStream(d.text[next:]) {
			return next, true
		}
	}
	return -1, true
}

// asIQ says that an element of a stream is an IQ, or seems to be meant as one:
// neither a message, a presence, nor one of the stream's own.
func asIQ(el *stanza.Stanza) bool {
	switch el.Kind() {
	case stanza.IQ:
		return true
	case stanza.Element:
		return el.Name().Local == "iq" || el.Name().Space == el.Scope().Content
	}
	return false
}

// beginsStream says that a text begins with a stream's header.
func beginsStream(text string) bool {
	if strings.HasPrefix(text, "<?xml") {
		return true
	}
	text, ok := strings.CutPrefix(text, "<stream:stream")
	return ok && text != "" && strings.Contains(spaces+">", text[:1])
}

// broken tells what, at a place behind pos, broke a stream's rules or its XML's.
func (d *document) broken(e *stanza.XMLError, pos, at int) {
	d.at.move(d.text, at)
	d.give(Element{Pos: pos, End: len(d.text), Findings: []iqbuilder.Finding{{
		Rule: string(e.Rule), Severity: iqbuilder.Fatal, Text: e.Detail, Section: section(e),
		Line: d.at.line, Column: d.at.column, Pos: at, End: at,
	}}})
}

// section says where RFC 6120 has the rule.
func section(e *stanza.XMLError) string {
	switch e.Rule {
	case stanza.RuleNoStream:
		return "RFC 6120 §4.2"
	case stanza.RuleStreamNamespace:
		return "RFC 6120 §4.8.1"
	case stanza.RuleContentNamespace:
		return "RFC 6120 §4.8.2"
	case stanza.RuleTextInStream:
		return "RFC 6120 §11.7"
	}
	return e.Condition.Section()
}
