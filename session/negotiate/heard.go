package negotiate

import (
	"iqscope/iqbuilder/stanza"
)

// What the elements of both sides mean to a way that is gone by hand.

// sent takes note of what an element of ours asks for, if it asks for anything on
// the way, before it leaves.
func (h *ByHand) sent(el *stanza.Stanza, login *handLogin) {
	n := h.n
	switch name := el.Name(); {
	case name == stanza.Name{Space: stanza.NSTLS, Local: "starttls"}:
		n.begin(StepTLS, "STARTTLS for "+n.domain)
		h.wait(StepTLS, "The server answers <proceed/> or <failure/> (RFC 6120 §5.4.2).")
	case name.Space == stanza.NSSASL, name.Space == nsSASL2:
		h.said(el, login)
	case name == stanza.Name{Space: nsManagement, Local: "enable"}:
		n.begin(StepManage, "")
		h.enabling = true
		h.wait(StepManage, "The server answers <enabled/> or <failed/> (XEP-0198 §3).")
	case el.Kind() == stanza.IQ && el.Type() == stanza.Set && el.Payload() == stanza.Name{Space: stanza.NSBind, Local: "bind"},
		el.Kind() == stanza.IQ && el.Type() == stanza.Set && el.Payload() == stanza.Name{Space: nsSession, Local: "session"}:
		n.begin(StepBind, "")
		h.request = el
		h.wait(StepBind, "The server answers with a result or an error of the same id (RFC 6120 §7.7).")
	}
}

// heard takes note of an element of the server's. It says whether the element was
// due; an error is the end.
func (h *ByHand) heard(el *stanza.Stanza) (bool, error) {
	n := h.n
	switch name := el.Name(); {
	case el.Kind() == stanza.StreamOpen:
		return true, n.checkHeader()
	case name == stanza.Name{Space: stanza.NSStream, Local: "features"} && (n.features == nil || n.features.element == nil):
		var err error
		if n.features, err = readFeatures(el); err == nil {
			h.offerByFeatures()
		}
		return true, err
	case name.Space == stanza.NSTLS:
		return h.heardTLS(name.Local), nil
	case name.Space == stanza.NSSASL, name.Space == nsSASL2:
		return h.heardSASL(el)
	case name.Space == nsManagement:
		return h.heardManagement(el)
	case h.request != nil && el.IsReply() && el.ID() == h.request.ID():
		return true, h.answered(el)
	case el.Kind() != stanza.Element:
		return true, n.keepEarly(el)
	}
	return false, nil
}

func (h *ByHand) heardTLS(name string) bool {
	switch {
	case h.step != StepTLS || h.n.conn.TLS() != nil:
		return false
	case name == "proceed":
		h.offerTLS("The server is ready: now TLS shakes hands, and the certificate is checked against the domain of your JID (RFC 6120 §5.4.3).")
	case name == "failure":
		h.refused = errTLSRefused
		h.stop(StepTLS, errTLSRefused)
	default:
		return false
	}
	return true
}

func (h *ByHand) heardManagement(el *stanza.Stanza) (bool, error) {
	tree, err := el.Tree()
	if err != nil || !h.enabling || !h.n.readEnabled(tree) {
		return false, err
	}
	h.enabling = false
	h.offerByFeatures()
	return true, nil
}

// answered takes the reply to our request to bind or to begin a session.
func (h *ByHand) answered(reply *stanza.Stanza) error {
	request := h.request
	h.request = nil
	switch {
	case reply.Type() == stanza.Error:
		h.refused = bindWords(&stanza.IQError{Request: request, Reply: reply, Err: reply.Err()})
	case request.Payload().Space == nsSession:
		h.session = true
	default:
		bound, err := readBound(reply)
		if err != nil {
			return err
		}
		h.n.bound = bound
	}
	h.offerByFeatures()
	return nil
}
