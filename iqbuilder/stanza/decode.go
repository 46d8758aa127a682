package stanza

import (
	"encoding/xml"
	"errors"
	"fmt"
)

// ErrNoPayload is what Decode says of a stanza that carries nothing: an empty result is as good an
// answer as any.
var ErrNoPayload = errors.New("the stanza carries no payload")

// Decode reads the payload into the value that v points to, by its encoding/xml tags. A value whose
// XMLName has a namespace and a name, as in
//
//	XMLName xml.Name `xml:"jabber:iq:version query"`
//
// takes no other payload: whatever a peer sends, the error says what it is. What the payload lacks
// stays as it was in v. The error is ErrNoPayload where there is none.
//
// For another child than the payload, such as one of a message, give Cut's bytes to encoding/xml:
//
//	err := xml.Unmarshal([]byte(s.Cut(s.Child(space, local), stanza.Scope{})), &v)
func (s *Stanza) Decode(v any) error {
	n := s.Child(s.Payload().Space, s.Payload().Local)
	if n == nil {
		return ErrNoPayload
	}
	// The scanner has read these bytes already; encoding/xml, less strict, only fills in v.
	if err := xml.Unmarshal([]byte(s.Cut(n, Scope{})), v); err != nil {
		return fmt.Errorf("<%s/> of %s is not what was wanted: %w", n.Name.Local, quoteShort(n.Name.Space), err)
	}
	return nil
}

// Child returns the first child element of that name, as Node.Child does: nil, which can be asked
// for more, when there is none. It parses the tree; hold on to Tree for more than a look.
func (s *Stanza) Child(space, local string) *Node {
	root, err := s.Tree()
	if err != nil {
		return nil
	}
	return root.Child(space, local)
}

// String is XML, so that a stanza can be printed as it is; "" of nil. Passwords in it are not
// hidden.
func (s *Stanza) String() string {
	if s == nil {
		return ""
	}
	return s.raw
}
