package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"iqscope/internal/realserver"
)

// A command is the program as a script runs it.
type command struct {
	*exec.Cmd
	t              *testing.T
	stdout, stderr bytes.Buffer
}

// iqscope prepares a run. The environment has nothing of the caller's but PATH.
func iqscope(t *testing.T, env []string, arguments ...string) *command {
	t.Helper()
	c := &command{Cmd: exec.Command(Binary(t), arguments...), t: t}
	c.Env = append(surroundings(t), env...)
	c.Stdout, c.Stderr = &c.stdout, &c.stderr
	return c
}

// send prepares alice's "send" with more arguments.
func send(t *testing.T, server *realserver.Server, more ...string) *command {
	t.Helper()
	env, arguments := alice(server)
	return iqscope(t, env, append(append([]string{"send"}, arguments...), more...)...)
}

// patience is how long a run may take at most, far more than it needs on a loaded machine.
const patience = time.Minute

// exit runs the program and returns its exit status.
func (c *command) exit() int {
	c.t.Helper()
	if err := c.Start(); err != nil {
		c.t.Fatal(err)
	}
	return c.ended()
}

// ended waits for the end of a program that was started.
func (c *command) ended() int {
	c.t.Helper()
	hanging := time.AfterFunc(patience, func() { c.Process.Kill() })
	defer hanging.Stop()
	var failure *exec.ExitError
	if err := c.Wait(); err != nil && !errors.As(err, &failure) {
		c.t.Fatal(err)
	}
	return c.ProcessState.ExitCode()
}

// exits runs it and asserts how it ends.
func (c *command) exits(status int) {
	c.t.Helper()
	c.hasExited(c.exit(), status)
}

func (c *command) hasExited(got, want int) {
	c.t.Helper()
	if got != want {
		c.t.Errorf("the exit status is %d, want %d\nstdout: %s\nstderr: %s", got, want, &c.stdout, &c.stderr)
	}
}

// saysOneSentence asserts what stands on standard error: one line with these words, after wrong
// usage a pointer to the help, and nothing on standard output.
func (c *command) saysOneSentence(words string) {
	c.t.Helper()
	line, more, _ := strings.Cut(c.stderr.String(), "\n")
	if more == "iqscope: try \"iqscope send --help\"\n" {
		more = ""
	}
	if !strings.HasPrefix(line, "iqscope: ") || more != "" || !strings.Contains(line, words) {
		c.t.Errorf("it says %q, want one sentence with %q", &c.stderr, words)
	}
	if c.stdout.Len() > 0 {
		c.t.Errorf("on standard output there is %q", &c.stdout)
	}
}

// onEachServer runs a script on both servers, beside each other and other tests.
func onEachServer(t *testing.T, script func(t *testing.T, server *realserver.Server)) {
	t.Parallel()
	for _, brand := range brands {
		t.Run(brand.name, func(t *testing.T) {
			t.Parallel()
			script(t, brand.shared(t))
		})
	}
}

func TestARequestComesAsAnArgumentOnStandardInputOrInParts(t *testing.T) {
	typed := "<iq type='get' id='q1' to='localhost'><query xmlns='jabber:iq:version'/></iq>"
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		for _, row := range []struct {
			name      string
			arguments []string
			stdin     string
		}{
			{"argument", []string{typed}, ""},
			{"standard input", nil, typed},
			{"a dash for it", []string{"-"}, typed + "\n"},
			{"parts", []string{"--to", "localhost", "--query", "jabber:iq:version", "--id", "q1"}, ""},
		} {
			t.Run(row.name, func(t *testing.T) {
				c := send(t, server, append(row.arguments, "--output", "raw")...)
				c.Stdin = strings.NewReader(row.stdin)
				c.exits(0)
				reply := c.stdout.String()
				for _, part := range []string{"<iq ", "q1", "result", "<name>" + server.Product + "</name>"} {
					if !strings.Contains(reply, part) {
						t.Errorf("the reply %q has no %s", reply, part)
					}
				}
				if strings.Count(reply, "\n") != 1 || c.stderr.Len() > 0 {
					t.Errorf("stdout %q, stderr %q: want one line, and nothing", reply, &c.stderr)
				}
			})
		}
	})
}

