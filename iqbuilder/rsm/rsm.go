// Package rsm walks through results that come in pages (XEP-0059): it reads where a page stands, and
// makes the request for the one after it or before it.
//
//	reply, err := s.Send(ctx, request)
//	next, err := rsm.Next(request, reply, iqbuilder.NewID())
//
// Of the request all stays as it was but for its id and what chooses the page, so that it works with
// every payload that has pages: items, archives, searches. All functions are pure.
package rsm

import (
	"errors"
	"strconv"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// NS is the namespace of result sets.
const NS = "http://jabber.org/protocol/rsm"

// Set says where a page stands.
type Set struct {
	First, Last string // the ids of the first and the last item of the page
	Empty       bool   // the page has no items, or they have no ids
	Index       int    // the place of the first among all, from 0; -1 where it is not told
	Count       int    // how many there are on all pages; -1 where it is not told
	Complete    bool   // there is no page beyond, in the direction that was asked for (XEP-0313 §4.2)
}

// Why there is no page to ask for.
var (
	ErrNoSet = errors.New("this reply does not come in pages")
	ErrFirst = errors.New("this is the first page")
	ErrLast  = errors.New("this is the last page")
)

// Of reads the set of a reply; false when it has none.
func Of(reply *stanza.Stanza) (Set, bool) {
	if reply == nil {
		return Set{}, false
	}
	root, err := reply.Tree()
	if err != nil {
		return Set{}, false
	}
	n := find(root)
	if n == nil {
		return Set{}, false
	}
	first, last := n.Child(NS, "first"), n.Child(NS, "last")
	s := Set{First: first.Text(), Last: last.Text(), Empty: first == nil || last == nil, Index: -1, Count: -1}
	if index, ok := first.Attr("index"); ok {
		s.Index = number(index)
	}
	if count := n.Child(NS, "count"); count != nil {
		s.Count = number(count.Text())
	}
	complete, _ := n.Parent.Attr("complete")
	s.Complete = complete == "true" || complete == "1"
	return s, true
}

func number(text string) int {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 31)
	if err != nil {
		return -1
	}
	return int(n)
}

// find is the set in a payload, or in an element of that.
func find(root *stanza.Node) *stanza.Node {
	for _, payload := range root.Elements() {
		if n := payload.Child(NS, "set"); n != nil {
			return n
		}
		for _, inner := range payload.Elements() {
			if n := inner.Child(NS, "set"); n != nil {
				return n
			}
		}
	}
	return nil
}

// Next is the request for the page after a reply's, with the given id. The errors are ErrNoSet,
// ErrLast, and what keeps the request from being read.
func Next(request, reply *stanza.Stanza, id string) (*stanza.Stanza, error) {
	s, ok := Of(reply)
	switch {
	case !ok:
		return nil, ErrNoSet
	case s.Empty && !backwards(request):
		return nil, ErrLast
	case s.Empty:
		return choose(request, id, "")
	case s.Complete && !backwards(request):
		return nil, ErrLast
	}
	return choose(request, id, "<after>"+stanza.Escape(s.Last)+"</after>")
}

// Previous is the request for the page before a reply's, with the given id. The errors are ErrNoSet,
// ErrFirst, and what keeps the request from being read.
func Previous(request, reply *stanza.Stanza, id string) (*stanza.Stanza, error) {
	s, ok := Of(reply)
	switch {
	case !ok:
		return nil, ErrNoSet
	case s.Empty && backwards(request), s.Count == 0:
		return nil, ErrFirst
	case s.Empty:
		return choose(request, id, "<before/>") // the last one
	case s.Index == 0, s.Complete && backwards(request), !chosen(request):
		return nil, ErrFirst
	}
	return choose(request, id, "<before>"+stanza.Escape(s.First)+"</before>")
}

// backwards says whether a request asks for a page before something.
func backwards(request *stanza.Stanza) bool { return wish(request).Child(NS, "before") != nil }

// chosen says whether a request asks for another page than the first.
func chosen(request *stanza.Stanza) bool {
	w := wish(request)
	return w.Child(NS, "before") != nil || w.Child(NS, "after") != nil || w.Child(NS, "index") != nil
}

func wish(request *stanza.Stanza) *stanza.Node {
	root, err := request.Tree()
	if err != nil {
		return nil
	}
	return find(root)
}

// choose is the request with another id, and another page chosen. The rest stays byte for byte.
func choose(request *stanza.Stanza, id, page string) (*stanza.Stanza, error) {
	root, err := request.Tree()
	if err != nil {
		return nil, err
	}
	if len(root.Elements()) == 0 {
		return nil, ErrNoSet
	}
	payload := root.Elements()[0]
	text := request.XML()
	set := find(root)
	if set == nil {
		text = into(text, payload, `<set xmlns="`+NS+`">`+page+`</set>`)
	} else {
		keep := ""
		if most := set.Child(NS, "max"); most != nil {
			keep = "<max>" + stanza.Escape(most.Text()) + "</max>"
		}
		text = text[:set.Pos] + `<set xmlns="` + NS + `">` + keep + page + `</set>` + text[set.End:]
	}
	text = withID(text, root, id)
	return stanza.Parse(text, request.Scope())
}

// into puts XML into an element, as its last child.
func into(text string, n *stanza.Node, xml string) string {
	if n.Open == n.End { // <query/>
		return text[:n.End-len("/>")] + ">" + xml + "</" + n.QName() + ">" + text[n.End:]
	}
	return text[:n.Close] + xml + text[n.Close:]
}

// withID changes the id of a stanza. It stands before all that has been changed, so that the offsets
// still hold.
func withID(text string, root *stanza.Node, id string) string {
	for _, a := range root.Attrs {
		if a.Name == (stanza.Name{Local: "id"}) {
			return text[:a.ValPos] + stanza.Escape(id) + text[a.ValEnd:]
		}
	}
	at := root.Pos + len("<") + len(root.QName())
	return text[:at] + ` id="` + stanza.Escape(id) + `"` + text[at:]
}
