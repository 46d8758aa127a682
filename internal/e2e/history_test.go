package e2e

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The history is there for the next run, and the commands about it end as they say.
func TestWhatOneRunSendsTheNextOnesFind(t *testing.T) {
	t.Parallel()
	program := Binary(t)
	env, folder := surroundings(t), t.TempDir()
	run := func(code int, stdout, stderr string, args ...string) string {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		var out, err bytes.Buffer
		cmd := exec.CommandContext(ctx, program, args...)
		cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = env, folder, &out, &err
		_ = cmd.Run() // its code says it
		if got := cmd.ProcessState.ExitCode(); got != code || !strings.Contains(out.String(), stdout) || !strings.Contains(err.String(), stderr) {
			t.Errorf("%q: exit code %d, want %d with %q and %q in\n%s\n%s", args, got, code, stdout, stderr, &out, &err)
		}
		return out.String()
	}
	run(0, "", "nothing has been kept yet", "history", "list")
	run(0, "", "", "send", "--demo", "--kind", "disco_info", "--to", "demo.localhost")
	run(3, "", "no reply", "send", "--demo", "--query", "urn:example:x", "--to", "silent@bots.demo.localhost", "--timeout", "0.1")
	run(0, "20 sent: 20 ok", "", "send", "--demo", "--query", "urn:example:y", "--to", "echo@bots.demo.localhost", "--count", "20", "--window", "4")
	run(0, "", "", "send", "--demo", "--kind", "disco_info", "--to", "demo.localhost")
	run(0, "", "", "ping", "--demo", "--no-history", "demo.localhost")
	table := run(0, "disco_info", "", "history", "list")
	if got := strings.Count(table, "\n"); got != 5 {
		t.Errorf("there are %d lines in\n%s", got, table)
	}
	run(0, "echo@bots.demo.localhost  20    20  0", "", "history", "list", "--series")
	run(0, "silent@bots.demo.localhost", "", "history", "search", "silent")
	run(0, "because   no reply to get", "", "history", "show", "2")
	run(0, "", "1 and 4 say the same", "history", "diff", "4")
	run(1, "- 1, ", "", "history", "diff", "1", "3")
	run(1, "", "there is no entry 99", "history", "show", "99")
	run(2, "", "--outcome is one of", "history", "list", "--outcome", "x")
	run(0, "", "", "history", "tag", "2", "later")
	run(0, "", "exported 4 entries", "history", "export", "all.jsonl")
	run(0, "", "deleted 1 entry", "history", "delete", "2")
	run(0, "", "imported 1 entry; 3 were there already", "history", "import", filepath.Join(folder, "all.jsonl"))
	run(0, "timeout", "", "history", "list", "--tag", "later")
}
