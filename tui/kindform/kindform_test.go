package kindform

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/iqbuilder/catalog"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
)

// all has a field of every sort.
const all = `
version = 1
title = "All sorts"

[[payload]]
key = "sorts"
element = "sorts"
namespace = "urn:example:sorts"
about = "All sorts of fields."

[[kind]]
key = "sorts_set"
title = "All sorts"
help = "Set all sorts of fields."
type = "set"
payload = "sorts"
to = ["service"]
result = "empty"

[[kind.field]]
name = "node"
path = "@node"
required = true
source = "history"

[[kind.field]]
name = "group"
path = "group"
repeated = true

[[kind.field]]
name = "desc"
path = "desc"
languages = true

[[kind.field]]
name = "item"
path = "item"
type = "list"

[[kind.field.column]]
name = "jid"
path = "@jid"
type = "jid"
required = true

[[kind.field.column]]
name = "role"
path = "@role"
type = "enum"
values = ["admin: decides", "guest"]

[[kind.field]]
name = "now"
path = "now"
type = "flag"

[[kind.field]]
name = "open"
path = "@open"
type = "bool"

[[kind.field]]
name = "password"
path = "password"
secret = true

[[kind.field]]
name = "form"
path = "#"
type = "form"

[[kind.field]]
name = "more"
path = "more"
type = "xml"
`

