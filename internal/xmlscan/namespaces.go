package xmlscan

import "maps"

// namespaces is what prefixes mean where the scanner stands.
type namespaces struct {
	outer    Scope // around the document
	current  mark
	left     []mark // where to return to, one for each open element that declares namespaces
	bindings []binding
	latest   map[string]int // prefix → index of its binding in force
	marks    uint64         // how many marks were given an id

	cached   Scope // made for the mark of that id
	cachedID uint64
}

// mark is a place to return to when an element ends.
type mark struct {
	id       uint64 // equal ids mean equal namespaces
	fallback string // the default namespace
	bindings int
}

// binding is one declaration of a prefix in force.
type binding struct {
	prefix, space string
	shadows       int // index of the binding that it hides, or -1
}

// reset returns to the scope around the document.
func (n *namespaces) reset() {
	n.bindings = n.bindings[:0]
	n.left = n.left[:0]
	clear(n.latest)
	n.current = mark{id: n.nextID(), fallback: n.outer.Default}
}

func (n *namespaces) nextID() uint64 {
	n.marks++
	return n.marks
}

// setDefault declares the default namespace.
func (n *namespaces) setDefault(space string) {
	n.current.fallback = space
	n.current.id = n.nextID()
}

// bind declares a prefix.
func (n *namespaces) bind(prefix, space string) {
	shadows, ok := n.latest[prefix]
	if !ok {
		shadows = -1
	}
	if n.latest == nil {
		n.latest = make(map[string]int)
	}
	n.latest[prefix] = len(n.bindings)
	n.bindings = append(n.bindings, binding{prefix, space, shadows})
	n.current.bindings = len(n.bindings)
	n.current.id = n.nextID()
}

// enter keeps what is in force for leave.
func (n *namespaces) enter() { n.left = append(n.left, n.current) }

// leave forgets what was declared since the enter that it belongs to.
func (n *namespaces) leave() {
	m := n.left[len(n.left)-1]
	n.left = n.left[:len(n.left)-1]
	for i := len(n.bindings) - 1; i >= m.bindings; i-- {
		if b := n.bindings[i]; b.shadows >= 0 {
			n.latest[b.prefix] = b.shadows
		} else {
			delete(n.latest, b.prefix)
		}
	}
	n.bindings = n.bindings[:m.bindings]
	n.current = m
}

// lookup returns the namespace that a prefix stands for.
func (n *namespaces) lookup(prefix string) (string, bool) {
	if prefix == "xml" {
		return NSXML, true
	}
	if i, ok := n.latest[prefix]; ok {
		return n.bindings[i].space, true
	}
	space, ok := n.outer.Prefixes[prefix]
	return space, ok
}

// scope returns everything in force, as a value of its own.
func (n *namespaces) scope() Scope {
	if n.cachedID == n.current.id {
		return n.cached
	}
	n.cachedID = n.current.id
	n.cached = Scope{Default: n.current.fallback, Prefixes: n.outer.Prefixes}
	if len(n.bindings) > 0 {
		all := make(map[string]string, len(n.outer.Prefixes)+len(n.latest))
		maps.Copy(all, n.outer.Prefixes)
		for prefix, i := range n.latest {
			all[prefix] = n.bindings[i].space
		}
		n.cached.Prefixes = all
	}
	return n.cached
}
