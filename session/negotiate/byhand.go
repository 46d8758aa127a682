package negotiate

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// Action is what an Offer is about.
type Action string

// The actions.
const (
	// Nothing is offered: it is the server's turn, or nobody knows how to go on.
	Nothing Action = "nothing"
	// Element is an element to send, Offer.XML.
	Element Action = "element"
	// OpenStream says our stream header.
	OpenStream Action = "open the stream"
	// BeginTLS shakes hands and checks the certificate.
	BeginTLS Action = "begin TLS"
)

// Offer is the next sensible thing to do on a way that is gone by hand.
type Offer struct {
	Do Action
	// XML is the element as it may be shown and edited, "" unless Do is Element.
	// Where a secret would stand it has one of the placeholders
	// [password], [first message] and [proof].
	XML string
	// What is a plain sentence or two for a learner, with the section of the RFC
	// or XEP: what this does, or why nothing is offered.
	What string
}

// ErrNothingOffered refuses to take an offer that there is not.
var ErrNothingOffered = errors.New("nothing is offered now: wait for the server, or type an element")

// ByHand is a way from a socket to a bound stream that a person goes element by
// element. It must be used by one goroutine at a time.
//
// What was heard and sent moves the offer on, whoever wrote it: elements that mean
// nothing on the way leave it as it is. There is no time limit between two steps.
//
// An error that is an *Error is the end: nothing is left open. After any other one
// nothing was sent, and the way goes on.
type ByHand struct {
	n       *negotiation
	offer   Offer
	step    Step  // that the offer belongs to
	stuck   error // why nothing is offered; nil while the server's answer is awaited
	refused error // the server's latest no; nil when something was sent since

	saslState
	request  *stanza.Stanza // to bind or to begin a session, while not answered
	session  bool           // the session of RFC 3921 was begun
	enabling bool           // stream management was asked for
}

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
	h := &ByHand{n: newNegotiation(cfg)}
	h.n.tlsLater = order[before] <= order[StepTLS]
	if err := h.start(ctx, before); err != nil {
		return nil, h.end(err)
	}
	return h, nil
}

func (h *ByHand) start(ctx context.Context, before Step) error {
	switch _, ok := order[before]; {
	case !ok || before == StepManage:
		return fmt.Errorf("one cannot stop before %q", before)
	case h.n.cfg.Component, h.n.cfg.WebSocket != "":
		return errors.New("only a client's stream over TCP can be set up by hand")
	}
	if err := h.n.connect(ctx); err != nil {
		return err
	}
	h.offerBeginning()
	return h.drive(ctx, func() bool { return order[h.step] >= order[before] || h.Ready() })
}

// Offer is what could be done now.
func (h *ByHand) Offer() Offer { return h.offer }

// Step is the one that comes next, or goes on while it is the server's turn.
func (h *ByHand) Step() Step { return h.step }

// Addr is what was dialled.
func (h *ByHand) Addr() string { return h.n.addr }

// TLS is the state of the TLS connection, nil in the clear.
func (h *ByHand) TLS() *tls.ConnectionState { return h.n.conn.TLS() }

// Ready says that the stream is ready for stanzas: Finish sends nothing more.
func (h *ByHand) Ready() bool {
	return h.n.features != nil && !h.n.bound.IsZero() && !h.wantsSession() && !h.wantsManagement() && h.request == nil && !h.enabling
}

// Hear waits for the next element, however long it takes, and moves the offer on.
// It ends early when the context does; nothing is lost by that. While BeginTLS is
// offered it hears nothing, for what comes then is not XML.
func (h *ByHand) Hear(ctx context.Context) error {
	if h.offer.Do == BeginTLS {
		<-ctx.Done()
		return ctx.Err()
	}
	el, err := h.n.read(ctx)
	switch {
	case err != nil && err == ctx.Err():
		return err
	case err == nil:
		_, err = h.heard(el)
	}
	if err != nil {
		return h.end(err)
	}
	return nil
}

// Take does what is offered, with the real secrets. It asks for the password
// where a login begins.
func (h *ByHand) Take(ctx context.Context) error {
	switch h.offer.Do {
	case OpenStream:
		return h.openStream(ctx)
	case BeginTLS:
		return h.beginTLS(ctx)
	case Element:
		return h.Send(ctx, h.offer.XML)
	}
	return ErrNothingOffered
}

// Send sends an element as it was typed, whatever it is. A placeholder that is the
// whole content of a SASL element is replaced by what the login has to say there; in
// the clear only to this machine, and a bare password never. What else is typed is
// the typist's own responsibility. The errors that are no *Error are stanza.Parse's, or
// say why no secret is sent.
func (h *ByHand) Send(ctx context.Context, xml string) error {
	el, err := h.n.conn.Element(xml)
	if err != nil {
		return err
	}
	return h.send(ctx, el)
}

// Finish takes one offer after the other until the stream is ready, with the usual
// time limits. What the server refuses on the way is the end, as in Client.
func (h *ByHand) Finish(ctx context.Context) (*Stream, error) {
	h.refused = nil
	if err := h.drive(ctx, h.Ready); err != nil {
		return nil, h.end(err)
	}
	return h.n.stream(), nil
}

// Close ends the stream politely as long as the context lasts.
func (h *ByHand) Close(ctx context.Context) error { return h.n.conn.Close(ctx) }

// drive does what is offered, and listens in between.
func (h *ByHand) drive(ctx context.Context, until func() bool) error {
	for !until() {
		switch {
		case h.refused != nil:
			return h.refused
		case h.offer.Do != Nothing:
			if err := h.Take(ctx); err != nil {
				return err
			}
			continue
		case h.stuck != nil:
			return h.stuck
		}
		err := h.n.within(ctx, func(ctx context.Context) error {
			el, err := h.n.read(ctx)
			if err != nil {
				return err
			}
			expected, err := h.heard(el)
			if err == nil && !expected {
				err = unexpected("what was due", el)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// end closes the connection and says why, in an *Error.
func (h *ByHand) end(err error) error {
	if h.n.conn != nil {
		h.n.conn.CloseNow()
	}
	var said *Error
	if errors.As(err, &said) {
		return said
	}
	return h.n.explain(err)
}

func (h *ByHand) openStream(ctx context.Context) error {
	n := h.n
	n.begin(StepStream, n.cfg.JID.Domain())
	if err := n.within(ctx, func(context.Context) error {
		return n.conn.Open(wire.Header{To: n.cfg.JID.Domain()})
	}); err != nil {
		return h.end(err)
	}
	h.wait(StepStream, "The server answers with a header of its own and with what it offers now (RFC 6120 §4.3.2).")
	return nil
}

func (h *ByHand) beginTLS(ctx context.Context) error {
	n := h.n
	n.begin(StepTLS, "TLS for "+n.domain)
	if err := n.within(ctx, n.handshake); err != nil {
		return h.end(err)
	}
	h.offerStream("The connection is private now, and its certificate good. Everything begins anew, with a new stream (RFC 6120 §5.4.3.3).")
	return nil
}

// send writes an element, its placeholders filled in, and takes note of what it means.
func (h *ByHand) send(ctx context.Context, el *stanza.Stanza) error {
	filled, login, err := h.fill(ctx, el)
	if err != nil {
		return err
	}
	h.sent(filled, login)
	if err := h.n.within(ctx, func(ctx context.Context) error {
		_, err := h.n.conn.Send(ctx, filled)
		return err
	}); err != nil {
		return h.end(err)
	}
	return nil
}