func sorts(t interface {
	Helper()
	Fatal(...any)
}) *catalog.Kind {
	t.Helper()
	c, err := catalog.Builtin().With(catalog.File{Name: "all.toml", Text: []byte(all)})
	if err != nil {
		t.Fatal(err)
	}
	k, err := c.Kind("sorts_set")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

type seen struct{ values, addresses []string }

func (s seen) Values(*catalog.Kind, *catalog.Field) []string { return s.values }
func (s seen) Addresses() []string                           { return s.addresses }

// to goes to the input of that name.
func (f *Form) to(t *testing.T, label string) {
	t.Helper()
	f.Do(keys.CursorTextStart)
	for range len(f.inputs) {
		if f.Label() == label {
			return
		}
		f.Do(Next)
	}
	t.Fatalf("there is no input %s", label)
}

func (f *Form) typing(t *testing.T, label, text string) {
	t.Helper()
	f.to(t, label)
	if _, err := f.Type(text, false); err != nil {
		t.Errorf("%s takes no %q: %v", label, text, err)
	}
}

func TestEverySortOfFieldIsFilledInByKeys(t *testing.T) {
	f := New(sorts(t), nil)
	f.typing(t, "to", "a b.example") // an address has no white space
	f.typing(t, "node", "n")
	f.typing(t, "group", "A")
	f.Do(Next)
	f.Type("B", false)
	f.typing(t, "desc", "plain")
	f.typing(t, "desc[…]", "de=deutsch")
	f.typing(t, "item[1].jid", "x@y")
	f.typing(t, "item[1].role", " ")
	f.typing(t, "item[2].jid", "z@y")
	f.typing(t, "now", " ")
	f.typing(t, "open", "  ")
	f.typing(t, "password", "s3cret")
	f.typing(t, "form[…]", "a#b=c=d")
	f.Do(Next)
	f.typing(t, "form[…]", "e=")
	f.typing(t, "more", "<m xmlns='urn:m'/>")
	want := catalog.Values{
		"node": {"n"}, "group": {"A", "B"}, "desc": {"plain"}, "desc[de]": {"deutsch"},
		"item[1].jid": {"x@y"}, "item[1].role": {"admin"}, "item[2].jid": {"z@y"}, "now": {"true"}, "open": {"false"},
		"password": {"s3cret"}, "form[a#b]": {"c=d"}, "form[e]": {""}, "more": {"<m xmlns='urn:m'/>"},
	}
	if diff := cmp.Diff(want, f.Values()); diff != "" || f.To() != "ab.example" {
		t.Errorf("to %q\n%s", f.To(), diff)
	}
	if err := f.kind.Check(f.Values()); err != nil {
		t.Error(err)
	}
	if len(f.errs) > 0 {
		t.Errorf("the form says what is wrong with right values: %v", f.errs)
	}
	screen := strings.Join(f.Draw(pane.Look{Width: 60, Height: 60, Theme: themes.Plain(), Editing: true}), "\n")
	if strings.Contains(screen, "s3cret") || !strings.Contains(screen, "••••••") {
		t.Errorf("the secret is shown:\n%s", screen)
	}
	// What is emptied is no value any more, and rows close up.
	f.to(t, "item[1].jid")
	f.Do(keys.KillToStart)
	f.to(t, "item[1].role")
	f.Do(keys.KillToStart)
	f.to(t, "group")
	f.Do(keys.KillToStart)
	got := f.Values()
	if cmp.Diff([]string{"z@y"}, got["item[1].jid"]) != "" || len(got["item[2].jid"]) > 0 || cmp.Diff([]string{"B"}, got["group"]) != "" {
		t.Errorf("left are %v", got)
	}
}

func TestWhatIsShownIsWhatIsSaid(t *testing.T) {
	kinds := append(catalog.Builtin().Kinds(), sorts(t))
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.SampledFrom(kinds).Draw(t, "kind")
		text := rapid.StringMatching("[a-z\n\t é𝄞=\\[\\]]{0,8}")
		v := catalog.Values{}
		for i := range k.Fields {
			field := &k.Fields[i]
			if field.Fixed != "" || !rapid.Bool().Draw(t, field.Name) {
				continue
			}
			values := rapid.SliceOfN(text, 1, 1)
			if field.Repeated {
				values = rapid.SliceOfN(text, 1, 3)
			}
			switch {
			case field.Type == catalog.List:
				asked := slices.IndexFunc(field.Columns, func(c catalog.Field) bool { return c.Fixed == "" })
				for row := range rapid.IntRange(1, 3).Draw(t, "rows") {
					v[columnKey(field, row, &field.Columns[asked])] = values.Draw(t, "value")
				}
			case field.Type == catalog.Form:
				v[field.Name+"["+rapid.StringMatching(`[a-z#\]=]{1,4}`).Draw(t, "name")+"]"] = rapid.SliceOfN(text, 1, 3).Draw(t, "values")
			case field.Languages:
				v[field.Name+"[de-AT]"] = values.Draw(t, "value")
			default:
				v[field.Name] = values.Draw(t, "value")
			}
		}
		f := New(k, nil)
		f.SetValues("a@b", v, "")
		if diff := cmp.Diff(v, f.Values()); diff != "" {
			t.Fatalf("%s: %s", k.Key, diff)
		}
		for range rapid.IntRange(0, 30).Draw(t, "moves") { // going round changes nothing
			f.Do(rapid.SampledFrom([]keys.Action{Next, Prev, keys.CursorPageDown, keys.CursorTextEnd, keys.CursorLeft}).Draw(t, "move"))
		}
		if diff := cmp.Diff(v, f.Values()); diff != "" {
			t.Fatalf("%s, gone round: %s", k.Key, diff)
		}
	})
}

func TestValuesToChooseFromAreOffered(t *testing.T) {
	f := New(sorts(t), seen{[]string{"alpha", "beta", "alphabet"}, []string{"romeo@demo.localhost", "juliet@demo.localhost"}})
	f.FocusAddress()
	f.Type("jul", false)
	f.Do(Offer)
	if f.To() != "juliet@demo.localhost" {
		t.Errorf("the address is %s", f.To())
	}
	f.Do(Offer)
	if f.To() != "jul" {
		t.Errorf("behind the last one is %q, want what was typed", f.To())
	}
	f.typing(t, "node", "al")
	var got []string
	for range 3 {
		f.Do(Offer)
		got = append(got, f.Values()["node"]...)
	}
	if want := []string{"alpha", "alphabet", "al"}; !slices.Equal(got, want) {
		t.Errorf("offered are %q, want %q", got, want)
	}
	if slices.Contains(f.offers.all, "al") {
		t.Error("what stands there is offered")
	}
	f.typing(t, "item[1].role", "gu")
	f.Do(Offer)
	if got := f.Values()["item[1].role"]; !slices.Equal(got, []string{"guest"}) {
		t.Errorf("the choice is %q", got)
	}
	f.to(t, "group")
	f.sources = seen{}
	f.look()
	f.Do(Offer) // nothing to offer: on to the next
	if f.Label() == "group" {
		t.Error("Tab does not go on where there is nothing to choose from")
	}
}

