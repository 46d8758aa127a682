package xmlscan

// Condition is the stream error condition of RFC 6120 §4.9.3 that fits a
// broken rule.
type Condition string

// The conditions that the scanner can give.
const (
	NotWellFormed       Condition = "not-well-formed"
	RestrictedXML       Condition = "restricted-xml"
	UnsupportedEncoding Condition = "unsupported-encoding"
	PolicyViolation     Condition = "policy-violation"
	BadNamespacePrefix  Condition = "bad-namespace-prefix"
)

// Section is where RFC 6120 has what fits the condition.
func (c Condition) Section() string {
	switch c {
	case RestrictedXML:
		return "RFC 6120 §11.1"
	case BadNamespacePrefix:
		return "RFC 6120 §11.2"
	case UnsupportedEncoding:
		return "RFC 6120 §11.6"
	case PolicyViolation:
		return "RFC 6120 §4.9.3.14"
	}
	return "RFC 6120 §11.3"
}

// Rule names one rule of XML, of Namespaces in XML, of XMPP's profile, or one
// of our limits. It is stable and may be shown, filtered and tested for.
type Rule string

// Rules of XML 1.0, fifth edition.
const (
	RuleCharacter          Rule = "illegal-character"           // §2.2
	RuleName               Rule = "bad-name"                    // §2.3, and Namespaces §4
	RuleCDATAEnd           Rule = "cdata-end-in-text"           // §2.4
	RuleMarkup             Rule = "bad-markup"                  // §2.4, §2.7: unknown after "<"
	RuleTextOutside        Rule = "text-outside-root"           // §2.1, §2.8
	RuleSecondRoot         Rule = "second-root"                 // §2.1
	RuleDeclaration        Rule = "bad-declaration"             // §2.8
	RuleVersion            Rule = "bad-version"                 // §2.8
	RuleTag                Rule = "bad-tag"                     // §3.1
	RuleMissingSpace       Rule = "missing-space"               // §3.1: before each attribute
	RuleMissingValue       Rule = "missing-value"               // §3.1: name, "=", quoted value
	RuleLessInValue        Rule = "less-than-in-value"          // §3.1
	RuleDuplicateAttribute Rule = "duplicate-attribute"         // §3.1, and Namespaces §6.3
	RuleMismatchedTag      Rule = "mismatched-tag"              // §3
	RuleReference          Rule = "bad-reference"               // §4.1
	RuleCharacterReference Rule = "illegal-character-reference" // §4.1
	RuleUnexpectedEnd      Rule = "unexpected-end"              // §2.1
)

// Rules of Namespaces in XML 1.0, third edition.
const (
	RuleUnboundPrefix     Rule = "unbound-prefix"           // §5
	RuleEmptyPrefix       Rule = "empty-prefix-declaration" // §5
	RuleReservedPrefix    Rule = "reserved-prefix"          // §3
	RuleReservedNamespace Rule = "reserved-namespace"       // §3
)

// Rules that XMPP adds, RFC 6120 §11.
const (
	RuleComment       Rule = "comment"                // §11.1
	RuleInstruction   Rule = "processing-instruction" // §11.1
	RuleDoctype       Rule = "doctype"                // §11.1
	RuleEntity        Rule = "undeclared-entity"      // §11.1: only the five of XML itself
	RuleUTF8          Rule = "invalid-utf8"           // §11.6
	RuleEncoding      Rule = "unsupported-encoding"   // §11.6
	RuleByteOrderMark Rule = "byte-order-mark"        // §11.6
)

// Limits of ours; see Limits.
const (
	RuleDepthLimit     Rule = "depth-limit"
	RuleAttributeLimit Rule = "attribute-limit"
	RuleSizeLimit      Rule = "size-limit"
)

// Condition returns the stream error condition that fits the rule. Bytes that
// are no UTF-8 are an encoding error by RFC 6120 §4.9.3.22, not a syntax error.
func (r Rule) Condition() Condition {
	switch r {
	case RuleComment, RuleInstruction, RuleDoctype, RuleEntity:
		return RestrictedXML
	case RuleUTF8, RuleEncoding:
		return UnsupportedEncoding
	case RuleDepthLimit, RuleAttributeLimit, RuleSizeLimit:
		return PolicyViolation
	case RuleUnboundPrefix:
		return BadNamespacePrefix
	default:
		return NotWellFormed
	}
}
