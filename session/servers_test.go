package session_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"iqscope/internal/realserver"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/handler"
	"iqscope/session/journal"
	"iqscope/session/negotiate"
)

// soon bounds what must happen on loopback; a loaded machine gets its time.
const soon = time.Minute

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
	jid := xmpptest.JID(t, bare)
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
	return xmpptest.Get(t, append([]iqbuilder.Option{iqbuilder.WithElement(stanza.Name{Space: pingNS, Local: "ping"})}, opts...)...)
}

// Rows 1, 10, 22 and 24: who may answer for whom, as both servers really do it.
func TestRealServersAnswersFitTheirRequests(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		s := login(t, server, "alice")
		disco := iqbuilder.WithQuery(stanza.NSDiscoInfo)
		for name, iq := range map[string]*stanza.Stanza{
			"row 1: to the server":           xmpptest.Get(t, disco, iqbuilder.To("localhost")),
			"row 24: to the server, shouted": xmpptest.Get(t, disco, iqbuilder.To("LOCALHOST")),
			"row 22: to nobody":              xmpptest.Get(t, iqbuilder.WithQuery("jabber:iq:roster")),
			"to our own bare JID":            xmpptest.Get(t, disco, iqbuilder.To("alice@localhost")),
			"ALICE@LOCALHOST is that too":    xmpptest.Get(t, disco, iqbuilder.To("ALICE@LOCALHOST")),
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

// Row 11: type, condition, text, by, application condition and the bytes. The servers have errors
// of their own for most of it; a by comes only from a component, through them.
func TestRealServersErrors(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		c := server.Component(t, func(c *realserver.Component, got realserver.Stanza) {
			c.Send(`<iq type="error" id="%s" from="%s" to="%s"><error type="modify" by="relay.%[2]s"><gone xmlns="%[4]s">xmpp:new@localhost</gone>`+
				`<text xmlns="%[4]s" xml:lang="de">weg &amp; fort</text><moved xmlns="urn:example:app"><x/></moved></error></iq>`,
				got.ID, got.To, got.From, stanza.NSStanzas)
		})
		s := login(t, server, "alice")
		disco := iqbuilder.WithQuery(stanza.NSDiscoInfo)
		prosody := server.Product == "Prosody"
		// either is what Prosody says, or ejabberd.
		either := func(first, second stanza.StanzaError) stanza.StanzaError {
			if !prosody {
				first = second
			}
			if first.Text != "" {
				first.Lang = "en" // the stream's
			}
			return first
		}
		type failing = stanza.StanzaError
		for name, row := range map[string]struct {
			iq   *stanza.Stanza
			want failing
		}{
			"a domain that is not there": {xmpptest.Get(t, disco, iqbuilder.To("nowhere.invalid")), either(
				// As it says while server-to-server connections are off.
				failing{Type: "cancel", Condition: "not-allowed", Text: "Communication with remote domains is not enabled"},
				failing{Type: "cancel", Condition: "remote-server-not-found", Text: "DNS lookup failed: "})},
			"a node that is not there": {xmpptest.Get(t, iqbuilder.WithPayload(`<query xmlns="`+stanza.NSDiscoInfo+`" node="nope"/>`), iqbuilder.To("localhost")), either(
				failing{Type: "cancel", Condition: "item-not-found", Text: "Node does not exist"},
				failing{Type: "cancel", Condition: "item-not-found", Text: "No features available"})},
			"a resource that is offline": {ping(t, iqbuilder.To("bob@localhost/offline")), either(
				failing{Type: "cancel", Condition: "service-unavailable"},
				failing{Type: "cancel", Condition: "service-unavailable", Text: "User session not found"})},
			"a namespace that nobody has": {xmpptest.Get(t, iqbuilder.WithQuery("urn:example:none"), iqbuilder.To("localhost")), either(
				failing{Type: "cancel", Condition: "service-unavailable"},
				failing{Type: "cancel", Condition: "service-unavailable", Text: "No module is handling this query"})},
			// Only Prosody has an application condition for it.
			"a question without its node": {xmpptest.Get(t, iqbuilder.WithPayload("<pubsub xmlns='http://jabber.org/protocol/pubsub'><items/></pubsub>"), iqbuilder.To("pubsub.localhost")), either(
				failing{Type: "modify", Condition: "bad-request", Application: stanza.Name{Space: "http://jabber.org/protocol/pubsub#errors", Local: "nodeid-required"}},
				failing{Type: "modify", Condition: "bad-request", Text: "Missing attribute 'node' in tag <items/> "})},
			"a component's error with everything": {ping(t, iqbuilder.To("x@"+c.Host)), failing{
				Type: "modify", Condition: "gone", URI: "xmpp:new@localhost", Text: "weg & fort", Lang: "de", By: "relay.x@" + c.Host,
				Application: stanza.Name{Space: "urn:example:app", Local: "moved"},
			}},
		} {
			t.Run("row 11: "+name, func(t *testing.T) {
				v := await(t, begin(t, s, row.iq))
				var iqErr *stanza.IQError
				if v.Outcome != stanza.OutcomeError || !errors.As(v.Err, &iqErr) {
					t.Fatalf("it ended as %s: %v", v.Outcome, v.Err)
				}
				got := *iqErr.Err
				if strings.HasPrefix(got.Text, row.want.Text) && strings.HasSuffix(row.want.Text, " ") {
					got.Text = row.want.Text // what follows is not the same everywhere
				}
				if got != row.want {
					t.Errorf("got\n%+v, want\n%+v, from\n%s", got, row.want, iqErr.Reply.XML())
				}
				// The bytes are those of the log, and these those of the wire.
				e, _ := s.Journal().Get(v.ReplySeq)
				if iqErr.Reply != v.Reply || e.Stanza.XML() != iqErr.Reply.XML() || iqErr.Request != row.iq {
					t.Errorf("the log has\n%s, and the error\n%s", e.Stanza.XML(), iqErr.Reply.XML())
				}
			})
		}
	})
}

