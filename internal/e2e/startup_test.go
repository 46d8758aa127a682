package e2e

import (
	"net"
	"regexp"
	"strings"
	"testing"

	"iqscope/internal/realserver"
)

func TestAStartThatFailsIsToldWithWhatToDoAndKeepsTheDraft(t *testing.T) {
	t.Parallel()
	server := realserver.SharedProsody(t)
	other := realserver.SharedEjabberd(t)
	closed := closedPort(t)
	password := server.Accounts["alice@localhost"]
	for _, row := range []struct {
		name, address, ca, password, said string
	}{
		{"wrong password", server.Addr, server.CAFile, "not " + password, `wrong user name or password`},
		{"wrong authority", server.Addr, other.CAFile, password, `certificate was signed by .*--ca`},
		{"closed port", closed, server.CAFile, password, regexp.QuoteMeta(closed) + ` failed: connection refused`},
	} {
		t.Run(row.name, func(t *testing.T) {
			atBothSizes(t, func(t *testing.T, at size) {
				p := sitDown(t, at, []string{"IQSCOPE_PASSWORD=" + row.password},
					"-j", "alice@localhost", "--server", row.address, "--ca", row.ca)
				p.WaitFor("✗ not connected")
				p.WaitFor("alt+c reconnect")
				p.WaitFor("<query xmlns='http://jabber.org/protocol/disco#info'/>")
				said := regexp.MustCompile(row.said + `.*\. alt\+c (connects|asks for the password) again\.$`)
				p.WaitUntil("a message that says "+said.String(), func(screen string) bool {
					return said.MatchString(messageOf(screen))
				})
				p.leaves()
			})
		})
	}
}

// messageOf is what stands above the footer, on one line.
func messageOf(screen string) string {
	_, message, _ := strings.Cut(screen, "\n ✗ ")
	lines := strings.Split(strings.TrimRight(message, "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return "✗ " + strings.Join(lines[:len(lines)-1], " ")
}

// closedPort is an address at which nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func TestWrongUseNeverOpensTheScreen(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name      string
		arguments []string
		said      string
	}{
		{"no such flag", []string{"--nonsense"}, "unknown flag: --nonsense"},
		{"no such command", []string{"nonsense"}, `unknown command "nonsense"`},
		{"bad JID", []string{"-j", "@@"}, "account"},
		{"no such authority file", []string{"-j", "alice@localhost", "--ca", "/nonexistent.pem"}, "/nonexistent.pem"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := sitDown(t, narrow, []string{"IQSCOPE_PASSWORD=x"}, row.arguments...)
			if status := p.WaitExit(); status != 2 {
				t.Errorf("the exit status is %d, want 2", status)
			}
			p.WaitFor(row.said)
			if strings.Contains(string(p.Output()), "\x1b[?1049h") {
				t.Error("the screen was opened")
			}
		})
	}
}
