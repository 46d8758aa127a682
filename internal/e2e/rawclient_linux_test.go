package e2e

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"strconv"
	"time"
)

// rawClient is what one would write by hand, and well, to measure a server: a loop that knows of a stanza
// what it needs to tell which request it answers.
type rawClient struct {
	conn net.Conn
	r    *bufio.Reader
	out  []byte
}

const rawHeader = `<stream:stream xmlns="jabber:client" xmlns:stream="http://etherx.jabber.org/streams" to="localhost" version="1.0">`

func newRawClient(conn net.Conn) *rawClient {
	return &rawClient{conn: conn, r: bufio.NewReaderSize(conn, 64<<10)}
}

// dialRaw connects to a server of localhost, with TLS from the first byte, and opens a stream.
func dialRaw(address string, roots *x509.CertPool) (*rawClient, error) {
	conn, err := tls.Dial("tcp", address, &tls.Config{RootCAs: roots, ServerName: "localhost"})
	if err != nil {
		return nil, err
	}
	c := newRawClient(conn)
	return c, c.open()
}

// open begins a stream, or the one behind a login.
func (c *rawClient) open() error { return c.say(rawHeader, "</stream:features>") }

// say writes something and reads until a tag ends so.
func (c *rawClient) say(text, end string) error {
	c.conn.SetDeadline(time.Now().Add(patience))
	if _, err := c.conn.Write([]byte(text)); err != nil {
		return err
	}
	return c.until(end)
}

// until reads until a tag ends so.
func (c *rawClient) until(end string) error {
	for {
		tag, err := c.r.ReadSlice('>')
		if err != nil {
			return fmt.Errorf("%w while waiting for %s", err, end)
		}
		if bytes.HasSuffix(tag, []byte(end)) {
			return nil
		}
	}
}

// roundTrips sends that request, its number in the place of %d, as often as count says, keeps as many in
// flight as the window is wide, and holds the answers against what was sent by their ids. What there is
// to send is sent in one piece, once there are no more answers to read.
func (c *rawClient) roundTrips(request string, count, window int) error {
	c.conn.SetDeadline(time.Now().Add(patience))
	head, tail, _ := bytes.Cut([]byte(request), []byte("%d"))
	answered := make([]bool, count)
	sent := 0
	for got := 0; got < count; {
		c.out = c.out[:0]
		for ; sent < count && sent < got+window; sent++ {
			c.out = append(strconv.AppendInt(append(c.out, head...), int64(sent), 10), tail...)
		}
		if _, err := c.conn.Write(c.out); err != nil {
			return err
		}
		for more := true; more; more = bytes.IndexByte(buffered(c.r), '>') >= 0 {
			tag, err := c.r.ReadSlice('>')
			if err != nil {
				return err
			}
			if !bytes.HasPrefix(tag, []byte("<iq ")) {
				continue
			}
			n, err := strconv.Atoi(string(id(tag)))
			if err != nil || n >= sent || answered[n] || !bytes.Contains(tag, []byte("result")) {
				return fmt.Errorf("the answer is %s", tag)
			}
			answered[n] = true
			got++
		}
	}
	return nil
}

// buffered is what has been read and waits to be looked at.
func buffered(r *bufio.Reader) []byte {
	waiting, _ := r.Peek(r.Buffered())
	return waiting
}

// leave ends the stream, and waits until the server has ended it, too.
func (c *rawClient) leave() error {
	if err := c.say("</stream:stream>", "</stream:stream>"); err != nil {
		return err
	}
	return c.conn.Close()
}
