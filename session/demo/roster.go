package demo

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// nsRoster is RFC 6121 §2's.
const nsRoster = "jabber:iq:roster"

// roster tells an account its contacts (RFC 6121 §2.1.3). They cannot be changed.
type roster struct{}

func (roster) offer() offer {
	return offer{payload: stanza.Name{Space: nsRoster, Local: "query"}, types: getSet, at: []entity{self}}
}

func (roster) answer(q *query) answer {
	if q.iq.Type() == stanza.Set {
		return answer{err: failure("not-allowed", "the rosters of the built-in server cannot be changed")}
	}
	var b strings.Builder
	b.WriteString("<query xmlns='" + nsRoster + "'>")
	for _, c := range rosters[q.from.Local()] {
		b.WriteString("<item jid='" + stanza.Escape(c.jid) + "' name='" + stanza.Escape(c.name) + "' subscription='" + c.subscription +
			"'><group>" + stanza.Escape(c.group) + "</group></item>")
	}
	b.WriteString("</query>")
	return answer{payload: b.String()}
}
