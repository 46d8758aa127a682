package session_test

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/realserver"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/demo"
	"iqscope/session/journal"
	"iqscope/session/negotiate"
)

// account is one to log in to by hand.
type account struct {
	negotiate.Config
	password string
}

// onEach runs a test against the built-in server and each real one.
func onEach(t *testing.T, f func(t *testing.T, a account)) {
	t.Run("built in", func(t *testing.T) { f(t, builtIn(t)) })
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		f(t, realAccount(t, server))
	})
}

// realAccount is alice's on a real server.
func realAccount(t *testing.T, server *realserver.Server) account {
	t.Helper()
	pem, err := os.ReadFile(server.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	return newAccount(t, "alice@localhost", server.Accounts["alice@localhost"], server.Addr, roots)
}

func builtIn(t *testing.T) account {
	t.Helper()
	// It lives until its Close, which comes behind the session's.
	server, err := demo.Start(context.Background(), demo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return newAccount(t, "juliet@"+demo.Domain, server.Password("juliet"), server.Addr(), server.RootCAs())
}

func newAccount(t *testing.T, jid, password, addr string, roots *x509.CertPool) account {
	t.Helper()
	parsed := xmpptest.JID(t, jid)
	return account{password: password, Config: negotiate.Config{
		JID: parsed, Server: addr, RootCAs: roots,
		Password: func(context.Context) (string, error) { return password, nil },
	}}
}

// inHand is a session whose connection is set up by hand.
type inHand struct {
	*session.Session
	t      *testing.T
	secret []string // what must not be seen
}

func stopBefore(t *testing.T, a account, before negotiate.Step) inHand {
	t.Helper()
	s := inHand{session.New(session.Config{Negotiate: a.Config}), t, []string{
		base64.StdEncoding.EncodeToString([]byte("\x00" + a.JID.Local() + "\x00" + a.password)),
	}}
	if len(a.password) > 8 { // "demo" is everywhere
		s.secret = append(s.secret, a.password)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), soon)
		defer cancel()
		s.Close(ctx)
		s.keepsItsSecrets()
	})
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	if err := s.ConnectByHand(ctx, before); err != nil {
		t.Fatal(err)
	}
	if st := s.Status(); st.State != session.ByHand || st.Addr == "" {
		t.Fatalf("the status is %+v", st)
	}
	return s
}

// keepsItsSecrets looks for the password in the log.
func (s inHand) keepsItsSecrets() {
	s.t.Helper()
	for _, e := range s.Journal().Window(nil, 1, 1_000_000) {
		if e.Stanza != nil {
			s.isClean("the log", e.Stanza.XML())
		}
		s.isClean("the log", e.Text)
	}
}

func (s inHand) isClean(where, text string) {
	s.t.Helper()
	for _, secret := range s.secret {
		if strings.Contains(text, secret) {
			s.t.Errorf("%s has the password: %s", where, text)
		}
	}
}

// until waits for a status, an offer or what else makes is true.
func (s inHand) until(what string, is func() bool) {
	s.t.Helper()
	deadline := time.After(soon)
	for !is() {
		select {
		case <-s.Changed():
		case <-deadline:
			o, _ := s.Offer()
			s.t.Fatalf("waited for %s; the status is %+v, offered is %+v", what, s.Status(), o)
		}
	}
}

// offered waits for an offer of that kind, with that in it.
func (s inHand) offered(do negotiate.Action, part string) negotiate.Offer {
	s.t.Helper()
	var o negotiate.Offer
	s.until(fmt.Sprintf("the offer of %s %s", do, part), func() bool {
		var ok bool
		o, ok = s.Offer()
		return ok && o.Do == do && strings.Contains(o.XML, part)
	})
	s.isClean("the offer", o.XML+o.What)
	return o
}

func (s inHand) offeredAnything() negotiate.Offer {
	s.t.Helper()
	var o negotiate.Offer
	s.until("an offer", func() bool {
		var ok bool
		o, ok = s.Offer()
		return ok && o.Do != negotiate.Nothing
	})
	return o
}

