package session_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"iqscope/internal/realserver"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/session/negotiate"
)

// soon bounds what must happen on loopback; a loaded machine gets its time.
const soon = 20 * time.Second

// onBoth runs a test against each real server.
func onBoth(t *testing.T, f func(t *testing.T, server *realserver.Server)) {
	t.Run("Prosody", func(t *testing.T) { f(t, realserver.SharedProsody(t)) })
	t.Run("ejabberd", func(t *testing.T) { f(t, realserver.SharedEjabberd(t)) })
}

// login makes a session that is online; local is alice or bob.
func login(t *testing.T, server *realserver.Server, local string) *session.Session {
	t.Helper()
	return loginWith(t, server, local, func(*session.Config) {})
}

// loginWith lets the test change the configuration first.
func loginWith(t *testing.T, server *realserver.Server, local string, change func(*session.Config)) *session.Session {
	t.Helper()
	pem, err := os.ReadFile(server.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	bare := local + "@localhost"
	jid, err := stanza.ParseJID(bare)
	if err != nil {
		t.Fatal(err)
	}
	cfg := session.Config{Negotiate: negotiate.Config{
		JID: jid, Server: server.Addr, RootCAs: roots,
		Password: func(context.Context) (string, error) { return server.Accounts[bare], nil },
	}}
	change(&cfg)
	return connected(t, cfg)
}

// connected makes a session that is online until the test ends.
func connected(t *testing.T, cfg session.Config) *session.Session {
	t.Helper()
	s := session.New(cfg)
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	if err := s.Connect(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), soon)
		defer cancel()
		s.Close(ctx)
	})
	return s
}

func ask(t *testing.T, opts ...iqbuilder.Option) *stanza.Stanza {
	t.Helper()
	iq, err := iqbuilder.Get(opts...)
	if err != nil {
		t.Fatal(err)
	}
	return iq
}

func set(t *testing.T, opts ...iqbuilder.Option) *stanza.Stanza {
	t.Helper()
	iq, err := iqbuilder.Set(opts...)
	if err != nil {
		t.Fatal(err)
	}
	return iq
}

// await returns a request's final view.
func await(t *testing.T, r *session.Request) session.Exchange {
	t.Helper()
	select {
	case <-r.Done():
		return r.Exchange()
	case <-time.After(soon):
		t.Fatalf("request %d has not ended", r.Serial())
		panic("unreachable")
	}
}

func begin(t *testing.T, s *session.Session, iq *stanza.Stanza, opts ...session.SendOption) *session.Request {
	t.Helper()
	r, err := s.Start(iq, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// logged waits for a line of the log.
func logged(t *testing.T, s *session.Session, what string, is func(journal.Entry) bool) journal.Entry {
	t.Helper()
	deadline := time.After(soon)
	for {
		for _, e := range s.Journal().Window(nil, 1, 1_000_000) {
			if is(e) {
				return e
			}
		}
		select {
		case <-s.Changed():
		case <-deadline:
			t.Fatalf("the log shows no %s", what)
		}
	}
}

const pingNS = "urn:xmpp:ping"

func ping(t *testing.T, opts ...iqbuilder.Option) *stanza.Stanza {
	return ask(t, append([]iqbuilder.Option{iqbuilder.WithElement(stanza.Name{Space: pingNS, Local: "ping"})}, opts...)...)
}

// Row 1, 10, 22, 24: who may answer for whom, as both servers really do it.
func TestRealServersAnswersFitTheirRequests(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		s := login(t, server, "alice")
		disco := iqbuilder.WithQuery(stanza.NSDiscoInfo)
		for name, iq := range map[string]*stanza.Stanza{
			"row 1: to the server":           ask(t, disco, iqbuilder.To("localhost")),
			"row 24: to the server, shouted": ask(t, disco, iqbuilder.To("LOCALHOST")),
			"row 22: to nobody":              ask(t, iqbuilder.WithQuery("jabber:iq:roster")),
			"to our own bare JID":            ask(t, disco, iqbuilder.To("alice@localhost")),
			"ALICE@LOCALHOST is that too":    ask(t, disco, iqbuilder.To("ALICE@LOCALHOST")),
			"row 10: a ping":                 ping(t, iqbuilder.To("localhost")),
			"row 10: a ping to nobody":       ping(t),
		} {
			t.Run(name, func(t *testing.T) {
				v := await(t, begin(t, s, iq))
				if v.Outcome != stanza.OutcomeResult || v.RTT <= 0 {
					t.Fatalf("%s\nended as %s: %v", iq.XML(), v.Outcome, v.Err)
				}
				if e, _ := s.Journal().Get(v.ReplySeq); e.Verdict != stanza.VerdictReply || e.Stanza.XML() != v.Reply.XML() {
					t.Errorf("the log shows %q: %s", e.Verdict, e.Stanza.XML())
				}
			})
		}
	})
}

