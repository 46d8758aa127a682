package negotiate

import (
	"fmt"

	"iqscope/iqbuilder"
)

// The offers of a way that is gone by hand, one function for each point that it
// can come to.

func (h *ByHand) offers(step Step, o Offer) {
	h.offer, h.step, h.stuck = o, step, nil
	if h.refused != nil {
		h.offer.What = fmt.Sprintf("The server refused: %v. Trying again: %s", h.refused, o.What)
	}
}

// wait offers nothing, for the server's answer is due.
func (h *ByHand) wait(step Step, what string) {
	h.offer, h.step, h.stuck, h.refused = Offer{Do: Nothing, What: what}, step, nil, nil
}

// stop offers nothing, for there is no sensible way on.
func (h *ByHand) stop(step Step, err error) {
	h.offer, h.step, h.stuck = Offer{Do: Nothing, What: "Nothing is offered: " + err.Error() + "."}, step, err
	if advice := h.n.advice(err); advice != "" {
		h.offer.What += " " + advice
	}
}

// offerStream also forgets what the server said to the stream before.
func (h *ByHand) offerStream(what string) {
	h.n.features, h.refused = nil, nil
	h.offers(StepStream, Offer{Do: OpenStream, What: what})
}

func (h *ByHand) offerTLS(what string) {
	h.offers(StepTLS, Offer{Do: BeginTLS, What: what})
}

// offerBeginning is what comes right after the socket's connection.
func (h *ByHand) offerBeginning() {
	if h.n.mode == TLSDirect && h.n.conn.TLS() == nil {
		h.offerTLS("This port wants TLS from the first byte; the certificate is checked against the domain of your JID (XEP-0368 §3).")
		return
	}
	h.offerStream("Say which domain you want to talk to, and in which version of the protocol (RFC 6120 §4.2).")
}

// offerByFeatures is what comes next by what the server offers and what was
// reached already.
func (h *ByHand) offerByFeatures() {
	n := h.n
	switch {
	case n.features == nil:
		h.wait(h.step, "The server has not said yet what it offers (RFC 6120 §4.3.2).")
	case h.loggedIn && n.bound.IsZero():
		h.offerBinding()
	case h.wantsSession():
		h.offers(StepBind, Offer{Do: Element, XML: request(sessionRequest),
			What: "This server still wants a session as well, as in the old days (RFC 3921 §3)."})
	case h.wantsManagement():
		h.offers(StepManage, Offer{Do: Element, XML: enableRequest,
			What: "Ask the server to count and acknowledge stanzas, so that a lost connection loses none (XEP-0198 §3)."})
	case h.loggedIn:
		h.wait(StepBind, "The stream is ready for stanzas (RFC 6120 §8).")
	case n.mode == TLSStart && n.conn.TLS() == nil:
		h.offerStartTLS()
	default:
		h.offerLogin()
	}
}

func (h *ByHand) offerStartTLS() {
	if !h.n.features.startTLS {
		h.stop(StepTLS, ErrNoTLS)
		return
	}
	h.offers(StepTLS, Offer{Do: Element, XML: startTLSRequest,
		What: "Ask for a private connection, before anything secret is said (RFC 6120 §5.4.2)."})
}

func (h *ByHand) offerBinding() {
	if !h.n.features.bind {
		h.stop(StepBind, errNoBinding)
		return
	}
	what := "Ask for a resource, the last part of your address; the server chooses it (RFC 6120 §7.6)."
	if h.n.cfg.Resource != "" {
		what = "Ask for the resource of your choice, the last part of your address (RFC 6120 §7.7)."
	}
	h.offers(StepBind, Offer{Do: Element, XML: request(h.n.bindRequest()), What: what})
}

// request is an IQ of type set with an id of its own.
func request(payload string) string {
	return "<iq type='set' id='" + iqbuilder.NewID() + "'>" + payload + "</iq>"
}

func (h *ByHand) wantsSession() bool {
	return !h.n.bound.IsZero() && h.n.features.needSession && !h.session
}

func (h *ByHand) wantsManagement() bool {
	n := h.n
	return !n.bound.IsZero() && n.cfg.Manage && n.features.manage && !n.managementAnswered
}

// offerLogin begins the login by the best mechanism, or by the one that the
// refusal of a channel binding left.
func (h *ByHand) offerLogin() {
	how := h.n.profile()
	c, creds, err := h.n.circumstances(how)
	m := h.unbound
	if err == nil && m == nil {
		m, err = c.choose()
	}
	if err != nil {
		h.stop(StepAuth, err)
		return
	}
	message, what := messageFirst, "Begin a login that never sends the password: your name and a random number go first (RFC 5802 §5, RFC 6120 §6.4.2)."
	switch {
	case m.bare:
		message, what = messagePassword, "Log in with the password itself, which nothing but TLS hides on its way (RFC 4616, RFC 6120 §6.4.2)."
	case !m.asks:
		what = "Log in without a password, by " + m.name + " (RFC 6120 §6.4.2)."
		if message, err = firstMessage(m, creds); err != nil {
			h.stop(StepAuth, err)
			return
		}
	}
	if h.unbound != nil {
		what = "The server refused the channel binding, which says nothing about the password. This is the same without one (RFC 5802 §6)."
	}
	if how.space == nsSASL2 {
		what += " The server takes it in the newer form of XEP-0388."
	}
	h.offers(StepAuth, Offer{Do: Element, XML: how.begin(m.name, message), What: what})
}

// offerResponse answers a challenge.
func (h *ByHand) offerResponse(space string) {
	content, what := messageProof, "Prove that you know the password, without sending it (RFC 5802 §3, RFC 6120 §6.4.3)."
	if h.login.answer == "" {
		content, what = "", "The server has proved that it knows the password, too: agree with an empty response (RFC 5802 §5)."
	}
	h.offers(StepAuth, Offer{Do: Element, XML: response(space, content), What: what})
}
