package negotiate_test

import (
	"context"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/realserver"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

// frames is a server's side of a WebSocket (RFC 6455 §5), written by hand: it owes
// nothing to the library that the client uses. A message is what one Write has.
type frames struct {
	net.Conn
	rest []byte
}

func (f *frames) Write(text []byte) (int, error) {
	head := []byte{0x81, byte(len(text))}
	if len(text) > 125 {
		head = binary.BigEndian.AppendUint16([]byte{0x81, 126}, uint16(len(text)))
	}
	if _, err := f.Conn.Write(append(head, text...)); err != nil {
		return 0, err
	}
	return len(text), nil
}

func (f *frames) Read(into []byte) (int, error) {
	if len(f.rest) == 0 {
		head := make([]byte, 2)
		if _, err := io.ReadFull(f.Conn, head); err != nil {
			return 0, err
		}
		n := int(head[1] & 127)
		if n == 126 {
			long := make([]byte, 2)
			if _, err := io.ReadFull(f.Conn, long); err != nil {
				return 0, err
			}
			n = int(binary.BigEndian.Uint16(long))
		}
		masked := make([]byte, 4+n)
		if _, err := io.ReadFull(f.Conn, masked); err != nil {
			return 0, err
		}
		for i := range n {
			masked[4+i] ^= masked[i%4]
		}
		if head[0] != 0x81 { // a control frame: the end
			f.Conn.Write([]byte{0x88, 2, 0x03, 0xE8})
			return 0, io.EOF
		}
		f.rest = masked[4:]
	}
	n := copy(into, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

var webSocketKey = regexp.MustCompile(`(?i)Sec-WebSocket-Key: (\S+)`)

// webSocket answers the client's wish for a WebSocket (RFC 6455 §4.2.2).
func (p *peer) webSocket() {
	request := p.expect("\r\n\r\n")
	key := webSocketKey.FindStringSubmatch(request)
	if key == nil || !strings.HasPrefix(request, "GET /xmpp HTTP/1.1\r\n") || !strings.Contains(strings.ToLower(request), "sec-websocket-protocol: xmpp\r\n") {
		panic(gone{})
	}
	accept := sha1.Sum([]byte(key[1] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	p.say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: xmpp\r\n" +
		"Sec-WebSocket-Accept: " + base64.StdEncoding.EncodeToString(accept[:]) + "\r\n\r\n")
	p.conn = &frames{Conn: p.conn}
}

const (
	clientOpen = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='example.com' version='1.0'/>"
	serverOpen = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='example.com' id='s1' version='1.0'/>"
	closing    = "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>"
)

// standing makes features of RFC 6120 stand alone.
func standing(features string) string {
	return strings.Replace(features, "<stream:features>", "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>", 1)
}

// openFrames reads the client's <open/> and answers with ours and the features.
func (p *peer) openFrames(features string) {
	p.expect(" to='example.com' version='1.0'/>") // and in TLS who we are, before that
	p.say(serverOpen)
	p.say(standing(features))
}

// byWebSocket is the whole way of an honest server.
func byWebSocket(p *peer) {
	p.webSocket()
	p.openFrames(offerAuth)
	p.login()
	p.openFrames(offerBind)
	id := p.iqID()
	p.say("<iq xmlns='jabber:client' type='result' id='" + id + "'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/balcony</jid></bind></iq>")
}

// playWebSocket is play for a WebSocket in the clear.
func playWebSocket(t *testing.T, script func(*peer)) (negotiate.Config, *peer) {
	cfg, p := play(t, script)
	cfg.Server, cfg.TLS, cfg.WebSocket = "", "", "ws://localhost/xmpp"
	watch(t, &cfg)
	return cfg, p
}

func TestTheTapSeesTheMessagesOfAWebSocketAsTheyAre(t *testing.T) {
	cfg, _ := playWebSocket(t, func(p *peer) {
		byWebSocket(p)
		p.expect(closing)
		p.say(closing)
		p.expect("the end")
	})
	var seen []string
	cfg.Wire.Log = func(e wire.Event) { seen = append(seen, fmt.Sprint(e.Dir, " ", e.Shown.XML())) }
	stream := mustConnect(t, cfg)
	if err := stream.Conn.Close(t.Context()); err != nil {
		t.Error(err)
	}
	all := regexp.MustCompile(`\[\d+ bytes hidden\]`).ReplaceAllString(strings.Join(seen, "\n"), "…")
	all = regexp.MustCompile(`id='[a-z0-9]{8,}'`).ReplaceAllString(all, "id='…'")
	want := strings.Join([]string{
		"2 " + clientOpen, "1 " + serverOpen, "1 " + standing(offerAuth),
		"2 <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>…</auth>",
		"1 <challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>…</challenge>",
		"2 <response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>…</response>",
		"1 <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>…</success>",
		"2 " + clientOpen, "1 " + serverOpen, "1 " + standing(offerBind),
		`2 <iq xmlns="jabber:client" type='set' id='…'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'></bind></iq>`,
		"1 <iq xmlns='jabber:client' type='result' id='…'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/balcony</jid></bind></iq>",
		"2 " + closing, "1 " + closing,
	}, "\n")
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
	if stream.Bound.String() != "juliet@example.com/balcony" || stream.TLS != nil || stream.Addr != "localhost:80" {
		t.Errorf("the stream is %+v", stream)
	}
}

func TestASecureWebSocketIsCheckedForItsAddress(t *testing.T) {
	a := newAuthority(t)
	for _, c := range []struct {
		name  string
		host  string // of the certificate
		words []string
	}{
		{"the address's host", "web.example.net", nil},
		{"the JID's domain", "example.com", []string{`not for "web.example.net" but for "example.com"`, "No password was sent."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tls := a.issue(t, func(certificate *x509.Certificate) { certificate.DNSNames = []string{c.host} })
			cfg, p := playWebSocket(t, func(p *peer) { p.secure(tls); byWebSocket(p) })
			cfg.WebSocket, cfg.RootCAs = "wss://web.example.net/xmpp", a.roots
			if c.words != nil {
				refusePassword(t, &cfg)
				wants(t, mustFail(t, cfg), negotiate.StepTLS, false, c.words...)
				sentNoAuth(t, p)
				return
			}
			stream := mustConnect(t, cfg)
			stream.Conn.CloseNow()
			if stream.TLS == nil || stream.Addr != "web.example.net:443" {
				t.Errorf("the stream is %+v", stream)
			}
			chose(t, stream, `its address's host "web.example.net", not of the domain "example.com"`)
		})
	}
}

func TestAnAddressThatLeadsToNoWebSocketIsRefusedInWords(t *testing.T) {
	for _, c := range []struct {
		name, address string
		mode          negotiate.TLSMode
		words         string
	}{
		{"not an address", "ws://a b/\x7f", "", "address is none"},
		{"a web page", "https://example.com/", "", "wss://host/path"},
		{"no host", "wss:///path", "", "wss://host/path"},
		{"a password in it", "wss://juliet:canary@example.com/", "", "has no user and password"},
		{"in the clear elsewhere", "ws://192.0.2.1/", "", "this machine only"},
		{"in the clear elsewhere, by name", "ws://web.example.net/", negotiate.TLSOff, "this machine only"},
		{"STARTTLS", "wss://localhost/", negotiate.TLSStart, "--tls starttls does not go with a WebSocket"},
		{"no TLS with TLS", "wss://localhost/", negotiate.TLSOff, "wss:// has TLS"},
		{"TLS without TLS", "ws://localhost/", negotiate.TLSDirect, "ws:// has none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := playWebSocket(t, func(*peer) {})
			cfg.WebSocket, cfg.TLS = c.address, c.mode
			refusePassword(t, &cfg)
			wants(t, mustFail(t, cfg), negotiate.StepDial, false, c.words)
		})
	}
}

func TestAnAnswerThatIsNoWebSocketIsRefusedInWords(t *testing.T) {
	say := func(text string) func(*peer) {
		return func(p *peer) { p.expect("\r\n\r\n"); p.say(text) }
	}
	for _, c := range []struct {
		name   string
		script func(*peer)
		words  []string
	}{
		{"no such page", say("HTTP/1.1 404 Not\x1bFound\r\nContent-Length: 0\r\n\r\n"), []string{`the answer was no WebSocket but "404 Not\x1bFound"`, "/xmpp-websocket"}},
		{"a redirection", say("HTTP/1.1 302 Found\r\nLocation: ws://evil.example/\r\nContent-Length: 0\r\n\r\n"), []string{`"302 Found"`}},
		{"no HTTP", say("<?xml version='1.0'?><stream:stream"), []string{"there was no answer of HTTP", "Check the address"}},
		{"the end", func(p *peer) { p.expect("\r\n\r\n") }, []string{"there was no answer of HTTP"}},
		{"a response longer than 64 KiB", func(p *peer) {
			p.expect("\r\n\r\n")
			p.say("HTTP/1.1 101 Switching Protocols\r\n")
			for range 20 {
				p.say("X-Filler: " + strings.Repeat("x", 4000) + "\r\n")
			}
			p.expect("more")
		}, []string{"there was no answer of HTTP"}},
		{"a WebSocket for something else", func(p *peer) {
			key := webSocketKey.FindStringSubmatch(p.expect("\r\n\r\n"))
			accept := sha1.Sum([]byte(key[1] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
			p.say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
				"Sec-WebSocket-Accept: " + base64.StdEncoding.EncodeToString(accept[:]) + "\r\n\r\n")
		}, []string{"this WebSocket is not for XMPP"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := playWebSocket(t, c.script)
			cfg.WebSocket = "ws://localhost/xmpp?token=canary"
			refusePassword(t, &cfg)
			wants(t, mustFail(t, cfg), negotiate.StepStream, false, c.words...)
		})
	}
}

// What comes behind an answer that is no WebSocket is nobody's, and package net/http is not to log
// it where a screen may be.
func TestWhatComesBehindAWebPageIsNotLogged(t *testing.T) {
	var logged locked
	before := log.Writer()
	log.SetOutput(&logged)
	defer log.SetOutput(before)
	synctest.Test(t, func(t *testing.T) {
		cfg, p := playWebSocket(t, func(p *peer) {
			p.expect("\r\n\r\n")
			p.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello EXTRA")
			p.expect("more")
		})
		cfg.WebSocket = "ws://localhost/xmpp"
		wants(t, mustFail(t, cfg), negotiate.StepStream, false, `the answer was no WebSocket but "200 OK"`)
		synctest.Wait()
		p.playing.Wait()
	})
	if text := logged.String(); text != "" {
		t.Errorf("logged was %s", text)
	}
}

// locked is a text that several goroutines may write.
type locked struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestBrokenMessagesOfAWebSocketAreRefused(t *testing.T) {
	for _, c := range []struct {
		name    string
		message string
		words   string
	}{
		{"no <open/>", standing(offerAuth), `a stream begins with <open/>, not with "features"`},
		{"the stream's tag of TCP", serverHeader, "an XML declaration stands before"},
		{"two elements", serverOpen + serverOpen, "second-root"},
		{"half an element", "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing'", "unexpected-end"},
		{"a prefix that is not declared", "<stream:error/>", "unbound-prefix"},
		{"white space before it", " " + serverOpen, "does not begin with <"},
		{"nothing", "", "does not begin with <"},
		{"a DTD", "<!DOCTYPE a>" + serverOpen, "(doctype)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := playWebSocket(t, func(p *peer) {
				p.webSocket()
				p.expect(clientOpen)
				p.say(c.message)
				p.expect("<close")
			})
			refusePassword(t, &cfg)
			wants(t, mustFail(t, cfg), negotiate.StepStream, false, c.words)
		})
	}
}

// Fault 24, over a WebSocket.
func TestAWebSocketsWayCutAtEveryByte(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	cutAtEveryByte(t, 1, func(t *testing.T, ping func(*peer)) (negotiate.Config, *peer) {
		return playWebSocket(t, func(p *peer) { byWebSocket(p); ping(p) })
	})
}

func TestASilentWebSocketIsLeftAfterTwentySeconds(t *testing.T) {
	silent := func(p *peer) { p.expect("for ever") }
	for _, c := range []struct {
		name   string
		script func(*peer)
		step   negotiate.Step
	}{
		{"in HTTP", silent, negotiate.StepStream},
		{"before <open/>", func(p *peer) { p.webSocket(); silent(p) }, negotiate.StepStream},
		{"in the login", func(p *peer) { p.webSocket(); p.openFrames(offerAuth); silent(p) }, negotiate.StepAuth},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg, _ := playWebSocket(t, c.script)
				begun := time.Now()
				failure := mustFail(t, cfg)
				if took := time.Since(begun); took != 20*time.Second || failure.Step != c.step {
					t.Errorf("after %v: %v", took, failure)
				}
			})
		})
	}
}

