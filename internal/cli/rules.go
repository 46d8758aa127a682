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

// ruleFile is where the rules of a session are kept, and those that are there.
type ruleFile struct {
	path  string // "" for nowhere
	rules []rule.Rule
}

// ruleFile reads the rules of the profile in use; without one there are none.
func (p *program) ruleFile() (ruleFile, error) {
	profile := p.flags.profile
	if p.flags.demo {
		profile = demoRules
	}
	if profile == "" {
		return ruleFile{}, nil
	}
	path, err := config.RulesPath(p.getenv, profile)
	if err != nil {
		if !p.flags.demo { // which does without a home
			p.warn([]string{fmt.Sprintf("no rules are read or kept: %v", err)})
		}
		return ruleFile{}, nil
	}
	rules, err := config.LoadRules(path)
	if err != nil {
		return ruleFile{}, refuse(fmt.Errorf("the rules are not right: %w", err))
	}
	for _, r := range rules {
		x, err := match.Compile(r.Match, match.BasicKeys())
		if err != nil {
			continue // they were compiled before
		}
		if err := p.doubt(fmt.Sprintf("the rule %.60q in %s: ", r.Name, path), x.Doubts()); err != nil {
			return ruleFile{}, err
		}
	}
	return ruleFile{path, rules}, nil
}

// book makes the rules entries of the session's registry.
func (f ruleFile) book(s *session.Session) (*rule.Book, error) {
	book, err := rule.OpenBook(s, f.rules, f.save())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.path, err)
	}
	return book, nil
}

// save is how rules that were changed are kept; nil when there is no place for them.
func (f ruleFile) save() func([]rule.Rule) error {
	if f.path == "" {
		return nil
	}
	return func(rules []rule.Rule) error { return config.SaveRules(f.path, rules) }
}

// setResponders does what a profile says about requests that others send.
func (f *connectionFlags) setResponders(s *session.Session) error {
	for _, name := range f.respondersOff {
		s.Switch(name, false)
	}
	if err := s.SetUnanswered(f.unanswered); err != nil {
		return usage("the profile's unanswered: %w", err)
	}
	return nil
}
