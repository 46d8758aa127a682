package session

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"iqscope/session/journal"
)

// BenchmarkFlood is fault 8 of docs/faults.md: others ask 10,000 times as fast as the socket takes
// it. It tells what is answered and given up, the most memory in use, and the longest that a screen
// waited for the status, the log and the requests.
func BenchmarkFlood(b *testing.B) {
	for _, c := range []struct {
		name           string
		senders, asked int
		payload        int // bytes
	}{
		{"100 senders", 100, 10_000, 0},
		{"1 sender", 1, 10_000, 0},
		{"10,000 senders", 10_000, 10_000, 0},
		{"100 senders, 1 MB each", 100, 1_000, 1_000_000},
	} {
		b.Run(c.name, func(b *testing.B) {
			for range b.N {
				flood(b, c.senders, c.asked, c.payload)
			}
		})
	}
}

func flood(b *testing.B, senders, asked, payload int) {
	near, far := socket(b)
	var answered atomic.Int64
	go func() {
		defer far.Close()
		r := bufio.NewReaderSize(far, 1<<16)
		for {
			tag, err := r.ReadSlice('>')
			if err != nil && err != bufio.ErrBufferFull {
				return
			}
			if bytes.HasPrefix(tag, []byte("<iq ")) {
				answered.Add(1)
			}
		}
	}()
	s := New(Config{})
	far.Write([]byte(benchHeader))
	takeUp(b, s, opened(b, s, near))

	began := time.Now()
	go func() {
		w := bufio.NewWriterSize(far, 1<<16)
		content := strings.Repeat("x", payload)
		for i := range asked {
			fmt.Fprintf(w, `<iq type="get" id="%d" from="u%d@x.y/z"><q xmlns="u">%s</q></iq>`, i, i%senders, content)
		}
		w.Flush()
	}()
	var entries []journal.Entry
	var requests []Incoming
	var slowest time.Duration
	var most uint64
	for s.Journal().Stats().In < uint64(asked)+1 {
		look := time.Now()
		s.Status()
		entries = s.Journal().Window(entries, s.Journal().Stats().Last-50, 50)
		requests = s.Incoming(requests)
		slowest = max(slowest, time.Since(look))
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapAlloc)
		time.Sleep(10 * time.Millisecond)
	}
	b.ReportMetric(float64(time.Since(began).Milliseconds()), "ms/flood")
	b.ReportMetric(float64(slowest.Microseconds()), "µs/look")
	b.ReportMetric(float64(most>>20), "MB")
	time.Sleep(100 * time.Millisecond)
	b.ReportMetric(float64(answered.Load()), "answered")
	b.ReportMetric(float64(s.Status().Overflow), "given-up")
	far.Close()
	s.Close(context.Background())
}

// socket is the two ends of a TCP connection.
func socket(b *testing.B) (near, far net.Conn) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	if near, err = net.Dial("tcp", l.Addr().String()); err != nil {
		b.Fatal(err)
	}
	if far, err = l.Accept(); err != nil {
		b.Fatal(err)
	}
	return near, far
}
