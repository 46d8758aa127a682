package tree

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/keys"
)

// named are nodes whose text is their identity; one that ends in a full stop is a leaf.
func named(ids ...string) []Node[string] {
	var nodes []Node[string]
	for _, id := range ids {
		nodes = append(nodes, Node[string]{ID: id, Text: safetext.CleanLine(id), Leaf: strings.HasSuffix(id, ".")})
	}
	return nodes
}

// service is a tree with two roots, the first of which has children.
func service() *Tree[string] {
	t := New[string]()
	t.SetSize(40, 10)
	t.SetRoots(named("server", "other"))
	t.Unfold()
	t.SetChildren("server", named("pubsub", "rooms", "echo."))
	return t
}

// expect compares the screen with lines of text; blanks at their ends do not count.
func expect(t *testing.T, tree *Tree[string], want string) {
	t.Helper()
	expectLook(t, tree, Look{Theme: themes.Plain(), Focused: true}, want)
}

func expectLook(t *testing.T, tree *Tree[string], look Look, want string) {
	t.Helper()
	var got strings.Builder
	for _, line := range tree.View(look) {
		got.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), got.String()); diff != "" {
		t.Errorf("shown otherwise (-want +got):\n%s", diff)
	}
}

func TestATreeUnfoldsInPlace(t *testing.T) {
	tree := New[string]()
	tree.SetSize(44, 10)
	expect(t, tree, "")
	tree.SetRoots(named("server", "other"))
	expect(t, tree, `
▸ ▹ server
  ▹ other
`)
	if id, ask := tree.Unfold(); id != "server" || !ask {
		t.Errorf("unfolding asks %v for the children of %q", ask, id)
	}
	expect(t, tree, `
▸ ▿ server  loading …
  ▹ other
`)
	if _, ask := tree.Unfold(); ask {
		t.Error("what is loading is asked for again")
	}
	tree.SetChildren("server", named("pubsub", "rooms", "echo."))
	expect(t, tree, `
▸ ▿ server
    ▹ pubsub
    ▹ rooms
      echo.
  ▹ other
`)
	tree.Child()
	tree.Unfold()
	tree.SetChildren("pubsub", nil)
	tree.Do(keys.Down)
	tree.Unfold()
	tree.Fail("rooms", safetext.Const("remote-server-timeout"))
	expect(t, tree, `
  ▿ server
    ▿ pubsub  nothing in it
▸   ▿ rooms  ✗ remote-server-timeout
      echo.
  ▹ other
`)
	if id, ask := tree.Unfold(); id != "rooms" || !ask {
		t.Error("what has failed is not asked for again")
	}
	tree.Update(Node[string]{ID: "rooms", Text: safetext.Const("Rooms"), Note: safetext.Const("conference/text")})
	expectLook(t, tree, Look{Theme: themes.Plain(), ASCII: true}, `
  - server
    - pubsub  nothing in it
>   - Rooms  conference/text  loading ...
      echo.
  + other
`)
	tree.Fail("pubsub", safetext.Const("gone"))
	tree.SetSize(44, 2)
	expectLook(t, tree, Look{Theme: themes.Plain(), ASCII: true}, `
    - pubsub  ! gone
>   - Rooms  conference/text  loading ...
`)
}

func TestWhatIsFoldedIsThereStillWhenItUnfolds(t *testing.T) {
	tree := service()
	tree.Select("rooms")
	tree.Unfold()
	tree.SetChildren("rooms", named("globe."))
	tree.Select("server")
	tree.Fold()
	expect(t, tree, `
▸ ▹ server
  ▹ other
`)
	if _, ask := tree.Unfold(); ask {
		t.Error("what is loaded is asked for again")
	}
	expect(t, tree, `
▸ ▿ server
    ▹ pubsub
    ▿ rooms
        globe.
      echo.
  ▹ other
`)
	tree.Fold()
	if !tree.Select("globe.") {
		t.Error("a node that is folded away cannot be selected")
	}
	if place, _ := tree.Place(); place != 3 || tree.Len() != 6 {
		t.Errorf("it is at %d of %d", place, tree.Len())
	}
}

