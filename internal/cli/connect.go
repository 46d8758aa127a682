package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"iqscope/internal/config"
	"iqscope/internal/record"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/demo"
	"iqscope/session/journal"
	"iqscope/session/negotiate"
	"iqscope/session/rule"
	"iqscope/session/wire"
	"iqscope/tui/clipboard"
)

const (
	// goodbye is how long the polite end of a stream may take when all is said.
	goodbye = 500 * time.Millisecond
	// lastAnswers is how long it may take when there may be answers on the way.
	lastAnswers = 2 * time.Second
)

// demoAccount is who one is on the built-in server without -j.
const demoAccount = "juliet"

// link is a session that is set up and not yet connected, with what has to be
// closed after it.
type link struct {
	session *session.Session
	builtin *demo.Server // nil unless it is used
	keyLog  *os.File     // nil unless it is used
	book    *rule.Book   // the rules of a lasting session
	program *program
	wire    *wireLog          // nil unless it is asked for
	asked   *record.Recording // by --record; nil unless it is
	keeping *keeping          // nil where no history is kept
	secrets wire.Secrets
	screen  bool // there is one

	mu         sync.Mutex
	recordings []*record.Recording
	warnings   []string // of a time when a screen was in the way
}

// endStream ends the stream politely, within that time.
func (l *link) endStream(within time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	_ = l.session.Close(ctx)
}

// close ends the stream politely, and then the built-in server.
func (l *link) close() {
	l.endStream(goodbye)
	if l.wire != nil {
		l.wire.end()
	}
	l.recorded()
	if l.keeping != nil {
		l.warnings = append(l.warnings, l.keeping.close(l.screen)...)
	}
	if l.builtin != nil {
		_ = l.builtin.Close()
	}
	if l.keyLog != nil {
		_ = l.keyLog.Close()
	}
	l.program.warn(l.warnings)
}

// leave says at once why a command fails, and then closes: a goodbye takes its time.
func (l *link) leave(err *error) {
	var e *exit
	if errors.As(*err, &e) && e.err != nil {
		l.program.tell(e.err)
		*err = &exit{e.code, nil}
	}
	l.close()
}

// warnLater keeps a warning until the session is closed.
func (l *link) warnLater(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Contains(l.warnings, text) {
		l.warnings = append(l.warnings, text)
	}
}

// purpose says what a session is for.
type purpose int

const (
	oneShot  purpose = iota // it does what was asked, sends nothing else, and ends
	lasting                 // it is kept alive and brought back
	onScreen                // that, with a screen, which opens the history itself
)

// link sets up a session for the account that the settings name, or on the
// built-in server.
func (p *program) link(why purpose) (*link, error) {
	var rules ruleFile
	if why != oneShot {
		var err error
		if rules, err = p.ruleFile(); err != nil {
			return nil, err
		}
	}
	cfg, l, err := p.sessionConfig(why)
	if err != nil {
		return nil, err
	}
	if l.keyLog = p.keyLog(); l.keyLog != nil {
		cfg.Negotiate.KeyLog = l.keyLog
	}
	l.session, l.secrets = session.New(cfg), cfg.Secrets
	if l.keeping, err = p.keeping(); err != nil {
		l.close()
		return nil, err
	}
	if l.keeping != nil {
		l.keeping.listen(l.session)
		if l.screen = why == onScreen; !l.screen {
			l.keeping.openBeside(l.session)
		}
	}
	if p.flags.verbose {
		p.stderr = clipboard.Share(p.stderr)
		l.wire = startWireLog(p.stderr, l.session.Journal())
	}
	err = p.flags.setResponders(l.session)
	if err == nil {
		l.book, err = rules.book(l.session)
	}
	if err == nil {
		err = l.recordAsked()
	}
	if err != nil {
		l.close()
		return nil, refuse(err)
	}
	return l, nil
}

