package iqbuilder

import (
	"fmt"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// The rules of an IQ. A text that breaks a rule of XML has that rule's name
// from the scanner instead. The words are stable.
const (
	RuleOneElement  = "one-element"  // something else than one element
	RuleNotIQ       = "not-an-iq"    // another element
	RuleIQNamespace = "iq-namespace" // an <iq/> that is not the stream's
	RuleIQPrefix    = "iq-prefix"    // where a default namespace is the custom
	RuleSize        = "size"         // more than every server has to take

	// Of its attributes.
	RuleTypeMissing   = "type-missing"
	RuleTypeUnknown   = "type-unknown" // not get, set, result or error
	RuleIDMissing     = "id-missing"
	RuleIDEmpty       = "id-empty"
	RuleToAddress     = "to-address"        // no JID
	RuleToComponent   = "to-missing"        // which servers want of a component
	RuleDomainName    = "domain-name"       // an address whose domain is none of DNS
	RuleFromAddress   = "from-address"      // no JID
	RuleFromClient    = "from-of-a-client"  // which servers fill in themselves
	RuleFromForeign   = "from-foreign"      // somebody else's address
	RuleFromComponent = "from-missing"      // which servers want of a component
	RuleAttribute     = "attribute-unknown" // one that means nothing here
	RuleLanguage      = "language"          // an xml:lang that names none

	// Of what stands in it.
	RulePayloadMissing    = "payload-missing" // of a get or set
	RulePayloadMany       = "payload-many"
	RulePayloadNamespace  = "payload-namespace" // the payload has none of its own
	RulePayloadElement    = "payload-element"   // not one that its namespace has
	RulePayloadType       = "payload-type"      // it belongs to the other type of request
	RuleNamespaceMisspelt = "namespace-misspelt"
	RuleXmlnsMisspelt     = "xmlns-misspelt"
	RuleFormType          = "form-type-missing" // of a data form
	RuleErrorMissing      = "error-missing"     // an error that has no <error/>
	RuleErrorNamespace    = "error-namespace"   // its <error/> is not the stream's
	RuleErrorMany         = "error-many"
	RuleErrorUnexpected   = "error-unexpected" // an <error/> in another type
	RuleText              = "text-in-iq"       // text between the children

	// Of what stands in an <error/>.
	RuleErrorTypeMissing     = "error-type-missing"
	RuleErrorTypeUnknown     = "error-type-unknown"
	RuleErrorTypeUnusual     = "error-type-unusual" // not the one for its condition
	RuleErrorBy              = "error-by"           // no JID
	RuleErrorAttribute       = "error-attribute-unknown"
	RuleConditionMissing     = "condition-missing"
	RuleConditionUnknown     = "condition-unknown"
	RuleConditionMany        = "condition-many"
	RuleConditionNamespace   = "condition-namespace"   // not that of the conditions
	RuleConditionContent     = "condition-content"     // something in it that does not belong there
	RuleAddressMissing       = "address-missing"       // of <redirect/> or <gone/>
	RuleApplicationMissing   = "application-missing"   // beside <undefined-condition/>
	RuleApplicationMany      = "application-many"      // several application-specific conditions
	RuleApplicationNamespace = "application-namespace" // one that has none of its own
	RuleErrorTextMany        = "error-text-many"
	RuleErrorTextLanguage    = "error-text-language" // a <text/> that does not say which
	RuleErrorText            = "text-in-error"       // text that is not in <text/>

	// Of the roster (RFC 6121 §2).
	RuleRosterItems        = "roster-items"        // not as many as there may be
	RuleRosterAddress      = "roster-address"      // an item without one, or with none
	RuleRosterTwice        = "roster-twice"        // the same address or group again
	RuleRosterSubscription = "roster-subscription" // what the server alone decides
	RuleRosterGroup        = "roster-group"        // an empty one
	RuleRosterUnknown      = "roster-unknown"      // an element that means nothing there

	// Only options can break these.
	RuleElementName  = "element-name"
	RuleErrorContent = "error-content"
)

// sections says where each rule is written down.
var sections = map[string]string{
	RuleOneElement:           "RFC 6120 §8",
	RuleNotIQ:                "RFC 6120 §8.2.3",
	RuleIQNamespace:          "RFC 6120 §4.8.2",
	RuleIQPrefix:             "RFC 6120 §4.8.5",
	RuleSize:                 "RFC 6120 §13.12",
	RuleTypeMissing:          "RFC 6120 §8.2.3",
	RuleTypeUnknown:          "RFC 6120 §8.2.3",
	RuleIDMissing:            "RFC 6120 §8.2.3",
	RuleIDEmpty:              "RFC 6120 §8.1.3",
	RuleToAddress:            "RFC 6120 §8.1.1",
	RuleToComponent:          "XEP-0114 §3",
	RuleDomainName:           "RFC 1035 §2.3",
	RuleFromAddress:          "RFC 6120 §8.1.2",
	RuleFromClient:           "RFC 6120 §8.1.2.1",
	RuleFromForeign:          "RFC 6120 §8.1.2.1",
	RuleFromComponent:        "XEP-0114 §3",
	RuleAttribute:            "RFC 6120 §8.1",
	RuleLanguage:             "RFC 6120 §8.1.5",
	RulePayloadMissing:       "RFC 6120 §8.2.3",
	RulePayloadMany:          "RFC 6120 §8.2.3",
	RulePayloadNamespace:     "RFC 6120 §8.4",
	RulePayloadElement:       "RFC 6120 §8.4",
	RulePayloadType:          "RFC 6120 §8.2.3",
	RuleNamespaceMisspelt:    "RFC 6120 §8.4",
	RuleXmlnsMisspelt:        "XML Names 1.0 §3",
	RuleFormType:             "XEP-0004 §3.1",
	RuleAddressMissing:       "RFC 6120 §8.3.3",
	RuleApplicationMissing:   "RFC 6120 §8.3.3.21",
	RuleRosterItems:          "RFC 6121 §2.1",
	RuleRosterAddress:        "RFC 6121 §2.1.2.3",
	RuleRosterTwice:          "RFC 6121 §2.3.3",
	RuleRosterSubscription:   "RFC 6121 §2.1.2.5",
	RuleRosterGroup:          "RFC 6121 §2.1.2.6",
	RuleRosterUnknown:        "RFC 6121 §2.1",
	RuleErrorMissing:         "RFC 6120 §8.3.1",
	RuleErrorNamespace:       "RFC 6120 §8.3.2",
	RuleErrorMany:            "RFC 6120 §8.3.1",
	RuleErrorUnexpected:      "RFC 6120 §8.3.1",
	RuleText:                 "RFC 6120 §A.5",
	RuleErrorTypeMissing:     "RFC 6120 §8.3.2",
	RuleErrorTypeUnknown:     "RFC 6120 §8.3.2",
	RuleErrorTypeUnusual:     "RFC 6120 §8.3.3",
	RuleErrorBy:              "RFC 6120 §8.3.2",
	RuleErrorAttribute:       "RFC 6120 §8.3.2",
	RuleConditionMissing:     "RFC 6120 §8.3.2",
	RuleConditionUnknown:     "RFC 6120 §8.3.3",
	RuleConditionMany:        "RFC 6120 §8.3.2",
	RuleConditionNamespace:   "RFC 6120 §8.3.2",
	RuleConditionContent:     "RFC 6120 §8.3.3",
	RuleApplicationMany:      "RFC 6120 §8.3.4",
	RuleApplicationNamespace: "RFC 6120 §8.3.4",
	RuleErrorTextMany:        "RFC 6120 §8.3.2",
	RuleErrorTextLanguage:    "RFC 6120 §8.3.2",
	RuleErrorText:            "RFC 6120 §8.3.2",
	RuleElementName:          "XML 1.0 §2.3",
	RuleErrorContent:         "RFC 6120 §8.3.2",
}

// sizeForAll is how many bytes of a stanza every server has to take (RFC 6120 §13.12).
const sizeForAll = 10_000

// checker holds one stanza against the rules. Its findings count bytes from the
// start of the stanza's XML.
type checker struct {
	iq       *stanza.Stanza
	root     *stanza.Node
	scope    stanza.Scope
	own      stanza.JID // zero when not known
	findings []Finding
	count    map[string]int // findings by rule
	misspelt bool           // the payload has an attribute that was to be xmlns
}

func (c *checker) check() {
	if c.iq.Kind() != stanza.IQ {
		c.notIQ()
		return
	}
	pos, end := tagName(c.root)
	if c.root.Prefix != "" {
		c.add(RuleIQPrefix, Hint, pos, end, nil,
			"an <iq/> with a prefix is right XML, but some take it only without: its namespace is the stream's default one")
	}
	if size := len(c.iq.XML()); size > sizeForAll {
		c.add(RuleSize, Hint, pos, end, nil, "this is %d bytes; no server has to take more than %d", size, sizeForAll)
	}
	c.checkType()
	c.checkID()
	c.checkAddresses()
	c.checkAttributes(RuleAttribute, c.root, "to", "from", "type", "id")
	c.checkLanguage(c.root)
	c.checkChildren()
}

// add says something about the bytes from pos to end.
func (c *checker) add(rule string, severity Severity, pos, end int, fix *Fix, format string, args ...any) {
	if c.count[rule]++; c.count[rule] > maxPerRule {
		return
	}
	c.findings = append(c.findings, Finding{
		Rule: rule, Severity: severity, Pos: pos, End: end, Fix: fix,
		Text: fmt.Sprintf(format, args...), Section: sections[rule],
	})
}

// tagName is the place of the element's name in its start tag, which stands for
// what the element lacks.
func tagName(n *stanza.Node) (pos, end int) {
	pos = n.Pos + len("<")
	return pos, pos + len(n.QName())
}

// attr returns the attribute without a namespace, or nil.
func attr(n *stanza.Node, local string) *stanza.Attr {
	for i := range n.Attrs {
		if n.Attrs[i].Name == (stanza.Name{Local: local}) {
			return &n.Attrs[i]
		}
	}
	return nil
}

func (c *checker) notIQ() {
	pos, end := tagName(c.root)
	name := c.root.Name
	switch {
	case name.Local != "iq":
		c.add(RuleNotIQ, Fatal, pos, end, nil, "this is <%s/>, not an <iq/>", shorten(c.root.QName()))
	case c.root.Prefix == "":
		fix := intoThatNamespace(c.root, c.scope.Content)
		c.add(RuleIQNamespace, Fatal, fix.Pos, fix.End, fix,
			"this <iq/> is in another namespace than the stream's, which is %s", c.scope.Content)
	default:
		c.add(RuleIQNamespace, Fatal, pos, end, nil,
			"the prefix %s puts this <iq/> into another namespace than the stream's, which is %s", shorten(c.root.Prefix), c.scope.Content)
	}
}

// maxShown is how much of a name a message shows, in bytes.
const maxShown = 40

func shorten(name string) string {
	if len(name) <= maxShown {
		return name
	}
	return strings.ToValidUTF8(name[:maxShown], "") + "…"
}
