package negotiate

import "iqscope/iqbuilder/stanza"

// nsSession is the session of RFC 3921, which RFC 6121 dropped: servers offer it
// as optional, for clients of old.
const nsSession = "urn:ietf:params:xml:ns:xmpp-session"

// features are what a server offers at one point of the way (RFC 6120 §4.3.2).
type features struct {
	element     *stanza.Stanza
	startTLS    bool
	needsTLS    bool
	mechanisms  []string // in the server's order
	bindings    []string // the channel bindings it lists; most servers list none
	sasl2       sasl2Offer
	bind        bool
	before      bool // the login of before SASL (XEP-0078), which is not spoken here
	needSession bool
	manage      bool // stream management (XEP-0198)
}

// readFeatures reads <stream:features/>.
func readFeatures(el *stanza.Stanza) (*features, error) {
	tree, err := el.Tree()
	if err != nil {
		return nil, err
	}
	f := &features{element: el}
	if tls := tree.Child(stanza.NSTLS, "starttls"); tls != nil {
		f.startTLS = true
		f.needsTLS = tls.Child(stanza.NSTLS, "required") != nil
	}
	if list := tree.Child(stanza.NSSASL, "mechanisms"); list != nil {
		f.mechanisms = readMechanisms(list, stanza.NSSASL)
	}
	f.bindings = readBindings(tree)
	f.sasl2 = readSASL2(tree)
	f.manage = tree.Child(nsManagement, "sm") != nil
	f.before = tree.Child("http://jabber.org/features/iq-auth", "auth") != nil
	f.bind = tree.Child(stanza.NSBind, "bind") != nil
	if session := tree.Child(nsSession, "session"); session != nil {
		f.needSession = session.Child(nsSession, "optional") == nil
	}
	return f, nil
}

func readMechanisms(list *stanza.Node, space string) []string {
	var names []string
	for _, m := range list.Elements() {
		if m.Name == (stanza.Name{Space: space, Local: "mechanism"}) {
			names = append(names, m.Text())
		}
	}
	return names
}
