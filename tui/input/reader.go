// Package input stands between the terminal and Bubble Tea, and tells keys from text.
//
// Bubble Tea reads 256 bytes at a time and knows a paste only by its marks. A terminal that does not
// mark pastes would have a text typed in hundreds of pieces, a paste that never ends would swallow
// all keys, and whoever writes the end of a paste into a text that others copy could have keys
// pressed by it. A [Reader] sees what is read before Bubble Tea does:
//
//   - What was pasted, and what comes at once and is too long to have been typed, is one [Text],
//     whatever its length. Bubble Tea gets what is left: keys.
//   - Before the first piece of a batch that has such a text in it, [Mixed] is sent, and again when
//     the terminal has no more to say. Keys between the two were pressed by nobody.
//   - A paste whose end does not come is over when no more than a trickle of bytes has come for a
//     while: then they are keys again.
//
// The order is that of the terminal: the reader sends its events from within Bubble Tea's own
// reading, when all keys before them have been taken.
package input

import (
	"bytes"
	"io"
	"strings"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/cancelreader"
)

// Limits.
const (
	// TypedAhead is how many characters that arrive at once are taken for keys, pressed quickly or
	// repeated over a slow link. More of them are a text.
	TypedAhead = 16
	// MaxText is the longest text of an event, in bytes. It is more than anything takes.
	MaxText = 2 << 20
	// lull is how long nothing comes after a text that came at once before it is whole.
	lull = 10 * time.Millisecond
	// A paste is over without its end when in a span of so long fewer bytes than a trickle have
	// come: less than any line carries, and more than somebody presses who finds the keys dead.
	span    = 2 * time.Second
	trickle = 256
)

type (
	// Text is a text that came at once.
	Text struct {
		Text string
		// Dropped is how many bytes it had beyond [MaxText].
		Dropped int
		// Endless says that the terminal never told where the paste ended.
		Endless bool
	}
	// Mixed says whether the keys that follow came together with text.
	Mixed struct{ On bool }
)

// Reader is the terminal as Bubble Tea reads it. Make one with [New].
//
// It has no name on purpose: what has a name, a descriptor and nothing else is read by Bubble Tea
// past this Reader, as soon as the descriptor has something to read.
type Reader struct {
	file   Terminal
	pump   *pump
	pieces chan []byte // as they were read
	err    error       // why there are no more pieces; read when they are over
	send   func(tea.Msg)

	mu   sync.Mutex
	halt chan struct{} // closed by Interrupt
	lent bool          // somebody else reads the terminal

	reading chan struct{} // full while a Read is under way: Bubble Tea begins another one all the same
	batch   batch
	mixed   bool
}

// Terminal is what [New] reads: the terminal's file, or what hands on what comes from there.
type Terminal = cancelreader.File

// New reads a terminal from now on; what was typed there before comes first. Events go to send,
// which may block.
func New(terminal Terminal, typed []byte, send func(tea.Msg)) (*Reader, error) {
	source, err := cancelreader.NewReader(terminal)
	if err != nil {
		return nil, err
	}
	r := &Reader{file: terminal}
	r.start(io.MultiReader(bytes.NewReader(typed), source), send)
	r.pump.source = source
	return r, nil
}

func (r *Reader) start(from io.Reader, send func(tea.Msg)) {
	r.send, r.pieces, r.halt = send, make(chan []byte), make(chan struct{})
	r.reading = make(chan struct{}, 1)
	r.read(from, nil)
}

// read begins to read.
func (r *Reader) read(from io.Reader, source cancelreader.CancelReader) {
	r.pump = &pump{source: source, stop: make(chan struct{}), gone: make(chan struct{})}
	go r.pump.run(r, from)
}

// pump hands on what is read, so that waiting for it can be given up.
type pump struct {
	source cancelreader.CancelReader // by which the reading is ended; nil if it ends by itself
	stop   chan struct{}             // closed when nothing is to be handed on any more
	gone   chan struct{}             // closed when nobody reads any more
	ended  bool                      // there is nothing more to read
}

func (p *pump) run(r *Reader, from io.Reader) {
	defer close(p.gone)
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			select {
			case r.pieces <- bytes.Clone(buf[:n]):
			case <-p.stop:
				return
			}
		}
		if err == nil {
			continue
		}
		select {
		case <-p.stop:
		default:
			r.err, p.ended = err, true
			close(r.pieces)
		}
		return
	}
}

// end ends the reading, and returns when nobody reads any more.
func (p *pump) end() error {
	close(p.stop)
	if p.source != nil && !p.source.Cancel() {
		return nil
	}
	<-p.gone
	if p.source == nil {
		return nil
	}
	return p.source.Close()
}

