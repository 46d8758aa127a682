package explain

import (
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

// meant is what a condition means in answer to a payload, where the catalogue says that it means
// something of its own.
func meant(payload stanza.Name, condition string) (entry, bool) {
	if payload.Space == nsManagement {
		e, ok := management[condition]
		return e, ok
	}
	m := catalog.Builtin().Meaning(payload.Space, condition)
	if m == nil {
		return entry{}, false
	}
	return entry{m.Text, Fault(m.Fault), m.Try, m.Section}, true
}

// management are the conditions of stream management, which no IQ carries.
var management = map[string]entry{
	"item-not-found": {
		"The server no longer has the session that was to be resumed: it was kept for too short a time, or the server was restarted.",
		Network, []string{"Log in anew; what was not acknowledged may or may not have arrived."}, "XEP-0198 §6",
	},
	"unexpected-request": {
		"Stream management was asked for at the wrong moment: before the login was done, or twice.",
		Ours, []string{"Ask for it once, after a resource is bound."}, "XEP-0198 §6",
	},
	"feature-not-implemented": {
		"The server offers no such kind of stream management.",
		Nobody, []string{"Look for urn:xmpp:sm:3 in the stream features."}, "XEP-0198 §6",
	},
}
