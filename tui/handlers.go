package tui

import (
	"fmt"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/session/handler"
	"iqscope/session/match"
	"iqscope/session/rule"
	"iqscope/tui/handlers"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
	"iqscope/tui/prompt"
)

// handlersActions are those of the registry's screen, which carries them out.
func handlersActions() []action {
	return []action{
		{name: handlers.Switch, help: "switch it off, or on again", at: []place{{keys.Handlers, "space o", "on/off", ""}}},
		{name: handlers.AddRule, help: "add a rule, which answers requests or drops stanzas", at: []place{{keys.Handlers, "a", "add rule", ""}}},
		{name: handlers.EditRule, help: "edit the rule", at: []place{{keys.Handlers, "e enter", "edit", ""}}},
		{name: handlers.RemoveRule, help: "remove the rule; asks once", at: []place{{keys.Handlers, "D delete", "remove", ""}}},
	}
}

// handlersScreen is the registry's screen, as an overlay, and what is done there.
type handlersScreen struct {
	*handlers.Screen
	m       *Model
	version int    // of what is known of the session when the registry was asked last; 0 for never
	asking  bool   // it is being asked
	listed  bool   // it has been asked
	wanted  string // is selected when it is there
}

// showHandlers opens the registry's screen in place of another one, or closes it.
func showHandlers(m *Model) tea.Cmd {
	if s, ok := m.overlays.top().(*handlersScreen); ok {
		m.overlays.close(s)
		return nil
	}
	s := &handlersScreen{Screen: handlers.New(), m: m}
	// At once this time, so that keys which are typed ahead find the entries there.
	s.Accept(HandlersListed{s, m.known.version, m.session.Handlers()})
	m.overlays.open(s)
	return nil
}

func (s *handlersScreen) Context() keys.Context { return keys.Handlers }

func (s *handlersScreen) Title() safetext.Text { return safetext.Const("Handlers") }

// HandlersListed is the event that the registry has been asked for what is in it.
type HandlersListed struct {
	screen  *handlersScreen
	version int
	infos   []handler.Info
}

// Prepare lays the screen out, and asks the registry when something has happened since the last
// time. That takes time in proportion to its length, so the command does it.
func (s *handlersScreen) Prepare(look pane.Look) tea.Cmd {
	s.Screen.Prepare(s.m.known.status.JID.String(), look)
	version := s.m.known.version
	if s.asking || s.version == version {
		return nil
	}
	s.asking = true
	session := s.m.session
	return func() tea.Msg { return HandlersListed{s, version, session.Handlers()} }
}

// Accept shows what the registry has said, with the rules that made some of the entries.
func (s *handlersScreen) Accept(msg tea.Msg) bool {
	listed, ok := msg.(HandlersListed)
	if !ok || listed.screen != s {
		return ok
	}
	s.asking, s.listed, s.version = false, true, listed.version
	entries := make([]handlers.Entry, len(listed.infos))
	for i, info := range listed.infos {
		entries[i] = handlers.Entry{Info: info, Rule: s.m.rules.book.Text(info.Name)}
	}
	s.SetEntries(entries)
	if s.wanted != "" && s.Has(s.wanted) {
		s.Select(s.wanted)
		s.wanted = ""
	}
	return true
}

// View is nothing before the registry has said what is in it.
func (s *handlersScreen) View() []string {
	if !s.listed {
		return nil
	}
	return s.Screen.View()
}

// changed says that the registry is not what it was.
func (s *handlersScreen) changed() { s.m.known.version++ }

// Can says what cannot be done with the selected entry.
func (s *handlersScreen) Can(action keys.Action) string {
	e, ok := s.Selected()
	switch action {
	case handlers.Switch:
		switch {
		case !ok:
			return "nothing is selected"
		case e.Kind == handler.KindLog:
			return "the log is always on, so that nothing that goes over the wire is missed"
		case e.Kind == handler.KindReply:
			return "this one waits for the answer to a request; cancel the request instead"
		}
	case handlers.EditRule, handlers.RemoveRule:
		switch {
		case !ok:
			return "nothing is selected"
		case e.Rule == "":
			return notARule(e)
		}
	}
	return ""
}

