package session

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"testing"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

const (
	benchHeader = `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' id='b' from='example.com'>`
	benchPing   = `<iq type="get" id="%s" to="echo@example.com/e"><ping xmlns="urn:xmpp:ping"/></iq>`
	benchPong   = `<iq type="result" id="%s" from="echo@example.com/e" to="juliet@example.com/balcony"/>`
	benchCount  = 20_000
	benchWindow = 64
)

// echo answers every request on a socket with a result of the same id. It looks
// for nothing but tags and id=", so that it is never what is measured.
func echo(conn net.Conn) {
	defer conn.Close()
	r := bufio.NewReaderSize(conn, 1<<16)
	w := bufio.NewWriterSize(conn, 1<<16)
	head, tail, _ := bytes.Cut([]byte(benchPong), []byte("%s"))
	for {
		tag, err := r.ReadSlice('>')
		if err != nil {
			return
		}
		if bytes.HasPrefix(tag, []byte("<stream:stream")) {
			w.WriteString(benchHeader)
		}
		if bytes.HasPrefix(tag, []byte("<iq ")) {
			_, id, _ := bytes.Cut(tag, []byte(`id="`))
			id, _, _ = bytes.Cut(id, []byte(`"`))
			w.Write(head)
			w.Write(id)
			w.Write(tail)
		}
		if bytes.HasPrefix(tag, []byte("</stream:stream")) {
			w.WriteString("</stream:stream>")
			w.Flush()
			return
		}
		if r.Buffered() == 0 {
			w.Flush()
		}
	}
}

func listenEcho(b *testing.B) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go echo(conn)
		}
	}()
	return l.Addr().String()
}

// rawLoop is what someone would write by hand: keep the window full, count the
// answers. It knows nothing of ids.
func rawLoop(b *testing.B, addr string) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	r := bufio.NewReaderSize(conn, 1<<16)
	fmt.Fprint(conn, benchHeader)
	if _, err := r.ReadSlice('>'); err != nil {
		b.Fatal(err)
	}
	sent := 0
	send := func() {
		if sent < benchCount {
			sent++
			fmt.Fprintf(conn, benchPing, fmt.Sprint(sent))
		}
	}
	for range benchWindow {
		send()
	}
	for range benchCount {
		if _, err := r.ReadSlice('>'); err != nil {
			b.Fatal(err)
		}
		send()
	}
}

// sessionLoop does the same through a session: every answer is framed, checked,
// logged and matched to its request.
func sessionLoop(b *testing.B, addr string) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	s := New(Config{})
	defer s.Close(context.Background())
	takeUp(b, s, opened(b, s, conn))
	var window [benchWindow]*Request
	for i := range benchCount {
		slot := i % benchWindow
		if r := window[slot]; r != nil {
			<-r.Done()
			if _, err := r.Result(); err != nil {
				b.Fatal(err)
			}
		}
		iq, err := iqbuilder.Get(iqbuilder.To("echo@example.com/e"), iqbuilder.WithElement(stanza.Name{Space: "urn:xmpp:ping", Local: "ping"}))
		if err != nil {
			b.Fatal(err)
		}
		if window[slot], err = s.Start(iq); err != nil {
			b.Fatal(err)
		}
	}
	for _, r := range window {
		<-r.Done()
	}
}

// BenchmarkWindowAgainstRawSocket compares 20,000 requests, 64 in flight, with a
// hand-written loop on the same echo server in the same run. The goal is a ratio
// of at least 0.3.
func BenchmarkWindowAgainstRawSocket(b *testing.B) {
	addr := listenEcho(b)
	for b.Loop() {
		began := b.Elapsed()
		rawLoop(b, addr)
		raw := b.Elapsed() - began
		sessionLoop(b, addr)
		ours := b.Elapsed() - began - raw
		b.ReportMetric(benchCount/raw.Seconds(), "raw/s")
		b.ReportMetric(benchCount/ours.Seconds(), "ours/s")
		b.ReportMetric(raw.Seconds()/ours.Seconds(), "ratio")
	}
}
