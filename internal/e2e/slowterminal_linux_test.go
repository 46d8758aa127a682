package e2e

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// stop is what Ctrl+S does to a terminal: it reads nothing more until it goes on. What it was reading
// at that moment it still shows.
func (t *terminal) stop() (goOn func()) {
	stopped := make(chan struct{})
	wait := func(int) { <-stopped }
	t.pace.Store(&wait)
	return func() {
		t.pace.Store(nil)
		close(stopped)
	}
}

// slows lets a terminal read so many bytes a second.
func (t *terminal) slows(perSecond int) {
	wait := func(read int) { time.Sleep(time.Duration(read) * time.Second / time.Duration(perSecond)) }
	t.pace.Store(&wait)
}

// A deluge is a server that sends so many messages as fast as they are taken, when it is told to, and
// then asks whether they were.
type deluge struct {
	count int
	begin chan struct{}
	taken chan time.Duration // how long it took until the answer to what was asked behind them
}

func newDeluge(count int) *deluge {
	return &deluge{count: count, begin: make(chan struct{}), taken: make(chan time.Duration, 1)}
}

func (d *deluge) follows(to *speaker) {
	<-d.begin
	began := time.Now()
	var b bytes.Buffer
	for n := range d.count {
		fmt.Fprintf(&b, "<message id='m%d' from='romeo%d@peers.example/phone' to='nobody@%s'><body>What light through yonder window breaks? %[1]d</body></message>", n, n%100, scriptedHost)
		if b.Len() > 1<<15 || n == d.count-1 {
			if _, err := to.Write(b.Bytes()); err != nil {
				return
			}
			b.Reset()
		}
	}
	fmt.Fprintf(to, "<iq type='get' id='all-taken' from='%s'><ping xmlns='urn:xmpp:ping'/></iq>", scriptedHost)
	if to.hears("all-taken") != nil {
		d.taken <- time.Since(began)
	}
}

// pours sends them, and returns how long it took until all were taken, and how much memory the program
// has then.
func (d *deluge) pours(t *terminal) (took time.Duration, memory int) {
	t.tb.Helper()
	close(d.begin)
	select {
	case took = <-d.taken:
	case <-time.After(patience):
		t.tb.Fatalf("%d messages are not taken", d.count)
	}
	return took, t.memory()
}

// settled waits until nothing more is written.
func (t *terminal) settled() {
	for before := -1; before != t.written(); time.Sleep(300 * time.Millisecond) {
		before = t.written()
	}
}

// waitGone waits until a text stands nowhere on the screen.
func (t *terminal) waitGone(text string) {
	t.tb.Helper()
	for end := time.Now().Add(patience); draw(t.since(0)).shows(text); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.tb.Fatalf("%q does not go", text)
		}
	}
}

// isWhole compares the screen with one that is drawn anew, as soon as no rate is shown any more, which
// changes by itself.
func (t *terminal) isWhole() {
	t.tb.Helper()
	t.waitGone("/s ")
	t.settled()
	shown := draw(t.since(0))
	from := t.written()
	t.press("\x0c") // Ctrl+L
	t.waitsFrom(from, "Compose")
	t.settled()
	anew := draw(t.since(from))
	for y := 1; y <= ordinary.height; y++ {
		was, is := shown.line(y, ordinary.width), anew.line(y, ordinary.width)
		if was != is || ansi.StringWidth(is) != ordinary.width {
			t.tb.Errorf("line %d is %q, want %q", y, was, is)
		}
	}
}

// A terminal that takes nothing, as after Ctrl+S, keeps the session from nothing: all that comes is
// taken, in order, and answered; keys are taken, too; and nothing piles up. When it goes on, the
// screen is that of the moment.
func TestAStoppedTerminalKeepsTheSessionFromNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	const count = 30_000
	path := Binary(t)
	memory := map[bool]int{}
	for _, stopped := range []bool{false, true} {
		d := newDeluge(count)
		p := openTerminalOf(t, ordinary, path, script{follows: d.follows}.serve(t)...)
		p.waitFor("online")
		p.press(focusLog)
		p.settled()
		goOn := func() {}
		from := p.written()
		if stopped {
			goOn = p.stop()
		}
		_, memory[stopped] = d.pours(p)
		if stopped {
			if got := p.written() - from; got > 1<<17 {
				t.Errorf("a terminal that is stopped has taken %d bytes, so that this shows nothing", got)
			}
			p.press("\x1bOP") // F1
		}
		goOn()
		if stopped {
			p.waitFor("Keys: Log")
			p.press("\x1b")
			p.waitGone("Keys: Log")
		}
		p.waitFor("30,0") // so many and what the login took are in the log
		p.isWhole()
		p.press(ctrlC)
		p.quit()
	}
	if memory[true] > memory[false]+memory[false]/4 {
		t.Errorf("with the terminal stopped the program has %d MB, else %d", memory[true]>>20, memory[false]>>20)
	}
}

// BenchmarkASlowTerminal reports how fast 200,000 messages are taken while the terminal takes 100 kB
// a second, or nothing, beside one that takes all there is, and how much memory the program has in
// the end, likewise. 1 is as with a quick one.
func BenchmarkASlowTerminal(b *testing.B) {
	const count = 200_000
	path := builtFor(b)
	pour := func(before func(*terminal)) (perSecond, memory float64) {
		d := newDeluge(count)
		t := openTerminalOf(b, ordinary, path, script{follows: d.follows}.serve(b)...)
		t.waitFor("online")
		t.press(focusLog)
		t.settled()
		before(t)
		took, bytes := d.pours(t)
		t.command.Process.Kill()
		return count / took.Seconds(), float64(bytes)
	}
	for b.Loop() {
		rate, memory := pour(func(*terminal) {})
		b.ReportMetric(rate, "quick/s")
		b.ReportMetric(memory/(1<<20), "quick-MB")
		for _, way := range []struct {
			name   string
			before func(*terminal)
		}{
			{"slow", func(t *terminal) { t.slows(100_000) }},
			{"stopped", func(t *terminal) { b.Cleanup(t.stop()) }},
		} {
			r, m := pour(way.before)
			b.ReportMetric(r/rate, way.name+"-of-quick")
			b.ReportMetric(m/memory, way.name+"-memory")
		}
	}
	b.ReportMetric(0, "ns/op")
}
