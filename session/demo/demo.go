// Package demo is the built-in server: a small XMPP server on loopback, with
// real TCP, STARTTLS and SCRAM-SHA-256, to try IQs on without any other server.
//
// It serves demo.localhost with the accounts juliet and romeo, whose password
// is the well-known word "demo" (Password): the server refuses to listen
// anywhere but on loopback. At bots.demo.localhost live bots that answer well,
// slowly, wrongly or not at all: see bots.go. Its certificate is made anew at
// each start and signed by an authority that only RootCAs knows.
//
// Requests are answered by services, one file each: see service.go. Addresses
// of replies follow what Prosody does: no "to" gets no "from", everything else
// is answered from exactly the address that was asked (RFC 6120 §8.1.2.1,
// RFC 6121 §8.5). It is no place to keep anything in: nothing is stored.
package demo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/xdg-go/scram"

	"iqscope/session/wire"
)

// The domains that the server serves.
const (
	Domain     = "demo.localhost"
	BotsDomain = "bots." + Domain
)

// Config of a server.
type Config struct {
	// Listen is a host:port of loopback; "" means a free port of 127.0.0.1.
	Listen string
}

// Server is a running built-in server. Its methods are safe for concurrent use.
type Server struct {
	listener    net.Listener
	certificate authority
	credentials map[string]scram.StoredCredentials // by account
	services    []service
	directory   directory

	ctx     context.Context // ends when the server closes
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu     sync.Mutex
	detach func() bool             // from the context of Start
	conns  map[*wire.Conn]struct{} // nil when closed
}

// Start listens and serves until Close or the context's end.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	listener, err := listen(ctx, cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("the built-in server cannot listen: %w", err)
	}
	certificate, err := newAuthority(time.Now())
	if err != nil {
		listener.Close()
		return nil, fmt.Errorf("the built-in server cannot make its certificate: %w", err)
	}
	credentials, err := newCredentials()
	if err != nil {
		listener.Close()
		return nil, fmt.Errorf("the built-in server cannot prepare its passwords: %w", err)
	}
	s := &Server{
		listener:    listener,
		certificate: certificate,
		credentials: credentials,
		directory:   newDirectory(),
		conns:       make(map[*wire.Conn]struct{}),
	}
	s.services = newServices(s)
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.running.Add(1)
	go s.accept()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.detach = context.AfterFunc(ctx, func() { s.Close() })
	return s, nil
}

// listen refuses every address that others could reach: the passwords are known.
func listen(ctx context.Context, address string) (net.Listener, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	at, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, err
	}
	if !at.IP.IsLoopback() {
		return nil, fmt.Errorf("%s is not a loopback address, and its passwords are known to everyone", address)
	}
	return (&net.ListenConfig{}).Listen(ctx, "tcp", at.String())
}

// Addr returns the host:port that the server listens on.
func (s *Server) Addr() string { return s.listener.Addr().String() }

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
		s.cancel()
		cut := time.AfterFunc(shutdownTime, func() {
			for w := range open {
				w.CloseNow()
			}
		})
		defer cut.Stop()
	}
	s.running.Wait()
	return err
}

// accept takes connections until the listener is closed.
func (s *Server) accept() {
	defer s.running.Done()
	for {
		raw, err := s.listener.Accept()
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
		s.admit(raw)
	}
}

// admit serves a connection in a goroutine of its own, unless there are too many.
func (s *Server) admit(raw net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.conns) >= maxConns || s.conns == nil {
		raw.Close()
		return
	}
	w := wire.New(raw, wire.Config{Limits: readLimits})
	s.conns[w] = struct{}{}
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		defer func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.conns, w)
		}()
		s.serve(w)
	}()
}

func (s *Server) tlsConfig() *tls.Config {
	return &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{s.certificate.leaf},
	}
}
