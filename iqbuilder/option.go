package iqbuilder

import (
	"encoding/xml"

	"iqscope/iqbuilder/stanza"
)

// Option changes what is built. Later options win.
type Option func(*draft)

// draft is what the options ask for.
type draft struct {
	content           string // content namespace of the stream
	to, from, typ, id attribute

	payload string      // one element, "" for none
	element stanza.Name // what WithElement wants the payload to be, else zero
	tree    *Element    // what WithTree wants it to be
	bad     error       // why the payload cannot be one

	err       *stanza.StanzaError
	extension extension
	extended  string         // the error of the IQ to be changed, with the extension in it
	request   *stanza.Stanza // that this replies to
	original  bool           // the request's payload is to be sent back
}

// attribute is what an attribute is to be, if given: "" means to have none,
// unless it may be empty.
type attribute struct {
	value    string
	given    bool
	mayEmpty bool
}

func (a attribute) absent() bool { return a.value == "" && !a.mayEmpty }

// WithQuery gives an empty <query/> in the namespace as payload.
func WithQuery(ns string) Option {
	return WithElement(stanza.Name{Space: ns, Local: "query"})
}

// WithElement gives any empty element as payload.
func WithElement(name stanza.Name) Option {
	return func(d *draft) {
		d.setPayload("<" + name.Local + ` xmlns="` + stanza.Escape(name.Space) + `"/>`)
		d.element = name
	}
}

// setPayload takes back what an earlier option wanted the payload to be.
func (d *draft) setPayload(xml string) {
	d.payload, d.element, d.tree, d.bad = xml, stanza.Name{}, nil, nil
}

// WithPayload gives one element of raw XML as payload, kept as written but for
// white space around it. An <error/> takes the place of WithError's.
func WithPayload(xml string) Option {
	return func(d *draft) { d.setPayload(xml) }
}

// WithMade gives as payload what a function has made, and refuses to build what it could not make:
// its error is the build's, as in WithMade(kind.XML(values)).
func WithMade(xml string, err error) Option {
	return func(d *draft) {
		d.setPayload(xml)
		d.bad = err
	}
}

// WithPayloadValue gives as payload what encoding/xml makes of the value, by its tags. The element
// needs a namespace of its own, which XMLName says best:
//
//	XMLName xml.Name `xml:"custom-xep query"`
//
// stanza.Stanza.Decode reads such a payload back. Characters that XML cannot carry become U+FFFD,
// as encoding/xml has it; whatever else XMPP does not allow, such as a comment, is refused.
func WithPayloadValue(v any) Option {
	return func(d *draft) {
		text, err := xml.Marshal(v)
		d.setPayload(string(text))
		switch {
		case err != nil:
			d.bad = refuse(RulePayloadMissing, "the value cannot be written as XML: "+err.Error())
		case len(text) == 0:
			d.bad = refuse(RulePayloadMissing, "the value is nothing that could be written as XML")
		default:
			d.bad = needsNamespace(d.payload)
		}
	}
}

// needsNamespace refuses an element in none: it would stand in that of the stream.
func needsNamespace(text string) error {
	s, err := stanza.Parse(text, stanza.Scope{})
	if err != nil || s.Name().Space != "" {
		return nil // children tells what is wrong with it
	}
	return refuse(RulePayloadNamespace, "the payload needs a namespace of its own: give the value an XMLName such as `xml:\"custom-xep query\"`")
}

// WithTree gives an element with all that is in it as payload. It must not change until the IQ is
// built.
func WithTree(e *Element) Option {
	return func(d *draft) {
		d.setPayload(e.String())
		if d.tree = e; e != nil && e.name.Space == "" {
			d.bad = refuse(RulePayloadNamespace, "the payload needs a namespace of its own")
		}
	}
}

// To, From and ID set the attributes; "" removes one.
func To(jid string) Option   { return func(d *draft) { d.to = attribute{value: jid, given: true} } }
func From(jid string) Option { return func(d *draft) { d.from = attribute{value: jid, given: true} } }
func ID(id string) Option    { return func(d *draft) { d.id = attribute{value: id, given: true} } }

// WithType sets the type; it is there for Change.
func WithType(t stanza.Type) Option {
	return func(d *draft) { d.typ = typeAttribute(t) }
}

// typeAttribute is never absent: it is for the rules to refuse an empty type.
func typeAttribute(t stanza.Type) attribute {
	return attribute{value: string(t), given: true, mayEmpty: true}
}

// ForComponent builds for a component's stream (XEP-0114), where the content
// namespace is jabber:component:accept and from is required. Without it, IQs are
// a client's. It means nothing to Change.
func ForComponent() Option { return func(d *draft) { d.content = stanza.NSComponent } }

// InReplyTo takes the id of a request and addresses its sender. A component
// (content namespace jabber:component:accept) also gets the request's to as from.
// A request without an id gets a reply without one.
func InReplyTo(req *stanza.Stanza) Option {
	return func(d *draft) {
		d.request = req
		d.content = req.Scope().Content
		d.to = attribute{value: req.From(), given: true}
		d.id = attribute{value: req.ID(), given: true, mayEmpty: req.HasID()}
		if d.content == stanza.NSComponent {
			d.from = attribute{value: req.To(), given: true}
		}
	}
}

// WithError sets an error's content; empty Type and Condition mean the defaults.
func WithError(e stanza.StanzaError) Option {
	return func(d *draft) { d.err = &e }
}

// WithExtension gives an error's application-specific condition with content of
// its own (RFC 6120 §8.3.4): one element of raw XML in a namespace of its own,
// kept as written but for white space around it; "" for none. It takes the place
// of StanzaError.Application, which is that element's name or empty. Change puts
// it into the error that is there.
func WithExtension(xml string) Option {
	return func(d *draft) { d.extension = extension{xml: xml} }
}

// WithOriginal sends the request's payload back when there is no other: beside an
// error, as RFC 6120 §8.3.1 allows, or in a result. It needs InReplyTo.
func WithOriginal() Option { return func(d *draft) { d.original = true } }
