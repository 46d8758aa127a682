package rule_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"iqscope/session/handler"
	"iqscope/session/rule"
)

// registry is a session's, without the session.
type registry struct{ *handler.Registry }

func (r registry) Handle(h handler.Handler) error { return r.Add(h) }

func (r registry) Handlers() []handler.Info { return r.List() }

// state is what the registry has, in its order: the names, with a minus when off.
func (r registry) state() string {
	var names []string
	for _, info := range r.List()[1:] { // behind the log
		if info.Off {
			info.Name = "-" + info.Name
		}
		names = append(names, info.Name)
	}
	return strings.Join(names, " ")
}

func newRegistry() registry { return registry{handler.New(nil)} }

func drop(name, match string) rule.Rule { return rule.Rule{Name: name, Match: match, Do: rule.Drop} }

// open has a book with the rules a and b, of which b is off.
func open(t *testing.T, save func([]rule.Rule) error) (registry, *rule.Book) {
	t.Helper()
	r, b := newRegistry(), drop("b", "iq/b")
	b.Off = true
	book, err := rule.OpenBook(r, []rule.Rule{drop("a", "iq/a"), b}, save)
	if err != nil {
		t.Fatal(err)
	}
	return r, book
}

func TestBookAndRegistryGoTogether(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*rule.Book) error
		want   string // of the registry and the book
	}{
		{"nothing", func(*rule.Book) error { return nil }, "a -b"},
		{"adding", func(b *rule.Book) error { return b.Add(drop("c", "iq")) }, "a -b c"},
		{"adding one that is off", func(b *rule.Book) error {
			c := drop("c", "iq")
			c.Off = true
			return b.Add(c)
		}, "a -b -c"},
		{"replacing", func(b *rule.Book) error { return b.Replace(drop("a", "iq/x")) }, "a -b"},
		{"replacing one that is off", func(b *rule.Book) error { return b.Replace(drop("b", "iq/x")) }, "a -b"},
		{"removing", func(b *rule.Book) error { b.Remove("a"); return nil }, "-b"},
		{"switching off", func(b *rule.Book) error { return b.Switch("a", false) }, "-a -b"},
		{"switching on", func(b *rule.Book) error { return b.Switch("b", true) }, "a b"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r, book := open(t, nil)
			if err := row.change(book); err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, one := range book.Rules() {
				name := one.Name
				if one.Off {
					name = "-" + name
				}
				names = append(names, name)
				if book.Text(one.Name) != one.String() {
					t.Errorf("the text of %s is %q, want %q", one.Name, book.Text(one.Name), one)
				}
			}
			if got := strings.Join(names, " "); got != row.want || r.state() != row.want {
				t.Errorf("the book has %q and the registry %q, want %q", got, r.state(), row.want)
			}
		})
	}
}

func TestReplacedRuleActsAnew(t *testing.T) {
	_, book := open(t, nil)
	if err := book.Replace(drop("a", "iq/x")); err != nil {
		t.Fatal(err)
	}
	if got := book.Text("a"); got != "iq/x => drop" {
		t.Errorf("it is %q", got)
	}
	if book.Remove("a"); book.Text("a") != "" {
		t.Error("a rule that was removed has a text")
	}
}

func TestRefusedChangesChangeNothing(t *testing.T) {
	bad := drop("c", "iq@type=")
	for _, row := range []struct {
		name   string
		change func(*rule.Book, registry) error
		want   error
		text   string
	}{
		{"adding a name twice", func(b *rule.Book, _ registry) error { return b.Add(drop("a", "iq")) }, handler.ErrDuplicateName, ""},
		{"adding what is unsound", func(b *rule.Book, _ registry) error { return b.Add(bad) }, nil, "match, column 9"},
		{"replacing by what is unsound", func(b *rule.Book, _ registry) error { return b.Replace(drop("a", "iq@type=")) }, nil, "match, column 9"},
		{"replacing none", func(b *rule.Book, _ registry) error { return b.Replace(drop("c", "iq")) }, handler.ErrNoHandler, "there is no c in the registry any more"},
		{"replacing what is no rule", func(b *rule.Book, _ registry) error { return b.Replace(drop("other", "iq")) }, handler.ErrNoHandler, ""},
		{"switching none", func(b *rule.Book, _ registry) error { return b.Switch("c", false) }, handler.ErrNoHandler, ""},
		{"switching what is no rule", func(b *rule.Book, _ registry) error { return b.Switch("other", false) }, handler.ErrNoHandler, ""},
		{"removing none", func(b *rule.Book, _ registry) error { return removed(b, "c") }, errNotRemoved, ""},
		{"removing what is no rule", func(b *rule.Book, _ registry) error { return removed(b, "other") }, errNotRemoved, ""},
		{"switching to what it is", func(b *rule.Book, _ registry) error {
			return errors.Join(b.Switch("b", false), errNotRemoved)
		}, errNotRemoved, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			r, book := open(t, func([]rule.Rule) error { return nil })
			if err := r.Add(handler.Callback("other", nil, func(handler.Event) {})); err != nil {
				t.Fatal(err)
			}
			before := book.Rules()
			err := row.change(book, r)
			if err == nil || row.want != nil && !errors.Is(err, row.want) || !strings.Contains(err.Error(), row.text) {
				t.Errorf("got %v, want %v %q", err, row.want, row.text)
			}
			if !slices.Equal(book.Rules(), before) || r.state() != "a -b other" || book.Unsaved() {
				t.Errorf("then there are %v and %q, unsaved: %v", book.Rules(), r.state(), book.Unsaved())
			}
		})
	}
}

