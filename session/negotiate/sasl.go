package negotiate

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"iqscope/iqbuilder/stanza"
)

// authenticate logs in (RFC 6120 §6).
func (n *negotiation) authenticate(ctx context.Context) error {
	user := n.cfg.JID.Local()
	n.begin(StepAuth, "as "+user)
	if user == "" {
		return &reason{words: "the JID has no user name", advice: "Give it as user@domain."}
	}
	if n.features.needsTLS && n.conn.TLS() == nil {
		return &reason{words: "the server wants TLS before a login", advice: "Use --tls starttls or --tls direct."}
	}
	chosen, err := chooseMechanism(n.features.mechanisms, n.cfg.Mechanism, n.conn.TLS() != nil)
	if err != nil {
		return err
	}
	n.mechanism = chosen.name
	password, err := n.askPassword(ctx)
	if err != nil {
		return err
	}
	run, err := chosen.start(user, password)
	if err != nil {
		return err
	}
	return n.within(ctx, func(ctx context.Context) error { return n.login(ctx, chosen, run) })
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
func (n *negotiation) login(ctx context.Context, m *mechanism, run login) error {
	message, err := run.first()
	if err != nil {
		return err
	}
	n.secretSent = m.bare
	el, err := n.exchange(ctx, "<auth xmlns='"+stanza.NSSASL+"' mechanism='"+m.name+"'>"+encode(message)+"</auth>")
	for range maxSASLRounds {
		if err != nil {
			return err
		}
		switch el.Name() {
		case stanza.Name{Space: stanza.NSSASL, Local: "challenge"}:
			challenge, err := decode(el)
			if err != nil {
				return err
			}
			if message, err = run.answer(challenge); err != nil {
				return err
			}
			n.secretSent = true
		case stanza.Name{Space: stanza.NSSASL, Local: "success"}:
			data, err := decode(el)
			if err != nil {
				return err
			}
			return run.finish(data)
		case stanza.Name{Space: stanza.NSSASL, Local: "failure"}:
			return readFailure(el, m.name)
		default:
			return unexpected("an answer to the login", el)
		}
		el, err = n.exchange(ctx, "<response xmlns='"+stanza.NSSASL+"'>"+encodeResponse(message)+"</response>")
	}
	return errors.New("the server asks for more than the login has")
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

// decode reads the data of a challenge or a success.
func decode(el *stanza.Stanza) (string, error) {
	tree, err := el.Tree()
	if err != nil {
		return "", err
	}
	text := tree.Text()
	if text == "=" {
		return "", nil
	}
	if base64.StdEncoding.DecodedLen(len(text)) > maxSASLData {
		return "", fmt.Errorf("the server's <%s/> is longer than %d bytes", el.Name().Local, maxSASLData)
	}
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return "", fmt.Errorf("the server's <%s/> is not base64", el.Name().Local)
	}
	return string(data), nil
}

// readFailure reads a <failure/> (RFC 6120 §6.4.5).
func readFailure(el *stanza.Stanza, mechanism string) error {
	e := &AuthError{Mechanism: mechanism}
	tree, err := el.Tree()
	if err != nil {
		return err
	}
	for _, child := range tree.Elements() {
		switch {
		case child.Name.Space != stanza.NSSASL:
		case child.Name.Local == "text":
			e.Text = child.Text()
		case e.Condition == "":
			e.Condition = child.Name.Local
		}
	}
	return e
}