func (s inHand) takes(do negotiate.Action, part string) {
	s.t.Helper()
	s.offered(do, part)
	if err := s.TakeOffer(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func (s inHand) sends(xml string) {
	s.t.Helper()
	if err := s.SendByHand(s.t.Context(), xml); err != nil {
		s.t.Fatal(err)
	}
}

// works waits until the session is online, and asks the server for something.
func (s inHand) works() session.Status {
	s.t.Helper()
	s.until("the session to be online", func() bool { return s.Status().State == session.Online })
	st := s.Status()
	if _, ok := s.Offer(); ok {
		s.t.Error("something is offered still")
	}
	if _, err := s.Send(s.t.Context(), xmpptest.Get(s.t, iqbuilder.To(st.JID.Domain()), iqbuilder.WithQuery(stanza.NSDiscoInfo))); err != nil {
		s.t.Errorf("the first request: %v", err)
	}
	return st
}

// notes counts the lines of our own that have this in them.
func (s inHand) notes(part string) int {
	n := 0
	for _, e := range s.Journal().Window(nil, 1, 1_000_000) {
		if e.Stanza == nil && strings.Contains(e.Text, part) {
			n++
		}
	}
	return n
}

func TestByHandAllTheWay(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, a account) {
		s := stopBefore(t, a, negotiate.StepStream)
		s.takes(negotiate.OpenStream, "")
		s.takes(negotiate.Element, "<starttls")
		s.takes(negotiate.BeginTLS, "")
		s.takes(negotiate.OpenStream, "")
		// The server may offer a channel binding that it then refuses, as ejabberd
		// does: the login without one is offered then.
		s.takes(negotiate.Element, "[first message]")
		if o := s.offeredAnything(); strings.Contains(o.XML, "[first message]") {
			if !strings.Contains(o.What, "channel binding") {
				t.Fatalf("offered is %+v", o)
			}
			s.takes(negotiate.Element, "[first message]")
		}
		s.takes(negotiate.Element, "[proof]")
		s.takes(negotiate.OpenStream, "")
		s.takes(negotiate.Element, "<bind")
		if st := s.works(); st.TLS == "" || !strings.HasPrefix(st.Mechanism, "SCRAM-") {
			t.Errorf("the status is %+v", st)
		}
	})
}

func TestTheSessionGoesOnByItselfFromEachStop(t *testing.T) {
	onEach(t, func(t *testing.T, a account) {
		for _, before := range []negotiate.Step{negotiate.StepStream, negotiate.StepTLS, negotiate.StepAuth, negotiate.StepBind} {
			t.Run(string(before), func(t *testing.T) {
				s := stopBefore(t, a, before)
				ctx, cancel := context.WithTimeout(t.Context(), soon)
				defer cancel()
				if err := s.GoOn(ctx); err != nil {
					t.Fatal(err)
				}
				if st := s.Status(); st.State != session.Online {
					t.Errorf("the status is %+v", st)
				}
				s.works()
			})
		}
	})
}

func TestProsodysSASL2ByHandBindsWithTheLogin(t *testing.T) {
	s := stopBefore(t, realAccount(t, realserver.Prosody(t, realserver.WithSASL2())), negotiate.StepAuth)
	s.takes(negotiate.Element, "<authenticate xmlns='urn:xmpp:sasl:2'")
	s.takes(negotiate.Element, "[proof]")
	s.works()
}

