package cli

import (
	"fmt"

	"iqscope/internal/config"
	"iqscope/session"
	"iqscope/session/match"
	"iqscope/session/rule"
)

// demoRules is the name under which the built-in server's rules are kept: it has
// no profile.
const demoRules = "demo"

// ruleBook is the rules of a session, and where they are kept.
type ruleBook struct {
	path  string // "" for nowhere
	rules []rule.Rule
}

// ruleBook reads the rules of the profile in use; without one there are none.
func (p *program) ruleBook() (ruleBook, error) {
	profile := p.flags.profile
	if p.flags.demo {
		profile = demoRules
	}
	if profile == "" {
		return ruleBook{}, nil
	}
	path, err := config.RulesPath(p.getenv, profile)
	if err != nil {
		if !p.flags.demo { // which does without a home
			p.warn([]string{fmt.Sprintf("no rules are read or kept: %v", err)})
		}
		return ruleBook{}, nil
	}
	rules, err := config.LoadRules(path)
	if err != nil {
		return ruleBook{}, refuse(fmt.Errorf("the rules are not right: %w", err))
	}
	return ruleBook{path, rules}, nil
}

// register makes the rules entries of the session's registry.
func (b ruleBook) register(s *session.Session) error {
	for _, r := range b.rules {
		h, err := r.Handler(match.BasicKeys())
		if err == nil {
			err = s.Handle(h)
		}
		if err != nil {
			return fmt.Errorf("the rule %q in %s: %w", r.Name, b.path, err)
		}
		if r.Off {
			s.Switch(r.Name, false)
		}
	}
	return nil
}

// save is how the screen keeps what was changed; nil when there is no place for it.
func (b ruleBook) save() func([]rule.Rule) error {
	if b.path == "" {
		return nil
	}
	return func(rules []rule.Rule) error { return config.SaveRules(b.path, rules) }
}

// setResponders does what a profile says about requests that others send.
func (f *connectionFlags) setResponders(s *session.Session) error {
	for _, name := range f.respondersOff {
		s.Switch(name, false)
	}
	switch f.unanswered {
	case config.Silence:
		return s.SetUnanswered(session.Unanswered{Silent: true})
	default:
		return s.SetUnanswered(session.Unanswered{Condition: f.unanswered})
	}
}
