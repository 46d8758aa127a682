package demo

import "iqscope/iqbuilder/stanza"

// nsPing is XEP-0199's.
const nsPing = "urn:xmpp:ping"

// ping answers with an empty result (XEP-0199 §4).
type ping struct{}

func (ping) offer() offer {
	return offer{
		payload: stanza.Name{Space: nsPing, Local: "ping"},
		types:   onlyGet, at: everywhere, feature: nsPing,
	}
}

func (ping) answer(*query) answer { return answer{} }
