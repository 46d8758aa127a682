package wire

import (
	"fmt"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// secretContent names the elements whose content is a secret, or a proof from
// which one can be guessed offline.
var secretContent = map[stanza.Name]bool{
	{Space: stanza.NSSASL, Local: "auth"}:           true, // RFC 6120 §6.4
	{Space: stanza.NSSASL, Local: "challenge"}:      true,
	{Space: stanza.NSSASL, Local: "response"}:       true,
	{Space: stanza.NSSASL, Local: "success"}:        true,
	{Space: stanza.NSComponent, Local: "handshake"}: true, // XEP-0114
	{Space: nsAuth, Local: "password"}:              true, // XEP-0078
	{Space: nsAuth, Local: "digest"}:                true,
	{Space: nsRegister, Local: "password"}:          true, // XEP-0077
	{Space: nsSASL2, Local: "initial-response"}:     true, // XEP-0388
	{Space: nsSASL2, Local: "challenge"}:            true,
	{Space: nsSASL2, Local: "response"}:             true,
	{Space: nsSASL2, Local: "additional-data"}:      true,
	{Space: nsSASL2, Local: "next"}:                 true, // a second factor, for example
	{Space: nsSASL2, Local: "task-data"}:            true,
	{Space: nsFAST, Local: "token"}:                 true, // XEP-0484
}

// secretAttribute is the attribute of FAST's <token/> that logs in by itself.
const secretAttribute = "token"

const (
	nsSASL2    = "urn:xmpp:sasl:2"
	nsFAST     = "urn:xmpp:fast:0"
	nsAuth     = "jabber:iq:auth"
	nsRegister = "jabber:iq:register"
	nsCommands = "http://jabber.org/protocol/commands" // XEP-0133 changes passwords by form
	nsData     = "jabber:x:data"
)

// Redact returns the element as it may be shown: each secret in it is replaced
// by words that say how long it was, everything else is as it stood, byte for
// byte. The bool says whether there was one; the element itself comes back if not.
func Redact(el *stanza.Stanza) (*stanza.Stanza, bool) {
	if el.Kind() == stanza.Broken {
		return redactBroken(el)
	}
	if !mayHoldSecret(el) {
		return el, false
	}
	tree, err := el.Tree()
	if err != nil {
		return el, false // a tag of the stream itself
	}
	var secrets []span
	collectSecrets(el.XML(), tree, &secrets)
	if len(secrets) == 0 {
		return el, false
	}
	shown, err := stanza.Parse(hide(el.XML(), secrets), el.Scope())
	if err != nil {
		// The replaced text made it longer than an element may be.
		shown, err = stanza.Parse("<iqscope-hidden/>", el.Scope())
		if err != nil {
			panic("wire: a constant element does not parse: " + err.Error())
		}
	}
	return shown, true
}

// mayHoldSecret keeps the common stanza from being parsed a second time.
func mayHoldSecret(el *stanza.Stanza) bool {
	switch el.Kind() {
	case stanza.Element:
		return secretContent[el.Name()] || el.Name().Space == nsSASL2
	case stanza.IQ:
		switch el.Payload().Space {
		case nsAuth, nsRegister, nsCommands:
			return true
		}
		return el.Payloads() > 1
	}
	return false
}

// span is a range of bytes of an element.
type span struct{ pos, end int }

// collectSecrets appends the non-empty contents that must not be shown, in order.
func collectSecrets(xml string, n *stanza.Node, into *[]span) {
	if secretContent[n.Name] {
		if n.Name.Space == nsFAST {
			addAttribute(xml, n, into)
		}
		addContent(n, into)
		return
	}
	private := isPrivateField(n)
	for _, child := range n.Elements() {
		if private && child.Name == (stanza.Name{Space: nsData, Local: "value"}) {
			addContent(child, into)
			continue
		}
		collectSecrets(xml, child, into)
	}
}

// isPrivateField says that n is a form field whose value is a secret (XEP-0004
// §3.3). A submitted form need not repeat the type, so the usual name counts too.
func isPrivateField(n *stanza.Node) bool {
	if n.Name != (stanza.Name{Space: nsData, Local: "field"}) {
		return false
	}
	kind, _ := n.Attr("type")
	name, _ := n.Attr("var")
	return kind == "text-private" || strings.HasPrefix(name, "password")
}

func addContent(n *stanza.Node, into *[]span) {
	if len(n.Children) > 0 {
		*into = append(*into, span{n.Children[0].Pos, n.Children[len(n.Children)-1].End})
	}
}

// addAttribute appends the value of the secret attribute. The scanner has passed the
// start tag, so it has nothing but names, equals signs, quoted values and white space.
func addAttribute(xml string, n *stanza.Node, into *[]span) {
	for at := n.Pos; at < n.Open; {
		equals := strings.IndexByte(xml[at:n.Open], '=')
		if equals < 0 {
			return
		}
		equals += at
		name := xml[at:equals]
		name = strings.TrimSpace(name)
		name = name[strings.LastIndexAny(name, " \t\r\n")+1:]
		value := equals + 1 + strings.IndexAny(xml[equals+1:n.Open], `"'`) + 1
		end := value + strings.IndexByte(xml[value:n.Open], xml[value-1])
		if name == secretAttribute && end > value {
			*into = append(*into, span{value, end})
		}
		at = end + 1
	}
}

func hide(xml string, secrets []span) string {
	var b strings.Builder
	at := 0
	for _, s := range secrets {
		unit := "bytes"
		if s.end-s.pos == 1 {
			unit = "byte"
		}
		fmt.Fprintf(&b, "%s[%d %s hidden]", xml[at:s.pos], s.end-s.pos, unit)
		at = s.end
	}
	b.WriteString(xml[at:])
	return b.String()
}