// Row 2: any payload may be asked for, not only a query.
func TestRealServersAreAskedForAnyPayload(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		s := login(t, server, "alice")
		name := iqbuilder.NewID()
		for _, row := range []struct {
			name string
			iq   *stanza.Stanza
			want []string // in the reply
		}{
			{"ping", xmpptest.Get(t, iqbuilder.WithElement(stanza.Name{Space: pingNS, Local: "ping"}), iqbuilder.To("localhost")), nil},
			{"time", xmpptest.Get(t, iqbuilder.WithElement(stanza.Name{Space: "urn:xmpp:time", Local: "time"}), iqbuilder.To("localhost")), []string{"<tzo>", "<utc>20"}},
			{"vCard, to keep", xmpptest.Set(t, iqbuilder.WithPayload("<vCard xmlns='vcard-temp'><FN>"+name+"</FN></vCard>")), nil},
			{"vCard", xmpptest.Get(t, iqbuilder.WithElement(stanza.Name{Space: "vcard-temp", Local: "vCard"})), []string{"<FN>" + name + "</FN>"}},
			{"the vCard of an account", xmpptest.Get(t, iqbuilder.WithElement(stanza.Name{Space: "vcard-temp", Local: "vCard"}), iqbuilder.To("alice@localhost")), []string{"<FN>" + name + "</FN>"}},
		} {
			t.Run("row 2: "+row.name, func(t *testing.T) {
				reply, err := s.Send(t.Context(), row.iq)
				if err != nil {
					t.Fatal(err)
				}
				if reply.Type() != stanza.Result || len(row.want) > 0 && reply.Payload() != row.iq.Payload() {
					t.Errorf("the reply is %s", reply.XML())
				}
				for _, part := range row.want {
					if !strings.Contains(reply.XML(), part) {
						t.Errorf("%s is not in %s", part, reply.XML())
					}
				}
			})
		}
	})
}