// Row 11.
func TestRealServersErrors(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		s := login(t, server, "alice")
		disco := iqbuilder.WithQuery(stanza.NSDiscoInfo)
		nowhere := "remote-server-not-found"
		if server.Product == "Prosody" {
			nowhere = "not-allowed" // as it says while server-to-server connections are off
		}
		for name, c := range map[string]struct {
			iq   *stanza.Stanza
			want string
		}{
			"a domain that is not there":  {ask(t, disco, iqbuilder.To("nowhere.invalid")), nowhere},
			"a node that is not there":    {ask(t, iqbuilder.WithPayload(`<query xmlns="`+stanza.NSDiscoInfo+`" node="nope"/>`), iqbuilder.To("localhost")), "item-not-found"},
			"a resource that is offline":  {ping(t, iqbuilder.To("bob@localhost/offline")), "service-unavailable"},
			"a namespace that nobody has": {ask(t, iqbuilder.WithQuery("urn:example:none"), iqbuilder.To("localhost")), "service-unavailable"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := s.Send(t.Context(), c.iq)
				var iqErr *stanza.IQError
				if !errors.As(err, &iqErr) {
					t.Fatalf("Send = %v", err)
				}
				if got := iqErr.Err.Condition; got != c.want {
					t.Errorf("the condition is %s, not %s: %s", got, c.want, iqErr.Reply.XML())
				}
			})
		}
	})
}

// Rows 2, 3 and 56: private storage gives back what was set, byte for byte.
func TestRealServersKeepWhatWasSet(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		s := login(t, server, "alice")
		const odd = `<odd xmlns="urn:example:odd" a="1 &lt; 2">x<b c="&quot;"/>y &amp; z</odd>`
		if _, err := s.Send(t.Context(), set(t, iqbuilder.WithPayload(`<query xmlns="jabber:iq:private">`+odd+`</query>`))); err != nil {
			t.Fatal(err)
		}
		reply, err := s.Send(t.Context(), ask(t, iqbuilder.WithPayload(`<query xmlns="jabber:iq:private"><odd xmlns="urn:example:odd"/></query>`)))
		if err != nil {
			t.Fatal(err)
		}
		tree, err := reply.Tree()
		if err != nil {
			t.Fatal(err)
		}
		got := tree.Child("jabber:iq:private", "query").Child("urn:example:odd", "odd")
		if a, _ := got.Attr("a"); a != "1 < 2" || got.Text() != "xy & z" {
			t.Errorf("it came back as %s", reply.XML())
		}
		if c, _ := got.Child("urn:example:odd", "b").Attr("c"); c != `"` {
			t.Errorf("it came back as %s", reply.XML())
		}
	})
}

