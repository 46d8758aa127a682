package negotiate_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xdg-go/scram"

	"iqscope/internal/xmpptest"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

// password is a canary: it must not come out anywhere but in the login itself.
const password = "R0m30&<canary>"

const serverHeader = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='s1' from='example.com' version='1.0'>"

// What the scripted server offers at the three points of the way.
const (
	offerTLS  = "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>"
	offerAuth = "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism><mechanism>SCRAM-SHA-1</mechanism><mechanism>X-OWN</mechanism><mechanism>SCRAM-SHA-256</mechanism></mechanisms></stream:features>"
	offerBind = "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><session xmlns='urn:ietf:params:xml:ns:xmpp-session'><optional/></session></stream:features>"
)

// peer is the server's side of one connection, played by a script that says
// and expects. It leaves the script when the client is gone.
type peer struct {
	conn        net.Conn
	certificate []byte // shown in TLS, where a test wants to know
	cutAfter    int    // the connection ends after so many bytes of ours; 0: never
	pending     []byte
	received    strings.Builder
	playing     sync.WaitGroup
}

// sent waits for the script's end and returns all that the client sent.
func (p *peer) sent() string {
	p.playing.Wait()
	return p.received.String()
}

// gone ends a script.
type gone struct{}

// say sends text.
func (p *peer) say(text string) {
	if _, err := p.conn.Write([]byte(text)); err != nil {
		panic(gone{})
	}
}

// expect reads up to and including the next end, and returns it all.
func (p *peer) expect(end string) string {
	buf := make([]byte, 4096)
	for {
		if before, after, ok := strings.Cut(string(p.pending), end); ok {
			p.pending = []byte(after)
			return before + end
		}
		n, err := p.conn.Read(buf)
		p.pending = append(p.pending, buf[:n]...)
		p.received.Write(buf[:n])
		if err != nil {
			panic(gone{})
		}
	}
}

// open reads the client's header and answers with ours and the features.
func (p *peer) open(features string) {
	p.expect("version='1.0'>")
	p.say(serverHeader + features)
}

// startTLS takes the client's wish for TLS.
func (p *peer) startTLS(cfg *tls.Config) {
	p.expect("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
	p.say("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
	p.secure(cfg)
}

func (p *peer) secure(cfg *tls.Config) {
	secured := tls.Server(p.conn, cfg)
	if secured.Handshake() != nil {
		panic(gone{})
	}
	p.conn = secured
}

var authElement = regexp.MustCompile(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='([^']*)'>([^<]*)</auth>`)

// auth reads <auth/> and returns the mechanism and the message.
func (p *peer) auth() (mechanism, message string) {
	found := authElement.FindStringSubmatch(p.expect("</auth>"))
	if found == nil {
		panic(gone{})
	}
	return found[1], unbase64(found[2])
}

// challenge sends a challenge and returns the response.
func (p *peer) challenge(message string) string {
	p.say(sasl("challenge", message))
	return unbase64(p.expectBetween("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>", "</response>"))
}

func (p *peer) expectBetween(start, end string) string {
	_, content, _ := strings.Cut(p.expect(end), start)
	return strings.TrimSuffix(content, end)
}

// login is an honest server's side of a login with any of our mechanisms.
func (p *peer) login() {
	mechanism, message := p.auth()
	if mechanism == "PLAIN" {
		if message != "\x00juliet\x00"+password {
			p.say("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>")
			panic(gone{})
		}
		p.say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
		return
	}
	p.scram(scramServer(mechanism).NewConversation(), message)
}

// scram plays an honest server's side of SCRAM, from the first message on.
func (p *peer) scram(conversation *scram.ServerConversation, message string) {
	first, err := conversation.Step(message)
	if err != nil {
		p.say("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><malformed-request/></failure>")
		panic(gone{})
	}
	final, err := conversation.Step(p.challenge(first))
	if err != nil {
		p.say("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>")
		panic(gone{})
	}
	p.say(sasl("success", final))
}

// bind takes the wish for a resource and grants it.
func (p *peer) bind(jid string) {
	id := p.iqID()
	p.say("<iq type='result' id='" + id + "'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" + jid + "</jid></bind></iq>")
}

// iqID reads an IQ and returns its id.
func (p *peer) iqID() string {
	_, rest, _ := strings.Cut(p.expect("</iq>"), "id='")
	id, _, _ := strings.Cut(rest, "'")
	return id
}

// inTheClear is the whole way of an honest server without TLS.
func inTheClear(p *peer) {
	p.open(offerAuth)
	p.login()
	p.open(offerBind)
	p.bind("juliet@example.com/balcony")
}

func sasl(name, message string) string {
	return "<" + name + " xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + base64.StdEncoding.EncodeToString([]byte(message)) + "</" + name + ">"
}

func unbase64(s string) string {
	b, _ := base64.StdEncoding.DecodeString(s)
	return string(b)
}

// scramServer knows juliet and her password.
var scramServer = func() func(mechanism string) *scram.Server {
	hashes := map[string]scram.HashGeneratorFcn{"SCRAM-SHA-1": scram.SHA1, "SCRAM-SHA-256": scram.SHA256, "SCRAM-SHA-512": scram.SHA512}
	servers := map[string]*scram.Server{}
	for name, hash := range hashes {
		client, err := hash.NewClient("juliet", password, "")
		if err != nil {
			panic(err)
		}
		stored, err := client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "salt and pepper", Iters: 4096})
		if err != nil {
			panic(err)
		}
		if servers[name], err = hash.NewServer(func(string) (scram.StoredCredentials, error) { return stored, nil }); err != nil {
			panic(err)
		}
	}
	return func(mechanism string) *scram.Server { return servers[mechanism] }
}()

