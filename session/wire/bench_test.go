package wire

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
)

// window is how many requests are in flight.
const window = 64

const pingText = "<iq type='get' id='0123456789' to='echo.example.com'><ping xmlns='urn:xmpp:ping'/></iq>"

// BenchmarkWindow sends requests and reads their replies, 64 in flight, over TCP
// on loopback, against a server that sends back what it gets. "conn" is a Conn
// with a tap, "raw" the loop one would write by hand: it counts end tags.
func BenchmarkWindow(b *testing.B) {
	b.Run("conn", func(b *testing.B) {
		c := New(echo(b), Config{Log: func(Event) {}})
		defer c.CloseNow()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		c.Open(Header{To: "example.com"})
		if _, err := c.Next(ctx); err != nil {
			b.Fatal(err)
		}
		iq, err := c.Element(pingText)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		flow(b, func() error {
			_, err := c.Send(ctx, iq)
			return err
		}, func() error {
			var el *stanza.Stanza
			el, err := c.Next(ctx)
			if err == nil && el.ID() != "0123456789" {
				b.Errorf("read %s", el.XML())
			}
			return err
		})
	})
	b.Run("raw", func(b *testing.B) {
		socket := echo(b)
		defer socket.Close()
		text := []byte(pingText)
		in := bufio.NewReaderSize(socket, 16<<10)
		b.ReportAllocs()
		flow(b, func() error {
			_, err := socket.Write(text)
			return err
		}, func() error {
			for {
				part, err := in.ReadSlice('>')
				if err != nil || bytes.HasSuffix(part, []byte("</iq>")) {
					return err
				}
			}
		})
	})
}

// flow keeps the window full until b.N requests are done.
func flow(b *testing.B, send, receive func() error) {
	free := make(chan struct{}, window)
	done := make(chan struct{})
	b.ResetTimer()
	go func() {
		defer close(done)
		for range b.N {
			if err := receive(); err != nil {
				b.Error(err)
				return
			}
			<-free
		}
	}()
	for range b.N {
		free <- struct{}{}
		if err := send(); err != nil {
			b.Fatal(err)
		}
	}
	<-done
}

// echo returns a socket to a server that sends everything back.
func echo(b *testing.B) net.Conn {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() {
		socket, err := listener.Accept()
		listener.Close()
		if err == nil {
			io.Copy(socket, struct{ io.Reader }{socket})
			socket.Close()
		}
	}()
	socket, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	return socket
}

// BenchmarkRedact looks for secrets where there are none, beside a copy of the stanza.
func BenchmarkRedact(b *testing.B) {
	large := "<iq type='result'><query xmlns='jabber:iq:roster'>" + strings.Repeat("<item jid='romeo@example.com' subscription='both'/>", 1400) + "</query></iq>"
	features := "<iq type='result'><query xmlns='http://jabber.org/protocol/disco#info'>" + strings.Repeat("<feature var='http://jabber.org/protocol/feature'/>", 22) + "</query></iq>"
	for name, xml := range map[string]string{"small": pingText, "large": large, "features": features} {
		el, err := stanza.Parse(xml, stanza.ClientScope())
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(xml)))
			for b.Loop() {
				Redact(el)
			}
		})
		b.Run(name+", parse", func(b *testing.B) {
			b.SetBytes(int64(len(xml)))
			for b.Loop() {
				stanza.Parse(xml, stanza.ClientScope())
			}
		})
	}
}