// spelt is an element in the only way that is left when everything is given up in which a server
// may write the same element otherwise: prefixes, the order of attributes, quotes, references, and
// the short form of an empty element.
func spelt(n *stanza.Node) string {
	if !n.IsElement() {
		return fmt.Sprintf("%q", n.Data)
	}
	var attributes, content []string
	for _, a := range n.Attrs {
		if a.Name.Local != "xmlns" && a.Prefix != "xmlns" {
			attributes = append(attributes, fmt.Sprintf("{%s}%s=%q", a.Name.Space, a.Name.Local, a.Value))
		}
	}
	slices.Sort(attributes)
	for _, child := range n.Children {
		content = append(content, spelt(child))
	}
	return fmt.Sprintf("{%s}%s%q%v", n.Name.Space, n.Name.Local, attributes, content)
}

// Rows 3 and 56: private storage gives back what was set, byte for byte but for what spelt gives
// up.
func TestRealServersKeepWhatWasSet(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		s := login(t, server, "alice")
		const odd = `<odd xmlns="urn:example:odd" a="1 &lt; 2" xml:lang="x-odd">x<b c="&quot;&apos;&amp;"/>y &amp; z &lt;` +
			`<p:c xmlns:p="urn:example:other"><d xmlns="">ü 😀 </d><p:e/>tail</p:c> <f><![CDATA[<raw>&]]></f></odd>`
		if _, err := s.Send(t.Context(), xmpptest.Set(t, iqbuilder.WithPayload(`<query xmlns="jabber:iq:private">`+odd+`</query>`))); err != nil {
			t.Fatal(err)
		}
		reply, err := s.Send(t.Context(), xmpptest.Get(t, iqbuilder.WithPayload(`<query xmlns="jabber:iq:private"><odd xmlns="urn:example:odd"/></query>`)))
		if err != nil {
			t.Fatal(err)
		}
		tree, err := reply.Tree()
		if err != nil {
			t.Fatal(err)
		}
		got := tree.Child("jabber:iq:private", "query").Child("urn:example:odd", "odd")
		kept := xmpptest.Stanza(t, "<message>"+odd+"</message>")
		set, err := kept.Tree()
		if err != nil {
			t.Fatal(err)
		}
		if want := spelt(set.Elements()[0]); got == nil || spelt(got) != want {
			t.Errorf("row 56: %s\nis not %s", reply.XML(), want)
		}
		// What came is shown as it came.
		e, ok := find(s, func(e journal.Entry) bool { return e.Dir == stanza.In && e.Stanza.ID() == reply.ID() })
		if !ok || e.Stanza.XML() != reply.XML() {
			t.Errorf("row 56: the log has %s", e.Stanza.XML())
		}
	})
}

// Rows 12, 14, 17, 19, 21, 27 and 28: a component that drops, delays, lies and asks.
// Fault 38, with a component on real servers.
func TestAComponentThatMisbehaves(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		release := make(chan struct{})
		free := sync.OnceFunc(func() { close(release) })
		defer free() // a test that fails early must not wait for it
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
			timedOut(t, v, 2*time.Second)
		})
		t.Run("row 19: late, it stays a timeout", func(t *testing.T) {
			r := begin(t, s, ping(t, iqbuilder.To("late@"+c.Host)), session.WithTimeout(300*time.Millisecond))
			if v := await(t, r); v.Outcome != stanza.OutcomeTimeout {
				t.Fatalf("it ended as %s", v.Outcome)
			}
			free()
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
		t.Run("row 29: a stray result or error is not answered, and flagged", func(t *testing.T) {
			for _, stray := range []string{
				`<iq type="result" id="stray-1" from="%s" to="%s"/>`,
				`<iq type="result" id="stray-2" from="%s" to="%s"><query xmlns="urn:example:mine"/></iq>`,
				`<iq type="error" id="stray-3" from="%s" to="%s"><error type="cancel"><gone xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`,
			} {
				c.Send(stray, c.Host, s.Status().JID)
			}
			c.Send(`<iq type="get" id="fence" from="%s" to="%s"><query xmlns="urn:example:mine"/></iq>`, c.Host, s.Status().JID)
			if got := <-answers; got.ID != "fence" {
				t.Errorf("answered was %+v", got)
			}
			for _, id := range []string{"stray-1", "stray-2", "stray-3"} {
				e, ok := find(s, func(e journal.Entry) bool { return e.Dir == stanza.In && e.Stanza.ID() == id })
				if !ok || e.Verdict != stanza.VerdictUnknownID {
					t.Errorf("%s: in the log %v, as %q", id, ok, e.Verdict)
				}
			}
			if e, ok := find(s, func(e journal.Entry) bool { return e.Dir == stanza.Out && strings.HasPrefix(e.Stanza.ID(), "stray-") }); ok {
				t.Errorf("sent was %s", e.Stanza.XML())
			}
		})
	})
}

