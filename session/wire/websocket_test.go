package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

const (
	openMessage  = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' id='s1' version='1.0'/>"
	closeMessage = "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>"
)

// overWebSocket returns a Conn over a WebSocket on loopback whose other side plays
// the script and then closes the socket.
func overWebSocket(t *testing.T, cfg Config, script func(ctx context.Context, theirs *websocket.Conn)) *Conn {
	t.Helper()
	played := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(played)
		theirs, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"xmpp"}})
		if err != nil {
			t.Error(err)
			return
		}
		defer theirs.CloseNow()
		script(context.Background(), theirs)
	}))
	var raw net.Conn
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		var err error
		raw, err = new(net.Dialer).DialContext(ctx, network, addr)
		return raw, err
	}}}
	ws, _, err := websocket.Dial(t.Context(), server.URL, &websocket.DialOptions{HTTPClient: client, Subprotocols: []string{"xmpp"}})
	if err != nil {
		t.Fatal(err)
	}
	c := NewWebSocket(ws, raw, nil, cfg)
	t.Cleanup(func() {
		c.CloseNow()
		<-played
		server.Close()
	})
	return c
}

// tell sends messages.
func tell(ctx context.Context, ws *websocket.Conn, messages ...string) {
	for _, m := range messages {
		ws.Write(ctx, websocket.MessageText, []byte(m))
	}
}

// listen reads messages until the end.
func listen(ctx context.Context, ws *websocket.Conn) []string {
	var all []string
	for {
		_, text, err := ws.Read(ctx)
		if err != nil {
			return all
		}
		all = append(all, string(text))
	}
}

func TestAMessageDeclaresWhatItsNamesInherit(t *testing.T) {
	heard := make(chan []string, 1)
	var shown []string
	c := overWebSocket(t, Config{Log: func(e Event) { shown = append(shown, e.Shown.XML()) }},
		func(ctx context.Context, theirs *websocket.Conn) { heard <- listen(ctx, theirs) })
	if err := c.Open(Header{To: "example.com", Lang: "de"}); err != nil {
		t.Fatal(err)
	}
	given := []string{
		"<iq  type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>",
		"<iq type='get' xmlns='jabber:client' id='2'/>",
		"<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
		"<a xmlns='urn:x'><message xmlns='jabber:client'/></a>",
	}
	var elements []*stanza.Stanza
	total := 0
	for _, xml := range given {
		el, err := c.Element(xml)
		if err != nil {
			t.Fatal(err)
		}
		elements = append(elements, el)
		total += len(xml)
	}
	if n, err := c.Send(t.Context(), elements...); n != total || err != nil {
		t.Errorf("wrote %d bytes, %v; want %d", n, err, total)
	}
	c.CloseNow()
	want := []string{
		"<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='example.com' version='1.0' xml:lang='de'/>",
		`<iq xmlns="jabber:client"  type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>`,
		given[1],
		`<stream:error xmlns:stream="http://etherx.jabber.org/streams"><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>`,
		given[3],
	}
	if diff := cmp.Diff(want, <-heard); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
}

func TestAMessageIsReadInItsOwnScope(t *testing.T) {
	c := overWebSocket(t, Config{}, func(ctx context.Context, theirs *websocket.Conn) {
		tell(ctx, theirs, openMessage, "<iq xmlns='jabber:client' id='1'/>", "<iq xmlns='jabber:server' id='2'/>", closeMessage)
		listen(ctx, theirs)
	})
	if el := read(t, c); el.Kind() != stanza.Element || c.Peer().ID != "s1" || c.Peer().Version != "1.0" || c.Peer().Content != stanza.NSClient {
		t.Errorf("opened with %s, %+v", el.XML(), c.Peer())
	}
	if el := read(t, c); el.Kind() != stanza.IQ {
		t.Errorf("%s is of kind %v", el.XML(), el.Kind())
	}
	if el := read(t, c); el.Kind() != stanza.Element {
		t.Errorf("%s, which is none of a client's, is of kind %v", el.XML(), el.Kind())
	}
	for range 2 {
		if _, err := c.Next(t.Context()); err != io.EOF {
			t.Errorf("behind <close/>: %v", err)
		}
	}
}

