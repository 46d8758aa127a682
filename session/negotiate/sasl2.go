package negotiate

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// nsSASL2 is the profile of SASL that needs no new stream after the login, and
// takes resumption and binding along (XEP-0388).
const nsSASL2 = "urn:xmpp:sasl:2"

// software is all that a server learns of us unasked (XEP-0388 §2.3).
const software = "iqscope"

var errContinue = &reason{
	words:  "the server wants more steps after the password, such as a second factor, which are not known here",
	advice: "Log in without them if the account has another way, or do without SASL2.",
}

// sasl2Offer is what <authentication/> offers.
type sasl2Offer struct {
	mechanisms []string
	bind       bool // Bind2 (XEP-0386)
	manage     bool // stream management with Bind2
	resume     bool // resumption with the login
}

func readSASL2(features *stanza.Node) sasl2Offer {
	var offer sasl2Offer
	list := features.Child(nsSASL2, "authentication")
	if list == nil {
		return offer
	}
	offer.mechanisms = readMechanisms(list, nsSASL2)
	inline := list.Child(nsSASL2, "inline")
	if inline == nil {
		return offer
	}
	for _, el := range inline.Elements() {
		switch el.Name.Space {
		case nsManagement:
			offer.resume = true
		case nsBind2:
			offer.bind = true
			offer.manage = offersManagement(el)
		}
	}
	return offer
}

// usesSASL2 says whether this login goes by SASL2. In the clear it is not to be
// used (XEP-0388 §2.1).
func (n *negotiation) usesSASL2() bool {
	return len(n.features.sasl2.mechanisms) > 0 && !n.cfg.NoSASL2 && n.conn.TLS() != nil
}

// sasl2 is the profile of XEP-0388 §2.3 to §2.6.
func (n *negotiation) sasl2() *profile {
	return &profile{
		space:   nsSASL2,
		offered: n.features.sasl2.mechanisms,
		begin: func(mechanism, message string) string {
			var b strings.Builder
			b.WriteString("<authenticate xmlns='" + nsSASL2 + "' mechanism='" + mechanism + "'>")
			b.WriteString("<initial-response>" + message + "</initial-response>")
			b.WriteString("<user-agent><software>" + software + "</software></user-agent>")
			if n.cfg.Resume != nil && n.features.sasl2.resume {
				b.WriteString(resumeRequest(n.cfg.Resume))
			}
			if n.bindsInline() {
				b.WriteString(n.bind2Request())
			}
			b.WriteString("</authenticate>")
			return b.String()
		},
		outcome: func(success *stanza.Node) (string, error) {
			n.success = success
			if final := success.Child(nsSASL2, "additional-data"); final != nil {
				return data(final)
			}
			return "", nil
		},
	}
}

// settle reads what a login by SASL2 brought along. Features follow unless the stream
// was resumed.
func (n *negotiation) settle() error {
	if err := n.readInlineResumption(); err != nil {
		return err
	}
	if n.management.Resumed {
		n.offerByFeatures()
		return nil
	}
	err := n.readBound2()
	n.features = nil // new ones come
	n.wait(StepBind, dueFeatures, "You are logged in. The server says what it offers now; there is no new stream (XEP-0388 §2.6.1).")
	return err
}
