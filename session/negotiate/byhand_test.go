package negotiate_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/session/negotiate"
)

// walker goes a way by hand.
type walker struct {
	*negotiate.ByHand
	t *testing.T
}

// walk stops before a step, and hangs up at the test's end.
func walk(t *testing.T, cfg negotiate.Config, before negotiate.Step) walker {
	t.Helper()
	way, err := negotiate.StartByHand(t.Context(), cfg, before)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		way.Close(ctx)
	})
	return walker{way, t}
}

// offered listens until something is offered, or there is no way on, and returns it.
func (w walker) offered() negotiate.Offer {
	w.t.Helper()
	for !w.Ready() && w.Offer().Do == negotiate.Nothing && strings.HasPrefix(w.Offer().What, "The server ") {
		if err := w.Hear(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
	}
	noCanary(w.t, "the offer", w.Offer().XML+w.Offer().What)
	return w.Offer()
}

// takes takes what is offered and must be, and returns what is offered then.
func (w walker) takes(do negotiate.Action, xml string) negotiate.Offer {
	w.t.Helper()
	if o := w.offered(); o.Do != do || !like(o.XML, xml) {
		w.t.Fatalf("offered is %s %s, want %s %s\n%s", o.Do, o.XML, do, xml, o.What)
	}
	if err := w.Take(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	return w.offered()
}

// like compares two elements, the id of an IQ aside.
func like(got, want string) bool {
	if _, after, ok := strings.Cut(got, " id='"); ok {
		_, after, _ = strings.Cut(after, "'")
		got = "<iq type='set'" + after
	}
	return got == want
}

func (w walker) sends(xml string) {
	w.t.Helper()
	if err := w.Send(w.t.Context(), xml); err != nil {
		w.t.Fatal(err)
	}
}

func (w walker) finishes() *negotiate.Stream {
	w.t.Helper()
	stream, err := w.Finish(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return stream
}

const (
	wantsTLS   = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
	wantsLogin = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>[first message]</auth>"
	wantsPlain = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>[password]</auth>"
	responds   = "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>[proof]</response>"
	wantsBind  = "<iq type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'></bind></iq>"
)

// honest is the whole way of a server with STARTTLS.
func honest(t *testing.T) (negotiate.Config, *peer) {
	a := newAuthority(t)
	server := a.issue(t, nil)
	cfg, p := play(t, func(p *peer) {
		p.open(offerTLS)
		p.startTLS(server)
		inTheClear(p)
	})
	cfg.TLS, cfg.RootCAs = negotiate.TLSStart, a.roots
	return cfg, p
}

func TestTheWholeWayByHandFromOneOfferToTheNext(t *testing.T) {
	cfg, p := honest(t)
	progress := watch(t, &cfg)
	w := walk(t, cfg, negotiate.StepStream)
	w.takes(negotiate.OpenStream, "")
	w.takes(negotiate.Element, wantsTLS)
	w.takes(negotiate.BeginTLS, "")
	w.takes(negotiate.OpenStream, "")
	w.takes(negotiate.Element, wantsLogin)
	w.takes(negotiate.Element, responds)
	w.takes(negotiate.OpenStream, "")
	w.takes(negotiate.Element, wantsBind)
	if !w.Ready() {
		t.Fatalf("it is not ready: %+v", w.Offer())
	}
	stream := w.finishes()
	if got := stream.Bound.String(); got != "juliet@example.com/balcony" || stream.Mechanism != "SCRAM-SHA-256" || stream.TLS == nil {
		t.Errorf("the stream is %+v", stream)
	}
	want := []string{
		"connecting | 127.0.0.1:5222", "opening the stream | example.com", "securing the stream | STARTTLS for example.com",
		"securing the stream | TLS for example.com", "opening the stream | example.com", "logging in | as juliet by SCRAM-SHA-256",
		"opening the stream | example.com", "binding the resource | ",
	}
	if diff := cmp.Diff(want, *progress); diff != "" {
		t.Errorf("the progress (-want +got):\n%s", diff)
	}
	stream.Conn.CloseNow()
	if sent := p.sent(); strings.Contains(sent, "[") {
		t.Errorf("a placeholder was sent: %s", sent)
	}
}

// stops are the first offers after each stop of the honest way.
var stops = []struct {
	before negotiate.Step
	do     negotiate.Action
	xml    string
}{
	{negotiate.StepStream, negotiate.OpenStream, ""},
	{negotiate.StepTLS, negotiate.Element, wantsTLS},
	{negotiate.StepAuth, negotiate.Element, wantsLogin},
	{negotiate.StepBind, negotiate.Element, wantsBind},
}

func TestTheWayGoesOnByItselfFromEachStop(t *testing.T) {
	for _, c := range stops {
		t.Run(string(c.before), func(t *testing.T) {
			cfg, _ := honest(t)
			cfg.TLS = negotiate.TLSStart
			watch(t, &cfg)
			w := walk(t, cfg, c.before)
			if o := w.Offer(); o.Do != c.do || !like(o.XML, c.xml) {
				t.Errorf("offered is %+v", o)
			}
			stream := w.finishes()
			defer stream.Conn.CloseNow()
			if stream.Bound.IsZero() || stream.Features == nil || len(stream.Choices) == 0 {
				t.Errorf("the stream is %+v", stream)
			}
		})
	}
}

func TestTheWayGoesOnByItselfFromEveryPointInBetween(t *testing.T) {
	for steps := range 9 {
		cfg, _ := honest(t)
		w := walk(t, cfg, negotiate.StepStream)
		for range steps {
			if err := w.Take(t.Context()); err != nil {
				t.Fatal(err)
			}
			if steps%2 == 0 {
				w.offered()
			} else if w.Offer().Do == negotiate.Nothing {
				break // in the middle of waiting
			}
			if w.Ready() {
				break
			}
		}
		w.finishes().Conn.CloseNow()
	}
}

func TestADirectTLSPortIsSecuredByHand(t *testing.T) {
	cfg, _ := inTLS(t, tls.VersionTLS13, inTheClear)
	w := walk(t, cfg, negotiate.StepTLS)
	if w.TLS() != nil {
		t.Fatal("TLS was begun already")
	}
	w.takes(negotiate.BeginTLS, "")
	w.takes(negotiate.OpenStream, "")
	w.takes(negotiate.Element, wantsLogin)
	w.finishes().Conn.CloseNow()
}

func TestAfterAListenThatWasCutShortTLSStillBegins(t *testing.T) {
	a := newAuthority(t)
	server := a.issue(t, nil)
	on := make(chan bool)
	cfg, _ := play(t, func(p *peer) {
		p.open(offerTLS)
		p.expect(wantsTLS)
		p.say("<proceed xmlns='urn:ietf:params")
		<-on
		p.say(":xml:ns:xmpp-tls'/>")
		p.secure(server)
		inTheClear(p)
	})
	cfg.TLS, cfg.RootCAs = negotiate.TLSStart, a.roots
	w := walk(t, cfg, negotiate.StepTLS)
	brief := func() {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if err := w.Hear(ctx); err != context.DeadlineExceeded {
			t.Fatalf("Hear = %v", err)
		}
	}
	brief()
	if err := w.Take(t.Context()); err != nil {
		t.Fatal(err)
	}
	brief()
	close(on)
	if o := w.offered(); o.Do != negotiate.BeginTLS {
		t.Fatalf("offered is %+v", o)
	}
	brief() // hears nothing
	w.finishes().Conn.CloseNow()
}

func TestPlainTypedByHandAndTheResourceToo(t *testing.T) {
	cfg, _ := play(t, func(p *peer) {
		p.open(offerAuth)
		p.auth()
		p.say("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>")
		p.expect(">" + base64.StdEncoding.EncodeToString([]byte("\x00juliet\x00"+password)) + "</auth>")
		p.say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
		p.open(offerBind)
		p.expect(`<iq id='mine' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>tower</resource></bind></iq>`)
		p.say("<message/><iq type='result' id='other'/><iq type='result' id='mine'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/tower</jid></bind></iq>")
	})
	progress := watch(t, &cfg)
	refusePassword(t, &cfg)
	w := walk(t, cfg, negotiate.StepAuth)
	w.sends("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>")
	w.offered()
	w.sends(`<auth mechanism="PLAIN" xmlns="urn:ietf:params:xml:ns:xmpp-sasl">` +
		base64.StdEncoding.EncodeToString([]byte("\x00juliet\x00"+password)) + `</auth>`)
	w.takes(negotiate.OpenStream, "")
	w.sends(`<iq id='mine' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>tower</resource></bind></iq>`)
	w.offered()
	stream := w.finishes()
	defer stream.Conn.CloseNow()
	if stream.Bound.String() != "juliet@example.com/tower" || stream.Mechanism != "PLAIN" || len(stream.Early) != 2 {
		t.Errorf("the stream is %+v", stream)
	}
	warnings := 0
	for _, line := range *progress {
		warnings += strings.Count(line, "in the clear")
	}
	if warnings != 1 {
		t.Errorf("it was said %d times that this went in the clear: %q", warnings, *progress)
	}
}

func TestAnEditedOfferIsFilledInToo(t *testing.T) {
	cfg, _ := honest(t)
	watch(t, &cfg)
	w := walk(t, cfg, negotiate.StepAuth)
	w.sends(strings.Replace(wantsPlain, "[password]", " [password]\n", 1))
	w.offered()
	if stream := w.finishes(); stream.Mechanism != "PLAIN" {
		t.Errorf("logged in by %q", stream.Mechanism)
	} else {
		stream.Conn.CloseNow()
	}
}

func TestAPlaceholderElsewhereIsText(t *testing.T) {
	const typed = "<message to='romeo@example.net'><body>[password]</body></message>"
	cfg, p := play(t, func(p *peer) {
		p.open(offerAuth)
		p.expect("</message>")
		p.say("<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>")
	})
	refusePassword(t, &cfg)
	w := walk(t, cfg, negotiate.StepAuth)
	w.sends(typed)
	if o := w.Offer(); o.XML != wantsLogin {
		t.Errorf("what means nothing here moved the offer on to %+v", o)
	}
	err := w.Hear(t.Context())
	var end *negotiate.Error
	if !errors.As(err, &end) || !strings.Contains(err.Error(), "not-authorized") {
		t.Fatalf("Hear = %v", err)
	}
	if !strings.Contains(p.sent(), typed) {
		t.Errorf("sent was %s", p.sent())
	}
}

func TestSecretsAreNotFilledInWhereTheyAreNotSafe(t *testing.T) {
	const answer = "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>[proof]</response>"
	for _, c := range []struct {
		name, server, typed, words string
		mode                       negotiate.TLSMode
	}{
		{"before TLS, to another machine", "192.0.2.1", wantsLogin, "no TLS", negotiate.TLSStart},
		{"the password itself, before TLS", "127.0.0.1", wantsPlain, "no TLS", negotiate.TLSStart},
		{"the password itself, without TLS", "127.0.0.1", wantsPlain, "no TLS", negotiate.TLSOff},
		{"no challenge came", "127.0.0.1", answer, "no challenge", negotiate.TLSOff},
		{"an unknown mechanism", "127.0.0.1", strings.Replace(wantsPlain, "PLAIN", "X-OWN", 1), "not known", negotiate.TLSOff},
		{"a mechanism that is not offered", "127.0.0.1", strings.Replace(wantsPlain, "PLAIN", "SCRAM-SHA-512", 1), "does not offer", negotiate.TLSOff},
		{"another element of SASL", "127.0.0.1", "<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>[proof]</abort>", "nothing can be filled in", negotiate.TLSOff},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, p := play(t, func(p *peer) {
				p.open(strings.Replace(offerAuth, "<mechanisms", "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><mechanisms", 1))
				p.expect("</stream:stream>")
			})
			cfg.TLS, cfg.Server = c.mode, c.server
			refusePassword(t, &cfg)
			w := walk(t, cfg, negotiate.StepTLS)
			before := w.Offer()
			err := w.Send(t.Context(), c.typed)
			var end *negotiate.Error
			if err == nil || errors.As(err, &end) || !strings.Contains(err.Error(), c.words) {
				t.Fatalf("Send = %v", err)
			}
			if w.Offer() != before {
				t.Errorf("the offer moved on to %+v", w.Offer())
			}
			w.Close(t.Context())
			sentNoAuth(t, p)
		})
	}
}

func TestWhatIsNotOneElementIsNotSent(t *testing.T) {
	cfg, p := play(t, func(p *peer) {
		p.open(offerAuth)
		p.expect("</stream:stream>")
	})
	w := walk(t, cfg, negotiate.StepAuth)
	for _, typed := range []string{"", "<a>", "<a/><b/>", "a", "<a x=1/>", "</stream:stream>", "<stream:stream>"} {
		var end *negotiate.Error
		if err := w.Send(t.Context(), typed); err == nil || errors.As(err, &end) {
			t.Errorf("Send(%q) = %v", typed, err)
		}
	}
	w.Close(t.Context())
	if got := strings.Count(p.sent(), "<"); got != 3 { // the declaration, and both tags of the stream
		t.Errorf("sent was %s", p.sent())
	}
}

func TestNobodyHurriesAPerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg, p := play(t, inTheClear)
		w := walk(t, cfg, negotiate.StepStream)
		for _, c := range []struct {
			do  negotiate.Action
			xml string
		}{
			{negotiate.OpenStream, ""}, {negotiate.Element, wantsLogin}, {negotiate.Element, responds},
			{negotiate.OpenStream, ""}, {negotiate.Element, wantsBind},
		} {
			ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
			if err := w.Hear(ctx); err != context.DeadlineExceeded {
				t.Fatalf("Hear = %v", err)
			}
			cancel()
			w.takes(c.do, c.xml)
		}
		w.finishes().Conn.CloseNow()
		p.playing.Wait()
	})
}

