package cli

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"iqscope/session/demo"
	"iqscope/session/rule"
)

// withRules adds a profile's rule file to an environment of configured.
func withRules(t *testing.T, env []string, profile, text string) (path string) {
	t.Helper()
	for _, variable := range env {
		if folder, ok := strings.CutPrefix(variable, "XDG_CONFIG_HOME="); ok {
			path = filepath.Join(folder, "iqscope", "rules", profile+".toml")
		}
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}

// watchAsJuliet watches with a profile until the test is over.
func watchAsJuliet(t *testing.T, s *demo.Server, env []string) {
	t.Helper()
	w := watch(t, env, append(flags(t, s)[2:], "--profile", "juliet", "--filter", "iq@id=never")...)
	reach(t, s, note("m1"))
	_ = w
}

func TestRulesOfTheProfileAnswer(t *testing.T) {
	s := server(t)
	env := configured(t, profileOfJuliet, demoPassword...)
	withRules(t, env, "juliet", `
[[rule]]
name = "no version"
match = "iq@type=get/version"
do = "error"
condition = "forbidden"

[[rule]]
name = "resting"
match = "iq/ping"
do = "silence"
off = true
`)
	watchAsJuliet(t, s, env)
	fromRomeo(t, s, ask("q1", versionQuery)).want(t, exitError, "<forbidden ", "auth/forbidden")
	fromRomeo(t, s, ask("q2", pingQuery)).want(t, exitResult, "q2", "") // by the built-in one
}

func TestProfileSwitchesBuiltInRespondersOff(t *testing.T) {
	s := server(t)
	env := configured(t, profileOfJuliet+`
responders-off = ["version"]
unanswered = "not-allowed"
`, demoPassword...)
	watchAsJuliet(t, s, env)
	fromRomeo(t, s, ask("q1", versionQuery)).want(t, exitError, "<not-allowed ", "cancel/not-allowed")
	fromRomeo(t, s, ask("q2", pingQuery)).want(t, exitResult, "q2", "")
}

func TestProfileSaysWhatTheAutomaticErrorTells(t *testing.T) {
	s := server(t)
	watchAsJuliet(t, s, configured(t, profileOfJuliet+"unanswered-text = 'nicht hier'\nunanswered-lang = 'de'\n", demoPassword...))
	fromRomeo(t, s, ask("q1", "<q xmlns='urn:example'/>")).want(t, exitError, `xml:lang="de">nicht hier<`, `cancel/service-unavailable: "nicht hier"`)
	for _, bad := range []string{"unanswered-text = \"\\u0001\"", "unanswered-lang = 'de'", "unanswered-text = 'x'\nunanswered-lang = 'de_DE!'"} {
		env := configured(t, profileOfJuliet+bad+"\n", demoPassword...)
		call{args: []string{"watch", "--profile", "juliet", "--server", "127.0.0.1:1", "--for", "0.1"}, env: env}.run(t.Context()).want(t, exitUsage, "", "the profile's unanswered: ")
	}
}

func TestProfileLeavesRequestsUnanswered(t *testing.T) {
	s := server(t)
	watchAsJuliet(t, s, configured(t, profileOfJuliet+`unanswered = "silence"`, demoPassword...))
	call{args: append(as(t, s, "romeo", "r"), "send", "--timeout", "0.3", "--to", watcherJID, "--query", "urn:example"), env: demoPassword}.
		run(t.Context()).want(t, exitTimeout, "", "no reply")
}

func TestBadRulesAreRefusedAtTheStart(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"a bad match", "[[rule]]\nname = 'a'\nmatch = 'iq@type='\ndo = 'drop'", ":3:1: rule \"a\": match, column 9: "},
		{"an unknown key", "[[rule]]\nname = 'a'\nmach = 'iq'", ":3:1: "},
		{"two of one name", "[[rule]]\nname = 'a'\nmatch = 'iq'\ndo = 'drop'\n[[rule]]\nname = 'a'\nmatch = 'iq'\ndo = 'drop'", ":6:1: rule \"a\": name: "},
		{"the name of a built-in responder", "[[rule]]\nname = 'ping'\nmatch = 'iq'\ndo = 'silence'", ":2:1: rule \"ping\": name: a responder that is built in has this name"},
		{"no TOML", "[[rule", ":1:"},
	} {
		t.Run(row.name, func(t *testing.T) {
			env := configured(t, "")
			path := withRules(t, env, "demo", row.text)
			r := call{args: []string{"watch", "--demo", "--for", "0.1"}, env: env}.run(t.Context())
			r.want(t, exitUsage, "", path)
			if !strings.Contains(r.stderr, row.want) || strings.Count(r.stderr, "\n") != 1 {
				t.Errorf("it says %q, want one sentence with %q", r.stderr, row.want)
			}
			// What is sent once has no need of them.
			call{args: []string{"send", "--demo", ping}, env: env}.run(t.Context()).want(t, exitResult, "<iq ", "")
		})
	}
}

func TestRulesHaveAPlaceWithAProfileOnly(t *testing.T) {
	for _, row := range []struct {
		name string
		env  []string
		args []string
		kept bool
		warn string
	}{
		{"a profile", configured(t, profileOfJuliet), []string{"--profile", "juliet"}, true, ""},
		{"the built-in server", configured(t, ""), []string{"--demo"}, true, ""},
		{"the built-in server without a home", nil, []string{"--demo"}, false, ""},
		{"an account", configured(t, ""), []string{"-j", "a@b"}, false, ""},
		{"a name that is no file's", configured(t, "[profile.\"a/b\"]\njid = 'a@b'"), []string{"--profile", "a/b"}, false, "no rules are read or kept"},
	} {
		t.Run(row.name, func(t *testing.T) {
			p, _, err := settled(t, row.env, row.args...)
			if err != nil {
				t.Fatal(err)
			}
			var stderr strings.Builder
			p.stderr = &stderr
			file, err := p.ruleFile()
			if err != nil || (file.save() != nil) != row.kept || !strings.Contains(stderr.String(), row.warn) || row.warn == "" && stderr.Len() > 0 {
				t.Fatalf("%+v, %v, stderr %q", file, err, stderr.String())
			}
			if !row.kept {
				return
			}
			rules := []rule.Rule{{Name: "a", Match: "iq", Do: rule.Drop}}
			if err := file.save()(rules); err != nil {
				t.Fatal(err)
			}
			if again, err := p.ruleFile(); err != nil || len(again.rules) != 1 || again.rules[0] != rules[0] {
				t.Errorf("kept were %v, %v", again.rules, err)
			}
		})
	}
}

func TestRulesThatOthersCouldHaveWrittenAreRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions are different there")
	}
	env := configured(t, "")
	if err := os.Chmod(withRules(t, env, "demo", ""), 0o666); err != nil {
		t.Fatal(err)
	}
	call{args: []string{"watch", "--demo", "--for", "0.1"}, env: env}.run(t.Context()).want(t, exitUsage, "", "the rules are not right: ")
}
