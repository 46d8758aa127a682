package demo

import (
	"context"
	"crypto/tls"
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
	if _, err := p.stream.Conn.Send(p.t.Context(), el); err != nil {
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
	el, err := w.Next(ctx)
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

// result asks for what must succeed.
func (p *peer) result(xml string) *stanza.Stanza {
	p.t.Helper()
	got := p.asks(xml)
	if got.Type() != stanza.Result {
		p.t.Fatalf("%s\nis answered with %s", xml, got.XML())
	}
	return got
}

// refused asks for what must fail, with condition/type, or with an application
// condition behind that.
func (p *peer) refused(want, xml string) {
	p.t.Helper()
	got := p.asks(xml)
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
	p.says("<presence/>")
	for p.hears().From() != p.stream.Bound.String() { // others come first
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

// next reads with the test's own context: one that ended between a read and the
// change to TLS would end that, too.
func next(t *testing.T, w *wire.Conn) *stanza.Stanza {
	t.Helper()
	el, err := w.Next(t.Context())
	if err != nil {
		t.Fatalf("the server says nothing: %v", err)
	}
	return el
}

// exchange says one thing on a bare connection and returns the next thing heard.
func exchange(t *testing.T, w *wire.Conn, xml string) *stanza.Stanza {
	t.Helper()
	if err := write(t.Context(), w, xml); err != nil {
		t.Fatal(err)
	}
	return next(t, w)
}

// secured is a connection with TLS, before the login.
func secured(t *testing.T, s *Server) *wire.Conn {
	t.Helper()
	w, _ := dial(t, s)
	opened(t, w)
	exchange(t, w, "<starttls xmlns='"+stanza.NSTLS+"'/>")
	if err := w.StartTLS(t.Context(), &tls.Config{RootCAs: s.RootCAs(), ServerName: Domain}); err != nil {
		t.Fatal(err)
	}
	opened(t, w)
	return w
}

// opened opens a stream and returns the features offered in it.
func opened(t *testing.T, w *wire.Conn) *stanza.Stanza {
	t.Helper()
	if err := w.Open(wire.Header{To: Domain}); err != nil {
		t.Fatal(err)
	}
	next(t, w)
	return next(t, w)
}

// authenticated is a connection after the login, before a resource.
func authenticated(t *testing.T, s *Server, account string) *wire.Conn {
	t.Helper()
	w := secured(t, s)
	contains(t, exchange(t, w, "<auth xmlns='"+stanza.NSSASL+"' mechanism='PLAIN'>"+encode("\x00"+account+"\x00"+Password)+"</auth>"), "<success")
	contains(t, opened(t, w), "<bind ", "<sm xmlns='urn:xmpp:sm:3'/>")
	return w
}
