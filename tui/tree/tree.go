// Package tree is a tree that unfolds in place. Its nodes have children that are asked for when
// they are first wanted: a node is not loaded, loading, loaded, or has failed with a reason. One
// node is selected, by its identity.
//
//	t := tree.New[string]()
//	t.SetRoots([]tree.Node[string]{{ID: "shakespeare.lit", Text: …}})
//	if id, ask := t.Unfold(); ask {
//		… // ask for the children of id; what comes is for SetChildren or Fail
//	}
//
// What others say about themselves may go round in circles: a service that names itself as its
// item. An identity is therefore in the tree only once; of nodes that come with one that is there
// already, the tree takes none. Who wants to show the same thing in two places makes the way to it
// part of the identity.
//
// A Tree belongs to the update loop. [Tree.View] changes nothing.
package tree

import (
	"slices"

	"iqscope/internal/safetext"
	"iqscope/tui/keys"
	"iqscope/tui/list"
)

// Node is what there is to show of one node.
type Node[K comparable] struct {
	ID   K
	Text safetext.Text
	Note safetext.Text // stands back behind the text; may be empty
	Leaf bool          // has no children, and there is nothing to ask for
}

// State says what is known of a node's children.
type State int

// The states.
const (
	Unloaded State = iota
	Loading
	Loaded
	Failed
)

// Tree is a tree that is shown. Make one with [New].
type Tree[K comparable] struct {
	root  *branch[K] // holds the roots, and is not shown itself
	nodes map[K]*branch[K]
	shown list.Slice[*branch[K], K]
	list  *list.List[K]
	width int
}

// branch is a node at its place in the tree.
type branch[K comparable] struct {
	Node[K]
	parent   *branch[K]
	children []*branch[K]
	depth    int // 0 for a root
	state    State
	reason   safetext.Text // why it has failed
	unfolded bool
}

// New returns an empty tree.
func New[K comparable]() *Tree[K] {
	t := &Tree[K]{root: &branch[K]{depth: -1, state: Loaded, unfolded: true}, nodes: map[K]*branch[K]{}}
	t.shown.ID = func(b *branch[K]) K { return b.ID }
	t.list = list.NewStill[K](&t.shown)
	return t
}

// SetRoots says which nodes are at the top, as SetChildren does for others.
func (t *Tree[K]) SetRoots(nodes []Node[K]) (doubles int) { return t.replace(t.root, nodes) }

// SetChildren says which children a node has, and that they are loaded. Those that are there
// already keep what is known of them, and stay unfolded. If the selected node is gone, the one
// after it is selected, or the one before it, or else the node they were in. It returns how many
// were left out because their identity is in the tree already. Of a node that is gone it takes
// nothing.
func (t *Tree[K]) SetChildren(id K, nodes []Node[K]) (doubles int) {
	b, ok := t.nodes[id]
	if !ok {
		return 0
	}
	b.Leaf = false
	return t.replace(b, nodes)
}

// Fail says why the children of a node cannot be had. Those that it has stay.
func (t *Tree[K]) Fail(id K, reason safetext.Text) {
	if b, ok := t.nodes[id]; ok {
		b.state, b.reason = Failed, reason
	}
}

// Load says that the children of a node are asked for, and reports whether there is such a node.
// Those that it has stay until others come.
func (t *Tree[K]) Load(id K) bool {
	b, ok := t.nodes[id]
	if ok {
		b.state, b.reason = Loading, safetext.Text{}
	}
	return ok
}

// State returns what is known of the children of a node; ok is false if there is no such node.
func (t *Tree[K]) State(id K) (state State, ok bool) {
	b, ok := t.nodes[id]
	if !ok {
		return Unloaded, false
	}
	return b.state, true
}

// Update changes what is shown of a node, and reports whether there is such a node. One that has
// children stays no leaf.
func (t *Tree[K]) Update(n Node[K]) bool {
	b, ok := t.nodes[n.ID]
	if ok {
		b.set(n)
	}
	return ok
}

