package negotiate

import (
	"context"
	"fmt"
	"strings"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// negotiation is one way from a host name to a bound stream. At every point of it
// there is an offer, the next sensible thing to do: Client takes each by itself, and
// ByHand leaves it to a person. It holds what the route has led to, asks the authentication
// and the stream management what they have to say, and tells them what the server said.
type negotiation struct {
	cfg *Config // defaults filled in
	*progress
	route    *route
	conn     *wire.Conn // nil until the route has led to one
	auth     *authentication
	features *features
	outlook
	typed      bool           // a person sent something, and whatever answers it may come at any time
	request    *stanza.Stanza // to bind or to begin a session, while not answered
	bound      stanza.JID
	session    bool // the session of RFC 3921 was begun
	management streamManagement
	early      []*stanza.Stanza // that came before the way was over
	earlyBytes int
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
		next, err := n.route.elsewhere(n.conn, err)
		if err != nil {
			return nil, n.end(err)
		}
		n.conn.CloseNow()
		n = begun(n.cfg, next, n.auth.again())
	}
}

// newNegotiation fills in what the configuration leaves open.
func newNegotiation(cfg Config) *negotiation {
	if cfg.TLS == "" {
		cfg.TLS = TLSAuto
	}
	if cfg.StepTimeout == 0 {
		cfg.StepTimeout = DefaultStepTimeout
	}
	if cfg.Resource == "" {
		cfg.Resource = cfg.JID.Resource()
	}
	told := &progress{tell: cfg.Progress, step: StepDial}
	return begun(&cfg, &route{cfg: &cfg, progress: told}, &authentication{cfg: &cfg, progress: told})
}

// begun is a negotiation that has its route before it.
func begun(cfg *Config, r *route, a *authentication) *negotiation {
	return &negotiation{
		cfg: cfg, progress: r.progress, route: r, auth: a,
		management: streamManagement{cfg: cfg, progress: r.progress},
	}
}

// connect has the route lead to a connection.
func (n *negotiation) connect(ctx context.Context) (err error) {
	n.conn, err = n.route.connect(ctx)
	n.auth.conn, n.auth.clear = n.conn, n.route.mayBeClear()
	return err
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
		Conn: n.conn, Bound: n.bound, Mechanism: n.auth.mechanism, TLS: n.conn.TLS(), Addr: n.route.addr,
		Management: n.management.Management, Early: n.early, Choices: n.choices,
	}
	if n.features != nil { // a component has none
		s.Features = n.features.element
	}
	return s
}

// checkHeader refuses a server that is none for clients of today.
func checkHeader(peer *stanza.StreamHeader) error {
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
	e := &Error{Step: n.step, With: n.route.addr, SecretSent: n.auth.secretSent, Advice: advice(err), Cause: err}
	if n.step == StepStream && n.conn != nil && n.conn.Peer() == nil {
		if try := strangerAdvice(err, n.conn.TLS() != nil); try != "" {
			e.Advice = try
		}
	}
	if visited := n.route.visited; len(visited) > 0 {
		e.Cause = &reason{words: fmt.Sprintf("%s sent us there (see-other-host): %v", visited[len(visited)-1], err), err: err}
		if n.step == StepDial {
			e.Advice = "The address is the server's word, not yours: tell its administrator."
		}
	}
	switch {
	case e.With == "":
		e.With = n.cfg.JID.Domain()
	case n.step != StepDial:
		e.With = fmt.Sprintf("%s (%s)", n.cfg.JID.Domain(), e.With)
	}
	if n.step == StepAuth {
		e.As = n.cfg.JID.Local()
	}
	return e
}
