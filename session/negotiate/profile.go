package negotiate

import "iqscope/iqbuilder/stanza"

// A profile is how the messages of a login are put into XML: as RFC 6120 §6.4 has
// it, or as XEP-0388 §2.3 to §2.6.
type profile struct {
	space   string
	offered []string // mechanisms
}

// profileOf is the profile of a namespace of SASL.
func profileOf(space string, f *features) *profile {
	if space == nsSASL2 {
		return &profile{space, f.sasl2.mechanisms}
	}
	return &profile{stanza.NSSASL, f.mechanisms}
}

// profile is the one that this server and the configuration have in common. In the clear SASL2
// is not to be used (XEP-0388 §2.1).
func (a *authentication) profile(f *features) *profile {
	if len(f.sasl2.mechanisms) > 0 && !a.cfg.NoSASL2 && a.conn.TLS() != nil {
		return profileOf(nsSASL2, f)
	}
	return profileOf(stanza.NSSASL, f)
}

// begin makes the element that carries the first message. What is to go along with it, SASL2
// alone takes.
func (p *profile) begin(mechanism, message, along string) string {
	if p.space == nsSASL2 {
		return "<authenticate xmlns='" + nsSASL2 + "' mechanism='" + mechanism + "'>" +
			"<initial-response>" + message + "</initial-response>" +
			"<user-agent><software>" + software + "</software></user-agent>" + along + "</authenticate>"
	}
	return "<auth xmlns='" + stanza.NSSASL + "' mechanism='" + mechanism + "'>" + message + "</auth>"
}

// outcome takes the mechanism's data out of <success/>.
func outcome(success *stanza.Node) (string, error) {
	if success.Name.Space != nsSASL2 {
		return data(success)
	}
	if final := success.Child(nsSASL2, "additional-data"); final != nil {
		return data(final)
	}
	return "", nil
}

// circumstances returns what the choice of a mechanism depends on.
func (a *authentication) circumstances(f *features, how *profile) (*circumstances, error) {
	if a.cfg.JID.Local() == "" && !a.cfg.Anonymous {
		return nil, &reason{words: "the JID has no user name", advice: "Give it as user@domain."}
	}
	if f.needsTLS && a.conn.TLS() == nil {
		return nil, &reason{words: "the server wants TLS before a login", advice: "Use --tls starttls or --tls direct."}
	}
	return &circumstances{
		offered: how.offered, wanted: a.cfg.Mechanism, remembered: a.remembered(),
		secured: a.conn.TLS() != nil, binding: bindTo(a.conn.TLS(), how.offered, f.bindings),
		certificate: a.cfg.Certificate != nil, anonymous: a.cfg.Anonymous, before: f.before,
	}, nil
}

// credentials are those of the account, the password only once it was asked for.
func (a *authentication) credentials(c *circumstances) credentials {
	return credentials{
		account: a.cfg.JID.Bare().String(), user: a.cfg.JID.Local(), password: a.password, binding: c.binding,
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