// play returns a configuration whose connection leads to the script, and the
// peer that will play it. All is in memory, and the script is over at the test's end.
func play(t *testing.T, script func(*peer)) (negotiate.Config, *peer) {
	t.Helper()
	p := &peer{}
	t.Cleanup(p.playing.Wait)
	cfg := negotiate.Config{
		JID:      xmpptest.JID(t, "juliet@example.com"),
		Server:   "127.0.0.1",
		TLS:      negotiate.TLSOff,
		Password: func(context.Context) (string, error) { return password, nil },
		Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			client, pipe := net.Pipe()
			server := newBuffered(pipe)
			if p.cutAfter > 0 {
				server.left = p.cutAfter
			}
			p.playing.Wait() // the connection before this one is closed, and its script about to end
			p.conn, p.pending = server, nil
			p.playing.Go(func() {
				defer server.Close()
				defer func() {
					if r := recover(); r != nil && r != (any)(gone{}) {
						panic(r)
					}
				}()
				script(p)
			})
			return clientEnd{client}, nil
		},
	}
	return cfg, p
}

// watch makes the test fail when the password, in the clear or in base64, comes
// to the tap or the progress, and returns what was shown of the progress.
func watch(t *testing.T, cfg *negotiate.Config) *[]string {
	t.Helper()
	var progress []string
	cfg.Wire.Log = func(e wire.Event) { noCanary(t, "the tap", e.Shown.XML()) }
	cfg.Progress = func(step negotiate.Step, detail string) {
		progress = append(progress, string(step)+" | "+detail)
		noCanary(t, "the progress", detail)
	}
	return &progress
}

func noCanary(t *testing.T, where, text string) {
	t.Helper()
	encoded := base64.StdEncoding.EncodeToString([]byte("\x00juliet\x00" + password))
	for _, secret := range []string{"canary", encoded} {
		if strings.Contains(text, secret) {
			t.Errorf("%s has the password: %s", where, text)
		}
	}
}

// mustFail returns the *Error of a negotiation that must not succeed.
func mustFail(t *testing.T, cfg negotiate.Config) *negotiate.Error {
	t.Helper()
	stream, err := negotiate.Client(t.Context(), cfg)
	if err == nil {
		stream.Conn.CloseNow()
		t.Fatal("the login succeeded")
	}
	failure, ok := err.(*negotiate.Error)
	if !ok {
		t.Fatalf("the error is no *Error: %v", err)
	}
	noCanary(t, "the error", err.Error())
	return failure
}

