package stricttoml

import (
	"fmt"
	"iter"
	"strconv"

	"github.com/pelletier/go-toml/v2/unstable"
)

// node is one thing of a document: a table, an array or a value, and where it stands.
type node struct {
	parent  *node
	key     string // the last part of its path; "" in an array, and of the root
	at      int    // byte offset of that part, of a row's table in its header
	valueAt int    // of the value
	kind    Kind
	text    string           // of a value
	items   []*node          // of an array, or of a row of tables
	keys    map[string]*node // of a table
	order   []string         // the keys as they stand in the text
	origin  origin           // of a table
}

// origin is how a table came to be, which says what may be added to it (TOML v1.0.0, "Table").
type origin int

const (
	implied origin = iota // by a header of a table within it, and its own header may follow
	header                // by its own header
	dotted                // by a dotted key: only more such keys, and headers of tables within
	closed                // in a line: nothing
)

// Kind is what a value is.
type Kind int

// The kinds of values. Dates and times are Other: no format of ours has any.
const (
	Other Kind = iota
	String
	Integer
	Float
	Bool
	Array
	Table
	Row // tables below [[headers]]
)

func newTable(parent *node, key string, at int, origin origin) *node {
	return &node{parent: parent, key: key, at: at, valueAt: at, kind: Table, keys: map[string]*node{}, origin: origin}
}

// put makes a node the value of a key that the table does not have.
func (n *node) put(child *node) *node {
	n.keys[child.key] = child
	n.order = append(n.order, child.key)
	return child
}

// part is a key of a table, or a table of a row; nil when there is none.
func (n *node) part(part any) *node {
	switch part := part.(type) {
	case string:
		return n.keys[part]
	case int:
		if part >= 0 && part < len(n.items) {
			return n.items[part]
		}
	}
	return nil
}

// path is the path of the node as it is told, such as rule[2].match.
func (n *node) path() string {
	if n == nil || n.parent == nil {
		return ""
	}
	before := n.parent.path()
	if n.parent.kind == Row || n.parent.kind == Array {
		for i, item := range n.parent.items {
			if item == n {
				return fmt.Sprintf("%s[%d]", before, i+1)
			}
		}
		return before
	}
	key := n.key
	if !bare(key) {
		key = strconv.Quote(key)
	}
	if before != "" {
		before += "."
	}
	return before + key
}

// bare reports whether a key needs no quotes.
func bare(key string) bool {
	for _, c := range key {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return key != ""
}

// builder makes a tree of the expressions of a text.
type builder struct {
	unstable.Parser
	found *findings
	root  *node
}

// parse reads a text up to where it is no TOML any more.
func parse(text []byte, found *findings) *node {
	b := builder{found: found, root: newTable(nil, "", 0, header)}
	b.Reset(text)
	in := b.root // the table that keys belong to; nil for one that is wrong
	for b.NextExpression() {
		switch e := b.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			in = b.header(e)
		case unstable.KeyValue:
			if in != nil {
				b.keyValue(in, e, 0)
			}
		}
	}
	if err, ok := b.Error().(*unstable.ParserError); ok {
		b.found.add(int(b.Range(err.Highlight).Offset), nil, fmt.Sprintf("%.300s", err.Message))
	}
	return b.root
}

