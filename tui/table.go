package tui

import (
	"cmp"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/tui/help"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
)

// action is a row of the table of actions: all there is to know of one. Keys, footer, help, palette
// and command line come from it.
type action struct {
	name keys.Action
	help string // what it does, in a few words
	at   []place
	// do does it; nil leaves it to what has the focus: the topmost overlay, or the pane.
	do func(*Model) tea.Cmd
	// can says why it would do nothing now; nil for one that always does something.
	can func(*Model) (why string)
	// word is the footer's word for a place, where that changes; nil for the one that stands there.
	word func(*Model, keys.Context) string
	// urgent puts it first in the footer.
	urgent func(*Model) bool
	// argument is what may be typed behind its name; nil for nothing. An action that needs one has
	// no do.
	argument *argument
	// window says that it opens a screen of its own, which the help lists apart.
	window bool
	// keysOnly keeps it out of what is found by name.
	keysOnly bool
	// harmless says that it does no more than edit what is typed, or go somewhere: its keys work in
	// the middle of a text.
	harmless bool
}

// needs is what says why an action would do nothing while something is not so.
func needs(why string, so func(*Model) bool) func(*Model) string {
	return func(m *Model) string {
		if so(m) {
			return ""
		}
		return why
	}
}

// place is where an action has keys.
type place struct {
	context keys.Context
	keys    string // the built-in ones, with spaces between them; the first is the one shown
	footer  string // a word for the footer; empty keeps it out
	help    string // what it does there, if that can be said more exactly
}

// argument is what an action may be told, when it is typed by its name.
type argument struct {
	what     string // such as "DURATION"
	do       func(m *Model, text string) (tea.Cmd, error)
	complete func(m *Model) []string // what may be meant; nil for nothing to offer
}

// table is all actions, in the order in which help and footer show them.
type table struct {
	actions []action
	keys    keys.Map
	rows    map[keys.Action]*action
}

// newTable returns the table with the keys of a map; nil is for the built-in ones.
func newTable(bound keys.Map) *table {
	t := &table{actions: actions(), keys: bound, rows: map[keys.Action]*action{}}
	if t.keys == nil {
		t.keys = builtIn(t.actions)
	}
	for i := range t.actions {
		t.rows[t.actions[i].name] = &t.actions[i]
	}
	return t
}

// Keys returns the built-in key map.
func Keys() keys.Map { return builtIn(actions()) }

// CheckKeys says what is wrong with keys that somebody chose, by the names of actions; nil for
// nothing.
func CheckKeys(chosen map[string][]string) []keys.Problem { return Keys().Check(chosen) }

func builtIn(actions []action) keys.Map {
	var m keys.Map
	for _, a := range actions {
		for _, p := range a.at {
			m = append(m, keys.Binding{Context: p.context, Action: a.name, Keys: strings.Fields(p.keys), Help: cmp.Or(p.help, a.help), Footer: p.footer})
		}
	}
	return m
}

// keyFor is the key to show for an action in a context; empty if there is none.
func (t *table) keyFor(context keys.Context, name keys.Action) string {
	for _, b := range t.keys {
		if b.Action != name || len(b.Keys) == 0 {
			continue
		}
		if found, _ := t.keys.Lookup(context, b.Keys[0]); found == name {
			return keys.Label(b.Keys[0])
		}
	}
	return ""
}

// hints are the footer's: what does something now, the most urgent first, as far as there is room.
// The way to the help is always there, and while one writes, the way to send it.
func (t *table) hints(m *Model) []keys.Hint {
	var urgent, others keys.Map
	context := m.context()
	for _, b := range t.keys {
		if !context.Has(b.Context) {
			continue
		}
		a := t.rows[b.Action]
		if a.word != nil {
			b.Footer = a.word(m, b.Context)
		}
		switch {
		case b.Footer == "" || m.why(a) != "": // why may cost more than what is asked first
		case a.urgent != nil && a.urgent(m):
			urgent = append(urgent, b)
		default:
			others = append(others, b)
		}
	}
	hints := slices.Concat(urgent, others)
	return keys.Fit(hints.FooterOver(t.keys, context), m.width, func(a keys.Action) bool {
		return a == keys.Help || a == keys.Send && m.overlays.top() == nil && m.desk.focus == layout.Compose
	})
}

// Titles of the groups of the help; the first one is named after what has the focus.
const (
	here = iota
	everywhere
	windows
	typing
)

// help are the keys that work in a context: one row for each action, in groups. Those of the footer
// come first.
func (t *table) help(context keys.Context, about safetext.Text) []help.Group {
	all := []help.Group{{Title: about}, {Title: safetext.Const("Everywhere")}, {Title: safetext.Const("Windows")}, {Title: safetext.Const("Typing")}}
	for _, r := range t.helpRows(context) {
		group := here
		switch a := t.rows[r.Action]; {
		case a.window:
			group = windows
		case slices.ContainsFunc(a.at, func(p place) bool { return p.context == keys.Panes || p.context == keys.Global }):
			group = everywhere
		case a.harmless && r.Context.Typing():
			group = typing
		}
		all[group].Rows = append(all[group].Rows, r)
	}
	return slices.DeleteFunc(all, func(g help.Group) bool { return len(g.Rows) == 0 })
}

// helpRows are the keys that work in a context: one row for each action, those of the footer first.
func (t *table) helpRows(context keys.Context) []keys.Row {
	footer := map[keys.Action]int{} // where they stand in the map
	for i, b := range t.keys {
		if _, ok := footer[b.Action]; !ok && b.Footer != "" {
			footer[b.Action] = i
		}
	}
	var rows []keys.Row
	at := map[keys.Action]int{}
	for _, r := range t.keys.Help(context) {
		i, ok := at[r.Action]
		if !ok {
			at[r.Action] = len(rows)
			rows = append(rows, r)
			continue
		}
		for key := range strings.SplitSeq(r.Keys, ", ") {
			if !slices.Contains(strings.Split(rows[i].Keys, ", "), key) {
				rows[i].Keys += ", " + key
			}
		}
	}
	rank := func(r keys.Row) int {
		if i, ok := footer[r.Action]; ok {
			return i
		}
		return len(t.keys)
	}
	slices.SortStableFunc(rows, func(a, b keys.Row) int { return cmp.Compare(rank(a), rank(b)) })
	return rows
}
