package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// document is a stream that is one XML document in each direction (RFC 6120 §4).
type document struct {
	// nc is what is read and written: the socket, or TLS over it.
	nc net.Conn

	scanner *xmlscan.Scanner
	in      *stanza.Reader
	fresh   bool // the reader expects a stream header
	begun   bool // a stream header came once
	input   interrupt

	out    []byte
	stream *stanza.Reader // reads the tags of our own stream
	tags   *xmlscan.Scanner
	output interrupt
}

func newDocument(c net.Conn, limits xmlscan.Limits) *document {
	limits.ElementDepth = 2
	d := &document{
		nc: c, fresh: true,
		scanner: xmlscan.New(limits, xmlscan.Scope{}),
		input:   interrupt{set: c.SetReadDeadline},
		output:  interrupt{set: c.SetWriteDeadline},
	}
	d.in = stanza.NewReader(d.scanner)
	return d
}

func (d *document) next(ctx context.Context) (*stanza.Stanza, error) {
	for {
		el, err := d.ready()
		if err != xmlscan.ErrMore {
			return el, err
		}
		switch err := d.fill(ctx); {
		case err == nil:
		case err == ctx.Err():
			return nil, err
		default:
			return d.in.Broken(), err
		}
	}
}

func (d *document) ready() (*stanza.Stanza, error) {
	el, err := d.in.Next()
	switch {
	case err == nil:
		if el.Kind() == stanza.StreamOpen {
			d.fresh, d.begun = false, true
		}
		return el, nil
	case err == io.EOF, err == xmlscan.ErrMore:
		return nil, err
	}
	return d.in.Broken(), err
}

// fill reads from the socket once.
func (d *document) fill(ctx context.Context) error {
	if err := d.input.arm(ctx); err != nil {
		return d.readFailed(ctx, err)
	}
	for range emptyReads {
		n, err := d.scanner.Fill(d.nc)
		switch {
		case n > 0:
			return nil // an error beside bytes comes again
		case err != nil:
			return d.readFailed(ctx, err)
		}
	}
	return io.ErrNoProgress
}

// readFailed says in words why the socket gave nothing.
func (d *document) readFailed(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		return errClosedHere
	case err == io.EOF && !d.begun:
		return &lost{"the other side closed the connection before a stream began", err}
	case err == io.EOF:
		return &lost{"the other side closed the connection without </stream:stream>", err}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &lost{"the connection was cut off inside a TLS record", err}
	}
	return &lost{"the connection was lost: " + SocketWords(err), err}
}

func (d *document) meaning(el *stanza.Stanza) meaning {
	switch el.Kind() {
	case stanza.StreamOpen:
		return opening
	case stanza.StreamClose:
		return closing
	}
	return content
}

func (d *document) header() *stanza.StreamHeader { return d.in.Header() }

func (d *document) restart() {
	if !d.fresh {
		d.in.Restart()
		d.fresh = true
	}
}

func (d *document) open(h Header) (*stanza.Stanza, stanza.Scope, error) {
	tags := xmlscan.New(xmlscan.Limits{ElementDepth: 2}, xmlscan.Scope{})
	stream := stanza.NewReader(tags)
	tags.Write([]byte(h.tag()))
	tag, err := stream.Next()
	if err != nil {
		return nil, stanza.Scope{}, err
	}
	d.stream, d.tags = stream, tags
	d.in.Content = h.Content
	return tag, stanza.Scope{Namespaces: tags.Scope(), Content: h.Content, Lang: h.Lang}, nil
}

func (d *document) end() (*stanza.Stanza, error) {
	d.tags.Write([]byte("</stream:stream>"))
	return d.stream.Next()
}

// write writes the elements in one call to the socket.
func (d *document) write(ctx context.Context, elements []*stanza.Stanza, leaving func(int, []*stanza.Stanza)) (int, error) {
	if err := d.output.arm(ctx); err != nil {
		return 0, err
	}
	leaving(0, elements)
	d.out = d.out[:0]
	for _, el := range elements {
		d.out = append(d.out, el.XML()...)
	}
	n, err := d.nc.Write(d.out)
	if cap(d.out) > keepBuffer {
		d.out = nil
	}
	return n, err
}

// secure changes to TLS.
func (d *document) secure(ctx context.Context, secured *tls.Conn) error {
	if d.scanner.Buffered() > 0 {
		return ErrBuffered
	}
	// A call that was given up may have left a deadline in the past.
	always := context.Background()
	if err := errors.Join(d.input.arm(always), d.output.arm(always)); err != nil {
		return err
	}
	if err := secured.HandshakeContext(ctx); err != nil {
		return err
	}
	d.nc = secured
	d.restart()
	return nil
}

func (d *document) disarm() {
	d.input.disarm()
	d.output.disarm()
}

func (d *document) finish() error { return d.nc.Close() }

// tag is the opening tag of a stream.
func (h Header) tag() string {
	version := "1.0"
	if h.NoVersion {
		version = ""
	}
	return "<?xml version='1.0'?><stream:stream" + attributes("xmlns", h.Content, "xmlns:stream", stanza.NSStream,
		"id", h.ID, "from", h.From, "to", h.To, "version", version, "xml:lang", h.Lang) + ">"
}

// attributes writes names and values, but no attribute whose value is empty.
func attributes(namesAndValues ...string) string {
	s := ""
	for i := 0; i < len(namesAndValues); i += 2 {
		if value := namesAndValues[i+1]; value != "" {
			s += fmt.Sprintf(" %s='%s'", namesAndValues[i], stanza.Escape(value))
		}
	}
	return s
}
