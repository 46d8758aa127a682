// Package demo is the built-in server: a small XMPP server on loopback, with
// real TCP, STARTTLS or direct TLS and SCRAM, to try IQs on without any other
// server.
//
// It serves demo.localhost with the accounts juliet and romeo, whose password
// is the well-known word "demo" (Password): unless told otherwise the server
// refuses to listen anywhere but on loopback. At bots.demo.localhost live bots
// that answer well, slowly, wrongly or not at all: see bots.go. At
// pubsub.demo.localhost one can publish. Its certificate is made anew at each
// start and signed by an authority that only RootCAs knows.
//
// Requests are answered by services, one file each: see service.go. Addresses
// of replies follow what Prosody does: no "to" gets no "from", everything else
// is answered from exactly the address that was asked (RFC 6120 §8.1.2.1,
// RFC 6121 §8.5). A stream that broke can be resumed for a minute (XEP-0198:
// management.go). All that is kept is kept in memory, within the bounds of
// limits.go, until the server closes.
package demo

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"iqscope/session/wire"
)

// The domains that the server serves.
const (
	Domain       = "demo.localhost"
	BotsDomain   = "bots." + Domain
	PubsubDomain = "pubsub." + Domain
)

// Config of a server.
type Config struct {
	// Listen is a host:port of loopback; "" means a free port of 127.0.0.1.
	Listen string
	// ListenDirectTLS is another, where TLS begins at once (XEP-0368); "" for none.
	ListenDirectTLS string
	// AllowRemote permits addresses that others can reach. Everyone who does can
	// log in: the password is known.
	AllowRemote bool
	// Tap sees every element in both directions, with the client's address; its
	// secrets are redacted. It must be quick, and is called by several goroutines
	// at a time. It may be nil.
	Tap func(client string, e wire.Event)
}

// Server is a running built-in server. Its methods are safe for concurrent use.
type Server struct {
	listener    net.Listener
	direct      net.Listener // nil without direct TLS
	tap         func(string, wire.Event)
	started     time.Time
	certificate authority
	credentials map[string]storedPassword // by account
	services    []service
	directory   directory
	resumable   resumables
	rosters     rosters
	blocklists  blocklists
	archive     archive

	ctx     context.Context // ends when the server closes
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu     sync.Mutex
	detach func() bool             // from the context of Start
	conns  map[*wire.Conn]struct{} // nil when closed
}

// Start listens and serves until Close or the context's end.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	s := &Server{
		tap:         cfg.Tap,
		started:     time.Now(),
		directory:   newDirectory(),
		resumable:   newResumables(),
		rosters:     newRosters(),
		blocklists:  newBlocklists(),
		archive:     newArchive(),
		credentials: newCredentials(),
		conns:       make(map[*wire.Conn]struct{}),
	}
	s.services = newServices(s)
	var err error
	if s.certificate, err = newAuthority(s.started); err != nil {
		return nil, fmt.Errorf("the built-in server cannot make its certificate: %w", err)
	}
	if s.listener, err = listen(ctx, cmp.Or(cfg.Listen, "127.0.0.1:0"), cfg.AllowRemote); err != nil {
		return nil, fmt.Errorf("the built-in server cannot listen: %w", err)
	}
	if cfg.ListenDirectTLS != "" {
		if s.direct, err = listen(ctx, cfg.ListenDirectTLS, cfg.AllowRemote); err != nil {
			s.listener.Close()
			return nil, fmt.Errorf("the built-in server cannot listen for direct TLS: %w", err)
		}
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.running.Go(func() { s.accept(s.listener, false) })
	if s.direct != nil {
		s.running.Go(func() { s.accept(s.direct, true) })
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.detach = context.AfterFunc(ctx, func() { s.Close() })
	return s, nil
}

// listen refuses every address that others could reach, unless that is wanted.
func listen(ctx context.Context, address string, remote bool) (net.Listener, error) {
	at, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, err
	}
	if !remote && !at.IP.IsLoopback() {
		return nil, fmt.Errorf("%s: %w", address, ErrNotLoopback)
	}
	return (&net.ListenConfig{}).Listen(ctx, "tcp", at.String())
}

// ErrNotLoopback refuses an address that others can reach.
var ErrNotLoopback = errors.New("this is not a loopback address, and the password of the accounts is known to everyone")

// Addr returns the host:port that the server listens on.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// DirectTLSAddr returns where TLS begins at once, "" for nowhere.
func (s *Server) DirectTLSAddr() string {
	if s.direct == nil {
		return ""
	}
	return s.direct.Addr().String()
}

// RootCAs trusts exactly this server.
func (s *Server) RootCAs() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(s.certificate.root)
	return pool
}

// CAPEM returns the server's authority as PEM, for programs that want a file.
func (s *Server) CAPEM() []byte { return s.certificate.pem() }

// Password returns the account's password, "" when there is no such account.
// It is the same at every start.
func (s *Server) Password(account string) string {
	if _, known := s.credentials[account]; known {
		return Password
	}
	return ""
}

// Close stops listening, says system-shutdown to all who are connected, closes
// their connections, and waits for that. It may be called more than once.
func (s *Server) Close() error {
	s.mu.Lock()
	open, detach := s.conns, s.detach
	s.conns = nil
	s.mu.Unlock()
	var err error
	if open != nil {
		detach()
		err = s.listener.Close()
		if s.direct != nil {
			err = errors.Join(err, s.direct.Close())
		}
		s.cancel()
		cut := time.AfterFunc(shutdownTime, func() {
			for w := range open {
				w.CloseNow()
			}
		})
		defer cut.Stop()
	}
	s.running.Wait()
	s.resumable.close()
	return err
}

// accept takes connections until the listener is closed.
func (s *Server) accept(l net.Listener, directTLS bool) {
	for {
		raw, err := l.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			// No file descriptor left, most likely: wait for one.
			select {
			case <-s.ctx.Done():
				return
			case <-time.After(acceptPause):
			}
			continue
		}
		s.admit(raw, directTLS)
	}
}

// admit serves a connection in a goroutine of its own, unless there are too many.
func (s *Server) admit(raw net.Conn, directTLS bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.conns) >= maxConns || s.conns == nil {
		raw.Close()
		return
	}
	cfg := wire.Config{Limits: readLimits}
	if s.tap != nil {
		client := raw.RemoteAddr().String()
		cfg.Log = func(e wire.Event) { s.tap(client, e) }
	}
	w := wire.New(raw, cfg)
	s.conns[w] = struct{}{}
	s.running.Go(func() {
		defer func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.conns, w)
		}()
		s.serve(w, directTLS)
	})
}

func (s *Server) tlsConfig() *tls.Config {
	return &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{s.certificate.leaf},
	}
}

// directTLSConfig agrees on the protocol, too (XEP-0368 §2).
func (s *Server) directTLSConfig() *tls.Config {
	cfg := s.tlsConfig()
	cfg.NextProtos = []string{"xmpp-client"}
	return cfg
}
