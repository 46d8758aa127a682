package stanza

import "iqscope/internal/xmlscan"

// The words of the scanner that reads all XML here. They are names for its own types, so that
// whoever uses this library can name what its functions return.
type (
	// Name is a name with its namespace.
	Name = xmlscan.Name

	// XMLError says which rule of XML, of its namespaces, of XMPP's profile (RFC 6120 §11) or of
	// our limits a text broke, and where.
	XMLError = xmlscan.Error

	// Rule names the rule that an XMLError is about, as "mismatched-tag" or "unbound-prefix". The
	// names are stable: they may be shown, compared and filtered by.
	Rule = xmlscan.Rule

	// StreamCondition is the condition of the stream error that fits a broken rule
	// (RFC 6120 §4.9.3).
	StreamCondition = xmlscan.Condition

	// Limits bound what reading XML may cost.
	Limits = xmlscan.Limits

	// Namespaces are those that a piece of XML inherits from around it.
	Namespaces = xmlscan.Scope

	// Scanner is fed with bytes, and a Reader makes elements of them. It is not safe for
	// concurrent use.
	Scanner = xmlscan.Scanner
)

// ErrMore says that the input so far ends before the next element does.
var ErrMore = xmlscan.ErrMore

// NewScanner returns a scanner for a Reader. ElementBytes of the limits then bounds each element
// of the stream by itself.
func NewScanner(limits Limits) *Scanner {
	limits.ElementDepth = 2
	return xmlscan.New(limits, Namespaces{})
}
