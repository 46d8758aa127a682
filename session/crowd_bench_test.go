package session

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"slices"
	"testing"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
)

const (
	benchHeader = `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' id='b' from='example.com'>`
	benchPong   = `<iq type="result" id="%s" from="echo@example.com/e" to="juliet@example.com/balcony"/>`
)

const (
	turnCount = 256 // stanzas of a turn
	turns     = 400 // of each way
)

// BenchmarkBesidePending starts requests and has the oldest ones answered while so many others wait: none,
// 1,000 and 100,000, in sessions that take turns, of which the best one counts. It prints what it takes
// to start a request and to take its reply, and both together as a share of what they take with none
// beside (the goal is 1.1 at most).
func BenchmarkBesidePending(b *testing.B) {
	crowds := []int{0, 1_000, 100_000}
	var replies, starts []func() time.Duration
	for _, crowd := range crowds {
		p := newBenchPeer(b)
		var waiting []*Request
		for len(waiting) < crowd {
			waiting = append(waiting, p.asked(min(turnCount, crowd-len(waiting)))...)
		}
		starts = append(starts, func() time.Duration {
			requests, took := p.starts(turnCount)
			waiting = append(waiting, requests...)
			return took
		})
		replies = append(replies, func() time.Duration {
			for _, r := range waiting[:turnCount] {
				p.answers(r)
			}
			last := waiting[turnCount-1]
			waiting = waiting[turnCount:]
			began := time.Now()
			p.says()
			<-last.Done()
			return time.Since(began)
		})
	}
	best := bestTurns(b, slices.Concat(starts, replies))
	for i, crowd := range crowds {
		start, reply := best[i], best[len(crowds)+i]
		b.ReportMetric(start, fmt.Sprintf("start-ns-beside-%d", crowd))
		b.ReportMetric(reply, fmt.Sprintf("reply-ns-beside-%d", crowd))
		if i > 0 {
			b.ReportMetric((start+reply)/(best[0]+best[len(crowds)]), fmt.Sprintf("%d-of-0", crowd))
		}
	}
}

// BenchmarkReceivedPastHandlers receives stanzas past observers that the header turns away: none, 10 and
// 100. It prints what a stanza takes, and what each observer adds (the goal is 50 ns at most).
func BenchmarkReceivedPastHandlers(b *testing.B) {
	counts := []int{0, 10, 100}
	var ways []func() time.Duration
	for _, handlers := range counts {
		p := newBenchPeer(b)
		for i := range handlers {
			err := p.s.Handle(handler.Callback(fmt.Sprint(i), handler.MustPath("iq@type=get/disco_info"), func(handler.Event) { b.Error("matched") }))
			if err != nil {
				b.Fatal(err)
			}
		}
		ways = append(ways, func() time.Duration {
			last := p.asked(1)[0]
			for range turnCount - 1 {
				p.stream.WriteString(`<iq type="result" id="none" from="echo@example.com/e" to="juliet@example.com/balcony"><ping xmlns="urn:xmpp:ping"/></iq>`)
			}
			p.answers(last)
			began := time.Now()
			p.says()
			<-last.Done()
			return time.Since(began)
		})
	}
	best := bestTurns(b, ways)
	for i, handlers := range counts {
		b.ReportMetric(best[i], fmt.Sprintf("ns-past-%d", handlers))
	}
	b.ReportMetric((best[2]-best[0])/float64(counts[2]), "ns/handler")
}

// benchPeer is the other end of a session's stream, and does nothing by itself.
type benchPeer struct {
	b      *testing.B
	s      *Session
	conn   net.Conn
	r      *bufio.Reader
	stream bytes.Buffer // what it says next
}

func newBenchPeer(b *testing.B) *benchPeer {
	b.Helper()
	near, far := net.Pipe()
	p := &benchPeer{b: b, s: New(Config{}), conn: far, r: bufio.NewReaderSize(far, 1<<16)}
	opening := make(chan struct{})
	go func() {
		defer close(opening)
		p.heard("<stream:stream", 1)
		p.stream.WriteString(benchHeader)
		p.says()
	}()
	takeUp(b, p.s, opened(b, p.s, near))
	<-opening
	b.Cleanup(func() {
		far.Close()
		p.s.Close(b.Context())
	})
	return p
}

// heard reads until so many tags have come that begin like that.
func (p *benchPeer) heard(tag string, n int) {
	for n > 0 {
		got, err := p.r.ReadSlice('>')
		if err != nil {
			p.b.Error(err)
			return
		}
		if bytes.HasPrefix(got, []byte(tag)) {
			n--
		}
	}
}

// asked has the session send requests.
func (p *benchPeer) asked(n int) []*Request {
	requests, _ := p.starts(n)
	return requests
}

// starts is asked, and how long the session's part of it took.
func (p *benchPeer) starts(n int) ([]*Request, time.Duration) {
	p.b.Helper()
	iqs, requests := make([]*stanza.Stanza, n), make([]*Request, n)
	for i := range iqs {
		var err error
		if iqs[i], err = iqbuilder.Get(iqbuilder.To("echo@example.com/e"), iqbuilder.WithElement(stanza.Name{Space: "urn:xmpp:ping", Local: "ping"})); err != nil {
			p.b.Fatal(err)
		}
	}
	hour := WithTimeout(time.Hour)
	began := time.Now()
	for i, iq := range iqs {
		var err error
		if requests[i], err = p.s.Start(iq, hour); err != nil {
			p.b.Fatal(err)
		}
	}
	p.heard("<iq", n)
	return requests, time.Since(began)
}

// answers makes ready the reply to a request.
func (p *benchPeer) answers(r *Request) { fmt.Fprintf(&p.stream, benchPong, r.p.ID) }

// says sends what it has ready, and returns when the session has read it.
func (p *benchPeer) says() {
	if _, err := p.stream.WriteTo(p.conn); err != nil {
		p.b.Error(err)
	}
}

// bestTurns is how many nanoseconds a stanza takes each way, by the turn that nobody disturbed.
func bestTurns(b *testing.B, ways []func() time.Duration) []float64 {
	best := make([]float64, len(ways))
	for b.Loop() {
		for turn := range turns * len(ways) {
			i := turn % len(ways)
			if took := float64(ways[i]().Nanoseconds()) / turnCount; best[i] == 0 || took < best[i] {
				best[i] = took
			}
		}
	}
	b.ReportMetric(0, "ns/op")
	return best
}
