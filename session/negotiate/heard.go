package negotiate

import (
	"fmt"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// What the elements of both sides mean on the way, whoever wrote ours.

// What the server's next element may have to be, in words.
const (
	dueFeatures = "its features"
	dueProceed  = "<proceed/>"
	dueLogin    = "an answer to the login"
	dueReply    = "the reply to our request"
)

var errTLSRefused = &reason{
	words:  "the server offered TLS but refused to begin it",
	advice: "The server's TLS settings may be broken; try --tls direct.",
}

// The stanzas that may come before the way is over: as many, and as long in all.
const (
	maxEarly      = 1000
	maxEarlyBytes = 4 << 20
)

// sent takes note of what an element of ours asks for, if it asks for anything on
// the way, before it leaves.
func (n *negotiation) sent(el *stanza.Stanza, try *attempt) {
	asks := el.Kind() == stanza.IQ && el.Type() == stanza.Set
	switch name := el.Name(); {
	case name == stanza.Name{Space: stanza.NSTLS, Local: "starttls"}:
		n.begin(StepTLS, "STARTTLS for "+n.route.domain)
		n.wait(StepTLS, dueProceed, "The server answers <proceed/> or <failure/> (RFC 6120 §5.4.2).")
	case name.Space == stanza.NSSASL, name.Space == nsSASL2:
		if n.features == nil && !n.auth.loggedIn {
			n.features = new(features) // the typist did not wait for them
		}
		n.auth.said(el, try)
		n.wait(StepAuth, dueLogin, "The server answers with a challenge, with success or with failure (RFC 6120 §6.4).")
	case name == stanza.Name{Space: nsManagement, Local: "enable"}:
		n.begin(StepManage, "")
		n.management.asked = name.Local
		n.wait(StepManage, "<enabled/>", "The server answers <enabled/> or <failed/> (XEP-0198 §3).")
	case name == stanza.Name{Space: nsManagement, Local: "resume"} && n.cfg.Resume != nil:
		n.begin(StepManage, "to resume the earlier stream")
		n.management.asked = name.Local
		n.wait(StepManage, "<resumed/>", "The server answers <resumed/> or <failed/> (XEP-0198 §5).")
	case asks && el.Payload() == stanza.Name{Space: stanza.NSBind, Local: "bind"}:
		n.awaitReply(el, wantedResource(el))
	case asks && el.Payload() == stanza.Name{Space: nsSession, Local: "session"}:
		n.awaitReply(el, "with the session of RFC 3921")
	}
}

// awaitReply waits for the reply to a request to bind or to begin a session.
func (n *negotiation) awaitReply(request *stanza.Stanza, detail string) {
	n.begin(StepBind, detail)
	n.request = request
	n.wait(StepBind, dueReply, "The server answers with a result or an error of the same id (RFC 6120 §7.7).")
}

// heard takes note of an element of the server's. It says whether the element was
// due; an error is the end.
func (n *negotiation) heard(el *stanza.Stanza) (bool, error) {
	switch name := el.Name(); {
	case el.Kind() == stanza.StreamOpen, name == stanza.Name{Space: wire.NSFraming, Local: "open"}:
		return true, checkHeader(n.conn.Peer())
	case name == stanza.Name{Space: stanza.NSStream, Local: "features"} && (n.features == nil || n.features.element == nil):
		return true, n.offered(el)
	case name.Space == stanza.NSTLS:
		return n.heardTLS(name.Local), nil
	case name.Space == stanza.NSSASL, name.Space == nsSASL2:
		return n.heardLogin(el)
	case name.Space == nsManagement:
		return n.heardManagement(el)
	case n.request != nil && el.IsReply() && el.ID() == n.request.ID():
		return true, n.answered(el)
	case el.Kind() != stanza.Element:
		return n.stanzasMayCome(), n.keepEarly(el)
	}
	return false, nil
}

// offered takes the server's features.
func (n *negotiation) offered(el *stanza.Stanza) error {
	var err error
	if n.features, err = readFeatures(el); err != nil {
		return err
	}
	if n.auth.loggedIn && !n.features.manage {
		n.management.doWithout()
	}
	n.offerByFeatures()
	return nil
}

// stanzasMayCome says that nobody breaks a rule by sending us some already.
func (n *negotiation) stanzasMayCome() bool {
	return n.typed || n.auth.success != nil || n.management.asked != "" || !n.bound.IsZero()
}

func (n *negotiation) heardTLS(name string) bool {
	switch {
	case n.due != dueProceed || n.conn.TLS() != nil:
		return false
	case name == "proceed":
		n.offerTLS("The server is ready: now TLS shakes hands, and the certificate is checked against the domain of your JID (RFC 6120 §5.4.3).")
	case name == "failure":
		n.refused = errTLSRefused
		n.stop(StepTLS, errTLSRefused)
	default:
		return false
	}
	return true
}

func (n *negotiation) heardLogin(el *stanza.Stanza) (bool, error) {
	switch to, why := n.auth.heard(el); to {
	case undue:
		return false, nil
	case challenged:
		n.offers(StepAuth, n.auth.response())
	case unanswerable:
		n.stop(StepAuth, why)
	case succeeded:
		if n.auth.success != nil {
			return true, n.settle()
		}
		n.offerStream("You are logged in. Begin a new stream on the same connection (RFC 6120 §6.4.6).")
	case refused:
		n.refused = why
		n.offerByFeatures()
	case broken:
		return true, why
	}
	return true, nil
}

func (n *negotiation) heardManagement(el *stanza.Stanza) (bool, error) {
	due, err := n.management.heard(el)
	if !due || err != nil {
		return due, err
	}
	if n.management.Resumed {
		n.bound = n.cfg.Resume.Bound
	}
	n.offerByFeatures()
	return true, nil
}

// answered takes the reply to our request to bind or to begin a session.
func (n *negotiation) answered(reply *stanza.Stanza) error {
	request := n.request
	n.request = nil
	switch {
	case reply.Type() == stanza.Error:
		n.refused = bindWords(stanza.NewIQError(request, reply))
	case request.Payload().Space == nsSession:
		n.session = true
	default:
		bound, err := readBound(reply)
		if err != nil {
			return err
		}
		n.bound = bound
	}
	n.offerByFeatures()
	return nil
}

// keepEarly keeps a stanza for when the way is over.
func (n *negotiation) keepEarly(el *stanza.Stanza) error {
	n.early = append(n.early, el)
	n.earlyBytes += len(el.XML())
	if n.management.Enabled {
		n.management.Counted++
	}
	if len(n.early) > maxEarly || n.earlyBytes > maxEarlyBytes {
		return fmt.Errorf("the server sent %d stanzas where an answer to the negotiation was due", len(n.early))
	}
	return nil
}
