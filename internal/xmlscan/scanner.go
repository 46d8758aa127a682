// Package xmlscan is a strict, resumable scanner for the XML that XMPP allows.
//
// It is the only thing in iqscope that reads XML. It checks well-formedness,
// namespaces and RFC 6120 §11's restrictions as bytes arrive, and gives tokens
// with their exact byte positions; it never changes, joins or re-encodes what
// it read. It knows nothing of stanzas.
//
// A Scanner is fed with Write or Fill and asked with Next. Where the input was
// cut into pieces has no influence on the verdict or on where an error is found,
// and an error is found as soon as the byte that makes it certain has come:
//
//	for {
//		token, err := s.Next()
//		switch err {
//		case nil:
//			use(token)
//			s.Release(token.End)
//		case xmlscan.ErrMore:
//			if _, err := s.Fill(conn); err != nil {
//				return err
//			}
//		default:
//			return err
//		}
//	}
//
// Inside, every byte is looked at once: what a half-finished token has taught
// so far is kept in the Scanner, not read again. The exceptions are a few bytes
// of lookahead, as in a character cut in two, and start tags: most are plain and
// here from end to end, so that is tried first, once.
package xmlscan

import (
	"errors"
	"io"
	"math"
)

// ErrMore says that the input so far ends before the next token does.
var ErrMore = errors.New("xmlscan: more input needed")

// Scope is what a piece of XML inherits from around it.
type Scope struct {
	Default  string            // default namespace
	Prefixes map[string]string // prefix → namespace, "xml" is implied; never changed once made
}

// Scanner scans one XML document after the other. It is not safe for concurrent
// use.
type Scanner struct {
	input
	limits Limits
	names  names
	space  namespaces

	deepest  int // depth of the deepest tokens that are given
	state    state
	docStart int64 // offset of the document's first byte
	limitEnd int64 // offset that the token or element being scanned must not pass
	closed   bool  // the root element was closed
	open     []element
	token    Token
	err      *Error

	ref reference // the reference being scanned, in text or a value

	textRef bool // the text being scanned holds what AppendText must replace
	matched int  // bytes of a fixed text, or of an end tag's name, seen so far
	tag     startTag
	decl    declaration
}

// element is an open element.
type element struct {
	qname  *qname
	space  string // its namespace
	scoped bool   // it declares namespaces
}

// state says what the scanner is in the middle of.
type state uint8

const (
	inContent state = iota // between markup
	inCDATA
	inDeclaration
	inStart
	inEnd      // in the name of an end tag
	inEndSpace // behind it
	emptyEnd   // behind an empty-element tag, whose End is due
)

// result is how a scanning function ended.
type result uint8

const (
	again  result = iota // go on in the state now set
	more                 // the input ran out
	found                // s.token is ready
	failed               // s.err is set
)

// New returns a scanner for a document that stands in the given scope.
func New(limits Limits, scope Scope) *Scanner {
	s := new(Scanner)
	s.Reset(limits, scope)
	return s
}

// Reset makes s what New returns, but keeps its memory: input, tokens and
// positions of before are forgotten.
func (s *Scanner) Reset(limits Limits, scope Scope) {
	s.limits = limits.withDefaults()
	s.space.outer = scope
	s.deepest = math.MaxInt
	buf := s.buf[:0]
	if cap(buf) > maxIdleBuffer {
		buf = nil
	}
	s.input = input{buf: buf}
	s.Restart()
}

// Restart makes the scanner expect a new document at the current offset, as
// after STARTTLS or SASL: an error is forgotten, the scope is New's again, and
// an XML declaration may follow. Input not yet scanned is kept; Buffered tells
// how much. Offsets and lines go on counting.
func (s *Scanner) Restart() {
	s.tok = s.pos
	s.state = inContent
	s.docStart = s.offset(s.pos)
	s.limitEnd = unlimited
	s.closed = false
	s.open = s.open[:0]
	s.space.reset()
	s.err = nil
	s.ref.state = refNone
	s.textRef = false
}

// GiveTo makes Next give no tokens of a greater depth than that, which is 1 at least. What is deeper is
// scanned all the same. Reset gives all tokens again.
func (s *Scanner) GiveTo(depth int) { s.deepest = max(depth, 1) }

// Scope returns what a child of the innermost open element inherits.
// It allocates only when the scope has changed since the last call. An element
// is open from its Start token on, until its End token.
func (s *Scanner) Scope() Scope { return s.space.scope() }

// Next returns the next token. The token and its slices are valid until the
// next call. It returns ErrMore when the input ran out, io.EOF when the root
// element was closed and nothing but white space follows so far, and *Error
// for ever once a rule was broken.
func (s *Scanner) Next() (*Token, error) {
	for {
		if s.err != nil {
			return nil, s.err
		}
		var r result
		switch s.state {
		case inContent:
			r = s.scanContent()
		case inStart:
			r = s.scanStart(s.window())
		case inEnd, inEndSpace:
			r = s.scanEnd(s.window())
		case emptyEnd:
			r = s.closeElement(s.pos)
		case inCDATA:
			r = s.scanCDATA(s.window())
		case inDeclaration:
			r = s.scanDeclaration(s.window())
		}
		switch r {
		case found:
			return &s.token, nil
		case more:
			if s.offset(len(s.buf)) > s.limitEnd {
				s.fail(RuleSizeLimit, s.index(s.limitEnd), "the element or token is longer than the limit of %d bytes", s.limits.ElementBytes)
				continue
			}
			if s.closed && s.tok == len(s.buf) {
				return nil, io.EOF
			}
			return nil, ErrMore
		}
	}
}

// Close says that the input is over: nil when the document is complete,
// *Error when it is not. It scans what Next was not asked for.
func (s *Scanner) Close() error {
	for {
		switch _, err := s.Next(); err {
		case nil:
			continue
		case io.EOF:
			return nil
		case ErrMore:
			s.fail(RuleUnexpectedEnd, len(s.buf), "%s", s.missing())
			return s.err
		default:
			return err
		}
	}
}

// missing says what an input that is over lacks.
func (s *Scanner) missing() string {
	switch {
	case len(s.open) > 0:
		return "the input ends inside the element " + quote(s.open[len(s.open)-1].qname.raw)
	case s.tok < len(s.buf):
		return "the input ends inside a tag, a declaration or a character"
	default:
		return "the input ends before the root element"
	}
}

// window returns the input up to where the limit allows it.
func (s *Scanner) window() []byte {
	if s.limitEnd < s.offset(len(s.buf)) {
		return s.buf[:s.index(s.limitEnd)]
	}
	return s.buf
}

// shallow says that each token counts for itself: no element at ElementDepth is
// open.
func (s *Scanner) shallow() bool { return len(s.open) < s.limits.ElementDepth }

// bound makes the size limit count from buf[i], unless it counts already.
func (s *Scanner) bound(i int) {
	if s.shallow() {
		if room := s.limits.ElementBytes; room < unlimited-s.offset(i) {
			s.limitEnd = s.offset(i) + room
		}
	}
}

// finish completes the token that ends before buf[end].
func (s *Scanner) finish(end int) result {
	s.token.Pos, s.token.End = s.offset(s.tok), s.offset(end)
	s.pass(end)
	return found
}

// pass goes on behind a complete token that ends before buf[end].
func (s *Scanner) pass(end int) result {
	s.tok, s.pos = end, end
	if s.shallow() {
		s.limitEnd = unlimited
	}
	return again
}
