package keys

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChosenKeysTakeThePlaceOfTheBuiltInOnes(t *testing.T) {
	m, problems := sample().Rebind(map[string][]string{"send": {"ctrl+s", "f12"}, "filter": {"\\"}, "zoom": {}})
	if problems != nil {
		t.Fatal(problems)
	}
	for _, row := range []struct {
		context Context
		key     string
		want    Action
	}{
		{Edit, "ctrl+s", Send}, {Log, "f12", Send}, {Log, "alt+enter", ""}, {Log, "\\", Filter}, {Log, "f", ""}, {Log, "z", ""}, {Edit, "alt+z", ""},
		{Log, "y", Copy},
	} {
		if got, _ := m.Lookup(row.context, row.key); got != row.want {
			t.Errorf("%s in %s does %q, want %q", row.key, row.context, got, row.want)
		}
	}
	if action, _ := sample().Lookup(Edit, "alt+enter"); action != Send {
		t.Error("rebinding has changed the map it was asked of")
	}
}

func TestACharacterIsNeverTakenFromText(t *testing.T) {
	m, problems := sample().Rebind(map[string][]string{"next-pane": {"o"}, "close": {"x"}, "new-draft": {"N", "f3"}})
	if problems != nil {
		t.Fatal(problems)
	}
	for _, row := range []struct {
		context Context
		key     string
		want    Action
	}{
		{Log, "o", NextPane}, {Edit, "o", ""}, {Edit, "f6", NextPane}, // no other key of it would work there
		{Overlay, "x", Close}, {Overlay, "esc", ""}, {Prompt, "x", ""}, {Prompt, "esc", Close},
		{Compose, "N", NewDraft}, {Edit, "N", ""}, {Edit, "f3", NewDraft}, {Edit, "ctrl+n", ""},
	} {
		if got, _ := m.Lookup(row.context, row.key); got != row.want {
			t.Errorf("%s in %s does %q, want %q", row.key, row.context, got, row.want)
		}
	}
}

func TestWhatIsWrongWithChosenKeys(t *testing.T) {
	for _, row := range []struct {
		name   string
		chosen map[string][]string
		want   []string // action, key, and what the text has to hold
	}{
		{"a misspelt action", map[string][]string{"sned": {"f12"}}, []string{"sned", "", "there is no action sned; did you mean send?"}},
		{"no action at all", map[string][]string{"make-coffee": {"f12"}}, []string{"make-coffee", "", "there is no action make-coffee"}},
		{"a misspelt key", map[string][]string{"send": {"ctlr+s"}}, []string{"send", "ctlr+s", "there is no key ctlr+s; did you mean ctrl+s?"}},
		{"a key in capitals", map[string][]string{"send": {"Alt+F5"}}, []string{"send", "Alt+F5", "there is no key Alt+F5; did you mean alt+f5?"}},
		{"a key that is empty", map[string][]string{"send": {""}}, []string{"send", "", "there is no key "}},
		{"a space", map[string][]string{"filter": {" "}}, []string{"filter", " ", "there is no key  "}},
		{"a control character", map[string][]string{"filter": {"\x1b"}}, []string{"filter", "\x1b", "there is no key"}},
		{"a key twice", map[string][]string{"send": {"f12", "f12"}}, []string{"send", "f12", "send has the key f12 twice"}},
		{"a character where text is typed", map[string][]string{"send": {"s"}}, []string{"send", "s", "s is a character, and where send works, characters are typed"}},
		{"the space where text is typed", map[string][]string{"send": {"space"}}, []string{"send", "space", "space is a character"}},
		{"a key that another action has", map[string][]string{"filter": {"y"}}, []string{"filter", "y", "y is the key of copy already, which works in the same place (log)"}},
		{"a key that is taken everywhere", map[string][]string{"send": {"esc"}}, []string{"send", "esc", "esc is the key of leave-edit already"}},
		{"two chosen ones that clash", map[string][]string{"filter": {"u"}, "search": {"u"}}, []string{"filter", "u", "u is the key of search already"}},
		{"no way out", map[string][]string{"quit": {}}, []string{"quit", "", "quit needs a key, or there would be no way out"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			problems := sample().Check(row.chosen)
			if len(problems) != 1 {
				t.Fatalf("problems: %q, want one", problems)
			}
			p := problems[0]
			if p.Action != row.want[0] || p.Key != row.want[1] || !strings.HasPrefix(p.Error(), row.want[2]) {
				t.Errorf("got %q, want %q", []string{p.Action, p.Key, p.Text}, row.want)
			}
		})
	}
}

func TestTheBuiltInKeysHaveNoProblems(t *testing.T) {
	all := map[string][]string{}
	for _, b := range sample() {
		if b.Context.commands() {
			for _, k := range b.Keys {
				if !slices.Contains(all[string(b.Action)], k) {
					all[string(b.Action)] = append(all[string(b.Action)], k)
				}
			}
		}
	}
	for _, name := range []string{"next-pane", "home", "close", "redraw"} { // the same keys are others' in some of their places
		delete(all, name)
	}
	for name, keys := range all {
		if diff := cmp.Diff([]Problem(nil), sample().Check(map[string][]string{name: keys})); diff != "" {
			t.Errorf("%s with its own keys:\n%s", name, diff)
		}
	}
}
