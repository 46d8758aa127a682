package e2e

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"iqscope/internal/realserver"
)

// rawClient is what one would write by hand to measure a server: TLS, a login, and a loop that knows
// of a stanza what it needs to count its answer.
type rawClient struct {
	tb   testing.TB
	conn *tls.Conn
	r    *bufio.Reader
}

const (
	rawHeader = `<stream:stream xmlns="jabber:client" xmlns:stream="http://etherx.jabber.org/streams" to="localhost" version="1.0">`
	rawPlain  = `<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">%s</auth>`
	rawBind   = `<iq type="set" id="bind"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/></iq>`
	rawPing   = `<iq type="get" to="localhost" id="%d"><ping xmlns="urn:xmpp:ping"/></iq>`
)

// rawLogIn logs in as alice, on direct TLS.
func rawLogIn(tb testing.TB, server *realserver.Server) *rawClient {
	tb.Helper()
	pem, err := os.ReadFile(server.CAFile)
	if err != nil {
		tb.Fatal(err)
	}
	conn, err := tls.Dial("tcp", server.DirectTLSAddr, &tls.Config{RootCAs: trusting(pem), ServerName: server.Domain})
	if err != nil {
		tb.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(patience))
	c := &rawClient{tb, conn, bufio.NewReaderSize(conn, 64<<10)}
	login := "\x00alice\x00" + server.Accounts["alice@localhost"]
	c.say(rawHeader, "</stream:features>")
	c.say(fmt.Sprintf(rawPlain, base64.StdEncoding.EncodeToString([]byte(login))), "<success ")
	c.say(rawHeader, "</stream:features>")
	c.say(rawBind, "</iq>")
	return c
}

// say writes something and reads until a tag begins or ends with what is awaited.
func (c *rawClient) say(text, awaited string) {
	c.tb.Helper()
	if _, err := c.conn.Write([]byte(text)); err != nil {
		c.tb.Fatal(err)
	}
	for {
		tag, err := c.r.ReadSlice('>')
		if err != nil {
			c.tb.Fatalf("%v while waiting for %s", err, awaited)
		}
		if bytes.HasPrefix(tag, []byte(awaited)) || bytes.HasSuffix(tag, []byte(awaited)) {
			return
		}
	}
}

// pings keeps as many pings in flight as the window is wide, counts the answers by their ids, and
// returns how many round trips a second that makes. What there is to send is sent in one piece.
func (c *rawClient) pings(count, window int) (perSecond float64) {
	c.tb.Helper()
	head, tail, _ := bytes.Cut([]byte(rawPing), []byte("%d"))
	answered := make([]bool, count)
	var out []byte
	sent := 0
	start := time.Now()
	for got := 0; got < count; {
		for ; sent < count && sent < got+window; sent++ {
			out = append(strconv.AppendInt(append(out, head...), int64(sent), 10), tail...)
		}
		if _, err := c.conn.Write(out); err != nil {
			c.tb.Fatal(err)
		}
		out = out[:0]
		for more := true; more; more = bytes.IndexByte(buffered(c.r), '>') >= 0 {
			tag, err := c.r.ReadSlice('>')
			if err != nil {
				c.tb.Fatal(err)
			}
			if !bytes.HasPrefix(tag, []byte("<iq ")) {
				continue
			}
			n, err := strconv.Atoi(string(id(tag)))
			if err != nil || n >= sent || answered[n] || !bytes.Contains(tag, []byte("'result'")) {
				c.tb.Fatalf("the answer is %s", tag)
			}
			answered[n] = true
			got++
		}
	}
	return float64(count) / time.Since(start).Seconds()
}

// buffered is what has been read and waits to be looked at.
func buffered(r *bufio.Reader) []byte {
	waiting, _ := r.Peek(r.Buffered())
	return waiting
}

// leave ends the stream, and waits until the server has ended it, too.
func (c *rawClient) leave() {
	c.say("</stream:stream>", "</stream:stream>")
	c.conn.Close()
}
