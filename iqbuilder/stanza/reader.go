package stanza

import (
	"cmp"
	"fmt"

	"iqscope/internal/xmlscan"
)

// Stream error conditions that a stream's framing adds to the scanner's
// (RFC 6120 §4.9.3.1 and §4.9.3.10).
const (
	BadFormat        StreamCondition = "bad-format"
	InvalidNamespace StreamCondition = "invalid-namespace"
)

// Rules of a stream, beyond those of its XML.
const (
	RuleNoStream         Rule = "no-stream"             // RFC 6120 §4.2
	RuleStreamNamespace  Rule = "stream-namespace"      // RFC 6120 §4.8.1
	RuleContentNamespace Rule = "content-namespace"     // RFC 6120 §4.8.2
	RuleTextInStream     Rule = "text-between-stanzas"  // RFC 6120 §11.7
	RuleNestedStream     Rule = "stream-in-a-stream"    // RFC 6120 §4.2
	RuleHeaderSpace      Rule = "space-before-a-stream" // our limit
)

// maxHeader bounds an XML declaration and the white space between it and the
// stream's tag, in bytes: they are kept until the tag is complete. Real ones are
// a line of 40.
const maxHeader = 1 << 10

// Stanzas are allocated several at once, which costs less, and so are their bytes. But who keeps one
// keeps those beside it, so that large ones are allocated alone: one kept costs 64 KiB at most.
const (
	together  = 16      // stanzas
	maxBeside = 4 << 10 // bytes of XML
)

// shapes is how many different shapes of stanzas a Reader knows again.
const shapes = 32

// deepest is the depth of what a Reader asks about: the payload of a stanza.
const deepest = 3

// Reader cuts a stream into its top-level elements as bytes arrive. Each one's
// header is read in the same pass as its well-formedness; a stanza costs one
// allocation at most, of its bytes. What was read is released from the scanner at once: it holds no
// more than the element that is being read. A Reader is not safe for concurrent
// use; what it returns is.
type Reader struct {
	sc     *Scanner
	err    error
	scope  *Scope // what the stream's stanzas inherit
	header *StreamHeader
	h      header
	spare  []Stanza // to be filled
	text   text
	shapes [shapes]*shape
	decl   int64 // stream offset of the XML declaration, -1 for none
	read   int64 // stream offset up to which the input was released

	// Content is the content namespace of a stream whose header leaves it to each stanza, for
	// its default namespace is that of streams (RFC 6120 §4.8.3); "" means jabber:client. It is
	// set before the header is read.
	Content string
}

// StreamHeader is what a stream's opening tag said (RFC 6120 §4.7).
type StreamHeader struct {
	ID, From, To, Version, Lang string
	Content                     string // content namespace
}

// NewReader reads a stream whose bytes are fed to sc, which is
// NewScanner's. The stream's header comes first, as a Stanza of kind StreamOpen.
func NewReader(sc *Scanner) *Reader {
	sc.GiveTo(deepest)
	return &Reader{sc: sc, decl: -1, read: sc.Offset()}
}

// Restart expects a new stream header, as after SASL (RFC 6120 §6.3.2).
func (r *Reader) Restart() {
	r.sc.Restart()
	*r = Reader{sc: r.sc, err: r.err, decl: -1, read: r.read, Content: r.Content}
}

// Header describes the stream's opening tag; nil before it came.
func (r *Reader) Header() *StreamHeader { return r.header }

// Next returns the next element; ErrMore when the input ran out first;
// StreamClose and then io.EOF at the stream's end tag. Broken XML, text between
// stanzas, a root that is no stream or a stream inside the stream is an *XMLError, for
// ever; Broken then returns what there is of it.
//
// White space between stanzas is a keepalive (RFC 6120 §4.6.1): it is let go
// without a word.
func (r *Reader) Next() (*Stanza, error) {
	if r.err != nil {
		return nil, r.err
	}
	for {
		tok, err := r.sc.Next()
		if err != nil {
			return nil, err
		}
		var s *Stanza
		if s, r.err = r.token(tok); s != nil || r.err != nil {
			return s, r.err
		}
	}
}

