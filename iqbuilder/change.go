package iqbuilder

import (
	"cmp"
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// Change returns a changed copy: a new payload replaces the old one, id, to and
// from stay unless an option changes them. What no option names stays byte for
// byte. The result has to be an IQ that New would build, or it is refused with a
// *RuleError.
func Change(iq *stanza.Stanza, opts ...Option) (*stanza.Stanza, error) {
	if iq.Kind() != stanza.IQ {
		return nil, refuse(RuleNotIQ, "only an IQ can be changed into another")
	}
	var d draft
	for _, opt := range opts {
		opt(&d)
	}
	root, err := iq.Tree()
	if err != nil {
		return nil, err
	}
	scope := iq.Scope()
	if err := d.readExtension(scope); err != nil {
		return nil, err
	}
	d.extend(iq, root)
	toError := d.typ.given && d.typ.value == string(stanza.Error)
	payload, failure, err := d.children(scope, toError && !iq.HasError())
	if err != nil {
		return nil, err
	}
	c := cutter{xml: iq.XML(), root: root}
	for _, a := range d.attributes() {
		c.setAttribute(a)
	}
	var added string
	added += c.replace(payload, func(n *stanza.Node) bool { return !isError(n, scope) })
	added += c.replace(failure, func(n *stanza.Node) bool { return isError(n, scope) })
	c.append(added)
	return d.finish(c.apply(), scope)
}

func isError(n *stanza.Node, scope stanza.Scope) bool {
	return n.Name == stanza.Name{Space: scope.Content, Local: "error"}
}

// cutter collects changes to an element's bytes. They never overlap.
type cutter struct {
	xml   string
	root  *stanza.Node
	edits []edit
}

// edit replaces xml[pos:end] by with.
type edit struct {
	pos, end int
	with     string
}

func (c *cutter) setAttribute(a named) {
	if !a.given {
		return
	}
	before := c.root.Pos + len("<") + len(c.root.QName()) // where the white space before it begins
	for _, old := range c.root.Attrs {
		if old.Name == (stanza.Name{Local: a.name}) {
			if a.absent() {
				c.edits = append(c.edits, edit{before, old.End, ""})
			} else {
				c.edits = append(c.edits, edit{old.ValPos, old.ValEnd, stanza.Escape(a.value)})
			}
			return
		}
		before = old.End
	}
	if xml := a.xml(); xml != "" {
		c.edits = append(c.edits, edit{before, before, xml})
	}
}

// replace puts xml in the place of the first child element that is meant, and
// cuts the others out. It returns what found no place.
func (c *cutter) replace(xml string, meant func(*stanza.Node) bool) (left string) {
	if xml == "" {
		return ""
	}
	left = xml
	for _, n := range c.root.Elements() {
		if meant(n) {
			c.edits = append(c.edits, edit{n.Pos, n.End, left})
			left = ""
		}
	}
	return left
}

// append adds xml as the last of the root's content.
func (c *cutter) append(xml string) {
	switch {
	case xml == "":
	case c.root.Open == c.root.End: // an empty-element tag
		c.edits = append(c.edits, edit{c.root.Open - len("/>"), c.root.End, ">" + xml + "</" + c.root.QName() + ">"})
	default:
		c.edits = append(c.edits, edit{c.root.Close, c.root.Close, xml})
	}
}

func (c *cutter) apply() string {
	slices.SortStableFunc(c.edits, func(a, b edit) int {
		return cmp.Or(cmp.Compare(a.pos, b.pos), cmp.Compare(a.end, b.end))
	})
	var b strings.Builder
	at := 0
	for _, e := range c.edits {
		b.WriteString(c.xml[at:e.pos] + e.with)
		at = e.end
	}
	b.WriteString(c.xml[at:])
	return b.String()
}
