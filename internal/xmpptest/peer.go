package xmpptest

import (
	"context"
	"net"
	"testing/synctest"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// Patience is how long a peer outside of a bubble waits for what must come; only broken code
// makes it pass.
const Patience = 20 * time.Second

// most is how many elements wait for a test to hear them.
const most = 100_000

// Peer is the other end of a stream, in a test's hands. Its methods belong to the test's own
// goroutine, but for Sends. Whoever made the connection closes it.
//
// One that listens, as Serve makes it, lives in a synctest bubble: it hears what was sent by the
// time when nothing moves any more, and never makes the clock go. The others read when they are
// asked to, and wait.
type Peer struct {
	// Conn is its end of the connection.
	Conn *wire.Conn
	// Heard is what a peer that listens was told and the test did not ask for yet. It is closed
	// when the stream ends.
	Heard chan *stanza.Stanza

	t   T
	end error // how the stream of one that listens ended; to be read when Heard is closed
}

// Serve is a peer that plays the server of a domain: it answers the stream that is opened at the
// other end of conn, and listens from then on. It is for a synctest bubble.
func Serve(t T, conn net.Conn, domain string) *Peer {
	p := On(t, wire.New(conn, wire.Config{}))
	p.Heard = make(chan *stanza.Stanza, most)
	go func() {
		defer close(p.Heard)
		p.end = p.opens(domain)
		for p.end == nil {
			var el *stanza.Stanza
			if el, p.end = p.Conn.Next(context.Background()); p.end == nil {
				p.Heard <- el
			}
		}
	}()
	return p
}

// ServeDeaf is a peer that plays a server and reads nothing once the stream is open, so that what
// is sent to it stays on the way.
func ServeDeaf(t T, conn net.Conn, domain string) *Peer {
	p := On(t, wire.New(conn, wire.Config{}))
	go p.opens(domain)
	return p
}

// On is a peer on a connection of the test's own, which reads when it is asked to.
func On(t T, conn *wire.Conn) *Peer { return &Peer{Conn: conn, t: t} }

// opens waits for a stream's header and answers it.
func (p *Peer) opens(domain string) error {
	if _, err := p.Conn.Next(context.Background()); err != nil {
		return err
	}
	return p.Conn.Open(wire.Header{ID: "s1", From: domain})
}

// Says sends an element. A peer that listens waits until it was taken in.
func (p *Peer) Says(xml string) {
	p.t.Helper()
	p.Sends(xml)
	if p.Heard != nil {
		synctest.Wait()
	}
}

// Sends is Says without the waiting, for any goroutine.
func (p *Peer) Sends(xml string) {
	p.t.Helper()
	el, err := p.Conn.Element(xml)
	if err != nil {
		p.t.Errorf("the test's own XML is wrong: %v: %s", err, xml)
		return
	}
	if _, err := p.Conn.Send(context.Background(), el); err != nil {
		p.t.Errorf("the other side took no more: %v", err)
	}
}

// Hears is the next element that the other side sends.
func (p *Peer) Hears() *stanza.Stanza {
	p.t.Helper()
	if p.Heard == nil {
		return p.reads()
	}
	synctest.Wait()
	select {
	case el, ok := <-p.Heard:
		if !ok {
			p.t.Fatalf("the other side ended the stream: %v", p.end)
		}
		return el
	default:
		p.t.Fatalf("the other side sent nothing")
		return nil
	}
}

// reads waits for the next element. It is not a context that ends the wait: one that ended
// between a read and the change to TLS would end that, too.
func (p *Peer) reads() *stanza.Stanza {
	p.t.Helper()
	tooLong := time.AfterFunc(Patience, func() { p.Conn.CloseNow() })
	defer tooLong.Stop()
	el, err := p.Conn.Next(context.Background())
	if err != nil {
		p.t.Fatalf("the other side says nothing: %v", err)
	}
	return el
}

// Asks says something and hears what comes next.
func (p *Peer) Asks(xml string) *stanza.Stanza {
	p.t.Helper()
	p.Says(xml)
	return p.Hears()
}

// HearsNothing checks that the other side sent nothing more. A peer that does not listen asks it
// for an answer (XEP-0199), before which nothing may come.
func (p *Peer) HearsNothing() {
	p.t.Helper()
	if p.Heard == nil {
		if el := p.Asks("<iq type='get' id='marker'><ping xmlns='urn:xmpp:ping'/></iq>"); el.ID() != "marker" {
			p.t.Fatalf("the other side sent %s", el.XML())
		}
		return
	}
	synctest.Wait()
	select {
	case el, ok := <-p.Heard:
		if ok {
			p.t.Fatalf("the other side sent %s", el.XML())
		}
	default:
	}
}

// End is how the stream of a peer that listens ended.
func (p *Peer) End() error {
	synctest.Wait()
	for range p.Heard {
	}
	return p.end
}