// timedOut asserts that a request has ended when it was due, and not before. That it ends at that
// moment is shown with a clock of the test's own (TestTimeouts); on a real one a busy machine adds
// what it likes.
func timedOut(t *testing.T, v session.Exchange, after time.Duration) {
	t.Helper()
	var timeout *stanza.IQTimeout
	if v.Outcome != stanza.OutcomeTimeout || !errors.As(v.Err, &timeout) || timeout.Request != v.Stanza || timeout.After != after {
		t.Errorf("it ended as %s: %v", v.Outcome, v.Err)
	}
	if due, took := v.Deadline.Sub(v.Sent), v.Ended.Sub(v.Sent); due != after || took < after || took > after+soon {
		t.Errorf("it was due after %v, and ended after %v, want %v", due, took, after)
	}
}

// Row 15: a hundred requests wait, and nothing else has to. Their answers come in another order,
// each with something of its own in it, and go each to its request.
func TestAHundredRequestsInFlight(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		const n = 100
		asked := make(chan realserver.Stanza, n)
		c := server.Component(t, func(_ *realserver.Component, got realserver.Stanza) { asked <- got })
		s := login(t, server, "alice")
		var requests []*session.Request
		for range n {
			requests = append(requests, begin(t, s, xmpptest.Get(t, iqbuilder.To("slow@"+c.Host), custom)))
		}
		var waiting []realserver.Stanza
		for range n {
			select {
			case got := <-asked:
				waiting = append(waiting, got)
			case <-time.After(soon):
				t.Fatalf("%d of %d have arrived", len(waiting), n)
			}
		}
		if st := s.Status(); st.InFlight != n {
			t.Errorf("%d are in flight", st.InFlight)
		}
		for range 10 { // others come and go meanwhile
			if _, err := s.Send(t.Context(), ping(t, iqbuilder.To("localhost"))); err != nil {
				t.Fatal(err)
			}
		}
		if !requests[n/2].Cancel() || s.Status().InFlight != n-1 {
			t.Errorf("one was cancelled, and %d are in flight", s.Status().InFlight)
		}
		for _, i := range rand.Perm(n) {
			got := waiting[i]
			c.Send(`<iq type="result" id="%s" from="%s" to="%s"><query xmlns="custom-xep">%[1]s</query></iq>`, got.ID, got.To, got.From)
		}
		replies := map[string]bool{}
		for i, r := range requests {
			v := await(t, r)
			if i == n/2 {
				continue
			}
			if v.Outcome != stanza.OutcomeResult || !strings.Contains(v.Reply.XML(), ">"+v.Stanza.ID()+"</query>") || replies[v.Reply.XML()] {
				t.Fatalf("request %d, %s, ended as %s with %v", i, v.Stanza.ID(), v.Outcome, v.Reply)
			}
			replies[v.Reply.XML()] = true
		}
		logged(t, s, "late reply", func(e journal.Entry) bool {
			return e.Verdict == stanza.VerdictLate && e.Stanza.ID() == requests[n/2].Exchange().Stanza.ID()
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

// Rows 63 and 64: what a lost connection ends, and what survives it.
func TestAServerThatDies(t *testing.T) {
	t.Parallel()
	for name, launch := range map[string]func(testing.TB, ...realserver.Option) *realserver.Server{
		"Prosody": realserver.Prosody, "ejabberd": realserver.Ejabberd,
	} {
		t.Run(name, func(t *testing.T) {
			server := launch(t)
			// drops everything else
			server.Component(t, func(c *realserver.Component, got realserver.Stanza) {
				if strings.HasPrefix(got.To, "yes@") {
					c.Result(got, "")
				}
			})
			s := login(t, server, "alice")
			calls := make(chan string, 100)
			handles(t, s,
				handler.Callback("mine", handler.MustPath("message@dir=in"), func(e handler.Event) { calls <- e.Stanza.ID() }),
				handler.Responder("answers", handler.MustPath("iq/{custom-xep}query"), yes))
			late := begin(t, s, ping(t, iqbuilder.To("drop@"+server.ComponentHost)), session.WithTimeout(100*time.Millisecond))
			await(t, late)
			answeredBefore := await(t, begin(t, s, ping(t, iqbuilder.To("yes@"+server.ComponentHost))))
			used := ids(s)
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
			for id, n := range ids(s) {
				if used[id] > 0 && n > used[id] {
					t.Errorf("row 64: the id %s was used again", id)
				}
			}

			// What was answered, or not, on the connection before.
			answers := make(chan realserver.Stanza, 10)
			c := server.Component(t, func(_ *realserver.Component, got realserver.Stanza) { answers <- got })
			for _, old := range []struct {
				id, from string
				verdict  stanza.Verdict
			}{
				{late.Exchange().Stanza.ID(), "drop", stanza.VerdictLate},
				{requests[0].Exchange().Stanza.ID(), "drop", stanza.VerdictLate},
				{answeredBefore.Stanza.ID(), "yes", stanza.VerdictDuplicate},
				{"of-nobody", "drop", stanza.VerdictUnknownID},
			} {
				last := s.Journal().Stats().Last
				c.Send(`<iq type="result" id="%s" from="%s@%s" to="%s"/>`, old.id, old.from, c.Host, s.Status().JID)
				e := logged(t, s, "old answer", func(e journal.Entry) bool {
					return e.Seq > last && e.Dir == stanza.In && e.Verdict != "" && e.Stanza.ID() == old.id
				})
				if e.Verdict != old.verdict {
					t.Errorf("row 64: the answer to %s is %q, want %q", old.id, e.Verdict, old.verdict)
				}
			}
			// And handlers are there.
			c.Send(`<message id="hello" from="%s" to="%s"/>`, c.Host, s.Status().JID)
			c.Send(`<iq type="get" id="asks" from="%s" to="%s"><query xmlns="custom-xep"/></iq>`, c.Host, s.Status().JID)
			select {
			case got := <-answers:
				if got.ID != "asks" || got.Type != "result" {
					t.Errorf("row 64: the responder from before says %+v", got)
				}
			case <-time.After(soon):
				t.Fatal("row 64: nobody answers")
			}
			select {
			case id := <-calls:
				if id != "hello" {
					t.Errorf("row 64: the handler from before was called with %s", id)
				}
			case <-time.After(soon):
				t.Fatal("row 64: the handler from before is not called")
			}
		})
	}
}

// ids are those of all requests that went out, the negotiation's included, and how often each did.
func ids(s *session.Session) map[string]int {
	all := map[string]int{}
	for _, e := range s.Journal().Window(nil, 1, 1_000_000) {
		if e.Dir == stanza.Out && e.Stanza != nil && e.Stanza.IsRequest() {
			all[e.Stanza.ID()]++
		}
	}
	return all
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
		r := begin(t, s, xmpptest.Set(t, iqbuilder.To("slow@"+c.Host), iqbuilder.WithQuery("urn:example:x")), session.WithTimeout(time.Minute))
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
