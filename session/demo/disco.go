package demo

import (
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// identities of each kind of entity (XEP-0030 §3.1; categories and types of
// https://xmpp.org/registrar/disco-categories.html).
var identities = map[entity]string{
	self:       "<identity category='account' type='registered'/>",
	account:    "<identity category='account' type='registered'/>",
	host:       "<identity category='server' type='im' name='iqscope demo'/>",
	botsHost:   "<identity category='component' type='generic' name='Bots to try IQs on'/>",
	botEntity:  "<identity category='client' type='bot'/>",
	pubsubHost: "<identity category='pubsub' type='service' name='Publish and subscribe'/>",
}

// lister is a service that has something to discover: items of an entity, or
// nodes. It is asked only at the places that it offers itself at.
type lister interface {
	// items are those of the node, "" for the entity itself; false when the
	// node is not its.
	items(q *query, node string) ([]discoItem, bool)
	// info is the identities and features of a node, as XML; "" when the node is
	// not its.
	info(q *query, node string) string
}

// discoItem is one item of service discovery (XEP-0030 §4).
type discoItem struct{ jid, node, name string }

func (i discoItem) xml() string {
	return "<item" + attribute("jid", i.jid) + attribute("node", i.node) + attribute("name", i.name) + "/>"
}

// id names the item in pages.
func (i discoItem) id() string {
	if i.node != "" {
		return i.node
	}
	return i.jid
}

// discoItemList is a list in pages.
type discoItemList []discoItem

func (l discoItemList) length() int     { return len(l) }
func (l discoItemList) id(i int) string { return l[i].id() }
func (l discoItemList) size(i int) int  { return len(l[i].xml()) }
func (l discoItemList) find(id string) (int, bool) {
	i := slices.IndexFunc(l, func(item discoItem) bool { return item.id() == id })
	return i, i >= 0
}

// listers are the services that have something to discover where the query asks.
func (s *Server) listers(q *query) []lister {
	var all []lister
	for _, service := range s.services {
		if l, ok := service.(lister); ok && slices.Contains(service.offer().at, q.about) {
			all = append(all, l)
		}
	}
	return all
}

// discoInfo says what an entity is and can do (XEP-0030 §3).
type discoInfo struct{ server *Server }

func (discoInfo) offer() offer {
	return offer{
		payloads: named(stanza.NSDiscoInfo, "query"),
		types:    onlyGet, at: everywhere, features: []string{stanza.NSDiscoInfo},
	}
}

func (d discoInfo) answer(q *query) answer {
	node, _ := q.payload().Attr("node")
	if node == "" {
		return infoAnswer(node, identities[q.about]+d.features(q))
	}
	for _, l := range d.server.listers(q) {
		if info := l.info(q, node); info != "" {
			return infoAnswer(node, info)
		}
	}
	return noNode()
}

func (d discoInfo) features(q *query) string {
	var all []string
	for _, service := range d.server.services {
		if o := service.offer(); slices.Contains(o.at, q.about) {
			all = append(all, o.features...)
		}
	}
	return features(all...)
}

func features(all ...string) string {
	var b strings.Builder
	for _, f := range all {
		b.WriteString("<feature" + attribute("var", f) + "/>")
	}
	return b.String()
}

func infoAnswer(node, content string) answer {
	return answer{payload: "<query xmlns='" + stanza.NSDiscoInfo + "'" + attribute("node", node) + ">" + content + "</query>"}
}

// discoItems says what an entity has below it (XEP-0030 §4): the server its
// bots, the bots' host each bot, an account its connected resources; and what
// the services list. It shows pages to those who ask for them (XEP-0059).
type discoItems struct{ server *Server }

func (discoItems) offer() offer {
	return offer{
		payloads: named(stanza.NSDiscoItems, "query"),
		types:    onlyGet, at: everywhere, features: []string{stanza.NSDiscoItems, nsPages},
	}
}

func (d discoItems) answer(q *query) answer {
	node, _ := q.payload().Attr("node")
	items, known := d.items(q, node)
	if !known {
		return noNode()
	}
	wish, paged, err := readPage(q.payload())
	if err != nil {
		return answer{err: err}
	}
	if !paged && len(items) > maxPageSize {
		// More than fits into a stanza: the first page, said to be one.
		wish, paged = pageWish{limited: true, max: pageSize}, true
	}
	p, err := wish.cut(discoItemList(items))
	if err != nil {
		return answer{err: err}
	}
	var b strings.Builder
	b.WriteString("<query xmlns='" + stanza.NSDiscoItems + "'" + attribute("node", node) + ">")
	for _, item := range items[p.from:p.to] {
		b.WriteString(item.xml())
	}
	if paged || !p.last() {
		b.WriteString(p.xml())
	}
	b.WriteString("</query>")
	return answer{payload: b.String()}
}

// items are all of the node's, in a steady order; false when nobody has it.
func (d discoItems) items(q *query, node string) ([]discoItem, bool) {
	known := node == ""
	var all []discoItem
	if known {
		all = d.own(q)
	}
	for _, l := range d.server.listers(q) {
		if items, has := l.items(q, node); has {
			all, known = append(all, items...), true
		}
	}
	return all, known
}

func (d discoItems) own(q *query) []discoItem {
	var all []discoItem
	switch q.about {
	case host:
		all = append(all, discoItem{jid: BotsDomain, name: "Bots to try IQs on"},
			discoItem{jid: PubsubDomain, name: "Publish and subscribe"})
	case botsHost:
		for _, bot := range listedBots() {
			all = append(all, discoItem{jid: bot.name + "@" + BotsDomain, name: bot.about})
		}
	case self, account:
		for _, c := range d.server.directory.resources(q.owner()) {
			all = append(all, discoItem{jid: c.jid.String()})
		}
	}
	return all
}

// noNode refuses a node that is not there (XEP-0030 §7).
func noNode() answer {
	return failed("item-not-found", "there is no such node here")
}
