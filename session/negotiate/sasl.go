package negotiate

import (
	"context"
	"encoding/base64"
	"errors"
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

// authenticate logs in (RFC 6120 §6). It tries once, with one exception: a server
// may offer a channel binding that it then refuses, as ejabberd 23.01 does. After
// such a refusal, which says nothing about the password, it tries once more without.
func (n *negotiation) authenticate(ctx context.Context) error {
	who := n.who()
	n.begin(StepAuth, who)
	how := n.profile()
	c, creds, err := n.circumstances(how)
	if err != nil {
		return err
	}
	chosen, err := c.choose()
	if err != nil {
		return err
	}
	if chosen.asks {
		if creds.password, err = n.askPassword(ctx); err != nil {
			return err
		}
	}
	err = n.try(ctx, how, chosen, creds)
	switch {
	case chosen.hash == nil || !bindingRefused(err):
		return err
	case !chosen.plus && creds.binding.unoffered:
		return offerTakenOut(err)
	case !chosen.plus:
		return err
	}
	unbound, err := c.withoutBinding(chosen, err)
	if err != nil {
		return err
	}
	n.chose("%s was refused for its channel binding %s, so there was a second try without one", chosen.name, creds.binding.kind)
	n.begin(StepAuth, who+", again: the server refused the channel binding "+creds.binding.kind)
	return n.try(ctx, how, unbound, creds)
}

func (n *negotiation) who() string {
	if n.cfg.Anonymous {
		return "as nobody in particular"
	}
	return "as " + n.cfg.JID.Local()
}

// circumstances returns what the choice of a mechanism depends on, and what its login is
// made of but for the password.
func (n *negotiation) circumstances(how *profile) (*circumstances, credentials, error) {
	creds := credentials{account: n.cfg.JID.Bare().String(), user: n.cfg.JID.Local()}
	if creds.user == "" && !n.cfg.Anonymous {
		return nil, creds, &reason{words: "the JID has no user name", advice: "Give it as user@domain."}
	}
	if n.features.needsTLS && n.conn.TLS() == nil {
		return nil, creds, &reason{words: "the server wants TLS before a login", advice: "Use --tls starttls or --tls direct."}
	}
	creds.binding = bindTo(n.conn.TLS(), how.offered, n.features.bindings)
	return &circumstances{
		offered: how.offered, wanted: n.cfg.Mechanism, remembered: n.remembered(),
		secured: n.conn.TLS() != nil, binding: creds.binding,
		certificate: n.cfg.Certificate != nil, anonymous: n.cfg.Anonymous,
	}, creds, nil
}

// try runs a mechanism, within a step's time.
func (n *negotiation) try(ctx context.Context, how *profile, m *mechanism, creds credentials) error {
	n.mechanism = m.name
	run, err := m.start(creds)
	if err != nil {
		return err
	}
	if err := n.within(ctx, func(ctx context.Context) error { return n.login(ctx, how, m, run) }); err != nil {
		return err
	}
	n.remember(m)
	n.chose("%s", mechanismWords(m, how, creds.binding))
	return nil
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

// askPassword asks, and only now.
func (n *negotiation) askPassword(ctx context.Context) (string, error) {
	if n.cfg.Password == nil {
		return "", errors.New("there is no password")
	}
	password, err := n.cfg.Password(ctx)
	if err != nil {
		return "", fmt.Errorf("there is no password: %w", err)
	}
	if password == "" {
		return "", errors.New("the password is empty")
	}
	return password, nil
}

// login exchanges the mechanism's messages.
func (n *negotiation) login(ctx context.Context, how *profile, m *mechanism, run login) error {
	message, err := run.first()
	if err != nil {
		return err
	}
	n.secretSent = n.secretSent || m.bare
	request := how.begin(m.name, encode(message))
	for range maxSASLRounds {
		el, err := n.exchange(ctx, request)
		if err != nil {
			return err
		}
		tree, err := el.Tree()
		if err != nil {
			return err
		}
		switch el.Name() {
		case stanza.Name{Space: how.space, Local: "challenge"}:
			challenge, err := data(tree)
			if err != nil {
				return err
			}
			if message, err = run.answer(challenge); err != nil {
				return err
			}
			n.secretSent = n.secretSent || m.asks
		case stanza.Name{Space: how.space, Local: "success"}:
			final, err := how.outcome(tree)
			if err != nil {
				return err
			}
			return run.finish(final)
		case stanza.Name{Space: how.space, Local: "failure"}:
			return readFailure(tree, m.name)
		case stanza.Name{Space: nsSASL2, Local: "continue"}:
			return errContinue
		default:
			return unexpected("an answer to the login", el)
		}
		request = response(how.space, encodeResponse(message))
	}
	return errors.New("the server asks for more than the login has")
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
