package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// What a flood into the open screen is held against.
const (
	floodStanzas = 1_000_000
	floodRate    = 100_000     // stanzas a second that are taken at least
	floodMemory  = 150_000_000 // bytes that the program has at most, and does not grow towards
)

// Of a flood: whatever is behind the number is the same in each stanza.
const (
	floodMessage = "<message id='m%07d' from='romeo@peers.example/phone' to='nobody@" + scriptedHost + "'><body>What light through yonder window breaks?</body></message>"
	floodResult  = "<iq type='result' id='r%07d' from='romeo@peers.example/phone' to='nobody@" + scriptedHost + "'><query xmlns='urn:example:x'/></iq>"
)

// BenchmarkFloodIntoTheScreen sends a million stanzas to the open screen as fast as it takes them,
// while keys are pressed. of-raw is the rate beside that of a reader which finds the ends of stanzas
// and nothing else, on the same server in the same run; cpu-us is the processor's time for a stanza.
// Memory is what the program has at half of it, at the end, and at most. idle-key is how long keys
// take before it begins, on the same machine at the same time.
func BenchmarkFloodIntoTheScreen(b *testing.B) {
	path := builtFor(b)
	b.Run("messages", func(b *testing.B) { floodsScreen(b, path, floodMessage) })
	b.Run("results of nothing", func(b *testing.B) { floodsScreen(b, path, floodResult) })
}

func floodsScreen(b *testing.B, path, form string) {
	var keys, quiet []time.Duration
	var rate, raw, cpu, half, end, peak float64
	for b.Loop() {
		raw = max(raw, floodsRaw(b, form))
		one := newTorrent(form)
		t := openTerminalOf(b, ordinary, path, one.script().serve(b)...)
		t.waitFor("online")
		for range 5 {
			quiet = append(quiet, t.typesInCommandLine()...)
		}
		worked, pid := cpuTime(b, t.command.Process.Pid), t.command.Process.Pid
		close(one.begin)
		for taken := false; !taken; {
			keys = append(keys, t.typesInCommandLine()...)
			if half == 0 && one.sent.Load() >= floodStanzas/2 {
				half = float64(t.memory())
			}
			select {
			case <-one.taken:
				taken = true
			default:
			}
		}
		end, peak = max(end, float64(t.memory())), max(peak, float64(t.mostMemory()))
		used := float64(cpuTime(b, pid)-worked) / 1000 / floodStanzas
		if cpu == 0 || used < cpu {
			cpu = used
		}
		rate = max(rate, one.rate())
		t.press(ctrlC)
		t.quit()
	}
	slices.Sort(keys)
	slices.Sort(quiet)
	at := func(part float64, of []time.Duration) time.Duration { return of[int(part*float64(len(of)-1))] }
	p99 := at(0.99, keys)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(rate, "taken/s")
	b.ReportMetric(rate/floodRate, "of-wanted")
	b.ReportMetric(rate/raw, "of-raw")
	b.ReportMetric(cpu, "cpu-us")
	b.ReportMetric(half/1e6, "half-MB")
	b.ReportMetric(end/1e6, "end-MB")
	b.ReportMetric(peak/1e6, "peak-MB")
	b.ReportMetric(peak/floodMemory, "peak-of-limit")
	b.ReportMetric(milliseconds(at(0.5, keys)), "key-p50-ms")
	b.ReportMetric(milliseconds(p99), "key-p99-ms")
	b.ReportMetric(float64(p99)/float64(floodPaint), "key-of-limit")
	b.ReportMetric(milliseconds(at(0.5, quiet)), "idle-key-p50-ms")
	b.ReportMetric(milliseconds(at(0.99, quiet)), "idle-key-p99-ms")
}

// A torrent is a server's part: stanzas as fast as they are taken, and behind them a question, whose
// answer says that all were read.
type torrent struct {
	form  string
	begin chan struct{} // closed when it is to begin
	taken chan struct{} // closed when all has been read
	sent  atomic.Int64
	took  time.Duration // from the first to the answer
}

func newTorrent(form string) *torrent {
	return &torrent{form: form, begin: make(chan struct{}), taken: make(chan struct{})}
}

func (f *torrent) rate() float64 { return floodStanzas / f.took.Seconds() }

func (f *torrent) script() script { return script{follows: f.flow} }

const torrentEnd = "<iq type='get' id='end' from='" + scriptedHost + "' to='nobody@" + scriptedHost + "/home'><ping xmlns='urn:xmpp:ping'/></iq>"

// flow writes the same block of stanzas again and again, each time with other numbers: making them
// anew would take longer than reading them.
func (f *torrent) flow(to *speaker) {
	defer close(f.taken)
	const together = 500
	block := []byte(strings.Repeat(fmt.Sprintf(f.form, 0), together))
	length := len(block) / together
	digits := bytes.Index(block, []byte("0000000"))
	<-f.begin
	began := time.Now()
	for n := 0; n < floodStanzas; n += together {
		for i := range together {
			for at, rest := i*length+digits+6, n+i; rest > 0; at, rest = at-1, rest/10 {
				block[at] = byte('0' + rest%10)
			}
		}
		if _, err := to.Write(block); err != nil {
			return
		}
		f.sent.Add(together)
	}
	if _, err := io.WriteString(to, torrentEnd); err != nil || to.hears("end") == nil {
		return
	}
	f.took = time.Since(began)
}

// floodsRaw has a torrent read by a loop that one would write by hand, and returns its rate.
func floodsRaw(b *testing.B, form string) float64 {
	one := newTorrent(form)
	arguments := one.script().serve(b)
	conn, err := net.Dial("tcp", arguments[slices.Index(arguments, "--server")+1])
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	c := newRawClient(conn)
	for _, step := range [][2]string{
		{"<stream:stream version='1.0'>", "</stream:features>"},
		{"<auth/>", "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"},
		{"<stream:stream version='1.0'>", "</stream:features>"},
		{"<iq type='set' id='b'></iq>", "</iq>"},
	} {
		if err := c.say(step[0], step[1]); err != nil {
			b.Fatal(err)
		}
	}
	close(one.begin)
	end := form[strings.LastIndex(form, "</"):]
	for range floodStanzas {
		if err := c.until(end); err != nil {
			b.Fatal(err)
		}
	}
	if err := c.until("</iq>"); err != nil {
		b.Fatal(err)
	}
	io.WriteString(conn, "<iq type='result' id='end'/>")
	<-one.taken
	return one.rate()
}