// token takes one token, and returns the element that it completes.
func (r *Reader) token(tok *xmlscan.Token) (*Stanza, error) {
	switch {
	case tok.Kind == xmlscan.End && tok.Depth == 2:
		return r.take(kindOf(r.h.name, r.scope.Content), r.scope, tok.End), nil
	case tok.Kind == xmlscan.Start && tok.Depth == 2 && tok.Name == nameStream:
		return nil, r.fail(RuleNestedStream, BadFormat, tok.Pos, "a stream begins inside of a stream")
	case tok.Kind == xmlscan.Start && tok.Depth == 2:
		r.h.open(r.sc, tok, tok.Pos)
	case tok.Kind == xmlscan.Start && tok.Depth == 3:
		r.h.child(tok.Name, r.scope.Content)
	case tok.Kind == xmlscan.Start && tok.Depth == 1:
		return r.open(tok)
	case tok.Kind == xmlscan.Decl:
		r.decl = tok.Pos
	case tok.Kind == xmlscan.End && tok.Depth == 1:
		r.h = header{start: tok.Pos, name: tok.Name}
		return r.take(StreamClose, r.scope, tok.End), nil
	case tok.Kind == xmlscan.Text && tok.Depth == 0:
		return nil, r.outside(tok)
	case tok.Kind == xmlscan.Text && tok.Depth == 1:
		return nil, r.between(tok)
	}
	return nil, nil
}

// nameStream is that of a stream's root.
var nameStream = Name{Space: NSStream, Local: "stream"}

// open judges the stream's opening tag.
func (r *Reader) open(tok *xmlscan.Token) (*Stanza, error) {
	scope := r.sc.Scope()
	content := scope.Default
	if content == NSStream {
		content = cmp.Or(r.Content, NSClient)
	}
	switch {
	case tok.Name.Space != NSStream:
		return nil, r.fail(RuleStreamNamespace, InvalidNamespace, tok.Pos,
			"a stream's root is in the namespace "+NSStream+", not in "+quoteShort(tok.Name.Space))
	case tok.Name.Local != "stream":
		return nil, r.fail(RuleNoStream, BadFormat, tok.Pos,
			"a stream begins with the tag stream, not "+quoteShort(tok.Name.Local))
	case content != NSClient && content != NSComponent:
		return nil, r.fail(RuleContentNamespace, InvalidNamespace, tok.Pos,
			fmt.Sprintf("a stream's default namespace is %s or %s, not %s",
				NSClient, NSComponent, quoteShort(scope.Default)))
	}
	start := tok.Pos
	if r.decl >= 0 {
		start, r.decl = r.decl, -1
	}
	r.h.open(r.sc, tok, start)
	version := ""
	for i := range tok.Attr {
		if tok.Attr[i].Name == (Name{Local: "version"}) {
			version = string(r.sc.AppendValue(nil, tok.Attr[i]))
		}
	}
	s := r.take(StreamOpen, &Scope{}, tok.End)
	r.scope = &Scope{Namespaces: scope, Content: content, Lang: s.Lang()}
	r.header = &StreamHeader{
		ID: s.ID(), From: s.From(), To: s.To(), Version: version, Lang: s.Lang(), Content: content,
	}
	return s, nil
}

// take copies the element's bytes out of the scanner, and releases them there.
func (r *Reader) take(kind Kind, scope *Scope, end int64) *Stanza {
	raw := r.text.cut(r.sc, r.h.start, end)
	r.release(end)
	s := r.blank(len(raw))
	r.h.fill(s, raw, kind, r.shape(scope))
	return s
}

// blank returns a stanza to be filled with so many bytes.
func (r *Reader) blank(size int) *Stanza {
	if size > maxBeside {
		return new(Stanza)
	}
	if len(r.spare) == 0 {
		r.spare = make([]Stanza, together)
	}
	s := &r.spare[0]
	r.spare = r.spare[1:]
	return s
}

// shape returns that of the element, which is most likely one that was there before.
func (r *Reader) shape(scope *Scope) *shape {
	h := &r.h
	known := &r.shapes[(len(h.payload.Space)+len(h.payload.Local)+3*len(h.name.Local))%shapes]
	if s := *known; s != nil && s.payload == h.payload && s.name == h.name && s.scope == scope {
		return s
	}
	*known = &shape{scope: scope, name: h.name, payload: h.payload}
	return *known
}

// between judges character data between stanzas.
func (r *Reader) between(tok *xmlscan.Token) error {
	for i, c := range r.sc.Bytes(tok.Pos, tok.End) {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return r.fail(RuleTextInStream, BadFormat, tok.Pos+int64(i), "text stands between stanzas")
		}
	}
	r.release(tok.End)
	return nil
}

// outside takes white space before or behind the stream.
func (r *Reader) outside(tok *xmlscan.Token) error {
	if r.decl < 0 {
		r.release(tok.End)
		return nil
	}
	if most := r.decl + maxHeader; tok.End > most {
		return r.fail(RuleHeaderSpace, xmlscan.PolicyViolation, most,
			"too much white space stands before the stream's tag")
	}
	return nil
}

// release lets the scanner forget what was read.
func (r *Reader) release(end int64) {
	r.read = end
	r.sc.Release(end)
}

func (r *Reader) fail(rule Rule, c StreamCondition, pos int64, detail string) error {
	line, column := r.sc.Position(pos)
	return &XMLError{Rule: rule, Condition: c, Detail: detail, Offset: pos, Line: line, Column: column}
}