func TestTheSelectionMovesAsTheTreeIsBuilt(t *testing.T) {
	tree := service()
	for i, step := range []struct {
		do   func() bool
		did  bool
		want string
	}{
		{tree.Parent, false, "server"},
		{tree.Child, true, "pubsub"},
		{tree.Child, false, "pubsub"},
		{tree.Fold, false, "pubsub"},
		{func() bool { return tree.Do(keys.End) }, true, "other"},
		{func() bool { return tree.Do(keys.Up) }, true, "echo."},
		{func() bool { _, ask := tree.Unfold(); return ask }, false, "echo."},
		{tree.Parent, true, "server"},
		{func() bool { return tree.Do(keys.Send) }, false, "server"},
		{func() bool { return tree.Select("nobody") }, false, "server"},
		{tree.Fold, true, "server"},
		{tree.Child, false, "server"},
		{func() bool { return tree.Do(keys.Down) }, true, "other"},
	} {
		did := step.do()
		if n, _ := tree.Selected(); n.ID != step.want || did != step.did {
			t.Errorf("step %d: %v, %q is selected; want %v, %q", i+1, did, n.ID, step.did, step.want)
		}
	}
	empty := New[string]()
	if _, ask := empty.Unfold(); ask || empty.Fold() || empty.Parent() || empty.Child() || empty.Do(keys.Send) {
		t.Error("an empty tree moves")
	}
}

func TestWhenTheSelectedNodeIsGoneItsNeighbourIsSelected(t *testing.T) {
	for _, c := range []struct {
		name     string
		children []string
		want     string
	}{
		{"the next one", []string{"pubsub", "echo."}, "echo."},
		{"the one before", []string{"new", "pubsub"}, "pubsub"},
		{"the nearest", []string{"x", "y", "pubsub", "z", "echo."}, "echo."},
		{"the one it was in", nil, "server"},
		{"none, it has moved up", []string{"globe.", "pubsub"}, "globe."},
		{"none, it is there", []string{"echo.", "rooms"}, "globe."},
	} {
		tree := service()
		tree.Select("rooms")
		tree.Unfold()
		tree.SetChildren("rooms", named("globe."))
		tree.Child()
		tree.SetChildren("server", named(c.children...))
		if n, _ := tree.Selected(); n.ID != c.want {
			t.Errorf("%s: %q is selected, want %q", c.name, n.ID, c.want)
		}
	}
	tree := service()
	tree.Do(keys.Down)
	tree.Do(keys.Down)
	tree.Do(keys.Down)
	tree.SetChildren("server", named("pubsub", "x", "rooms", "y"))
	if n, _ := tree.Selected(); n.ID != "rooms" {
		t.Errorf("%q is selected, want the nearest of those before", n.ID)
	}
	tree.SetRoots(named("elsewhere"))
	if n, _ := tree.Selected(); n.ID != "elsewhere" {
		t.Errorf("%q is selected", n.ID)
	}
	tree.SetRoots(nil)
	if n, ok := tree.Selected(); ok {
		t.Errorf("%q is selected of nothing", n.ID)
	}
}

func TestCirclesAndDoublesAreLeftOut(t *testing.T) {
	tree := service()
	if n := tree.SetChildren("pubsub", named("server", "pubsub", "a", "a", "rooms", "b")); n != 4 {
		t.Errorf("%d left out, want 4", n)
	}
	tree.Select("b")
	expect(t, tree, `
  ▿ server
    ▿ pubsub
      ▹ a
▸     ▹ b
    ▹ rooms
      echo.
  ▹ other
`)
	tree.SetRoots(named("other"))
	if n := tree.SetChildren("pubsub", named("c")); n != 0 || tree.Len() != 1 || len(tree.nodes) != 1 {
		t.Errorf("a node that is gone has %d children", tree.Len()-1)
	}
	if tree.Load("pubsub") || tree.Update(named("pubsub")[0]) {
		t.Error("a node that is gone is there")
	}
	if _, ok := tree.State("pubsub"); ok {
		t.Error("a node that is gone has a state")
	}
}

