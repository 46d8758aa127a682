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
//
// Times of logs that say no zone are taken for this machine's. Where a log has the time of day alone,
// its first day is taken for 1 January 1970, and another day begins where the clock goes back by more
// than half a day.
type Format string

const (
	// Auto is whatever the text seems to be.
	Auto Format = ""
	// XML is what Read reads: streams, or stanzas alone. It knows no times. Other than with Read, the
	// elements of both directions may stand in one text as they came.
	XML Format = "xml"
	// JSON is a recording of this program, or what its watch command prints: a line for each
	// element. Times are exact. Places are those of the lines.
	JSON Format = "json"
	// Socat is what socat -v prints of a connection without TLS. Times are exact.
	Socat Format = "socat"
	// Profanity is Profanity's log of level DEBUG. Times are exact, and without a zone in old ones.
	Profanity Format = "profanity"
	// Slixmpp is the log of any program with slixmpp or SleekXMPP, such as poezio --debug. Times are
	// there if the program writes them, and have no zone.
	Slixmpp Format = "slixmpp"
	// Poezio is what /dump in poezio's XML tab writes. Times are of the day.
	Poezio Format = "poezio"
	// Psi is a copy of what "Dump ringbuffer" shows in the XML console of Psi or Psi+. Times have no
	// zone; directions are guessed from what is said.
	Psi Format = "psi"
	// Gajim is a copy of Gajim's XML console. Times have no zone, and are of the day in languages
	// other than English.
	Gajim Format = "gajim"
	// Smack is what the debuggers of Smack print. Times are of the day, or the logger's.
	Smack Format = "smack"
)

var formats = []Format{XML, JSON, Socat, Profanity, Slixmpp, Poezio, Psi, Gajim, Smack}

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
		c.Format = detect(c.text)
	}
	if c.Format == JSON {
		c.Header = headerOf(c.text)
		c.scope = c.Header.in(alone)
	}
	return c, nil
}

// Elements gives the elements in the order of their ends. It may be asked for more than once, but
// not at the same time.
func (c *Capture) Elements() iter.Seq[Element] {
	return func(yield func(Element) bool) {
		c.skipped = 0
		if c.Format == XML && !bothWays(c.text, c.scope) {
			readXML(c.text, c.scope, yield)
			return
		}
		l := newLog(c.text, c.scope, yield)
		defer func() { c.skipped = l.skipped }()
		switch c.Format {
		case XML:
			l.mixed()
		case JSON:
			l.json()
		case Socat:
			l.socat()
		default:
			l.lines(tools[c.Format])
		}
	}
}

// Skipped is how many lines of a log were about other things than XMPP, as far as Elements went.
func (c *Capture) Skipped() int { return c.skipped }

// detect finds out a text's format by the first line that is a mark of one. Only its first line makes
// it XML, or JSON without an element: logs have lines of that kind besides. What begins as XML may
// yet be a console copied from the middle of an element on.
func detect(text string) Format {
	first, isXML := true, false
	for pos := 0; pos < len(text); {
		line, next := lineAt(text, pos)
		line = strings.Trim(line, spaces+bom)
		if f := formatOf(line); f != Auto && (!isXML || f == Psi || f == Gajim) { // no stream has comments
			return f
		}
		if first && line != "" {
			if first, isXML = false, line[0] == '<'; line[0] == '{' {
				return JSON
			}
		}
		pos = next
	}
	return XML
}

// bom is what Windows likes to begin files with.
const bom = "\ufeff"

// formatOf is the format that a line is a mark of.
func formatOf(line string) Format {
	if _, ok := transferAt(line); ok {
		return Socat
	}
	if strings.HasPrefix(line, "{") && strings.Contains(line, `"xml":`) {
		return JSON
	}
	for _, f := range formats {
		if t, ok := tools[f]; ok {
			if _, ok := t.mark(line); ok {
				if f == Profanity && !strings.Contains(before(line), ": DBG: ") {
					f = Slixmpp // the same words, among other things
				}
				return f
			}
		}
	}
	return Auto
}
