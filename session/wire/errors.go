package wire

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// ErrBuffered refuses the change to TLS because bytes came behind <proceed/> in
// the clear (RFC 6120 §5.4.3.3): someone may have put them there.
var ErrBuffered = errors.New("the server sent bytes after <proceed/> before TLS began")

// errClosed is what writing after our own </stream:stream> gives.
var errClosed = fmt.Errorf("the stream was closed here: %w", net.ErrClosed)

// errClosedHere is what reading after CloseNow gives.
var errClosedHere = fmt.Errorf("the connection was closed here: %w", net.ErrClosed)

// lost is the connection's end without a </stream:stream>. It is
// io.ErrUnexpectedEOF, and whatever the socket said.
type lost struct {
	how   string
	cause error
}

func (e *lost) Error() string   { return e.how }
func (e *lost) Unwrap() []error { return []error{io.ErrUnexpectedEOF, e.cause} }

// BrokenError is the end of a stream by an element that breaks a rule, or in the middle of one.
type BrokenError struct {
	// Element is what arrived of it, as it may be shown; its kind is stanza.Broken.
	Element *stanza.Stanza
	// Cause is Element's fault, an *stanza.XMLError; or how the connection was lost, which is
	// io.ErrUnexpectedEOF.
	Cause error
}

// Error says what is wrong, and where in the element.
func (e *BrokenError) Error() string {
	fault := e.Element.Fault()
	what := "what came"
	if name := e.Element.Name().Local; name != "" {
		what = fmt.Sprintf("the element %.60q", name)
	}
	if !errors.As(e.Cause, new(*stanza.XMLError)) {
		return fmt.Sprintf("%v, in the middle of %s, at %d:%d of it", e.Cause, what, fault.Line, fault.Column)
	}
	return fmt.Sprintf("%s (%s), at %d:%d of %s", fault.Detail, fault.Rule, fault.Line, fault.Column, what)
}

// Unwrap returns the cause.
func (e *BrokenError) Unwrap() error { return e.Cause }

// StreamError is a <stream:error/> from the other side (RFC 6120 §4.9).
type StreamError struct {
	Condition string // "" when the element named none
	Text      string
	// OtherHost is where see-other-host points (RFC 6120 §4.9.3.19).
	OtherHost   string
	Application stanza.Name
	Element     *stanza.Stanza
}

// Error quotes what the other side said.
func (e *StreamError) Error() string {
	s := "the other side ended the stream"
	switch {
	case isCondition(e.Condition):
		s += ": " + e.Condition
	case e.Condition != "":
		s += fmt.Sprintf(": %.60q", e.Condition)
	}
	if e.OtherHost != "" {
		s += fmt.Sprintf(" %.200q", e.OtherHost)
	}
	if e.Text != "" {
		s += fmt.Sprintf(" (%.200q)", e.Text)
	}
	return s
}

// isCondition says that a name looks like one of RFC 6120's conditions.
func isCondition(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-") == ""
}

// streamError reads a <stream:error/>.
func streamError(el *stanza.Stanza) *StreamError {
	e := &StreamError{Element: el}
	tree, err := el.Tree()
	if err != nil {
		return e
	}
	for _, n := range tree.Elements() {
		switch {
		case n.Name.Space == stanza.NSStreams && n.Name.Local == "text":
			e.Text = n.Text()
		case n.Name.Space == stanza.NSStreams && e.Condition == "":
			e.Condition = n.Name.Local
			if e.Condition == "see-other-host" {
				e.OtherHost = strings.TrimSpace(n.Text())
			}
		case n.Name.Space != stanza.NSStreams && e.Application == stanza.Name{}:
			e.Application = n.Name
		}
	}
	return e
}
