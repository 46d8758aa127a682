package capture

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// Format is a way in which XMPP is written down. Its value is the word for it on a command line.
type Format string

const (
	// Auto is whatever the text seems to be.
	Auto Format = ""
	// XML is what Read reads: streams, or stanzas alone. It knows no times.
	XML Format = "xml"
	// JSON is a recording of this program, or what its watch command prints: a line for each
	// element. Times are exact.
	JSON Format = "json"
)

var formats = []Format{XML, JSON}

// Formats returns all formats but Auto.
func Formats() []Format { return slices.Clone(formats) }

// Capture is a text whose format is known.
type Capture struct {
	Format Format // never Auto
	Header Header

	text    string
	scope   stanza.Scope
	skipped int
}

// ReadAs reads a capture in a format; with Auto it finds out which. Stanzas without a stream around
// them stand in the scope alone, but for a recording that says better.
//
// The text is read to its end, and held in memory; whoever does not know how long it is bounds the
// reader. Errors are the reader's, and that there is no such format. A text that is not of the
// format is no error: nothing in it is found then, and Skipped says of how many lines.
func ReadAs(from io.Reader, f Format, alone stanza.Scope) (*Capture, error) {
	if f != Auto && !slices.Contains(formats, f) {
		return nil, fmt.Errorf("no such format: %q", f)
	}
	var b strings.Builder
	if _, err := io.Copy(&b, from); err != nil {
		return nil, err
	}
	c := &Capture{Format: f, text: b.String(), scope: alone}
	if f == Auto {
		c.Format = XML
	}
	return c, nil
}

// Elements gives the elements in the order of their ends. It may be asked for more than once, but
// not at the same time.
func (c *Capture) Elements() iter.Seq[Element] {
	return func(yield func(Element) bool) {
		c.skipped = 0
		readXML(c.text, c.scope, yield)
	}
}

// Skipped is how many lines of a log were about other things than XMPP, as far as Elements went.
func (c *Capture) Skipped() int { return c.skipped }