func TestAReadOfAWebSocketThatIsGivenUpLosesNothing(t *testing.T) {
	goOn := make(chan struct{})
	c := overWebSocket(t, Config{}, func(ctx context.Context, theirs *websocket.Conn) {
		tell(ctx, theirs, openMessage)
		<-goOn
		tell(ctx, theirs, "<iq xmlns='jabber:client'/>")
		listen(ctx, theirs)
	})
	read(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(time.Millisecond, cancel)
	if _, err := c.Next(ctx); err != context.Canceled {
		t.Errorf("given up with %v", err)
	}
	close(goOn)
	if el := read(t, c); el.Kind() != stanza.IQ {
		t.Errorf("read %s", el.XML())
	}
}

func TestMessagesBeyondTheRulesAreRefusedWithAStreamError(t *testing.T) {
	const limit = 500
	iq := func(size int) string {
		const start, end = "<iq xmlns='jabber:client' id='", "'/>"
		return start + strings.Repeat("x", size-len(start+end)) + end
	}
	text := func(m string) func(context.Context, *websocket.Conn) {
		return func(ctx context.Context, theirs *websocket.Conn) { tell(ctx, theirs, m) }
	}
	for _, c := range []struct {
		name      string
		say       func(context.Context, *websocket.Conn)
		rule      xmlscan.Rule // "" for accepted
		condition string
	}{
		{"one byte under the limit", text(iq(limit - 1)), "", ""},
		{"at the limit", text(iq(limit)), "", ""},
		{"one byte above", text(iq(limit + 1)), xmlscan.RuleSizeLimit, "policy-violation"},
		{"far above", text(iq(1 << 20)), xmlscan.RuleSizeLimit, "policy-violation"},
		{"binary", func(ctx context.Context, theirs *websocket.Conn) {
			theirs.Write(ctx, websocket.MessageBinary, []byte("<a/>"))
		}, RuleMessageType, "bad-format"},
		{"two elements", text("<a/><b/>"), "second-root", "not-well-formed"},
		{"not UTF-8", text("<a>\xff</a>"), "invalid-utf8", "unsupported-encoding"},
		{"<open/> again", text(openMessage), RuleOpen, "bad-format"},
	} {
		t.Run(c.name, func(t *testing.T) {
			heard := make(chan []string, 1)
			conn := overWebSocket(t, Config{Limits: xmlscan.Limits{ElementBytes: limit}}, func(ctx context.Context, theirs *websocket.Conn) {
				tell(ctx, theirs, openMessage)
				go c.say(ctx, theirs) // what is not read any more must not hold up the answer
				heard <- listen(ctx, theirs)
			})
			conn.Open(Header{To: "example.com"})
			read(t, conn)
			_, err := conn.Next(t.Context())
			conn.CloseNow()
			all := <-heard
			if c.rule == "" {
				if err != nil {
					t.Errorf("refused with %v", err)
				}
				return
			}
			var broken *xmlscan.Error
			if !errors.As(err, &broken) || broken.Rule != c.rule {
				t.Errorf("read %v, want the rule %s", err, c.rule)
			}
			want := []string{
				`<stream:error xmlns:stream="http://etherx.jabber.org/streams"><` + c.condition + ` xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>`,
				closeMessage,
			}
			if diff := cmp.Diff(want, all[1:]); diff != "" {
				t.Errorf("answered (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheEndOfAWebSocketIsALossUnlessCloseCame(t *testing.T) {
	for _, c := range []struct {
		name  string
		end   func(theirs *websocket.Conn)
		words string
	}{
		{"a close frame", func(theirs *websocket.Conn) { theirs.Close(websocket.StatusGoingAway, "bye\x1b") }, `without <close/> (status 1001, "bye\x1b")`},
		{"a close frame without words", func(theirs *websocket.Conn) { theirs.Close(websocket.StatusNormalClosure, "") }, "without <close/> (status 1000)"},
		{"the socket's end", func(theirs *websocket.Conn) { theirs.CloseNow() }, "closed the connection without <close/>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn := overWebSocket(t, Config{}, func(ctx context.Context, theirs *websocket.Conn) {
				tell(ctx, theirs, openMessage)
				c.end(theirs)
			})
			read(t, conn)
			if _, err := conn.Next(t.Context()); !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), c.words) {
				t.Errorf("read %v, want %q", err, c.words)
			}
		})
	}
}

func TestClosingAWebSocketSaysCloseAndWaits(t *testing.T) {
	heard := make(chan []string, 1)
	c := overWebSocket(t, Config{}, func(ctx context.Context, theirs *websocket.Conn) {
		tell(ctx, theirs, openMessage)
		_, first, _ := theirs.Read(ctx)
		_, second, _ := theirs.Read(ctx)
		tell(ctx, theirs, "<iq xmlns='jabber:client'/>", closeMessage)
		heard <- append([]string{string(first), string(second)}, listen(ctx, theirs)...)
	})
	c.Open(Header{})
	read(t, c)
	begun := time.Now()
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if took := time.Since(begun); took >= closeWait { // without the answer it takes as long as that
		t.Errorf("it took %v", took)
	}
	if got := <-heard; len(got) != 2 || got[1] != closeMessage {
		t.Errorf("the other side heard %q", got)
	}
	if _, err := c.Send(t.Context(), element(t, "<iq/>")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("writing after it: %v", err)
	}
}

func TestClosingAWebSocketIsNotHeldUp(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	silent := make(chan struct{})
	c := overWebSocket(t, Config{}, func(ctx context.Context, theirs *websocket.Conn) {
		tell(ctx, theirs, openMessage)
		<-silent
	})
	defer close(silent)
	c.Open(Header{})
	read(t, c)
	ended := make(chan error)
	go func() {
		_, err := c.Next(context.Background())
		ended <- err
	}()
	begun := time.Now()
	c.Close(t.Context())
	if took := time.Since(begun); took > closeWait+farewellTime+time.Minute { // held up, it never ends
		t.Errorf("it took %v", took)
	}
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("the reader got %v", err)
	}
}

func TestAWebSocketHasItsTLSBelow(t *testing.T) {
	c := overWebSocket(t, Config{}, func(ctx context.Context, theirs *websocket.Conn) { listen(ctx, theirs) })
	if err := c.StartTLS(t.Context(), &tls.Config{}); err != errOnlySocket {
		t.Errorf("StartTLS: %v", err)
	}
}
