// Package session is the one type that the screen, the command line and a
// library user hold: it connects, sends IQs and waits for their replies, logs
// everything, and answers what nobody else does.
//
// What the page "Send/Receive IQ Stanzas" calls iq.send() is Send; with
// block=False it is Start, with callback= it is SendCallback.
//
// A Session owns one reader and one writer goroutine while it is online, and
// none otherwise. All methods are safe for concurrent use; none waits for the
// screen, the disk or a handler.
package session

import (
	"context"
	"sync"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/journal"
	"iqscope/session/negotiate"
	"iqscope/session/pending"
	"iqscope/session/wire"
)

// DefaultResponseTimeout is the page's response_timeout.
const DefaultResponseTimeout = 30 * time.Second

// Config of a session. Only Negotiate.JID is required.
type Config struct {
	// Negotiate says where to go and as whom; its Wire.Tap and Progress are the
	// session's own.
	Negotiate negotiate.Config
	// ResponseTimeout is how long a request waits unless it says otherwise;
	// 0 means DefaultResponseTimeout.
	ResponseTimeout time.Duration
	// Lenient accepts replies that real servers send although the sender is
	// not quite who was asked, and flags them.
	Lenient bool
	Journal journal.Limits
	// Reconnect brings a lost connection back, with growing delays, until the
	// server refuses for good or Close is called. With Negotiate.Manage the
	// stream is resumed and what is pending lives on.
	Reconnect bool
	// Keepalive asks the server for a sign of life when nothing came for so long,
	// or the machine slept; 0 never does. KeepaliveTimeout is how long the
	// answer may take; 0 means DefaultKeepaliveTimeout.
	Keepalive        time.Duration
	KeepaliveTimeout time.Duration
	// WhiteSpace writes a space that often (RFC 6120 §4.6.1), for routers that
	// forget silent connections; nobody answers it. 0 never does; the least is a
	// second.
	WhiteSpace time.Duration
	// Software is what we say of ourselves to those who ask (XEP-0092).
	Software Software
}

// Session is one account's connection, over all its reconnections.
type Session struct {
	cfg      Config
	journal  *journal.Journal
	registry *handler.Registry
	changed  chan struct{}
	running  sync.WaitGroup // readers, writers, and who keeps links alive and brings them back
	clocks   clocks
	// negotiate is negotiate.Client, or what a test puts in its place.
	negotiate func(context.Context, negotiate.Config) (*negotiate.Stream, error)

	mu       sync.Mutex
	status   Status
	life     *life       // of the connection, nil when there is none
	attempt  *attempt    // to connect, nil when there is none
	hand     *byHand     // of the state ByHand; an earlier one's otherwise
	retrying *retrying   // brings a lost connection back; nil when nobody does
	tries    int         // since the last connection that lasted
	sm       *management // of the stream, or of the lost one that may be resumed; nil without
	heard    time.Time   // when an element came last
	table    *pending.Table
	book     book
	timer    *time.Timer // fires at the earliest deadline
	armed    time.Time   // that deadline; zero: not armed
	timeout  time.Duration
	outbox   outbox

	// Of incoming elements and requests.
	arrived    handler.Event // as the filters and the judge left it, for whoever reads
	inbox      inbox
	pacer      pacer
	hold       Hold
	unanswered Unanswered
	nobody     counts
	serving    context.Context // of the stream's responders; nil without a stream
	served     context.CancelFunc
	archives   map[string]bool // those that were asked
	named      uint64          // waiters and collectors
}

// New makes a session; nothing happens until Connect.
func New(cfg Config) *Session {
	if cfg.ResponseTimeout == 0 {
		cfg.ResponseTimeout = DefaultResponseTimeout
	}
	if cfg.KeepaliveTimeout == 0 {
		cfg.KeepaliveTimeout = DefaultKeepaliveTimeout
	}
	s := &Session{
		cfg:       cfg,
		journal:   journal.New(cfg.Journal),
		changed:   make(chan struct{}, 1),
		status:    Status{State: Offline, JID: cfg.Negotiate.JID},
		table:     pending.New(pending.Identity{Lenient: cfg.Lenient}),
		book:      newBook(),
		timeout:   cfg.ResponseTimeout,
		outbox:    newOutbox(),
		inbox:     newInbox(),
		pacer:     pacer{senders: map[string]*sender{}},
		hold:      Hold{For: DefaultHoldTime},
		archives:  map[string]bool{},
		clocks:    realClocks(),
		negotiate: negotiate.Client,
	}
	s.registry = handler.New(handler.Hooks{Log: s.log, Judge: s.judge, Filtered: s.filtered, Failed: s.handlerFailed})
	s.addBuiltins()
	return s
}

// Journal is the log of everything seen.
func (s *Session) Journal() *journal.Journal { return s.journal }

// Changed receives a value when something changed since the last one was taken:
// the log, a request, the status. It never blocks the session and never closes.
func (s *Session) Changed() <-chan struct{} { return s.changed }

func (s *Session) notify() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// Scope is what typed stanzas inherit on this connection.
func (s *Session) Scope() stanza.Scope {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life != nil {
		return s.life.conn.Scope()
	}
	return stanza.ClientScope()
}

// SetResponseTimeout changes the timeout of requests started from now on; 0
// restores DefaultResponseTimeout.
func (s *Session) SetResponseTimeout(d time.Duration) {
	if d <= 0 {
		d = DefaultResponseTimeout
	}
	s.mu.Lock()
	s.timeout = d
	s.mu.Unlock()
	s.notify()
}

// note writes a line of our own into the log.
func (s *Session) note(text string) {
	s.journal.Append(journal.Entry{Time: time.Now(), Text: text})
	s.notify()
}

// tap is where the wire shows every element, in the goroutine that reads or
// writes it. The registry's first entry, log, sees it before anyone else.
func (s *Session) tap(e wire.Event) {
	d := s.registry.Deliver(handler.Event{Time: e.Time, Dir: e.Dir, Stanza: e.Element, Redacted: e.Redacted})
	if e.Dir == stanza.In {
		s.mu.Lock()
		s.arrived = d.Event
		s.mu.Unlock()
	}
}
