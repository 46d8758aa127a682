package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// How long it may take from the start of the process to the first picture, and until one is online on
// the built-in server.
const (
	firstFrameLimit = 60 * time.Millisecond
	onlineLimit     = 120 * time.Millisecond
)

// startTurns is how often each program is started.
const startTurns = 15

// BenchmarkStart measures from the start of the process to the first frame and until one is online,
// on a terminal that answers queries. Beside them are other programs from their start to their end:
// iqscope version, which has nothing to do, and hello, the smallest one that Go makes. Of each it is
// the best turn; of-limit is its part of what it may take.
func BenchmarkStart(b *testing.B) {
	path, hello := builtFor(b), builtHello(b)
	for b.Loop() {
		var frames, online, versions, hellos []time.Duration
		for range startTurns {
			start := time.Now()
			t := openTerminal(b, path)
			frames = append(frames, t.waitForBytes("Compose").Sub(start))
			online = append(online, t.waitForBytes("● online").Sub(start))
			t.quit()
			versions = append(versions, wholeRun(b, path, "version"))
			hellos = append(hellos, wholeRun(b, hello))
		}
		for _, way := range []struct {
			name  string
			times []time.Duration
		}{{"frame", frames}, {"online", online}, {"version", versions}, {"hello", hellos}} {
			slices.Sort(way.times)
			b.ReportMetric(milliseconds(way.times[0]), way.name+"-ms")
			b.ReportMetric(milliseconds(way.times[len(way.times)/2]), way.name+"-median-ms")
		}
		b.ReportMetric(float64(frames[0])/float64(firstFrameLimit), "frame-of-limit")
		b.ReportMetric(float64(online[0])/float64(onlineLimit), "online-of-limit")
	}
	b.ReportMetric(0, "ns/op") // with the end of the process, and so of no interest
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// wholeRun is how long a program takes that needs no terminal.
func wholeRun(b *testing.B, path string, arguments ...string) time.Duration {
	b.Helper()
	command := exec.Command(path, arguments...)
	command.Env = surroundings(b)
	start := time.Now()
	if err := command.Run(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// builtHello is a program that says hello.
func builtHello(b *testing.B) string {
	b.Helper()
	source, path := filepath.Join(b.TempDir(), "hello.go"), filepath.Join(b.TempDir(), "hello")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() { println(\"hello\") }\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	if output, err := exec.Command("go", "build", "-o", path, source).CombinedOutput(); err != nil {
		b.Fatalf("building hello: %v\n%s", err, output)
	}
	return path
}

// What an idle program may use: a part of one core, and memory.
const (
	idleLimit   = 0.005
	memoryLimit = 40 << 20
)

// BenchmarkIdle measures what the program does while it is online and nothing is pending: nothing
// is to be written. Of what else it may use, of-limit is its part. What watches it is told beside it: most
// of that memory is the same pages of the same file.
func BenchmarkIdle(b *testing.B) {
	path := builtFor(b)
	for b.Loop() {
		r := idle(b, path, 5*time.Second)
		b.ReportMetric(float64(r.written), "bytes-written")
		b.ReportMetric(100*r.cpu, "%-of-a-core")
		b.ReportMetric(r.cpu/idleLimit, "cpu-of-limit")
		b.ReportMetric(float64(r.memory)/(1<<20), "RSS-MB")
		b.ReportMetric(float64(r.watcher)/(1<<20), "watcher-RSS-MB")
		b.ReportMetric(float64(r.memory)/memoryLimit, "RSS-of-limit")
	}
	b.ReportMetric(0, "ns/op")
}

func TestAnIdleScreenIsLeftAlone(t *testing.T) {
	t.Parallel()
	if r := idle(t, Binary(t), 5*time.Second); r.written > 0 {
		t.Errorf("with nothing to say, the program has written %d bytes", r.written)
	}
}

// idle sends the ready draft, waits for the answer, and then watches the program for a while.
func idle(tb testing.TB, path string, watched time.Duration) (r rest) {
	tb.Helper()
	t := openTerminal(tb, path)
	t.waitFor("online")
	t.press("\x1b[15~") // F5
	t.waitFor("1 ended")
	// What has just happened may still be told for a moment.
	for before := -1; before != t.written(); time.Sleep(time.Second) {
		before = t.written()
	}
	pid := t.command.Process.Pid
	wrote, worked := t.written(), cpuTime(tb, pid)
	start := time.Now()
	time.Sleep(watched)
	r.cpu = float64(cpuTime(tb, pid)-worked) / float64(time.Since(start))
	r.written = t.written() - wrote
	r.memory = residentOf(tb, pid)
	for _, child := range childrenOf(tb, pid) {
		r.watcher += residentOf(tb, child)
	}
	t.quit()
	return r
}

// rest is what an idle program does all the same.
type rest struct {
	written         int     // bytes, to the terminal
	cpu             float64 // of one core
	memory, watcher int     // bytes that are resident, of the program and of what watches it
}

// residentOf is how much memory a process has, in bytes.
func residentOf(tb testing.TB, pid int) int {
	tb.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		tb.Fatal(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	if err != nil {
		tb.Fatal(err)
	}
	return pages * os.Getpagesize()
}

// childrenOf are the processes that a process has started, from any of its threads.
func childrenOf(tb testing.TB, pid int) (children []int) {
	tb.Helper()
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		for _, word := range strings.Fields(string(text)) {
			child, err := strconv.Atoi(word)
			if err != nil {
				tb.Fatal(err)
			}
			children = append(children, child)
		}
	}
	return children
}

// cpuTime is how long a process's threads have run. /proc/PID/stat has it, too, but in hundredths
// of a second only, which is half of what may be used here.
func cpuTime(tb testing.TB, pid int) time.Duration {
	tb.Helper()
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		tb.Fatal(err)
	}
	var sum time.Duration
	for _, thread := range threads {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/schedstat", pid, thread.Name()))
		if err != nil {
			tb.Fatal(err)
		}
		nanoseconds, err := strconv.ParseInt(strings.Fields(string(text))[0], 10, 64)
		if err != nil {
			tb.Fatal(err)
		}
		sum += time.Duration(nanoseconds)
	}
	return sum
}

// builtFor is [Binary] for benchmarks.
func builtFor(b *testing.B) string {
	b.Helper()
	path, err := build()
	if err != nil {
		b.Fatal(err)
	}
	return path
}
