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

// ReadCount reads the h of an <a/>, <resume/> or <resumed/>: a decimal number below
// 2^32. It is false for anything else.
func ReadCount(el *stanza.Stanza) (uint32, bool) {
	tree, err := el.Tree()
	if err != nil {
		return 0, false
	}
	text, _ := tree.Attr("h")
	h, err := strconv.ParseUint(text, 10, 32)
	return uint32(h), err == nil
}
