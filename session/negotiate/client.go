package negotiate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// negotiation is one way from a host name to a bound stream. At every point of it
// there is an offer, the next sensible thing to do: Client takes each by itself, and
// ByHand leaves it to a person.
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
	password   string // as it was given; "" before, and once the server refused it
	secretSent bool
	features   *features
	mechanism  string
	bound      stanza.JID
	outlook
	arrival
}

// Client negotiates the stream of a client, or of a component where Config says so.
// On error nothing is left open, and the error is an *Error.
func Client(ctx context.Context, cfg Config) (*Stream, error) {
	n := newNegotiation(cfg)
	for {
		err := n.run(ctx)
		if err == nil {
			return n.stream(), nil
		}
		next, err := n.sentElsewhere(err)
		if err != nil {
			return nil, n.end(err)
		}
		n.conn.CloseNow()
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

// run goes the whole way.
func (n *negotiation) run(ctx context.Context) error {
	if err := n.connect(ctx); err != nil {
		return err
	}
	if n.cfg.Component {
		return n.enterAsComponent(ctx)
	}
	n.offerBeginning()
	return n.drive(ctx, n.ready)
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

// end closes the connection and says why, in an *Error.
func (n *negotiation) end(err error) error {
	if n.conn != nil {
		n.conn.CloseNow()
	}
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
