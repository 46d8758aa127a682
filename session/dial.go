package session

import (
	"context"
	"crypto/x509"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/negotiate"
)

// Option changes the configuration that Dial starts from. Those that are here are the usual ones;
// any function that changes a Config is one, too:
//
//	s, err := session.Dial(ctx, jid, password, func(c *session.Config) { c.Reconnect = true })
type Option func(*Config)

// WithServer connects to this host, or host:port, instead of where the address's domain says.
func WithServer(addr string) Option { return func(c *Config) { c.Negotiate.Server = addr } }

// WithRootCAs trusts these certificate authorities instead of the system's.
func WithRootCAs(pool *x509.CertPool) Option {
	return func(c *Config) { c.Negotiate.RootCAs = pool }
}

// Dial connects as the account of that address and returns when the session is online. The address
// may have the wanted resource; the domain says where the server is. The context bounds the
// connecting alone.
//
// The error is a *JIDError for what is no address, else one of Connect's, which says at which step
// it failed, and why. Then nothing is left to close.
func Dial(ctx context.Context, jid, password string, opts ...Option) (*Session, error) {
	address, err := stanza.ParseJID(jid)
	if err != nil {
		return nil, err
	}
	cfg := Config{Negotiate: negotiate.Config{
		JID:      address,
		Password: func(context.Context) (string, error) { return password, nil },
	}}
	for _, opt := range opts {
		opt(&cfg)
	}
	s := New(cfg)
	if err := s.Connect(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Get builds a get, sends it and waits for its result: iqbuilder.Get and Send in one, in the
// namespace of this stream. The errors are those of both.
func (s *Session) Get(ctx context.Context, opts ...iqbuilder.Option) (*stanza.Stanza, error) {
	return s.ask(ctx, stanza.Get, opts)
}

// Ask builds a request of a kind that Kinds has, with the given values of its fields, sends it and
// waits for its result, as Get does. An error of Kinds' is returned as it is.
func (s *Session) Ask(ctx context.Context, kind string, values catalog.Values, opts ...iqbuilder.Option) (*stanza.Stanza, error) {
	k, err := s.Kinds().Kind(kind)
	if err != nil {
		return nil, err
	}
	return s.ask(ctx, k.Type, append([]iqbuilder.Option{iqbuilder.WithMade(k.XML(values))}, opts...))
}

// Set is Get for a request that changes something.
func (s *Session) Set(ctx context.Context, opts ...iqbuilder.Option) (*stanza.Stanza, error) {
	return s.ask(ctx, stanza.Set, opts)
}

func (s *Session) ask(ctx context.Context, t stanza.Type, opts []iqbuilder.Option) (*stanza.Stanza, error) {
	if s.cfg.Negotiate.Component {
		own := s.Status().JID.String() // a component has to say who asks (XEP-0114 §3)
		opts = append([]iqbuilder.Option{iqbuilder.ForComponent(), iqbuilder.From(own)}, opts...)
	}
	iq, err := iqbuilder.New(t, opts...)
	if err != nil {
		return nil, err
	}
	return s.Send(ctx, iq)
}