func TestARefusalIsShownAndThePersonMayTryAgain(t *testing.T) {
	cfg, _ := play(t, func(p *peer) {
		p.open(offerAuth)
		p.auth()
		p.say("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>")
		p.login()
		p.open(offerBind)
		id := p.iqID()
		p.say("<iq type='error' id='" + id + "'><error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>")
		p.bind("juliet@example.com/balcony")
	})
	watch(t, &cfg)
	asked := 0
	cfg.Password = func(context.Context) (string, error) {
		asked++
		return password, nil
	}
	w := walk(t, cfg, negotiate.StepAuth)
	if o := w.takes(negotiate.Element, wantsLogin); !strings.HasPrefix(o.What, "The server refused: not-authorized: wrong user name or password. Trying again: ") || o.PasswordRefused {
		t.Errorf("offered is %+v", o)
	}
	w.takes(negotiate.Element, wantsLogin) // no proof was sent, so that the name may be the wrong one
	w.takes(negotiate.Element, responds)
	w.takes(negotiate.OpenStream, "")
	if o := w.takes(negotiate.Element, wantsBind); !strings.HasPrefix(o.What, "The server refused: conflict") || o.PasswordRefused {
		t.Errorf("offered is %+v", o)
	}
	w.takes(negotiate.Element, wantsBind)
	w.finishes().Conn.CloseNow()
	if asked != 2 {
		t.Errorf("the password was asked for %d times in two logins", asked)
	}
}

