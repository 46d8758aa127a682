package explain

import (
	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// Broken says what a server likely does with a text of that fault if it is sent as it stands: one
// sentence without a full stop.
func Broken(fault *stanza.XMLError) string {
	ends := func(condition, section string) string {
		return "the server will likely end the stream with " + condition + " (RFC 6120 " + section + ")"
	}
	switch fault.Rule {
	case xmlscan.RuleUnexpectedEnd:
		return "it does not end: the server will likely wait for the rest, and take what is sent next as part of it"
	case xmlscan.RuleComment, xmlscan.RuleInstruction, xmlscan.RuleDoctype, xmlscan.RuleEntity:
		return ends("restricted-xml", "§4.9.3.18")
	case xmlscan.RuleUnboundPrefix, xmlscan.RuleEmptyPrefix, xmlscan.RuleReservedPrefix:
		return ends("bad-namespace-prefix", "§4.9.3.2")
	case xmlscan.RuleUTF8, xmlscan.RuleEncoding, xmlscan.RuleByteOrderMark:
		return ends("unsupported-encoding or not-well-formed", "§4.9.3.22")
	case xmlscan.RuleDepthLimit, xmlscan.RuleAttributeLimit, xmlscan.RuleSizeLimit:
		return ends("policy-violation", "§4.9.3.14")
	case xmlscan.RuleTextOutside:
		return ends("bad-format or not-well-formed", "§4.9.3.1")
	case stanza.RuleNotOneElement, xmlscan.RuleSecondRoot:
		return "the server will likely take what stands there one after the other, or end the stream"
	}
	return ends("not-well-formed", "§4.9.3.13")
}
