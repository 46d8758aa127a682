package demo

// nsPing is XEP-0199's.
const nsPing = "urn:xmpp:ping"

// ping answers with an empty result (XEP-0199 §4).
type ping struct{}

func (ping) offer() offer {
	return offer{
		payloads: named(nsPing, "ping"),
		types:    onlyGet, at: everywhere, features: []string{nsPing},
	}
}

func (ping) answer(*query) answer { return answer{} }
