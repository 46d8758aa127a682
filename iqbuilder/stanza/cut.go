package stanza

import (
	"slices"
	"strings"

	"iqscope/internal/xmlscan"
)

// Cut returns the element's bytes, with the namespace declarations that it
// inherits and that the scope into does not have, so that its names mean there
// what they mean here. Prefixes inside text or values, as in QNames, are not
// looked for. Of nil it is "".
func (s *Stanza) Cut(n *Node, into Scope) string {
	if n == nil {
		return ""
	}
	free := map[string]string{}
	n.freePrefixes(map[string]int{}, free)
	var decls []string
	for prefix, ns := range free {
		switch {
		case prefix == "" && ns != into.Default:
			decls = append(decls, ` xmlns="`+Escape(ns)+`"`)
		case prefix != "" && ns != into.Prefixes[prefix]:
			decls = append(decls, " xmlns:"+prefix+`="`+Escape(ns)+`"`)
		}
	}
	slices.Sort(decls)
	nameEnd := n.Pos + len("<") + len(n.QName())
	return s.raw[n.Pos:nameEnd] + strings.Join(decls, "") + s.raw[nameEnd:n.End]
}

// freePrefixes collects the prefixes, "" for the default namespace, that names
// in the element use and that are declared outside of it. The map bound counts
// the declarations in force.
func (n *Node) freePrefixes(bound map[string]int, free map[string]string) {
	for _, a := range n.Attrs {
		if prefix, ok := a.declares(); ok {
			bound[prefix]++
			defer func() { bound[prefix]-- }()
		}
	}
	use := func(prefix, ns string) {
		if prefix != "xml" && bound[prefix] == 0 {
			free[prefix] = ns
		}
	}
	use(n.Prefix, n.Name.Space)
	for _, a := range n.Attrs {
		if _, ok := a.declares(); !ok && a.Prefix != "" {
			use(a.Prefix, a.Name.Space)
		}
	}
	for _, c := range n.Children {
		if c.IsElement() {
			c.freePrefixes(bound, free)
		}
	}
}

// declares returns the prefix that a namespace declaration binds, "" for the
// default namespace.
func (a Attr) declares() (prefix string, ok bool) {
	if a.Name.Space != xmlscan.NSXMLNS {
		return "", false
	}
	if a.Prefix == "" {
		return "", true
	}
	return a.Name.Local, true
}
