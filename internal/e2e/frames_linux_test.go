package e2e

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
)

const (
	focusCompose = "\x1b1"
	focusPending = "\x1b2"
	focusLog     = "\x1b3"
	focusInspect = "\x1b4"
	sendKey      = "\x1b[15~" // F5
)

// pastes replaces the draft by a text.
func (t *terminal) pastes(text string) {
	t.press(focusCompose)
	t.press("i")
	t.press("\x1ba") // all of it
	t.press("\x1b[200~" + text + "\x1b[201~")
	time.Sleep(400 * time.Millisecond) // a key right behind it would be taken for a part of it
}

// waiting has a request counted down, alone, and returns where that begins in what is written.
func waiting(tb testing.TB, t *terminal, timeout time.Duration) {
	tb.Helper()
	t.waitFor("online")
	t.pastes(ping("q1", "silent"+bots))
	t.press(sendKey)
	t.waitFor("1 pending")
	time.Sleep(time.Second) // what it has led to is drawn
}

var ordinary = size{120, 40}

// What is written is what has changed: nothing is begun or ended with what stands there already.
func TestNothingIsRepaintedThatDidNotChange(t *testing.T) {
	t.Parallel()
	path := Binary(t)
	p := openTerminalOf(t, ordinary, path)
	p.waitFor("online")
	p.press(sendKey)
	p.waitFor("1 ended")
	for _, key := range []string{focusLog, "k", "k", "j", focusInspect, "l", "l", focusPending, "\x1bOP", "\x1b", "z", "z"} {
		p.press(key)
		time.Sleep(80 * time.Millisecond) // Esc is a key of its own
	}
	waiting(t, p, time.Minute)
	p.press("<!--")
	from := p.written()
	time.Sleep(3 * time.Second) // it counts down
	p.press(ctrlC)
	p.quit()
	output := p.since(0)
	for _, r := range draw(output).strokes {
		for _, i := range []int{0, len(r.is) - 1} {
			if len(r.is) > 0 && r.was[i] == r.is[i] {
				t.Errorf("row %d, column %d: %q is written again as it is, of %q", r.y, r.x+i, r.is[i], r.is)
			}
		}
	}
	if all, counting := len(draw(output).strokes), len(draw(output[from:]).strokes); all < 100 || counting < 3 {
		t.Errorf("%d times something is written, %d of them while a request counts down", all, counting)
	}
}

// countdownLimit is how many bytes a line costs of a frame in which nothing happens but that a
// request counts down.
const countdownLimit = 300

// BenchmarkCountdown measures what is written while one request counts down.
func BenchmarkCountdown(b *testing.B) {
	path := builtFor(b)
	for b.Loop() {
		t := openTerminalOf(b, ordinary, path)
		waiting(b, t, time.Minute)
		from := t.written()
		time.Sleep(5 * time.Second)
		lines, written := map[int]int{}, 0
		for _, r := range draw(t.since(from)).strokes {
			lines[r.y]++
			written += r.bytes
		}
		most := 0 // times that a line was written
		for _, n := range lines {
			most = max(most, n)
		}
		t.press(ctrlC)
		t.quit()
		if most == 0 {
			b.Fatal("nothing counts down")
		}
		b.ReportMetric(float64(len(lines)), "lines")
		perLine := float64(written) / float64(len(lines)) / 5 // a second
		b.ReportMetric(perLine, "bytes/line/s")
		b.ReportMetric(perLine/countdownLimit, "of-limit")
	}
	b.ReportMetric(0, "ns/op")
}

// Limits of how long it takes from a key to what it does on the screen, for 99 of 100 keys.
const (
	idlePaint  = 20 * time.Millisecond
	floodPaint = 50 * time.Millisecond
)

// BenchmarkKeyToPaint measures from a typed character to the picture of it, as a terminal gets it.
func BenchmarkKeyToPaint(b *testing.B) {
	path := builtFor(b)
	b.Run("idle", func(b *testing.B) { keysToPaint(b, path, script{}, idlePaint) })
	b.Run("while 10,000 stanzas arrive in a second", func(b *testing.B) {
		keysToPaint(b, path, script{follows: flood}, floodPaint)
	})
}

