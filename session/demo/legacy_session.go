package demo

// nsSession is RFC 3921 §3's: old clients ask for a session after binding.
const nsSession = "urn:ietf:params:xml:ns:xmpp-session"

// legacySession grants what every bound stream has anyway.
type legacySession struct{}

func (legacySession) offer() offer {
	return offer{
		payloads: named(nsSession, "session"),
		types:    onlySet, at: []entity{self, host},
	}
}

func (legacySession) answer(*query) answer { return answer{} }
