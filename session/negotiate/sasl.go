package negotiate

import (
	"encoding/base64"
	"fmt"

	"iqscope/iqbuilder/stanza"
)

// A profile is how the messages of a login are put into XML: as RFC 6120 §6.4 has
// it, or as XEP-0388.
type profile struct {
	space   string
	offered []string // mechanisms
	// begin makes the element that carries the first message.
	begin func(mechanism, message string) string
	// outcome takes the mechanism's data out of <success/>, and whatever else is there.
	outcome func(success *stanza.Node) (string, error)
}

// profile is the one that this server and the configuration have in common.
func (n *negotiation) profile() *profile {
	if n.usesSASL2() {
		return n.sasl2()
	}
	return n.sasl1()
}

// profileOf is the profile of a namespace of SASL.
func (n *negotiation) profileOf(space string) *profile {
	if space == nsSASL2 {
		return n.sasl2()
	}
	return n.sasl1()
}

// sasl1 is the profile of RFC 6120 §6.4.
func (n *negotiation) sasl1() *profile {
	return &profile{
		space:   stanza.NSSASL,
		offered: n.features.mechanisms,
		begin: func(mechanism, message string) string {
			return "<auth xmlns='" + stanza.NSSASL + "' mechanism='" + mechanism + "'>" + message + "</auth>"
		},
		outcome: data,
	}
}

// circumstances returns what the choice of a mechanism depends on.
func (n *negotiation) circumstances(how *profile) (*circumstances, error) {
	if n.cfg.JID.Local() == "" && !n.cfg.Anonymous {
		return nil, &reason{words: "the JID has no user name", advice: "Give it as user@domain."}
	}
	if n.features.needsTLS && n.conn.TLS() == nil {
		return nil, &reason{words: "the server wants TLS before a login", advice: "Use --tls starttls or --tls direct."}
	}
	return &circumstances{
		offered: how.offered, wanted: n.cfg.Mechanism, remembered: n.remembered(),
		secured: n.conn.TLS() != nil, binding: bindTo(n.conn.TLS(), how.offered, n.features.bindings),
		certificate: n.cfg.Certificate != nil, anonymous: n.cfg.Anonymous,
	}, nil
}

// credentials are those of the account, the password only once it was asked for.
func (n *negotiation) credentials(c *circumstances) credentials {
	return credentials{
		account: n.cfg.JID.Bare().String(), user: n.cfg.JID.Local(), password: n.password, binding: c.binding,
	}
}

// mechanismWords says what a login was made by, and why by that.
func mechanismWords(m *mechanism, how *profile, b binding) string {
	words := m.name + ", of the offered " + quoted(how.offered)
	switch {
	case m.plus:
		words += "; bound to this TLS connection by " + b.kind
	case m.hash != nil && b.unoffered:
		words += "; not bound to the TLS connection, for the server offers no way"
	case m.hash != nil:
		words += "; not bound to the TLS connection"
	}
	if how.space == nsSASL2 {
		words += " (SASL2)"
	}
	return words
}

func response(space, message string) string {
	return "<response xmlns='" + space + "'>" + message + "</response>"
}

// encode makes an initial response; "=" is an empty one (RFC 6120 §6.4.2).
func encode(message string) string {
	if message == "" {
		return "="
	}
	return encodeResponse(message)
}

func encodeResponse(message string) string {
	return base64.StdEncoding.EncodeToString([]byte(message))
}

// data reads the content of a challenge or a success.
func data(el *stanza.Node) (string, error) {
	text := el.Text()
	if text == "=" {
		return "", nil
	}
	if base64.StdEncoding.DecodedLen(len(text)) > maxSASLData {
		return "", fmt.Errorf("the server's <%s/> is longer than %d bytes", el.Name.Local, maxSASLData)
	}
	decoded, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return "", fmt.Errorf("the server's <%s/> is not base64", el.Name.Local)
	}
	return string(decoded), nil
}

// readFailure reads a <failure/> (RFC 6120 §6.4.5, XEP-0388 §2.6.2).
func readFailure(el *stanza.Node, mechanism string) error {
	e := &AuthError{Mechanism: mechanism}
	for _, child := range el.Elements() {
		switch {
		case child.Name.Space != stanza.NSSASL && child.Name.Space != nsSASL2:
		case child.Name.Local == "text":
			e.Text = child.Text()
		case e.Condition == "":
			e.Condition = child.Name.Local
		}
	}
	return e
}
