package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// Conn is one connection. One goroutine may call Read while another calls
// Write; Open, Restart and the StartTLS pair count as both. The rest is safe at any time.
type Conn struct {
	cfg Config
	raw net.Conn // the socket below TLS; it never changes

	// nc is what is read and written: raw, or TLS over it. It is changed with
	// both reading and writing held.
	nc  net.Conn
	tls atomic.Pointer[tls.ConnectionState]

	reading sync.Mutex
	scanner *xmlscan.Scanner
	in      *stanza.Reader
	fresh   bool // the reader expects a stream header
	heard   int  // stream headers read
	refused bool // we have answered broken XML
	input   interrupt
	peer    atomic.Pointer[stanza.StreamHeader]
	ended   chan struct{} // closed when nothing more will be read
	endOnce sync.Once

	writing  chan struct{} // holds one token; a lock that a context can give up on
	out      []byte
	said     int            // stream headers written
	stream   *stanza.Reader // reads the tags of our own stream
	tags     *xmlscan.Scanner
	scope    atomic.Pointer[stanza.Scope]
	closed   bool  // we said </stream:stream>
	writeErr error // what the first failed write failed of
	output   interrupt
}

// New makes a connection of a socket. The Conn owns it from now on.
func New(c net.Conn, cfg Config) *Conn {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	cfg.Limits.ElementDepth = 2
	conn := &Conn{
		cfg: cfg, raw: c, nc: c, fresh: true,
		scanner: xmlscan.New(cfg.Limits, xmlscan.Scope{}),
		input:   interrupt{set: c.SetReadDeadline},
		output:  interrupt{set: c.SetWriteDeadline},
		ended:   make(chan struct{}),
		writing: make(chan struct{}, 1),
	}
	conn.in = stanza.NewReader(conn.scanner)
	return conn
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

// show gives an element to the tap.
func (c *Conn) show(dir stanza.Direction, el *stanza.Stanza) {
	if c.cfg.Tap == nil {
		return
	}
	shown, redacted := Redact(el)
	c.cfg.Tap(Event{Time: c.cfg.Now(), Dir: dir, Element: shown, Redacted: redacted})
}

// Close says </stream:stream> if a stream is open, waits up to 2 s for the
// other side's, and closes the socket. A goroutine in Read goes on reading
// meanwhile; when there is none, what still arrives is shown to the tap only.
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
	c.input.disarm()
	c.output.disarm()
	c.writing <- struct{}{}
	defer c.unlockWriting()
	c.closed = true
	if err := c.nc.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// awaitEnd waits until nothing more will be read.
func (c *Conn) awaitEnd(ctx context.Context) {
	if !c.reading.TryLock() {
		select {
		case <-c.ended:
		case <-ctx.Done():
		}
		return
	}
	defer c.reading.Unlock()
	for {
		if _, err := c.read(ctx); err != nil {
			return
		}
	}
}

// CloseNow closes the socket. Blocked calls end with net.ErrClosed.
func (c *Conn) CloseNow() error {
	c.input.disarm()
	c.output.disarm()
	return c.raw.Close()
}