// flood sends 10,000 stanzas a second, until the connection ends.
func flood(to *speaker) {
	const perTick = 100
	tick := time.NewTicker(time.Second / (10_000 / perTick))
	defer tick.Stop()
	var b bytes.Buffer
	for n := 0; ; n += perTick {
		b.Reset()
		for i := range perTick {
			fmt.Fprintf(&b, "<message id='m%d' from='romeo%d@peers.example/phone' to='nobody@%s'><body>What light through yonder window breaks?</body></message>", n+i, i, scriptedHost)
		}
		if _, err := to.Write(b.Bytes()); err != nil {
			return
		}
		<-tick.C
	}
}

func keysToPaint(b *testing.B, path string, s script, limit time.Duration) {
	t := openTerminalOf(b, ordinary, path, s.serve(b)...)
	t.waitFor("online")
	var times []time.Duration
	for b.Loop() {
		for range 10 {
			times = append(times, t.typesInCommandLine()...)
		}
	}
	b.ReportMetric(float64(t.mostMemory())/1e6, "peak-MB")
	t.press(ctrlC)
	t.quit()
	slices.Sort(times)
	at := func(part float64) time.Duration { return times[int(part*float64(len(times)-1))] }
	b.ReportMetric(0, "ns/op") // most of it is waiting for the next key
	b.ReportMetric(milliseconds(at(0.5)), "p50-ms")
	b.ReportMetric(milliseconds(at(0.99)), "p99-ms")
	b.ReportMetric(float64(at(0.99))/float64(limit), "of-limit")
}

// typesInCommandLine opens the command line, types letters that stand nowhere else on the screen, and
// returns how long it took until each was painted.
func (t *terminal) typesInCommandLine() (times []time.Duration) {
	letters := []rune("абвгджзиклмнптфцчшщэюя")
	t.press("\x1bx")
	time.Sleep(100 * time.Millisecond)
	for range 10 {
		typed := string(letters[rand.IntN(len(letters))])
		from, began := t.written(), time.Now()
		t.press(typed)
		times = append(times, t.waitsFrom(from, typed).Sub(began))
		time.Sleep(time.Duration(20+rand.IntN(40)) * time.Millisecond)
	}
	t.press("\x1b")
	time.Sleep(100 * time.Millisecond)
	return times
}

// A terminal whose window is drawn larger and smaller, 50 sizes a second.
func TestATerminalThatIsResizedAllTheTimeHasTheRightScreenInTheEnd(t *testing.T) {
	t.Parallel()
	p := openTerminalOf(t, ordinary, Binary(t))
	p.waitFor("online")
	p.press(sendKey)
	p.waitFor("1 ended")
	resizes := func(d time.Duration) {
		tick := time.NewTicker(time.Second / 50)
		defer tick.Stop()
		for began := time.Now(); time.Since(began) < d; <-tick.C {
			p.resizes(size{1 + rand.IntN(220), 1 + rand.IntN(70)})
		}
		p.resizes(ordinary)
		for before := -1; before != p.written(); time.Sleep(500 * time.Millisecond) {
			before = p.written()
		}
	}
	resizes(time.Second)
	before := p.memory()
	resizes(3 * time.Second)
	if grown := p.memory() - before; grown > 64<<20 {
		t.Errorf("3 s of other sizes have cost %d MB", grown>>20)
	}
	shown := draw(p.since(0))
	from := p.written()
	p.press("\x0c") // Ctrl+L draws it anew
	p.waitsFrom(from, "Compose")
	for before := -1; before != p.written(); time.Sleep(200 * time.Millisecond) {
		before = p.written()
	}
	anew := draw(p.since(from))
	for y := 1; y <= ordinary.height; y++ { // below are those of larger sizes
		was, is := shown.line(y, ordinary.width), anew.line(y, ordinary.width)
		if was != is || ansi.StringWidth(is) != ordinary.width {
			t.Errorf("line %d is %q, want %q", y, was, is)
		}
	}
	p.press(ctrlC)
	p.quit()
}

func (t *terminal) resizes(to size) {
	t.tb.Helper()
	if err := pty.Setsize(t.file, &pty.Winsize{Cols: uint16(to.width), Rows: uint16(to.height)}); err != nil {
		t.tb.Fatal(err)
	}
}

// memory is how much of it the program has, in bytes.
func (t *terminal) memory() int {
	t.tb.Helper()
	return residentOf(t.tb, t.command.Process.Pid)
}

// mostMemory is how much of it the program has had, in bytes.
func (t *terminal) mostMemory() int {
	t.tb.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", t.command.Process.Pid))
	if err != nil {
		t.tb.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kilobytes, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.tb.Fatal(err)
	}
	return kilobytes << 10
}
