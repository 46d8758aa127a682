//go:build !race

// Nothing in here runs beside anything else, so that the race detector would only make it take ten
// times as long. CI has a run without it for this.

package tui

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
)

// A way leads a new screen to where something is to be seen.
type way struct {
	name string
	walk func(*sim)
}

// grounds are where all the ways of the sweep begin: between them they have something selected in
// every pane, answers of each kind, and requests of others.
var grounds = []way{
	{"at the start", func(*sim) {}},
	{"an error, and a request of somebody else", func(s *sim) {
		s.press("alt+enter")
		s.happens(func(f *fakeSession) { f.asks(askVersion); f.replies(1, notFound) })
		s.press("alt+2")
	}},
	{"somebody else's request held", func(s *sim) {
		s.press("alt+2", "H")
		s.happens(func(f *fakeSession) { f.asks(askVersion) })
	}},
	{"a refused reply, in the log", func(s *sim) {
		s.press("alt+enter")
		s.happens(func(f *fakeSession) {
			f.refuses(1, stanza.VerdictWrongSender, strings.Replace(discoResult, "from='demo.localhost'", "from='mallory@evil.example'", 1), "not demo.localhost; still waiting")
			f.replies(1, discoResult)
		})
		s.press("alt+3")
	}},
	{"a list of commands", func(s *sim) {
		s.asks("<query xmlns='http://jabber.org/protocol/disco#items' node='"+commandsHere+"'/>", commandList)
		s.press("alt+4")
	}},
	{"a step of a command", func(s *sim) {
		s.asks("<command xmlns='"+commandsHere+"' node='potion' action='execute'/>", commandStep(firstStep))
		s.press("alt+4")
	}},
	{"a form", func(s *sim) {
		s.asks("<query xmlns='http://jabber.org/protocol/muc#owner'/>", roomForm)
		s.press("alt+2")
	}},
	{"a page of a list", func(s *sim) {
		s.asks("<query xmlns='http://jabber.org/protocol/disco#items'/>", "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='a'/><set xmlns='http://jabber.org/protocol/rsm'><first>a</first><last>a</last></set></query>")
		s.press("alt+4")
	}},
	{"elements to complete", func(s *sim) {
		s.write("<iq type='set' id='1'>\n  <query xmlns='jabber:iq:roster'><item name='Romeo'/></query>\n</iq>")
		s.press("up", "end")
	}},
	{"an entry of the history", func(s *sim) { s.press("alt+h", "enter") }},
	{"the discovery browser, filled", (*sim).discovers},
	{"by hand", (*sim).goesByHand},
	{"the form of a request kind", func(s *sim) { s.knowsRooms(); s.pick("room_set") }},
}

// by is the way on by an action, as its key or the palette does it.
func by(a keys.Action) func(*sim) {
	return func(s *sim) {
		s.run(s.m.run(a))
		s.send(SessionChanged{})
	}
}

// onTopNow names the topmost overlay by its type and title, what a title says of the place left out;
// empty for none.
func (s *sim) onTopNow() string {
	top := s.m.overlays.top()
	if top == nil {
		return ""
	}
	title, _, _ := strings.Cut(top.Title().String(), ":")
	return fmt.Sprintf("%T %s", top, title)
}

