package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// The namespaces that paths know besides the payload's own.
const (
	nsData = "jabber:x:data"                  // data forms (XEP-0004)
	nsRSM  = "http://jabber.org/protocol/rsm" // result set management (XEP-0059)
)

// path says where in a payload a field stands:
//
//	create/@node        an attribute of a child element
//	group               the text of a child element
//	.                   the text of the payload itself
//	{urn:a}b/c          a child in another namespace, and one in that
//	#with               the field "with" of a data form; what is before it is where the form stands
//	publish-options/#   all other fields of a data form
type path struct {
	steps    []stanza.Name // elements, from the payload down
	attr     string        // of the last of them; "" for its text
	form     bool          // what is meant is a field of the data form that stands there
	variable string        // its name; "" for all that have no path of their own
}

// ncName says whether a text is a name without a prefix. Names are held against it by the thousand
// when the catalogue is read, for which regular expressions are slow.
func ncName(text string) bool {
	for i, c := range text {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c > unicode.MaxASCII && unicode.IsLetter(c)
		inner := '0' <= c && c <= '9' || c == '-' || c == '.' || c > unicode.MaxASCII && unicode.IsNumber(c)
		if !letter && (i == 0 || !inner) {
			return false
		}
	}
	return text != ""
}

// attrName says the same of an attribute, which may be xml:lang besides.
func attrName(text string) bool { return text == "xml:lang" || ncName(text) }

// parsePath reads a path below an element in the given namespace.
func parsePath(text, space string) (path, error) {
	var p path
	rest := text
	if rest == "." {
		return p, nil
	}
	for {
		if strings.HasPrefix(rest, "#") {
			p.form, p.variable = true, rest[1:]
			return p, nil
		}
		if attr, ok := strings.CutPrefix(rest, "@"); ok {
			if attr == "" {
				return p, errors.New("behind @ stands an attribute's name, as in @node")
			}
			if !attrName(attr) {
				return p, fmt.Errorf("%.60q is no name of an attribute", attr)
			}
			p.attr = attr
			return p, nil
		}
		if strings.HasPrefix(rest, "{") {
			var ok bool
			if space, rest, ok = strings.Cut(rest[1:], "}"); !ok || space == "" {
				return p, errors.New("a namespace stands between braces, as in {urn:example}name")
			}
		}
		step, after, more := strings.Cut(rest, "/")
		if step == "" {
			return p, fmt.Errorf("the path %.60q has nothing between or behind its slashes: there stands an element such as group, or an attribute such as @node", text)
		}
		if !ncName(step) {
			return p, fmt.Errorf("%.60q is no name of an element", step)
		}
		p.steps = append(p.steps, stanza.Name{Space: space, Local: step})
		if !more {
			return p, nil
		}
		rest = after
	}
}

// overlaps says whether two paths mean the same place.
func (p path) overlaps(q path) bool {
	return slices.Equal(p.steps, q.steps) && p.attr == q.attr && p.form == q.form && p.variable == q.variable
}

// element is the first element below root that the steps lead to; nil for none.
func element(root *stanza.Node, steps []stanza.Name) *stanza.Node {
	for _, name := range steps {
		if root = root.Child(name.Space, name.Local); root == nil {
			return nil
		}
	}
	return root
}

// value is what stands at a path; false where nothing does.
func (p path) value(root *stanza.Node) (string, bool) {
	n := element(root, p.steps)
	switch {
	case n == nil:
		return "", false
	case p.form:
		for _, field := range n.Child(nsData, "x").Elements() {
			if name, _ := field.Attr("var"); name == p.variable {
				return field.Child(nsData, "value").Text(), true
			}
		}
		return "", false
	case p.attr != "":
		a := attribute(n, p.attr)
		if a == nil {
			return "", false
		}
		return a.Value, true
	}
	return n.Text(), true
}

// attribute is an element's; nil for none.
func attribute(n *stanza.Node, name string) *stanza.Attr {
	want := stanza.Name{Local: name}
	if name == "xml:lang" {
		want = stanza.Name{Space: xmlscan.NSXML, Local: "lang"}
	}
	for i := range n.Attrs {
		if n.Attrs[i].Name == want {
			return &n.Attrs[i]
		}
	}
	return nil
}

// verb is what tells the requests of one payload from each other: a child element, an attribute that
// is there, or one with a value. The zero value is none.
type verb struct {
	at    path
	value string // of an attribute; "" for any
}

func parseVerb(text, space string) (verb, error) {
	if text == "" {
		return verb{}, nil
	}
	where, value, valued := strings.Cut(text, "=")
	at, err := parsePath(where, space)
	switch {
	case err != nil:
		return verb{}, err
	case at.form, valued && (at.attr == "" || value == ""), !valued && len(at.steps) == 0:
		return verb{}, errors.New("a verb is a child element such as publish, an attribute of one such as item/@role, or an attribute with its value such as @action=cancel")
	}
	return verb{at, value}, nil
}

// holds says whether a payload has the verb.
func (v verb) holds(root *stanza.Node) bool {
	value, ok := v.at.value(root)
	return ok && (v.value == "" || value == v.value)
}
