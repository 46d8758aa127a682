package ack

import (
	"fmt"
	"strconv"

	"iqscope/iqbuilder/stanza"
)

// Namespace is that of stream management's elements.
const Namespace = "urn:xmpp:sm:3"

// RequestXML asks the other side for its count (§4).
const RequestXML = "<r xmlns='" + Namespace + "'/>"

// AnswerXML says how many stanzas of the other side were handled (§4).
func AnswerXML(handled uint32) string {
	return fmt.Sprintf("<a xmlns='%s' h='%d'/>", Namespace, handled)
}

// Counts says whether an element is counted: IQs, messages and presences are (§4).
func Counts(el *stanza.Stanza) bool {
	switch el.Kind() {
	case stanza.IQ, stanza.Message, stanza.Presence:
		return true
	}
	return false
}

// TooHighError refuses a count of more stanzas than were sent. It ends the stream (§4).
type TooHighError struct {
	Handled uint32 // as the other side says
	Sent    uint32
}

func (e *TooHighError) Error() string {
	return fmt.Sprintf("%d stanzas are acknowledged of %d that were sent (XEP-0198 §4)", e.Handled, e.Sent)
}

// XML is the application condition of the stream error, next to its
// undefined-condition (§4).
func (e *TooHighError) XML() string {
	return fmt.Sprintf("<handled-count-too-high xmlns='%s' h='%d' send-count='%d'/>", Namespace, e.Handled, e.Sent)
}

// NoCountError refuses an h that is no decimal number below 2^32, or is not there. What the
// other side has handled is not known then, and it ends the stream like a count too high.
type NoCountError struct {
	Given bool
	Text  string // as the other side says
}

func (e *NoCountError) Error() string {
	if !e.Given {
		return "the count of handled stanzas, h, is missing (XEP-0198 §4)"
	}
	return fmt.Sprintf("the count of handled stanzas is %.60q, which is no number from 0 to 4294967295 (XEP-0198 §4)", e.Text)
}

// ReadCount reads the h of an <a/>, <resume/> or <resumed/>. The error is a NoCountError.
func ReadCount(el *stanza.Stanza) (uint32, error) {
	tree, err := el.Tree()
	if err != nil {
		return 0, err
	}
	text, given := tree.Attr("h")
	h, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, &NoCountError{Given: given, Text: text}
	}
	return uint32(h), nil
}
