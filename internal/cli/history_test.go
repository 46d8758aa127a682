package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/history"
	"iqscope/session/demo"
)

// kept is a place where a history is kept, and the environment of calls that use it.
type kept struct {
	t   *testing.T
	dir string
}

func keeps(t *testing.T) kept { return kept{t, t.TempDir()} }

func (k kept) run(args ...string) result { return k.with("", args...) }

func (k kept) with(stdin string, args ...string) result {
	k.t.Helper()
	return call{args: args, stdin: stdin, env: []string{"XDG_STATE_HOME=" + k.dir, "XDG_CONFIG_HOME=" + k.dir}}.run(k.t.Context())
}

// ok runs what must go well, and returns what it prints.
func (k kept) ok(args ...string) string {
	k.t.Helper()
	r := k.run(args...)
	if r.code != exitResult {
		k.t.Fatalf("%q: exit code %d, stderr %q", args, r.code, r.stderr)
	}
	return r.stdout
}

func (k kept) file() string { return filepath.Join(k.dir, "iqscope", "history", "history.db") }

func (k kept) configure(text string) {
	k.t.Helper()
	if err := os.MkdirAll(filepath.Join(k.dir, "iqscope"), 0o700); err != nil {
		k.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(k.dir, "iqscope", "config.toml"), []byte(text), 0o600); err != nil {
		k.t.Fatal(err)
	}
}

// entries are all that are kept, the newest first.
func (k kept) entries(flags ...string) []map[string]any {
	k.t.Helper()
	return lines(k.t, k.ok(append([]string{"history", "list", "--all", "--output", "json"}, flags...)...))
}

func column(entries []map[string]any, key string) []string {
	all := []string{}
	for _, e := range entries {
		all = append(all, fmt.Sprint(e[key]))
	}
	return all
}

func wantColumn(t *testing.T, entries []map[string]any, key string, want ...string) {
	t.Helper()
	if got := column(entries, key); !slices.Equal(got, want) {
		t.Errorf("%s is %q, want %q", key, got, want)
	}
}

// ask sends one request of each way to end but a lost connection.
func (k kept) ask() {
	k.t.Helper()
	k.run("send", "--demo", "--query", "urn:example:a", "--to", echo)
	k.run("send", "--demo", "--query", "urn:example:b", "--to", "error-gone@"+demo.BotsDomain)
	k.run("send", "--demo", "--query", "urn:example:c", "--to", "silent@"+demo.BotsDomain, "--timeout", "0.1")
	k.run("ping", "--demo", "demo.localhost")
}

