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
}

const (
	nsAuth     = "jabber:iq:auth"
	nsRegister = "jabber:iq:register"
	nsCommands = "http://jabber.org/protocol/commands" // XEP-0133 changes passwords by form
	nsData     = "jabber:x:data"
)

// Redact returns the element as it may be shown: each secret in it is replaced
// by words that say how long it was, everything else is as it stood, byte for
// byte. The bool says whether there was one; the element itself comes back if not.
func Redact(el *stanza.Stanza) (*stanza.Stanza, bool) {
	if !mayHoldSecret(el) {
		return el, false
	}
	tree, err := el.Tree()
	if err != nil {
		return el, false // a tag of the stream itself
	}
	var secrets []span
	collectSecrets(tree, &secrets)
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
		return secretContent[el.Name()]
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
func collectSecrets(n *stanza.Node, into *[]span) {
	if secretContent[n.Name] {
		addContent(n, into)
		return
	}
	private := isPrivateField(n)
	for _, child := range n.Elements() {
		if private && child.Name == (stanza.Name{Space: nsData, Local: "value"}) {
			addContent(child, into)
			continue
		}
		collectSecrets(child, into)
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
