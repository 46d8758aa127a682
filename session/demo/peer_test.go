package demo

import (
	"context"
	"crypto/tls"
	"net"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T) *Server {
	t.Helper()
	s, err := Start(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// peer is a client, in the test's hands. The stream is there from its login on.
type peer struct {
	*xmpptest.Peer
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
	return &peer{xmpptest.On(t, stream.Conn), t, stream}
}

func credentials(t *testing.T, s *Server, account, resource string) negotiate.Config {
	t.Helper()
	return negotiate.Config{
		JID: xmpptest.JID(t, account+"@"+Domain), Resource: resource, Server: s.Addr(), RootCAs: s.RootCAs(),
		Password: func(context.Context) (string, error) { return s.Password(account), nil },
	}
}

// dial opens a plain connection, for tests of what happens before a login.
func dial(t *testing.T, s *Server) (*peer, net.Conn) {
	t.Helper()
	raw, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{Peer: xmpptest.On(t, wire.New(raw, wire.Config{})), t: t}
	t.Cleanup(func() { p.Conn.CloseNow() })
	return p, raw
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

// result asks for what must succeed.
func (p *peer) result(xml string) *stanza.Stanza {
	p.t.Helper()
	got := p.Asks(xml)
	if got.Type() != stanza.Result {
		p.t.Fatalf("%s\nis answered with %s", xml, got.XML())
	}
	return got
}

// refused asks for what must fail, with condition/type, or with an application
// condition behind that.
func (p *peer) refused(want, xml string) {
	p.t.Helper()
	got := p.Asks(xml)
	has := condition(got)
	if e := got.Err(); e != nil && e.Application.Local != "" {
		has += "/" + e.Application.Local
	}
	if has != want {
		p.t.Errorf("%s\nis answered with %s, want %s", xml, got.XML(), want)
	}
}

// available logs in and says that it is there.
func available(t *testing.T, s *Server, account, resource string) *peer {
	t.Helper()
	p := login(t, s, account, resource)
	p.Says("<presence/>")
	for p.Hears().From() != p.stream.Bound.String() { // others come first
	}
	return p
}

func get(to, payload string) string {
	return "<iq type='get' id='g'" + attribute("to", to) + ">" + payload + "</iq>"
}

func set(to, payload string) string {
	return "<iq type='set' id='s'" + attribute("to", to) + ">" + payload + "</iq>"
}

// texts are what the elements of a name hold, in order.
func texts(t *testing.T, st *stanza.Stanza, local string) []string {
	t.Helper()
	root, err := st.Tree()
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	var walk func(*stanza.Node)
	walk = func(n *stanza.Node) {
		if n.Name.Local == local {
			found = append(found, n.Text())
		}
		for _, c := range n.Elements() {
			walk(c)
		}
	}
	walk(root)
	return found
}

// secured is a connection with TLS, before the login.
func secured(t *testing.T, s *Server) *peer {
	t.Helper()
	p, _ := dial(t, s)
	p.opens(wire.Header{To: Domain})
	p.Hears() // features
	p.Asks("<starttls xmlns='" + stanza.NSTLS + "'/>")
	if err := p.Conn.StartTLS(t.Context(), &tls.Config{RootCAs: s.RootCAs(), ServerName: Domain}); err != nil {
		t.Fatal(err)
	}
	p.opens(wire.Header{To: Domain})
	p.Hears() // features
	return p
}

// opens opens a stream, which the server answers.
func (p *peer) opens(h wire.Header) {
	p.t.Helper()
	if err := p.Conn.Open(h); err != nil {
		p.t.Fatal(err)
	}
	if el := p.Hears(); el.Kind() != stanza.StreamOpen || el.From() != Domain {
		p.t.Fatalf("the server begins with %s", el.XML())
	}
}

// authenticated is a connection after the login, before a resource.
func authenticated(t *testing.T, s *Server, account string) *peer {
	t.Helper()
	p := secured(t, s)
	contains(t, p.Asks("<auth xmlns='"+stanza.NSSASL+"' mechanism='PLAIN'>"+encode("\x00"+account+"\x00"+Password)+"</auth>"), "<success")
	p.opens(wire.Header{To: Domain})
	contains(t, p.Hears(), "<bind ", "<sm xmlns='urn:xmpp:sm:3'/>")
	return p
}
