package catalog

import (
	"maps"
	"slices"
	"strings"

	"iqscope/internal/nearest"
	"iqscope/iqbuilder/stanza"
)

// Card is what is known of an element: what to say to somebody who asks what it is.
type Card struct {
	Name    stanza.Name // of the payload
	Payload *Payload    // nil for one that is not known
	Kind    *Kind       // of a request; nil where none fits
	Asks    []*Kind     // of an answer: the kinds that get such a one, by key
	Nearest *Payload    // the known one that an unknown one is like; nil for none

	// Part is what the place is in, below the payload: a field that stands there, or nil. Path is how
	// one gets there, as "publish/item/@id"; "" for the payload itself.
	Path string
	Part *Field

	Said    []Part   // what it says, by the fields
	Missing []*Field // what has to be given, and is not

	Condition string // of an error, with what is usual for it
	Failure   *Failure
}

// Card says what the element is at a place in the text of a stanza, a byte offset; the text need not be
// well-formed. At no place in particular, such as -1, it is the payload. It is nil where there is none.
func (c *Catalog) Card(text string, offset int, scope stanza.Scope) *Card {
	if st, err := stanza.Parse(text, scope); err == nil {
		shift := len(text) - len(strings.TrimLeft(text, spaceChars))
		return c.CardOf(st, offset-shift)
	}
	if offset < 0 || offset > len(text) {
		offset = len(text)
	}
	m := readMarkup(text, offset)
	tags := m.open
	if m.inside {
		tags = append(slices.Clip(tags), m.tag)
	}
	if len(tags) < 2 || len(tags) > mostDepth {
		return nil
	}
	path := m.elements(tags)
	if path[0].name.Local != "iq" {
		return nil
	}
	card := c.cardNamed(path[1].name, stanza.Type(path[0].attrs["type"]))
	w := writing{markup: m, catalog: c, path: path}
	attribute := ""
	if m.spot == inTag || m.spot == inValue {
		attribute = m.attr
	}
	card.find(w.places(), path[2:], attribute)
	if isError(path[1]) && len(path) > 2 {
		card.Condition = path[2].name.Local
	}
	return card
}

// CardOf is Card for a stanza that was read; the place is one in its XML.
func (c *Catalog) CardOf(st *stanza.Stanza, offset int) *Card {
	root, err := st.Tree()
	if err != nil || st.Kind() != stanza.IQ {
		return nil
	}
	elements := root.Elements()
	if len(elements) == 0 {
		return nil
	}
	at, attribute := elements[0], ""
	for _, e := range elements {
		if e.Pos <= offset && offset <= e.End {
			at, attribute = innermostAt(e, offset)
			break
		}
	}
	var path []writtenElement
	for n := at; n != nil; n = n.Parent {
		path = append(path, writtenElement{name: n.Name})
	}
	slices.Reverse(path)
	if len(path) > mostDepth {
		path = path[:mostDepth]
	}
	card := c.cardNamed(path[1].name, st.Type())
	if st.IsRequest() && path[1].name == elements[0].Name {
		if kinds := c.KindsOf(st); len(kinds) > 0 {
			card.Kind = kinds[0]
			values, _ := card.Kind.Read(st)
			card.missing(values)
		}
	}
	if l := c.Label(nil, st); l != nil && path[1].name == elements[0].Name {
		card.Said = l.Parts
	}
	if e := st.Err(); e != nil {
		card.Condition = e.Condition
		for _, k := range c.carryingNamed(elements[0].Name) {
			if card.Failure = k.Failure(e); card.Failure != nil {
				break
			}
		}
	}
	var all []place
	if card.Payload != nil {
		c.eachPlace(card.Payload, st.Type(), func(p place) { all = append(all, p) })
	}
	card.find(all, path[2:], attribute)
	return card
}

func (c *Catalog) carryingNamed(name stanza.Name) []*Kind {
	if p := c.PayloadNamed(name); p != nil {
		return c.carrying[p.Key]
	}
	return nil
}

// innermostAt is the element that a place is in, and the attribute.
func innermostAt(n *stanza.Node, offset int) (*stanza.Node, string) {
	for {
		var next *stanza.Node
		for _, child := range n.Elements() {
			if child.Pos <= offset && offset < child.End {
				next = child
				break
			}
		}
		if next == nil {
			break
		}
		n = next
	}
	for i := range n.Attrs {
		if a := &n.Attrs[i]; a.Pos <= offset && offset <= a.End && !declares(a) {
			return n, a.Name.Local
		}
	}
	return n, ""
}

// cardNamed is what is known of a payload in an IQ of that type.
func (c *Catalog) cardNamed(name stanza.Name, t stanza.Type) *Card {
	card := &Card{Name: name, Payload: c.PayloadNamed(name)}
	if card.Payload == nil {
		card.Nearest = c.nearest(name)
		return card
	}
	if t == stanza.Result || t == stanza.Error {
		for _, k := range c.kinds {
			if k.Result == card.Payload.Key {
				card.Asks = append(card.Asks, k)
			}
		}
		slices.SortFunc(card.Asks, byKey)
		return card
	}
	// One kind is meant where there is but one.
	var kinds []*Kind
	for _, k := range c.carrying[card.Payload.Key] {
		if k.Type == t || t != stanza.Get && t != stanza.Set {
			kinds = append(kinds, k)
		}
	}
	if len(kinds) == 1 {
		card.Kind = kinds[0]
	}
	return card
}

// nearest is the payload in a namespace that is like another: of another version, or misspelt.
func (c *Catalog) nearest(name stanza.Name) *Payload {
	if name.Space == stanza.NSClient || name.Space == stanza.NSComponent || name.Space == "" || len(name.Space) > maxSpace {
		return nil
	}
	spaces := map[string]*Payload{}
	for _, p := range c.payloads {
		if old := spaces[p.Namespace]; old == nil || p.Element == name.Local || p.Key < old.Key && old.Element != name.Local {
			spaces[p.Namespace] = p
		}
	}
	if p := spaces[name.Space]; p != nil {
		return p
	}
	words := slices.Sorted(maps.Keys(spaces))
	for _, space := range slices.Backward(words) { // the newest version first
		if withoutVersion(space) == withoutVersion(name.Space) {
			return spaces[space]
		}
	}
	return spaces[nearest.Word(name.Space, words, nearest.Slips(name.Space))]
}

// maxSpace is how long a namespace may be to be like one that is known.
const maxSpace = 200

func withoutVersion(space string) string { return strings.TrimRight(space, "0123456789.") }

// missing finds the fields that have to be given and are not. An error of Check names each.
func (card *Card) missing(values Values) {
	for i := range card.Kind.Fields {
		f := &card.Kind.Fields[i]
		if !f.asked() || f.Exclusive != "" {
			continue
		}
		given := false
		for key := range values {
			given = given || parseKey(key).name == f.Name
		}
		if !given {
			card.Missing = append(card.Missing, f)
		}
	}
}

// find finds the field that stands at a place.
func (card *Card) find(all []place, within []writtenElement, attribute string) {
	var steps []string
	for _, e := range within {
		steps = append(steps, e.name.Local)
	}
	if attribute != "" {
		steps = append(steps, "@"+attribute)
	}
	card.Path = strings.Join(steps, "/")
	if card.Path == "" {
		return
	}
	for _, p := range all {
		if p.field != nil && !p.path.form && len(p.steps) == len(within) && p.leads(within) && (p.path.attr == attribute || attribute == "" && card.Part == nil) {
			if card.Part = p.field; p.path.attr == attribute {
				return
			}
		}
	}
}
