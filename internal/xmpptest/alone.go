package xmpptest

import (
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const aloneVariable = "IQSCOPE_TEST_ALONE"

// Alone says that the test may go on: it is alone in a process in which nothing was done before, and
// [Allocated] knows all that it does. Where it is not, Alone starts such a process for it and takes
// over what that finds out.
func Alone(t *testing.T) bool {
	t.Helper()
	if os.Getenv(aloneVariable) != "" {
		return true
	}
	c := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	c.Env = append(os.Environ(), aloneVariable+"=1", "GODEBUG=memprofilerate=1")
	said, err := c.CombinedOutput()
	if err != nil || !strings.Contains(string(said), "--- PASS: "+t.Name()) {
		t.Errorf("alone in its process, the test fails (%v):\n%s", err, said)
	}
	return false
}

// Allocated returns which functions of a package have allocated memory, themselves or by what they
// called. What packages do when they are initialized is left out.
func Allocated(path string) []string {
	for range 2 { // what is known of an allocation is as old as that
		runtime.GC()
	}
	records := make([]runtime.MemProfileRecord, 100_000)
	n, whole := runtime.MemProfile(records, true)
	if !whole {
		panic("more is allocated than there are records for")
	}
	var functions []string
	for _, r := range records[:n] {
		var called []string
		frames := runtime.CallersFrames(r.Stack())
		for more := true; more; {
			var f runtime.Frame
			f, more = frames.Next()
			called = append(called, f.Function)
		}
		if slices.Contains(called, "runtime.doInit1") {
			continue
		}
		for _, function := range called {
			if name, of := strings.CutPrefix(function, path+"."); of && !slices.Contains(functions, name) {
				functions = append(functions, name)
			}
		}
	}
	slices.Sort(functions)
	return functions
}
