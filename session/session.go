// Package session is the one type that the screen, the command line and a
// library user hold: it connects, sends IQs and waits for their replies, logs
// everything, and answers what nobody else does.
//
// # The way of a program
//
// Dial connects, Get asks, Decode reads the answer into a value:
//
//	s, err := session.Dial(ctx, "alice@example.org", password)
//	if err != nil {
//		return err // *JIDError, or *ConnectError: at which step, with whom, why, what to try
//	}
//	defer s.Close(ctx)
//	reply, err := s.Get(ctx, iqbuilder.WithQuery(stanza.NSDiscoInfo), iqbuilder.To("example.org"))
//	if err != nil {
//		return err // ErrXMPP: *IQError, *IQTimeout, *NotSent, *Unknown or *Cancelled
//	}
//	err = reply.Decode(&info)
//
// What the page "Send/Receive IQ Stanzas" calls iq.send() is Send; with block=False it is Start,
// with callback= it is SendCallback. Its timeout= is WithTimeout, its response_timeout is
// Config.ResponseTimeout, its IqError, IqTimeout and XMPPError are *IQError, *IQTimeout and
// ErrXMPP. Its register_handler is Handle, with handlers of package handler: a Callback sees what
// comes in,
//
//	s.Handle(handler.Callback("watch", handler.MustPath("iq@type=get/custom_xep", keys), show))
//
// and a Responder answers it, which a reply in the page's handler does:
//
//	s.Handle(handler.Responder("answer", handler.MustPath("iq/custom_xep", keys),
//		func(ctx context.Context, in handler.Event) (handler.Answer, error) {
//			return handler.Reply(iqbuilder.Result(iqbuilder.InReplyTo(in.Stanza)))
//		}))
//
// What is built and read is in packages iqbuilder and stanza; docs/library.md goes the whole way.
//
// # The way of a stanza
//
// What the reader takes from the connection, all that has come, goes through Session.receive: journal,
// filters, judge, observers, answer. What is to be sent waits in the outbox; the writer
// takes it from there, shows it to the filters, and hands it to the connection, which
// says of each element that it leaves: Session.leaving writes it down, starts its clock,
// and shows it to the observers. Both functions stand in road.go, and nobody below calls up.
//
// # Parts and locks
//
// A Session is a facade over parts with methods and tests of their own: pending.Table
// judges, answer.Desk answers, ack.Ledger counts, journal.Journal logs, handler.Registry
// knows the handlers; requests, answers, outbox and link tie them to a connection.
//
//   - Session.mu guards all state of requests, answers, outbox and link, so that going
//     offline, ending what is pending and refusing what comes next are one step. It is
//     never held while something is written, filtered, matched or called.
//   - journal.Journal and handler.Registry have locks of their own, which are taken inside
//     Session.mu and never the other way round.
//   - teller.mu guards the queue of ended exchanges, or changed states; it, too, is taken inside.
//   - wire.Conn has one lock for each direction. Session.leaving runs inside the writing
//     one and takes Session.mu.
//
// A Session owns one reader and one writer goroutine while it is online, and
// none otherwise, but for those that run handlers. One timer serves all deadlines; while there
// are any, or a keepalive, it looks once a second whether the machine slept (alarm.go). All
// methods are safe for concurrent use; none waits for the screen, the disk or a handler.
package session

