package iqbuilder_test

import (
	"fmt"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// The page's make_iq: any type, and what stands in it by options. What RFC 6120
// forbids is refused with its place and section.
func ExampleNew() {
	iq, err := iqbuilder.New(stanza.Get,
		iqbuilder.WithElement(stanza.Name{Space: "urn:xmpp:ping", Local: "ping"}),
		iqbuilder.To("example.com"),
		iqbuilder.ID("1"),
	)
	fmt.Println(iq.XML(), err)

	_, err = iqbuilder.New("gett", iqbuilder.WithQuery(stanza.NSDiscoInfo), iqbuilder.ID("2"))
	fmt.Println(err)
	// Output:
	// <iq to="example.com" type="get" id="1"><ping xmlns="urn:xmpp:ping"/></iq> <nil>
	// 1:11: an IQ's type is get, set, result or error, nothing else (RFC 6120 §8.2.3)
}

// The page's make_iq_get, with the page's request. An id is generated unless one
// is given.
func ExampleGet() {
	iq, err := iqbuilder.Get(
		iqbuilder.WithQuery(stanza.NSDiscoInfo),
		iqbuilder.To("user@example.com"),
		iqbuilder.ID("1"),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(iq.Pretty(0))
	// Output:
	// <iq to="user@example.com" type="get" id="1">
	//   <query xmlns="http://jabber.org/protocol/disco#info"/>
	// </iq>
}

// The page's make_iq_set, here with a payload that is more than an empty query.
func ExampleSet() {
	iq, err := iqbuilder.Set(
		iqbuilder.WithPayload(`<query xmlns="jabber:iq:roster"><item jid="romeo@example.net"/></query>`),
		iqbuilder.ID("1"),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(iq.Pretty(0))
	// Output:
	// <iq type="set" id="1">
	//   <query xmlns="jabber:iq:roster">
	//     <item jid="romeo@example.net"/>
	//   </query>
	// </iq>
}

// The page's make_iq_result: id and address are the request's.
func ExampleResult() {
	request, _ := stanza.Parse(`<iq type='get' id='q7' from='romeo@example.net/orchard'><query xmlns='custom-xep'/></iq>`, stanza.ClientScope())
	iq, err := iqbuilder.Result(
		iqbuilder.InReplyTo(request),
		iqbuilder.WithPayload(`<query xmlns="custom-xep"><answer>42</answer></query>`),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(iq.Pretty(0))
	// Output:
	// <iq to="romeo@example.net/orchard" type="result" id="q7">
	//   <query xmlns="custom-xep">
	//     <answer>42</answer>
	//   </query>
	// </iq>
}

// The page's make_iq_error, with nothing said but what it answers.
func ExampleError_defaults() {
	request, _ := stanza.Parse(`<iq type='get' id='q7' from='romeo@example.net/orchard'><query xmlns='custom-xep'/></iq>`, stanza.ClientScope())
	iq, err := iqbuilder.Error(iqbuilder.InReplyTo(request))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(iq.Pretty(0))
	// Output:
	// <iq to="romeo@example.net/orchard" type="error" id="q7">
	//   <error type="cancel">
	//     <feature-not-implemented xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/>
	//   </error>
	// </iq>
}

// An answer that says why not, beside what was asked.
func ExampleError() {
	request, _ := stanza.Parse(`<iq type='set' id='q7' from='romeo@example.net/orchard'><open xmlns='urn:gate'/></iq>`, stanza.ClientScope())
	iq, err := iqbuilder.Error(
		iqbuilder.InReplyTo(request),
		iqbuilder.WithOriginal(),
		iqbuilder.WithError(stanza.StanzaError{Type: "auth", Condition: "forbidden", Text: "Not at night"}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(iq.Pretty(0))
	fmt.Println(iq.Err())
	// Output:
	// <iq to="romeo@example.net/orchard" type="error" id="q7">
	//   <open xmlns='urn:gate'/>
	//   <error type="auth">
	//     <forbidden xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/>
	//     <text xmlns="urn:ietf:params:xml:ns:xmpp-stanzas">Not at night</text>
	//   </error>
	// </iq>
	// auth/forbidden: "Not at night"
}

// What a protocol has to say of an error beyond the defined conditions stands
// beside them, in a namespace of its own.
func ExampleWithExtension() {
	request, _ := stanza.Parse(`<iq type='set' id='q7' from='romeo@example.net/orchard'><open xmlns='urn:gate'/></iq>`, stanza.ClientScope())
	iq, err := iqbuilder.Error(
		iqbuilder.InReplyTo(request),
		iqbuilder.WithError(stanza.StanzaError{Type: "wait", Condition: "resource-constraint"}),
		iqbuilder.WithExtension(`<closed xmlns="urn:gate" until="06:00"/>`),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(iq.Pretty(0))
	fmt.Println(iq.Err())
	// Output:
	// <iq to="romeo@example.net/orchard" type="error" id="q7">
	//   <error type="wait">
	//     <resource-constraint xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/>
	//     <closed xmlns="urn:gate" until="06:00"/>
	//   </error>
	// </iq>
	// wait/resource-constraint (closed)
}

// The page's make_iq_query: of an IQ that is there, only the payload becomes
// another one.
func ExampleWithQuery() {
	draft, _ := stanza.Parse(`<iq type='get' to='user@example.com' id='1'><ping xmlns='urn:xmpp:ping'/></iq>`, stanza.ClientScope())
	iq, err := iqbuilder.Change(draft, iqbuilder.WithQuery("custom-xep"))
	fmt.Println(iq.XML(), err)
	// Output:
	// <iq type='get' to='user@example.com' id='1'><query xmlns="custom-xep"/></iq> <nil>
}

// A new payload replaces the old one; the rest stays as it was typed.
func ExampleChange() {
	draft, _ := stanza.Parse(`<iq  type='get'  to='example.net' id='1'><query xmlns='jabber:iq:version'/></iq>`, stanza.ClientScope())
	iq, err := iqbuilder.Change(draft, iqbuilder.WithPayload(`<ping xmlns='urn:xmpp:ping'/>`))
	fmt.Println(iq.XML(), err)
	// Output:
	// <iq  type='get'  to='example.net' id='1'><ping xmlns='urn:xmpp:ping'/></iq> <nil>
}

// Findings come in the order of the text, some with a fix.
func ExampleCheck() {
	text := "<iq type='gett' id='1'>\n  <query/>\n</iq>"
	_, findings := iqbuilder.Check(text, stanza.ClientScope())
	for _, f := range findings {
		fmt.Printf("%d:%d: %s: %s: %s (%s)\n", f.Line, f.Column, f.Severity, f.Rule, f.Text, f.Section)
		if f.Fix != nil {
			fmt.Println("  fix:", f.Fix.Title)
		}
	}
	// Output:
	// 1:11: error: type-unknown: an IQ's type is get, set, result or error, nothing else (RFC 6120 §8.2.3)
	//   fix: make it get
	// 2:4: warning: payload-namespace: <query/> is in the stream's own namespace: a payload wants one of its own, xmlns="…" (RFC 6120 §8.4)
	//   fix: add xmlns="http://jabber.org/protocol/disco#info"
}
