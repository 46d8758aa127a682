package e2e

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"iqscope/internal/tmuxtest"
)

const root = "../.."

// The two commands that the README promises to be enough.
const (
	readmeRun  = "go run ."
	readmeTest = "go test ./..."
)

func TestReadmeCommands(t *testing.T) {
	var lines []string
	all, _ := blocks(t, filepath.Join(root, "README.md"))
	for _, b := range all {
		if b.language != "sh" && b.language != "console" {
			continue
		}
		for line := range strings.Lines(b.text) {
			line, _, _ = strings.Cut(line, "#") // what it is for
			lines = append(lines, strings.TrimPrefix(strings.TrimSpace(line), "$ "))
		}
	}
	for _, command := range []string{readmeRun, readmeTest} {
		if !slices.Contains(lines, command) {
			t.Errorf("no shell block of the README has the line %q", command)
		}
	}
}

func TestTheReadmesFirstCommandIsOnlineWithTheDraftReady(t *testing.T) {
	t.Parallel()
	// Compiling takes longer than one waits for a screen, and as the terminal has a home of its
	// own, the compiler has to be told where its work is kept.
	first := exec.Command("go", append(strings.Fields(readmeRun)[1:], "version")...)
	first.Dir = root
	if output, err := first.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	var env []string
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS", "GOTOOLCHAIN"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		env = append(env, name+"="+strings.TrimSpace(string(value)))
	}
	p := &person{tmuxtest.Start(t, narrow.width, narrow.height, env, "sh", "-c", "cd "+root+" && exec "+readmeRun), t, narrow}
	p.WaitFor("● online")
	p.WaitFor("built-in server")
	p.WaitFor("Welcome") // which is in no key's way
	p.SendKeys("M-Enter")
	p.WaitMatch(discoRow)
	p.leaves()
}
