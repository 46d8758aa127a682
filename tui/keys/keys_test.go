package keys

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/google/go-cmp/cmp"
)

// sample is a map with something of each kind of place.
func sample() Map {
	return Map{
		{Panes, Send, []string{"alt+enter", "f5"}, "send the draft", "send"},
		{Edit, LeaveEdit, []string{"esc"}, "stop typing", "stop typing"},
		{KindForm, LeaveEdit, []string{"esc"}, "stop typing", "stop typing"},
		{Edit, NewDraft, []string{"ctrl+n"}, "start a new draft", ""},
		{Compose, NewDraft, []string{"ctrl+n"}, "start a new draft", ""},
		{Log, Filter, []string{"f"}, "show only what matches", "filter"},
		{Log, Search, []string{"/"}, "mark what has a text in it", ""},
		{Log, Copy, []string{"y"}, "copy the stanza", "copy"},
		{View, NextPane, []string{"tab"}, "next pane", "next pane"},
		{Panes, NextPane, []string{"f6"}, "next pane", ""},
		{View, Zoom, []string{"z"}, "give the pane the whole screen", "zoom"},
		{Panes, Zoom, []string{"alt+z"}, "give the pane the whole screen", ""},
		{View, Back, []string{"esc"}, "one step back", ""},
		{View, Close, []string{"q"}, "leave the view", ""},
		{View, Up, []string{"up", "k"}, "up", ""},
		{Overlay, Up, []string{"up", "k"}, "up", ""},
		{Edit, Indent, []string{"tab"}, "indent", ""},
		{Overlay, Close, []string{"esc", "q"}, "close", "close"},
		{Welcome, Close, []string{"esc"}, "close", "close"},
		{Prompt, Close, []string{"esc"}, "leave it as it is", "leave it"},
		{Global, Quit, []string{"ctrl+c"}, "quit", "quit"},
	}
}

func TestAKeyIsLookedUpNearestFirst(t *testing.T) {
	for _, row := range []struct {
		context Context
		key     string
		want    Action
	}{
		{Log, "f", Filter}, {Log, "tab", NextPane}, {Edit, "tab", Indent}, {Edit, "f6", NextPane}, {Edit, "f", ""}, {Log, "esc", Back},
		{Edit, "esc", LeaveEdit}, {Handlers, "k", Up}, {Handlers, "f5", ""}, {Prompt, "ctrl+c", Quit}, {Log, "", ""},
	} {
		if got, ok := sample().Lookup(row.context, row.key); got != row.want || ok != (row.want != "") {
			t.Errorf("%s in %s does %q (%v), want %q", row.key, row.context, got, ok, row.want)
		}
	}
}

func TestHelpLeavesOutWhatANearerContextHasTaken(t *testing.T) {
	var got []string
	for _, r := range sample().Help(Edit) {
		got = append(got, r.Keys+" "+string(r.Action))
	}
	want := []string{"esc leave-edit", "ctrl+n new-draft", "tab indent", "alt+enter, F5 send", "F6 next-pane", "alt+z zoom", "ctrl+c quit"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("help (-want +got):\n%s", diff)
	}
}

func TestAFooterNamesAnActionOnce(t *testing.T) {
	m := Map{{Palette, Zoom, []string{"enter"}, "", "do it"}, {Prompt, Zoom, []string{"enter", "f9"}, "", "take it"}}
	if diff := cmp.Diff([]Hint{{Key: "enter", Word: "do it", Action: Zoom}}, m.Footer(Palette)); diff != "" {
		t.Errorf("footer (-want +got):\n%s", diff)
	}
}

func TestAFooterOverAWholeMapNamesTheKeysThatWork(t *testing.T) {
	some := Map{{Log, Filter, []string{"f", "tab"}, "", "filter"}, {View, NextPane, []string{"tab"}, "", "next"}}
	whole := append(Map{{Log, Search, []string{"f"}, "", ""}}, some...)
	if diff := cmp.Diff([]Hint{{Key: "tab", Word: "filter", Action: Filter}}, some.FooterOver(whole, Log)); diff != "" {
		t.Errorf("footer (-want +got):\n%s", diff)
	}
}

func TestAReboundKeyShowsInHelpAndFooter(t *testing.T) {
	m := sample()
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
			if text := Text(row.msg); text != row.text {
				t.Errorf("Text = %q, want %q", text, row.text)
			}
		})
	}
}

func TestLabels(t *testing.T) {
	for key, want := range map[string]string{"f5": "F5", "alt+enter": "alt+enter", "up": "↑", "ctrl+shift+left": "ctrl+shift+←", "+": "+", "alt++": "alt++", "f": "f", "": ""} {
		if got := Label(key); got != want {
			t.Errorf("Label(%q) = %q, want %q", key, got, want)
		}
	}
}

func TestWhatIsKeptInAFooterIsNeverLeftOut(t *testing.T) {
	hints := []Hint{{"F5", "send", Send}, {"esc", "stop typing", LeaveEdit}, {"z", "zoom", Zoom}, {"F1", "help", Help}}
	kept := func(a Action) bool { return a == Send || a == Help }
	for width, want := range map[int]string{0: "F5 F1", 17: "F5 F1", 18: "F5 F1", 34: "F5 F1", 35: "F5 esc F1", 42: "F5 esc F1", 43: "F5 esc z F1", 80: "F5 esc z F1"} {
		var got []string
		for _, h := range Fit(hints, width, kept) {
			got = append(got, h.Key)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("in %d cells: %v, want %s", width, got, want)
		}
	}
}
