package negotiate

import "iqscope/iqbuilder/stanza"

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
