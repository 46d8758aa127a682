package e2e

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"iqscope/internal/realserver"
)

var watchKeys = []string{"seq", "time", "dir", "kind", "type", "id", "from", "to", "payload", "bytes", "verdict", "xml", "broken"}

// watch prepares alice's "watch" with more arguments.
func watch(t *testing.T, server *realserver.Server, more ...string) *command {
	t.Helper()
	env, arguments := alice(server)
	return iqscope(t, env, append(append([]string{"watch", "--resource", "scope"}, arguments...), more...)...)
}

// untilAnswered has bob ask alice for her version until she is there to say it.
func (b *slixmpp) untilAnswered(to string) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		if got := b.asks(to, "jabber:iq:version"); len(got.Replies) == 1 && got.Replies[0].Type == "result" {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("nobody at %s says a version", to)
		}
	}
}

func TestWatchPrintsTheRequestThatItWaitsForAndEnds(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		b := bob(t, server)
		c := watch(t, server, "--filter", "iq@type=get/{urn:example:x}query", "--count", "1", "--for", patience.String())
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		b.untilAnswered(scope)
		b.sends("w1", scope, "get", unheard)
		c.hasExited(c.ended(), 0)
		line := object(t, c.stdout.String(), watchKeys)
		for key, want := range map[string]any{
			"dir": "in", "kind": "iq", "type": "get", "id": "w1", "from": "bob@localhost/probe", "to": scope,
			"payload": "{urn:example:x}query", "verdict": nil,
		} {
			if line[key] != want {
				t.Errorf("%s is %v, want %v", key, line[key], want)
			}
		}
		at, err := time.Parse(time.RFC3339Nano, line["time"].(string))
		if err != nil || time.Since(at).Abs() > time.Hour {
			t.Errorf("time is %v", line["time"])
		}
		xml, _ := line["xml"].(string)
		if seq, _ := line["seq"].(float64); seq < 1 || line["bytes"] != float64(len(xml)) || !strings.Contains(xml, "urn:example:x") {
			t.Errorf("the line is %v", line)
		}
		if c.stderr.Len() > 0 {
			t.Errorf("it says %q", &c.stderr)
		}
	})
}

func TestWatchEndsWhenTheTimeIsUp(t *testing.T) {
	t.Parallel()
	c := iqscope(t, nil, "watch", "--demo", "--filter", "message", "--count", "1", "--for", "200ms")
	c.exits(3)
	if c.stdout.Len() > 0 || !strings.Contains(c.stderr.String(), "200ms") {
		t.Errorf("stdout %q, stderr %q", &c.stdout, &c.stderr)
	}
	iqscope(t, nil, "watch", "--demo", "--for", "200ms").exits(0)
}

func TestWatchRefusesABadFilterWithItsPlace(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, filter, column string }{
		{"no value", "iq@type=", "column 9"},
		{"two values", "iq@a=b=c", "column 7"},
		{"an address without quotes", "iq@from=b@h", "column 9"},
		{"never true", "iq@outcome=eror", "column 12"},
		{"no end", "iq@type=get and", "column 16"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c := iqscope(t, nil, "watch", "--demo", "--for", patience.String(), "--filter", row.filter)
			c.exits(2)
			lines := strings.Split(c.stderr.String(), "\n")
			if c.stdout.Len() > 0 || !strings.HasPrefix(lines[0], "iqscope: --filter: "+row.column+": ") {
				t.Fatalf("stdout %q, stderr %q; want %s", &c.stdout, &c.stderr, row.column)
			}
			if len(lines) < 3 || !strings.Contains(lines[1], row.filter) || !strings.HasSuffix(lines[2], "^") {
				t.Errorf("it does not show the place:\n%s", &c.stderr)
			}
		})
	}
}

// Two programs: one answers by the rules of its profile, the other asks.
func TestARuleFileAnswersWhatAnotherProgramSends(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		h := newHome(t, server)
		h.writes("rules/work.toml", `version = 1

[[rule]]
name = "yes"
match = "iq@type=get/{urn:example:yes}query"
do = "result"
payload = "<answer xmlns='urn:example:yes'>by rule</answer>"

[[rule]]
name = "no"
match = "iq/{urn:example:no}query"
do = "error"
condition = "forbidden"
text = "not you"
`)
		answering := iqscope(t, append(h.env(), "IQSCOPE_PASSWORD="+server.Accounts["alice@localhost"]),
			"watch", "--profile", "work", "--all")
		answering.Stdout = nil
		lines, err := answering.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := answering.Start(); err != nil {
			t.Fatal(err)
		}
		hanging := time.AfterFunc(2*patience, func() { answering.Process.Kill() })
		defer hanging.Stop()
		seen := bufio.NewScanner(lines)
		// next is the next line that has a part.
		next := func(part string) map[string]any {
			t.Helper()
			for seen.Scan() {
				if strings.Contains(seen.Text(), part) {
					var line map[string]any
					if err := json.Unmarshal(seen.Bytes(), &line); err != nil {
						t.Fatalf("%q: %v", seen.Text(), err)
					}
					return line
				}
			}
			t.Fatalf("watch has ended without a line with %q; it says %q", part, &answering.stderr)
			return nil
		}
		next("<jid>" + scope) // bound

		asks := func(namespace string) *command {
			return iqscope(t, []string{"IQSCOPE_PASSWORD=" + server.Accounts["bob@localhost"]}, "send", "-j", "bob@localhost",
				"--server", server.Addr, "--ca", server.CAFile, "--to", scope, "--query", namespace)
		}
		c := asks("urn:example:yes")
		c.exits(0)
		if !strings.Contains(c.stdout.String(), ">by rule</answer>") {
			t.Errorf("the rule's result is %q", &c.stdout)
		}
		c = asks("urn:example:no")
		c.exits(1)
		if !strings.Contains(c.stderr.String(), "auth/forbidden") || !strings.Contains(c.stderr.String(), "not you") {
			t.Errorf("of the rule's error it says %q", &c.stderr)
		}
		c = asks("urn:example:neither")
		c.exits(1)
		if !strings.Contains(c.stderr.String(), "service-unavailable") {
			t.Errorf("of what no rule is for it says %q", &c.stderr)
		}

		for _, want := range []struct{ dir, kind, part string }{
			{"in", "get", "urn:example:yes"}, {"out", "result", "by rule"},
			{"in", "get", "urn:example:no"}, {"out", "error", "not you"},
		} {
			if line := next(want.part); line["dir"] != want.dir || line["type"] != want.kind {
				t.Errorf("the line with %s is %v, want %s %s", want.part, line, want.dir, want.kind)
			}
		}
		if err := answering.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		for seen.Scan() { // to the end
		}
		answering.hasExited(answering.ended(), 130)
	})
}