func TestTheDirectTLSPortIsServedToo(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		for _, mode := range []string{"direct", "auto"} {
			t.Run(mode, func(t *testing.T) {
				env := []string{"IQSCOPE_PASSWORD=" + server.Accounts["alice@localhost"], "IQSCOPE_JID=alice@localhost"}
				c := iqscope(t, env, "send", "--server", server.DirectTLSAddr, "--tls", mode, "--ca", server.CAFile,
					"--to", "localhost", "--query", "jabber:iq:version")
				c.exits(0)
			})
		}
	})
}

func TestThePrettyOutputIsIndented(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		c := send(t, server, "--to", "localhost", "--query", "jabber:iq:version")
		c.exits(0)
		if reply := c.stdout.String(); !strings.Contains(reply, "\n  <query") || !strings.Contains(reply, "\n    <name>"+server.Product) {
			t.Errorf("the reply is\n%s", reply)
		}
	})
}

// Keys of the JSON lines, in their order. They never change their meaning.
var (
	recordKeys  = []string{"id", "to", "type", "outcome", "rtt_ms", "request", "reply", "verdict", "error", "reason", "warnings", "broken", "broken_xml"}
	summaryKeys = []string{"count", "ok", "error", "timeout", "rate_per_s", "p50_ms", "p95_ms", "p99_ms"}
)

func TestTheJSONLineHasTheKeysItPromises(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		c := send(t, server, "--to", "localhost", "--query", "jabber:iq:version", "--id", "q1", "--output", "json")
		c.exits(0)
		line := object(t, c.stdout.String(), recordKeys)
		for key, want := range map[string]any{"id": "q1", "to": "localhost", "type": "get", "outcome": "result", "verdict": "reply", "error": nil} {
			if line[key] != want {
				t.Errorf("%s is %v, want %v", key, line[key], want)
			}
		}
		if rtt, _ := line["rtt_ms"].(float64); rtt <= 0 {
			t.Errorf("rtt_ms is %v", line["rtt_ms"])
		}

		c = send(t, server, "--to", "nobody@localhost/none", "--query", "jabber:iq:version", "--output", "json")
		c.exits(1)
		line = object(t, c.stdout.String(), recordKeys)
		failure, _ := line["error"].(map[string]any)
		if failure["condition"] != "service-unavailable" || failure["type"] != "cancel" || len(failure) != 4 {
			t.Errorf("error is %v", line["error"])
		}
		if c.stderr.Len() > 0 {
			t.Errorf("with JSON all is in the line, and yet it says %q", &c.stderr)
		}
	})
}

func TestASeriesEndsWithASummary(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		c := send(t, server, "--to", "localhost", "--query", "jabber:iq:version", "--count", "50", "--window", "8", "--output", "json")
		c.exits(0)
		lines := strings.Split(strings.TrimSpace(c.stdout.String()), "\n")
		if len(lines) != 51 {
			t.Fatalf("there are %d lines, want 50 requests and a summary", len(lines))
		}
		ids := map[any]bool{}
		for _, line := range lines[:50] {
			ids[object(t, line, recordKeys)["id"]] = true
		}
		if len(ids) != 50 {
			t.Errorf("50 requests have %d ids", len(ids))
		}
		last := object(t, lines[50], summaryKeys)
		if last["count"] != 50.0 || last["ok"] != 50.0 || last["error"] != 0.0 || last["timeout"] != 0.0 {
			t.Errorf("the summary is %v", last)
		}
		p50, _ := last["p50_ms"].(float64)
		p99, _ := last["p99_ms"].(float64)
		if rate, _ := last["rate_per_s"].(float64); rate <= 0 || p50 <= 0 || p99 < p50 {
			t.Errorf("the summary is %v", last)
		}
	})
}

// object reads a line of JSON that must have exactly these keys, in this order.
func object(t *testing.T, line string, keys []string) map[string]any {
	t.Helper()
	if strings.Count(strings.TrimSuffix(line, "\n"), "\n") > 0 {
		t.Fatalf("%q is more than one line", line)
	}
	d := json.NewDecoder(strings.NewReader(line))
	var got []string
	if _, err := d.Token(); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		got = append(got, key.(string))
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(keys) {
		t.Errorf("the keys are %q, want %q", got, keys)
	}
	var read map[string]any
	if err := json.Unmarshal([]byte(line), &read); err != nil {
		t.Fatal(err)
	}
	return read
}