func TestTheOfferAfterARefusedPasswordSaysSo(t *testing.T) {
	for _, row := range []struct {
		condition string
		refused   bool
	}{{"not-authorized", true}, {"credentials-expired", true}, {"account-disabled", false}} {
		cfg, _ := play(t, func(p *peer) {
			p.open(offerAuth)
			_, message := p.auth()
			conversation := scramServer("SCRAM-SHA-256").NewConversation()
			first, err := conversation.Step(message)
			if err != nil {
				panic(gone{})
			}
			p.challenge(first)
			p.say("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><" + row.condition + "/></failure>")
			p.login()
			p.open(offerBind)
			p.bind("juliet@example.com/balcony")
		})
		watch(t, &cfg)
		w := walk(t, cfg, negotiate.StepAuth)
		w.takes(negotiate.Element, wantsLogin)
		if o := w.takes(negotiate.Element, responds); o.PasswordRefused != row.refused {
			t.Errorf("after %s, offered is %+v", row.condition, o)
		}
		if o := w.takes(negotiate.Element, wantsLogin); o.PasswordRefused {
			t.Errorf("after another beginning, offered is %+v", o)
		}
		w.finishes().Conn.CloseNow()
	}
}

func TestOneCannotStopAnywhere(t *testing.T) {
	for _, c := range []struct {
		name   string
		before negotiate.Step
		change func(*negotiate.Config)
	}{
		{"before the connection", negotiate.StepDial, func(*negotiate.Config) {}},
		{"before stream management", negotiate.StepManage, func(*negotiate.Config) {}},
		{"a component", negotiate.StepAuth, func(c *negotiate.Config) { c.Component = true }},
		{"a WebSocket", negotiate.StepAuth, func(c *negotiate.Config) { c.WebSocket = "ws://127.0.0.1/" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, p := play(t, func(*peer) {})
			c.change(&cfg)
			if _, err := negotiate.StartByHand(t.Context(), cfg, c.before); err == nil {
				t.Error("it started")
			}
			if p.conn != nil {
				t.Error("it dialled")
			}
		})
	}
}

