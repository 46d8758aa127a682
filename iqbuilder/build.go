package iqbuilder

import (
	"cmp"
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// The defaults of an error that does not say what it is (RFC 6120 §8.3.3.3).
const (
	defaultErrorType = "cancel"
	defaultCondition = "feature-not-implemented"
)

// named is an attribute with its name.
type named struct {
	name string
	attribute
}

// attributes lists what the draft says of an IQ's attributes, in the order in
// which they are written.
func (d *draft) attributes() [4]named {
	return [...]named{{"to", d.to}, {"from", d.from}, {"type", d.typ}, {"id", d.id}}
}

// xml is the attribute as it stands in a start tag, "" for none.
func (a named) xml() string {
	var b strings.Builder
	a.write(&b)
	return b.String()
}

func (a named) write(b *strings.Builder) {
	if !a.given || a.absent() {
		return
	}
	b.WriteByte(' ')
	b.WriteString(a.name)
	b.WriteString(`="`)
	b.WriteString(stanza.Escape(a.value))
	b.WriteByte('"')
}

// children is what the options say of an IQ's child elements, each "" for none.
// An error that nobody described gets the defaults if need be.
func (d *draft) children(scope stanza.Scope, needsError bool) (payload, failure string, err error) {
	switch {
	case d.bad != nil:
		return "", "", d.bad
	case d.element.Local != "":
		payload = d.payload // finish looks whether it became that element
	case d.payload != "":
		p, err := stanza.Parse(d.payload, scope)
		if err != nil {
			return "", "", &RuleError{brokenXML(d.payload, err)}
		}
		if d.tree != nil {
			if err := d.tree.heldTo(p); err != nil {
				return "", "", err
			}
		}
		if payload = p.XML(); p.Name() == (stanza.Name{Space: scope.Content, Local: "error"}) {
			payload, failure, d.err = "", payload, nil
		}
	}
	if d.original && d.request != nil && payload == "" {
		if payload, err = originalPayload(d.request, scope); err != nil {
			return "", "", err
		}
	}
	switch {
	case d.extended != "" && failure == "":
		failure = d.extended
	case d.err != nil || (needsError || d.extension.xml != "") && failure == "":
		failure, err = d.errorXML()
	case d.extension.xml != "":
		err = refuse(RuleErrorContent, "the extension of an error that is written as XML stands in that XML")
	}
	return payload, failure, err
}

// originalPayload is the request's payload, as it means the same in the reply.
func originalPayload(req *stanza.Stanza, scope stanza.Scope) (string, error) {
	root, err := req.Tree()
	if err != nil {
		return "", err
	}
	for _, n := range root.Elements() {
		if n.Name == req.Payload() {
			return req.Cut(n, scope), nil
		}
	}
	return "", nil
}

// wantedError is the error's content with the defaults filled in.
func (d *draft) wantedError() stanza.StanzaError {
	var e stanza.StanzaError
	if d.err != nil {
		e = *d.err
	}
	e.Type = cmp.Or(e.Type, defaultErrorType)
	e.Condition = cmp.Or(e.Condition, defaultCondition)
	if d.extension.xml != "" {
		e.Application = d.extension.name
	}
	return e
}

// errorXML writes an <error/> (RFC 6120 §8.3.2).
func (d *draft) errorXML() (string, error) {
	e := d.wantedError()
	switch {
	case !slices.Contains(stanza.ErrorTypes(), e.Type):
		return "", refuse(RuleErrorContent, "an error's type is one of "+strings.Join(stanza.ErrorTypes(), ", "))
	case stanza.CheckCondition(e.Condition) != nil:
		return "", refuse(RuleErrorContent, stanza.CheckCondition(e.Condition).Error())
	case e.URI != "" && !stanza.CarriesURI(e.Condition):
		return "", refuse(RuleErrorContent, "only gone and redirect carry an address")
	case e.Application.Local != "" && !ofItsOwn(e.Application.Space):
		return "", refuse(RuleErrorContent, "an application condition needs a namespace of its own")
	}
	if e.By != "" {
		if _, err := stanza.ParseJID(e.By); err != nil {
			return "", refuse(RuleErrorContent, "the error's by is no address: "+err.Error())
		}
	}
	var b strings.Builder
	b.WriteString("<error" + named{"by", attribute{value: e.By, given: true}}.xml() + ` type="` + e.Type + `">`)
	b.WriteString(conditionXML(e.Condition, e.URI))
	if e.Text != "" {
		writeElement(&b, stanza.Name{Space: stanza.NSStanzas, Local: "text"}, e.Lang, e.Text)
	}
	switch {
	case d.extension.xml != "":
		b.WriteString(d.extension.xml)
	case e.Application.Local != "":
		writeElement(&b, e.Application, "", "")
	}
	b.WriteString("</error>")
	return b.String(), nil
}

// defaultError is the <error/> that says no more than that it is one.
func defaultError() string {
	return `<error type="` + defaultErrorType + `">` + conditionXML(defaultCondition, "") + "</error>"
}

func conditionXML(condition, uri string) string {
	var b strings.Builder
	writeElement(&b, stanza.Name{Space: stanza.NSStanzas, Local: condition}, "", uri)
	return b.String()
}

func writeElement(b *strings.Builder, name stanza.Name, lang, text string) {
	b.WriteString("<" + name.Local + ` xmlns="` + stanza.Escape(name.Space) + `"`)
	b.WriteString(named{"xml:lang", attribute{value: lang, given: true}}.xml())
	if text == "" {
		b.WriteString("/>")
		return
	}
	b.WriteString(">" + stanza.Escape(text) + "</" + name.Local + ">")
}

// finish reads what was built, and refuses it if it breaks a rule or says
// something else than was asked for.
func (d *draft) finish(text string, scope stanza.Scope) (*stanza.Stanza, error) {
	iq, findings := Check(text, scope)
	for _, f := range findings {
		if f.Severity == Fatal && !d.excuses(f.Rule) {
			return nil, &RuleError{f}
		}
	}
	if d.element.Local != "" && iq.Payload() != d.element {
		return nil, refuse(RuleElementName, "the payload's name is no XML name")
	}
	switch {
	case d.extended != "":
		if iq.Err() == nil || iq.Err().Application != d.extension.name {
			return nil, refuse(RuleErrorContent, "the extension would mean something else in this IQ")
		}
	case d.err != nil || d.extension.xml != "":
		if !sameError(iq.Err(), d.wantedError()) {
			return nil, refuse(RuleErrorContent, "the error's content cannot be written as XML")
		}
	}
	return iq, nil
}

// excuses lets a reply answer a faulty request: it has no id if the request had
// none, and its addresses are whatever the request's were.
func (d *draft) excuses(rule string) bool {
	if d.request == nil {
		return false
	}
	return rule == RuleIDMissing && !d.request.HasID() && d.id.absent() ||
		rule == RuleToAddress && d.to.value == d.request.From() ||
		rule == RuleFromAddress && d.from.value == d.request.To()
}

// sameError compares what was written with what was wanted; the language of a
// text may be inherited.
func sameError(got *stanza.StanzaError, want stanza.StanzaError) bool {
	if got == nil {
		return false
	}
	written := *got
	if want.Lang == "" {
		written.Lang = ""
	}
	if want.Text == "" {
		want.Lang = ""
	}
	return written == want
}

func refuse(rule, text string) *RuleError {
	return &RuleError{Finding{Rule: rule, Severity: Fatal, Text: text, Section: sections[rule]}}
}
