package iqbuilder_test

import (
	"fmt"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// The request of the page "Send/Receive IQ Stanzas". An id is generated unless
// one is given.
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
}
