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

// saslState is how the login of a way that is gone by hand stands.
type saslState struct {
	begun    bool // something was said, and the server has not said yes or no
	loggedIn bool
	login    *handLogin // nil unless its messages are ours
	unbound  *mechanism // comes in place of one whose channel binding was refused
	password string     // for the second try after such a refusal; else ""
	warned   bool
}

// handLogin is a login whose messages are filled in.
type handLogin struct {
	how    *profile
	m      *mechanism
	run    login
	c      *circumstances
	creds  credentials
	answer string // the response to the latest challenge, as base64
	asked  bool   // a challenge waits for it
}

var errInTheClear = errors.New("no secret is filled in where there is no TLS and the connection leaves this machine: begin TLS first")

// fill replaces the placeholder in a SASL element, if there is one. It returns the
// login that the element begins or goes on with, nil for what was typed out.
func (h *ByHand) fill(ctx context.Context, el *stanza.Stanza) (*stanza.Stanza, *handLogin, error) {
	if space := el.Name().Space; space != stanza.NSSASL && space != nsSASL2 {
		return el, nil, nil
	}
	tree, err := el.Tree()
	if err != nil {
		return nil, nil, err
	}
	place := placeholder(tree)
	if place == nil {
		// An empty response is typed and offered alike.
		if tree.Name.Local == "response" && len(tree.Children) == 0 && h.login != nil && h.login.asked && h.login.answer == "" {
			return el, h.login, nil
		}
		return el, nil, nil
	}
	if !h.mayFill() {
		return nil, nil, errInTheClear
	}
	login, message := h.login, ""
	switch tree.Name.Local {
	case "auth", "authenticate":
		if login, err = h.begin(ctx, tree); err == nil {
			message, err = login.run.first()
			message = encode(message)
		}
	case "response":
		if login == nil || !login.asked {
			err = errors.New("no challenge waits for an answer that could be filled in")
		} else {
			message = login.answer
		}
	default:
		err = fmt.Errorf("nothing can be filled in in %.60q", tree.Name.Local)
	}
	if err != nil {
		return nil, nil, err
	}
	xml, first, last := el.XML(), place.Children[0], place.Children[len(place.Children)-1]
	filled, err := h.n.conn.Element(xml[:first.Pos] + message + xml[last.End:])
	return filled, login, err
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
func (h *ByHand) mayFill() bool {
	if h.n.conn.TLS() != nil || h.n.cfg.AllowPlaintext {
		return true
	}
	if h.n.mode == TLSOff {
		return true // it was dialled under that condition
	}
	host, _, err := net.SplitHostPort(h.n.addr)
	return err == nil && isLoopbackName(host)
}

// begin makes the login that an element names.
func (h *ByHand) begin(ctx context.Context, el *stanza.Node) (*handLogin, error) {
	n := h.n
	if n.features == nil {
		return nil, errors.New("the server has not said yet how one can log in")
	}
	how := n.profileOf(el.Name.Space)
	c, creds, err := n.circumstances(how)
	if err != nil {
		return nil, err
	}
	c.wanted, _ = el.Attr("mechanism")
	m, err := c.choose()
	c.wanted = n.cfg.Mechanism
	if err != nil {
		return nil, err
	}
	if m.asks {
		if creds.password = h.password; creds.password == "" {
			if creds.password, err = n.askPassword(ctx); err != nil {
				return nil, err
			}
		}
	}
	run, err := m.start(creds)
	if err != nil {
		return nil, err
	}
	return &handLogin{how: how, m: m, run: run, c: c, creds: creds}, nil
}

// profileOf is the profile of a namespace of SASL.
func (n *negotiation) profileOf(space string) *profile {
	if space == nsSASL2 {
		return n.sasl2()
	}
	return n.sasl1()
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
func (h *ByHand) said(el *stanza.Stanza, login *handLogin) {
	n := h.n
	tree, err := el.Tree()
	if err != nil {
		return // it cannot be: fill has read it
	}
	if n.features == nil && !h.loggedIn {
		n.features = new(features) // the typist did not wait for them
	}
	begins := tree.Name.Local == "auth" || tree.Name.Local == "authenticate"
	if begins {
		n.mechanism, _ = tree.Attr("mechanism")
	}
	h.begun = true
	switch h.login = login; {
	case login == nil:
		n.secretSent = n.secretSent || len(tree.Children) > 0 // it may be one
		n.begin(StepAuth, h.typedWords())
	case begins:
		n.secretSent = n.secretSent || login.m.bare
		n.begin(StepAuth, n.who()+" by "+n.mechanism)
	default:
		n.secretSent = n.secretSent || login.m.asks
		login.asked = false
	}
	h.wait(StepAuth, "The server answers with a challenge, with success or with failure (RFC 6120 §6.4).")
}

// typedWords warns once of what nothing but TLS could hide.
func (h *ByHand) typedWords() string {
	if h.n.conn.TLS() != nil || h.warned {
		return "as it was typed"
	}
	h.warned = true
	return "as it was typed, in the clear: whoever listens on the way can read it"
}

// heardSASL takes the server's part of a login.
func (h *ByHand) heardSASL(el *stanza.Stanza) (bool, error) {
	if !h.begun || h.loggedIn {
		return false, nil
	}
	tree, err := el.Tree()
	if err != nil {
		return false, err
	}
	switch el.Name().Local {
	case "challenge":
		h.challenged(tree)
	case "success":
		return true, h.succeeded(tree)
	case "failure":
		h.failed(readFailure(tree, h.n.mechanism))
	case "continue":
		h.stop(StepAuth, errContinue)
	default:
		return false, nil
	}
	return true, nil
}

func (h *ByHand) challenged(el *stanza.Node) {
	if h.login == nil {
		h.stop(StepAuth, &reason{
			words:  "the challenge answers what was typed by hand, and so must you (RFC 6120 §6.4.3)",
			advice: "Type a <response/>, or <abort/>.",
		})
		return
	}
	challenge, err := data(el)
	answer := ""
	if err == nil {
		answer, err = h.login.run.answer(challenge)
	}
	if err != nil {
		h.login = nil
		h.stop(StepAuth, err)
		return
	}
	h.login.answer, h.login.asked = encodeResponse(answer), true
	h.offerResponse(el.Name.Space)
}

// succeeded checks the server's proof, where the login was ours. Without it the
// server may be somebody else, and there is no going on.
func (h *ByHand) succeeded(el *stanza.Node) error {
	n := h.n
	final, err := n.profileOf(el.Name.Space).outcome(el)
	if err != nil {
		return err
	}
	if l := h.login; l != nil {
		if err := l.run.finish(final); err != nil {
			return err
		}
		n.remember(l.m)
		n.chose("%s", mechanismWords(l.m, l.how, l.creds.binding))
	} else {
		n.chose("%.60q, typed by hand", n.mechanism)
	}
	h.saslState = saslState{loggedIn: true}
	if n.success == nil {
		h.offerStream("You are logged in. Begin a new stream on the same connection (RFC 6120 §6.4.6).")
		return nil
	}
	h.wait(StepBind, "You are logged in. The server says what it offers now; there is no new stream (XEP-0388 §2.6.1).")
	err = n.readBound2()
	n.features = nil // new ones come
	return err
}

// failed takes the server's refusal of a login. Refused for its channel binding
// alone, the login is offered without one; any other is up to the person.
func (h *ByHand) failed(refusal error) {
	l := h.login
	h.begun, h.login, h.password = false, nil, ""
	h.refused, h.unbound = refusal, nil
	if l != nil && l.m.hash != nil && bindingRefused(refusal) {
		switch {
		case l.m.plus:
			if h.unbound, h.refused = l.c.withoutBinding(l.m, refusal); h.unbound != nil {
				h.password = l.creds.password
			}
		case l.creds.binding.unoffered:
			h.refused = offerTakenOut(refusal)
		}
	}
	h.offerByFeatures()
}
