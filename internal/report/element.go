package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"iqscope/iqbuilder/stanza"
)

// Element is one element that went over a stream, as a line of JSON.
type Element struct {
	Seq     uint64  `json:"seq"`  // its number in the log
	Time    *string `json:"time"` // RFC 3339, in UTC; null where a capture has no time
	Dir     string  `json:"dir"`
	Kind    string  `json:"kind"`
	Type    *string `json:"type"`
	ID      *string `json:"id"`
	From    *string `json:"from"`
	To      *string `json:"to"`
	Payload *string `json:"payload"` // {namespace}name
	Bytes   int     `json:"bytes"`
	Verdict *string `json:"verdict"`
	XML     string  `json:"xml"` // its secrets hidden
	// Broken is why it is no element, and where in it: line:column: text. XML is what arrived of it
	// then, with bytes that are no UTF-8 as <0xFF>.
	Broken *string `json:"broken"`
}

// NewElement makes the record of an element, whose secrets are hidden.
func NewElement(seq uint64, at time.Time, dir stanza.Direction, st *stanza.Stanza, verdict stanza.Verdict) Element {
	return new(elementValues).element(seq, at, dir, st, verdict)
}

// AppendElement appends what Line makes of NewElement.
func AppendElement(dst []byte, seq uint64, at time.Time, dir stanza.Direction, st *stanza.Stanza, verdict stanza.Verdict) []byte {
	var values elementValues
	e := values.element(seq, at, dir, st, verdict)
	return e.append(dst)
}

// elementValues are what an Element points to, in one piece; on the stack where the Element is.
type elementValues struct{ time, typ, id, from, to, payload, verdict string }

func (v *elementValues) element(seq uint64, at time.Time, dir stanza.Direction, st *stanza.Stanza, verdict stanza.Verdict) Element {
	e := Element{
		Seq: seq, Time: textIn(&v.time, moment(at)), Dir: directionWord(dir), Kind: kindWord(st.Kind()),
		Type: textIn(&v.typ, string(st.Type())), ID: idIn(&v.id, st), From: textIn(&v.from, st.From()), To: textIn(&v.to, st.To()),
		Payload: textIn(&v.payload, bracedName(st.Payload())), Bytes: len(st.XML()),
		Verdict: textIn(&v.verdict, string(verdict)), XML: st.XML(),
	}
	if st.Kind() == stanza.Broken {
		e.Broken, e.XML = orNull(st.Fault().Error()), visible(st.XML())
	}
	return e
}

// append is the line that encoding/json makes of it.
func (e *Element) append(dst []byte) []byte {
	dst = strconv.AppendUint(append(dst, `{"seq":`...), e.Seq, 10)
	dst = appendTextOrNull(append(dst, `,"time":`...), e.Time)
	dst = appendText(append(dst, `,"dir":`...), e.Dir)
	dst = appendText(append(dst, `,"kind":`...), e.Kind)
	dst = appendTextOrNull(append(dst, `,"type":`...), e.Type)
	dst = appendTextOrNull(append(dst, `,"id":`...), e.ID)
	dst = appendTextOrNull(append(dst, `,"from":`...), e.From)
	dst = appendTextOrNull(append(dst, `,"to":`...), e.To)
	dst = appendTextOrNull(append(dst, `,"payload":`...), e.Payload)
	dst = strconv.AppendInt(append(dst, `,"bytes":`...), int64(e.Bytes), 10)
	dst = appendTextOrNull(append(dst, `,"verdict":`...), e.Verdict)
	dst = appendText(append(dst, `,"xml":`...), e.XML)
	dst = appendTextOrNull(append(dst, `,"broken":`...), e.Broken)
	return append(dst, '}')
}

// moment is "" for a time that nobody knows.
func moment(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}

// visible writes the bytes that are no UTF-8, which JSON has no way to write, as they are shown on
// a terminal.
func visible(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		if _, size := utf8.DecodeRuneInString(text[i:]); r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, "<0x%02X>", text[i])
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func directionWord(d stanza.Direction) string {
	if d == stanza.Out {
		return "out"
	}
	return "in"
}

func kindWord(k stanza.Kind) string {
	switch k {
	case stanza.IQ:
		return "iq"
	case stanza.Message:
		return "message"
	case stanza.Presence:
		return "presence"
	case stanza.StreamOpen:
		return "stream-open"
	case stanza.StreamClose:
		return "stream-close"
	case stanza.Broken:
		return "broken"
	}
	return "element"
}
