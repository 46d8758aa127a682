package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"iqscope/session/demo"
)

func TestAMisspeltWordIsRefusedWithTheNearestOne(t *testing.T) {
	for _, row := range []struct{ args, want string }{
		{"sned", `unknown command "sned" for "iqscope"; did you mean "send"?`},
		{"help sned", `unknown command "sned" for "iqscope"; did you mean "send"?`},
		{"help config sho", `did you mean "show"?`},
		{"completion tcsh", `unknown command "tcsh" for "iqscope completion"`},
		{"config sho", `did you mean "show"?`},
		{"password sett", `did you mean "set"?`},
		{"send --outptu json", "unknown flag: --outptu; did you mean --output?"},
		{"check --leval hint", "did you mean --level?"},
		{"watch --server x --filtre a", "did you mean --filter?"},
	} {
		r := run(t, strings.Fields(row.args)...)
		r.want(t, exitUsage, "", row.want)
		if strings.Contains(r.stderr, "\t") || strings.Contains(r.stderr, "␉") {
			t.Errorf("there is a tab in %q", r.stderr)
		}
	}
	run(t, "send", "--zzzzzzzzzz").want(t, exitUsage, "", "unknown flag: --zzzzzzzzzz\n")
}

func TestTheFlagsOfAConnectionHaveAHelpOfTheirOwn(t *testing.T) {
	all := run(t, "help", "connection")
	for _, flag := range []string{"--jid", "--server", "--pin", "--websocket", "--lenient", "IQSCOPE_PASSWORD"} {
		if !strings.Contains(all.stdout, flag) {
			t.Errorf("the help of connections has no %s", flag)
		}
	}
	for _, args := range [][]string{{"send", "--help"}, {"help", "send"}, {"help"}, {"-h"}} {
		r := run(t, args...)
		r.want(t, exitResult, "iqscope help connection", "")
		if strings.Contains(r.stdout, "--pin") || !strings.Contains(r.stdout, "--jid") || !strings.Contains(r.stdout, "--verbose") {
			t.Errorf("the help of %q is %s", args, r.stdout)
		}
	}
	for _, command := range []string{"kinds", "check", "serve", "man"} {
		if r := run(t, "help", command); strings.Contains(r.stdout, "--jid") || r.code != exitResult {
			t.Errorf("%s, which connects to nothing, has the help %s", command, r.stdout)
		}
	}
	for _, args := range [][]string{{"__complete", "send", "--"}, {"__complete", "--"}, {"__complete", "serve", "--"}} {
		if r := run(t, args...); strings.Contains(r.stdout, "`") || !strings.Contains(r.stdout, "--") {
			t.Errorf("%q completes to %s", args, r.stdout)
		}
	}
}

func TestTheVersionIsAFlagToo(t *testing.T) {
	run(t, "--version").want(t, exitResult, run(t, "version").stdout, "")
}

func TestQuietLeavesOutWarningsAndVerboseShowsTheWire(t *testing.T) {
	args := []string{"send", "--demo", "--query", "urn:xmpp:ping", "-o", "raw"}
	run(t, append(args, "-q")...).want(t, exitResult, "<iq", "")
	r := run(t, append(args, "-v", "--id", "v1")...)
	for _, part := range []string{" → <?xml version='1.0'?><stream:stream ", " ← <stream:features", `→ <iq `, `id="v1"`, " ← </stream:stream>", "warning: "} {
		if !strings.Contains(r.stderr, part) {
			t.Errorf("-v says %q, without %q", r.stderr, part)
		}
	}
	if strings.Contains(r.stdout, "stream") || strings.Contains(r.stderr, "AGp1bGlldABkZW1v") {
		t.Errorf("stdout %q, stderr %q", r.stdout, r.stderr)
	}
	run(t, "send", "--demo", "-q", "--query", "x", "--to", "error-gone@"+demo.BotsDomain).want(t, exitError, "gone", "cancel/gone")
}

