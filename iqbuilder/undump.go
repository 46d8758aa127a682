package iqbuilder

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// errDump says that JSON was read, but could not be written as XML.
var errDump = errors.New("its names or texts cannot be written as XML")

// Undump makes the stanza again that Dump wrote. Its XML may be written in another
// way, but means the same: its own dump is the same JSON. It may break the rules
// of an IQ as the first one may have: see Check.
func Undump(data []byte, scope stanza.Scope) (*stanza.Stanza, error) {
	in := json.NewDecoder(bytes.NewReader(data))
	var value any
	if err := in.Decode(&value); err != nil {
		return nil, fmt.Errorf("this is not a dumped stanza: %w", err)
	}
	if in.More() {
		return nil, errors.New("this is more than one dumped stanza")
	}
	root, err := undumped(value)
	if err != nil {
		return nil, fmt.Errorf("this is not a dumped stanza: %w", err)
	}
	var b strings.Builder
	root.write(&b, scope.Default)
	s, err := stanza.Parse(b.String(), scope)
	if err != nil {
		return nil, fmt.Errorf("this is not a dumped stanza: %w", err)
	}
	tree, err := s.Tree()
	if err != nil {
		return nil, err
	}
	switch again, err := dump(tree); {
	case err != nil:
		return nil, err
	case !reflect.DeepEqual(again, root):
		return nil, fmt.Errorf("this is not a dumped stanza: %w", errDump)
	}
	return s, nil
}

// undumped reads an element of what JSON was.
func undumped(value any) (*element, error) {
	object, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("an element is an object")
	}
	e := &element{}
	for key, value := range object {
		var ok bool
		switch key {
		case "name":
			e.Name, ok = value.(string)
		case "xmlns":
			e.Space, ok = value.(string)
		case "attributes":
			var attributes map[string]any
			if attributes, ok = value.(map[string]any); ok {
				ok = e.readAttributes(attributes)
			}
		case "children":
			var children []any
			if children, ok = value.([]any); ok {
				if err := e.readChildren(children); err != nil {
					return nil, err
				}
			}
		default:
			return nil, fmt.Errorf("an element has no %q", shorten(key))
		}
		if !ok {
			return nil, fmt.Errorf("an element's %q is of another kind", key)
		}
	}
	return e, nil
}

func (e *element) readAttributes(attributes map[string]any) bool {
	if len(attributes) > 0 {
		e.Attributes = make(map[string]string, len(attributes))
	}
	for name, value := range attributes {
		text, ok := value.(string)
		if !ok {
			return false
		}
		e.Attributes[name] = text
	}
	return true
}

func (e *element) readChildren(children []any) error {
	var text strings.Builder
	for _, c := range children {
		if piece, ok := c.(string); ok {
			text.WriteString(piece)
			continue
		}
		child, err := undumped(c)
		if err != nil {
			return err
		}
		e.addText(&text)
		e.Children = append(e.Children, child)
	}
	e.addText(&text)
	return nil
}

// textEscaper leaves white space as it is but for carriage returns, which reading
// would turn into line feeds (XML 1.0 §2.11).
var textEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#13;")

// write writes the element where the given namespace is the default one. Only
// attributes get prefixes: a0, a1, ….
func (e *element) write(b *strings.Builder, space string) {
	b.WriteString("<" + e.Name)
	if e.Space != space {
		b.WriteString(` xmlns="` + stanza.Escape(e.Space) + `"`)
	}
	for i, key := range slices.Sorted(maps.Keys(e.Attributes)) {
		name := key
		if ns, local, ok := strings.Cut(strings.TrimPrefix(key, "{"), "}"); ok && strings.HasPrefix(key, "{") {
			prefix := fmt.Sprint("a", i)
			if ns == xmlscan.NSXML {
				prefix = "xml"
			} else {
				b.WriteString(" xmlns:" + prefix + `="` + stanza.Escape(ns) + `"`)
			}
			name = prefix + ":" + local
		}
		b.WriteString(" " + name + `="` + stanza.Escape(e.Attributes[key]) + `"`)
	}
	if len(e.Children) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	for _, c := range e.Children {
		switch c := c.(type) {
		case *element:
			c.write(b, e.Space)
		case string:
			b.WriteString(textEscaper.Replace(c))
		}
	}
	b.WriteString("</" + e.Name + ">")
}
