// Package disco knows what others are and what they offer: service discovery (XEP-0030) as it was
// asked and answered, and what follows from it for what can be asked.
//
//	cache := disco.New()
//	iq, ok := cache.Begin(disco.Query{JID: "example.org"}, iqbuilder.NewID(), now) // send it, unless one is in flight
//	cache.Saw(exchange)                                        // of this request, or of anybody's
//	entry := cache.Get("example.org", "")
//	support := disco.Support(kind, cache.Facts("example.org"))
//
// It sends nothing and has no clock: a session does both, and tells the cache of every request of
// service discovery that has ended, so that what was asked by hand counts as well.
package disco

import (
	"errors"
	"strconv"
	"strings"

	"iqscope/iqbuilder/stanza"
)

const (
	nsRSM  = "http://jabber.org/protocol/rsm" // result set management (XEP-0059)
	nsData = "jabber:x:data"                  // data forms (XEP-0004)
)

// Part is which of the two questions of service discovery is asked.
type Part uint8

// The two questions.
const (
	AskInfo  Part = iota // who are you, and what can you do? (XEP-0030 §3)
	AskItems             // what else is there? (XEP-0030 §4)
)

// namespace is that of a question's payload.
func (p Part) namespace() string {
	if p == AskItems {
		return stanza.NSDiscoItems
	}
	return stanza.NSDiscoInfo
}

// Query is one question to one target.
type Query struct {
	JID  string // whom; "" is one's own account
	Node string // which of its nodes; "" is the target itself
	Part Part
	// Max asks for items in pages of so many (XEP-0059); 0 asks for no pages. After is the Next of
	// the items so far.
	Max   int
	After string
}

// payload is the question as XML.
func (q Query) payload() string {
	node := ""
	if q.Node != "" {
		node = " node='" + stanza.Escape(q.Node) + "'"
	}
	if q.Part == AskInfo || q.Max == 0 && q.After == "" {
		return "<query xmlns='" + q.Part.namespace() + "'" + node + "/>"
	}
	set := ""
	if q.Max > 0 {
		set += "<max>" + strconv.Itoa(q.Max) + "</max>"
	}
	if q.After != "" {
		set += "<after>" + stanza.Escape(q.After) + "</after>"
	}
	return "<query xmlns='" + q.Part.namespace() + "'" + node + "><set xmlns='" + nsRSM + "'>" + set + "</set></query>"
}

// Asks says whether a stanza is a question of service discovery. It looks at the header alone.
func Asks(st *stanza.Stanza) bool {
	name := st.Payload()
	return st.Kind() == stanza.IQ && st.Type() == stanza.Get && name.Local == "query" &&
		(name.Space == stanza.NSDiscoInfo || name.Space == stanza.NSDiscoItems)
}

// errNoPages is of a request that goes through pages in a way that a list cannot follow.
var errNoPages = errors.New("it asks for a page that does not follow another one")

// queryOf reads a question. The error says that its answer is no part of what the cache keeps.
func queryOf(st *stanza.Stanza) (Query, error) {
	q := Query{JID: st.To()}
	if st.Payload().Space == stanza.NSDiscoItems {
		q.Part = AskItems
	}
	tree := st.Child(st.Payload().Space, st.Payload().Local)
	q.Node, _ = tree.Attr("node")
	set := tree.Child(nsRSM, "set")
	if set == nil {
		return q, nil
	}
	if set.Child(nsRSM, "before") != nil || set.Child(nsRSM, "index") != nil {
		return q, errNoPages
	}
	q.Max, _ = strconv.Atoi(strings.TrimSpace(set.Child(nsRSM, "max").Text()))
	if set.Child(nsRSM, "max") != nil && q.Max <= 0 {
		return q, errNoPages // it only counts
	}
	q.After = set.Child(nsRSM, "after").Text()
	return q, nil
}

// Info is what somebody says of itself. Texts are as they came: hostile, until they are cleaned.
type Info struct {
	Identities []Identity
	Features   []string
	Forms      []Form // XEP-0128
	Cut        bool   // there was more than is kept
}

// Identity is one thing that somebody is.
type Identity struct{ Category, Type, Name, Lang string }

// Is says whether there is an identity such as "pubsub/service".
func (i Info) Is(identity string) bool {
	for _, id := range i.Identities {
		if id.Category+"/"+id.Type == identity {
			return true
		}
	}
	return false
}

// Has says whether a feature is announced.
func (i Info) Has(feature string) bool {
	for _, f := range i.Features {
		if f == feature {
			return true
		}
	}
	return false
}

// Form is a data form in which somebody says more of itself.
type Form struct {
	Type   string // its FORM_TYPE; "" for none
	Fields []Field
}

// Field is a field of such a form.
type Field struct {
	Var, Label, Type string
	Values           []string
}

// Item is something that can be asked next.
type Item struct{ JID, Node, Name string }

// Items are those of a target, as far as they were asked for.
type Items struct {
	List  []Item
	Pages []int  // where each page begins in List; none for a list that came whole
	Count int    // how many there are, as the other side says; -1 when it does not
	Next  string // what the next page comes after; "" when there is none
	Cut   bool   // there was more than is kept
}
