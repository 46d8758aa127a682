package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	// All of the program but main.go, so that a change to it makes cached test results stale.
	_ "iqscope/internal/cli"
	"iqscope/internal/realserver"
)

// folder is there for the whole run, and holds the program.
var folder string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	var err error
	if folder, err = os.MkdirTemp("", "iqscope-e2e-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	return realserver.Fixtures(m).Run()
}

// Binary is the path of the program, built by the first test that asks; with the race detector when
// the tests have it too.
func Binary(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("-short does without the whole program, which has to be built and run")
	}
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var build = sync.OnceValues(func() (string, error) {
	path := filepath.Join(folder, "iqscope")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	arguments := []string{"build", "-o", path}
	if raceDetector {
		arguments = append(arguments, "-race")
	}
	command := exec.Command("go", append(arguments, ".")...)
	command.Dir = filepath.Join("..", "..")
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building iqscope: %w\n%s", err, output)
	}
	return path, nil
})
