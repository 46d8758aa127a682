package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	// All of the program but main.go, so that a change to it makes cached test results stale.
	_ "iqscope/internal/cli"
	"iqscope/internal/realserver"
	"iqscope/internal/xmpptest"
)

// folder is there for the whole run, and holds the program.
var folder string

// part is what this program does instead of testing, as one part of a benchmark; nil mostly.
var part func() int

func TestMain(m *testing.M) {
	if part != nil {
		os.Exit(part())
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	var err error
	if folder, err = os.MkdirTemp("", "iqscope-e2e-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	xmpptest.ManyAtOnce()
	if err := mainRoadsOnly(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return realserver.Fixtures(m).Run()
}

// mainRoads are the tests that are run unless the command line names others; none means all.
var mainRoads []func(*testing.T)

func mainRoadsOnly() error {
	if len(mainRoads) == 0 {
		return nil
	}
	var names []string
	for _, test := range mainRoads {
		name := runtime.FuncForPC(reflect.ValueOf(test).Pointer()).Name()
		names = append(names, name[strings.LastIndexByte(name, '.')+1:])
	}
	return xmpptest.UnlessSaid("test.run", "^("+strings.Join(names, "|")+")$")
}

// surroundings is the environment of a program: nothing of the caller's but PATH. A program with
// the race detector would sleep for a second before it ends; what it has found makes its status 66
// all the same.
func surroundings(t testing.TB) []string {
	t.Helper()
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), endAtOnce}
}

const endAtOnce = "GORACE=atexit_sleep_ms=0"

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
