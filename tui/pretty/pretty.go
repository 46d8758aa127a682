// Package pretty turns a stanza into coloured lines for reading, for whichever pane shows it. It
// joins two slow things, laying XML out ([stanza.Stanza.Pretty]) and colouring it (package
// highlight), and keeps both away from the update loop: small stanzas are laid out at once, large
// ones by a command whose [Printed] event goes back to [Printer.Accept].
package pretty

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder/stanza"
	"iqscope/tui/highlight"
)

// Limits.
const (
	// atOnce is the longest stanza that is laid out within the update loop (about a millisecond).
	atOnce = 16 << 10
	// keptBytes bounds the laid out texts that are kept. Colouring has a cache of its own.
	keptBytes = 8 << 20
)

// Form is a way to write a stanza.
type Form string

// The forms.
const (
	Indented Form = "xml"
	Exact    Form = "raw" // byte for byte
)

// Request says what to draw. Seq is the stanza's number in the log, or any other number that no
// other stanza has.
type Request struct {
	Seq    uint64
	Stanza *stanza.Stanza
	Form   Form
	Width  int
	// Wrap goes on in the next line where a line is too long, and gives the attributes of long
	// start tags lines of their own. Otherwise each element has one line, and a long one is cut.
	Wrap bool
}

// breadth is where start tags are broken up; 0 for not at all.
func (r Request) breadth() int {
	if r.Wrap {
		return r.Width
	}
	return 0
}

func (r Request) key() highlight.Key {
	return highlight.Key{Seq: r.Seq, View: string(r.Form), Width: r.Width, Wrap: r.Wrap}
}

// Printed is the event that a large stanza has been laid out.
type Printed struct {
	key  highlight.Key
	text string
}

// Printer lays out and colours. It belongs to the update loop; the commands it returns may run
// anywhere.
type Printer struct {
	colours *highlight.Highlighter
	texts   map[highlight.Key]string
	bytes   int
	busy    map[highlight.Key]bool
}

// New returns a printer that colours with h.
func New(h *highlight.Highlighter) *Printer {
	return &Printer{colours: h, texts: make(map[highlight.Key]string), busy: make(map[highlight.Key]bool)}
}

// Colours are what it colours with.
func (p *Printer) Colours() *highlight.Highlighter { return p.colours }

// Lines returns the stanza in lines of at most the width. As long as they are not ready they are
// nil or without colour, and the command, unless it is nil, makes them ready: ask again when its
// event has been accepted.
func (p *Printer) Lines(r Request) ([]string, tea.Cmd) {
	if r.Width <= 0 {
		return nil, nil
	}
	key := r.key()
	if r.Form == Exact {
		return p.colours.Lines(key, r.Stanza.XML())
	}
	text, ok := p.texts[key]
	if !ok {
		if len(r.Stanza.XML()) > atOnce {
			return nil, p.later(r)
		}
		text = r.Stanza.Pretty(r.breadth())
		p.keep(key, text)
	}
	return p.colours.Lines(key, text)
}

// Plain says that a stanza, once it is laid out, is too long to have colours.
func (p *Printer) Plain(r Request) bool {
	if r.Form == Exact {
		return len(r.Stanza.XML()) > highlight.MaxBytes
	}
	return len(p.texts[r.key()]) > highlight.MaxBytes
}

func (p *Printer) later(r Request) tea.Cmd {
	key := r.key()
	if p.busy[key] {
		return nil
	}
	p.busy[key] = true
	return func() tea.Msg { return Printed{key, r.Stanza.Pretty(r.breadth())} }
}

// Accept takes the events of the printer's commands, [Printed] and [highlight.Highlighted], and
// reports whether msg was one.
func (p *Printer) Accept(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case Printed:
		delete(p.busy, msg.key)
		p.keep(msg.key, msg.text)
		return true
	case highlight.Highlighted:
		p.colours.Accept(msg)
		return true
	}
	return false
}

// keep remembers a text. When too much is kept all is forgotten: what is on the screen is laid out
// again the next time.
func (p *Printer) keep(key highlight.Key, text string) {
	if p.bytes+len(text) > keptBytes {
		clear(p.texts)
		p.bytes = 0
	}
	if old, ok := p.texts[key]; ok {
		p.bytes -= len(old)
	}
	p.texts[key] = text
	p.bytes += len(text)
}
