package cli

import (
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// xmlSpaces are the characters that XML calls white space (XML 1.0 §2.3).
const xmlSpaces = " \t\r\n"

// findAll checks a text that is a stream, or stanzas that stand in the scope
// alone. It tells what it finds in the order of the text, with places in the whole
// of it, until report has had enough.
func findAll(text string, alone stanza.Scope, report func(iqbuilder.Finding) bool) {
	d := document{text: text, report: report, at: place{line: 1, column: 1}}
	if strings.Trim(text, xmlSpaces) == "" {
		d.check(0, len(text), alone)
		return
	}
	if !d.streams() {
		d.stanzas(alone)
	}
}

// document is a text that is cut into what is to be checked one by one.
type document struct {
	text   string
	report func(iqbuilder.Finding) bool
	enough bool
	at     place // of what is checked now

	// incoming says that a server speaks: it says from whom, and clients do not.
	incoming bool
}

// check holds one element, or what should be one, against the rules of an IQ.
func (d *document) check(pos, end int, scope stanza.Scope) {
	d.at.move(d.text, pos)
	_, findings := iqbuilder.Check(d.text[pos:end], scope)
	for _, f := range findings {
		if d.incoming && f.Rule == iqbuilder.RuleFromClient {
			continue
		}
		d.found(d.at.shift(f))
	}
}

func (d *document) found(f iqbuilder.Finding) {
	if !d.enough {
		d.enough = !d.report(f)
	}
}

// stanzas checks elements that stand one after the other without a stream
// around them.
func (d *document) stanzas(scope stanza.Scope) {
	sc := xmlscan.New(xmlscan.Limits{}, scope.Namespaces)
	io.WriteString(sc, d.text)
	start, done := -1, 0
	for !d.enough {
		tok, err := sc.Next()
		switch {
		case err != nil:
			// What is left is broken, or nothing.
			if strings.Trim(d.text[done:], xmlSpaces) != "" {
				d.check(max(start, done), len(d.text), scope)
			}
			return
		case start < 0 && tok.Kind != xmlscan.Text:
			start = int(tok.Pos)
		}
		if tok.Kind == xmlscan.End && tok.Depth == 1 {
			done = int(tok.End)
			if !passes(d.text[start:done], scope) {
				d.check(start, done, scope)
			}
			start = -1
			sc.Release(tok.End)
			sc.Restart()
		}
	}
}

// passes says that this is a message or a presence, of which nothing is asked but
// to be well-formed.
func passes(xml string, scope stanza.Scope) bool {
	s, err := stanza.Parse(xml, scope)
	return err == nil && (s.Kind() == stanza.Message || s.Kind() == stanza.Presence)
}

// streams checks streams that stand one after the other, as after STARTTLS and
// SASL; false when there is none.
func (d *document) streams() bool {
	for from := 0; from >= 0 && !d.enough; {
		next, ok := d.stream(from)
		if !ok {
			return from > 0
		}
		from = next
	}
	return true
}

// stream checks the stream that begins at from, and returns where the next one does,
// -1 for none. It is false if the first one is none at all.
func (d *document) stream(from int) (next int, ok bool) {
	sc := xmlscan.New(xmlscan.Limits{ElementDepth: 2}, xmlscan.Scope{})
	source := strings.NewReader(d.text[from:])
	r := stanza.NewReader(sc)
	for done := from; !d.enough; {
		el, err := r.Next()
		if errors.Is(err, xmlscan.ErrMore) {
			if _, err = sc.Fill(source); err == nil {
				continue
			}
			if strings.Trim(d.text[done:], xmlSpaces) != "" {
				err = sc.Close() // inside an element; outside of them a stream may go on
			}
		}
		var broken *xmlscan.Error
		switch {
		case errors.As(err, &broken):
			if from == 0 && (broken.Rule == stanza.RuleStreamNamespace || broken.Rule == stanza.RuleNoStream) {
				return -1, false
			}
			d.at.move(d.text, from+int(broken.Offset))
			d.found(d.brokenHere(broken))
			return -1, true
		case err != nil:
			return -1, true
		}
		done = from + int(sc.Offset())
		if el.Kind() == stanza.StreamOpen {
			// Only the side that accepts a stream gives it an id (RFC 6120 §4.7.3).
			d.incoming = r.Header().ID != ""
		} else if asIQ(el) {
			d.check(done-len(el.XML()), done, el.Scope())
		}
		if beginsStream(d.text[done:]) {
			return len(d.text) - len(strings.TrimLeft(d.text[done:], xmlSpaces)), true
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

// beginsStream says that the next thing is a stream's header.
func beginsStream(text string) bool {
	text = strings.TrimLeft(text, xmlSpaces)
	if strings.HasPrefix(text, "<?xml") {
		return true
	}
	text, ok := strings.CutPrefix(text, "<stream:stream")
	return ok && text != "" && strings.Contains(xmlSpaces+">", text[:1])
}

// brokenHere makes a finding of what broke a stream's rules or its XML's.
func (d *document) brokenHere(e *xmlscan.Error) iqbuilder.Finding {
	return iqbuilder.Finding{
		Rule: string(e.Rule), Severity: iqbuilder.Fatal, Text: e.Detail, Section: streamSection(e),
		Line: d.at.line, Column: d.at.column, Pos: d.at.offset, End: d.at.offset,
	}
}

// streamSection says where RFC 6120 has the rule.
func streamSection(e *xmlscan.Error) string {
	switch e.Rule {
	case stanza.RuleContentNamespace:
		return "RFC 6120 §4.8.2"
	case stanza.RuleTextInStream:
		return "RFC 6120 §11.7"
	}
	return e.Condition.Section()
}

// place is where a byte stands, line and column counted from 1, columns in
// characters.
type place struct{ offset, line, column int }

// move goes on to a later byte.
func (p *place) move(text string, to int) {
	passed := text[p.offset:to]
	p.offset = to
	if last := strings.LastIndexByte(passed, '\n'); last >= 0 {
		p.line += strings.Count(passed, "\n")
		p.column = 1
		passed = passed[last+1:]
	}
	p.column += utf8.RuneCountInString(passed)
}

// shift gives a finding in a part that begins here its place in the whole.
func (p *place) shift(f iqbuilder.Finding) iqbuilder.Finding {
	if f.Line == 1 {
		f.Column += p.column - 1
	}
	f.Line += p.line - 1
	f.Pos, f.End = f.Pos+p.offset, f.End+p.offset
	if f.Fix != nil {
		fix := *f.Fix
		fix.Pos, fix.End = fix.Pos+p.offset, fix.End+p.offset
		f.Fix = &fix
	}
	return f
}
