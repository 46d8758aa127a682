package negotiate

import (
	"errors"
	"fmt"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// Action is what an Offer is about.
type Action string

// The actions.
const (
	// Nothing is offered: it is the server's turn, or nobody knows how to go on.
	Nothing Action = "nothing"
	// Element is an element to send, Offer.XML.
	Element Action = "element"
	// OpenStream says our stream header.
	OpenStream Action = "open the stream"
	// BeginTLS shakes hands and checks the certificate.
	BeginTLS Action = "begin TLS"
)

// Offer is the next sensible thing to do on the way.
type Offer struct {
	Do Action
	// XML is the element as it may be shown and edited, "" unless Do is Element.
	// Where a secret would stand it has one of the placeholders
	// [password], [first message] and [proof].
	XML string
	// What is a plain sentence or two for a learner, with the section of the RFC
	// or XEP: what this does, or why nothing is offered.
	What string
	// PasswordRefused says that this is another login after the server has refused the password, so
	// that the same one would only be refused again.
	PasswordRefused bool
}

// ErrNothingOffered refuses to take an offer that there is not.
var ErrNothingOffered = errors.New("nothing is offered now: wait for the server, or type an element")

// outlook is how the way goes on from the point that it has come to.
type outlook struct {
	offer   Offer
	next    Step   // that the offer belongs to
	due     string // what the server has to say now, in words; "" when it is not its turn
	stuck   error  // why nothing is offered; nil while the server's answer is awaited
	refused error  // the server's latest no; nil when something was sent since
}

func (o *outlook) offers(step Step, offer Offer) {
	o.offer, o.next, o.due, o.stuck = offer, step, "", nil
	if o.refused != nil {
		o.offer.What = fmt.Sprintf("The server refused: %v. Trying again: %s", o.refused, offer.What)
	}
}

// wait offers nothing, for the server's answer is due.
func (o *outlook) wait(step Step, due, what string) {
	o.offer, o.next, o.due, o.stuck, o.refused = Offer{Do: Nothing, What: what}, step, due, nil, nil
}

// stop offers nothing, for there is no sensible way on.
func (o *outlook) stop(step Step, err error) {
	o.offer, o.next, o.due, o.stuck = Offer{Do: Nothing, What: "Nothing is offered: " + err.Error() + "."}, step, "", err
	if try := advice(err); try != "" {
		o.offer.What += " " + try
	}
}

func (o *outlook) offerTLS(what string) {
	o.offers(StepTLS, Offer{Do: BeginTLS, What: what})
}

// offerStream also forgets what was said in the stream before.
func (n *negotiation) offerStream(what string) {
	n.features, n.refused, n.request, n.management.asked = nil, nil, nil, ""
	n.auth.forget()
	n.offers(StepStream, Offer{Do: OpenStream, What: what})
}

// offerBeginning is what comes right after the socket's connection.
func (n *negotiation) offerBeginning() {
	if n.route.mode == TLSDirect && n.conn.TLS() == nil {
		n.offerTLS("This port wants TLS from the first byte; the certificate is checked against the domain of your JID (XEP-0368 §3).")
		return
	}
	n.offerStream("Say which domain you want to talk to, and in which version of the protocol (RFC 6120 §4.2).")
}

// ready says that the stream is ready for stanzas.
func (n *negotiation) ready() bool {
	return n.management.Resumed || n.features != nil && !n.bound.IsZero() &&
		!n.wantsSession() && !n.management.wantsEnabling(n.features) && n.request == nil && n.management.asked == ""
}

// offerByFeatures is what comes next by what the server offers and what was
// reached already.
func (n *negotiation) offerByFeatures() {
	switch {
	case n.management.Resumed:
		n.wait(StepManage, "", "The earlier stream goes on (XEP-0198 §5).")
	case n.features == nil:
		n.wait(n.next, dueFeatures, "The server has not said yet what it offers (RFC 6120 §4.3.2).")
	case n.auth.loggedIn && n.bound.IsZero() && n.management.wantsResumption(n.features):
		n.offers(StepManage, Offer{Do: Element, XML: resumeRequest(n.cfg.Resume),
			What: "Ask for the earlier stream to go on, with all that was lost on the way (XEP-0198 §5)."})
	case n.auth.loggedIn && n.bound.IsZero():
		n.offerBinding()
	case n.wantsSession():
		n.offers(StepBind, Offer{Do: Element, XML: request(sessionRequest),
			What: "This server still wants a session as well, as in the old days (RFC 3921 §3)."})
	case !n.bound.IsZero() && n.management.wantsEnabling(n.features):
		n.offers(StepManage, Offer{Do: Element, XML: enableRequest,
			What: "Ask the server to count and acknowledge stanzas, so that a lost connection loses none (XEP-0198 §3)."})
	case n.auth.loggedIn:
		n.wait(StepBind, "", "The stream is ready for stanzas (RFC 6120 §8).")
	case n.route.mode == TLSStart && n.conn.TLS() == nil:
		n.offerStartTLS()
	default:
		n.offerLogin()
	}
}

const startTLSRequest = "<starttls xmlns='" + stanza.NSTLS + "'/>"

// offerStartTLS leaves a server that does not offer it: no login in the clear.
func (n *negotiation) offerStartTLS() {
	if !n.features.startTLS {
		n.stop(StepTLS, ErrNoTLS)
		return
	}
	n.offers(StepTLS, Offer{Do: Element, XML: startTLSRequest,
		What: "Ask for a private connection, before anything secret is said (RFC 6120 §5.4.2)."})
}

func (n *negotiation) offerBinding() {
	if !n.features.bind {
		n.stop(StepBind, errNoBinding)
		return
	}
	what := "Ask for a resource, the last part of your address; the server chooses it (RFC 6120 §7.6)."
	if n.cfg.Resource != "" {
		what = "Ask for the resource of your choice, the last part of your address (RFC 6120 §7.7)."
	}
	n.offers(StepBind, Offer{Do: Element, XML: request(bindRequest(n.cfg.Resource)), What: what})
}

// request is an IQ of type set with an id of its own.
func request(payload string) string {
	return "<iq type='set' id='" + iqbuilder.NewID() + "'>" + payload + "</iq>"
}

func (n *negotiation) wantsSession() bool {
	return !n.bound.IsZero() && n.features.needSession && !n.session
}

// offerLogin offers what the authentication has to say first.
func (n *negotiation) offerLogin() {
	o, err := n.auth.offer(n.features, n.inline())
	if err != nil {
		n.stop(StepAuth, err)
		return
	}
	o.PasswordRefused = n.auth.secretSent && refusesPassword(n.refused)
	n.offers(StepAuth, o)
}
