package session

import (
	"context"
	"errors"
	"sync"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/negotiate"
	"iqscope/session/pending"
	"iqscope/session/wire"
)

// ErrConnected refuses to connect a session that is online or on its way.
var ErrConnected = errors.New("the session is connected or connecting already")

var (
	errStreamClosed = errors.New("the server closed the stream")
	errBrokenXML    = errors.New("the server's XML is broken")
	errNotResumed   = errors.New("the connection was lost, and the stream could not be resumed")
)

// farewell is how long the last words to a server may take.
const farewell = 2 * time.Second

// link is the connection of a session, over all its ends and beginnings: it connects, by
// itself or by hand, reads, keeps alive, notices a loss and comes back. The session's lock
// guards it.
type link struct {
	s *Session
	// negotiate is negotiate.Client, or what a test puts in its place.
	negotiate func(context.Context, negotiate.Config) (*negotiate.Stream, error)
	running   sync.WaitGroup // readers, writers, and who keeps links alive and brings them back

	status   Status
	told     State       // that was told of last
	up       *connection // nil when there is none
	closing  *connection // that Close is ending; nil when there is none
	attempt  *attempt    // to connect, nil when there is none
	hand     *byHand     // of the state ByHand; an earlier one's otherwise
	retrying *retrying   // brings a lost connection back; nil when nobody does
	tries    int         // since the last connection that lasted
	managed  *managed    // of the stream, or of the lost one that may be resumed; nil without
	caps     string      // what we say of ourselves in the last presence to all (XEP-0115)
}

func newLink(s *Session) link {
	return link{
		s: s, negotiate: negotiate.Client,
		status: Status{State: Offline, JID: s.cfg.Negotiate.JID}, told: Offline,
	}
}

// attempt is one negotiation under way.
type attempt struct {
	cancel context.CancelFunc
	done   chan struct{}
	// early are the stanzas that came on the way, and requests the ids of what we asked there.
	early    map[*stanza.Stanza]arrival
	requests map[string]bool
}

func newAttempt(cancel context.CancelFunc) *attempt {
	return &attempt{
		cancel: cancel, done: make(chan struct{}),
		early: map[*stanza.Stanza]arrival{}, requests: map[string]bool{},
	}
}

// logged is where the way to a stream is told of. What may be handed on as Stream.Early is
// observed later, once it has passed the filters and the judge; a reply to what was asked on
// the way at once, for it may be the way's own. It runs in the goroutine that negotiates.
func (a *attempt) logged(s *Session) func(wire.Event) {
	return func(e wire.Event) {
		switch {
		case !isStanza(e.Element):
			s.logged(e)
		case e.Dir == stanza.Out:
			a.requests[e.Element.ID()] = true
			s.logged(e)
		case a.own(e.Element):
			a.early[e.Element] = arrival{Event: e, seq: s.logged(e), observed: true}
		default:
			a.early[e.Element] = arrival{Event: e, seq: s.log([]wire.Event{e})}
			s.changed.ring()
		}
	}
}

// own says that a stanza answers what was asked on the way.
func (a *attempt) own(st *stanza.Stanza) bool { return st.IsReply() && a.requests[st.ID()] }

// Connect negotiates and goes online; after that nothing is sent unasked unless
// the configuration says so. The context bounds the attempt, not the connection.
// After a loss it may be called again, also while the session waits for its own
// next try: log and handlers stay. The error is ErrConnected or a *negotiate.Error.
func (s *Session) Connect(ctx context.Context) error {
	s.link.stopTrying()
	return s.link.connect(ctx)
}

func (l *link) connect(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	try := newAttempt(cancel)
	defer close(try.done)
	cfg, err := l.begin(try, true)
	if err != nil {
		return err
	}
	stream, err := l.negotiate(ctx, cfg)
	if err == nil {
		if err = l.online(stream, try); err != nil {
			step := negotiate.StepBind
			if stream.Resumed && !errors.Is(err, errClosedByUs) {
				step = negotiate.StepManage
				refuseCount(stream.Conn, err)
			}
			stream.Conn.CloseNow()
			err = &negotiate.Error{Step: step, With: cfg.JID.Domain(), SecretSent: true, Cause: err}
		}
	}
	if err != nil {
		l.failed(try, err)
	}
	return err
}

// begin makes an attempt the current one, and says how to negotiate; resume allows to go on
// with an earlier stream.
func (l *link) begin(try *attempt, resume bool) (negotiate.Config, error) {
	defer l.s.changed.ring()
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	if l.status.State.busy() {
		return negotiate.Config{}, ErrConnected
	}
	if l.s.answers.unfit != nil {
		return negotiate.Config{}, l.s.answers.unfit
	}
	l.attempt = try
	l.status = Status{State: Connecting, JID: l.s.cfg.Negotiate.JID, Loss: l.status.Loss, LossAt: l.status.LossAt}
	l.turned()
	cfg := l.s.cfg.Negotiate
	if resume {
		cfg.Resume = l.managed.resumption(l.s.now())
	}
	if cfg.Resume != nil && l.managed.location != "" {
		cfg.Server = l.managed.location
	}
	cfg.Wire.Log, cfg.Wire.Show = try.logged(l.s), l.s.shown
	cfg.Progress = l.progress
	return cfg, nil
}

