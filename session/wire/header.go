package wire

import (
	"context"
	"strings"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// Header is what we say in our stream's opening tag (RFC 6120 §4.7).
type Header struct {
	Content            string // content namespace; "" means jabber:client
	To, From, Lang, ID string
	// Version is "1.0" unless NoVersion is set (XEP-0114 has none).
	NoVersion bool
}

func (h Header) xml() string {
	var b strings.Builder
	attr := func(name, value string) {
		if value != "" {
			b.WriteString(" " + name + "='" + stanza.Escape(value) + "'")
		}
	}
	b.WriteString("<?xml version='1.0'?><stream:stream")
	attr("xmlns", h.Content)
	attr("xmlns:stream", stanza.NSStream)
	attr("id", h.ID)
	attr("from", h.From)
	attr("to", h.To)
	if !h.NoVersion {
		attr("version", "1.0")
	}
	attr("xml:lang", h.Lang)
	b.WriteString(">")
	return b.String()
}

// Open writes a stream header. Where the other side has not said its own since
// our last one, the reader expects a new document from it (RFC 6120 §4.3.3): so
// it is for whoever connects. Whoever accepts calls Restart, reads the header,
// and opens then.
func (c *Conn) Open(h Header) error {
	c.reading.Lock()
	defer c.reading.Unlock()
	ctx := context.Background()
	if err := c.lockWriting(ctx); err != nil {
		return err
	}
	defer c.unlockWriting()
	if c.heard > 0 && c.heard == c.said {
		c.restart()
	}
	return c.open(ctx, h)
}

// open writes a header, with writing held.
func (c *Conn) open(ctx context.Context, h Header) error {
	if h.Content == "" {
		h.Content = stanza.NSClient
	}
	tags := xmlscan.New(xmlscan.Limits{ElementDepth: 2}, xmlscan.Scope{})
	stream := stanza.NewReader(tags)
	tags.Write([]byte(h.xml()))
	tag, err := stream.Next()
	if err != nil {
		return err
	}
	c.said++
	c.stream, c.tags = stream, tags
	c.scope.Store(&stanza.Scope{Scope: tags.Scope(), Content: h.Content, Lang: h.Lang})
	_, err = c.send(ctx, tag)
	return err
}

// Restart makes the reader expect a new stream header from the other side, as
// it comes after SASL's <success/> (RFC 6120 §6.4.6). Bytes that are here
// already are kept. StartTLS restarts by itself.
func (c *Conn) Restart() {
	c.reading.Lock()
	defer c.reading.Unlock()
	c.restart()
}

func (c *Conn) restart() {
	if !c.fresh {
		c.in.Restart()
		c.fresh = true
	}
}

// closingTag is our </stream:stream>, as the tap and the socket want it.
func (c *Conn) closingTag() (*stanza.Stanza, error) {
	c.tags.Write([]byte("</stream:stream>"))
	return c.stream.Next()
}