// notARule says what can be done with an entry that no rule made.
func notARule(e handlers.Entry) string {
	switch e.Kind {
	case handler.KindLog:
		return "the log is no rule: it cannot be changed or removed"
	case handler.KindResponder:
		return fmt.Sprintf("no rule made %s: it can only be switched off. A rule that matches the same requests answers before it", e.Name)
	}
	return "no rule made " + e.Name
}

// Do moves the selection, or changes the registry.
func (s *handlersScreen) Do(action keys.Action) (tea.Cmd, bool) {
	e, _ := s.Selected()
	switch action {
	case handlers.Switch:
		return s.turn(e), true
	case handlers.AddRule:
		s.askRule()
	case handlers.EditRule:
		s.askRuleAgain(e.Name)
	case handlers.RemoveRule:
		return s.removeRule(e), true
	default:
		return nil, s.Screen.Do(action)
	}
	return nil, true
}

// turn turns an entry off, or on again.
func (s *handlersScreen) turn(e handlers.Entry) tea.Cmd {
	defer s.changed()
	if e.Rule == "" {
		if !s.m.session.Switch(e.Name, e.Off) {
			s.m.notice.complain(fmt.Errorf("there is no %s in the registry any more", e.Name))
		}
		return nil
	}
	if err := s.m.rules.book.Switch(e.Name, e.Off); err != nil {
		s.m.notice.complain(err)
		return nil
	}
	return s.m.rules.keep()
}

// ruleHint says under the line how a rule is written.
var ruleHint = safetext.Const("MATCH => [3 times] [delay 5s] result <xml/> | error condition | silence | drop")

// askRule asks for a new rule.
func (s *handlersScreen) askRule() {
	names := s.Names()
	name := ""
	for n := 1; name == "" || names[name]; n++ {
		name = "rule-" + strconv.Itoa(n)
	}
	s.ask(prompt.New(safetext.Const("New rule: "), ruleHint, ""), ruleCheck{named: true, name: name, taken: names}, s.addRule)
}

// askRuleAgain asks for another text of a rule.
func (s *handlersScreen) askRuleAgain(name string) {
	p := prompt.New(safetext.CleanLine(name+": "), ruleHint, s.m.rules.book.Text(name))
	p.Do(keys.CursorLineEnd)
	s.ask(p, ruleCheck{name: name}, s.changeRule)
}

func (s *handlersScreen) ask(p *prompt.Prompt, c ruleCheck, take func(rule.Rule) (tea.Cmd, error)) {
	c.keys, c.strict = match.BasicKeys(), s.m.strict
	if subject := s.m.desk.subject; subject != nil {
		c.entry = &subject.Entry
	}
	p.SetCheck(ruleCheckRows, c.lines)
	s.m.ask(p, func(answer string) (tea.Cmd, error) {
		r, err := c.read(answer)
		if err != nil {
			return nil, err
		}
		return take(r)
	})
}

// addRule puts a rule behind those that are there, before the fallbacks.
func (s *handlersScreen) addRule(r rule.Rule) (tea.Cmd, error) {
	if err := s.m.rules.book.Add(r); err != nil {
		return nil, err
	}
	s.changed()
	s.wanted = r.Name
	text := "added " + r.Name
	if s.m.rules.lost() {
		text += ". Rules last until iqscope ends: there is no profile to keep them in"
	}
	s.m.notice.tell(text)
	return s.m.rules.keep(), nil
}

// changeRule puts a rule in the place of the one of its name. It stays off if that was off.
func (s *handlersScreen) changeRule(r rule.Rule) (tea.Cmd, error) {
	if err := s.m.rules.book.Replace(r); err != nil {
		return nil, err
	}
	s.changed()
	s.m.notice.tell("changed " + r.Name + ", which counts anew")
	return s.m.rules.keep(), nil
}

// removeRule takes a rule out; it asks once.
func (s *handlersScreen) removeRule(e handlers.Entry) tea.Cmd {
	once := confirmation{handlers.RemoveRule, e.Name}
	if s.m.confirm != once {
		s.m.confirm = once
		s.m.notice.warn("? " + s.m.table.keyFor(keys.Handlers, handlers.RemoveRule) + " again removes " + e.Name + "; any other key keeps it.")
		return nil
	}
	s.m.confirm = confirmation{}
	s.m.rules.book.Remove(e.Name) // false if it has gone, which is what is wanted
	s.changed()
	s.m.notice.tell("removed " + e.Name)
	return s.m.rules.keep()
}
