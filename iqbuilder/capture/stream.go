package capture

import (
	"errors"
	"fmt"
	"strings"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// streams reads streams that stand one after the other, as after STARTTLS and
// SASL; false when there is none.
func (d *document) streams(alone stanza.Scope) bool {
	for from := 0; from >= 0 && !d.ended; {
		next, ok := d.stream(from, alone.Content)
		if !ok {
			return from > 0
		}
		from = next
	}
	return true
}

// stream reads the stream that begins at from, and returns where the next one does,
// -1 for none. It is false if the first one is none at all. The content namespace is that of
// stanzas where the header leaves it to them.
func (d *document) stream(from int, content string) (next int, ok bool) {
	sc := stanza.NewScanner(stanza.Limits{})
	source := strings.NewReader(d.text[from:])
	r := stanza.NewReader(sc)
	r.Content = content
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
			d.broken(r.Broken(), broken, d.behindSpace(done), from+int(broken.Offset))
			return -1, true
		case err != nil:
			return -1, true
		}
		done = from + int(sc.Offset())
		if el.Kind() == stanza.StreamOpen {
			d.dir = openedBy(el)
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
	tag, _, _ := strings.Cut(text, ">")
	name, attributes := tag, ""
	if end := strings.IndexAny(tag, spaces); end >= 0 {
		name, attributes = tag[:end], tag[end:]
	}
	return name == "<stream:stream" || name == "<stream" && strings.Contains(attributes, stanza.NSStream)
}

// broken tells what, at a place behind pos, broke a stream's rules or its XML's.
func (d *document) broken(el *stanza.Stanza, e *stanza.XMLError, pos, at int) {
	d.at.move(d.text, pos)
	within := d.within(el)
	d.at.move(d.text, at)
	if el == nil {
		fault := *e
		fault.Offset = int64(at - pos)
		el = stanza.NewBroken(d.text[pos:], fault, stanza.Scope{})
	}
	d.give(Element{Stanza: el, Pos: pos, End: len(d.text), Findings: []iqbuilder.Finding{{
		Rule: string(e.Rule), Severity: iqbuilder.Fatal, Text: e.Detail + within, Section: section(e),
		Line: d.at.line, Column: d.at.column, Pos: at, End: at,
	}}})
}

// within says in which element a fault is, and where in that: in a stream of one long line its
// place in the whole says little. The element begins where d.at is.
func (d *document) within(el *stanza.Stanza) string {
	if el == nil || el.Name().Local == "" || d.at.offset == 0 {
		return ""
	}
	fault := el.Fault()
	return fmt.Sprintf("; at %d:%d of the element %.60q, which begins at %d:%d",
		fault.Line, fault.Column, el.Name().Local, d.at.line, d.at.column)
}

// section says where RFC 6120 has the rule.
func section(e *stanza.XMLError) string {
	switch e.Rule {
	case stanza.RuleNoStream, stanza.RuleNestedStream:
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
