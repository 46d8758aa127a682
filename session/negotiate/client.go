package negotiate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// negotiation is one way from a host name to a bound stream.
type negotiation struct {
	cfg        Config
	domain     string       // the JID's domain as certificates name it
	pin        *fingerprint // nil for none
	addr       string       // what is dialled
	mode       TLSMode      // of this way; not TLSAuto
	visited    []string     // addresses that sent us on
	tlsLater   bool         // connecting leaves TLS to later, also where it is the first thing of all
	conn       *wire.Conn
	step       Step
	secretSent bool
	features   *features
	mechanism  string
	bound      stanza.JID
	arrival
}

// Client negotiates the stream of a client, or of a component where Config says so.
// On error nothing is left open, and the error is an *Error.
func Client(ctx context.Context, cfg Config) (*Stream, error) {
	cfg.Password = askedOnce(cfg.Password)
	n := newNegotiation(cfg)
	for {
		err := n.run(ctx)
		if err == nil {
			return n.stream(), nil
		}
		next, err := n.sentElsewhere(err)
		if n.conn != nil {
			n.conn.CloseNow()
		}
		if err != nil {
			return nil, n.explain(err)
		}
		n = next
	}
}

// newNegotiation fills in what the configuration leaves open.
func newNegotiation(cfg Config) *negotiation {
	if cfg.TLS == "" {
		cfg.TLS = TLSAuto
	}
	if cfg.StepTimeout == 0 {
		cfg.StepTimeout = stepTimeout
	}
	if cfg.Resource == "" {
		cfg.Resource = cfg.JID.Resource()
	}
	return &negotiation{cfg: cfg, step: StepDial}
}

// askedOnce remembers the answer, so that nobody is asked again when a server sends
// us on to another one after the login.
func askedOnce(ask func(context.Context) (string, error)) func(context.Context) (string, error) {
	if ask == nil {
		return nil
	}
	var password string
	var err error
	asked := false
	return func(ctx context.Context) (string, error) {
		if !asked {
			asked = true
			password, err = ask(ctx)
		}
		return password, err
	}
}

// run goes the whole way.
func (n *negotiation) run(ctx context.Context) error {
	if err := n.connect(ctx); err != nil {
		return err
	}
	if n.cfg.Component {
		return n.enterAsComponent(ctx)
	}
	if err := n.openStream(ctx); err != nil {
		return err
	}
	if n.mode == TLSStart {
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
	return n.enter(ctx)
}

func (n *negotiation) stream() *Stream {
	s := &Stream{
		Conn: n.conn, Bound: n.bound, Mechanism: n.mechanism, TLS: n.conn.TLS(), Addr: n.addr,
		Management: n.management, Early: n.early, Choices: n.choices,
	}
	if n.features != nil { // a component has none
		s.Features = n.features.element
	}
	return s
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
	return n.withinTime(ctx, n.cfg.StepTimeout, f)
}

func (n *negotiation) withinTime(ctx context.Context, limit time.Duration, f func(ctx context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if conn := n.conn; conn != nil {
		stop := context.AfterFunc(limited, func() { conn.CloseNow() })
		defer stop()
	}
	err := f(limited)
	switch {
	case ctx.Err() == context.DeadlineExceeded:
		return &reason{words: "the time allowed for connecting was over", err: ctx.Err()}
	case ctx.Err() != nil:
		return &reason{words: "it was cancelled", err: ctx.Err()}
	case limited.Err() != nil, errors.Is(err, os.ErrDeadlineExceeded): // a socket's deadline may come a moment before
		return &silence{limit}
	}
	return err
}

// check refuses a configuration that leads nowhere, before anything is dialled.
func (n *negotiation) check() error {
	var err error
	if n.cfg.JID.IsZero() {
		return errors.New("no account was given")
	}
	if n.domain, err = asciiDomain(n.cfg.JID.Domain()); err != nil {
		return fmt.Errorf("%q is no domain that DNS could know", n.cfg.JID.Domain())
	}
	switch n.cfg.TLS {
	case TLSAuto, TLSStart, TLSDirect, TLSOff:
	default:
		return fmt.Errorf("%q is no TLS mode", n.cfg.TLS)
	}
	if n.pin, err = parsePin(n.cfg.Pin); err != nil {
		return err
	}
	return n.checkProxy()
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
		if err := n.checkHeader(); err != nil {
			return err
		}
		el, err := n.read(ctx)
		if err != nil {
			return err
		}
		n.features, err = readFeatures(el)
		return err
	})
}

// checkHeader refuses a server that is none for clients of today.
func (n *negotiation) checkHeader() error {
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
	return nil
}

// read reads the next element. The server's end of the stream is an error here.
func (n *negotiation) read(ctx context.Context) (*stanza.Stanza, error) {
	el, err := n.conn.Next(ctx)
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
	if _, err := n.conn.Send(ctx, el); err != nil {
		// A server that hung up may have said why before.
		var why *wire.StreamError
		if _, said := n.read(ctx); errors.As(said, &why) {
			return nil, said
		}
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