func TestMistakesAreSaidAndKeepNobodyFromTyping(t *testing.T) {
	f := New(sorts(t), nil)
	for _, row := range []struct{ label, text, want string }{
		{"to", "a@", "✗"}, {"item[1].jid", "@", "✗"}, {"item[1].role", "gest", "did you mean"}, {"open", "maybe", "neither true nor false"},
		{"more", "<a/>", "namespace of its own"}, {"desc[…]", "no way=x", "LANGUAGE=text"}, {"form[…]", "x", "NAME=value"},
	} {
		f.to(t, row.label)
		f.Type(row.text, false)
		if got := f.errs[f.inputs[f.at]]; row.want != "✗" && !strings.Contains(got, row.want) || got == "" {
			t.Errorf("of %q in %s it says %q", row.text, row.label, got)
		}
	}
	f.to(t, "node")
	if got := f.errs[f.inputs[f.at]]; !strings.Contains(got, "required") {
		t.Errorf("of a required field it says %q", got)
	}
	f.SetStale("broken")
	if changed, err := f.Type("x", false); changed || err == nil {
		t.Error("a form that is not in step takes what is typed")
	}
	if _, changed, err := f.Do(keys.DeleteLeft); changed || err == nil {
		t.Error("or what is deleted")
	}
}

func TestTheFormFitsWhateverItHolds(t *testing.T) {
	k := sorts(t)
	rapid.Check(t, func(t *rapid.T) {
		wild := rapid.StringMatching("[a-zé☃𝄞\u202e\x1b\\[2J\n\t ]{0,60}")
		f := New(k, seen{[]string{wild.Draw(t, "offered")}, nil})
		f.SetValues(wild.Draw(t, "to"), catalog.Values{"node": {wild.Draw(t, "node")}, "group": {wild.Draw(t, "group"), "b"}, "more": {wild.Draw(t, "more")}}, wild.Draw(t, "rest"))
		f.SetProblem(wild.Draw(t, "problem"))
		for range rapid.IntRange(0, 12).Draw(t, "down") {
			f.Do(Next)
		}
		width, height := rapid.IntRange(1, 150).Draw(t, "width"), rapid.IntRange(1, 40).Draw(t, "height")
		lines := f.Draw(pane.Look{Width: width, Height: height, Theme: themes.Plain(), Editing: rapid.Bool().Draw(t, "editing")})
		if len(lines) != height {
			t.Fatalf("%d lines at %d×%d", len(lines), width, height)
		}
		for _, line := range lines {
			if ansi.StringWidth(line) > width || strings.ContainsAny(line, "\x1b\u202e\n") {
				t.Fatalf("at %d×%d: %q", width, height, line)
			}
		}
	})
}

func TestTheInputWithTheFocusIsInSight(t *testing.T) {
	f := New(sorts(t), nil)
	for height := 1; height < 30; height++ {
		for range len(f.inputs) {
			lines := f.Draw(pane.Look{Width: 60, Height: height, Theme: themes.Plain(), Editing: true})
			if !strings.Contains(strings.Join(lines, "\n"), themes.Plain().Marker) {
				t.Fatalf("%s is out of sight in %d lines:\n%s", f.Label(), height, strings.Join(lines, "\n"))
			}
			f.Do(Next)
		}
		f.Do(keys.CursorTextStart)
	}
}

// A list of 10,000 rows does not hang.
func TestManyRows(t *testing.T) {
	v := catalog.Values{"node": {"n"}}
	for row := range 10_000 {
		v[fmt.Sprintf("item[%d].jid", row+1)] = []string{"a@b"}
	}
	begin := time.Now()
	f := New(sorts(t), nil)
	f.SetValues("a", v, "")
	f.Do(keys.CursorTextEnd)
	f.Draw(pane.Look{Width: 60, Height: 20, Theme: themes.Plain()})
	f.to(t, "node")
	f.Type("x", false)
	if got := f.Values(); len(got) != len(v) {
		t.Errorf("%d values are left of %d", len(got), len(v))
	}
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("it took %v", took)
	}
	t.Log(time.Since(begin))
}
