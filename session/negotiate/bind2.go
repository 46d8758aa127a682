package negotiate

import (
	"fmt"

	"iqscope/iqbuilder/stanza"
)

// nsBind2 binds a resource along with the login (XEP-0386).
const nsBind2 = "urn:xmpp:bind:0"

// offersManagement reads Bind2's <inline/>.
func offersManagement(bind *stanza.Node) bool {
	inline := bind.Child(nsBind2, "inline")
	if inline == nil {
		return false
	}
	for _, feature := range inline.Elements() {
		if name, _ := feature.Attr("var"); name == nsManagement {
			return true
		}
	}
	return false
}

// bindsInline says whether the login binds a resource. Bind2 knows no resource of
// our choice: whoever wants one gets it by RFC 6120.
func (n *negotiation) bindsInline() bool {
	return n.features.sasl2.bind && n.cfg.Resource == ""
}

// readBound2 reads what became of Bind2. Where it failed, nothing is bound, and
// RFC 6120's way gets the error, in words.
func (n *negotiation) readBound2() error {
	bound := n.auth.success.Child(nsBind2, "bound")
	if bound == nil || !n.bindsInline() {
		return nil
	}
	text := ""
	if id := n.auth.success.Child(nsSASL2, "authorization-identifier"); id != nil {
		text = id.Text()
	}
	jid, err := stanza.ParseJID(text)
	if err != nil || jid.IsBare() {
		return fmt.Errorf("the server bound %.200q, which is no full JID", text)
	}
	n.bound = jid
	n.chose("%s, bound with the login (Bind2)", jid)
	if !n.management.enablesInline(n.features) {
		return nil
	}
	for _, el := range bound.Elements() {
		if el.Name.Space == nsManagement {
			n.management.readEnabled(el)
		}
	}
	return nil
}

// inline is what a login by SASL2 takes along.
func (n *negotiation) inline() string {
	along := ""
	if n.management.resumesInline(n.features) {
		along += resumeRequest(n.cfg.Resume)
	}
	if n.bindsInline() {
		enable := ""
		if n.management.enablesInline(n.features) {
			enable = enableRequest
		}
		along += "<bind xmlns='" + nsBind2 + "'>" + enable + "</bind>"
	}
	return along
}

// settle reads what a login by SASL2 brought along. Features follow unless the stream
// was resumed.
func (n *negotiation) settle() error {
	if err := n.management.readInlineResumption(n.features, n.auth.success); err != nil {
		return err
	}
	if n.management.Resumed {
		n.bound = n.cfg.Resume.Bound
		n.offerByFeatures()
		return nil
	}
	err := n.readBound2()
	n.features = nil // new ones come
	n.wait(StepBind, dueFeatures, "You are logged in. The server says what it offers now; there is no new stream (XEP-0388 §2.6.1).")
	return err
}
