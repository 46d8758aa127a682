package iqbuilder

import "iqscope/iqbuilder/stanza"

// extension is the application-specific condition of an error with all that is
// in it.
type extension struct {
	xml  string // "" for none
	name stanza.Name
}

// readExtension makes sure that it is one element that can stand beside a
// condition (RFC 6120 §8.3.4).
func (d *draft) readExtension(scope stanza.Scope) error {
	if d.extension.xml == "" {
		return nil
	}
	e, err := stanza.Parse(d.extension.xml, scope)
	if err != nil {
		return &RuleError{brokenXML(d.extension.xml, err)}
	}
	if !ofItsOwn(e.Name().Space) {
		return refuse(RuleErrorContent, "an error's extension needs a namespace of its own")
	}
	if d.err != nil && d.err.Application.Local != "" && d.err.Application != e.Name() {
		return refuse(RuleErrorContent, "an error carries one application-specific condition, and the extension is another one")
	}
	d.extension = extension{e.XML(), e.Name()}
	return nil
}

// ofItsOwn says that a namespace is none of those that stanzas themselves use.
func ofItsOwn(space string) bool {
	switch space {
	case "", stanza.NSStanzas, stanza.NSClient, stanza.NSComponent, nsServer:
		return false
	}
	return true
}

// extend puts an extension into the error that is there, and leaves the rest of
// that as it was.
func (d *draft) extend(iq *stanza.Stanza, root *stanza.Node) {
	if d.extension.xml == "" || d.err != nil || iq.Err() == nil {
		return
	}
	n := root.Child(iq.Scope().Content, "error")
	c := cutter{xml: iq.XML(), root: n}
	c.append(c.replace(d.extension.xml, func(n *stanza.Node) bool { return n.Name.Space != stanza.NSStanzas }))
	xml := c.apply()
	d.extended = xml[n.Pos : len(xml)-(len(iq.XML())-n.End)]
}
