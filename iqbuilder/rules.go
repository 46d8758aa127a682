package iqbuilder

import (
	"fmt"
	"strings"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// The rules of an IQ. A text that breaks a rule of XML has that rule's name
// from the scanner instead. The words are stable.
const (
	RuleOneElement       = "one-element"       // something else than one element
	RuleNotIQ            = "not-an-iq"         // another element
	RuleIQNamespace      = "iq-namespace"      // an <iq/> that is not the stream's
	RuleTypeMissing      = "type-missing"      //
	RuleTypeUnknown      = "type-unknown"      // not get, set, result or error
	RuleIDMissing        = "id-missing"        //
	RuleIDEmpty          = "id-empty"          //
	RuleToAddress        = "to-address"        // no JID
	RuleFromAddress      = "from-address"      // no JID
	RuleFromClient       = "from-of-a-client"  // which servers fill in themselves
	RuleFromComponent    = "from-missing"      // which servers want of a component
	RulePayloadMissing   = "payload-missing"   // of a get or set
	RulePayloadMany      = "payload-many"      //
	RulePayloadNamespace = "payload-namespace" // the payload has none of its own
	RuleErrorMissing     = "error-missing"     // an error that has no <error/>
	RuleErrorMany        = "error-many"        //
	RuleErrorUnexpected  = "error-unexpected"  // an <error/> in another type
	RuleText             = "text-in-iq"        // text between the children

	// Only options can break these.
	RuleElementName  = "element-name"
	RuleErrorContent = "error-content"
)

// sections says where each rule is written down.
var sections = map[string]string{
	RuleOneElement:       "RFC 6120 §8",
	RuleNotIQ:            "RFC 6120 §8.2.3",
	RuleIQNamespace:      "RFC 6120 §4.8.2",
	RuleTypeMissing:      "RFC 6120 §8.2.3",
	RuleTypeUnknown:      "RFC 6120 §8.2.3",
	RuleIDMissing:        "RFC 6120 §8.2.3",
	RuleIDEmpty:          "RFC 6120 §8.1.3",
	RuleToAddress:        "RFC 6120 §8.1.1",
	RuleFromAddress:      "RFC 6120 §8.1.2",
	RuleFromClient:       "RFC 6120 §8.1.2.1",
	RuleFromComponent:    "XEP-0114",
	RulePayloadMissing:   "RFC 6120 §8.2.3",
	RulePayloadMany:      "RFC 6120 §8.2.3",
	RulePayloadNamespace: "RFC 6120 §8.4",
	RuleErrorMissing:     "RFC 6120 §8.3.1",
	RuleErrorMany:        "RFC 6120 §8.3.1",
	RuleErrorUnexpected:  "RFC 6120 §8.3.1",
	RuleText:             "RFC 6120 §A.5",
	RuleElementName:      "XML 1.0 §2.3",
	RuleErrorContent:     "RFC 6120 §8.3.2",
}

// xmlSection says where RFC 6120 forbids what broke the scanner's rule.
func xmlSection(c xmlscan.Condition) string {
	switch c {
	case xmlscan.RestrictedXML:
		return "RFC 6120 §11.1"
	case xmlscan.BadNamespacePrefix:
		return "RFC 6120 §11.2"
	case xmlscan.UnsupportedEncoding:
		return "RFC 6120 §11.6"
	case xmlscan.PolicyViolation:
		return "RFC 6120 §4.9.3.14"
	}
	return "RFC 6120 §11.3"
}

// checker holds one stanza against the rules. Its findings count bytes from the
// start of the stanza's XML.
type checker struct {
	iq       *stanza.Stanza
	root     *stanza.Node
	scope    stanza.Scope
	findings []Finding
	count    map[string]int // findings by rule
}

func (c *checker) check() {
	if c.iq.Kind() != stanza.IQ {
		c.notIQ()
		return
	}
	c.checkType()
	c.checkID()
	c.checkAddresses()
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

// name is the place of the element's name in its start tag, which stands for
// what the element lacks.
func (c *checker) name() (pos, end int) {
	return c.root.Pos + len("<"), c.root.Pos + len("<") + len(c.root.QName())
}

// attr returns the attribute without a namespace, or nil.
func (c *checker) attr(local string) *stanza.Attr {
	for i := range c.root.Attrs {
		if c.root.Attrs[i].Name == (stanza.Name{Local: local}) {
			return &c.root.Attrs[i]
		}
	}
	return nil
}

func (c *checker) notIQ() {
	pos, end := c.name()
	name := c.root.Name
	switch {
	case name.Local != "iq":
		c.add(RuleNotIQ, Fatal, pos, end, nil, "this is <%s/>, not an <iq/>", shorten(c.root.QName()))
	case c.root.Prefix == "":
		for _, a := range c.root.Attrs {
			if a.Name == (stanza.Name{Space: xmlscan.NSXMLNS, Local: "xmlns"}) {
				pos, end = a.ValPos, a.ValEnd
			}
		}
		c.add(RuleIQNamespace, Fatal, pos, end,
			&Fix{Title: "put it into " + c.scope.Content, Pos: pos, End: end, With: stanza.Escape(c.scope.Content)},
			"this <iq/> is in another namespace than the stream's, which is %s", c.scope.Content)
	default:
		c.add(RuleIQNamespace, Fatal, pos, end, nil,
			"the prefix %s puts this <iq/> into another namespace than the stream's, which is %s", shorten(c.root.Prefix), c.scope.Content)
	}
}

func (c *checker) checkType() {
	a := c.attr("type")
	guess := c.likelyType()
	if a == nil {
		pos, end := c.name()
		c.add(RuleTypeMissing, Fatal, pos, end, insert("type", guess, end),
			"an IQ needs a type: get, set, result or error")
		return
	}
	switch stanza.Type(a.Value) {
	case stanza.Get, stanza.Set, stanza.Result, stanza.Error:
	default:
		c.add(RuleTypeUnknown, Fatal, a.ValPos, a.ValEnd,
			&Fix{Title: "make it " + guess, Pos: a.ValPos, End: a.ValEnd, With: guess},
			"an IQ's type is get, set, result or error, nothing else")
	}
}

// likelyType guesses by the type as written, else by the children.
func (c *checker) likelyType() string {
	switch written := strings.ToLower(strings.TrimSpace(string(c.iq.Type()))); stanza.Type(written) {
	case stanza.Get, stanza.Set, stanza.Result, stanza.Error:
		return written
	}
	switch {
	case c.iq.HasError():
		return string(stanza.Error)
	case c.iq.Payloads() == 0:
		return string(stanza.Result)
	}
	return string(stanza.Get)
}

func (c *checker) checkID() {
	a := c.attr("id")
	switch {
	case a == nil:
		pos, end := c.name()
		c.add(RuleIDMissing, Fatal, pos, end, insert("id", NewID(), end),
			"an IQ needs an id, by which its reply is known")
	case a.Value == "":
		c.add(RuleIDEmpty, Warning, a.Pos, a.End,
			&Fix{Title: "give it an id", Pos: a.ValPos, End: a.ValEnd, With: NewID()},
			"an empty id tells no request from another")
	}
}

// insert adds an attribute behind the element's name.
func insert(name, value string, at int) *Fix {
	with := fmt.Sprintf(` %s="%s"`, name, value)
	return &Fix{Title: "add" + with, Pos: at, End: at, With: with}
}

func (c *checker) checkAddresses() {
	if to := c.attr("to"); to != nil {
		c.checkAddress(RuleToAddress, to)
	}
	from := c.attr("from")
	component := c.scope.Content == stanza.NSComponent
	switch {
	case from == nil && component:
		pos, end := c.name()
		c.add(RuleFromComponent, Warning, pos, end, nil, "a component has to say which of its addresses this is from")
	case from == nil:
	case c.checkAddress(RuleFromAddress, from) && !component:
		c.add(RuleFromClient, Hint, from.Pos, from.End, c.remove("leave from out", from),
			"a client need not say from: its server fills it in, and refuses any other")
	}
}

func (c *checker) checkAddress(rule string, a *stanza.Attr) bool {
	_, err := stanza.ParseJID(a.Value)
	if err == nil {
		return true
	}
	var fix *Fix
	text := err.Error()
	if a.Value == "" {
		fix = c.remove("leave it out", a)
		text = "an empty " + a.Name.Local + " is no address"
	}
	c.add(rule, Fatal, a.ValPos, a.ValEnd, fix, "%s", text)
	return false
}

// remove cuts an attribute and the white space before it.
func (c *checker) remove(title string, a *stanza.Attr) *Fix {
	_, before := c.name()
	for _, other := range c.root.Attrs {
		if other.End < a.End {
			before = other.End
		}
	}
	return &Fix{Title: title, Pos: before, End: a.End}
}

// maxShown is how much of a name a message shows, in bytes.
const maxShown = 40

func shorten(name string) string {
	if len(name) <= maxShown {
		return name
	}
	return strings.ToValidUTF8(name[:maxShown], "") + "…"
}