// Rows 12, 14, 17, 19, 21, 27 and 28: a component that drops, delays, lies and asks.
func TestAComponentThatMisbehaves(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		release := make(chan struct{})
		answers := make(chan realserver.Stanza, 10)
		c := server.Component(t, func(c *realserver.Component, got realserver.Stanza) {
			switch local, _, _ := strings.Cut(got.To, "@"); {
			case got.Type == "error" || got.Type == "result":
				answers <- got
			case local == "late":
				<-release
				c.Result(got, "")
			case local == "liar":
				c.Result(got, "mallory@"+c.Host)
				c.Result(got, "")
			case local == "borrower":
				c.Send(`<iq type="get" id="%s" from="%s" to="%s"><query xmlns="urn:example:mine"/></iq>`, got.ID, got.To, got.From)
			}
		})
		s := login(t, server, "alice")

		t.Run("row 12: dropped, it times out on time", func(t *testing.T) {
			v := await(t, begin(t, s, ping(t, iqbuilder.To("drop@"+c.Host)), session.WithTimeout(2*time.Second)))
			if took := v.Ended.Sub(v.Sent); v.Outcome != stanza.OutcomeTimeout || took < 2*time.Second || took > 2200*time.Millisecond {
				t.Errorf("it ended as %s after %v", v.Outcome, took)
			}
		})
		t.Run("row 19: late, it stays a timeout", func(t *testing.T) {
			r := begin(t, s, ping(t, iqbuilder.To("late@"+c.Host)), session.WithTimeout(300*time.Millisecond))
			if v := await(t, r); v.Outcome != stanza.OutcomeTimeout {
				t.Fatalf("it ended as %s", v.Outcome)
			}
			close(release)
			e := logged(t, s, "late reply", func(e journal.Entry) bool { return e.Verdict == stanza.VerdictLate })
			if v := r.Exchange(); v.Outcome != stanza.OutcomeTimeout || v.Late == nil || v.LateBy <= 0 || e.Request != v.Seq {
				t.Errorf("it shows %s, late by %v; the log joins %d to %d", v.Outcome, v.LateBy, e.Request, v.Seq)
			}
		})
		t.Run("row 21: a third JID's answer is refused, the true one wins", func(t *testing.T) {
			v := await(t, begin(t, s, ping(t, iqbuilder.To("liar@"+c.Host))))
			if v.Outcome != stanza.OutcomeResult || v.Refused != 1 || v.Reply.From() != "liar@"+c.Host {
				t.Errorf("it ended as %s, %d refused", v.Outcome, v.Refused)
			}
			logged(t, s, "wrong sender", func(e journal.Entry) bool { return e.Verdict == stanza.VerdictWrongSender })
		})
		t.Run("rows 27, 28: a request with our id is a request", func(t *testing.T) {
			r := begin(t, s, ping(t, iqbuilder.To("borrower@"+c.Host)), session.WithTimeout(time.Minute))
			select {
			case got := <-answers:
				if got.Type != "error" || !strings.Contains(got.Inner, "service-unavailable") || got.ID != r.Exchange().Stanza.ID() {
					t.Errorf("the component was answered %+v", got)
				}
			case <-time.After(soon):
				t.Fatal("the component's request was not answered")
			}
			if v := r.Exchange(); !v.InFlight() {
				t.Errorf("our own request ended as %s", v.Outcome)
			}
			r.Cancel()
		})
		t.Run("row 29: a stray result is not answered", func(t *testing.T) {
			c.Send(`<iq type="result" id="stray" from="%s" to="%s"/>`, c.Host, s.Status().JID)
			c.Send(`<iq type="get" id="fence" from="%s" to="%s"><query xmlns="urn:example:mine"/></iq>`, c.Host, s.Status().JID)
			if got := <-answers; got.ID != "fence" {
				t.Errorf("answered was %+v", got)
			}
			logged(t, s, "unknown id", func(e journal.Entry) bool { return e.Verdict == stanza.VerdictUnknownID })
		})
		t.Run("row 15: a hundred in flight", func(t *testing.T) {
			var requests []*session.Request
			for i := range 100 {
				requests = append(requests, begin(t, s, ping(t, iqbuilder.To(fmt.Sprintf("late@%s/%d", c.Host, i)))))
			}
			for _, r := range requests {
				if v := await(t, r); v.Outcome != stanza.OutcomeResult {
					t.Fatalf("one ended as %s: %v", v.Outcome, v.Err)
				}
			}
		})
	})
}