// Close ends the reading. The terminal stays open.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var err error
	if !r.lent {
		err = r.pump.end()
	}
	select {
	case <-r.pump.gone:
		if !r.pump.ended {
			close(r.pieces)
		}
	default: // it cannot be kept from reading
	}
	return err
}

// Lend leaves the terminal to another program, which gets all that is typed from now on, until
// [Reader.Resume]. The Read that is under way has to be interrupted before. What was typed and has
// not been taken is dropped: whoever typed it saw the other program coming, or will.
func (r *Reader) Lend() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lent {
		return nil
	}
	r.lent = true
	return r.pump.end()
}

// Fd is the terminal's descriptor, by which it is made raw.
func (r *Reader) Fd() uintptr { return r.file.Fd() }

// Write writes to the terminal.
func (r *Reader) Write(p []byte) (int, error) { return r.file.Write(p) }

// Interrupt makes the Read that is under way, or else the next one, return [io.EOF], for whoever wants
// the terminal for itself. [Reader.Resume] ends that for those to come.
func (r *Reader) Interrupt() {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.halt:
	default:
		close(r.halt)
	}
}

// Resume ends what [Reader.Interrupt] and [Reader.Lend] began. A terminal that cannot be had back
// ends the reading with an error.
func (r *Reader) Resume() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.halt = make(chan struct{})
	if !r.lent {
		return
	}
	source, err := cancelreader.NewReader(r.file)
	if err != nil {
		r.err, r.pump.ended = err, true
		close(r.pieces)
		return
	}
	r.lent = false
	r.read(source, source)
}

func (r *Reader) halted() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.halt
}

// Read returns keys, never a part of one that fits. Texts before them are sent.
func (r *Reader) Read(p []byte) (int, error) {
	halt := r.halted()
	select {
	case r.reading <- struct{}{}:
		defer func() { <-r.reading }()
	case <-halt:
		return 0, io.EOF
	}
	for {
		select {
		case <-halt:
			return 0, io.EOF // what has come is left for who reads next
		default:
		}
		switch text, keys := r.batch.next(len(p) - 1); {
		case text != nil:
			r.send(*text)
		case len(keys) > 0:
			return copy(p, keys), nil
		default:
			if err := r.gather(halt); err != nil {
				return 0, err
			}
		}
	}
}

// gather waits for something, and takes in what comes along with it.
func (r *Reader) gather(halt <-chan struct{}) error {
	piece, ok := r.waiting()
	if !ok && r.mixed {
		r.mixed = false
		r.send(Mixed{false})
	}
	for !ok {
		select {
		case p, open := <-r.pieces:
			if !open {
				return r.ended()
			}
			piece, ok = p, true
		case <-halt:
			return io.EOF
		}
	}
	r.batch.take(piece)
	r.rest()
	r.batch.end()
	if r.batch.hasText() && !r.mixed {
		r.mixed = true
		r.send(Mixed{true})
	}
	return nil
}

func (r *Reader) ended() error {
	if r.err == nil { // it was closed
		return io.EOF
	}
	return r.err
}

// waiting returns what has been read already.
func (r *Reader) waiting() ([]byte, bool) {
	select {
	case p, open := <-r.pieces:
		return p, open
	default:
		return nil, false
	}
}

// rest takes in what comes after the first piece of a batch.
func (r *Reader) rest() {
	since, came := time.Now(), 0 // of the span of a paste that is not over
	for r.batch.size < MaxText || r.batch.pasting {
		patience := time.Duration(0)
		switch {
		case r.batch.pasting:
			if patience = span - time.Since(since); patience <= 0 {
				if came < trickle {
					r.batch.giveUp()
					return
				}
				since, came, patience = time.Now(), 0, span
			}
		case r.batch.long(), len(r.batch.held) > 0:
			patience = lull
		}
		piece, ok := r.within(patience)
		if ok {
			came += len(piece)
			r.batch.take(piece)
		} else if !r.batch.pasting {
			return
		}
	}
}

// within waits for a piece. The end of all pieces is left for the next Read to find, but ends a
// paste.
func (r *Reader) within(d time.Duration) ([]byte, bool) {
	if d == 0 {
		return r.waiting()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case p, open := <-r.pieces:
		if !open {
			r.batch.giveUp()
		}
		return p, open
	case <-timer.C:
		return nil, false
	}
}

// valid leaves out bytes that are no characters.
func valid(text []byte) string { return strings.ToValidUTF8(string(text), "") }