// sessionConfig makes of the settings what a session needs.
func (p *program) sessionConfig(why purpose) (session.Config, *link, error) {
	f := &p.flags
	cfg := session.Config{
		ResponseTimeout: time.Duration(f.timeout),
		Lenient:         f.lenient,
		ShowSecrets:     f.showSecrets,
		Journal:         journal.LimitsFor(int64(f.logMegabytes) * 1e6),
		Disco:           session.Disco{Once: f.bare},
		Software:        session.Software{Version: releaseVersion()},
		Negotiate: negotiate.Config{
			Resource: f.resource, Mechanism: f.mechanism, NoSASL2: f.noSASL2,
			StepTimeout: time.Duration(f.connectTimeout),
		},
	}
	if why != oneShot {
		cfg.Reconnect = !f.noReconnect
		if !f.bare {
			cfg.Keepalive, cfg.WhiteSpace = f.keepalive, f.whiteSpace
			cfg.Negotiate.Manage = !f.noManagement
		}
	}
	var err error
	if cfg.Secrets, err = p.secrets(); err != nil {
		return session.Config{}, nil, err
	}
	if cfg.Negotiate.JID, err = f.account(); err != nil {
		return session.Config{}, nil, err
	}
	l := &link{program: p, secrets: cfg.Secrets}
	if f.demo {
		err = l.useBuiltin(&cfg)
	} else {
		err = l.useNetwork(&cfg)
	}
	return cfg, l, err
}

// errNoAccount says how to name one.
var errNoAccount = usage("no account: give -j user@host, set IQSCOPE_JID or choose a --profile, or use the built-in server with --demo")

// account is the address to log in as. Components and nobody in particular have a
// domain only.
func (f *connectionFlags) account() (stanza.JID, error) {
	account := f.jid
	switch {
	case account != "":
	case !f.demo:
		return stanza.JID{}, errNoAccount
	default:
		account = demoAccount + "@" + demo.Domain
	}
	jid, err := stanza.ParseJID(account)
	domain := jid.Local() == "" && jid.Resource() == ""
	switch {
	case err != nil:
		return jid, usage("the account %w", err)
	case f.demo && jid.Local() != "":
	case f.component && !domain:
		return jid, usage("a component's address is a domain such as echo.example.org, and %q is more than that", account)
	case f.anonymous && !domain:
		return jid, usage("to log in as nobody, give the server's domain alone, not %q", account)
	case jid.Local() == "" && !f.component && !f.anonymous:
		return jid, usage("the account has the form user@host, and %q has no user", account)
	}
	return jid, nil
}

// useNetwork takes everything from the settings and the environment.
func (l *link) useNetwork(cfg *session.Config) (err error) {
	p, f, n := l.program, &l.program.flags, &cfg.Negotiate
	n.Server, n.TLS, n.AllowPlaintext = f.server, negotiate.TLSMode(f.tls), f.allowPlaintext
	n.WebSocket, n.Component, n.Anonymous, n.Pin = f.websocket, f.component, f.anonymous, f.pin
	if n.RootCAs, err = trusted(f.ca); err != nil {
		return refuse(err)
	}
	if n.Certificate, err = ownCertificate(f.cert, f.key); err != nil {
		return refuse(err)
	}
	if n.Proxy, err = p.proxy(); err != nil {
		return refuse(err)
	}
	// Without a home there is nothing to remember in.
	if dir, err := config.StateDir(p.getenv); err == nil {
		n.Memory = &config.Memory{Dir: filepath.Join(dir, "logins"), Warn: l.warnLater}
	}
	if !f.anonymous {
		jid := n.JID
		n.Password = func(ctx context.Context) (string, error) {
			password, err := p.password(ctx, jid)
			return password.Reveal(), err
		}
	}
	return nil
}

// useBuiltin starts the built-in server for a session. It ends with close, not
// with a context: what is pending should end by our own doing. The link to it
// cannot die unnoticed, so nothing keeps it alive.
func (l *link) useBuiltin(cfg *session.Config) error {
	jid := cfg.Negotiate.JID
	server, err := demo.Start(context.Background(), demo.Config{})
	if err != nil {
		return &exit{exitConnect, err}
	}
	if jid.Domain() != demo.Domain || server.Password(jid.Local()) == "" {
		_ = server.Close()
		return usage("the built-in server has the accounts juliet@%[1]s and romeo@%[1]s, not %[2]s", demo.Domain, jid.Bare())
	}
	cfg.Keepalive, cfg.WhiteSpace = 0, 0
	cfg.Negotiate.Server = server.Addr()
	cfg.Negotiate.TLS = negotiate.TLSStart
	cfg.Negotiate.RootCAs = server.RootCAs()
	cfg.Negotiate.Password = func(context.Context) (string, error) { return server.Password(jid.Local()), nil }
	l.builtin = server
	return nil
}
