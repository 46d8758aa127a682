package tui

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/session/handler"
	"iqscope/session/match"
	"iqscope/session/rule"
	"iqscope/tui/handlers"
	"iqscope/tui/keys"
	"iqscope/tui/prompt"
	"iqscope/tui/words"
)

// ruleBook is what is known of the rules: the registry has their handlers only.
type ruleBook struct {
	rules   []rule.Rule
	texts   map[string]string // of each as it is typed, by name
	keys    match.Keys        // what the steps of a match mean
	saving  bool              // they are being saved
	changed bool              // meanwhile they are others
	last    bool              // the program ends when they are saved
	warned  bool              // that they are not saved anywhere
}

func newRuleBook(rules []rule.Rule) ruleBook {
	b := ruleBook{rules: slices.Clone(rules), texts: map[string]string{}, keys: match.BasicKeys()}
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

// ruleHint says under the line how a rule is written.
var ruleHint = safetext.Const("MATCH => [3 times] [delay 5s] result <xml/> | error condition | silence | drop")

// askRule asks for a new rule.
func (m *Model) askRule() {
	p := prompt.New(safetext.Const("New rule: "), ruleHint, "")
	m.askForRule(p, ruleCheck{
		keys: m.book.keys, subject: m.subject,
		named: true, name: m.freeName(), taken: m.handlers.Has,
	}, m.addRule)
}

// askRuleAgain asks for another text of a rule.
func (m *Model) askRuleAgain(name string) {
	p := prompt.New(safetext.CleanLine(name+": "), ruleHint, m.book.text(name))
	p.Do(keys.CursorLineEnd)
	m.askForRule(p, ruleCheck{keys: m.book.keys, subject: m.subject, name: name}, m.changeRule)
}

func (m *Model) askForRule(p *prompt.Prompt, c ruleCheck, take func(rule.Rule) (tea.Cmd, error)) {
	p.SetCheck(ruleCheckRows, c.lines)
	m.ask(p, func(answer string) (tea.Cmd, error) {
		r, err := c.read(answer)
		if err != nil {
			return nil, err
		}
		return take(r)
	})
}

// freeName is a name that no handler has.
func (m *Model) freeName() string {
	for n := 1; ; n++ {
		if name := "rule-" + strconv.Itoa(n); !m.handlers.Has(name) {
			return name
		}
	}
}

// addRule puts a rule behind those that are there, before the fallbacks.
func (m *Model) addRule(r rule.Rule) (tea.Cmd, error) {
	h, err := r.Handler(m.book.keys)
	if err == nil {
		err = m.session.Handle(h)
	}
	if err != nil {
		return nil, err
	}
	m.book.put(r)
	m.refreshHandlers()
	m.handlers.Select(r.Name)
	text := "added " + r.Name
	if m.saveRules == nil && !m.book.warned {
		m.book.warned = true
		text += ". Rules last until iqscope ends: there is no profile to keep them in"
	}
	m.tell(text)
	return m.keepRules(), nil
}

// changeRule puts a rule in the place of the one of its name. It stays off if that was off.
func (m *Model) changeRule(r rule.Rule) (tea.Cmd, error) {
	if i := m.book.place(r.Name); i >= 0 {
		r.Off = m.book.rules[i].Off
	}
	h, err := r.Handler(m.book.keys)
	if err == nil {
		err = m.session.Replace(h)
	}
	if errors.Is(err, handler.ErrNoHandler) {
		err = errGone(r.Name)
	}
	if err != nil {
		return nil, err
	}
	if r.Off {
		m.session.Switch(r.Name, false)
	}
	m.book.put(r)
	m.refreshHandlers()
	m.tell("changed " + r.Name + ", which counts anew")
	return m.keepRules(), nil
}

func errGone(name string) error { return fmt.Errorf("there is no %s in the registry any more", name) }

// removeRule takes a rule out; it asks once.
func (m *Model) removeRule(e handlers.Entry) tea.Cmd {
	if m.confirming != handlers.RemoveRule || m.removing != e.Name {
		m.confirming, m.removing = handlers.RemoveRule, e.Name
		key := m.keyFor(keys.Handlers, handlers.RemoveRule)
		m.message = message{text: safetext.CleanLine("? " + key + " again removes " + e.Name + "; any other key keeps it."), style: m.theme.Warning}
		return nil
	}
	m.confirming, m.removing = "", ""
	m.session.Remove(e.Name) // false if it has gone, which is what is wanted
	m.book.remove(e.Name)
	m.refreshHandlers()
	m.tell("removed " + e.Name)
	return m.keepRules()
}

// keepRules saves the rules. One saving follows the other, so that the last word is the newest.
func (m *Model) keepRules() tea.Cmd {
	switch {
	case m.saveRules == nil:
		return nil
	case m.book.saving:
		m.book.changed = true
		return nil
	}
	m.book.saving, m.book.changed = true, false
	rules, save := slices.Clone(m.book.rules), m.saveRules
	return func() tea.Msg { return RulesSaved{save(rules)} }
}

// rulesSaved goes on with what has changed meanwhile.
func (m *Model) rulesSaved(err error) tea.Cmd {
	m.book.saving = false
	if m.book.changed {
		return m.keepRules()
	}
	last := m.book.last
	m.book.last = false
	switch {
	case err != nil: // which nobody would read if the program ended now
		m.complain(fmt.Errorf("the rules work, but could not be saved: %s", words.Sentence(err.Error())))
	case last:
		return tea.Quit
	}
	return nil
}

// quitSaved ends the program, once the rules are saved. Asked again, it does not wait for that.
func (m *Model) quitSaved() tea.Cmd {
	if !m.book.saving || m.book.last {
		return tea.Quit
	}
	m.book.last = true
	key := m.keyFor(keys.Global, keys.Quit)
	m.message = message{text: safetext.CleanLine("The rules are being saved. " + key + " again quits without waiting."), style: m.theme.Warning}
	return nil
}
