// Package painter writes frames to a terminal: of each, only the cells that have changed, and at
// once. Bubble Tea's own renderer writes whole lines, and looks only so often whether there is
// something to write. What is left to it are the modes of the terminal (alternate screen, cursor,
// mouse, pasting), which it writes to what [New] returns as to any output:
//
//	terminal := painter.New(os.Stdout)
//	defer terminal.Close()
//	tea.NewProgram(model, tea.WithAltScreen(), tea.WithOutput(terminal), tea.WithFPS(1))
//
// The model hands each frame to [Painter.Show] from its View, and returns the same text each time.
//
// Frames are painted while the terminal is on its alternate screen and at no other time, so that
// whoever has the terminal meanwhile, a shell or an editor, has it alone. A slow terminal keeps
// nobody waiting: while one frame is written, the newest takes the place of those that wait.
package painter

import (
	"bytes"
	"io"
	"strings"
	"sync"
)

// Painter is an output for Bubble Tea, and where frames go. It is safe for concurrent use. It is a
// terminal to who asks for its size if the output is one.
type Painter interface {
	// Write takes what Bubble Tea writes: modes reach the terminal, frames of its own do not.
	io.Writer
	// Show has a frame painted soon: as many lines as the terminal has, each as wide as that. It
	// waits for nothing.
	Show(frame string)
	// Anew has all of the newest frame painted, as the terminal may show anything: its size was
	// changed.
	Anew()
	// Close ends the painting, and leaves the output open.
	Close() error
}

// New returns the painter of an output.
func New(out io.Writer) Painter {
	p := &painter{out: out, fresh: make(chan struct{}, 1), done: make(chan struct{})}
	go p.paint()
	if f, ok := out.(tty); ok {
		return terminal{p, f}
	}
	return p
}

type tty interface {
	io.Reader
	Fd() uintptr
}

// terminal is a painter whose output is a terminal, or another file.
type terminal struct {
	*painter
	tty
}

type painter struct {
	out   io.Writer
	fresh chan struct{} // there may be something to paint; closed at the end
	done  chan struct{}

	writing sync.Mutex // held while something is written
	active  bool       // the alternate screen is on
	painted []string   // the lines that stand there; nil for anything

	waiting sync.Mutex // never held while something is written
	next    string     // the newest frame
	anew    bool       // all of it is to be painted
	closed  bool
}

// Show has a frame painted.
func (p *painter) Show(frame string) {
	p.waiting.Lock()
	defer p.waiting.Unlock()
	if frame != p.next && !p.closed {
		p.next = frame
		p.wake()
	}
}

// Anew has all of the newest frame painted.
func (p *painter) Anew() {
	p.waiting.Lock()
	defer p.waiting.Unlock()
	if !p.closed {
		p.anew = true
		p.wake()
	}
}

// wake has the newest frame looked at.
func (p *painter) wake() {
	select {
	case p.fresh <- struct{}{}:
	default: // it will be
	}
}

// Close ends the painting.
func (p *painter) Close() error {
	p.waiting.Lock()
	if !p.closed {
		p.closed = true
		close(p.fresh)
	}
	p.waiting.Unlock()
	<-p.done
	return nil
}

// What Bubble Tea writes.
const (
	home        = "\x1b[H" // a frame begins with it
	enterScreen = "\x1b[?1049h"
	leaveScreen = "\x1b[?1049l"
	erase       = "\x1b[2J"
	eraseLine   = "\x1b[2K" // of a frame that ends, as is a carriage return
)

// Write takes what Bubble Tea writes.
func (p *painter) Write(b []byte) (int, error) {
	p.writing.Lock()
	defer p.writing.Unlock()
	text := string(b)
	switch {
	case p.active && (strings.HasPrefix(text, home) || text == eraseLine || text == "\r"):
		return len(b), nil // it knows nothing of what stands there
	case strings.Contains(text, leaveScreen):
		p.active = false
	}
	n, err := p.out.Write(b)
	if strings.Contains(text, enterScreen) || p.active && strings.Contains(text, erase) {
		p.active = true
		p.Anew()
	}
	return n, err
}

// paint writes frames until the end.
func (p *painter) paint() {
	defer close(p.done)
	for range p.fresh {
		p.writing.Lock()
		p.waiting.Lock()
		frame, anew := p.next, p.anew
		p.anew = p.anew && !p.active
		p.waiting.Unlock()
		if anew {
			p.painted = nil
		}
		if p.active && frame != "" {
			lines := strings.Split(frame, "\n")
			var b bytes.Buffer
			changes(&b, p.painted, lines)
			if b.Len() > 0 {
				// Whoever cannot be written to tells Bubble Tea by other ways.
				if _, err := p.out.Write(b.Bytes()); err != nil {
					lines = nil
				}
			}
			p.painted = lines
		}
		p.writing.Unlock()
	}
}
