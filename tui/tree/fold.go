package tree

// Unfold shows the children of the selected node. If they have not been asked for yet, or could not
// be had, ask is true: then the node is loading, and whoever calls asks for the children of id.
func (t *Tree[K]) Unfold() (id K, ask bool) {
	b := t.selected()
	if b == nil || b.Leaf {
		return id, false
	}
	b.unfolded = true
	if ask = b.state == Unloaded || b.state == Failed; ask {
		t.Load(b.ID)
	}
	t.arrange(b)
	return b.ID, ask
}

// Fold hides the children of the selected node; false if they are not shown.
func (t *Tree[K]) Fold() bool {
	b := t.selected()
	if b == nil || !b.unfolded {
		return false
	}
	b.unfolded = false
	t.arrange(b)
	return true
}

// Parent selects the node that the selected one is in; false for a root.
func (t *Tree[K]) Parent() bool {
	b := t.selected()
	if b == nil || b.parent == t.root {
		return false
	}
	t.arrange(b.parent)
	return true
}

// Child selects the first child of the selected node; false if none is shown.
func (t *Tree[K]) Child() bool {
	b := t.selected()
	if b == nil || !b.unfolded || len(b.children) == 0 {
		return false
	}
	t.arrange(b.children[0])
	return true
}
