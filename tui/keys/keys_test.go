package keys

import (
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/google/go-cmp/cmp"
)

var contexts = []Context{Global, Panes, View, Edit, Compose, Pending, Log, Inspect, Overlay, Connection, Prompt}

func TestAKeyDoesWhatItsContextSays(t *testing.T) {
	m := Default()
	for _, row := range []struct {
		context Context
		key     string
		want    Action
	}{
		{Log, "alt+enter", Send},
		{Edit, "f5", Send},
		{Edit, "tab", Indent},
		{Log, "tab", NextPane},
		{Compose, "tab", NextPane},
		{Edit, "esc", LeaveEdit},
		{Log, "esc", Back},
		{Edit, "enter", NewLine},
		{Compose, "enter", StartEdit},
		{Log, "enter", Open},
		{Log, "G", End},
		{Edit, "G", ""},
		{Edit, "q", ""},
		{Edit, "1", ""},
		{Edit, "alt+3", PaneLog},
		{Pending, "3", PaneLog},
		{Overlay, "ctrl+c", Quit},
		{Overlay, "f5", ""},
		{Overlay, "3", ""},
		{Log, "f12", ""},
		{Log, "", ""},
	} {
		if got, ok := m.Lookup(row.context, row.key); got != row.want || ok != (row.want != "") {
			t.Errorf("%s in %s does %q (%v), want %q", row.key, row.context, got, ok, row.want)
		}
	}
}

func TestNoKeyHasTwoMeaningsInAContext(t *testing.T) {
	seen := map[[2]string]Action{}
	for _, b := range Default() {
		if len(b.Keys) == 0 || b.Help == "" || !slices.Contains(contexts, b.Context) {
			t.Errorf("%s in %q has no key, no help, or no known context", b.Action, b.Context)
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
	m := Default()
	for _, context := range []Context{Edit, Prompt} {
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
	m := Default()
	for _, context := range []Context{Edit, Compose, Pending, Log, Inspect, Overlay, Connection, Prompt} {
		words := map[string]string{}
		for _, h := range m.Footer(context) {
			words[h.Word] = h.Key
		}
		if words["quit"] != "ctrl+c" {
			t.Errorf("the footer of %s does not say how to quit: %v", context, words)
		}
		if context == Edit && words["stop typing"] != "esc" {
			t.Errorf("the footer of the editor does not say how to leave it: %v", words)
		}
	}
}

func TestTheFooterOfTheEditor(t *testing.T) {
	var got []string
	for _, h := range Default().Footer(Edit) {
		got = append(got, h.Key+" "+h.Word)
	}
	want := []string{"alt+enter send", "esc stop typing", "shift+tab leave pane", "F1 help", "ctrl+c quit", "ctrl+o connection"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("footer (-want +got):\n%s", diff)
	}
}

func TestHelpSaysWhatLookupDoes(t *testing.T) {
	m := Default()
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
func lookupLabel(m Map, context Context, label string) (Action, bool) {
	for _, b := range m {
		for _, k := range b.Keys {
			if Label(k) == label {
				return m.Lookup(context, k)
			}
		}
	}
	return "", false
}

func TestAReboundKeyShowsInHelpAndFooter(t *testing.T) {
	m := Default()
	for i := range m {
		if m[i].Action == Send {
			m[i].Keys = []string{"ctrl+s"}
		}
	}
	if action, _ := m.Lookup(Edit, "ctrl+s"); action != Send {
		t.Errorf("ctrl+s does %q, want %q", action, Send)
	}
	if h := m.Footer(Edit)[0]; h.Key != "ctrl+s" {
		t.Errorf("the footer says %v", h)
	}
}

func TestNamesOfKeys(t *testing.T) {
	for _, row := range []struct {
		name string
		msg  tea.KeyMsg
		want string
		text string
	}{
		{"a letter", tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("q")}, "q", "q"},
		{"with alt", tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("z"), Alt: true}, "alt+z", ""},
		{"alt and enter", tea.KeyMsg{Type: tea.KeyEnter, Alt: true}, "alt+enter", ""},
		{"function key", tea.KeyMsg{Type: tea.KeyF5}, "f5", ""},
		{"space", tea.KeyMsg{Type: tea.KeySpace, Runes: []rune(" ")}, "space", " "},
		{"the characters f and 5 at once", tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("f5")}, "", "f5"},
		{"the characters of alt+enter at once", tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("alt+enter")}, "", "alt+enter"},
		{"a pasted letter", tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("q"), Paste: true}, "", "q"},
		{"nothing", tea.KeyMsg{Type: tea.KeyRunes}, "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Name(row.msg); got != row.want {
				t.Errorf("Name = %q, want %q", got, row.want)
			}
			text, pasted := Text(row.msg)
			if text != row.text || pasted != row.msg.Paste {
				t.Errorf("Text = %q, pasted %v; want %q", text, pasted, row.text)
			}
		})
	}
}

func TestEveryBoundKeyIsOneThatBubbleTeaKnows(t *testing.T) {
	known := map[string]bool{}
	for k := tea.KeyType(-100); k < 128; k++ {
		if s := k.String(); s != "" {
			known[s] = true
		}
	}
	known["space"] = true
	for _, b := range Default() {
		for _, k := range b.Keys {
			base := strings.TrimPrefix(k, "alt+")
			if !known[base] && len([]rune(base)) != 1 {
				t.Errorf("%s is bound to %q, which no terminal sends", b.Action, k)
			}
		}
	}
}

func TestLabels(t *testing.T) {
	for key, want := range map[string]string{"f5": "F5", "alt+enter": "alt+enter", "up": "↑", "ctrl+shift+left": "ctrl+shift+←", "+": "+", "alt++": "alt++", "f": "f", "": ""} {
		if got := Label(key); got != want {
			t.Errorf("Label(%q) = %q, want %q", key, got, want)
		}
	}
}
