package cli

import (
	"slices"
	"strings"
	"testing"

	"iqscope/internal/secret"
)

const twoProfiles = "[profile.work]\njid = 'juliet@example.org'\nserver = 'xmpp.example.org'\n[profile.home]\njid = 'romeo@example.net'\n"

func TestTheAccountsToGoOnAs(t *testing.T) {
	p, _, err := settled(t, configured(t, twoProfiles), "--demo")
	if err != nil {
		t.Fatal(err)
	}
	all, err := p.accounts()
	var names []string
	for _, a := range all {
		names = append(names, a.Name+" "+a.About)
	}
	want := []string{"home romeo@example.net", "work juliet@example.org by xmpp.example.org", "juliet@demo.localhost on the built-in server", "romeo@demo.localhost on the built-in server"}
	if err != nil || !slices.Equal(names, want) {
		t.Errorf("%q (%v), want %q", names, err, want)
	}
}

// Nothing of one account goes to another one, its password least of all.
func TestAnotherAccountTakesNothingAlong(t *testing.T) {
	env := append(configured(t, twoProfiles), "IQSCOPE_JID=mallory@example.com", secret.Variable+"=canary")
	p, _, err := settled(t, env, "--server", "h:5222", "--password-file", "/f", "--timeout", "7", "--mechanism", "PLAIN")
	if err != nil {
		t.Fatal(err)
	}
	for account, want := range map[string]string{"home": "romeo@example.net", "work": "juliet@example.org", "romeo@demo.localhost": "romeo@demo.localhost"} {
		q, err := p.as(account)
		if err == nil {
			err = q.settle()
		}
		if err != nil {
			t.Fatal(err)
		}
		f := q.flags
		if f.jid != want || f.server == "h:5222" || f.passwordFile != "" || f.mechanism != "" || f.timeout.String() != p.flags.timeout.String() {
			t.Errorf("%s is %+v", account, f)
		}
		if f.demo != strings.Contains(account, "demo") {
			t.Errorf("%s is on the built-in server: %v", account, f.demo)
		}
		if password, there := q.lookupenv(secret.Variable); there {
			t.Errorf("%s gets the password %q", account, password)
		}
	}
	if _, err := p.as("nobody"); err == nil {
		q, _ := p.as("nobody")
		if err := q.settle(); err == nil {
			t.Error("there is no such profile, and it is taken")
		}
	}
}