func TestWhatIsSentIsKept(t *testing.T) {
	k := keeps(t)
	k.ask()
	k.run("send", "--demo", "--raw", "<iq type='get' id='raw' to='demo.localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
	entries := k.entries()
	wantColumn(t, entries, "number", "5", "4", "3", "2", "1")
	wantColumn(t, entries, "outcome", "result", "result", "timeout", "error", "result")
	wantColumn(t, entries, "to", "demo.localhost", "demo.localhost", "silent@"+demo.BotsDomain, "error-gone@"+demo.BotsDomain, echo)
	for _, e := range entries {
		if account := fmt.Sprint(e["account"]); !strings.HasPrefix(account, "juliet@demo.localhost/") {
			t.Errorf("the account is %s", account)
		}
		if server := fmt.Sprint(e["server"]); !strings.HasPrefix(server, "127.0.0.1:") {
			t.Errorf("the server is %s", server)
		}
	}
	table := k.ok("history", "list")
	for _, want := range []string{"ENDED", "5  ", "ping", "echo@bots.demo.localhost", "timeout", " ms"} {
		if !strings.Contains(table, want) {
			t.Errorf("%q is missing in\n%s", want, table)
		}
	}
	if info, err := os.Stat(k.file()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if got := k.ok("history", "path"); got != k.file()+"\n" {
		t.Errorf("the path is %q", got)
	}
}

func TestNothingIsKeptThatIsNotToBe(t *testing.T) {
	k := keeps(t)
	send := []string{"send", "--demo", "--query", "urn:example:a", "--to", echo}
	k.ok(append(send, "--no-history")...)
	k.configure("history = false")
	k.ok(send...)
	if _, err := os.Stat(filepath.Dir(k.file())); err == nil {
		t.Error("there is a history")
	}
	s := server(t)
	profile := func(text string) result {
		k.configure(text + "\n[profile.p]\njid = \"juliet@" + demo.Domain + "\"\nserver = \"" + s.Addr() + "\"\nca = \"" + file(t, "ca.pem", string(s.CAPEM())) + "\"\n" + "history = false")
		return call{args: []string{"ping", "--profile", "p", "demo.localhost"}, env: []string{"XDG_STATE_HOME=" + k.dir, "XDG_CONFIG_HOME=" + k.dir, "IQSCOPE_PASSWORD=" + demo.Password}}.run(t.Context())
	}
	profile("history = true").want(t, exitResult, "answered in", "")
	if _, err := os.Stat(filepath.Dir(k.file())); err == nil {
		t.Error("a profile without a history has one")
	}
	k.configure("history = true")
	k.ok(send...)
	wantColumn(t, k.entries(), "number", "1")
}

func TestALimitOfTheHistoryIsOneForAll(t *testing.T) {
	k := keeps(t)
	send := []string{"ping", "--demo", "demo.localhost"}
	k.ok(send...)
	for text, want := range map[string]string{
		"[profile.p]\nhistory-days = 3": "the history of all profiles is one file",
		"history-days = -1":             "history-days is between 0 and 36525, not -1; 0 means no limit",
		"history-megabytes = 2000000":   "history-megabytes is between 0 and 1048576",
	} {
		k.configure(text)
		k.run("history", "list").want(t, exitUsage, "", want)
	}
	// Nor is anything sent on the built-in server: what cannot be read may say what to hide.
	k.configure("history-days = -1")
	k.run(send...).want(t, exitUsage, "", "history-days is between 0 and 36525")
	k.configure("history-days = 0\nhistory-megabytes = 0")
	wantColumn(t, k.entries(), "number", "1")
}

func TestASeriesIsKeptAsItsSummaryItsFirstAndWhatIsNoResult(t *testing.T) {
	k := keeps(t)
	k.ok("send", "--demo", "--query", "urn:example:a", "--to", echo, "--count", "50", "--window", "10")
	k.run("send", "--demo", "--query", "urn:example:b", "--to", "error-gone@"+demo.BotsDomain, "--count", "3")
	k.ok("ping", "--demo", "--count", "3", "--interval", "0", "demo.localhost", "pubsub.demo.localhost")
	entries := k.entries()
	wantColumn(t, entries, "outcome", "result", "result", "error", "error", "error", "result")
	if got := k.entries("--in-series", "2"); len(got) != 3 {
		t.Errorf("%d entries of the second series", len(got))
	}
	table := strings.Fields(k.ok("history", "list", "--series"))
	for _, want := range [][]string{{echo, "50", "50", "0", "0", "0"}, {"error-gone@" + demo.BotsDomain, "3", "0", "3", "0", "0"}, {"pubsub.demo.localhost", "3", "3", "0", "0", "0"}} {
		at := slices.Index(table, want[0])
		if at < 0 || !slices.Equal(table[at:at+6], want) {
			t.Errorf("%q is not in %q", want, table)
		}
	}
}

func TestAnInterruptedSeriesIsKept(t *testing.T) {
	k := keeps(t)
	s := server(t)
	jid, asked := romeo(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	r := call{
		args: append(flags(t, s), "send", "--count", "1000", "--window", "1", "--query", "x", "--to", jid),
		env:  []string{"IQSCOPE_PASSWORD=" + demo.Password, "XDG_STATE_HOME=" + k.dir},
	}.run(ctx)
	if r.code != exitInterrupted {
		t.Errorf("exit code %d, stderr %q", r.code, r.stderr)
	}
	wantColumn(t, k.entries(), "outcome", "cancelled")
	if table := k.ok("history", "list", "--series"); !strings.Contains(table, jid+"  1     0   0      0        1") {
		t.Errorf("the series are\n%s", table)
	}
}

func TestEntriesAreFoundByWhatTheyAre(t *testing.T) {
	k := keeps(t)
	k.ask()
	for _, row := range []struct {
		flags []string
		want  []string
	}{
		{nil, []string{"4", "3", "2", "1"}},
		{[]string{"--outcome", "timeout,error"}, []string{"3", "2"}},
		{[]string{"--outcome", "timeout", "--outcome", "error"}, []string{"3", "2"}},
		{[]string{"--to", echo}, []string{"1"}},
		{[]string{"--payload", "urn:example:b"}, []string{"2"}},
		{[]string{"--payload", "ping"}, []string{"4"}},
		{[]string{"--account", "juliet@demo.localhost"}, []string{"4", "3", "2", "1"}},
		{[]string{"--account", "romeo@demo.localhost"}, []string{}},
		{[]string{"--since", "2h"}, []string{"4", "3", "2", "1"}},
		{[]string{"--until", "2h"}, []string{}},
		{[]string{"--since", "2000-01-01", "--until", time.Now().Add(time.Hour).Format(time.RFC3339)}, []string{"4", "3", "2", "1"}},
		{[]string{"--match", "iq@type=error"}, []string{"2"}},
		{[]string{"--match", "iq/ping", "--outcome", "error"}, []string{}},
		{[]string{"--pinned"}, []string{}},
		{[]string{"--tag", "x"}, []string{}},
	} {
		if diff := cmp.Diff(row.want, column(k.entries(row.flags...), "number")); diff != "" {
			t.Errorf("%q: %s", row.flags, diff)
		}
	}
	for words, want := range map[string][]string{
		"gone": {"2"}, "urn:example:a": {"1"}, "silent bots": {"3"}, "nowhere": {},
	} {
		found := lines(t, k.ok(append([]string{"history", "search", "-o", "json"}, strings.Fields(words)...)...))
		if diff := cmp.Diff(want, column(found, "number")); diff != "" {
			t.Errorf("%q: %s", words, diff)
		}
	}
	k.run("history", "search", "nowhere").want(t, exitResult, "", "no entry fits")
	if got := k.ok("history", "list", "--limit", "1"); strings.Count(got, "\n") != 2 {
		t.Errorf("one entry is %q", got)
	}
}

func TestWhatIsNoQuestionIsRefused(t *testing.T) {
	k := keeps(t)
	for _, row := range []struct {
		args []string
		want string
	}{
		{[]string{"list", "--outcome", "timeut"}, "--outcome is one of result, error, timeout"},
		{[]string{"list", "--since", "soon"}, "--since: want a date such as 2026-11-26"},
		{[]string{"list", "--since", "-2h"}, "--since: want a date"},
		{[]string{"list", "--limit", "0"}, "--limit is a number from 1"},
		{[]string{"list", "--match", "iq@@"}, "--match: "},
		{[]string{"list", "--match", "iq@tpye=get", "--strict-fields"}, "--match: column"},
		{[]string{"list", "--output", "xml"}, "--output is one of pretty, json"},
		{[]string{"list", "--series", "--tag", "x"}, "--tag, which chooses entries, does not go with it"},
		{[]string{"search", " "}, "search for what?"},
		{[]string{"show"}, "it is: iqscope history show NUMBER"},
		{[]string{"show", "first"}, `an entry has a number, which "first" is not`},
		{[]string{"diff", "1", "2", "3"}, "it is: iqscope history diff NUMBER [NUMBER]"},
		{[]string{"tag"}, "it is: iqscope history tag NUMBER"},
		{[]string{"note", "0", "x"}, "an entry has a number"},
		{[]string{"pin"}, "it is: iqscope history pin NUMBER"},
		{[]string{"delete"}, "it is: iqscope history delete NUMBER"},
		{[]string{"import"}, "name the file to import"},
		{[]string{"export", "a", "b"}, "export writes one file"},
		{[]string{"prune", "--older-than", "soon"}, "--older-than: want days"},
		{[]string{"prune", "--keep-megabytes", "-1"}, "--keep-megabytes is between 0"},
		{[]string{"lst"}, `did you mean "list"?`},
		{[]string{"list", "-j", "a@b"}, "list connects to nothing; --jid does not go with it"},
	} {
		k.run(append([]string{"history"}, row.args...)...).want(t, exitUsage, "", row.want)
	}
}

func TestWithoutAFileNothingHasBeenKept(t *testing.T) {
	k := keeps(t)
	for _, args := range []string{"list", "search x", "list --series", "export", "prune", "prune --dry-run"} {
		k.run(append([]string{"history"}, strings.Fields(args)...)...).want(t, exitResult, "", "nothing has been kept yet")
	}
	for _, args := range []string{"show 1", "diff 1", "tag 1 x", "note 1 x", "pin 1", "unpin 1", "delete 1"} {
		k.run(append([]string{"history"}, strings.Fields(args)...)...).want(t, exitError, "", "nothing has been kept yet")
	}
	if got := k.ok("history", "path"); got != k.file()+"\n" {
		t.Errorf("the path is %q", got)
	}
	if _, err := os.Stat(filepath.Dir(k.file())); err == nil {
		t.Error("who only asks has made a folder")
	}
}

func TestAnEntryIsShownWhole(t *testing.T) {
	k := keeps(t)
	k.ask()
	k.ok("history", "tag", "2", "flaky", "b")
	k.ok("history", "note", "2", "it was", "so")
	text := k.ok("history", "show", "2")
	for _, want := range []string{
		"number    2\n", "account   juliet@demo.localhost/", "outcome   error in ", `because   error reply from "error-gone@bots.demo.localhost": cancel/gone`,
		"tags      b flaky", "note      it was so", "\nrequest:\n<iq ", "\nreply:\n<iq ", "    <gone ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if xml := k.ok("history", "show", "3", "--output", "xml"); !strings.HasPrefix(xml, "<iq ") || strings.Count(xml, "\n") != 1 {
		t.Errorf("the stanzas of a timeout are %q", xml)
	}
	one := lines(t, k.ok("history", "show", "2", "--output", "json"))
	if len(one) != 1 || one[0]["note"] != "it was so" || fmt.Sprint(one[0]["tags"]) != "[b flaky]" || one[0]["pinned"] != false {
		t.Errorf("as JSON it is %v", one)
	}
	k.run("history", "show", "99").want(t, exitError, "", "there is no entry 99")
}

func TestEntriesAreChangedAndDeleted(t *testing.T) {
	k := keeps(t)
	k.ask()
	k.ok("history", "tag", "1", "x", "y", "x")
	k.ok("history", "tag", "1", "z", "--remove", "y")
	if got := k.ok("history", "tag", "1"); got != "x\nz\n" {
		t.Errorf("the tags are %q", got)
	}
	k.ok("history", "note", "1", "one")
	k.ok("history", "note", "1", "two")
	if got := k.ok("history", "note", "1"); got != "two\n" {
		t.Errorf("the note is %q", got)
	}
	k.ok("history", "note", "1", "")
	if got := k.ok("history", "note", "1"); got != "" {
		t.Errorf("the note is %q", got)
	}
	k.ok("history", "pin", "1", "3")
	wantColumn(t, k.entries("--pinned"), "number", "3", "1")
	if got := k.ok("history", "list", "--pinned"); !strings.Contains(got, "\n3*  ") {
		t.Errorf("it is listed as\n%s", got)
	}
	k.ok("history", "unpin", "1")
	wantColumn(t, k.entries("--pinned"), "number", "3")
	wantColumn(t, k.entries("--tag", "z"), "number", "1")
	k.run("history", "tag", "1", "a b").want(t, exitUsage, "", "a tag is one word")
	k.run("history", "delete", "1", "99").want(t, exitError, "", "there is no entry 99")
	wantColumn(t, k.entries(), "number", "4", "3", "2", "1")
	k.run("history", "delete", "1", "3", "1").want(t, exitResult, "", "deleted 2 entries")
	wantColumn(t, k.entries(), "number", "4", "2")
}

func TestWhatIsOverTheLimitsIsPruned(t *testing.T) {
	k := keeps(t)
	k.ask()
	k.ok("history", "pin", "2")
	for _, dry := range []bool{true, false} {
		verb := map[bool]string{true: "would be deleted", false: "deleted"}[dry]
		prune := func(want string, args ...string) {
			t.Helper()
			args = append([]string{"history", "prune"}, args...)
			if dry {
				args = append(args, "--dry-run")
			}
			k.run(args...).want(t, exitResult, "", want)
			if dry {
				wantColumn(t, k.entries(), "number", "4", "3", "2", "1")
			}
		}
		count := func(n string) string {
			if dry {
				return n + " " + verb
			}
			return verb + " " + n
		}
		prune(count("0 entries"))
		prune(count("0 entries"), "--older-than", "1d")
		prune(count("0 entries"), "--keep-megabytes", "1")
		prune(count("3 entries"), "--keep-megabytes", "0")
	}
	wantColumn(t, k.entries(), "number", "2")
	k.ok("history", "unpin", "2")
	k.run("history", "prune", "--older-than", "0s").want(t, exitResult, "", "deleted 1 entry")
}

func TestRepliesAreCompared(t *testing.T) {
	k := keeps(t)
	for range 2 {
		k.ok("send", "--demo", "--kind", "disco_info", "--to", "demo.localhost")
	}
	k.run("send", "--demo", "--kind", "disco_info", "--to", "pubsub.demo.localhost")
	k.run("send", "--demo", "--kind", "disco_info", "--to", "silent@"+demo.BotsDomain, "--timeout", "0.1")
	k.run("history", "diff", "1", "2").want(t, exitResult, "", "1 and 2 say the same")
	k.run("history", "diff", "2").want(t, exitResult, "", "1 and 2 say the same")
	r := k.run("history", "diff", "1", "3")
	r.want(t, exitError, "~     from='demo.localhost' → 'pubsub.demo.localhost'\n", "")
	for _, want := range []string{"- 1, ", "\n+ 3, ", "\n+     <feature var='", "\n-     <feature var='", "the same\n"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("%q is missing in\n%s", want, r.stdout)
		}
	}
	k.run("history", "diff", "--requests", "1", "3").want(t, exitError, "~     to='demo.localhost' → 'pubsub.demo.localhost'", "")
	k.run("history", "diff", "--requests", "1", "2").want(t, exitResult, "", "say the same")
	k.run("history", "diff", "1").want(t, exitError, "", "nothing before entry 1 asked the same and got a reply")
	k.run("history", "diff", "1", "4").want(t, exitError, "", "entry 4 got no reply")
}

// What is exported is imported as it was, but for the numbers.
func TestExportThenImportGivesTheSameEntries(t *testing.T) {
	k := keeps(t)
	k.ask()
	k.ok("send", "--demo", "--query", "urn:example:a", "--to", echo, "--count", "5")
	k.run("send", "--demo", "--kind", "register", "--set", "username=u", "--set", "password=hush", "--to", "demo.localhost")
	k.ok("history", "tag", "2", "x")
	k.ok("history", "note", "2", "a\nb")
	k.ok("history", "pin", "3")
	k.ok("history", "delete", "1")
	exported := k.ok("history", "export")
	if strings.Contains(exported, "hush") {
		t.Error("the password is in it")
	}
	path := filepath.Join(t.TempDir(), "e.jsonl")
	k.run("history", "export", path).want(t, exitResult, "", "exported ")
	k.run("history", "export", path).want(t, exitUsage, "", "file exists")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	other := keeps(t)
	n := strings.Count(exported, "\n")
	other.run("history", "import", path).want(t, exitResult, "", fmt.Sprintf("imported %d entries", n))
	other.with(exported, "history", "import", "-").want(t, exitResult, "", fmt.Sprintf("imported 0 entries; %d were there already", n))
	again := other.ok("history", "export")
	without := func(text string) (all []map[string]any) {
		for _, e := range lines(t, text) {
			delete(e, "number")
			all = append(all, e)
		}
		return all
	}
	if diff := cmp.Diff(without(exported), without(again)); diff != "" {
		t.Error(diff)
	}
	wantColumn(t, other.entries("--pinned"), "outcome", "timeout")
}

func TestOfABadFileNothingIsImported(t *testing.T) {
	k := keeps(t)
	k.ask()
	good := k.ok("history", "export")
	lines := strings.SplitAfter(good, "\n")
	bad := lines[0] + "nonsense\n" + lines[1] + strings.Replace(lines[2], `"outcome":"timeout"`, `"outcome":"bliss"`, 1)
	other := keeps(t)
	r := other.with(bad, "history", "import", "-")
	r.want(t, exitUsage, "", "nothing was imported, for 2 of 4 lines are no entries; --skip-bad leaves them out")
	for _, want := range []string{"line 2: it is no JSON", `line 4: "bliss" is no outcome`} {
		if !strings.Contains(r.stderr, want) {
			t.Errorf("%q is missing in %q", want, r.stderr)
		}
	}
	if _, err := os.Stat(other.file()); err == nil {
		t.Error("there is a history")
	}
	other.with(bad, "history", "import", "--skip-bad", "-").want(t, exitResult, "", "imported 2 entries; 2 lines were left out")
	wantColumn(t, other.entries(), "number", "2", "1")
	many := strings.Repeat("x\n", 1000)
	if r := other.with(many, "history", "import", "-"); strings.Count(r.stderr, "\n") > maxBadLines+3 || !strings.Contains(r.stderr, "and 980 more lines") {
		t.Errorf("it says %q", r.stderr)
	}
}

func TestWhatCannotBeKeptIsAWarning(t *testing.T) {
	k := keeps(t)
	if err := os.MkdirAll(filepath.Dir(k.file()), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("elsewhere", k.file()); err != nil {
		t.Skip(err)
	}
	send := []string{"send", "--demo", "--query", "urn:example:b", "--to", "error-gone@" + demo.BotsDomain}
	r := k.run(send...)
	r.want(t, exitError, "gone", "warning: 1 exchange was not written: ")
	if !strings.Contains(r.stderr, "--no-history does without") {
		t.Errorf("it says %q", r.stderr)
	}
	for _, flag := range []string{"--quiet", "--no-history"} {
		if r := k.run(append(send, flag)...); r.code != exitError || strings.Contains(r.stderr, "warning") {
			t.Errorf("%s: exit code %d, stderr %q", flag, r.code, r.stderr)
		}
	}
	k.run("history", "list").want(t, exitUsage, "", "is a symbolic link")
}

func TestAFreshFileIsUsedBesideABrokenOne(t *testing.T) {
	k := keeps(t)
	if err := os.MkdirAll(filepath.Dir(k.file()), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(k.file(), []byte(strings.Repeat("nonsense", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	k.run("ping", "--demo", "demo.localhost").want(t, exitResult, "answered", "history.db cannot be used, and a fresh file beside it is")
	k.run("history", "list").want(t, exitResult, "ping", "history.db cannot be used")
	if got := k.run("history", "path").stdout; got != strings.Replace(k.file(), "history.db", "history-2.db", 1)+"\n" {
		t.Errorf("the path is %q", got)
	}
	if text, _ := os.ReadFile(k.file()); !strings.HasPrefix(string(text), "nonsense") {
		t.Error("the broken file was changed")
	}
}

func TestOutcomesAreCompleted(t *testing.T) {
	r := run(t, "__complete", "history", "list", "--outcome", "ti")
	if !strings.HasPrefix(r.stdout, strings.Join(outcomes, "\n")+"\n:4\n") {
		t.Errorf("offered is %q", r.stdout)
	}
}

func TestHistoryJSONIsWhatSendPrintsAndMore(t *testing.T) {
	k := keeps(t)
	sent := lines(t, k.run("send", "--demo", "--output", "json", "--query", "urn:example:b", "--to", "error-gone@"+demo.BotsDomain).stdout)[0]
	entry := k.entries()[0]
	for key, value := range sent {
		a, _ := json.Marshal(value)
		b, _ := json.Marshal(entry[key])
		if key != "rtt_ms" && string(a) != string(b) {
			t.Errorf("%s was %s and is %s", key, a, b)
		}
	}
}

func TestALateReplyIsAddedToItsEntry(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	t.Parallel()
	k := keeps(t)
	// The first is answered a second later, when others are on their way.
	k.run("send", "--demo", "--query", "x", "--to", "delay-1@"+demo.BotsDomain, "--timeout", "0.1", "--count", "40")
	first := k.entries()[39]
	if late := fmt.Sprint(first["late"]); first["outcome"] != "timeout" || !strings.HasPrefix(late, "<iq ") || first["late_by_ns"].(float64) <= 0 {
		t.Errorf("the first is %v", first)
	}
	if text := k.ok("history", "show", "1"); !strings.Contains(text, "\nlate, ") || !strings.Contains(text, " after the end:\n<iq ") {
		t.Errorf("it is shown as\n%s", text)
	}
}

// Two programs at the same time keep all that both send.
func TestTwoAtOnceKeepEverything(t *testing.T) {
	k := keeps(t)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			for range 5 {
				k.run("ping", "--demo", "demo.localhost", "pubsub.demo.localhost")
			}
		})
	}
	both.Wait()
	if got := k.entries(); len(got) != 20 {
		t.Errorf("%d entries are kept", len(got))
	}
}

// An export goes through several pages, and tells of each entry once, also while others are deleted.
func TestAnExportIsWholeAndInOrder(t *testing.T) {
	k := keeps(t)
	k.ok("ping", "--demo", "demo.localhost")
	one := k.ok("history", "export")
	var many strings.Builder
	const n = 2*pageSize + 100
	for i := range n {
		many.WriteString(strings.Replace(one, `"serial":1,`, fmt.Sprintf(`"serial":%d,`, i+1), 1))
	}
	k.with(many.String(), "history", "import", "-").want(t, exitResult, "", fmt.Sprintf("imported %d entries; 1 were there already", n-1))
	exported := lines(t, k.ok("history", "export"))
	for i, e := range exported {
		if len(exported) != n || e["serial"] != float64(i+1) {
			t.Fatalf("of %d lines, %d is of exchange %v", len(exported), i+1, e["serial"])
		}
	}
	p := &program{stdout: io.Discard, stderr: io.Discard, environ: []string{"XDG_STATE_HOME=" + k.dir, "XDG_CONFIG_HOME=" + k.dir}}
	var told []int64
	err := p.withHistory(t.Context(), false, func(h *history.History) error {
		return oldestFirst(t.Context(), h, history.Query{}, func(page []history.Entry) error {
			for _, e := range page {
				told = append(told, e.ID)
			}
			if len(told) == 100 { // of the next page
				_, err := h.Delete(t.Context(), 200, 201, 202)
				return err
			}
			return nil
		})
	})
	if err != nil || len(told) != n-3 || !slices.IsSorted(told) || len(slices.Compact(told)) != n-3 {
		t.Errorf("told was of %d entries: %v", len(told), err)
	}
}
