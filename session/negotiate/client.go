package negotiate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// negotiation is one way from a host name to a bound stream.
type negotiation struct {
	cfg        Config
	domain     string // the JID's domain as certificates name it
	addr       string
	conn       *wire.Conn
	step       Step
	secretSent bool
	features   *features
	mechanism  string
	bound      stanza.JID
}

// Client negotiates a client's stream. On error nothing is left open, and the
// error is an *Error.
func Client(ctx context.Context, cfg Config) (*Stream, error) {
	if cfg.TLS == "" || cfg.TLS == TLSAuto {
		cfg.TLS = TLSStart
	}
	if cfg.StepTimeout == 0 {
		cfg.StepTimeout = stepTimeout
	}
	if cfg.Resource == "" {
		cfg.Resource = cfg.JID.Resource()
	}
	n := &negotiation{cfg: cfg, step: StepDial}
	if err := n.run(ctx); err != nil {
		if n.conn != nil {
			n.conn.CloseNow()
		}
		return nil, n.explain(err)
	}
	return &Stream{
		Conn: n.conn, Bound: n.bound, Mechanism: n.mechanism,
		TLS: n.conn.TLS(), Features: n.features.element, Addr: n.addr,
	}, nil
}

// run goes the whole way.
func (n *negotiation) run(ctx context.Context) error {
	if err := n.connect(ctx); err != nil {
		return err
	}
	if n.cfg.TLS == TLSDirect {
		if err := n.secure(ctx); err != nil {
			return err
		}
	}
	if err := n.openStream(ctx); err != nil {
		return err
	}
	if n.cfg.TLS == TLSStart {
		if err := n.startTLS(ctx); err != nil {
			return err
		}
		if err := n.openStream(ctx); err != nil {
			return err
		}
	}
	if err := n.authenticate(ctx); err != nil {
		return err
	}
	if err := n.openStream(ctx); err != nil {
		return err
	}
	return n.bind(ctx)
}

// begin tells which step comes now.
func (n *negotiation) begin(step Step, detail string) {
	n.step = step
	if n.cfg.Progress != nil {
		n.cfg.Progress(step, detail)
	}
}

// within runs f with the step's time limit. When that is over, or ctx ends, the
// connection is closed under f, whatever it is doing.
func (n *negotiation) within(ctx context.Context, f func(ctx context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, n.cfg.StepTimeout)
	defer cancel()
	if n.conn != nil {
		stop := context.AfterFunc(limited, func() { n.conn.CloseNow() })
		defer stop()
	}
	err := f(limited)
	switch {
	case ctx.Err() == context.DeadlineExceeded:
		return &reason{words: "the time allowed for connecting was over", err: ctx.Err()}
	case ctx.Err() != nil:
		return &reason{words: "it was cancelled", err: ctx.Err()}
	case limited.Err() != nil:
		return &silence{n.cfg.StepTimeout}
	}
	return err
}

// connect finds the address and dials it.
func (n *negotiation) connect(ctx context.Context) error {
	var err error
	if n.cfg.JID.IsZero() {
		return errors.New("no account was given")
	}
	if n.domain, err = asciiDomain(n.cfg.JID.Domain()); err != nil {
		return fmt.Errorf("%q is no domain that DNS could know", n.cfg.JID.Domain())
	}
	switch n.cfg.TLS {
	case TLSStart, TLSDirect, TLSOff:
	default:
		return fmt.Errorf("%q is no TLS mode", n.cfg.TLS)
	}
	if n.addr, err = hostPort(n.cfg.Server, n.domain, n.cfg.TLS); err != nil {
		return err
	}
	n.begin(StepDial, n.addr)
	return n.within(ctx, func(ctx context.Context) error {
		socket, err := n.dial(ctx)
		if err == nil {
			n.conn = wire.New(socket, n.cfg.Wire)
		}
		return err
	})
}

// openStream exchanges stream headers and reads the features (RFC 6120 §4.3).
func (n *negotiation) openStream(ctx context.Context) error {
	n.begin(StepStream, n.cfg.JID.Domain())
	return n.within(ctx, func(ctx context.Context) error {
		if err := n.conn.Open(wire.Header{To: n.cfg.JID.Domain()}); err != nil {
			return err
		}
		if _, err := n.read(ctx); err != nil {
			return err
		}
		peer := n.conn.Peer()
		if peer.Content != stanza.NSClient {
			return &reason{
				words:  fmt.Sprintf("this stream is not for clients but for %.100q", peer.Content),
				advice: "Check the port: clients usually use 5222.",
			}
		}
		if strings.HasPrefix(peer.Version, "0") || peer.Version == "" {
			return fmt.Errorf("the server speaks version %.20q of the protocol, from before XMPP 1.0", peer.Version)
		}
		el, err := n.read(ctx)
		if err != nil {
			return err
		}
		n.features, err = readFeatures(el)
		return err
	})
}

// read reads the next element. The server's end of the stream is an error here.
func (n *negotiation) read(ctx context.Context) (*stanza.Stanza, error) {
	el, err := n.conn.Read(ctx)
	var broken *xmlscan.Error
	switch {
	case err == io.EOF:
		return nil, &reason{words: "the server closed the stream", err: err}
	case errors.As(err, &broken) && n.conn.Peer() == nil:
		return nil, &reason{
			words:  "what answers there does not speak XMPP: " + err.Error(),
			advice: "Check that this is the port for XMPP clients.",
			err:    err,
		}
	case errors.As(err, &broken):
		return nil, &reason{words: "the server's XML is broken: " + err.Error(), err: err}
	}
	return el, err
}

// exchange writes an element given as XML and reads the next one.
func (n *negotiation) exchange(ctx context.Context, xml string) (*stanza.Stanza, error) {
	el, err := n.conn.Element(xml)
	if err != nil {
		return nil, err
	}
	if _, err := n.conn.Write(ctx, el); err != nil {
		return nil, err
	}
	return n.read(ctx)
}

// unexpected says that the server answered with something else.
func unexpected(wanted string, got *stanza.Stanza) error {
	return fmt.Errorf("the server answered with %.60q (%.100q) instead of %s", got.Name().Local, got.Name().Space, wanted)
}

// explain makes the *Error.
func (n *negotiation) explain(err error) error {
	e := &Error{Step: n.step, With: n.addr, SecretSent: n.secretSent, Advice: n.advice(err), Cause: err}
	switch {
	case n.addr == "":
		e.With = n.cfg.JID.Domain()
	case n.step != StepDial:
		e.With = fmt.Sprintf("%s (%s)", n.cfg.JID.Domain(), n.addr)
	}
	if n.step == StepAuth {
		e.As = n.cfg.JID.Local()
	}
	return e
}
