package cli

import (
	"context"
	"crypto/x509"
	"fmt"
	"os"
	"strings"
	"time"

	"iqscope/internal/secret"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/demo"
	"iqscope/session/negotiate"
)

// closeTime is how long the polite end of a stream may take.
const closeTime = 2 * time.Second

// demoAccount is who one is on the built-in server without -j.
const demoAccount = "juliet"

// account returns whom the flags and the environment name; "" for nobody.
func (p *program) account() string {
	if p.flags.jid != "" || p.flags.demo {
		return p.flags.jid
	}
	return p.getenv("IQSCOPE_JID")
}

// link is a session that is set up and not yet connected, with what has to be
// closed after it.
type link struct {
	session *session.Session
	builtin *demo.Server // nil unless it is used
}

// close ends the stream politely, and then the built-in server.
func (l *link) close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	_ = l.session.Close(ctx)
	if l.builtin != nil {
		_ = l.builtin.Close()
	}
}

// link sets up a session for the account, or one on the built-in server.
func (p *program) link(builtin bool) (*link, error) {
	f := &p.flags
	cfg := session.Config{
		ResponseTimeout: time.Duration(f.timeout),
		Lenient:         f.lenient,
		Negotiate: negotiate.Config{
			Resource: f.resource, Server: f.server, TLS: negotiate.TLSMode(f.tls),
			Mechanism: f.mechanism, AllowPlaintext: f.allowPlaintext,
		},
	}
	account := p.account()
	if builtin && account == "" {
		account = demoAccount + "@" + demo.Domain
	}
	jid, err := stanza.ParseJID(account)
	switch {
	case err != nil:
		return nil, usage("the account %w", err)
	case jid.Local() == "":
		return nil, usage("the account has the form user@host, and %q has no user", account)
	}
	cfg.Negotiate.JID = jid
	if builtin {
		return p.builtinLink(cfg)
	}
	if cfg.Negotiate.RootCAs, err = trusted(f.ca); err != nil {
		return nil, refuse(err)
	}
	cfg.Negotiate.Password = func(ctx context.Context) (string, error) {
		password, err := p.password(ctx, jid)
		return password.Reveal(), err
	}
	return &link{session: session.New(cfg)}, nil
}

// builtinLink starts the built-in server for a session. It ends with close, not
// with a context: what is pending should end by our own doing.
func (p *program) builtinLink(cfg session.Config) (*link, error) {
	jid := cfg.Negotiate.JID
	server, err := demo.Start(context.Background(), demo.Config{})
	if err != nil {
		return nil, &exit{exitConnect, err}
	}
	if jid.Domain() != demo.Domain || server.Password(jid.Local()) == "" {
		_ = server.Close()
		return nil, usage("the built-in server has the accounts juliet@%[1]s and romeo@%[1]s, not %[2]s", demo.Domain, jid.Bare())
	}
	cfg.Negotiate.Server = server.Addr()
	cfg.Negotiate.TLS = negotiate.TLSStart
	cfg.Negotiate.RootCAs = server.RootCAs()
	cfg.Negotiate.Password = func(context.Context) (string, error) { return server.Password(jid.Local()), nil }
	return &link{session.New(cfg), server}, nil
}

// password looks where the flags and the environment say, once.
func (p *program) password(ctx context.Context, jid stanza.JID) (secret.Password, error) {
	if !p.known.Empty() {
		return p.known, nil
	}
	var err error
	p.known, err = secret.Source{
		Command: p.flags.passwordCommand,
		File:    p.flags.passwordFile,
		Environ: p.environ,
		Prompt:  p.terminal,
		Stderr:  p.stderr,
		Warn:    func(text string) { p.warn([]string{text}) },
	}.Password(ctx, jid.Bare().String())
	return p.known, err
}

// trusted returns the system's authorities and those of a file; nil, which
// means the system's, without a file.
func trusted(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("--ca: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("--ca: %s holds no certificate in PEM form%s", file, keyHint(text))
	}
	return pool, nil
}

// keyHint helps whoever took the wrong one of two files.
func keyHint(text []byte) string {
	if strings.Contains(string(text), "PRIVATE KEY") {
		return ", but a private key"
	}
	return ""
}
