package demo

import (
	"cmp"
	"runtime"
	"runtime/debug"

	"iqscope/iqbuilder/stanza"
)

// nsVersion is XEP-0092's.
const nsVersion = "jabber:iq:version"

// version says what software this is (XEP-0092).
type version struct{}

func (version) offer() offer {
	return offer{
		payloads: named(nsVersion, "query"),
		types:    onlyGet, at: []entity{self, host, botsHost, botEntity, pubsubHost}, features: []string{nsVersion},
	}
}

func (version) answer(*query) answer {
	number := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		number = cmp.Or(info.Main.Version, number)
	}
	return answer{payload: "<query xmlns='" + nsVersion + "'><name>iqscope demo</name><version>" +
		stanza.Escape(number) + "</version><os>" + runtime.GOOS + "</os></query>"}
}