func TestTypedByHandAllTheWay(t *testing.T) {
	onEach(t, func(t *testing.T, a account) {
		s := stopBefore(t, a, negotiate.StepTLS)
		s.sends("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
		s.takes(negotiate.BeginTLS, "")
		s.takes(negotiate.OpenStream, "")
		s.offered(negotiate.Element, "<auth")
		s.sends(`<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">` + s.secret[0] + `</auth>`)
		s.takes(negotiate.OpenStream, "")
		s.offered(negotiate.Element, "<bind")
		s.sends(`<iq type="set" id="typed"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><resource>typed by hand</resource></bind></iq>`)
		if st := s.works(); st.JID.Resource() != "typed by hand" || st.Mechanism != "PLAIN" {
			t.Errorf("the status is %+v", st)
		}
		if n := s.notes("in the clear"); n != 0 {
			t.Errorf("it was said %d times that something went in the clear", n)
		}
	})
}

func TestAWrongPasswordTypedByHandMayBeFollowedByTheOffer(t *testing.T) {
	s := stopBefore(t, builtIn(t), negotiate.StepAuth)
	wrong := base64.StdEncoding.EncodeToString([]byte("\x00juliet\x00wrong"))
	s.sends(`<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">` + wrong + `</auth>`)
	s.until("the refusal", func() bool {
		o, _ := s.Offer()
		return strings.HasPrefix(o.What, "The server refused: not-authorized")
	})
	if err := s.GoOn(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.works()
}

func TestAnElementOutOfPlaceGetsWhatTheServerSays(t *testing.T) {
	onEach(t, func(t *testing.T, a account) {
		s := stopBefore(t, a, negotiate.StepAuth)
		s.sends("<message to='romeo@example.net'><body>too early</body></message>")
		// Prosody sends the message back, and wants no more of this.
		if err := s.SendByHand(t.Context(), "<odd xmlns='urn:example:odd'/>"); err != nil && s.Status().State == session.ByHand {
			t.Fatal(err)
		}
		s.until("the end", func() bool { return s.Status().State == session.Lost })
		if st := s.Status(); st.Err == nil {
			t.Errorf("the status is %+v", st)
		}
		logged(t, s.Session, "stream error", func(e journal.Entry) bool {
			return e.Stanza != nil && e.Stanza.Name() == stanza.Name{Space: stanza.NSStream, Local: "error"}
		})
		for what, err := range map[string]error{
			"TakeOffer": s.TakeOffer(t.Context()), "SendByHand": s.SendByHand(t.Context(), "<a/>"), "GoOn": s.GoOn(t.Context()),
		} {
			if err != session.ErrNotByHand {
				t.Errorf("%s = %v", what, err)
			}
		}
		// Then it can be begun anew.
		if err := s.ConnectByHand(t.Context(), negotiate.StepBind); err != nil {
			t.Fatal(err)
		}
		s.takes(negotiate.Element, "<bind")
		s.works()
	})
}

func TestWhatIsRefusedWhileTheConnectionIsSetUpByHand(t *testing.T) {
	s := stopBefore(t, builtIn(t), negotiate.StepTLS)
	before, _ := s.Offer()
	if err := s.Connect(t.Context()); err != session.ErrConnected {
		t.Errorf("Connect = %v", err)
	}
	if err := s.ConnectByHand(t.Context(), negotiate.StepTLS); err != session.ErrConnected {
		t.Errorf("ConnectByHand = %v", err)
	}
	if _, err := s.Send(t.Context(), ping(t)); !errors.Is(err, session.ErrByHand) {
		t.Errorf("Send = %v", err)
	}
	message := xmpptest.StanzaIn(t, s.Scope(), "<message/>")
	if _, err := s.SendStanza(message); !errors.Is(err, session.ErrByHand) {
		t.Errorf("SendStanza = %v", err)
	}
	if err := s.SendByHand(t.Context(), "<a><b></a>"); err == nil {
		t.Error("broken XML was sent")
	}
	if after, ok := s.Offer(); !ok || after != before {
		t.Errorf("offered is %+v", after)
	}
}

func TestCloseEndsAConnectionThatIsSetUpByHand(t *testing.T) {
	a := builtIn(t)
	asked := make(chan bool)
	a.Config.Password = func(ctx context.Context) (string, error) { // somebody who types for ever
		close(asked)
		<-ctx.Done()
		return "", ctx.Err()
	}
	for name, f := range map[string]func(s inHand){
		"waiting for the person": func(s inHand) {},
		"waiting for the server": func(s inHand) { s.sends("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>") },
		"waiting for a password": func(s inHand) {
			failed := make(chan error, 1)
			go func() { failed <- s.TakeOffer(context.Background()) }()
			<-asked
			t.Cleanup(func() {
				if err := <-failed; err == nil {
					t.Error("TakeOffer did not fail")
				}
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := stopBefore(t, a, negotiate.StepAuth)
			f(s)
			ctx, cancel := context.WithTimeout(t.Context(), soon)
			defer cancel()
			if err := s.Close(ctx); err != nil {
				t.Errorf("Close = %v", err)
			}
			if st := s.Status(); st.State != session.Offline {
				t.Errorf("the status is %+v", st)
			}
			if _, ok := s.Offer(); ok {
				t.Error("something is offered still")
			}
		})
	}
}

func TestAServerThatHangsUpIsNoticedWhileAPersonThinks(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	hangUp := make(chan bool)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		<-hangUp
		conn.Close()
	}()
	s := stopBefore(t, newAccount(t, "juliet@example.com", "R0m30 and Juliet", listener.Addr().String(), nil), negotiate.StepStream)
	s.offered(negotiate.OpenStream, "")
	close(hangUp)
	s.until("the end", func() bool { return s.Status().State == session.Lost })
	var end *negotiate.Error
	if st := s.Status(); !errors.As(st.Err, &end) {
		t.Errorf("the status is %+v", st)
	}
}

func TestAnOfferTakenTwiceInAHurryIsTakenOnce(t *testing.T) {
	const features = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='s' from='example.com' version='1.0'>" +
		"<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features>"
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		go func() {
			buf := make([]byte, 4096)
			far.Read(buf)
			io.WriteString(far, features)
			io.Copy(io.Discard, far)
		}()
		a := newAccount(t, "juliet@example.com", "R0m30 and Juliet", "127.0.0.1", nil)
		a.Config.TLS = negotiate.TLSOff
		a.Config.Dial = func(context.Context, string, string) (net.Conn, error) { return near, nil }
		typed := make(chan bool)
		a.Config.Password = func(context.Context) (string, error) {
			<-typed
			return a.password, nil
		}
		s := stopBefore(t, a, negotiate.StepAuth)
		took := make(chan error, 2)
		for range 2 {
			go func() { took <- s.TakeOffer(t.Context()) }()
		}
		synctest.Wait() // one has asked for the password, the other waits behind it
		close(typed)
		first, second := <-took, <-took
		if first != nil {
			first, second = second, first
		}
		if first != nil || second != session.ErrOfferChanged {
			t.Errorf("TakeOffer = %v and %v", first, second)
		}
	})
}

func TestACommandWaitsNoLongerThanItsContext(t *testing.T) {
	a := builtIn(t)
	typing, typed := make(chan bool), make(chan bool)
	a.Config.Password = func(context.Context) (string, error) {
		close(typing)
		<-typed
		return a.password, nil
	}
	s := stopBefore(t, a, negotiate.StepAuth)
	took := make(chan error, 1)
	go func() { took <- s.TakeOffer(t.Context()) }()
	<-typing
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := s.SendByHand(ctx, "<a/>"); err != context.DeadlineExceeded {
		t.Errorf("SendByHand = %v", err)
	}
	close(typed)
	if err := <-took; err != nil {
		t.Fatal(err)
	}
	s.takes(negotiate.Element, "[proof]")
}
