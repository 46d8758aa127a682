package demo

import (
	"slices"

	"iqscope/iqbuilder/stanza"
)

// node is one place to publish at. It is its service's to lock.
type node struct {
	name        string
	owner       stanza.JID // bare
	items       itemList
	bytes       int
	subscribers []stanza.JID // full or bare, in the order in which they came
}

// publishedItem is one item of a node.
type publishedItem struct {
	id, xml   string // the payload needs nothing from around it; "" for none
	publisher stanza.JID
}

// full is the whole element.
func (i publishedItem) full() string {
	return "<item" + attribute("id", i.id) + attribute("publisher", i.publisher.String()) + ">" + i.xml + "</item>"
}

// itemList is a list in pages.
type itemList []publishedItem

func (l itemList) length() int     { return len(l) }
func (l itemList) id(i int) string { return l[i].id }
func (l itemList) size(i int) int  { return len(l[i].full()) }
func (l itemList) find(id string) (int, bool) {
	i := slices.IndexFunc(l, func(item publishedItem) bool { return item.id == id })
	return i, i >= 0
}

// publish puts an item last; one of the same id goes away (XEP-0060 §7.1.2), and
// the oldest do when there are too many.
func (n *node) publish(item publishedItem) {
	n.retract(item.id)
	n.items = append(n.items, item)
	n.bytes += len(item.full())
	for len(n.items) > maxItems || n.bytes > maxItemsBytes && len(n.items) > 1 {
		n.retract(n.items[0].id)
	}
}

// retract takes an item out; false when it is not there.
func (n *node) retract(id string) bool {
	i, found := n.items.find(id)
	if found {
		n.bytes -= len(n.items[i].full())
		// A new list: the old one may be on its way to somebody.
		n.items = slices.Concat(n.items[:i:i], n.items[i+1:])
	}
	return found
}
