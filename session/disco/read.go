package disco

import (
	"errors"
	"strconv"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// What is kept of one answer. No honest one comes near; what is beyond is left out, and said to be.
const (
	maxIdentities = 1000
	maxFeatures   = 10_000
	maxFormFields = 2000 // of all forms together, values counted
	maxInfoBytes  = 1 << 20
	// MaxItems is how many items of a target are kept, all pages together.
	MaxItems     = 50_000
	maxItemBytes = 8 << 20
)

// ErrOtherAnswer says that a result is about something else than was asked.
var ErrOtherAnswer = errors.New("the result has no such answer in it")

// overhead is what a string or a structure of some costs beside its text.
const overhead = 64

// budget counts what is kept.
type budget struct {
	left int
	cut  bool
}

// take is a copy of a text, for an attribute's value keeps its whole stanza in memory; "" when there
// is no room.
func (b *budget) take(text string) string {
	if len(text) > b.left {
		b.cut, b.left = true, 0
		return ""
	}
	b.left -= len(text)
	return strings.Clone(text)
}

// room says whether one more of something may be kept, of which there are n.
func (b *budget) room(n, most int) bool {
	if n >= most || b.left < overhead {
		b.cut = true
		return false
	}
	b.left -= overhead
	return true
}

func (b *budget) attr(n *stanza.Node, name string) string {
	value, _ := n.Attr(name)
	return b.take(value)
}

// ReadInfo reads the answer to AskInfo. What it does not know is left out, not refused; the error is
// ErrOtherAnswer.
func ReadInfo(reply *stanza.Stanza) (Info, error) {
	info, _, err := readInfo(reply)
	return info, err
}

// readInfo also says how many bytes are kept.
func readInfo(reply *stanza.Stanza) (Info, int, error) {
	var info Info
	root := reply.Child(stanza.NSDiscoInfo, "query")
	if root == nil {
		return info, 0, ErrOtherAnswer
	}
	b := budget{left: maxInfoBytes}
	fields := 0
	for _, n := range root.Elements() {
		switch n.Name {
		case stanza.Name{Space: stanza.NSDiscoInfo, Local: "identity"}:
			if b.room(len(info.Identities), maxIdentities) {
				info.Identities = append(info.Identities, Identity{
					Category: b.attr(n, "category"), Type: b.attr(n, "type"), Name: b.attr(n, "name"), Lang: b.take(n.Lang("")),
				})
			}
		case stanza.Name{Space: stanza.NSDiscoInfo, Local: "feature"}:
			if b.room(len(info.Features), maxFeatures) {
				info.Features = append(info.Features, b.attr(n, "var"))
			}
		case stanza.Name{Space: nsData, Local: "x"}:
			if b.room(fields, maxFormFields) {
				info.Forms = append(info.Forms, readForm(n, &b, &fields))
			}
		}
	}
	info.Cut = b.cut
	return info, maxInfoBytes - b.left, nil
}

// readForm reads a form that only tells (XEP-0128). fields counts all that is kept of forms.
func readForm(x *stanza.Node, b *budget, fields *int) Form {
	var form Form
	for _, n := range x.Elements() {
		if n.Name != (stanza.Name{Space: nsData, Local: "field"}) {
			continue
		}
		if !b.room(*fields, maxFormFields) {
			break
		}
		*fields++
		f := Field{Var: b.attr(n, "var"), Label: b.attr(n, "label"), Type: b.attr(n, "type")}
		for _, v := range n.Elements() {
			if v.Name != (stanza.Name{Space: nsData, Local: "value"}) {
				continue
			}
			if !b.room(*fields, maxFormFields) {
				break
			}
			*fields++
			f.Values = append(f.Values, b.take(v.Text()))
		}
		if f.Var == "FORM_TYPE" && form.Type == "" && len(f.Values) > 0 {
			form.Type = f.Values[0]
			continue
		}
		form.Fields = append(form.Fields, f)
	}
	return form
}

// ReadItems reads the answer to AskItems, or one page of it; the error is ErrOtherAnswer. Next is
// where the page ends that came, if the other side counts more.
func ReadItems(reply *stanza.Stanza) (Items, error) {
	items, _, err := readItems(reply, MaxItems, maxItemBytes)
	return items, err
}

// readItems keeps so many items and bytes at most, and says how many bytes it kept.
func readItems(reply *stanza.Stanza, most, bytes int) (Items, int, error) {
	items := Items{Count: -1}
	root := reply.Child(stanza.NSDiscoItems, "query")
	if root == nil {
		return items, 0, ErrOtherAnswer
	}
	b := budget{left: bytes}
	for _, n := range root.Elements() {
		if n.Name == (stanza.Name{Space: stanza.NSDiscoItems, Local: "item"}) && b.room(len(items.List), most) {
			items.List = append(items.List, Item{JID: b.attr(n, "jid"), Node: b.attr(n, "node"), Name: b.attr(n, "name")})
		}
	}
	if set := root.Child(nsRSM, "set"); set != nil {
		items.Pages = []int{0}
		if n, err := strconv.Atoi(strings.TrimSpace(set.Child(nsRSM, "count").Text())); err == nil && n >= 0 {
			items.Count = n
		}
		if len(items.List) > 0 {
			items.Next = b.take(set.Child(nsRSM, "last").Text())
		}
	}
	items.Cut = b.cut
	if items.Cut {
		items.Next = ""
	}
	return items, bytes - b.left, nil
}