// Row 26: both servers send the get to our own full JID back to us, with our own id.
func TestARequestToOurselves(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		s := login(t, server, "alice")
		v := await(t, begin(t, s, ping(t, iqbuilder.To(s.Status().JID.String()))))
		// Our own responder answers; the get itself must not have ended our request.
		if v.Outcome != stanza.OutcomeResult || v.Refused != 0 {
			t.Errorf("it ended as %s: %v", v.Outcome, v.Err)
		}
		logged(t, s, "borrowed id", func(e journal.Entry) bool { return e.Verdict == stanza.VerdictBorrowedID })
	})
}

// Rows 63 and 64.
func TestAServerThatDies(t *testing.T) {
	for name, launch := range map[string]func(testing.TB, ...realserver.Option) *realserver.Server{
		"Prosody": realserver.Prosody, "ejabberd": realserver.Ejabberd,
	} {
		t.Run(name, func(t *testing.T) {
			server := launch(t)
			server.Component(t, func(*realserver.Component, realserver.Stanza) {}) // drops everything
			s := login(t, server, "alice")
			var requests []*session.Request
			for range 5 {
				requests = append(requests, begin(t, s, ping(t, iqbuilder.To("drop@"+server.ComponentHost))))
			}
			logged(t, s, "fifth request", func(e journal.Entry) bool { return e.Seq == requests[4].Exchange().Seq && e.Seq > 0 })
			server.Kill()
			for _, r := range requests {
				if v := await(t, r); v.Outcome != stanza.OutcomeUnknown {
					t.Errorf("one ended as %s: %v", v.Outcome, v.Err)
				}
			}
			if v := await(t, begin(t, s, ping(t))); v.Outcome != stanza.OutcomeNotSent {
				t.Errorf("a new one ended as %s", v.Outcome)
			}
			server.Restart()
			ctx, cancel := context.WithTimeout(t.Context(), soon)
			defer cancel()
			if err := s.Connect(ctx); err != nil {
				t.Fatal(err)
			}
			if v := await(t, begin(t, s, ping(t))); v.Outcome != stanza.OutcomeResult {
				t.Errorf("after the restart a ping ended as %s: %v", v.Outcome, v.Err)
			}
		})
	}
}

// A cut socket, with stream management: what is pending lives on, nothing is sent
// twice, and the answer that came meanwhile arrives.
func TestACutConnectionIsResumed(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		held := make(chan realserver.Stanza, 10)
		c := server.Component(t, func(_ *realserver.Component, got realserver.Stanza) { held <- got })
		var last net.Conn
		s := loginWith(t, server, "alice", func(cfg *session.Config) {
			cfg.Reconnect, cfg.Negotiate.Manage = true, true
			cfg.Negotiate.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := new(net.Dialer).DialContext(ctx, network, addr)
				last = conn
				return conn, err
			}
		})
		if !s.Status().Managed {
			t.Fatalf("%s did not enable stream management", server.Product)
		}
		r := begin(t, s, set(t, iqbuilder.To("slow@"+c.Host), iqbuilder.WithQuery("urn:example:x")), session.WithTimeout(time.Minute))
		asked := <-held
		bound := s.Status().JID
		last.Close()
		c.Result(asked, "")
		v := await(t, r)
		if v.Outcome != stanza.OutcomeResult {
			t.Fatalf("the request ended as %s: %v", v.Outcome, v.Err)
		}
		if st := s.Status(); !st.Resumed || st.JID != bound {
			t.Errorf("the status is %+v", st)
		}
		select {
		case again := <-held:
			t.Errorf("the component was asked twice: %+v", again)
		default:
		}
		if v := await(t, begin(t, s, ping(t, iqbuilder.To("localhost")))); v.Outcome != stanza.OutcomeResult {
			t.Errorf("a new request ended as %s: %v", v.Outcome, v.Err)
		}
	})
}
