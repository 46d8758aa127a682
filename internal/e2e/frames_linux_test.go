package e2e

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
)

// A frame is what the program writes at once: from the corner of the screen down, the lines that
// are to become other ones, and nothing but a line feed for each of the others.
type frame struct {
	lines map[int]string
	bytes int
	clean bool // the terminal was cleared before it
}

// position is where a frame ends: the cursor goes to the last line.
var position = regexp.MustCompile(`\x1b\[\d+;\d*H`)

// frames takes what was written apart. What stands before the first of them is left out.
func frames(output []byte) (all []frame) {
	const corner = "\x1b[H"
	clean := false
	for {
		before, rest, found := bytes.Cut(output, []byte(corner))
		clean = clean || bytes.Contains(before, []byte("\x1b[2J"))
		end := position.FindIndex(rest)
		if !found || end == nil {
			return all
		}
		if next := bytes.Index(rest, []byte(corner)); next >= 0 && next < end[0] { // cleared, and so there twice
			output = rest[next:]
			continue
		}
		f := frame{lines: map[int]string{}, bytes: len(corner) + end[1], clean: clean}
		const eraseBelow = "\x1b[J" // of what a taller frame has left
		for i, line := range strings.Split(strings.TrimSuffix(string(rest[:end[0]]), eraseBelow), "\n") {
			if line != "" {
				f.lines[i] = strings.TrimSuffix(line, "\r")
			}
		}
		all, output, clean = append(all, f), rest[end[1]:], false
	}
}

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

// What is written is what has changed: no line is written again as it is.
func TestNothingIsRepaintedThatDidNotChange(t *testing.T) {
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
	known, all := map[int]string{}, frames(p.output)
	for n, f := range all {
		if f.clean {
			known = map[int]string{}
		}
		for _, i := range slices.Sorted(maps.Keys(f.lines)) {
			if line, ok := known[i]; ok && line == f.lines[i] {
				t.Errorf("frame %d writes line %d again as it is: %q", n, i+1, line)
			}
			known[i] = f.lines[i]
		}
	}
	if len(all) < 10 || len(frames(p.output[from:])) < 3 {
		t.Errorf("there are %d frames, %d of them while a request counts down", len(all), len(frames(p.output[from:])))
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
		lines, written, all := 0, 0, frames(t.since(from))
		for _, f := range all {
			lines, written = lines+len(f.lines), written+f.bytes
		}
		t.press(ctrlC)
		t.quit()
		if len(all) == 0 {
			b.Fatal("nothing counts down")
		}
		b.ReportMetric(float64(len(all)), "frames-in-5-s")
		b.ReportMetric(float64(lines)/float64(len(all)), "lines/frame")
		b.ReportMetric(float64(written)/float64(lines), "bytes/line")
		b.ReportMetric(float64(written)/float64(lines)/countdownLimit, "of-limit")
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
	const letters = "abcdefghijklmnopqrstuvwxyz"
	var times []time.Duration
	for b.Loop() {
		for range 10 {
			t.press("\x1bx") // the command line
			time.Sleep(100 * time.Millisecond)
			typed := "zq" // which stands nowhere else
			t.press(typed)
			t.waitFor(typed)
			for range 10 {
				typed += string(letters[rand.IntN(len(letters))])
				from, began := t.written(), time.Now()
				t.press(typed[len(typed)-1:])
				times = append(times, t.waitsFrom(from, typed).Sub(began))
				time.Sleep(time.Duration(20+rand.IntN(40)) * time.Millisecond)
			}
			t.press("\x1b")
			time.Sleep(100 * time.Millisecond)
		}
	}
	t.press(ctrlC)
	t.quit()
	slices.Sort(times)
	at := func(part float64) time.Duration { return times[int(part*float64(len(times)-1))] }
	b.ReportMetric(0, "ns/op") // most of it is waiting for the next key
	b.ReportMetric(milliseconds(at(0.5)), "p50-ms")
	b.ReportMetric(milliseconds(at(0.99)), "p99-ms")
	b.ReportMetric(float64(at(0.99))/float64(limit), "of-limit")
}

// A terminal whose window is drawn larger and smaller, 50 sizes a second.
func TestATerminalThatIsResizedAllTheTimeHasTheRightScreenInTheEnd(t *testing.T) {
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
	shown := shownBy(p.since(0))
	from := p.written()
	p.press("\x0c") // Ctrl+L draws it anew
	p.waitsFrom(from, "Compose")
	for before := -1; before != p.written(); time.Sleep(200 * time.Millisecond) {
		before = p.written()
	}
	anew := shownBy(p.since(from))
	for i := range ordinary.height { // below are those of larger sizes
		if shown[i] != anew[i] || ansi.StringWidth(anew[i]) != ordinary.width {
			t.Errorf("line %d is %q, want %q", i+1, shown[i], anew[i])
		}
	}
	p.press(ctrlC)
	p.quit()
}

// shownBy is what stands on the screen after all that was written.
func shownBy(output []byte) map[int]string {
	lines := map[int]string{}
	for _, f := range frames(output) {
		if f.clean {
			clear(lines)
		}
		maps.Copy(lines, f.lines)
	}
	return lines
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
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", t.command.Process.Pid))
	if err != nil {
		t.tb.Fatal(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	if err != nil {
		t.tb.Fatal(err)
	}
	return pages * os.Getpagesize()
}
