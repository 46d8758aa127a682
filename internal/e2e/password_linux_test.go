package e2e

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"iqscope/internal/realserver"
)

// The password of alice is the canary: it must be seen nowhere, neither as it is nor as SASL PLAIN
// encodes it.
func canaries(server *realserver.Server) []string {
	secret := server.Accounts["alice@localhost"]
	return []string{secret, base64.StdEncoding.EncodeToString([]byte("\x00alice\x00" + secret)), fmt.Sprintf("%x", secret)}
}

func findNo(t *testing.T, canaries []string, where, text string) {
	t.Helper()
	for _, canary := range canaries {
		if strings.Contains(text, canary) {
			t.Errorf("%s holds the password, as %q", where, canary)
		}
	}
}

func TestThePasswordComesFromAFileACommandOrThePrompt(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		secret := server.Accounts["alice@localhost"]
		file := filepath.Join(t.TempDir(), "password")
		if err := os.WriteFile(file, []byte(secret+"\nnot this line\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, arguments := alice(server)
		arguments = append(append([]string{"send"}, arguments...), "--to", "localhost", "--query", "jabber:iq:version", "--output", "raw")

		t.Run("file", func(t *testing.T) {
			c := iqscope(t, nil, append(arguments, "--password-file", file)...)
			c.exits(0)
			findNo(t, canaries(server), "the output", c.stdout.String()+c.stderr.String())
		})
		t.Run("command, which does not get the variable", func(t *testing.T) {
			seen := filepath.Join(t.TempDir(), "environment")
			c := iqscope(t, []string{"IQSCOPE_PASSWORD=decoy", "KEPT=yes"},
				append(arguments, "--password-command", fmt.Sprintf("cat /proc/self/environ >%q; cat %q", seen, file))...)
			c.exits(0)
			environment, err := os.ReadFile(seen)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(environment, []byte("IQSCOPE_PASSWORD")) || bytes.Contains(environment, []byte("decoy")) {
				t.Errorf("the command's environment is %q", environment)
			}
			if !bytes.Contains(environment, []byte("KEPT=yes")) {
				t.Errorf("the rest of the environment has not come through: %q", environment)
			}
			findNo(t, canaries(server), "the output", c.stdout.String()+c.stderr.String())
		})
		t.Run("prompt", func(t *testing.T) {
			shown := answerPrompt(t, exec.Command(Binary(t), arguments...), secret)
			if !strings.Contains(shown, "<iq ") {
				t.Errorf("the terminal shows %q, want the reply", shown)
			}
			findNo(t, canaries(server), "the terminal", shown)
		})
		t.Run("prompt, given up", func(t *testing.T) {
			command := exec.Command(Binary(t), arguments...)
			shown := answerPrompt(t, command, "half\x03")
			if status := command.ProcessState.ExitCode(); status != 130 || strings.Contains(shown, "half") {
				t.Errorf("the exit status is %d, want 130, and the terminal shows %q", status, shown)
			}
		})
	})
}

// answerPrompt runs a program in a terminal, types the password when it is asked for, and returns
// all it has shown.
func answerPrompt(t *testing.T, command *exec.Cmd, password string) string {
	t.Helper()
	command.Env = append(surroundings(t), "TERM=dumb")
	terminal, err := pty.Start(command)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	hanging := time.AfterFunc(patience, func() { command.Process.Kill() })
	defer hanging.Stop()
	var shown bytes.Buffer
	buffer := make([]byte, 4096)
	typed := false
	for {
		n, err := terminal.Read(buffer)
		shown.Write(buffer[:n])
		if !typed && bytes.Contains(shown.Bytes(), []byte("Password for alice@localhost: ")) {
			typed = true
			io.WriteString(terminal, password+"\r")
		}
		if err != nil { // a terminal ends with an error, on Linux EIO
			break
		}
	}
	command.Wait()
	if !typed {
		t.Errorf("no password was asked for; the terminal shows %q", &shown)
	}
	return shown.String()
}

