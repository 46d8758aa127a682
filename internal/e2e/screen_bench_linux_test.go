package e2e

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// firstFrameLimit is how long it may take from the start to the first picture.
const firstFrameLimit = 150 * time.Millisecond

// BenchmarkFirstFrame measures from the start of the process to the first frame, on a terminal that
// answers queries. of-limit is the median's part of the limit.
func BenchmarkFirstFrame(b *testing.B) {
	path := builtFor(b)
	var times []time.Duration
	for b.Loop() {
		start := time.Now()
		t := openTerminal(b, path)
		times = append(times, t.waitFor("Compose").Sub(start))
		t.quit()
	}
	slices.Sort(times)
	median := times[len(times)/2]
	b.ReportMetric(0, "ns/op") // with the end of the process, and so of no interest
	b.ReportMetric(milliseconds(median), "median-ms")
	b.ReportMetric(milliseconds(times[0]), "best-ms")
	b.ReportMetric(milliseconds(times[len(times)-1]), "worst-ms")
	b.ReportMetric(float64(median)/float64(firstFrameLimit), "of-limit")
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// idleLimit is how much of one core an idle program may use.
const idleLimit = 0.01

// BenchmarkIdle measures what the program does while it is online and nothing is pending: nothing
// is to be written.
func BenchmarkIdle(b *testing.B) {
	path := builtFor(b)
	for b.Loop() {
		written, cpu := idle(b, path, 5*time.Second)
		b.ReportMetric(float64(written), "bytes-written")
		b.ReportMetric(100*cpu, "%-of-a-core")
		b.ReportMetric(cpu/idleLimit, "of-limit")
	}
	b.ReportMetric(0, "ns/op")
}

func TestAnIdleScreenIsLeftAlone(t *testing.T) {
	if written, _ := idle(t, Binary(t), 5*time.Second); written > 0 {
		t.Errorf("with nothing to say, the program has written %d bytes", written)
	}
}

// idle sends the ready draft, waits for the answer, and then watches the program for a while.
func idle(tb testing.TB, path string, watched time.Duration) (written int, cpu float64) {
	tb.Helper()
	t := openTerminal(tb, path)
	t.waitFor("online")
	t.press("\x1b[15~") // F5
	t.waitFor("1 ended")
	// What has just happened may still be told for a moment.
	for before := -1; before != t.written(); time.Sleep(time.Second) {
		before = t.written()
	}
	wrote, worked := t.written(), cpuTime(tb, t.command.Process.Pid)
	start := time.Now()
	time.Sleep(watched)
	cpu = float64(cpuTime(tb, t.command.Process.Pid)-worked) / float64(time.Since(start))
	written = t.written() - wrote
	t.quit()
	return written, cpu
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
