package tui

import (
	"fmt"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/session/match"
	"iqscope/session/rule"
	"iqscope/tui/words"
)

// ruleBook is what is known of the rules: the registry has their handlers only.
type ruleBook struct {
	rules   []rule.Rule
	texts   map[string]string // of each as it is typed, by name
	keys    match.Keys        // what the steps of a match mean
	save    func([]rule.Rule) error
	saving  bool // they are being saved
	changed bool // meanwhile they are others
	last    bool // the program ends when they are saved
	warned  bool // that they are not saved anywhere
}

func newRuleBook(rules []rule.Rule, save func([]rule.Rule) error) *ruleBook {
	b := &ruleBook{rules: slices.Clone(rules), texts: map[string]string{}, keys: match.BasicKeys(), save: save}
	for _, r := range rules {
		b.texts[r.Name] = r.String()
	}
	return b
}

// text is the rule of a name as it is typed; empty when there is none.
func (b *ruleBook) text(name string) string { return b.texts[name] }

func (b *ruleBook) place(name string) int {
	return slices.IndexFunc(b.rules, func(r rule.Rule) bool { return r.Name == name })
}

// isOff says that there is a rule of the name, and that it is switched off.
func (b *ruleBook) isOff(name string) bool {
	i := b.place(name)
	return i >= 0 && b.rules[i].Off
}

// put adds a rule, or puts it in the place of the one of its name.
func (b *ruleBook) put(r rule.Rule) {
	if i := b.place(r.Name); i >= 0 {
		b.rules[i] = r
	} else {
		b.rules = append(b.rules, r)
	}
	b.texts[r.Name] = r.String()
}

func (b *ruleBook) remove(name string) {
	b.rules = slices.DeleteFunc(b.rules, func(r rule.Rule) bool { return r.Name == name })
	delete(b.texts, name)
}

// turn notes that a rule was switched.
func (b *ruleBook) turn(name string, on bool) {
	if i := b.place(name); i >= 0 {
		b.rules[i].Off = !on
	}
}

// lost says, the first time, that rules are kept nowhere.
func (b *ruleBook) lost() bool {
	lost := b.save == nil && !b.warned
	b.warned = b.warned || lost
	return lost
}

// keep saves the rules. One saving follows the other, so that the last word is the newest.
func (b *ruleBook) keep() tea.Cmd {
	switch {
	case b.save == nil:
		return nil
	case b.saving:
		b.changed = true
		return nil
	}
	b.saving, b.changed = true, false
	rules, save := slices.Clone(b.rules), b.save
	return func() tea.Msg { return RulesSaved{save(rules)} }
}

// saved goes on with what has changed meanwhile; ended says that the program was waiting for this to end.
func (b *ruleBook) saved() (again tea.Cmd, ended bool) {
	b.saving = false
	if b.changed {
		return b.keep(), false
	}
	ended, b.last = b.last, false
	return nil, ended
}

// quits reports whether the program can end now. Asked again, it does not wait until the rules are saved.
func (b *ruleBook) quits() bool {
	if !b.saving || b.last {
		return true
	}
	b.last = true
	return false
}

// rulesSaved says if the rules could not be saved, and ends the program if it was waiting for that.
func (m *Model) rulesSaved(err error) tea.Cmd {
	again, ended := m.book.saved()
	switch {
	case again != nil:
		return again
	case err != nil: // which nobody would read if the program ended now
		m.notice.complain(fmt.Errorf("the rules work, but could not be saved: %s", words.Sentence(err.Error())))
	case ended:
		return tea.Quit
	}
	return nil
}
