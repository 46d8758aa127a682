package e2e

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/xdg-go/scram"
)

const (
	echoAccount  = "alice@localhost"
	echoPassword = "pencil"
	echoPeer     = "echo@localhost/e"
)

const (
	echoHeader = `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' id='b' from='localhost'>`
	mechanisms = `<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-256</mechanism></mechanisms></stream:features>`
	binding    = `<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>`
	bound      = `<iq type='result' id='%s'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>alice@localhost/bench</jid></bind></iq>`
	pong       = `<iq type="result" id="%s" from="` + echoPeer + `" to="alice@localhost/bench"/>`
)

// listens has each connection to an address of its own served, and returns that.
func listens(tb testing.TB, serve func(net.Conn)) string {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { listener.Close() })
	go acceptAll(listener, serve)
	return listener.Addr().String()
}

// acceptAll has each connection served until the listener is closed.
func acceptAll(listener net.Listener, serve func(net.Conn)) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			serve(conn)
		}()
	}
}

// echoStream is the quickest server that a benchmark can think of: it looks at tags, never at what
// they mean. Every request is answered by a result of its id. A client may log in, or not and send at
// once.
type echoStream struct {
	r *bufio.Reader
	w *bufio.Writer
}

func (e *echoStream) serve() error {
	if err := e.open(mechanisms); err != nil {
		return err
	}
	next, err := e.r.Peek(len("<iq"))
	if err != nil {
		return err
	}
	if string(next) != "<iq" {
		if err := e.logIn(); err != nil {
			return err
		}
	}
	head, tail, _ := strings.Cut(pong, "%s")
	for {
		tag, err := e.r.ReadSlice('>')
		switch {
		case err != nil:
			return err
		case bytes.HasPrefix(tag, []byte("<iq ")):
			e.w.WriteString(head)
			e.w.Write(id(tag))
			e.w.WriteString(tail)
		case bytes.HasPrefix(tag, []byte("</stream:stream")):
			e.w.WriteString("</stream:stream>")
			return e.w.Flush()
		}
		if e.r.Buffered() == 0 {
			e.w.Flush()
		}
	}
}

// open answers a stream header.
func (e *echoStream) open(features string) error {
	for {
		tag, err := e.r.ReadSlice('>')
		if err != nil {
			return err
		}
		if bytes.Contains(tag, []byte("<stream:stream")) {
			e.w.WriteString(echoHeader + features)
			return e.w.Flush()
		}
	}
}

// logIn checks the password, opens the second stream and binds a resource.
func (e *echoStream) logIn() error {
	server, err := scram.SHA256.NewServer(credentials)
	if err != nil {
		return err
	}
	login := server.NewConversation()
	for !login.Done() {
		if _, err := e.r.ReadSlice('>'); err != nil {
			return err
		}
		text, err := e.r.ReadString('>')
		if err != nil {
			return err
		}
		text, _, _ = strings.Cut(text, "<")
		message, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return err
		}
		answer, err := login.Step(string(message))
		if err != nil {
			return err
		}
		element := "challenge"
		if login.Done() {
			element = "success"
		}
		fmt.Fprintf(e.w, "<%s xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>%s</%[1]s>", element, base64.StdEncoding.EncodeToString([]byte(answer)))
		e.w.Flush()
	}
	if err := e.open(binding); err != nil {
		return err
	}
	set, err := e.r.ReadSlice('>')
	if err != nil {
		return err
	}
	fmt.Fprintf(e.w, bound, id(set))
	return e.w.Flush()
}

// id is the value of a tag's id, as it is written there.
func id(tag []byte) []byte {
	_, value, _ := bytes.Cut(tag, []byte(" id="))
	if len(value) == 0 {
		return nil
	}
	value, _, _ = bytes.Cut(value[1:], value[:1])
	return value
}

func credentials(string) (scram.StoredCredentials, error) {
	client, err := scram.SHA256.NewClient("alice", echoPassword, "")
	if err != nil {
		return scram.StoredCredentials{}, err
	}
	return client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "pepper", Iters: 4096})
}
