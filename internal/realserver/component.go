package realserver

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Component is an external component (XEP-0114) in a test's hands: it can answer late, never, or
// from other JIDs. It reads with encoding/xml and writes strings, so that it owes nothing to the
// code under test.
type Component struct {
	Host  string
	tb    testing.TB
	conn  net.Conn
	mu    sync.Mutex // guards writes
	ended chan struct{}
}

// A Stanza is what a component received.
type Stanza struct {
	XMLName xml.Name
	ID      string `xml:"id,attr"`
	Type    string `xml:"type,attr"`
	From    string `xml:"from,attr"`
	To      string `xml:"to,attr"`
	Inner   string `xml:",innerxml"`
}

// Component connects to the server as its component. received is called for every stanza, in a
// goroutine of the component's own, until the test ends.
func (s *Server) Component(tb testing.TB, received func(*Component, Stanza)) *Component {
	tb.Helper()
	c := &Component{Host: s.ComponentHost, tb: tb, ended: make(chan struct{})}
	d, err := c.connect(s)
	for deadline := time.Now().Add(startTimeout); errors.Is(err, errConflict) && time.Now().Before(deadline); d, err = c.connect(s) {
		time.Sleep(pollInterval) // the server has not noticed yet that the last test's is gone
	}
	if err != nil {
		tb.Fatalf("%s did not take the component: %v", s.Product, err)
	}
	go func() {
		defer close(c.ended)
		for {
			start, err := nextStart(d)
			if err != nil {
				return
			}
			var got Stanza
			if err := d.DecodeElement(&got, &start); err != nil {
				return
			}
			received(c, got)
		}
	}()
	tb.Cleanup(func() {
		c.conn.Close()
		<-c.ended
	})
	return c
}

// Send writes XML as it is. Errors are the test's business only while the component is connected.
func (c *Component) Send(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Fprintf(c.conn, format, args...)
}

// Result answers a request from the JID it was sent to, or from another if from is not empty.
func (c *Component) Result(request Stanza, from string) {
	if from == "" {
		from = request.To
	}
	c.Send(`<iq type="result" id="%s" from="%s" to="%s"/>`, escape(request.ID), escape(from), escape(request.From))
}

var errConflict = errors.New("another one is there (conflict)")

// connect returns what reads from the server behind the handshake.
func (c *Component) connect(s *Server) (*xml.Decoder, error) {
	conn, err := net.DialTimeout("tcp", s.ComponentAddr, dialTimeout)
	if err != nil {
		return nil, err
	}
	c.conn = conn
	conn.SetDeadline(time.Now().Add(startTimeout)) // of the handshake
	d := xml.NewDecoder(conn)
	if err := c.shakeHands(d, s.ComponentSecret); err != nil {
		conn.Close()
		return nil, err
	}
	conn.SetDeadline(time.Time{})
	return d, nil
}

func (c *Component) shakeHands(d *xml.Decoder, secret string) error {
	c.Send(`<stream:stream xmlns="jabber:component:accept" xmlns:stream="http://etherx.jabber.org/streams" to="%s">`, c.Host)
	header, err := nextStart(d)
	if err != nil {
		return err
	}
	var id string
	for _, a := range header.Attr {
		if a.Name.Local == "id" {
			id = a.Value
		}
	}
	digest := sha1.Sum([]byte(id + secret))
	c.Send(`<handshake>%s</handshake>`, hex.EncodeToString(digest[:]))
	answer, err := nextStart(d)
	if err != nil {
		return err
	}
	if answer.Name.Local != "handshake" {
		if condition, err := nextStart(d); err == nil && condition.Name.Local == "conflict" {
			return errConflict
		}
		return fmt.Errorf("it answered <%s/>", answer.Name.Local)
	}
	return d.Skip()
}

func nextStart(d *xml.Decoder) (xml.StartElement, error) {
	for {
		token, err := d.Token()
		if err != nil {
			return xml.StartElement{}, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			return token, nil
		case xml.EndElement:
			return xml.StartElement{}, io.EOF
		}
	}
}

func escape(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a Builder never fails
	return b.String()
}