func TestALeafThatHasChildrenIsNone(t *testing.T) {
	tree := service()
	tree.SetChildren("echo.", named("sound."))
	tree.Select("echo.")
	if n, _ := tree.Selected(); n.Leaf {
		t.Error("it has children and is a leaf")
	}
	tree.Update(named("echo.")[0])
	tree.Select("sound.")
	if n, _ := tree.Selected(); n.ID != "sound." {
		t.Errorf("%q is selected", n.ID)
	}
	if state, ok := tree.State("echo."); state != Loaded || !ok {
		t.Errorf("its state is %v", state)
	}
	tree.Parent()
	if n, _ := tree.Selected(); n.Leaf || !tree.Fold() {
		t.Error("it does not fold")
	}
}

func TestTheTextOfADeepNodeIsSeen(t *testing.T) {
	tree := New[string]()
	tree.SetSize(20, 1)
	tree.SetRoots(named("0"))
	for i := range 40 {
		tree.Select(strings.Repeat("x", i))
		tree.Unfold()
		tree.SetChildren(map[bool]string{true: "0", false: strings.Repeat("x", i)}[i == 0], named(strings.Repeat("x", i+1)))
	}
	tree.Select(strings.Repeat("x", 40))
	expect(t, tree, "▸          ▹ xxxxxx…\n")
}

// Whatever comes and whatever is done: a selected node is in sight as long as there is one, each
// node is there once, and the view keeps to its room.
func TestTheSelectionIsNeverLost(t *testing.T) {
	some := rapid.SliceOfN(rapid.StringMatching("[a-l][.]?"), 0, 6)
	one := rapid.StringMatching("[a-l][.]?")
	rapid.Check(t, func(t *rapid.T) {
		tree := New[string]()
		width, height := 0, 0
		t.Repeat(map[string]func(*rapid.T){
			"roots":    func(t *rapid.T) { tree.SetRoots(named(some.Draw(t, "roots")...)) },
			"children": func(t *rapid.T) { tree.SetChildren(one.Draw(t, "of"), named(some.Draw(t, "children")...)) },
			"here": func(t *rapid.T) {
				if n, ok := tree.Selected(); ok {
					tree.SetChildren(n.ID, named(some.Draw(t, "children")...))
				}
			},
			"fail":   func(t *rapid.T) { tree.Fail(one.Draw(t, "what"), safetext.Const("no reason given")) },
			"load":   func(t *rapid.T) { tree.Load(one.Draw(t, "what")) },
			"unfold": func(*rapid.T) { tree.Unfold() },
			"fold":   func(*rapid.T) { tree.Fold() },
			"parent": func(*rapid.T) { tree.Parent() },
			"child":  func(*rapid.T) { tree.Child() },
			"select": func(t *rapid.T) { tree.Select(one.Draw(t, "what")) },
			"move": func(t *rapid.T) {
				tree.Do(rapid.SampledFrom([]keys.Action{keys.Up, keys.Down, keys.PageUp, keys.PageDown, keys.Home, keys.End}).Draw(t, "move"))
			},
			"size": func(t *rapid.T) {
				width, height = rapid.IntRange(0, 30).Draw(t, "width"), rapid.IntRange(0, 6).Draw(t, "height")
				tree.SetSize(width, height)
			},
			"": func(t *rapid.T) {
				lines := tree.View(Look{Theme: themes.Plain(), Focused: true, ASCII: rapid.Bool().Draw(t, "ascii")})
				if len(lines) != min(height, tree.Len()) {
					t.Fatalf("%d lines in %d for %d nodes", len(lines), height, tree.Len())
				}
				marked := 0
				for _, line := range lines {
					if got := ansi.StringWidth(line); got > width {
						t.Fatalf("a line in %d cells has %d: %q", width, got, line)
					}
					if strings.HasPrefix(line, "▸ ") || strings.HasPrefix(line, "> ") {
						marked++
					}
				}
				if width > 1 && marked != min(1, len(lines)) {
					t.Fatalf("%d lines are marked:\n%s", marked, strings.Join(lines, "\n"))
				}
				n, ok := tree.Selected()
				if ok != (len(tree.root.children) > 0) {
					t.Fatalf("%q is selected (%v) of %d roots", n.ID, ok, len(tree.root.children))
				}
				var seen []string
				for _, b := range tree.shown.Rows {
					seen = append(seen, b.ID)
				}
				if slices.Sort(seen); len(slices.Compact(seen)) != tree.Len() {
					t.Fatalf("a node is there twice: %v", seen)
				}
			},
		})
	})
}
