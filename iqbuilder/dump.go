package iqbuilder

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// element is an element as JSON has it:
//
//	{"name": "iq", "xmlns": "jabber:client", "attributes": {"type": "get"},
//	 "children": [{…}, "text"]}
type element struct {
	Name  string `json:"name"`
	Space string `json:"xmlns"`
	// Attributes have the namespace in braces before the name, if they have one;
	// xml:lang stands for itself.
	Attributes map[string]string `json:"attributes,omitempty"`
	Children   []any             `json:"children,omitempty"` // *element or string
}

// Dump writes a stanza as JSON, for programs that do not read XML: elements,
// attributes and texts in their order, without the way they were written
// (prefixes, quotes, references). It fails on a stream's own tags, and on a stanza
// whose names, with their namespaces, take more than MaxDump bytes.
func Dump(s *stanza.Stanza) ([]byte, error) {
	tree, err := s.Tree()
	if err != nil {
		return nil, err
	}
	root, err := dump(tree)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	if err := out.Encode(root); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// MaxDump bounds a dump, in bytes before the marks of JSON: each element repeats
// its namespace there, which in XML a short prefix stands for.
const MaxDump = 16 << 20

var errDumpSize = fmt.Errorf("as JSON the stanza would be larger than %d bytes", MaxDump)

// dump makes the root of a tree and all in it what JSON is to be.
func dump(root *stanza.Node) (*element, error) {
	left := MaxDump
	e := dumped(root, &left)
	if left < 0 {
		return nil, errDumpSize
	}
	return e, nil
}

// dumped stops where nothing is left of the bytes that the dump may have.
func dumped(n *stanza.Node, left *int) *element {
	e := &element{Name: n.Name.Local, Space: n.Name.Space}
	*left -= len(e.Name) + len(e.Space)
	for _, a := range n.Attrs {
		if a.Name.Space == xmlscan.NSXMLNS {
			continue
		}
		if e.Attributes == nil {
			e.Attributes = map[string]string{}
		}
		key := attributeKey(a.Name)
		e.Attributes[key] = a.Value
		*left -= len(key) + len(a.Value)
	}
	var text strings.Builder
	for _, c := range n.Children {
		switch {
		case *left < 0:
			return e
		case c.IsElement():
			e.addText(&text)
			e.Children = append(e.Children, dumped(c, left))
		default:
			text.WriteString(c.Data)
			*left -= len(c.Data)
		}
	}
	e.addText(&text)
	return e
}

// addText adds the text up to here, which may have stood in several pieces.
func (e *element) addText(text *strings.Builder) {
	if text.Len() > 0 {
		e.Children = append(e.Children, text.String())
		text.Reset()
	}
}

func attributeKey(name stanza.Name) string {
	switch {
	case name.Space == "":
		return name.Local
	case name == stanza.Name{Space: xmlscan.NSXML, Local: "lang"}:
		return "xml:lang"
	}
	return "{" + name.Space + "}" + name.Local
}
