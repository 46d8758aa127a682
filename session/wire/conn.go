package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"iqscope/iqbuilder/stanza"
)

// Conn is one connection. One goroutine may call Read or Next while another calls
// Write or Send; Open, Restart and the StartTLS pair count as both. The rest is safe at any time.
type Conn struct {
	cfg    Config
	raw    net.Conn // the socket below everything; it never changes
	frames framing
	tls    atomic.Pointer[tls.ConnectionState]

	reading     sync.Mutex
	reader      atomic.Bool // somebody calls Read until the end
	headersRead int         // stream headers read
	readErr     error       // why nothing more will be read; nil as long as more may come
	peer        atomic.Pointer[stanza.StreamHeader]
	held        heldBack
	ended       chan struct{} // closed when nothing more will be read
	endOnce     sync.Once

	writing     chan struct{} // holds one token; a lock that a context can give up on
	headersSent int           // stream headers written
	scope       atomic.Pointer[stanza.Scope]
	closed      bool    // we ended our stream
	writeErr    error   // what the first failed write failed of
	events      []Event // of the elements that leave; used again
}

// heldBack is how reading ended behind elements that Read returned without that.
type heldBack struct {
	el  *stanza.Stanza
	err error
}

// New makes a connection of a socket. The Conn owns it from now on.
func New(c net.Conn, cfg Config) *Conn {
	return newConn(c, newDocument(c, cfg.Limits), cfg)
}

func newConn(raw net.Conn, frames framing, cfg Config) *Conn {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Show == nil {
		cfg.Show = func(el *stanza.Stanza) *stanza.Stanza { shown, _ := Redact(el); return shown }
	}
	return &Conn{
		cfg: cfg, raw: raw, frames: frames,
		ended:   make(chan struct{}),
		writing: make(chan struct{}, 1),
	}
}

// Peer is the other side's latest stream header, nil before one came.
func (c *Conn) Peer() *stanza.StreamHeader { return c.peer.Load() }

// TLS is the state of the TLS connection, nil in the clear.
func (c *Conn) TLS() *tls.ConnectionState { return c.tls.Load() }

// Scope is the scope of stanzas that we send on this stream; before Open, that
// of a client's stream.
func (c *Conn) Scope() stanza.Scope {
	if s := c.scope.Load(); s != nil {
		return *s
	}
	return stanza.ClientScope()
}

// Element parses XML that we are about to send in the scope of this stream. The
// errors are those of stanza.Parse.
func (c *Conn) Element(xml string) (*stanza.Stanza, error) {
	return stanza.Parse(xml, c.Scope())
}

// event says that an element goes over the wire now.
func (c *Conn) event(dir stanza.Direction, el *stanza.Stanza) Event {
	return c.eventAt(c.cfg.Now(), dir, el)
}

func (c *Conn) eventAt(now time.Time, dir stanza.Direction, el *stanza.Stanza) Event {
	return Event{Time: now, Dir: dir, Element: el, Shown: c.cfg.Show(el)}
}

// log tells of an event that nobody else tells of.
func (c *Conn) log(e Event) {
	if c.cfg.Log != nil && e.Element != nil {
		c.cfg.Log(e)
	}
}

// Close says </stream:stream>, or <close/> over WebSocket, if a stream is open, waits up to 2 s for
// the other side's, and closes the socket. A goroutine in Read or Next, or the one that HasReader
// told of, goes on reading meanwhile; when there is none, what still arrives is told to the log.
// Ending ctx ends the waiting.
func (c *Conn) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, closeWait)
	defer cancel()
	if c.sayClose(ctx) {
		c.awaitEnd(ctx)
	}
	// Neither a close_notify that cannot leave nor a blocked Write holds us up.
	last := time.AfterFunc(farewellTime, func() { c.raw.Close() })
	defer last.Stop()
	c.frames.disarm()
	c.writing <- struct{}{}
	defer c.unlockWriting()
	c.closed = true
	if err := c.frames.finish(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// HasReader tells that a goroutine calls Read from now on until that fails, so that Close
// leaves it all that still arrives.
func (c *Conn) HasReader() { c.reader.Store(true) }

// awaitEnd waits until nothing more will be read.
func (c *Conn) awaitEnd(ctx context.Context) {
	if c.reader.Load() || !c.reading.TryLock() {
		select {
		case <-c.ended:
		case <-ctx.Done():
		}
		return
	}
	defer c.reading.Unlock()
	for {
		e, err := c.read(ctx)
		c.log(e)
		if err != nil {
			return
		}
	}
}

// CloseNow closes the socket. Blocked calls end with net.ErrClosed.
func (c *Conn) CloseNow() error {
	c.frames.disarm()
	return c.raw.Close()
}