var errNotRemoved = errors.New("nothing was removed")

func removed(b *rule.Book, name string) error {
	if b.Remove(name) {
		return nil
	}
	return errNotRemoved
}

func TestRuleThatTheRegistryLost(t *testing.T) {
	r, book := open(t, nil)
	r.Remove("a")
	if err := book.Replace(drop("a", "iq")); !errors.Is(err, handler.ErrNoHandler) {
		t.Errorf("replacing says %v", err)
	}
	if err := book.Switch("a", false); !errors.Is(err, handler.ErrNoHandler) || book.Rules()[0].Off {
		t.Errorf("switching says %v", err)
	}
	if !book.Remove("a") || len(book.Rules()) != 1 {
		t.Errorf("after removing there are %v", book.Rules())
	}
}

func TestBookOpensWithRulesThatTheRegistryTakes(t *testing.T) {
	_, err := rule.OpenBook(newRegistry(), []rule.Rule{drop("a", "iq"), drop("a", "iq")}, nil)
	if !errors.Is(err, handler.ErrDuplicateName) || !strings.Contains(err.Error(), `the rule "a"`) {
		t.Errorf("got %v", err)
	}
}

func TestFreeNameIsNobodys(t *testing.T) {
	r, book := open(t, nil)
	for n := 1; n <= 2; n++ {
		if got, want := book.FreeName(), fmt.Sprintf("rule-%d", n); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if err := r.Add(handler.Callback(book.FreeName(), nil, func(handler.Event) {})); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRulesAreCopies(t *testing.T) {
	_, book := open(t, nil)
	book.Rules()[0].Name = "x"
	if got := book.Rules()[0].Name; got != "a" {
		t.Errorf("it became %q", got)
	}
}

func TestBookWithoutAPlaceIsNeverUnsaved(t *testing.T) {
	_, book := open(t, nil)
	if err := book.Add(drop("c", "iq")); err != nil {
		t.Fatal(err)
	}
	if err := book.Save(); err != nil || book.Kept() || book.Unsaved() {
		t.Errorf("%v, kept %v, unsaved %v", err, book.Kept(), book.Unsaved())
	}
}

func TestEveryChangeIsSavedOnce(t *testing.T) {
	var saved []string
	_, book := open(t, func(rules []rule.Rule) error {
		saved = append(saved, fmt.Sprintf("%d %v %s", len(rules), rules[0].Off, rules[0].Match))
		return nil
	})
	if err := book.Save(); err != nil || len(saved) != 0 || !book.Kept() {
		t.Fatalf("before there was a change: %v, %q", err, saved)
	}
	for _, change := range []func() error{
		func() error { return book.Add(drop("c", "iq")) },
		func() error { return book.Switch("a", false) },
		func() error { return book.Replace(drop("a", "iq/y")) },
		func() error { book.Remove("c"); return nil },
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
		if !book.Unsaved() {
			t.Error("a change is not unsaved")
		}
		if err := errors.Join(book.Save(), book.Save()); err != nil || book.Unsaved() {
			t.Errorf("%v, unsaved %v", err, book.Unsaved())
		}
	}
	if want := []string{"3 false iq/a", "3 true iq/a", "3 true iq/y", "2 true iq/y"}; !slices.Equal(saved, want) {
		t.Errorf("saved were %q, want %q", saved, want)
	}
}

func TestRulesThatCouldNotBeSavedAreTriedAgain(t *testing.T) {
	full := errors.New("the disk is full")
	_, book := open(t, func([]rule.Rule) error { return full })
	if err := book.Add(drop("c", "iq")); err != nil {
		t.Fatal(err)
	}
	if err := book.Save(); err != full || !book.Unsaved() {
		t.Errorf("%v, unsaved %v", err, book.Unsaved())
	}
	if err := book.Save(); err != full {
		t.Errorf("trying again says %v", err)
	}
}

// TestNewestRulesAreSavedLast changes rules while they are being saved.
func TestNewestRulesAreSavedLast(t *testing.T) {
	begun, goOn := make(chan int, 10), make(chan struct{})
	var saved []int
	_, book := open(t, func(rules []rule.Rule) error {
		begun <- len(rules)
		<-goOn
		saved = append(saved, len(rules)) // without a lock: one saving follows the other
		return nil
	})
	var wg sync.WaitGroup
	for i := range 5 {
		if err := book.Add(drop(fmt.Sprint(i), "iq")); err != nil {
			t.Fatal(err)
		}
		wg.Go(func() { _ = book.Save() })
		if i == 0 {
			<-begun // and stays there while the others come
		}
	}
	if !book.Unsaved() {
		t.Error("they are being saved, and none is unsaved")
	}
	close(goOn)
	wg.Wait()
	if !slices.Equal(saved, []int{3, 7}) || book.Unsaved() {
		t.Errorf("saved were %v; unsaved: %v", saved, book.Unsaved())
	}
}

func TestBookIsSafeForConcurrentUse(t *testing.T) {
	r, book := open(t, func([]rule.Rule) error { return nil })
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			name := fmt.Sprint(i)
			_ = book.Add(drop(name, "iq"))
			_ = book.Switch(name, false)
			_ = book.Replace(drop(name, "iq/x"))
			_ = book.Save()
			_, _ = book.Text(name), book.FreeName()
			book.Remove(name)
		})
	}
	wg.Wait()
	if got := r.state(); got != "a -b" || len(book.Rules()) != 2 {
		t.Errorf("the registry has %q and the book %v", got, book.Rules())
	}
}
