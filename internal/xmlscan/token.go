package xmlscan

// Kind says what a Token is.
type Kind uint8

// The kinds of token. Comments, processing instructions and document type
// declarations have none: XMPP forbids them (RFC 6120 §11.1), so they are errors.
const (
	// Decl is the XML declaration, allowed only as the document's first bytes.
	Decl Kind = iota + 1
	// Start is a start tag or an empty-element tag; the latter is followed by
	// an End token that has no bytes of its own.
	Start
	// End is an end tag.
	End
	// Text is character data, a CDATA section's included. A run of character
	// data may come as several Text tokens: one ends wherever the input so far
	// ends, but never inside a reference, a character, "]]>" or a line end of
	// two bytes. White space outside the root element is Text too, of Depth 0.
	Text
)

// Name is a name with its namespace resolved. Its strings are shared between
// tokens and stay valid for ever.
type Name struct {
	Space, Local string
}

// Attr is one attribute of a start tag, in the order written. Namespace
// declarations are among them, in the namespace NSXMLNS; the default
// declaration xmlns="…" has the local name "xmlns" and an empty Prefix.
type Attr struct {
	Name   Name
	Prefix string
	// Pos and End are the stream offsets of the name's first byte and of the
	// byte behind the closing quote; ValPos and ValEnd those of the raw value
	// between the quotes.
	Pos, End       int64
	ValPos, ValEnd int64
	// Ref is set when the raw value is not the value: it holds a reference or
	// white space that attribute normalization changes.
	Ref bool
}

// Token is what Scanner.Next found. Offsets count bytes from the start of the
// input and stay right across Release.
type Token struct {
	Kind     Kind
	Pos, End int64
	// Name and Prefix of a Start or End token.
	Name   Name
	Prefix string
	// Attr holds a Start token's attributes; the slice is reused by Next.
	Attr []Attr
	// Empty says that the Start token is an empty-element tag.
	Empty bool
	// CDATA says that the Text token is a CDATA section, its brackets
	// included in Pos and End.
	CDATA bool
	// Ref says that a Text token holds a character or entity reference or a
	// carriage return, so that its text differs from its bytes.
	Ref bool
	// Depth is the depth of the element that a Start or End token opens or
	// closes, the root's being 1; of a Text token, that of its parent, which is
	// 0 for white space outside the root.
	Depth int
}

// Namespaces that the scanner itself knows.
const (
	NSXML   = "http://www.w3.org/XML/1998/namespace"
	NSXMLNS = "http://www.w3.org/2000/xmlns/"
)
