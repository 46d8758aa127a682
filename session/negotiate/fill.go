package negotiate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// The placeholders that stand in an offer for a login's messages. None of them is
// base64, so no server takes one for a message.
const (
	messagePassword = "[password]"
	messageFirst    = "[first message]"
	messageProof    = "[proof]"
)

var errInTheClear = errors.New("no secret is filled in where there is no TLS and the connection leaves this machine: begin TLS first")

// fill reads an element and replaces the placeholder in it, where it is one of SASL
// that has one. It returns the login that the element begins or goes on with, nil for
// what was typed out, and not offered so.
func (a *authentication) fill(ctx context.Context, f *features, xml string, offered bool) (*stanza.Stanza, *attempt, error) {
	el, err := a.conn.Element(xml)
	if err != nil || el.Name().Space != stanza.NSSASL && el.Name().Space != nsSASL2 {
		return el, nil, err
	}
	tree, err := el.Tree()
	if err != nil {
		return nil, nil, err
	}
	name, hole := tree.Name.Local, placeholder(tree)
	begins := name == "auth" || name == "authenticate"
	switch {
	case hole == nil && begins && offered: // nothing in it is secret
		try, err := a.start(ctx, f, tree)
		return el, try, err
	case hole == nil && name == "response" && len(tree.Children) == 0 && a.try != nil && a.try.challenged && a.try.answer == "":
		return el, a.try, nil // an empty response is typed and offered alike
	case hole == nil:
		return el, nil, nil
	case !a.mayFill():
		return nil, nil, errInTheClear
	}
	try, message := a.try, ""
	switch {
	case begins:
		if try, err = a.start(ctx, f, tree); err == nil {
			message, err = try.run.first()
			message = encode(message)
		}
	case name != "response":
		err = fmt.Errorf("nothing can be filled in in %.60q", name)
	case try == nil || !try.challenged:
		err = errors.New("no challenge waits for an answer that could be filled in")
	default:
		message = try.answer
	}
	if err != nil {
		return nil, nil, err
	}
	first, last := hole.Children[0], hole.Children[len(hole.Children)-1]
	filled, err := a.conn.Element(xml[:first.Pos] + message + xml[last.End:])
	return filled, try, err
}

// placeholder returns the element whose whole content is a placeholder, nil when
// there is none where a message of a login would stand.
func placeholder(el *stanza.Node) *stanza.Node {
	if el.Name.Local == "authenticate" {
		if el = el.Child(nsSASL2, "initial-response"); el == nil {
			return nil
		}
	}
	if len(el.Elements()) > 0 || !slices.Contains([]string{messagePassword, messageFirst, messageProof}, strings.TrimSpace(el.Text())) {
		return nil
	}
	return el
}

// mayFill says whether a secret may be sent on this connection as it is.
func (a *authentication) mayFill() bool {
	return a.clear || a.conn.TLS() != nil
}

// start makes the login that an element names.
func (a *authentication) start(ctx context.Context, f *features, el *stanza.Node) (*attempt, error) {
	if f == nil {
		return nil, errors.New("the server has not said yet how one can log in")
	}
	how := profileOf(el.Name.Space, f)
	c, err := a.circumstances(f, how)
	if err != nil {
		return nil, err
	}
	named := *c
	named.wanted, _ = el.Attr("mechanism")
	m, err := named.choose()
	if err != nil {
		return nil, err
	}
	detail := a.who() + " by " + m.name
	if a.unbound != nil {
		detail += ", again: the server refused the channel binding " + c.binding.kind
	}
	a.begin(StepAuth, detail)
	if m.asks {
		if err := a.askPassword(ctx); err != nil {
			return nil, err
		}
	}
	if m.hash != nil {
		if _, notice := prepared(a.password); notice != "" {
			a.begin(StepAuth, notice)
		}
	}
	run, err := m.start(a.credentials(c))
	if err != nil {
		return nil, err
	}
	return &attempt{how: how, m: m, run: run, c: c}, nil
}

func (a *authentication) who() string {
	if a.cfg.Anonymous {
		return "as nobody in particular"
	}
	return "as " + a.cfg.JID.Local()
}

// askPassword asks, and only now. Nobody is asked again when the server refuses the
// channel binding alone, or sends us on to another one.
func (a *authentication) askPassword(ctx context.Context) error {
	if a.password != "" {
		return nil
	}
	if a.cfg.Password == nil {
		return errors.New("there is no password")
	}
	password, err := a.cfg.Password(ctx)
	if err != nil {
		return fmt.Errorf("there is no password: %w", err)
	}
	if password == "" {
		return errors.New("the password is empty")
	}
	if err := checkPassword(password); err != nil {
		return err
	}
	a.password = password
	return nil
}
