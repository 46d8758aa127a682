package demo

import (
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// identities of each kind of entity (XEP-0030 §3.1; categories and types of
// https://xmpp.org/registrar/disco-categories.html).
var identities = map[entity]string{
	self:      "<identity category='account' type='registered'/>",
	account:   "<identity category='account' type='registered'/>",
	host:      "<identity category='server' type='im' name='iqscope demo'/>",
	botsHost:  "<identity category='component' type='generic' name='Bots to try IQs on'/>",
	botEntity: "<identity category='client' type='bot'/>",
}

// discoInfo says what an entity is and can do (XEP-0030 §3).
type discoInfo struct{ server *Server }

func (discoInfo) offer() offer {
	return offer{
		payload: stanza.Name{Space: stanza.NSDiscoInfo, Local: "query"},
		types:   onlyGet, at: everywhere, feature: stanza.NSDiscoInfo,
	}
}

func (d discoInfo) answer(q *query) answer {
	if node, _ := q.payload().Attr("node"); node != "" {
		return noNode()
	}
	var b strings.Builder
	b.WriteString("<query xmlns='" + stanza.NSDiscoInfo + "'>" + identities[q.about])
	for _, service := range d.server.services {
		if o := service.offer(); o.feature != "" && slices.Contains(o.at, q.about) {
			b.WriteString("<feature var='" + stanza.Escape(o.feature) + "'/>")
		}
	}
	b.WriteString("</query>")
	return answer{payload: b.String()}
}

// discoItems says what an entity has below it (XEP-0030 §4): the server its
// bots, the bots' host each bot, an account its connected resources.
type discoItems struct{ server *Server }

func (discoItems) offer() offer {
	return offer{
		payload: stanza.Name{Space: stanza.NSDiscoItems, Local: "query"},
		types:   onlyGet, at: everywhere, feature: stanza.NSDiscoItems,
	}
}

func (d discoItems) answer(q *query) answer {
	if node, _ := q.payload().Attr("node"); node != "" {
		return noNode()
	}
	var b strings.Builder
	item := func(jid, name string) {
		b.WriteString("<item jid='" + stanza.Escape(jid) + "'")
		if name != "" {
			b.WriteString(" name='" + stanza.Escape(name) + "'")
		}
		b.WriteString("/>")
	}
	b.WriteString("<query xmlns='" + stanza.NSDiscoItems + "'>")
	switch q.about {
	case host:
		item(BotsDomain, "Bots to try IQs on")
	case botsHost:
		for _, bot := range listedBots() {
			item(bot.name+"@"+BotsDomain, bot.about)
		}
	case self, account:
		of := q.to
		if q.about == self {
			of = q.from.Bare()
		}
		for _, c := range d.server.directory.resources(of) {
			item(c.jid.String(), "")
		}
	}
	b.WriteString("</query>")
	return answer{payload: b.String()}
}

// noNode refuses a node: none is offered (XEP-0030 §7).
func noNode() answer {
	return answer{err: failure("item-not-found", "there is no such node here")}
}
