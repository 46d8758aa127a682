package iqbuilder

import (
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

const nsRoster = "jabber:iq:roster"

// checkRoster holds a roster query against RFC 6121 §2: what a client may ask and set, and
// what its server pushes and returns.
func (c *checker) checkRoster(query *stanza.Node) {
	if query.Name.Local != "query" {
		return
	}
	var items []*stanza.Node
	seen := map[string]bool{}
	for _, n := range query.Elements() {
		if n.Name != (stanza.Name{Space: nsRoster, Local: "item"}) {
			pos, end := tagName(n)
			c.add(RuleRosterUnknown, Warning, pos, end, cut(n), "a roster has items, and <%s/> is none", shorten(n.QName()))
			continue
		}
		items = append(items, n)
		c.checkRosterItem(n, seen)
	}
	pos, end := tagName(query)
	switch {
	case c.iq.Type() == stanza.Get && len(items) > 0: // §2.1.3
		c.add(RuleRosterItems, Warning, items[0].Pos, items[0].End, cut(items[0]), "who asks for the roster says nothing of items")
	case c.iq.Type() == stanza.Set && len(items) == 0: // §2.1.5
		c.add(RuleRosterItems, Fatal, pos, end, nil, "a roster set is about one item, and this has none")
	case c.iq.Type() == stanza.Set && len(items) > 1:
		c.add(RuleRosterItems, Fatal, items[1].Pos, items[1].End, cut(items[1]), "a roster set is about one item, and this has %d", len(items))
	}
}

// checkRosterItem looks at one item; seen are the addresses of those before it.
func (c *checker) checkRosterItem(n *stanza.Node, seen map[string]bool) {
	pos, end := tagName(n)
	if a := attr(n, "jid"); a == nil {
		c.add(RuleRosterAddress, Fatal, pos, end, nil, "an item of a roster is known by its jid, and this has none")
	} else if jid, err := stanza.ParseJID(a.Value); err != nil {
		c.add(RuleRosterAddress, Fatal, a.ValPos, a.ValEnd, nil, "%s", err.Error())
	} else {
		c.checkDomain(a, jid)
		if seen[jid.String()] {
			c.add(RuleRosterTwice, Warning, a.ValPos, a.ValEnd, cut(n), "this contact stands in the roster already")
		}
		seen[jid.String()] = true
	}
	if c.iq.Type() == stanza.Set && !c.isPush() {
		c.checkRosterWishes(n)
	}
	groups := map[string]bool{}
	for _, g := range n.Elements() {
		pos, end := tagName(g)
		text := g.Text()
		switch {
		case g.Name != stanza.Name{Space: nsRoster, Local: "group"}:
			c.add(RuleRosterUnknown, Warning, pos, end, cut(g), "an item of a roster has groups, and <%s/> is none", shorten(g.QName()))
		case strings.Trim(text, spaces) == "":
			c.add(RuleRosterGroup, Warning, pos, end, cut(g), "a group has a name, and this is empty")
		case groups[text]:
			c.add(RuleRosterTwice, Warning, g.Pos, g.End, cut(g), "the item is in this group already")
		}
		groups[text] = true
	}
}

// isPush says that a set is not a client's but its server's (§2.1.6): it says whom it is from,
// or which of the client's resources it is to.
func (c *checker) isPush() bool {
	to, err := stanza.ParseJID(c.iq.To())
	return attr(c.root, "from") != nil || err == nil && to.Resource() != ""
}

// checkRosterWishes finds what a client says and its server takes no notice of.
func (c *checker) checkRosterWishes(n *stanza.Node) {
	for _, local := range []string{"subscription", "ask", "approved"} {
		a := attr(n, local)
		if a == nil || local == "subscription" && a.Value == "remove" {
			continue
		}
		words := "only the server decides about " + local + ": it takes no notice of this"
		severity := Warning
		if local == "subscription" {
			words += ", but for remove"
			if !slices.Contains([]string{"none", "to", "from", "both"}, a.Value) {
				words = "a subscription is none, to, from, both or remove"
			}
		}
		c.add(RuleRosterSubscription, severity, a.Pos, a.End, drop(n, a, "leave it out"), "%s", words)
	}
}
