package tui

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"iqscope/tui/editor"
	"iqscope/tui/keys"
)

// contexts are all of them; those from the third on, but for the last, can have the focus.
var contexts = []keys.Context{
	keys.Global,
	keys.Panes,
	keys.Edit,
	keys.KindForm,
	keys.Compose,
	keys.Pending,
	keys.Log,
	keys.Inspect,
	keys.Overlay,
	keys.Connection,
	keys.Handlers,
	keys.Browse,
	keys.Copying,
	keys.History,
	keys.HistoryEntry,
	keys.Themes,
	keys.Prompt,
	keys.Palette,
	keys.Picker,
	keys.Command,
	keys.Completing,
	keys.Forms,
	keys.Filtering,
	keys.Find,
	keys.Welcome,
	keys.View,
}

func TestAKeyDoesWhatItsContextSays(t *testing.T) {
	m := Keys()
	for _, row := range []struct {
		context keys.Context
		key     string
		want    keys.Action
	}{
		{keys.Log, "alt+enter", keys.Send},
		{keys.Edit, "f5", keys.Send},
		{keys.Edit, "tab", keys.Indent},
		{keys.Log, "tab", keys.NextPane},
		{keys.Compose, "tab", keys.NextPane},
		{keys.Edit, "esc", keys.LeaveEdit},
		{keys.Log, "esc", keys.Back},
		{keys.Edit, "enter", keys.NewLine},
		{keys.Compose, "enter", keys.StartEdit},
		{keys.Log, "enter", keys.Open},
		{keys.Log, "G", keys.End},
		{keys.Edit, "G", ""},
		{keys.Edit, "q", ""},
		{keys.Edit, "1", ""},
		{keys.Edit, "alt+3", keys.PaneLog},
		{keys.Pending, "3", keys.PaneLog},
		{keys.Overlay, "ctrl+c", keys.Quit},
		{keys.Overlay, "f5", ""},
		{keys.Overlay, "3", ""},
		{keys.Log, "f12", ""},
		{keys.Log, "", ""},
	} {
		if got, ok := m.Lookup(row.context, row.key); got != row.want || ok != (row.want != "") {
			t.Errorf("%s in %s does %q (%v), want %q", row.key, row.context, got, ok, row.want)
		}
	}
}

func TestNoKeyHasTwoMeaningsInAContext(t *testing.T) {
	seen := map[[2]string]keys.Action{}
	for _, b := range Keys() {
		if len(b.Keys) == 0 || b.Help == "" || !slices.Contains(contexts, b.Context) || slices.ContainsFunc(b.Keys, func(k string) bool { return !keys.Known(k) }) {
			t.Errorf("%s in %q has no key, one that no terminal sends, no help, or no known context", b.Action, b.Context)
		}
		for _, k := range b.Keys {
			at := [2]string{string(b.Context), k}
			if other, ok := seen[at]; ok {
				t.Errorf("%s in %s does %s and %s", k, b.Context, other, b.Action)
			}
			seen[at] = b.Action
		}
	}
}

func TestWhereTextIsTypedNoCharacterIsTaken(t *testing.T) {
	m := Keys()
	for _, context := range []keys.Context{keys.Edit, keys.Completing, keys.KindForm, keys.Prompt, keys.Palette, keys.Picker, keys.Command, keys.Forms, keys.Filtering} {
		for c := rune(' ' + 1); c < 0x7f; c++ {
			if action, ok := m.Lookup(context, string(c)); ok {
				t.Errorf("in %s %c does %s and cannot be typed", context, c, action)
			}
		}
		if action, ok := m.Lookup(context, "space"); ok {
			t.Errorf("in %s space does %s and cannot be typed", context, action)
		}
	}
}

func TestTheWayOutIsAlwaysInTheFooter(t *testing.T) {
	m := Keys()
	for _, context := range contexts[2 : len(contexts)-1] {
		words := map[string]string{}
		for _, h := range m.Footer(context) {
			words[h.Word] = h.Key
		}
		if words["quit"] != "ctrl+c" {
			t.Errorf("the footer of %s does not say how to quit: %v", context, words)
		}
		if (context == keys.Edit || context == keys.KindForm) && words["stop typing"] != "esc" {
			t.Errorf("the footer of the editor does not say how to leave it: %v", words)
		}
	}
}

func TestTheFooterOfTheEditor(t *testing.T) {
	var got []string
	for _, h := range Keys().Footer(keys.Edit) {
		got = append(got, h.Key+" "+h.Word)
	}
	want := []string{
		"F5 send", "esc stop typing", "F2 requests", "F8 fix", "shift+tab leave pane", "alt+c reconnect", "F1 help", "ctrl+c quit", "ctrl+p commands", "ctrl+o connection", "ctrl+g handlers", "F9 discover", "alt+h history",
		"alt+o take offer", "alt+g go on", "alt+t timeout",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("footer (-want +got):\n%s", diff)
	}
}

// The way to the help, and while one writes the way to send it, are in the footer of any width.
func TestTheFooterAlwaysHasHelpAndSend(t *testing.T) {
	for _, c := range []struct {
		name string
		play []string
		send bool
	}{
		{"typing", nil, true},
		{"form", []string{"alt+x", "t", "o", "g", "g", "l", "e", "-", "f", "o", "r", "m", "enter"}, true},
		{"compose", []string{"esc"}, true},
		{"pending", []string{"alt+2"}, false},
		{"log", []string{"alt+3"}, false},
		{"inspect", []string{"alt+4"}, false},
		{"palette", []string{"ctrl+p"}, false},
		{"command line", []string{"alt+x"}, false},
		{"prompt", []string{"alt+t"}, false},
		{"picker", []string{"f2"}, false},
		{"connection", []string{"ctrl+o"}, false},
		{"handlers", []string{"ctrl+g"}, false},
		{"discovery", []string{"f9"}, false},
	} {
		for _, width := range []int{40, 80, 140} {
			s := start(t, width, 24)
			s.press(c.play...)
			lines := strings.Split(ansi.Strip(s.m.View()), "\n")
			footer := lines[len(lines)-1]
			if !strings.Contains(footer, " help") || c.send && !strings.Contains(footer, "F5 send") {
				t.Errorf("the footer of %s at %d columns is %q", c.name, width, footer)
			}
		}
	}
}

func TestHelpSaysWhatLookupDoes(t *testing.T) {
	m := Keys()
	for _, context := range contexts {
		for _, row := range m.Help(context) {
			for label := range strings.SplitSeq(row.Keys, ", ") {
				if action, ok := lookupLabel(m, context, label); !ok || action != row.Action {
					t.Errorf("help of %s says that %s does %s, but it does %q", context, label, row.Action, action)
				}
			}
		}
	}
}

// lookupLabel looks up a key by how it is shown.
func lookupLabel(m keys.Map, context keys.Context, label string) (keys.Action, bool) {
	for _, b := range m {
		for _, k := range b.Keys {
			if keys.Label(k) == label {
				return m.Lookup(context, k)
			}
		}
	}
	return "", false
}

func TestTheEditorKnowsEveryCommandOfText(t *testing.T) {
	for _, a := range textActions() {
		if !editor.New("a").Do(editor.Command(a.name)) {
			t.Errorf("the editor does not know %s", a.name)
		}
	}
}

func TestEveryActionIsInTheTableOnce(t *testing.T) {
	seen := map[keys.Action]bool{}
	for _, a := range actions() {
		if seen[a.name] || a.help == "" {
			t.Errorf("%s is there twice, or nothing says what it does", a.name)
		}
		seen[a.name] = true
	}
}
