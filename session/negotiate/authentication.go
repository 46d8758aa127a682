package negotiate

import (
	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// authentication is the login on a connection (RFC 6120 §6, XEP-0388): it says what can be sent
// next, fills the secrets in, and takes the server's answers. What is said outside of SASL, it
// does not know.
type authentication struct {
	cfg *Config // defaults filled in
	*progress
	conn       *wire.Conn // nil before there is one
	clear      bool       // a secret may leave without TLS
	password   string     // as it was given; "" before, and once the server refused it
	secretSent bool
	mechanism  string       // that a login was begun by, whoever wrote it; "" before
	success    *stanza.Node // that of SASL2; nil after a login by RFC 6120
	saslState
}

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
	how        *profile
	m          *mechanism
	run        login
	c          *circumstances
	answer     string // the response to the latest challenge, as base64
	challenged bool   // a challenge waits for it
}

// A turn is what an element of the server's brings a login to.
type turn int

const (
	undue        turn = iota // nothing: it was not asked for
	challenged               // a response can be sent
	unanswerable             // nobody knows the response; the error says why
	succeeded
	refused // the error says why, nil where nothing stands against another try
	broken  // the end, by the error
)

// again is the same login for another connection. Nobody is asked for the password again.
func (a *authentication) again() *authentication {
	return &authentication{cfg: a.cfg, progress: a.progress, password: a.password, secretSent: a.secretSent}
}

// forget forgets what was said in the stream before.
func (a *authentication) forget() {
	a.saslState = saslState{loggedIn: a.loggedIn, warned: a.warned}
}

// offer begins the login by the best mechanism, or by the one that the refusal of a channel
// binding left. A login by SASL2 takes more requests along.
func (a *authentication) offer(f *features, along string) (Offer, error) {
	how := a.profile(f)
	c, err := a.circumstances(f, how)
	m := a.unbound
	if err == nil && m == nil {
		m, err = c.choose()
	}
	if err != nil {
		return Offer{}, err
	}
	message, what := messageFirst, "Begin a login that never sends the password: your name and a random number go first (RFC 5802 §5, RFC 6120 §6.4.2)."
	switch {
	case m.bare:
		message, what = messagePassword, "Log in with the password itself, which nothing but TLS hides on its way (RFC 4616, RFC 6120 §6.4.2)."
	case !m.asks:
		what = "Log in without a password, by " + m.name + " (RFC 6120 §6.4.2)."
		if message, err = firstMessage(m, a.credentials(c)); err != nil {
			return Offer{}, err
		}
	}
	if a.unbound != nil {
		what = "The server refused the channel binding, which says nothing about the password. This is the same without one (RFC 5802 §6)."
	}
	if how.space == nsSASL2 {
		what += " The server takes it in the newer form of XEP-0388."
	}
	return Offer{Do: Element, XML: how.begin(m.name, message, along), What: what}, nil
}

// response is the offer to answer the challenge.
func (a *authentication) response() Offer {
	content, what := messageProof, "Prove that you know the password, without sending it (RFC 5802 §3, RFC 6120 §6.4.3)."
	if a.try.answer == "" {
		content, what = "", "The server has proved that it knows the password, too: agree with an empty response (RFC 5802 §5)."
	}
	xml := "<response xmlns='" + a.space + "'>" + content + "</response>"
	return Offer{Do: Element, XML: xml, What: what}
}

// said takes note of our part of a login, filled in or typed out.
func (a *authentication) said(el *stanza.Stanza, try *attempt) {
	tree, err := el.Tree()
	if err != nil {
		return // it cannot be: fill has read it
	}
	begins := tree.Name.Local == "auth" || tree.Name.Local == "authenticate"
	if begins {
		a.mechanism, _ = tree.Attr("mechanism")
	}
	a.space = el.Name().Space
	switch a.try = try; {
	case try == nil:
		a.secretSent = a.secretSent || len(tree.Children) > 0 // it may be one
		a.begin(StepAuth, a.typedWords())
	case begins:
		a.secretSent = a.secretSent || try.m.bare
	default:
		a.secretSent = a.secretSent || try.m.asks
		try.challenged = false
	}
}

// typedWords warns once of what nothing but TLS could hide.
func (a *authentication) typedWords() string {
	if a.conn.TLS() != nil || a.warned {
		return "as it was typed"
	}
	a.warned = true
	return "as it was typed, in the clear: whoever listens on the way can read it"
}

// heard takes the server's part of a login.
func (a *authentication) heard(el *stanza.Stanza) (turn, error) {
	if a.space != el.Name().Space {
		return undue, nil // unasked, or an answer of the other profile
	}
	tree, err := el.Tree()
	if err != nil {
		return broken, err
	}
	switch el.Name().Local {
	case "challenge":
		return a.challenge(tree)
	case "success":
		return a.succeed(tree)
	case "failure":
		return a.fail(readFailure(tree, a.mechanism))
	case "continue":
		return unanswerable, errContinue
	}
	return undue, nil
}

func (a *authentication) challenge(el *stanza.Node) (turn, error) {
	if a.try == nil {
		return unanswerable, &reason{
			words:  "the challenge answers what was typed by hand, and so must you (RFC 6120 §6.4.3)",
			advice: "Type a <response/>, or <abort/>.",
		}
	}
	challenge, err := data(el)
	answer := ""
	if err == nil {
		answer, err = a.try.run.answer(challenge)
	}
	if err != nil {
		a.try = nil
		return unanswerable, err
	}
	a.try.answer, a.try.challenged = encodeResponse(answer), true
	return challenged, nil
}

// succeed checks the server's proof, where the login was ours. Without it the
// server may be somebody else, and there is no going on.
func (a *authentication) succeed(el *stanza.Node) (turn, error) {
	final, err := outcome(el)
	if err != nil {
		return broken, err
	}
	if try := a.try; try != nil {
		if err := try.run.finish(final); err != nil {
			return broken, err
		}
		a.remember(try.m)
		a.chose("%s", mechanismWords(try.m, try.how, try.c.binding))
	} else {
		a.chose("%.60q, typed by hand", a.mechanism)
	}
	a.saslState = saslState{loggedIn: true}
	if el.Name.Space == nsSASL2 {
		a.success = el
	}
	return succeeded, nil
}

// fail takes the server's refusal of a login. It is never followed by a weaker one,
// with one exception: a server may offer a channel binding that it then refuses, as
// ejabberd 23.01 does. That says nothing about the password, and a login without the
// binding is offered. Any other refusal is up to the person.
func (a *authentication) fail(refusal error) (turn, error) {
	try := a.try
	a.space, a.try, a.unbound = "", nil, nil
	if try != nil && try.m.hash != nil && bindingRefused(refusal) {
		switch {
		case try.m.plus:
			a.unbound, refusal = try.c.withoutBinding(try.m, refusal)
		case try.c.binding.unoffered:
			refusal = offerTakenOut(refusal)
		}
	}
	if a.unbound == nil {
		a.password = ""
	} else {
		a.chose("%s was refused for its channel binding %s, so there was a second try without one", try.m.name, try.c.binding.kind)
	}
	return refused, refusal
}
