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
	source cancelreader.CancelReader
	pieces chan []byte // as they were read
	done   chan struct{}
	err    error // why there are no more pieces; read when they are over
	send   func(tea.Msg)

	mu   sync.Mutex
	halt chan struct{} // closed by Interrupt

	batch batch
	mixed bool
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
	r := &Reader{file: terminal, source: source}
	r.start(io.MultiReader(bytes.NewReader(typed), source), send)
	return r, nil
}

func (r *Reader) start(source io.Reader, send func(tea.Msg)) {
	r.send, r.pieces, r.done, r.halt = send, make(chan []byte), make(chan struct{}), make(chan struct{})
	go r.pump(source)
}

// pump hands on what is read, so that waiting for it can be given up.
func (r *Reader) pump(source io.Reader) {
	defer close(r.pieces)
	buf := make([]byte, 64<<10)
	for {
		n, err := source.Read(buf)
		if n > 0 {
			select {
			case r.pieces <- bytes.Clone(buf[:n]):
			case <-r.done:
				return
			}
		}
		if err != nil {
			r.err = err
			return
		}
	}
}

// Close ends the reading. The terminal stays open.
func (r *Reader) Close() error {
	close(r.done)
	if r.source == nil || !r.source.Cancel() {
		return nil
	}
	for range r.pieces { // until nobody reads any more
	}
	return r.source.Close()
}

// Fd is the terminal's descriptor, by which it is made raw.
func (r *Reader) Fd() uintptr { return r.file.Fd() }

// Write writes to the terminal.
func (r *Reader) Write(p []byte) (int, error) { return r.file.Write(p) }

// Interrupt makes the Read that waits, or else the next one, return [io.EOF], for whoever wants the
// terminal for itself. [Reader.Resume] ends that.
func (r *Reader) Interrupt() {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.halt:
	default:
		close(r.halt)
	}
}

// Resume ends what [Reader.Interrupt] began.
func (r *Reader) Resume() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.halt = make(chan struct{})
}

func (r *Reader) halted() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.halt
}

// Read returns keys, never a part of one that fits. Texts before them are sent.
func (r *Reader) Read(p []byte) (int, error) {
	for {
		switch text, keys := r.batch.next(len(p) - 1); {
		case text != nil:
			r.send(*text)
		case len(keys) > 0:
			return copy(p, keys), nil
		default:
			if err := r.gather(); err != nil {
				return 0, err
			}
		}
	}
}

// gather waits for something, and takes in what comes along with it.
func (r *Reader) gather() error {
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
		case <-r.halted():
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