func TestConfigSaysWhereSettingsAreAndWhatTheyAre(t *testing.T) {
	env := configured(t, "[profile.p]\njid = \"a@b\"\nlenient = true\npassword-command = \"echo hunter2\"\n", "IQSCOPE_PASSWORD=hunter3")
	r := call{args: []string{"config", "path"}, env: env}.run(t.Context())
	r.want(t, exitResult, filepath.Join("iqscope", "config.toml"), "")
	if !strings.Contains(r.stdout, filepath.Join("state", "iqscope")) {
		t.Errorf("the state is not in %q", r.stdout)
	}
	r = call{args: []string{"config", "show", "--profile", "p", "--tls", "direct", "--websocket", ""}, env: env}.run(t.Context())
	for _, row := range [][]string{{"jid", "a@b", `profile "p"`}, {"lenient", "true", `profile "p"`}, {"tls", "direct", "flag"},
		{"password", "(hidden)", "IQSCOPE_PASSWORD"}, {"bare", "false", "default"}} {
		found := false
		for line := range strings.Lines(r.stdout) {
			if strings.HasPrefix(line, row[0]+" ") {
				found = strings.Contains(line, row[1]) && strings.Contains(line, row[2])
			}
		}
		if !found {
			t.Errorf("no line says %q: %s", row, r.stdout)
		}
	}
	env = slices.DeleteFunc(env, func(v string) bool { return strings.HasPrefix(v, "IQSCOPE_PASSWORD=") })
	r2 := call{args: []string{"config", "show", "--profile", "p"}, env: env}.run(t.Context())
	for _, r := range []result{r, r2} {
		if r.code != exitResult || strings.Contains(r.stdout+r.stderr, "hunter") {
			t.Errorf("exit code %d, stdout %q, stderr %q", r.code, r.stdout, r.stderr)
		}
	}
}

func TestTheManualHasAPageForEachCommand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "man")
	run(t, "man", dir).want(t, exitResult, "", "")
	for _, page := range []string{"iqscope.1", "iqscope-send.1", "iqscope-config-show.1"} {
		text, err := os.ReadFile(filepath.Join(dir, page))
		if err != nil || !strings.Contains(string(text), ".TH") {
			t.Errorf("%s: %v", page, err)
		}
	}
	run(t, "man").want(t, exitUsage, "", "man takes one folder")
}

func TestTheDoctorSaysWhatItFinds(t *testing.T) {
	r := run(t, "doctor", "--demo")
	r.want(t, exitResult, "TLS: the stream is secured by TLS 1.3", "")
	for _, part := range []string{"DNS: not asked", "Server: 127.0.0.1:", "Features: the server offers bind", "Mechanisms: it offers SCRAM-SHA-256, ",
		"used is SCRAM-SHA-256.", "Login: this is juliet@", "Clock: this machine and the server agree."} {
		if !strings.Contains(r.stdout, part) {
			t.Errorf("%q is not in %q", part, r.stdout)
		}
	}
	for line := range strings.Lines(r.stdout) {
		if !strings.HasPrefix(line, "ok      ") || !strings.HasSuffix(line, ".\n") {
			t.Errorf("%q is no sentence", line)
		}
	}
	s := server(t)
	r = call{args: append([]string{"doctor"}, flags(t, s)...), env: []string{"IQSCOPE_PASSWORD=wrong"}}.run(t.Context())
	r.want(t, exitConnect, "Mechanisms: it offers SCRAM-SHA-256", "wrong user name or password")
	run(t, "doctor").want(t, exitUsage, "", "no account")
}

func TestAClockThatIsWrongIsStrange(t *testing.T) {
	for _, row := range []struct {
		behind time.Duration
		want   string
	}{
		{time.Minute, "ok      Clock: this machine and the server agree.\n"},
		{-2 * time.Hour, "strange Clock: this machine's differs from the server's by 2h0m0s; one of them is wrong.\n"},
		{61 * time.Second, "strange Clock: this machine's differs from the server's by 1m1s; one of them is wrong.\n"},
	} {
		var b strings.Builder
		x := &examination{out: &output{to: &b}}
		x.skew(row.behind)
		if b.String() != row.want || x.strange != strings.HasPrefix(row.want, "strange") {
			t.Errorf("%v: %q", row.behind, b.String())
		}
	}
}
