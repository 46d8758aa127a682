// Package stanza says what a stanza is: immutable exact bytes, with a header
// read in one pass, an element tree on demand, addresses, stanza errors, and
// the words for how a request ends and what a reply is worth.
//
// A Stanza is never re-encoded: XML gives the bytes as they stood on the wire
// or as they were typed. It comes from a Reader, which cuts a stream into its
// elements, or from Parse, which reads one element from a text. Building and
// checking IQs is iqbuilder's; sending them session's. All values here but
// Reader are safe for concurrent use once made.
package stanza

// Namespaces that every room needs.
const (
	NSClient     = "jabber:client"
	NSComponent  = "jabber:component:accept"
	NSStream     = "http://etherx.jabber.org/streams"
	NSStanzas    = "urn:ietf:params:xml:ns:xmpp-stanzas"
	NSStreams    = "urn:ietf:params:xml:ns:xmpp-streams"
	NSTLS        = "urn:ietf:params:xml:ns:xmpp-tls"
	NSSASL       = "urn:ietf:params:xml:ns:xmpp-sasl"
	NSBind       = "urn:ietf:params:xml:ns:xmpp-bind"
	NSDiscoInfo  = "http://jabber.org/protocol/disco#info"
	NSDiscoItems = "http://jabber.org/protocol/disco#items"
)

// Kind is what a top-level element of a stream is.
type Kind uint8

// IQ, Message and Presence are the stanzas of RFC 6120 §8, in the stream's
// content namespace only: an <iq/> in another namespace is an Element.
const (
	// Element is any other top-level element: features, SASL, acks, …
	Element Kind = iota
	IQ
	Message
	Presence
	// StreamOpen and StreamClose are the tags of the stream itself; they have
	// no tree. StreamOpen's bytes include an XML declaration before it.
	StreamOpen
	StreamClose
	// Broken is what arrived of an element that breaks a rule of XML or of streams, or
	// that the connection ended in. Its bytes may be no XML and no UTF-8; it has no tree.
	// Fault says what is wrong with it.
	Broken
)

// kindOf judges an element's name in a stream of the content namespace.
func kindOf(name Name, content string) Kind {
	if name.Space != content {
		return Element
	}
	switch name.Local {
	case "iq":
		return IQ
	case "message":
		return Message
	case "presence":
		return Presence
	}
	return Element
}

// Direction is the way an element went.
type Direction uint8

// In is from the server to us.
const (
	In Direction = iota + 1
	Out
)

// Type is the type attribute of an IQ (RFC 6120 §8.2.3).
type Type string

// The four types of an IQ. They stand for themselves in JSON and filters.
const (
	Get    Type = "get"
	Set    Type = "set"
	Result Type = "result"
	Error  Type = "error"
)

// Scope is what a stanza inherits from the stream it stands in. Its map is
// shared: it is not to be changed.
type Scope struct {
	Namespaces
	// Content is the stream's content namespace: jabber:client or
	// jabber:component:accept.
	Content string
	// Lang is the inherited xml:lang.
	Lang string
}

// ClientScope is the scope of a stanza that is typed for a client's stream. Its
// map is shared by all callers: it must not be changed.
func ClientScope() Scope { return scopeOf(NSClient) }

// ComponentScope is the same for a component's stream (XEP-0114).
func ComponentScope() Scope { return scopeOf(NSComponent) }

func scopeOf(content string) Scope {
	return Scope{Namespaces: Namespaces{Default: content, Prefixes: streamPrefixes}, Content: content}
}

// streamPrefixes are the prefixes that every stream declares (RFC 6120 §4.8.5).
var streamPrefixes = map[string]string{"stream": NSStream}

// Stanza is one top-level element of a stream. It does not change.
//
// Logs hold hundreds of thousands, so that it is small: the values of its header are found in its
// bytes, and its names are shared with those that look alike.
type Stanza struct {
	raw      string
	shape    *shape
	full     *fullHeader // nil for nearly all
	values   [values]place
	payloads uint16
	kind     Kind
	hasError bool
}

// shape is what stanzas of a stream that look alike have in common. It does not change.
type shape struct {
	scope         *Scope // shared by all stanzas of a stream
	name, payload Name
}

// XML returns the exact bytes.
func (s *Stanza) XML() string { return s.raw }

// Scope returns what the stanza inherits.
func (s *Stanza) Scope() Scope { return *s.shape.scope }

// Kind says what the element is.
func (s *Stanza) Kind() Kind { return s.kind }

// Name is the element's own name.
func (s *Stanza) Name() Name { return s.shape.name }

// Type is the type attribute, references in it replaced; "" when absent.
func (s *Stanza) Type() Type { return Type(s.value(typeValue)) }

// ID is the id attribute, references in it replaced.
func (s *Stanza) ID() string { return s.value(idValue) }

// HasID tells an empty id from none.
func (s *Stanza) HasID() bool {
	if s.full != nil {
		return s.full.hasID
	}
	return s.values[idValue].set()
}

// From is the from attribute, references in it replaced; "" when absent or
// empty. It may be no JID at all: see ParseJID.
func (s *Stanza) From() string { return s.value(fromValue) }

// To is the to attribute, as From.
func (s *Stanza) To() string { return s.value(toValue) }

// Lang is the xml:lang in force.
func (s *Stanza) Lang() string {
	if s.full == nil && !s.values[langValue].set() {
		return s.shape.scope.Lang
	}
	return s.value(langValue)
}

// Payload is the name of the first child element that is no stanza <error/>,
// or zero.
func (s *Stanza) Payload() Name { return s.shape.payload }

// Payloads counts the child elements that are no stanza <error/>.
func (s *Stanza) Payloads() int {
	if s.full != nil {
		return s.full.payloads
	}
	return int(s.payloads)
}

// HasError says that there is an <error/> in the content namespace.
func (s *Stanza) HasError() bool { return s.hasError }

// IsRequest says that this is an IQ of type get or set.
func (s *Stanza) IsRequest() bool {
	return s.kind == IQ && (s.Type() == Get || s.Type() == Set)
}

// IsReply says that this is an IQ of type result or error.
func (s *Stanza) IsReply() bool {
	return s.kind == IQ && (s.Type() == Result || s.Type() == Error)
}