// mustConnect negotiates, and hangs up at the test's end.
func mustConnect(t *testing.T, cfg negotiate.Config) *negotiate.Stream {
	t.Helper()
	stream, err := negotiate.Client(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stream.Conn.CloseNow() })
	return stream
}

// chose checks that the choices say something.
func chose(t *testing.T, stream *negotiate.Stream, words string) {
	t.Helper()
	if all := strings.Join(stream.Choices, "\n"); !strings.Contains(all, words) {
		t.Errorf("the choices do not say %q:\n%s", words, all)
	}
}

// byHand takes each offer from the socket's connection on, as a person would who
// gives up at the first refusal. The error is Finish's where nothing is offered.
func byHand(t *testing.T, cfg negotiate.Config) (*negotiate.Stream, error) {
	t.Helper()
	way, err := negotiate.StartByHand(t.Context(), cfg, negotiate.StepStream)
	for err == nil {
		o := way.Offer()
		noCanary(t, "the offer", o.XML+o.What)
		switch {
		case way.Ready():
			return way.Finish(t.Context())
		case strings.HasPrefix(o.What, "Nothing is offered: "):
			if err := way.Take(t.Context()); err != negotiate.ErrNothingOffered {
				t.Errorf("Take = %v", err)
			}
			return way.Finish(t.Context())
		case strings.HasPrefix(o.What, "The server refused: "):
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			way.Close(ctx) // at once
			return nil, errors.New(o.What)
		case o.Do == negotiate.Nothing:
			err = way.Hear(t.Context())
		default:
			err = way.Take(t.Context())
		}
	}
	if way != nil && way.Send(t.Context(), "<a/>") == nil {
		t.Error("after the end it still sends")
	}
	return nil, err
}

// mustConnectEachWay is mustConnect, where somebody came to the same stream by hand.
func mustConnectEachWay(t *testing.T, cfg negotiate.Config) *negotiate.Stream {
	t.Helper()
	hand, err := byHand(t, cfg)
	if err != nil {
		t.Fatalf("by hand: %v", err)
	}
	hand.Conn.CloseNow()
	stream := mustConnect(t, cfg)
	told := func(s *negotiate.Stream) string {
		return fmt.Sprint(s.Bound, s.Mechanism, s.TLS != nil, s.Features.XML(), s.Management, len(s.Early), s.Choices[len(s.Choices)-1])
	}
	if diff := cmp.Diff(told(stream), told(hand)); diff != "" {
		t.Errorf("the stream got by hand (-by itself +by hand):\n%s", diff)
	}
	return stream
}

// mustFailEachWay is mustFail, where a person who takes each offer comes to the same
// end. When something comes that is not due, a person waits on, and so is not asked.
func mustFailEachWay(t *testing.T, cfg negotiate.Config) *negotiate.Error {
	t.Helper()
	failure := mustFail(t, cfg)
	words, _, _ := strings.Cut(failure.Cause.Error(), ", which was not followed")
	if strings.Contains(words, " instead of ") {
		return failure
	}
	stream, err := byHand(t, cfg)
	if err == nil {
		stream.Conn.CloseNow()
		t.Fatal("by hand the login succeeded")
	}
	noCanary(t, "the error by hand", err.Error())
	if !strings.Contains(err.Error(), words) {
		t.Errorf("by hand it failed with %v\nwant                   %s", err, words)
	}
	var end *negotiate.Error
	if errors.As(err, &end) && (end.Step != failure.Step || end.SecretSent != failure.SecretSent) {
		t.Errorf("by hand it failed with %+v, want %+v", end, failure)
	}
	return failure
}

// wants checks a failure's step, whether a secret was sent, and its words.
func wants(t *testing.T, failure *negotiate.Error, step negotiate.Step, secretSent bool, words ...string) {
	t.Helper()
	if failure.Step != step || failure.SecretSent != secretSent {
		t.Errorf("failed at %q with SecretSent %v, want %q and %v: %v", failure.Step, failure.SecretSent, step, secretSent, failure)
	}
	for _, part := range words {
		if !strings.Contains(failure.Error(), part) {
			t.Errorf("%q does not say %q", failure.Error(), part)
		}
	}
}
