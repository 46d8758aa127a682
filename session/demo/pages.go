package demo

import (
	"strconv"

	"iqscope/iqbuilder/stanza"
)

// nsPages is that of result set management (XEP-0059).
const nsPages = "http://jabber.org/protocol/rsm"

// pageWish is what page of a list somebody wants. The zero value is all of it.
type pageWish struct {
	limited       bool // max says how many
	max           int
	after, before *string
	index         *int
}

// readPage reads the wish below an element; false when there is none.
func readPage(parent *stanza.Node) (pageWish, bool, *stanza.StanzaError) {
	set := parent.Child(nsPages, "set")
	if set == nil {
		return pageWish{}, false, nil
	}
	w := pageWish{limited: true, max: pageSize}
	if n := set.Child(nsPages, "max"); n != nil {
		max, ok := count(n.Text())
		if !ok {
			return w, true, failure("bad-request", "max is a number")
		}
		w.max = min(max, maxPageSize)
	}
	if n := set.Child(nsPages, "after"); n != nil {
		id := n.Text()
		w.after = &id
	}
	if n := set.Child(nsPages, "before"); n != nil {
		id := n.Text()
		w.before = &id
	}
	if n := set.Child(nsPages, "index"); n != nil {
		index, ok := count(n.Text())
		if !ok {
			return w, true, failure("bad-request", "index is a number")
		}
		w.index = &index
	}
	if w.after != nil && w.before != nil || w.index != nil && (w.after != nil || w.before != nil) {
		return w, true, failure("bad-request", "only one of after, before and index chooses a page")
	}
	return w, true, nil
}

// count reads plain digits.
func count(text string) (int, bool) {
	n, err := strconv.ParseInt(text, 10, 32)
	return int(n), err == nil && digits(text)
}

// list is what can be shown page by page.
type list interface {
	length() int
	id(i int) string
	find(id string) (int, bool)
	size(i int) int // in bytes, about
}

// page is a part of a list: the elements from the first up to, not including, the last.
type page struct {
	from, to int
	of       list
}

// cut finds the page. An id or index that is not there is item-not-found
// (XEP-0059 §2.3, §2.5).
func (w pageWish) cut(l list) (page, *stanza.StanzaError) {
	p := page{to: l.length(), of: l}
	find := func(id string) (int, *stanza.StanzaError) {
		i, found := l.find(id)
		if !found {
			return 0, failure("item-not-found", "the page is to begin or end at an item that is not there")
		}
		return i, nil
	}
	var err *stanza.StanzaError
	switch {
	case w.after != nil && *w.after != "":
		if p.from, err = find(*w.after); err != nil {
			return p, err
		}
		p.from++
	case w.before != nil:
		if *w.before != "" {
			if p.to, err = find(*w.before); err != nil {
				return p, err
			}
		}
		if w.limited {
			p.from = max(0, p.to-w.max)
		}
	case w.index != nil:
		if *w.index > 0 && *w.index >= l.length() {
			return p, failure("item-not-found", "the list is not that long")
		}
		p.from = *w.index
	}
	if w.limited {
		p.to = min(p.to, p.from+w.max)
	}
	p.fit(w.before != nil)
	return p, nil
}

// fit makes the page small enough, from the end that matters less; one item
// stays in any case.
func (p *page) fit(backwards bool) {
	bytes := 0
	for i := range p.to - p.from {
		at := p.from + i
		if backwards {
			at = p.to - 1 - i
		}
		if bytes += p.of.size(at); bytes <= maxPageBytes || i == 0 {
			continue
		}
		if backwards {
			p.from = at + 1
		} else {
			p.to = at
		}
		return
	}
}

// last says that no page comes behind this one.
func (p page) last() bool { return p.to >= p.of.length() }

// xml says which page it is (XEP-0059 §2.1).
func (p page) xml() string {
	total := "<count>" + strconv.Itoa(p.of.length()) + "</count>"
	if p.from == p.to {
		return "<set xmlns='" + nsPages + "'>" + total + "</set>"
	}
	return "<set xmlns='" + nsPages + "'><first index='" + strconv.Itoa(p.from) + "'>" + stanza.Escape(p.of.id(p.from)) +
		"</first><last>" + stanza.Escape(p.of.id(p.to-1)) + "</last>" + total + "</set>"
}
