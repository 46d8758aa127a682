package negotiate_test

import (
	"io"
	"net"
	"sync"
	"time"
)

// buffered is the server's end of a connection in memory whose writes do not wait
// for the reader, as on a real socket: in TLS both sides may write at once. What
// was written before Close arrives before the end does.
type buffered struct {
	net.Conn
	mu     sync.Mutex
	wake   *sync.Cond
	queue  []byte
	closed bool
	left   int // bytes that may still be written before the connection is cut; < 0: any number
	pump   sync.WaitGroup
}

func newBuffered(c net.Conn) *buffered {
	b := &buffered{Conn: c, left: -1}
	b.wake = sync.NewCond(&b.mu)
	b.pump.Go(b.deliver)
	return b
}

func (b *buffered) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, io.ErrClosedPipe
	}
	n := len(p)
	if b.left >= 0 {
		n = min(n, b.left)
		b.left -= n
		b.closed = b.left == 0
	}
	b.queue = append(b.queue, p[:n]...)
	b.wake.Signal()
	return n, nil
}

// Close returns when what was written has been read, or the reader is gone.
func (b *buffered) Close() error {
	b.mu.Lock()
	b.closed = true
	b.wake.Signal()
	b.mu.Unlock()
	b.pump.Wait()
	return nil
}

// deliver hands what was written to the reader.
func (b *buffered) deliver() {
	defer b.Conn.Close()
	for {
		b.mu.Lock()
		for len(b.queue) == 0 && !b.closed {
			b.wake.Wait()
		}
		part := b.queue
		b.queue = nil
		b.mu.Unlock()
		if len(part) == 0 {
			return
		}
		if _, err := b.Conn.Write(part); err != nil {
			return
		}
	}
}

// clientEnd is the client's end. A pipe whose other end is closed refuses deadlines,
// which a socket does not: its end is noticed by reading alone.
type clientEnd struct{ net.Conn }

func (c clientEnd) SetReadDeadline(t time.Time) error {
	if err := c.Conn.SetReadDeadline(t); err != io.ErrClosedPipe {
		return err
	}
	return nil
}
