package wire

import (
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// What is a secret everywhere stands in this file, each with who says so: what logs somebody in, a
// proof from which that can be guessed offline, or what lets one in somewhere. What else is one to
// somebody is in ownsecrets.go.

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
	{Space: "urn:xmpp:esfs:0", Local: "key"}:           true, // XEP-0448
	{Space: "urn:xmpp:openpgp:0", Local: "secretkey"}:  true, // XEP-0373
	{Space: nsOAuth, Local: "oauth_token"}:             true, // XEP-0235
	{Space: nsOAuth, Local: "oauth_signature"}:         true,
}

// secretAttribute names the attribute of an element that is a secret.
var secretAttribute = map[stanza.Name]string{
	{Space: nsFAST, Local: "token"}:                                "token",    // XEP-0484 §3
	{Space: "jabber:x:conference", Local: "x"}:                     "password", // XEP-0249 §2
	{Space: "urn:xmpp:extdisco:1", Local: "service"}:               "password", // XEP-0215 §3
	{Space: "urn:xmpp:extdisco:2", Local: "service"}:               "password",
	{Space: "urn:xmpp:pars:0", Local: "preauth"}:                   "token",      // XEP-0379 §4, XEP-0445 §3
	{Space: nsJingle + "apps:rtp:1", Local: "crypto"}:              "key-params", // XEP-0167
	{Space: nsJingle + "transports:ice-udp:1", Local: "transport"}: "pwd",        // XEP-0176
	{Space: nsJingle + "transports:ice:0", Local: "transport"}:     "pwd",        // XEP-0371
}

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
	nsSHIM   = "http://jabber.org/protocol/shim"
	nsOAuth  = "urn:xmpp:oauth:0"
	nsJingle = "urn:xmpp:jingle:"
)

// isField says that n is a form field whose value is a secret (XEP-0004 §3.3). A
// submitted form need not repeat the type, so the usual names count too: password and
// password-verify (XEP-0133), muc#roomconfig_roomsecret (XEP-0045 §16.5.3), the secret of
// a push service (XEP-0357 §5), tokens, and the addresses of an invitation, for whoever has one may
// register (XEP-0401).
func (s Secrets) isField(n *stanza.Node) bool {
	if n.Name != nameField {
		return false
	}
	kind, _ := n.Attr("type")
	name, _ := n.Attr("var")
	return kind == "text-private" || isSecretVar(strings.ToLower(name)) || invites(n, name) || s.own.isField(name)
}

func isSecretVar(name string) bool {
	return strings.HasPrefix(name, "password") || strings.HasSuffix(name, "password") ||
		strings.HasSuffix(name, "secret") || strings.HasSuffix(name, "token") || name == "landing-url"
}

// invites says that a field has the address of an invitation that needs no other proof.
func invites(field *stanza.Node, name string) bool {
	return name == "uri" && slices.ContainsFunc(field.Elements(), func(value *stanza.Node) bool {
		return strings.Contains(value.Text(), "preauth=")
	})
}

// isSecretHeader says that n is a header of HTTP that lets its bearer do something: of an upload
// (XEP-0363 §5), or of a request over XMPP (XEP-0131, XEP-0332).
func isSecretHeader(n *stanza.Node) bool {
	if n.Name.Local != localHeader || n.Name.Space != nsUpload && n.Name.Space != nsSHIM {
		return false
	}
	name, _ := n.Attr("name")
	name = strings.ToLower(name)
	return strings.HasSuffix(name, "authorization") || strings.HasSuffix(name, "cookie")
}

const localHeader = "header"

var nameField, nameValue = stanza.Name{Space: nsData, Local: "field"}, stanza.Name{Space: nsData, Local: "value"}