// overlays finds all that can lie on top of the panes: by every action of the table from every
// ground, and then from everything that was found. So an overlay of which nobody has thought here is
// found too, as soon as an action opens it.
func overlays(t *testing.T) []way {
	t.Helper()
	saved := t.TempDir() // where what is saved goes
	var found []way
	seen := map[string]bool{"": true}
	for level := grounds; len(level) > 0; {
		var next []way
		for _, from := range level {
			var s *sim
			for _, a := range actions() {
				if a.name == keys.Quit || a.name == keys.Suspend {
					continue
				}
				if s == nil {
					s = start(t, 120, 40)
					s.m.logs = saved
					from.walk(s)
				}
				before, under := s.onTopNow(), s.m.overlays.top()
				if !seen[before] { // the ground itself has one
					seen[before] = true
					found, next = append(found, way{before, from.walk}), append(next, from)
				}
				if !askable(s, a) {
					continue
				}
				by(a.name)(s)
				now, top := s.onTopNow(), s.m.overlays.top()
				if _, line := top.(*asking); line { // they differ in what is asked for
					now += " for " + string(a.name)
				}
				s = nil // another action has another screen to act on
				if top != under && !seen[now] {
					seen[now] = true
					w := way{now, func(s *sim) { from.walk(s); by(a.name)(s) }}
					found, next = append(found, w), append(next, w)
				}
			}
		}
		level = next
	}
	return found
}

// askable says that an action can be asked for where a screen is: by a key, or by its name.
func askable(s *sim, a action) bool {
	if a.do != nil && !a.keysOnly && s.m.overlays.top() == nil {
		return true
	}
	return slices.ContainsFunc(s.m.table.keys, func(b keys.Binding) bool {
		return b.Action == a.name && slices.ContainsFunc(b.Keys, func(key string) bool {
			got, ok := s.m.table.keys.Lookup(s.m.context(), key)
			return ok && got == a.name
		})
	})
}

// overlayTypes are the types below this folder that say where their keys are looked up, as only an
// overlay does.
func overlayTypes(t *testing.T) (types []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "Context" || f.Type.Results.NumFields() != 1 {
				continue
			}
			if star, ok := f.Recv.List[0].Type.(*ast.StarExpr); ok {
				types = append(types, fmt.Sprintf("*%s.%s", file.Name.Name, star.X))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return types
}

// Every size of a terminal, with each overlay on it: the screen fills it exactly, and nothing fails.
// Only where it is smaller than what is promised does it say so instead.
func TestEverySizeWithEveryOverlay(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	t.Setenv("TMPDIR", t.TempDir()) // of what is handed to other programs
	ways := overlays(t)
	for _, typ := range overlayTypes(t) {
		if !slices.ContainsFunc(ways, func(w way) bool { return strings.HasPrefix(w.name, typ+" ") }) {
			t.Errorf("nothing here opens %s; does it need a ground of its own?", typ)
		}
	}
	if layout.MinColumns > 40 || layout.MinRows > 10 {
		t.Errorf("the least size is %d×%d, want no more than 40×10", layout.MinColumns, layout.MinRows)
	}
	for _, w := range append(slices.Clone(grounds), ways...) {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, 120, 40)
			s.m.logs = t.TempDir()
			w.walk(s)
			for _, size := range sizes() {
				s.fits(size)
				if t.Failed() {
					t.Fatalf("at %d×%d:\n%s", size.width, size.height, s.m.View())
				}
			}
		})
	}
}

// fits gives the terminal a size, and checks that it is filled.
func (s *sim) fits(at size) {
	s.t.Helper()
	s.send(sized(at.width, at.height))
	screen := s.m.View()
	exact(s.t, screen, at)
	small := at.width < layout.MinColumns || at.height < layout.MinRows
	if strings.Contains(screen, "too small") && !small || s.m.screen.Mode == layout.TooSmall != small {
		s.t.Errorf("at %d×%d the screen says that it is too small, or does not although it is", at.width, at.height)
	}
}

// sizes are all small ones, and those around which the layout may become another one, up to large
// ones.
func sizes() (all []size) {
	for width := 1; width <= 45; width++ {
		for height := 1; height <= 14; height++ {
			all = append(all, size{width, height})
		}
	}
	for _, width := range []int{60, 79, 80, 81, 99, 100, 101, 120, 159, 160, 161, 220} {
		for _, height := range []int{1, 5, 6, 10, 17, 18, 19, 23, 24, 25, 30, 45, 70} {
			all = append(all, size{width, height})
		}
	}
	return all
}