func TestManagementAndAnOldSessionAreOfferedBehindBinding(t *testing.T) {
	cfg, _ := play(t, func(p *peer) {
		p.open(offerAuth)
		p.login()
		p.open("<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/><sm xmlns='urn:xmpp:sm:3'/></stream:features>")
		p.bind("juliet@example.com/balcony")
		p.say("<iq type='result' id='" + p.iqID() + "'/>")
		p.expect("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
		p.say("<enabled xmlns='urn:xmpp:sm:3' id='e1' resume='true'/>")
	})
	cfg.Manage = true
	mustConnectEachWay(t, cfg).Conn.CloseNow()
	w := walk(t, cfg, negotiate.StepBind)
	w.takes(negotiate.Element, wantsBind)
	w.takes(negotiate.Element, "<iq type='set'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>")
	w.takes(negotiate.Element, "<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
	stream := w.finishes()
	defer stream.Conn.CloseNow()
	if !stream.Enabled || stream.ID != "e1" {
		t.Errorf("the stream is %+v", stream)
	}
}

func TestToStopBeforeBindingTheLoginMustNotBind(t *testing.T) {
	cfg, _ := inTLS(t, tls.VersionTLS13, func(p *peer) {
		p.open(offering2(inlineBind, "SCRAM-SHA-256"))
		p.login()
		p.open(offerBind)
		p.bind("juliet@example.com/balcony")
	})
	w := walk(t, cfg, negotiate.StepBind)
	w.takes(negotiate.Element, wantsBind)
	w.finishes().Conn.CloseNow()
}

func TestWhatComesInsteadOfTLSIsNotReadAsXML(t *testing.T) {
	on, said := make(chan bool), make(chan bool)
	cfg, _ := play(t, func(p *peer) {
		p.open(offerTLS)
		p.expect(wantsTLS)
		p.say("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
		<-on
		p.say(serverHeader + offerAuth)
		close(said)
		p.expect("example.com") // in the client's first TLS record
	})
	cfg.TLS = negotiate.TLSStart
	refusePassword(t, &cfg)
	w := walk(t, cfg, negotiate.StepTLS)
	w.takes(negotiate.Element, wantsTLS)
	close(on)
	<-said
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := w.Hear(ctx); err != context.DeadlineExceeded || w.Offer().Do != negotiate.BeginTLS {
		t.Fatalf("Hear = %v, offered is %+v", err, w.Offer())
	}
	err := w.Take(t.Context())
	var end *negotiate.Error
	if !errors.As(err, &end) || !strings.Contains(err.Error(), "not TLS") || end.SecretSent {
		t.Errorf("Take = %v", err)
	}
}

func TestWhatWasTypedCountsAsASecretThatWasSent(t *testing.T) {
	cfg, _ := play(t, func(p *peer) {
		p.open(offerAuth)
		p.auth()
	})
	w := walk(t, cfg, negotiate.StepAuth)
	w.sends("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>")
	err := w.Hear(t.Context())
	var end *negotiate.Error
	if !errors.As(err, &end) || !end.SecretSent || end.Step != negotiate.StepAuth {
		t.Errorf("Hear = %v", err)
	}
}

func TestAServerThatSaysAnythingAtAnyTimeBreaksNothing(t *testing.T) {
	words := []string{
		"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
		"<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
		sasl("challenge", "r=x,s=eA==,i=4096"), sasl("success", ""),
		"<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>",
		"<continue xmlns='urn:xmpp:sasl:2'/>", "<success xmlns='urn:xmpp:sasl:2'/>",
		"<enabled xmlns='urn:xmpp:sm:3'/>", "<resumed xmlns='urn:xmpp:sm:3'/>", "<failed xmlns='urn:xmpp:sm:3'/>",
		"<iq type='result' id='1'/>", "<message/>", "<a xmlns='b'/>",
	}
	typed := []string{
		"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AAAA</auth>", "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='X'/>",
		"<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", wantsTLS, "<enable xmlns='urn:xmpp:sm:3'/>",
		"<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
	}
	for _, first := range typed {
		for _, said := range words {
			for _, before := range []negotiate.Step{negotiate.StepStream, negotiate.StepAuth} {
				cfg, _ := play(t, func(p *peer) {
					if before == negotiate.StepStream {
						p.expect(">")
						p.expect(">")
						p.say(serverHeader)
					} else {
						p.open(offerAuth)
					}
					p.expect(">") // what was typed, or its beginning
					p.say(said + "<end/></stream:stream>")
				})
				watch(t, &cfg)
				w := walk(t, cfg, before)
				if before == negotiate.StepStream {
					if err := w.Take(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				if err := w.Send(t.Context(), first); err != nil {
					t.Fatal(err)
				}
				for w.Offer().Do != negotiate.BeginTLS {
					if err := w.Hear(t.Context()); err != nil {
						break
					}
				}
				w.Finish(t.Context())
			}
		}
	}
}

func TestAnUnsolicitedWordIsNoProgress(t *testing.T) {
	for _, c := range []struct{ name, said string }{
		{"success", "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"},
		{"success of SASL2", "<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>juliet@example.com/x</authorization-identifier><bound xmlns='urn:xmpp:bind:0'/></success>"},
		{"other features", offering("PLAIN")},
		{"TLS", "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
		{"a challenge", sasl("challenge", "r=x,s=eA==,i=4096")},
		{"management", "<enabled xmlns='urn:xmpp:sm:3' id='x'/>"},
		{"a bound address", "<iq type='result' id=''><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/x</jid></bind></iq>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := play(t, func(p *peer) {
				p.open(offerAuth + c.said)
				p.login()
				p.open(offerBind)
				p.bind("juliet@example.com/balcony")
			})
			w := walk(t, cfg, negotiate.StepAuth)
			if err := w.Hear(t.Context()); err != nil {
				t.Fatal(err)
			}
			if o := w.Offer(); o.XML != wantsLogin || w.Ready() {
				t.Errorf("offered is %+v", o)
			}
			w.finishes().Conn.CloseNow()
		})
	}
}