// header finds or makes the table of a [header] or [[header]]; nil when it cannot be there.
func (b *builder) header(e *unstable.Node) *node {
	keys := parts(e)
	if len(keys) > maxDepth {
		return b.tooDeep(keys[0])
	}
	n := b.root
	for _, part := range keys[:len(keys)-1] {
		name, at := string(part.Data), int(part.Raw.Offset)
		next := n.keys[name]
		if next == nil {
			next = n.put(newTable(n, name, at, implied))
		}
		if next.kind == Row {
			next = next.items[len(next.items)-1]
		}
		if next.kind != Table || next.origin == closed {
			return b.twice(next, at)
		}
		n = next
	}
	last := keys[len(keys)-1]
	name, at := string(last.Data), int(last.Raw.Offset)
	old := n.keys[name]
	if e.Kind == unstable.ArrayTable {
		if old == nil {
			old = n.put(&node{parent: n, key: name, at: at, valueAt: at, kind: Row})
		}
		if old.kind != Row {
			return b.twice(old, int(keys[0].Raw.Offset))
		}
		table := newTable(old, name, at, header)
		old.items = append(old.items, table)
		return table
	}
	switch {
	case old == nil:
		return n.put(newTable(n, name, at, header))
	case old.kind != Table || old.origin != implied:
		return b.twice(old, int(keys[0].Raw.Offset))
	}
	old.origin, old.at = header, at
	return old
}

// keyValue puts a key with its value into a table.
func (b *builder) keyValue(in *node, e *unstable.Node, depth int) {
	keys := parts(e)
	if depth += len(keys); depth > maxDepth {
		b.tooDeep(keys[0])
		return
	}
	for _, part := range keys[:len(keys)-1] {
		name, at := string(part.Data), int(part.Raw.Offset)
		next := in.keys[name]
		if next == nil {
			next = in.put(newTable(in, name, at, dotted))
		}
		if next.kind != Table || next.origin != dotted {
			b.twice(next, at)
			return
		}
		in = next
	}
	last := keys[len(keys)-1]
	name, at := string(last.Data), int(last.Raw.Offset)
	if old := in.keys[name]; old != nil {
		b.twice(old, at)
		return
	}
	child := b.value(e.Value(), depth)
	child.parent, child.key, child.at = in, name, at
	if child.kind == Array || child.kind == Table {
		child.valueAt = at // a value's own place is known of what lies within only
	}
	in.put(child)
}

// value makes a node of a value.
func (b *builder) value(v *unstable.Node, depth int) *node {
	n := &node{valueAt: int(v.Raw.Offset), at: int(v.Raw.Offset)}
	switch v.Kind {
	case unstable.String:
		n.kind, n.text = String, string(v.Data)
	case unstable.Integer:
		n.kind, n.text = Integer, string(v.Data)
	case unstable.Float:
		n.kind, n.text = Float, string(v.Data)
	case unstable.Bool:
		n.kind, n.text = Bool, string(v.Data)
	case unstable.Array:
		n.kind = Array
		for child := range children(v) {
			if depth >= maxDepth {
				b.tooDeep(child)
				break
			}
			item := b.value(child, depth+1)
			item.parent = n
			n.items = append(n.items, item)
		}
	case unstable.InlineTable:
		table := newTable(nil, "", n.at, header) // open until it ends
		for child := range children(v) {
			b.keyValue(table, child, depth)
		}
		table.origin = closed
		return table
	}
	return n
}

// twice says that what is at a place has been defined before, and returns nil.
func (b *builder) twice(old *node, at int) *node {
	line, _ := b.found.document.place(old.at)
	b.found.add(at, old, fmt.Sprintf("%.60q is here a second time; the first is in line %d", old.key, line))
	return nil
}

func (b *builder) tooDeep(at *unstable.Node) *node {
	b.found.add(int(at.Raw.Offset), nil, fmt.Sprintf("this is more than %d tables or arrays within each other", maxDepth))
	return nil
}

// parts are the parts of a dotted key.
func parts(e *unstable.Node) []*unstable.Node {
	var all []*unstable.Node
	for key := e.Key(); key.Next(); {
		all = append(all, key.Node())
	}
	return all
}

// children are what is in an array or a table in a line, without the comments.
func children(v *unstable.Node) iter.Seq[*unstable.Node] {
	return func(yield func(*unstable.Node) bool) {
		for it := v.Children(); it.Next(); {
			if it.Node().Kind != unstable.Comment && !yield(it.Node()) {
				return
			}
		}
	}
}
