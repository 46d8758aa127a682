package wire

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// What is a secret stands in this file, each with who says so: what logs somebody in, a proof
// from which that can be guessed offline, or what lets one in somewhere.

// secretContent names the elements whose content is a secret.
var secretContent = map[stanza.Name]bool{
	{Space: stanza.NSSASL, Local: "auth"}:              true, // RFC 6120 §6.4
	{Space: stanza.NSSASL, Local: "challenge"}:         true,
	{Space: stanza.NSSASL, Local: "response"}:          true,
	{Space: stanza.NSSASL, Local: "success"}:           true,
	{Space: stanza.NSComponent, Local: "handshake"}:    true, // XEP-0114 §3
	{Space: "jabber:iq:auth", Local: "password"}:       true, // XEP-0078 §3
	{Space: "jabber:iq:auth", Local: "digest"}:         true,
	{Space: "jabber:iq:register", Local: "password"}:   true, // XEP-0077 §3
	{Space: nsSASL2, Local: "initial-response"}:        true, // XEP-0388 §3
	{Space: nsSASL2, Local: "challenge"}:               true,
	{Space: nsSASL2, Local: "response"}:                true,
	{Space: nsSASL2, Local: "additional-data"}:         true,
	{Space: nsSASL2, Local: "next"}:                    true, // a second factor, for example
	{Space: nsSASL2, Local: "task-data"}:               true,
	{Space: nsFAST, Local: "token"}:                    true, // XEP-0484 §3
	{Space: nsMUC, Local: "password"}:                  true, // XEP-0045 §7.2.5
	{Space: nsMUC + "#user", Local: "password"}:        true, // XEP-0045 §7.8.2
	{Space: nsMUC + "#owner", Local: "password"}:       true, // XEP-0045 §10.9
	{Space: "storage:bookmarks", Local: "password"}:    true, // XEP-0048 §2
	{Space: "urn:xmpp:bookmarks:0", Local: "password"}: true,
	{Space: "urn:xmpp:bookmarks:1", Local: "password"}: true, // XEP-0402 §3
}

// secretAttribute names the attribute of an element that is a secret.
var secretAttribute = map[stanza.Name]string{
	{Space: nsFAST, Local: "token"}:                  "token",    // XEP-0484 §3
	{Space: "jabber:x:conference", Local: "x"}:       "password", // XEP-0249 §2
	{Space: "urn:xmpp:extdisco:1", Local: "service"}: "password", // XEP-0215 §3
	{Space: "urn:xmpp:extdisco:2", Local: "service"}: "password",
	{Space: "urn:xmpp:pars:0", Local: "preauth"}:     "token", // XEP-0379 §4, XEP-0445 §3
}

// secretWords are names of elements and attributes one of which stands in every stanza that
// holds a secret. Names cannot be written otherwise, as values can.
var secretWords = []string{"password", "digest", "token", "field", "header"}

// harmless are the namespaces of payloads that have no place for a secret, or for a form:
// those that most stanzas carry.
var harmless = map[string]bool{
	"urn:xmpp:ping":                          true, // XEP-0199
	"urn:xmpp:time":                          true, // XEP-0202
	stanza.NSBind:                            true, // RFC 6120 §7
	"jabber:iq:roster":                       true, // RFC 6121 §2
	"jabber:iq:version":                      true, // XEP-0092
	"jabber:iq:last":                         true, // XEP-0012
	"http://jabber.org/protocol/disco#items": true, // XEP-0030
}

const (
	nsSASL2  = "urn:xmpp:sasl:2"
	nsFAST   = "urn:xmpp:fast:0"
	nsMUC    = "http://jabber.org/protocol/muc"
	nsData   = "jabber:x:data"
	nsUpload = "urn:xmpp:http:upload:0"
)

// mayHoldSecret keeps the common stanza from being parsed a second time.
func mayHoldSecret(el *stanza.Stanza) bool {
	switch el.Kind() {
	case stanza.Element:
		return secretContent[el.Name()] || el.Name().Space == nsSASL2
	case stanza.IQ:
		if n := el.Payloads(); n == 0 || n == 1 && harmless[el.Payload().Space] {
			return false
		}
	}
	for _, word := range secretWords {
		if strings.Contains(el.XML(), word) {
			return true
		}
	}
	return false
}

// isSecretField says that n is a form field whose value is a secret (XEP-0004 §3.3). A
// submitted form need not repeat the type, so the usual names count too: password and
// password-verify (XEP-0133), muc#roomconfig_roomsecret (XEP-0045 §16.5.3), and the secret of
// a push service (XEP-0357 §5).
func isSecretField(n *stanza.Node) bool {
	if n.Name != (stanza.Name{Space: nsData, Local: "field"}) {
		return false
	}
	kind, _ := n.Attr("type")
	name, _ := n.Attr("var")
	return kind == "text-private" || strings.HasPrefix(name, "password") ||
		strings.HasSuffix(name, "password") || strings.HasSuffix(name, "secret")
}

// isSecretHeader says that n is a header of an upload that lets its bearer upload (XEP-0363 §5).
func isSecretHeader(n *stanza.Node) bool {
	name, _ := n.Attr("name")
	return n.Name == (stanza.Name{Space: nsUpload, Local: "header"}) &&
		(strings.EqualFold(name, "Authorization") || strings.EqualFold(name, "Cookie"))
}
