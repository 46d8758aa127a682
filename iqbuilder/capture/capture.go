// Package capture reads what was captured of XMPP, from a file or a pipe: a stream, several of them
// one after the other, stanzas without a stream around them, a recording of this program, or the
// log of another one. It cuts the text into its elements, and says what is wrong with each.
//
// IQs are held against the rules of iqbuilder; everything else only has to be well-formed. What is
// not ends a capture of XML, as it would end a stream; in a log the next entry goes on. Nothing here
// knows of connections, files or screens.
//
//	for el, err := range capture.Read(file, stanza.ClientScope()) {
//		if err != nil {
//			return err
//		}
//		for _, f := range el.Findings {
//			fmt.Printf("%d:%d: %s\n", f.Line, f.Column, f.Text)
//		}
//	}
//
// Read takes XML alone. ReadAs takes any Format, and finds out which one it is.
package capture

import (
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// Element is one element of a capture, a stream's own tags included, or what broke it.
type Element struct {
	// Stanza is of kind Broken for what is not one well-formed element; Findings then say why. It is
	// never nil, but where the reader failed.
	Stanza *stanza.Stanza
	// Time is when it went over the wire, as far as the format tells it; zero where it is not known.
	// Format says what is assumed of it.
	Time time.Time
	// Dir is In for what the side said that accepts a stream, a server; Out for the side that
	// opens one; 0 where there is no stream to tell.
	Dir stanza.Direction
	// Pos and End are byte offsets in the whole capture: where the element begins and where it ends.
	// In a log, something else may stand between.
	Pos, End int
	// Findings are in the order of the text, with places in the whole capture.
	Findings []iqbuilder.Finding
}

// spaces are the characters that XML calls white space (XML 1.0 §2.3).
const spaces = " \t\r\n"

// Read gives the elements of a capture in the order of its text. Stanzas without a stream around
// them stand in the scope alone. A capture without any element is one Element that says so.
//
// The capture is read to its end first, and held in memory; whoever does not know how long it is
// bounds the reader. The error is the reader's, and ends the sequence.
func Read(from io.Reader, alone stanza.Scope) iter.Seq2[Element, error] {
	return func(yield func(Element, error) bool) {
		var b strings.Builder
		if _, err := io.Copy(&b, from); err != nil {
			yield(Element{}, err)
			return
		}
		readXML(b.String(), alone, func(el Element) bool { return yield(el, nil) })
	}
}

func readXML(text string, alone stanza.Scope, yield func(Element) bool) {
	d := document{text: text, at: place{line: 1, column: 1}, flights: flights{}, yield: yield}
	if d.behindSpace(0) == len(d.text) {
		d.check(0, len(d.text), alone)
	} else if !d.streams(alone) {
		d.stanzas(alone)
	}
}

// document is a text that is cut into elements.
type document struct {
	text  string
	yield func(Element) bool
	ended bool // nobody wants more
	at    place
	dir   stanza.Direction // of the stream that is read
	flights
}

func (d *document) give(el Element) {
	el.Dir = d.dir
	d.ended = !d.yield(el)
}

// behindSpace is where what is not white space begins, at pos or behind it.
func (d *document) behindSpace(pos int) int {
	return len(d.text) - len(strings.TrimLeft(d.text[pos:], spaces))
}

// check holds one element, or what should be one, against the rules of an IQ.
func (d *document) check(pos, end int, scope stanza.Scope) {
	d.at.move(d.text, pos)
	st, findings := iqbuilder.Check(d.text[pos:end], scope)
	if st == nil {
		st = broken(d.text[pos:end], scope)
	}
	el := Element{Stanza: st, Pos: pos, End: end}
	for _, f := range findings {
		// A server says from whom, and clients do not.
		if f.Rule != iqbuilder.RuleFromClient || d.dir != stanza.In && !received(st) {
			el.Findings = append(el.Findings, d.at.shift(f))
		}
	}
	if f, again := d.flights.check(st, d.dir, d.at.line); again {
		el.Findings = append(el.Findings, d.at.shift(f))
	}
	d.give(el)
}

// broken is what there is of a text that is not one element.
func broken(text string, scope stanza.Scope) *stanza.Stanza {
	return stanza.NewBroken(text, *stanza.Unparsed(text, scope).Fault(), scope)
}

// received says that a stanza without a stream around it was not typed but came from a server:
// it says from whom and to whom, and answers something or is to one resource.
func received(st *stanza.Stanza) bool {
	to, err := stanza.ParseJID(st.To())
	return st.From() != "" && err == nil && (st.IsReply() || to.Resource() != "")
}

// meantAsIQ says that an element without a stream around it is to be an IQ: it is neither a
// message, a presence, nor one that streams have besides.
func meantAsIQ(st *stanza.Stanza) bool {
	switch st.Kind() {
	case stanza.Message, stanza.Presence:
		return false
	case stanza.Element:
		return !slices.Contains(ofStreams, st.Name().Space)
	}
	return true
}

// ofStreams are the namespaces of elements that are no stanzas and stand in streams all the same.
var ofStreams = []string{
	stanza.NSStream, stanza.NSTLS, stanza.NSSASL,
	"urn:xmpp:sasl:2", "urn:xmpp:sm:3", "urn:xmpp:csi:0",
	"urn:ietf:params:xml:ns:xmpp-framing", "http://jabber.org/protocol/compress",
}

// stanzas reads elements that stand one after the other without a stream around
// them.
func (d *document) stanzas(scope stanza.Scope) {
	sc := xmlscan.New(stanza.Limits{}, scope.Namespaces)
	io.WriteString(sc, d.text)
	start, done := -1, 0
	for !d.ended {
		tok, err := sc.Next()
		switch {
		case err != nil:
			// What is left is broken, or nothing.
			if pos := d.behindSpace(done); pos < len(d.text) {
				d.check(pos, len(d.text), scope)
			}
			return
		case start < 0 && tok.Kind != xmlscan.Text:
			start = int(tok.Pos)
		}
		if tok.Kind == xmlscan.End && tok.Depth == 1 {
			done = int(tok.End)
			st, err := stanza.Parse(d.text[start:done], scope)
			if err == nil && !meantAsIQ(st) {
				d.give(Element{Stanza: st, Pos: start, End: done})
			} else {
				d.check(start, done, scope)
			}
			start = -1
			sc.Restart()
		}
	}
}