func TestRealServersLetUsInByWebSocket(t *testing.T) {
	t.Parallel()
	bothServers(t, []realserver.Option{realserver.WithWebSocket()}, func(t *testing.T, server *realserver.Server) {
		login := func(t *testing.T, address string) *negotiate.Stream {
			t.Helper()
			cfg := forServer(t, server)
			cfg.Server, cfg.TLS, cfg.WebSocket = "", negotiate.TLSAuto, address
			stream := mustConnect(t, cfg)
			if (stream.TLS != nil) != strings.HasPrefix(address, "wss:") {
				t.Errorf("the state of TLS is %v", stream.TLS)
			}
			return stream
		}
		for _, address := range []string{server.WebSocketURL, server.SecureWebSocketURL} {
			stream := login(t, address)
			ask(t, stream, "<iq type='get' id='p1' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
			info := ask(t, stream, "<iq type='get' id='d1' to='localhost'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>")
			if info.Payload() != (stanza.Name{Space: stanza.NSDiscoInfo, Local: "query"}) {
				t.Errorf("the disco was answered with %s", info.XML())
			}
			begun := time.Now()
			if err := stream.Conn.Close(t.Context()); err != nil {
				t.Errorf("closing: %v", err)
			}
			if took := time.Since(begun); took > 900*time.Millisecond {
				t.Errorf("closing took %v: no clean end", took)
			}
		}
		stream := login(t, server.SecureWebSocketURL)
		lost := make(chan error)
		go func() {
			_, err := stream.Conn.Next(context.Background())
			lost <- err
		}()
		server.Kill()
		select {
		case err := <-lost:
			if !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("the kill is %v", err)
			}
			t.Log(err)
		case <-time.After(10 * time.Second):
			t.Error("the kill went unnoticed")
		}
	})
}