// Fault 36, on the screen and in /proc.
func TestThePasswordIsSeenNowhere(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		for _, mechanism := range []string{"PLAIN", "SCRAM-SHA-256"} {
			t.Run(mechanism+" on the command line", func(t *testing.T) {
				heard, release := heldBack(t, server)
				c := send(t, server, "--mechanism", mechanism, "--query", "x", "--to", server.ComponentHost, "--output", "json")
				if err := c.Start(); err != nil {
					t.Fatal(err)
				}
				<-heard
				findNo(t, canaries(server), "the command line", commandLine(t, c.Process.Pid))
				release()
				c.hasExited(c.ended(), 0)
				findNo(t, canaries(server), "the output", c.stdout.String()+c.stderr.String())
			})
			t.Run(mechanism+" on the screen", func(t *testing.T) {
				p := logIn(t, wide, server, "--mechanism", mechanism)
				findNo(t, canaries(server), "the command line", commandLine(t, p.PID()))
				p.SendKeys("M-3", "g")
				p.shows("3 Log", `▸ .*connecting`)
				p.SendKeys("z") // where there is room for all of a line
				p.WaitGone("1 Compose")
				p.shows("3 Log", `→ auth .*hidden`)
				p.SendKeys("z")
				p.WaitFor("1 Compose")
				// Every line of the log, and what could hold the password in every view of the
				// inspector.
				inspected := 0
				for !regexp.MustCompile(`▸ .*online as`).MatchString(p.pane("3 Log")) {
					before := selected(p.pane("3 Log"))
					if regexp.MustCompile(`▸ .*(→ (auth|response)|← (challenge|success)) `).MatchString(p.pane("3 Log")) {
						p.seesEveryView()
						inspected++
					}
					p.SendKeys("Down")
					p.waitsUntil("3 Log", "the selection to move down", func(pane string) bool { return selected(pane) != before })
				}
				if inspected < 2 {
					t.Errorf("%d lines of a login with %s", inspected, mechanism)
				}
				p.leaves()
				findNo(t, canaries(server), "the terminal", string(p.Output()))
			})
		}
	})
}

// seesEveryView shows the selected line of the log in one view of the inspector after the other,
// and goes back to the log.
func (p *person) seesEveryView() {
	p.t.Helper()
	p.SendKeys("M-4")
	p.WaitMatch(shownView.String())
	first := viewOn(p.Screen.Screen())
	for view := p.nextView(first); view != first; {
		view = p.nextView(view)
	}
	p.SendKeys("M-3")
}

func TestAPersonIsAskedForThePasswordBeforeTheScreenOpens(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		server := realserver.SharedProsody(t)
		_, arguments := alice(server)
		p := sitDown(t, at, nil, arguments...)
		p.WaitFor("Password for alice@localhost:")
		p.Type(server.Accounts["alice@localhost"])
		p.SendKeys("Enter")
		p.WaitFor("● online")
		p.leaves()
		findNo(t, canaries(server), "the terminal", string(p.Output()))
	})
}

// Fault 36: the text of a panic.
func TestThePasswordIsInNoCrashReport(t *testing.T) {
	t.Parallel()
	server := realserver.SharedProsody(t)
	heard := silent(t, server)
	c := send(t, server, "--query", "x", "--to", server.ComponentHost)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	<-heard
	// Go prints all goroutines
	if err := exec.Command("kill", "-QUIT", fmt.Sprint(c.Process.Pid)).Run(); err != nil {
		t.Fatal(err)
	}
	c.ended()
	if !strings.Contains(c.stderr.String(), "goroutine") {
		t.Fatalf("there is no crash report: %q", &c.stderr)
	}
	findNo(t, canaries(server), "the crash report", c.stderr.String())
}

// commandLine is what everybody on the machine can read of a process.
func commandLine(t *testing.T, pid int) string {
	t.Helper()
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(line, []byte("iqscope")) {
		t.Fatalf("process %d is %q", pid, line)
	}
	return string(line)
}
