package tui

import (
	"errors"
	"testing"
)

func withAccounts(o *setup) {
	o.accounts = func() ([]Account, error) {
		return []Account{{"work", "juliet@example.org"}, {"romeo@demo.localhost", "on the built-in server"}}, nil
	}
}

func TestAnotherAccountIsChosen(t *testing.T) {
	for name, play := range map[string]func(*sim){
		"from the list": func(s *sim) {
			s.press("alt+s")
			s.shows("juliet@example.org  work")
			s.typing("romeo")
			s.press("enter")
		},
		"by name": func(s *sim) {
			s.press("alt+x")
			s.typing("account romeo@demo.localhost")
			s.press("enter")
		},
		"after a question": func(s *sim) {
			s.press("f5", "alt+s")
			s.shows("1 request waits for an answer. alt+s again goes on to another account anyway")
			s.press("alt+s")
			s.typing("romeo")
			s.press("enter")
		},
	} {
		s := start(t, 140, 45, withAccounts)
		play(s)
		if to := s.m.switched; !s.quit || to == nil || to.Account != "romeo@demo.localhost" || to.Draft != s.m.desk.draft.Text() {
			t.Errorf("%s: it goes on as %+v", name, to)
		}
	}
}

func TestAnAccountThatIsNotThereIsSaid(t *testing.T) {
	s := start(t, 140, 45, withAccounts)
	s.press("alt+x")
	s.typing("account nobody")
	s.press("enter")
	s.shows("✗ There is no profile and no built-in account \"nobody\"; alt+s lists them.")
	s.m.accounts = func() ([]Account, error) { return nil, errors.New("the configuration is damaged") }
	s.press("alt+s")
	s.shows("✗ The configuration is damaged.")
	s.m.accounts = nil
	s.press("alt+s")
	s.shows("✗ There is no other account here.")
	if s.quit {
		t.Error("it quits")
	}
}
