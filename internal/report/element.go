package report

import (
	"fmt"
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
	e := Element{
		Seq: seq, Time: moment(at), Dir: directionWord(dir), Kind: kindWord(st.Kind()),
		Type: orNull(string(st.Type())), ID: idOf(st), From: orNull(st.From()), To: orNull(st.To()),
		Payload: orNull(bracedName(st.Payload())), Bytes: len(st.XML()),
		Verdict: orNull(string(verdict)), XML: st.XML(),
	}
	if st.Kind() == stanza.Broken {
		e.Broken, e.XML = orNull(st.Fault().Error()), visible(st.XML())
	}
	return e
}

// moment is nil for a time that nobody knows.
func moment(at time.Time) *string {
	if at.IsZero() {
		return nil
	}
	text := at.UTC().Format(time.RFC3339Nano)
	return &text
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
