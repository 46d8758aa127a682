package keys

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/nearest"
)

// Problem is one thing that is wrong with keys that somebody chose.
type Problem struct {
	Action string // as it was written
	Key    string // as it was written; empty if the action itself is meant
	Text   string // what is wrong, as a clause without a full stop: "there is no action sned; did you mean send?"
}

func (p Problem) Error() string { return p.Text }

// Check says what is wrong with keys that somebody chose: names of actions, each with all its keys.
// Nothing wrong is nil.
func (m Map) Check(chosen map[string][]string) []Problem {
	_, problems := m.Rebind(chosen)
	return problems
}

// Rebind returns the map with other keys: each action that is named has those keys and no others,
// wherever it works, and none if the list is empty. Where text is typed, an action keeps its own
// keys if all the new ones are characters. The problems are in the order of the actions' names; the
// map is usable only when there are none.
func (m Map) Rebind(chosen map[string][]string) (Map, []Problem) {
	next := slices.Clone(m)
	var problems []Problem
	for _, name := range slices.Sorted(maps.Keys(chosen)) {
		if bad := next.rebind(name, chosen[name]); bad != nil {
			problems = append(problems, bad...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(chosen)) {
		problems = append(problems, next.clashes(Action(name), chosen)...)
	}
	return next, problems
}

// rebind gives one action its keys.
func (m Map) rebind(name string, chosen []string) (problems []Problem) {
	say := func(key, format string, args ...any) {
		problems = append(problems, Problem{name, key, fmt.Sprintf(format, args...)})
	}
	if !slices.ContainsFunc(m, func(b Binding) bool { return b.Action == Action(name) }) {
		say("", "there is no action %s%s", name, meant(name, m.actions()))
		return problems
	}
	if Action(name) == Quit && len(chosen) == 0 {
		say("", "quit needs a key, or there would be no way out")
		return problems
	}
	var good []string
	for i, key := range chosen {
		switch {
		case !Known(key):
			say(key, "there is no key %s%s", key, meantKey(key))
		case slices.Contains(chosen[:i], key):
			say(key, "%s has the key %s twice", name, key)
		case isCharacter(key) && !m.works(Action(name), Context.commands):
			say(key, "%s is a character, and where %s works, characters are typed", key, name)
		default:
			good = append(good, key)
		}
	}
	for i := range m {
		b := &m[i]
		if b.Action != Action(name) {
			continue
		}
		usable := good
		if !b.Context.commands() {
			usable = slices.DeleteFunc(slices.Clone(good), isCharacter)
		}
		if len(usable) > 0 || len(good) == 0 {
			b.Keys = usable
		}
	}
	return problems
}

// clashes finds the keys of an action that another one has in the same context, or that nearer
// contexts take away everywhere.
func (m Map) clashes(action Action, chosen map[string][]string) (problems []Problem) {
	told := map[string]bool{}
	for _, b := range m {
		if b.Action != action {
			continue
		}
		for _, key := range b.Keys {
			other := m.rival(b, key)
			_, both := chosen[string(other)]
			if other == "" || told[key] || both && other < action {
				continue // of two that were chosen, one is told
			}
			told[key] = true
			problems = append(problems, Problem{string(action), key, fmt.Sprintf("%s is the key of %s already, which works in the same place (%s)", key, other, b.Context)})
		}
	}
	return problems
}

// rival is the action that keeps a key from its binding; empty for none.
func (m Map) rival(b Binding, key string) Action {
	for _, o := range m {
		if o.Context == b.Context && o.Action != b.Action && slices.Contains(o.Keys, key) {
			return o.Action
		}
	}
	rival := Action("")
	for c := range chains {
		if !slices.Contains(c.chain(), b.Context) {
			continue
		}
		found, _ := m.Lookup(c, key)
		if found == b.Action {
			return ""
		}
		rival = max(rival, found) // any, but always the same one
	}
	return rival
}

// works reports whether an action has a binding in a context of a kind.
func (m Map) works(action Action, kind func(Context) bool) bool {
	return slices.ContainsFunc(m, func(b Binding) bool { return b.Action == action && kind(b.Context) })
}

func (m Map) actions() []string {
	var names []string
	for _, b := range m {
		names = append(names, string(b.Action))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Known reports whether there is a key of that name, one that terminals send.
func Known(name string) bool {
	base := strings.TrimPrefix(name, "alt+")
	return slices.Contains(names, base) || isCharacter(base) || base == "space"
}

// isCharacter reports whether a key types something.
func isCharacter(name string) bool {
	r, size := utf8.DecodeRuneInString(name)
	return name == "space" || size > 0 && size == len(name) && r != utf8.RuneError && unicode.IsGraphic(r) && r != ' '
}

// names are those of the keys that are no characters.
var names = func() []string {
	names := []string{"space"}
	for k := tea.KeyType(-128); k < 128; k++ {
		if name := k.String(); k != tea.KeyRunes && strings.TrimSpace(name) != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}()

// meant asks whether another word was meant.
func meant(word string, known []string) string {
	if near := nearest.Word(word, known, nearest.Slips(word)); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

func meantKey(key string) string {
	alt := ""
	if base, ok := strings.CutPrefix(strings.ToLower(key), "alt+"); ok {
		alt, key = "alt+", base
	}
	if near := nearest.Word(key, names, nearest.Slips(key)); near != "" {
		return "; did you mean " + alt + near + "?"
	}
	return ""
}
