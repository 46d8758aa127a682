package negotiate

import (
	"context"
	"errors"
	"fmt"
	"net"
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

// saslState is how the login stands.
type saslState struct {
	space    string // of what was said last, as long as the server has not said yes or no
	loggedIn bool
	try      *attempt   // nil unless its messages are ours
	unbound  *mechanism // comes in place of one whose channel binding was refused
	warned   bool
}

// attempt is a login whose messages are ours.
type attempt struct {
	how    *profile
	m      *mechanism
	run    login
	c      *circumstances
	answer string // the response to the latest challenge, as base64
	asked  bool   // a challenge waits for it
}

var errInTheClear = errors.New("no secret is filled in where there is no TLS and the connection leaves this machine: begin TLS first")

// fill reads an element and replaces the placeholder in it, where it is one of SASL
// that has one. It returns the login that the element begins or goes on with, nil for
// what was typed out.
func (n *negotiation) fill(ctx context.Context, xml string) (*stanza.Stanza, *attempt, error) {
	el, err := n.conn.Element(xml)
	if err != nil || el.Name().Space != stanza.NSSASL && el.Name().Space != nsSASL2 {
		return el, nil, err
	}
	tree, err := el.Tree()
	if err != nil {
		return nil, nil, err
	}
	name, place := tree.Name.Local, placeholder(tree)
	begins := name == "auth" || name == "authenticate"
	switch {
	case place == nil && begins && xml == n.offer.XML: // nothing in it is secret
		try, err := n.beginLogin(ctx, tree)
		return el, try, err
	case place == nil && name == "response" && len(tree.Children) == 0 && n.try != nil && n.try.asked && n.try.answer == "":
		return el, n.try, nil // an empty response is typed and offered alike
	case place == nil:
		return el, nil, nil
	case !n.mayFill():
		return nil, nil, errInTheClear
	}
	try, message := n.try, ""
	switch {
	case begins:
		if try, err = n.beginLogin(ctx, tree); err == nil {
			message, err = try.run.first()
			message = encode(message)
		}
	case name != "response":
		err = fmt.Errorf("nothing can be filled in in %.60q", name)
	case try == nil || !try.asked:
		err = errors.New("no challenge waits for an answer that could be filled in")
	default:
		message = try.answer
	}
	if err != nil {
		return nil, nil, err
	}
	first, last := place.Children[0], place.Children[len(place.Children)-1]
	filled, err := n.conn.Element(xml[:first.Pos] + message + xml[last.End:])
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
func (n *negotiation) mayFill() bool {
	if n.conn.TLS() != nil || n.cfg.AllowPlaintext {
		return true
	}
	if n.route.mode == TLSOff {
		return true // it was dialled under that condition
	}
	host, _, err := net.SplitHostPort(n.route.addr)
	return err == nil && isLoopbackName(host)
}

// beginLogin makes the login that an element names.
func (n *negotiation) beginLogin(ctx context.Context, el *stanza.Node) (*attempt, error) {
	if n.features == nil {
		return nil, errors.New("the server has not said yet how one can log in")
	}
	how := n.profileOf(el.Name.Space)
	c, err := n.circumstances(how)
	if err != nil {
		return nil, err
	}
	named := *c
	named.wanted, _ = el.Attr("mechanism")
	m, err := named.choose()
	if err != nil {
		return nil, err
	}
	detail := n.who() + " by " + m.name
	if n.unbound != nil {
		detail += ", again: the server refused the channel binding " + c.binding.kind
	}
	n.begin(StepAuth, detail)
	if m.asks {
		if err := n.askPassword(ctx); err != nil {
			return nil, err
		}
	}
	run, err := m.start(n.credentials(c))
	if err != nil {
		return nil, err
	}
	return &attempt{how: how, m: m, run: run, c: c}, nil
}

func (n *negotiation) who() string {
	if n.cfg.Anonymous {
		return "as nobody in particular"
	}
	return "as " + n.cfg.JID.Local()
}

// askPassword asks, and only now. Nobody is asked again when the server refuses the
// channel binding alone, or sends us on to another one.
func (n *negotiation) askPassword(ctx context.Context) error {
	if n.password != "" {
		return nil
	}
	if n.cfg.Password == nil {
		return errors.New("there is no password")
	}
	password, err := n.cfg.Password(ctx)
	if err != nil {
		return fmt.Errorf("there is no password: %w", err)
	}
	if password == "" {
		return errors.New("the password is empty")
	}
	n.password = password
	return nil
}

// firstMessage is the initial response of a mechanism that has no secret in it.
func firstMessage(m *mechanism, creds credentials) (string, error) {
	run, err := m.start(creds)
	if err != nil {
		return "", err
	}
	message, err := run.first()
	return encode(message), err
}

// said takes note of our part of a login, filled in or typed out.
func (n *negotiation) said(el *stanza.Stanza, try *attempt) {
	tree, err := el.Tree()
	if err != nil {
		return // it cannot be: fill has read it
	}
	if n.features == nil && !n.loggedIn {
		n.features = new(features) // the typist did not wait for them
	}
	begins := tree.Name.Local == "auth" || tree.Name.Local == "authenticate"
	if begins {
		n.mechanism, _ = tree.Attr("mechanism")
	}
	n.space = el.Name().Space
	switch n.try = try; {
	case try == nil:
		n.secretSent = n.secretSent || len(tree.Children) > 0 // it may be one
		n.begin(StepAuth, n.typedWords())
	case begins:
		n.secretSent = n.secretSent || try.m.bare
	default:
		n.secretSent = n.secretSent || try.m.asks
		try.asked = false
	}
	n.wait(StepAuth, dueLogin, "The server answers with a challenge, with success or with failure (RFC 6120 §6.4).")
}

// typedWords warns once of what nothing but TLS could hide.
func (n *negotiation) typedWords() string {
	if n.conn.TLS() != nil || n.warned {
		return "as it was typed"
	}
	n.warned = true
	return "as it was typed, in the clear: whoever listens on the way can read it"
}

// heardSASL takes the server's part of a login.
func (n *negotiation) heardSASL(el *stanza.Stanza) (bool, error) {
	if n.space != el.Name().Space {
		return false, nil // unasked, or an answer of the other profile
	}
	tree, err := el.Tree()
	if err != nil {
		return false, err
	}
	switch el.Name().Local {
	case "challenge":
		n.challenged(tree)
	case "success":
		return true, n.succeeded(tree)
	case "failure":
		n.failed(readFailure(tree, n.mechanism))
	case "continue":
		n.stop(StepAuth, errContinue)
	default:
		return false, nil
	}
	return true, nil
}

func (n *negotiation) challenged(el *stanza.Node) {
	if n.try == nil {
		n.stop(StepAuth, &reason{
			words:  "the challenge answers what was typed by hand, and so must you (RFC 6120 §6.4.3)",
			advice: "Type a <response/>, or <abort/>.",
		})
		return
	}
	challenge, err := data(el)
	answer := ""
	if err == nil {
		answer, err = n.try.run.answer(challenge)
	}
	if err != nil {
		n.try = nil
		n.stop(StepAuth, err)
		return
	}
	n.try.answer, n.try.asked = encodeResponse(answer), true
	n.offerResponse(el.Name.Space)
}

// succeeded checks the server's proof, where the login was ours. Without it the
// server may be somebody else, and there is no going on.
func (n *negotiation) succeeded(el *stanza.Node) error {
	final, err := n.profileOf(el.Name.Space).outcome(el)
	if err != nil {
		return err
	}
	if try := n.try; try != nil {
		if err := try.run.finish(final); err != nil {
			return err
		}
		n.remember(try.m)
		n.chose("%s", mechanismWords(try.m, try.how, try.c.binding))
	} else {
		n.chose("%.60q, typed by hand", n.mechanism)
	}
	n.saslState = saslState{loggedIn: true}
	if n.success != nil {
		return n.settle()
	}
	n.offerStream("You are logged in. Begin a new stream on the same connection (RFC 6120 §6.4.6).")
	return nil
}

// failed takes the server's refusal of a login. It is never followed by a weaker one,
// with one exception: a server may offer a channel binding that it then refuses, as
// ejabberd 23.01 does. That says nothing about the password, and a login without the
// binding is offered. Any other refusal is up to the person.
func (n *negotiation) failed(refusal error) {
	try := n.try
	n.space, n.try, n.unbound, n.refused = "", nil, nil, refusal
	if try != nil && try.m.hash != nil && bindingRefused(refusal) {
		switch {
		case try.m.plus:
			n.unbound, n.refused = try.c.withoutBinding(try.m, refusal)
		case try.c.binding.unoffered:
			n.refused = offerTakenOut(refusal)
		}
	}
	if n.unbound == nil {
		n.password = ""
	} else {
		n.chose("%s was refused for its channel binding %s, so there was a second try without one", try.m.name, try.c.binding.kind)
	}
	n.offerByFeatures()
}
