package realserver

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// systemPython is the one that Debian's python3-slixmpp is installed for; another in PATH would not
// have it.
const systemPython = "/usr/bin/python3"

type slixmppAnswer struct {
	Error      string
	JID        string
	Mechanism  string
	Features   []string
	Identities [][2]string
}

func slixmppLogin(t *testing.T, server *Server, jid, password string) slixmppAnswer {
	t.Helper()
	if err := exec.Command(systemPython, "-c", "import slixmpp").Run(); err != nil {
		refuse(t, fmt.Errorf("slixmpp %w (Debian: apt-get install python3-slixmpp)", errMissing))
	}
	command := exec.Command(systemPython, "testdata/login.py", server.Addr, server.CAFile, jid)
	command.Stdin = strings.NewReader(password + "\n")
	var printed, complaints bytes.Buffer
	command.Stdout, command.Stderr = &printed, &complaints
	var answer slixmppAnswer
	if err := command.Run(); err != nil {
		t.Fatalf("slixmpp: %v\n%s", err, &complaints)
	}
	if err := json.Unmarshal(printed.Bytes(), &answer); err != nil {
		t.Fatalf("slixmpp printed %q: %v", &printed, err)
	}
	return answer
}

func TestAnotherClientLogsInAndAsksTheServerAboutItself(t *testing.T) {
	for _, brand := range brands {
		t.Run(brand.name, func(t *testing.T) {
			server := brand.shared(t)
			for jid, password := range server.Accounts {
				answer := slixmppLogin(t, server, jid+"/probe", password)
				if answer.Error != "" || !strings.HasPrefix(answer.JID, jid+"/") {
					t.Fatalf("%s is logged in as %q, error %q", jid, answer.JID, answer.Error)
				}
				if want := map[string]string{"jabberd2": "DIGEST-MD5"}[brand.name]; !strings.HasPrefix(answer.Mechanism, cmp.Or(want, "SCRAM-")) {
					t.Errorf("%s used %s", jid, answer.Mechanism)
				}
				if !slices.Contains(answer.Features, "http://jabber.org/protocol/disco#info") {
					t.Errorf("features %q", answer.Features)
				}
				if !slices.Contains(answer.Identities, [2]string{"server", "im"}) {
					t.Errorf("identities %q", answer.Identities)
				}
			}
		})
	}
}

func TestAWrongPasswordIsRefused(t *testing.T) {
	for _, brand := range brands {
		t.Run(brand.name, func(t *testing.T) {
			answer := slixmppLogin(t, brand.shared(t), "alice@localhost", "not alice's secret")
			if answer.Error != "login refused" {
				t.Errorf("got %+v", answer)
			}
		})
	}
}
