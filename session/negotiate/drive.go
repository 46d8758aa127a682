package negotiate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// drive takes one offer after the other and listens in between, until the way has
// come where it shall. What the server refuses is the end.
func (n *negotiation) drive(ctx context.Context, until func() bool) error {
	for !until() {
		switch {
		case n.refused != nil:
			return n.refused
		case n.stuck != nil:
			if n.step != n.next {
				n.begin(n.next, "")
			}
			return n.stuck
		case n.offer.Do != Nothing:
			if err := n.take(ctx); err != nil {
				return err
			}
		}
		if err := n.within(ctx, n.listen); err != nil {
			return err
		}
	}
	return nil
}

// take does what is offered, and something must be.
func (n *negotiation) take(ctx context.Context) error {
	switch n.offer.Do {
	case OpenStream:
		return n.openStream(ctx)
	case BeginTLS:
		return n.beginTLS(ctx)
	}
	el, try, err := n.auth.fill(ctx, n.features, n.offer.XML, true)
	if err != nil {
		return err
	}
	return n.send(ctx, el, try)
}

// listen hears the server until there is something to do. Whatever it says must be
// due.
func (n *negotiation) listen(ctx context.Context) error {
	for n.offer.Do == Nothing && n.stuck == nil && !n.ready() {
		el, err := n.read(ctx)
		if err != nil {
			return err
		}
		due := n.due
		expected, err := n.heard(el)
		if err != nil {
			return err
		}
		if !expected {
			return unexpected(due, el)
		}
	}
	return nil
}

// openStream says our stream header (RFC 6120 §4.2).
func (n *negotiation) openStream(ctx context.Context) error {
	n.begin(StepStream, n.cfg.JID.Domain())
	n.wait(StepStream, dueFeatures, "The server answers with a header of its own and with what it offers now (RFC 6120 §4.3.2).")
	return n.within(ctx, func(context.Context) error {
		return n.conn.Open(wire.Header{To: n.cfg.JID.Domain(), From: n.from()})
	})
}

// from is who we say we are in our header, for a server to offer what fits: nobody before TLS,
// where everybody on the way could read it (RFC 6120 §4.7.1).
func (n *negotiation) from() string {
	if n.conn.TLS() == nil || n.cfg.JID.Local() == "" {
		return ""
	}
	return n.cfg.JID.Bare().String()
}

func (n *negotiation) beginTLS(ctx context.Context) error {
	if err := n.route.secure(ctx, n.conn, n.cfg.StepTimeout); err != nil {
		return err
	}
	n.offerStream("The connection is private now, and its certificate good. Everything begins anew, with a new stream (RFC 6120 §5.4.3.3).")
	return nil
}

// send takes note of what an element of ours means, and writes it.
func (n *negotiation) send(ctx context.Context, el *stanza.Stanza, try *attempt) error {
	n.sent(el, try)
	return n.within(ctx, func(ctx context.Context) error { return n.write(ctx, el) })
}

// within runs f with the step's time limit.
func (n *negotiation) within(ctx context.Context, f func(ctx context.Context) error) error {
	return within(ctx, n.conn, n.cfg.StepTimeout, f)
}

// read reads the next element. The server's end of the stream is an error here.
func (n *negotiation) read(ctx context.Context) (*stanza.Stanza, error) {
	el, err := n.conn.Next(ctx)
	var broken *xmlscan.Error
	switch {
	case err == io.EOF:
		return nil, &reason{words: "the server closed the stream", err: err}
	case errors.As(err, &broken) && n.conn.Peer() == nil:
		return nil, noXMPP(err)
	case errors.As(err, &broken):
		return nil, &reason{words: "the server's XML is broken: " + err.Error(), err: err}
	}
	return el, err
}

// write writes an element. A server that hung up may have said why before.
func (n *negotiation) write(ctx context.Context, el *stanza.Stanza) error {
	_, err := n.conn.Send(ctx, el)
	if err == nil {
		return nil
	}
	var why *wire.StreamError
	if _, said := n.read(ctx); errors.As(said, &why) {
		return said
	}
	var socket *net.OpError
	if errors.As(err, &socket) {
		return &reason{words: wire.SocketWords(err), err: err}
	}
	return err
}

// unexpected says that the server answered with something else.
func unexpected(wanted string, got *stanza.Stanza) error {
	return fmt.Errorf("the server answered with %.60q (%.100q) instead of %s", got.Name().Local, got.Name().Space, wanted)
}
