package tui

import (
	"fmt"
	"strings"
	"testing"

	"iqscope/session"
	"iqscope/session/negotiate"
)

// badPassword is how a login ends with a password that the server does not take.
var badPassword = &negotiate.Error{
	Step: negotiate.StepAuth, With: "demo.localhost", As: "juliet", SecretSent: true,
	Cause: &negotiate.AuthError{Mechanism: "SCRAM-SHA-256", Condition: "not-authorized"},
}

// refusedAtLogin starts with a server that refuses the login, and keeps the passwords that are given
// then.
func refusedAtLogin(t *testing.T, why error, width, height int) (s *sim, given *[]string) {
	given = new([]string)
	s = start(t, width, height, func(o *setup) {
		o.session.(*fakeSession).refuse = why
		o.password = func(text string) { *given = append(*given, text) }
	})
	return s, given
}

func TestAfterAWrongPasswordAnotherOneIsAsked(t *testing.T) {
	s, given := refusedAtLogin(t, fmt.Errorf("attempt: %w", badPassword), 140, 45)
	s.shows("alt+c asks for the password again.")
	s.press("alt+c")
	s.shows("Password for juliet@demo.localhost: ")
	s.press("enter")
	s.shows("✗ a password has at least one character")
	s.typing(" c4p ")
	s.paste("ulet\r\n")
	s.shows("Password for juliet@demo.localhost:  •••••••••")
	s.hides("c4p ")
	s.press("left", "left", "backspace")
	s.hides("•••••••••")
	if len(*given) != 0 {
		t.Fatalf("given is %q before enter", *given)
	}
	s.fake.refuse = nil
	s.press("enter")
	if len(*given) != 1 || (*given)[0] != " c4p uet" {
		t.Errorf("given is %q", *given)
	}
	s.shows("● online")
	s.hides("Password for")
}

func TestLeavingThePasswordConnectsNothing(t *testing.T) {
	s, given := refusedAtLogin(t, badPassword, 140, 45)
	s.press("alt+c")
	s.fake.refuse = nil
	s.typing("x")
	s.press("esc")
	s.shows("✗ not connected")
	if len(*given) != 0 || s.m.known.connecting {
		t.Errorf("given is %q, connecting %v", *given, s.m.known.connecting)
	}
	s.press("ctrl+o", "t") // by hand it would be refused as well
	s.shows("Password for juliet@demo.localhost: ")
	s.typing("y")
	s.press("enter")
	if len(*given) != 1 || s.fake.status.State != session.ByHand {
		t.Errorf("given is %q, and the session is %s", *given, s.fake.status.State)
	}
}

func TestAPasswordThatIsRefusedByHandIsAskedForAgain(t *testing.T) {
	for _, row := range []struct {
		how  string
		keys []string
		done string
	}{
		{"what is offered", []string{"alt+o"}, "take"},
		{"the rest of the way", []string{"alt+g"}, "go on"},
		{"the offer in the composer", []string{"alt+e", "alt+enter"}, login},
	} {
		t.Run(row.how, func(t *testing.T) {
			s, given := refusedAtLogin(t, nil, 140, 45)
			s.happens((*fakeSession).loses)
			s.press("ctrl+o", "a")
			s.happens(func(f *fakeSession) { f.offer.XML, f.offer.PasswordRefused = login, true })
			s.press(row.keys...)
			s.shows("Password for juliet@demo.localhost: ")
			s.press("esc")
			if len(s.fake.done) != 0 {
				t.Fatalf("done is %q without a password", s.fake.done)
			}
			s.press(row.keys[len(row.keys)-1])
			s.typing("c4pulet")
			s.press("enter")
			if fmt.Sprint(*given, s.fake.done) != fmt.Sprint([]string{"c4pulet"}, []string{row.done}) {
				t.Errorf("given is %q, done is %q", *given, s.fake.done)
			}
		})
	}
	// What is typed is sent as it stands.
	s, _ := refusedAtLogin(t, nil, 140, 45)
	s.happens((*fakeSession).loses)
	s.press("ctrl+o", "a")
	s.happens(func(f *fakeSession) { f.offer.XML, f.offer.PasswordRefused = login, true })
	s.write("<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
	s.press("alt+enter")
	if len(s.fake.done) != 1 {
		t.Errorf("done is %q", s.fake.done)
	}
}

// login is what is offered for one, by hand.
const login = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>[password]</auth>"

func TestOnlyARefusedPasswordIsAskedForAgain(t *testing.T) {
	other := *badPassword
	other.Cause = &negotiate.AuthError{Condition: "account-disabled"}
	unsent := *badPassword
	unsent.SecretSent = false
	earlier := *badPassword
	earlier.Step = negotiate.StepStream
	for _, why := range []error{&other, &unsent, &earlier, session.ErrOffline} {
		s, _ := refusedAtLogin(t, why, 140, 45)
		if got := oneLine(s.m.View()); !strings.Contains(got, "alt+c connects again.") {
			t.Errorf("after %v it shows %s", why, got)
		}
		s.fake.refuse = nil
		s.press("alt+c")
		s.shows("● online")
	}
	// Nor where there is none to be given.
	s := start(t, 140, 45, func(o *setup) { o.session.(*fakeSession).refuse = badPassword })
	s.shows("alt+c connects again.")
	s.fake.refuse = nil
	s.press("alt+c")
	s.shows("● online")
}

func TestALongPasswordStaysInItsLine(t *testing.T) {
	s, _ := refusedAtLogin(t, badPassword, 40, 12)
	s.press("alt+c")
	s.paste(strings.Repeat("x", 5000))
	exact(t, s.m.View(), size{40, 12})
	s.press("home")
	exact(t, s.m.View(), size{40, 12})
	s.hides("xx")
}

// oneLine makes a text independent of where its lines end.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
