package negotiate

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
)

// ByHand is a way from a socket to a bound stream that a person goes element by
// element. It must be used by one goroutine at a time.
//
// What was heard and sent moves the offer on, whoever wrote it: elements that mean
// nothing on the way leave it as it is. There is no time limit between two steps.
//
// An error that is an *Error is the end: nothing is left open. After any other one
// nothing was sent, and the way goes on.
type ByHand struct{ n *negotiation }

// order is that of the steps one can stop before. Behind StepStream nothing has
// happened but the socket's connection.
var order = map[Step]int{StepStream: 0, StepTLS: 1, StepAuth: 2, StepBind: 3, StepManage: 4}

// StartByHand goes the way of Client and stops before a step: StepTLS, StepAuth,
// StepBind, or StepStream, which is right after the socket's connection. A step
// that the configuration leaves out is passed over. To stop before TLS, TLSAuto does
// not try direct TLS at a server that was named; to stop before StepBind, there is no
// SASL2, which would bind along with the login. No stream is resumed, and no
// see-other-host followed.
func StartByHand(ctx context.Context, cfg Config, before Step) (*ByHand, error) {
	cfg.Resume = nil
	cfg.NoSASL2 = cfg.NoSASL2 || before == StepBind
	n := newNegotiation(cfg)
	n.route.tlsLater = order[before] <= order[StepTLS]
	if err := n.stopBefore(ctx, before); err != nil {
		return nil, n.end(err)
	}
	return &ByHand{n}, nil
}

func (n *negotiation) stopBefore(ctx context.Context, before Step) error {
	switch _, ok := order[before]; {
	case !ok || before == StepManage:
		return fmt.Errorf("one cannot stop before %q", before)
	case n.cfg.Component, n.cfg.WebSocket != "":
		return errors.New("only a client's stream over TCP can be set up by hand")
	}
	if err := n.connect(ctx); err != nil {
		return err
	}
	n.offerBeginning()
	return n.drive(ctx, func() bool { return order[n.next] >= order[before] || n.ready() })
}

// Offer is what could be done now.
func (h *ByHand) Offer() Offer { return h.n.offer }

// Step is the one that comes next, or goes on while it is the server's turn.
func (h *ByHand) Step() Step { return h.n.next }

// Addr is what was dialled.
func (h *ByHand) Addr() string { return h.n.route.addr }

// TLS is the state of the TLS connection, nil in the clear.
func (h *ByHand) TLS() *tls.ConnectionState { return h.n.conn.TLS() }

// Ready says that the stream is ready for stanzas: Finish sends nothing more.
func (h *ByHand) Ready() bool { return h.n.ready() }

// Hear waits for the next element, however long it takes, and moves the offer on.
// It ends early when the context does; nothing is lost by that. While BeginTLS is
// offered it hears nothing, for what comes then is not XML.
func (h *ByHand) Hear(ctx context.Context) error {
	if h.n.offer.Do == BeginTLS {
		<-ctx.Done()
		return ctx.Err()
	}
	el, err := h.n.read(ctx)
	if err != nil && err == ctx.Err() {
		return err
	}
	if err == nil {
		_, err = h.n.heard(el)
	}
	return h.over(err)
}

// Take does what is offered, with the real secrets. It asks for the password
// where a login begins.
func (h *ByHand) Take(ctx context.Context) error {
	switch o := h.n.offer; o.Do {
	case Nothing:
		return ErrNothingOffered
	case Element:
		return h.write(ctx, o.XML)
	}
	return h.over(h.n.take(ctx))
}

// Send sends an element as it was typed, whatever it is. A placeholder that is the
// whole content of a SASL element is replaced by what the login has to say there; in
// the clear only to this machine, and a bare password never. What else is typed is
// the typist's own responsibility. The errors that are no *Error are stanza.Parse's, or
// say why no secret is sent.
func (h *ByHand) Send(ctx context.Context, xml string) error {
	h.n.typed = true
	return h.write(ctx, xml)
}

func (h *ByHand) write(ctx context.Context, xml string) error {
	el, try, err := h.n.auth.fill(ctx, h.n.features, xml, xml == h.n.offer.XML)
	if err != nil {
		return err
	}
	return h.over(h.n.send(ctx, el, try))
}

// Finish takes one offer after the other until the stream is ready, with the usual
// time limits. What the server refuses on the way is the end, as in Client.
func (h *ByHand) Finish(ctx context.Context) (*Stream, error) {
	h.n.refused = nil
	if err := h.n.drive(ctx, h.n.ready); err != nil {
		return nil, h.n.end(err)
	}
	return h.n.stream(), nil
}

// Close ends the stream politely as long as the context lasts.
func (h *ByHand) Close(ctx context.Context) error { return h.n.conn.Close(ctx) }

// over makes an error the end.
func (h *ByHand) over(err error) error {
	if err == nil {
		return nil
	}
	return h.n.end(err)
}
