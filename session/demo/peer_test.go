package demo

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come; only a broken server
// makes it pass.
const patience = 20 * time.Second

func start(t *testing.T) *Server {
	t.Helper()
	s, err := Start(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// peer is a client that is logged in, in the test's hands.
type peer struct {
	t      *testing.T
	stream *negotiate.Stream
}

func login(t *testing.T, s *Server, account, resource string) *peer {
	t.Helper()
	stream, err := negotiate.Client(t.Context(), credentials(t, s, account, resource))
	if err != nil {
		t.Fatalf("%s cannot log in: %v", account, err)
	}
	t.Cleanup(func() { stream.Conn.CloseNow() })
	return &peer{t, stream}
}

func credentials(t *testing.T, s *Server, account, resource string) negotiate.Config {
	t.Helper()
	return negotiate.Config{
		JID: jid(t, account+"@"+Domain), Resource: resource, Server: s.Addr(), RootCAs: s.RootCAs(),
		Password: func(context.Context) (string, error) { return s.Password(account), nil },
	}
}

func jid(t *testing.T, text string) stanza.JID {
	t.Helper()
	j, err := stanza.ParseJID(text)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func (p *peer) says(xml string) {
	p.t.Helper()
	el, err := p.stream.Conn.Element(xml)
	if err != nil {
		p.t.Fatalf("the test's own XML is wrong: %v: %s", err, xml)
	}
	if _, err := p.stream.Conn.Write(p.t.Context(), el); err != nil {
		p.t.Fatalf("the server takes nothing: %v", err)
	}
}

func (p *peer) hears() *stanza.Stanza {
	p.t.Helper()
	return hear(p.t, p.stream.Conn)
}

func hear(t *testing.T, w *wire.Conn) *stanza.Stanza {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	el, err := w.Read(ctx)
	if err != nil {
		t.Fatalf("the server says nothing: %v", err)
	}
	return el
}

// hearsNothing shows by a ping that nothing was on its way before its answer.
func (p *peer) hearsNothing() {
	p.t.Helper()
	p.says("<iq type='get' id='marker'><ping xmlns='urn:xmpp:ping'/></iq>")
	if el := p.hears(); el.ID() != "marker" {
		p.t.Fatalf("the server said %s", el.XML())
	}
}

func (p *peer) asks(xml string) *stanza.Stanza {
	p.t.Helper()
	p.says(xml)
	return p.hears()
}

// dial opens a plain connection, for tests of what happens before a login.
func dial(t *testing.T, s *Server) (*wire.Conn, net.Conn) {
	t.Helper()
	raw, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	w := wire.New(raw, wire.Config{})
	t.Cleanup(func() { w.CloseNow() })
	return w, raw
}

// condition is "condition/type" of an error, "" for none.
func condition(st *stanza.Stanza) string {
	e := st.Err()
	if e == nil {
		return ""
	}
	return e.Condition + "/" + e.Type
}

func contains(t *testing.T, st *stanza.Stanza, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(st.XML(), part) {
			t.Errorf("the answer lacks %s: %s", part, st.XML())
		}
	}
}