import (
	"sync"
	"sync/atomic"
	"time"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/disco"
	"iqscope/session/handler"
	"iqscope/session/journal"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

// DefaultResponseTimeout is the page's response_timeout.
const DefaultResponseTimeout = 30 * time.Second

// Config of a session. Only Negotiate.JID is required.
type Config struct {
	// Negotiate says where to go and as whom; its Wire.Log, Wire.Show and Progress are
	// the session's own.
	Negotiate negotiate.Config
	// ResponseTimeout is how long a request waits unless it says otherwise;
	// 0 means DefaultResponseTimeout.
	ResponseTimeout time.Duration
	// Lenient accepts replies that real servers send although the sender is
	// not quite who was asked, and flags them.
	Lenient bool
	// ShowSecrets shows passwords, tokens and the like as they are, in the log and to
	// handlers, and returns them from Send; else each is replaced by words, but for the
	// wire's own sake. A program that asks for credentials, those of a relay (XEP-0215)
	// for example, needs it.
	ShowSecrets bool
	// Secrets says what is a secret; the zero value is the built-in list.
	Secrets wire.Secrets
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
	// Disco is what we say of ourselves to those who discover services.
	Disco Disco
	// Kinds are the requests and payloads that this session knows by name; nil means
	// catalog.Default().
	Kinds *catalog.Catalog
	// Unanswered is what requests get that nobody answers; Connect refuses what cannot be sent.
	// SetUnanswered changes it.
	Unanswered Unanswered
}

// Session is one account's connection, over all its reconnections.
type Session struct {
	cfg         Config
	journal     *journal.Journal
	registry    *handler.Registry
	self        *self
	changed     bell
	endings     teller[ending]
	states      teller[Status]
	disco       *disco.Cache
	discoveries teller[Exchange] // ended requests of service discovery
	named       atomic.Uint64    // waiters and collectors
	secrets     atomic.Bool      // are shown

	mu       sync.Mutex
	requests requests // ours
	answers  answers  // to those of others
	outbox   outbox   // what is to be sent
	link     link     // the connection
	alarm    alarm    // fires at the earliest deadline, and after sleep
}

// New makes a session; nothing happens until Connect.
func New(cfg Config) *Session {
	if cfg.ResponseTimeout == 0 {
		cfg.ResponseTimeout = DefaultResponseTimeout
	}
	if cfg.KeepaliveTimeout == 0 {
		cfg.KeepaliveTimeout = DefaultKeepaliveTimeout
	}
	s := &Session{cfg: cfg, journal: journal.New(cfg.Journal), changed: newBell()}
	s.registry = handler.New(func(name string, cause any) { s.note("handler %q failed: %v", name, cause) })
	s.endings.failed = func(cause any) { s.note("a listener for ended exchanges failed: %v", cause) }
	s.states.failed = func(cause any) { s.note("a listener for states failed: %v", cause) }
	s.newDiscoveries()
	s.secrets.Store(cfg.ShowSecrets)
	s.alarm = newAlarm(s.expire)
	s.requests = newRequests(s)
	s.answers = newAnswers(s)
	s.outbox = newOutbox(s)
	s.link = newLink(s)
	s.self = addBuiltins(s.registry, cfg)
	return s
}

// Journal is the log of everything seen.
func (s *Session) Journal() *journal.Journal { return s.journal }

// Kinds are the requests and payloads that the session knows by name.
func (s *Session) Kinds() *catalog.Catalog {
	if s.cfg.Kinds == nil {
		return catalog.Default()
	}
	return s.cfg.Kinds
}

// Changed receives a value when something changed since the last one was taken:
// the log, a request, the status. It never blocks the session and never closes.
func (s *Session) Changed() <-chan struct{} { return s.changed }

// Scope is what typed stanzas inherit on this connection.
func (s *Session) Scope() stanza.Scope {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link.up != nil {
		return s.link.up.conn.Scope()
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
	s.requests.timeout = d
	s.mu.Unlock()
	s.changed.ring()
}

// ShowSecrets changes whether secrets are shown in what goes over the wire from now on, as
// Config.ShowSecrets says. What was hidden stays so: nobody keeps it.
func (s *Session) ShowSecrets(on bool) {
	s.secrets.Store(on)
	s.changed.ring()
}

// shown is what may be shown of an element.
func (s *Session) shown(el *stanza.Stanza) *stanza.Stanza {
	if !s.secrets.Load() {
		el, _ = s.cfg.Secrets.Redact(el)
	}
	return el
}

// Ended has fn called with every exchange that ends from now on, exactly once each and in
// the order in which they end, in a goroutine beside the session. An exchange that is told
// of does not change any more, but that a late reply can still come, of which LateReplies
// tells. What fn has not taken yet waits in memory: it should not take long. stop ends that;
// fn may still be called with what had ended before. Close waits until all has been told that
// had ended by then; fn may call Close only with a context that ends, for it would wait for
// itself.
func (s *Session) Ended(fn func(Exchange)) (stop func()) {
	return s.endings.listen(func(e ending) {
		if !e.late {
			fn(e.Exchange)
		}
	})
}

// LateReplies has fn called with every exchange that had ended without a reply and to which one is
// joined after all: Late, LateSeq and LateBy tell of it. The exchange is one that Exchanges still
// shows. fn is called as that of Ended is, in the same line: it hears of the late reply when all
// listeners have heard of the end.
func (s *Session) LateReplies(fn func(Exchange)) (stop func()) {
	return s.endings.listen(func(e ending) {
		if e.late {
			fn(e.Exchange)
		}
	})
}

// ending is an exchange that has ended, or to which a late reply was joined after its end.
type ending struct {
	Exchange
	late bool
}

// StateChanged has fn called with the status whenever Status.State has become another: on the way,
// online, lost, offline. It is told of each change once, in their order, in a goroutine beside the
// session, where it may take its time, call Connect or Close. stop ends that.
func (s *Session) StateChanged(fn func(Status)) (stop func()) {
	return s.states.listen(fn)
}