func (b *branch[K]) set(n Node[K]) {
	b.Node = n
	b.Leaf = n.Leaf && len(b.children) == 0
}

// replace gives a node other children.
func (t *Tree[K]) replace(parent *branch[K], nodes []Node[K]) (doubles int) {
	selected, before := t.selected(), parent.children
	wanted := make(map[K]bool, len(nodes))
	for _, n := range nodes {
		wanted[n.ID] = true
	}
	for _, b := range before {
		if !wanted[b.ID] {
			t.forget(b) // first, so that what was in it may come up
		}
	}
	parent.children = make([]*branch[K], 0, len(nodes))
	parent.state, parent.reason = Loaded, safetext.Text{}
	for _, n := range nodes {
		b, ok := t.nodes[n.ID]
		if !ok {
			b = &branch[K]{parent: parent, depth: parent.depth + 1}
			t.nodes[n.ID] = b
		}
		if b.parent != parent || !wanted[n.ID] {
			doubles++
			continue
		}
		wanted[n.ID] = false // once is enough
		b.set(n)
		parent.children = append(parent.children, b)
	}
	t.arrange(t.instead(selected, parent, before))
	return doubles
}

// forget takes a node and all below it out of the tree.
func (t *Tree[K]) forget(b *branch[K]) {
	delete(t.nodes, b.ID)
	for _, child := range b.children {
		t.forget(child)
	}
}

// instead returns what is to be selected after a node has got other children than before: what was
// selected or, if that is gone, what was next to it.
func (t *Tree[K]) instead(selected, parent *branch[K], before []*branch[K]) *branch[K] {
	if selected == nil {
		return nil
	}
	if b, ok := t.nodes[selected.ID]; ok {
		return b
	}
	for selected.parent != parent {
		selected = selected.parent
	}
	at := slices.Index(before, selected)
	near := append(slices.Clone(before[at+1:]), before[:at]...)
	slices.Reverse(near[len(near)-at:])
	for _, b := range near {
		if t.nodes[b.ID] == b {
			return b
		}
	}
	return parent
}

// arrange lists the nodes that are shown, and selects one of them; for nil or the root it is any.
func (t *Tree[K]) arrange(selected *branch[K]) {
	t.shown.Rows = appendBelow(t.shown.Rows[:0], t.root)
	if selected != nil && selected != t.root {
		t.list.Select(selected.ID)
	}
	t.list.Sync()
}

// appendBelow appends what is shown below a node.
func appendBelow[K comparable](rows []*branch[K], b *branch[K]) []*branch[K] {
	if !b.unfolded {
		return rows
	}
	for _, child := range b.children {
		rows = appendBelow(append(rows, child), child)
	}
	return rows
}

// selected returns the selected node, nil if there is none.
func (t *Tree[K]) selected() *branch[K] {
	if id, ok := t.list.Selected(); ok {
		return t.nodes[id]
	}
	return nil
}

// Selected returns the selected node; false if there is none.
func (t *Tree[K]) Selected() (node Node[K], ok bool) {
	b := t.selected()
	if b == nil {
		return node, false
	}
	return b.Node, true
}

// Select selects a node, and unfolds what it is in; false if there is no such node.
func (t *Tree[K]) Select(id K) bool {
	b, ok := t.nodes[id]
	if !ok {
		return false
	}
	for up := b.parent; up != nil; up = up.parent {
		up.unfolded = true
	}
	t.arrange(b)
	return true
}

// Do moves the selection up and down over what is shown, and reports whether the action does that.
func (t *Tree[K]) Do(action keys.Action) bool { return t.list.Do(action) }

// Len returns how many nodes are shown, in sight or not.
func (t *Tree[K]) Len() int { return len(t.shown.Rows) }

// Place returns where the selected node is among those shown, from 0; false if there is none.
func (t *Tree[K]) Place() (place int, ok bool) { return t.list.Place() }