// failed says why an attempt came to nothing, unless Close already did.
func (l *link) failed(try *attempt, err error) {
	l.s.mu.Lock()
	ours := l.attempt == try
	if ours {
		l.attempt = nil
		l.status.State, l.status.Step, l.status.Err = Lost, "", err
		l.status.Steps = stepped(l.status.Steps, time.Now(), StepTaken{})
		if n := len(l.status.Steps); n > 0 {
			l.status.Steps[n-1].Failed = true
		}
		l.turned()
	}
	l.s.mu.Unlock()
	if ours {
		l.s.note("%v", err)
	}
}

func (l *link) progress(step negotiate.Step, detail string) {
	l.s.mu.Lock()
	l.status.Step = step
	l.status.Steps = stepped(l.status.Steps, time.Now(), StepTaken{Step: step, Detail: detail})
	l.s.mu.Unlock()
	text := string(step)
	if detail != "" {
		text += ": " + detail
	}
	l.s.note("%s", text)
}

// online takes a negotiated stream into use, unless the attempt was called
// off meanwhile or the server resumed what it cannot have.
func (l *link) online(stream *negotiate.Stream, try *attempt) error {
	c, ctx, err := l.takeUp(stream, try)
	if err != nil {
		return err
	}
	if stream.Resumed {
		l.s.note("online again as %s: the stream was resumed", stream.Bound)
		l.s.served() // whoever sees us has not lost us, and what we serve may have changed
	} else {
		l.s.note("online as %s", stream.Bound)
	}
	early := try.arrivals(stream, c.began)
	l.start(func() {
		l.s.mu.Lock()
		l.s.now()
		for _, in := range early {
			l.s.pass(c, in)
		}
		l.s.unlock()
		l.s.changed.ring()
		l.read(ctx, c)
	})
	l.start(func() { l.s.outbox.write(ctx, c) })
	if l.s.cfg.Keepalive > 0 {
		l.start(func() { l.watch(ctx, c) })
	}
	if l.s.cfg.WhiteSpace > 0 {
		l.start(func() { l.pad(ctx, c) })
	}
	l.running.Done() // takeUp's
	return nil
}

// takeUp makes a stream the session's connection. It counts one as running, so that Close
// waits for those that follow.
func (l *link) takeUp(stream *negotiate.Stream, try *attempt) (*connection, context.Context, error) {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	if l.attempt != try {
		return nil, nil, errClosedByUs
	}
	now := l.s.now()
	switch {
	case !stream.Resumed:
		l.abandon(stream.Management, errNotResumed)
		l.managed = newManaged(stream.Management, stream.Bound)
		l.caps = ""
		l.s.disco.Forget(stream.Bound, now)
	default:
		if err := l.resumed(stream.Management); err != nil {
			l.abandon(negotiate.Management{}, err)
			return nil, nil, err
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := &connection{conn: stream.Conn, cancel: cancel, began: now, lastIn: now, woke: newBell(), managed: l.managed}
	c.over = exchange.Connection{Account: stream.Bound, Server: stream.Addr}
	c.conn.HasReader()
	l.attempt, l.retrying, l.up = nil, nil, c
	l.s.requests.table.SetIdentity(pending.Identity{Own: stream.Bound, Component: l.s.cfg.Negotiate.Component, Lenient: l.s.cfg.Lenient})
	l.s.answers.begin(stream.Bound)
	l.status = Status{
		State: Online, JID: stream.Bound, Addr: stream.Addr,
		TLS: tlsName(stream.TLS), Mechanism: stream.Mechanism,
		Managed: l.managed != nil, Resumed: stream.Resumed, Choices: stream.Choices,
		Steps: stepped(l.status.Steps, now, StepTaken{}),
		Loss:  l.status.Loss, LossAt: l.status.LossAt,
	}
	l.turned()
	l.running.Add(1)
	l.s.arm()
	return c, ctx, nil
}

// start runs f in a goroutine that Close waits for.
func (l *link) start(f func()) { l.running.Go(f) }

// arrivals are the stanzas of Stream.Early, as of when the session is online.
func (a *attempt) arrivals(stream *negotiate.Stream, at time.Time) []arrival {
	var early []arrival
	for i, el := range stream.Early {
		in := a.early[el]
		in.Time = at
		in.uncounted = i < len(stream.Early)-stream.Counted // the counts of XEP-0198 begin with the last ones
		early = append(early, in)
	}
	return early
}

// over is the connection that there is. The session's lock is held.
func (l *link) over() *exchange.Connection {
	if l.up == nil {
		return &exchange.Connection{Account: l.s.cfg.Negotiate.JID}
	}
	return &l.up.over
}

// whyOffline is the cause of a stanza.NotSent. The session's lock is held.
func (l *link) whyOffline() error {
	if l.status.State == ByHand {
		return ErrByHand
	}
	return ErrOffline
}
