package demo

import (
	"slices"
	"sync"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// Namespaces of XEP-0060.
const (
	nsPubsub       = "http://jabber.org/protocol/pubsub"
	nsPubsubOwner  = nsPubsub + "#owner"
	nsPubsubEvent  = nsPubsub + "#event"
	nsPubsubErrors = nsPubsub + "#errors"
)

// pubsub is a small service to publish at (XEP-0060): leaf nodes only, which
// everyone may make, read and subscribe to, and their owner alone may publish at
// and delete. Items are kept until the server closes.
type pubsub struct {
	server *Server
	mu     *sync.Mutex
	nodes  map[string]*node
}

func newPubsub(s *Server) pubsub { return pubsub{s, new(sync.Mutex), make(map[string]*node)} }

func (pubsub) offer() offer {
	all := []string{nsPubsub}
	for _, f := range []string{
		"create-nodes", "instant-nodes", "delete-nodes", "purge-nodes", "publish", "persistent-items", "item-ids",
		"retract-items", "retrieve-items", "rsm", "subscribe", "retrieve-subscriptions", "retrieve-affiliations",
	} {
		all = append(all, nsPubsub+"#"+f)
	}
	return offer{
		payloads: append(named(nsPubsub, "pubsub"), named(nsPubsubOwner, "pubsub")...),
		types:    getSet, at: []entity{pubsubHost}, features: all,
	}
}

// badPubsub refuses with a condition of the protocol's own.
func badPubsub(condition, application, text string) answer {
	return because(condition, text, stanza.Name{Space: nsPubsubErrors, Local: application})
}

// verb is one thing that can be asked: the type of the request and the name of
// the payload's first child.
type verb struct {
	typ  stanza.Type
	name stanza.Name
}

// pubsubRequest is one request with what it is about.
type pubsubRequest struct {
	*query
	element *stanza.Node // the payload's first child
	name    string       // of the node, "" for none
	node    *node        // nil when there is none of the name
}

// pubsubVerbs do what can be asked; those marked need a node that is there, and
// its owner.
var pubsubVerbs = map[verb]struct {
	do           func(pubsub, pubsubRequest) answer
	there, owned bool
}{
	{stanza.Set, stanza.Name{Space: nsPubsub, Local: "create"}}:        {do: pubsub.create},
	{stanza.Set, stanza.Name{Space: nsPubsub, Local: "publish"}}:       {pubsub.publish, true, true},
	{stanza.Set, stanza.Name{Space: nsPubsub, Local: "retract"}}:       {pubsub.retract, true, true},
	{stanza.Set, stanza.Name{Space: nsPubsub, Local: "subscribe"}}:     {pubsub.subscribe, true, false},
	{stanza.Set, stanza.Name{Space: nsPubsub, Local: "unsubscribe"}}:   {pubsub.unsubscribe, true, false},
	{stanza.Get, stanza.Name{Space: nsPubsub, Local: "items"}}:         {pubsub.read, true, false},
	{stanza.Get, stanza.Name{Space: nsPubsub, Local: "subscriptions"}}: {do: pubsub.subscriptions},
	{stanza.Get, stanza.Name{Space: nsPubsub, Local: "affiliations"}}:  {do: pubsub.affiliations},
	{stanza.Set, stanza.Name{Space: nsPubsubOwner, Local: "delete"}}:   {pubsub.remove, true, true},
	{stanza.Set, stanza.Name{Space: nsPubsubOwner, Local: "purge"}}:    {pubsub.purge, true, true},
}

func (p pubsub) answer(q *query) answer {
	elements := q.payload().Elements()
	if len(elements) == 0 {
		return failed("bad-request", "pubsub holds what is to be done")
	}
	doing, known := pubsubVerbs[verb{q.iq.Type(), elements[0].Name}]
	if !known {
		return badPubsub("feature-not-implemented", "unsupported", "the service does not know "+elements[0].Name.Local+" in this type of request")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	r := pubsubRequest{query: q, element: elements[0]}
	r.name, _ = r.element.Attr("node")
	r.node = p.nodes[r.name]
	switch {
	case doing.there && r.name == "":
		return badPubsub("bad-request", "nodeid-required", "the node has to be named")
	case doing.there && r.node == nil:
		return failed("item-not-found", "there is no such node")
	case doing.owned && r.node.owner != q.from.Bare():
		return failed("forbidden", "the node belongs to somebody else")
	}
	return doing.do(p, r)
}

// create makes a node, with a name of ours when it is given none (XEP-0060 §8.1).
func (p pubsub) create(r pubsubRequest) answer {
	name := r.name
	if name == "" {
		name = "node-" + iqbuilder.NewID()
	}
	switch {
	case r.node != nil:
		return failed("conflict", "there is a node of that name already")
	case len(name) > maxNameBytes:
		return failed("not-acceptable", "the name is too long")
	case len(p.nodes) >= maxNodes:
		return failed("resource-constraint", "there are too many nodes")
	}
	p.nodes[name] = &node{name: name, owner: r.from.Bare()}
	return pubsubAnswer("<create" + attribute("node", name) + "/>")
}

// publish takes one item (XEP-0060 §7.1).
func (p pubsub) publish(r pubsubRequest) answer {
	items := r.element.Elements()
	switch {
	case len(items) == 0:
		return badPubsub("bad-request", "item-required", "an item is missing")
	case len(items) > 1 || items[0].Name != (stanza.Name{Space: nsPubsub, Local: "item"}):
		return badPubsub("bad-request", "invalid-payload", "one item is published at a time")
	}
	payload := items[0].Elements()
	switch len(payload) {
	case 0:
		return badPubsub("bad-request", "payload-required", "the item has no payload")
	case 1:
	default:
		return badPubsub("bad-request", "invalid-payload", "an item has one payload")
	}
	id, _ := items[0].Attr("id")
	if id == "" {
		id = iqbuilder.NewID()
	}
	if len(id) > maxNameBytes {
		return failed("not-acceptable", "the item's id is too long")
	}
	item := publishedItem{id: id, xml: r.cut(payload[0]), publisher: r.from.Bare()}
	r.node.publish(item)
	a := pubsubAnswer("<publish" + attribute("node", r.name) + "><item" + attribute("id", id) + "/></publish>")
	a.after = p.event(r.node, "<items"+attribute("node", r.name)+">"+item.full()+"</items>")
	return a
}

// retract takes an item out (XEP-0060 §7.2).
func (p pubsub) retract(r pubsubRequest) answer {
	item := r.element.Child(nsPubsub, "item")
	if item == nil {
		return badPubsub("bad-request", "item-required", "an item is missing")
	}
	id, _ := item.Attr("id")
	if !r.node.retract(id) {
		return failed("item-not-found", "there is no such item")
	}
	return answer{after: p.event(r.node, "<items"+attribute("node", r.name)+"><retract"+attribute("id", id)+"/></items>")}
}

// read gives out items: those asked for by id, the newest max_items, or a page
// (XEP-0060 §6.5).
func (p pubsub) read(r pubsubRequest) answer {
	wish, paged, err := readPage(r.payload())
	if err != nil {
		return answer{err: err}
	}
	list := r.node.items
	if wanted := r.element.Elements(); len(wanted) > 0 {
		list = nil
		for _, n := range wanted {
			id, _ := n.Attr("id")
			if i, found := r.node.items.find(id); found {
				list = append(list, r.node.items[i])
			}
		}
	}
	if text, given := r.element.Attr("max_items"); given {
		max, ok := count(text)
		if !ok {
			return failed("bad-request", "max_items is a number")
		}
		list = list[len(list)-min(max, len(list)):]
	}
	if !paged { // the newest count most
		last := ""
		wish.before = &last
	}
	part, err := wish.cut(list)
	if err != nil {
		return answer{err: err}
	}
	xml := ""
	for _, item := range list[part.from:part.to] {
		xml += item.full()
	}
	xml = "<items" + attribute("node", r.name) + ">" + xml + "</items>"
	if paged || part.to-part.from < len(list) {
		xml += part.xml()
	}
	return pubsubAnswer(xml)
}

// remove deletes the node (XEP-0060 §8.4).
func (p pubsub) remove(r pubsubRequest) answer {
	delete(p.nodes, r.name)
	return answer{after: p.event(r.node, "<delete"+attribute("node", r.name)+"/>")}
}

// purge takes all items out (XEP-0060 §8.5).
func (p pubsub) purge(r pubsubRequest) answer {
	r.node.items, r.node.bytes = nil, 0
	return answer{after: p.event(r.node, "<purge"+attribute("node", r.name)+"/>")}
}

// affiliations lists the nodes that somebody owns (XEP-0060 §5.7).
func (p pubsub) affiliations(r pubsubRequest) answer {
	xml := ""
	for _, name := range p.names() {
		if p.nodes[name].owner == r.from.Bare() && (r.name == "" || r.name == name) {
			xml += "<affiliation" + attribute("node", name) + " affiliation='owner'/>"
		}
	}
	return pubsubAnswer("<affiliations" + attribute("node", r.name) + ">" + xml + "</affiliations>")
}

// names are those of all nodes, in a steady order.
func (p pubsub) names() []string {
	var all []string
	for name := range p.nodes {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

func pubsubAnswer(content string) answer {
	return answer{payload: "<pubsub xmlns='" + nsPubsub + "'>" + content + "</pubsub>"}
}

// items lists the nodes, and the items of a node (XEP-0060 §5.2, §5.5).
func (p pubsub) items(q *query, name string) ([]discoItem, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []discoItem
	if name == "" {
		for _, name := range p.names() {
			all = append(all, discoItem{jid: PubsubDomain, node: name})
		}
		return all, true
	}
	n := p.nodes[name]
	if n == nil {
		return nil, false
	}
	for _, item := range n.items {
		all = append(all, discoItem{jid: PubsubDomain, name: item.id})
	}
	return all, true
}

func (p pubsub) info(_ *query, name string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.nodes[name] == nil {
		return ""
	}
	return "<identity category='pubsub' type='leaf'/>" + features(nsPubsub, stanza.NSDiscoInfo, stanza.NSDiscoItems)
}
