package demo

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

func TestClientsCanAskEachOther(t *testing.T) {
	s := start(t)
	j := login(t, s, "juliet", "balcony")
	r := login(t, s, "romeo", "orchard")
	j.Says("<iq type='get' id='1' to='romeo@demo.localhost/orchard'><ping xmlns='urn:xmpp:ping'/></iq>")
	asked := r.Hears()
	if asked.From() != juliet || asked.To() != "romeo@demo.localhost/orchard" || asked.ID() != "1" || asked.Payload().Local != "ping" {
		t.Errorf("romeo gets %s", asked.XML())
	}
	r.Says("<iq type='result' id='1' to='" + juliet + "'/>")
	if answered := j.Hears(); answered.From() != "romeo@demo.localhost/orchard" || answered.Type() != stanza.Result {
		t.Errorf("juliet gets %s", answered.XML())
	}
	j.Says("<iq type='get' id='self' to='" + juliet + "'><ping xmlns='urn:xmpp:ping'/></iq>")
	if own := j.Hears(); own.Type() != stanza.Get || own.From() != juliet {
		t.Errorf("juliet's request to herself arrives as %s", own.XML())
	}
}

func TestForwardedStanzaMeansTheSame(t *testing.T) {
	s := start(t)
	j := login(t, s, "juliet", "balcony")
	r := login(t, s, "romeo", "orchard")
	j.Says(`<iq xmlns:p="urn:p" type='get' id="&lt;1&gt;" to='romeo@demo.localhost/orchard' from='juliet@demo.localhost' xml:lang='it' p:x='"'><p:odd>a<b xmlns='urn:b'/></p:odd></iq>`)
	got := r.Hears()
	want := `<iq xmlns:p="urn:p" id="&lt;1&gt;" xml:lang='it' p:x='"' type='get' to='romeo@demo.localhost/orchard' from='juliet@demo.localhost/balcony'><p:odd>a<b xmlns='urn:b'/></p:odd></iq>`
	if got.XML() != want {
		t.Errorf("romeo gets\n%s, want\n%s", got.XML(), want)
	}
}

func TestReaddressDeclaresWhatWasInherited(t *testing.T) {
	from := stanza.ClientScope()
	from.Prefixes = map[string]string{"stream": stanza.NSStream, "p": "urn:p", "unused": "urn:u"}
	from.Lang = "it"
	st := xmpptest.StanzaIn(t, from, "<iq><p:odd/></iq>")
	got, err := readdress(st, address{to: "a'b", typ: "get"}, stanza.ClientScope())
	if want := `<iq xmlns:p="urn:p" type='get' to='a&apos;b' xml:lang='it'><p:odd/></iq>`; err != nil || got != want {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestMessages(t *testing.T) {
	s := start(t)
	j := login(t, s, "juliet", "balcony")
	r := login(t, s, "romeo", "orchard")
	r.Says("<presence/>")
	r.Hears() // its own presence, which says that it is available now
	for _, row := range []struct {
		name, typ, to string
		arrives       bool
		err           string
	}{
		{"to a resource", "chat", "romeo@demo.localhost/orchard", true, ""},
		{"to an account", "chat", "romeo@demo.localhost", true, ""},
		{"to a resource that is offline", "chat", "romeo@demo.localhost/tomb", false, "service-unavailable/cancel"},
		{"to an account that is not there", "chat", "tybalt@demo.localhost", false, "service-unavailable/cancel"},
		{"to a bot", "chat", "echo@bots.demo.localhost", false, "service-unavailable/cancel"},
		{"to another server", "", "a@example.org", false, "remote-server-not-found/cancel"},
		{"a headline to nobody", "headline", "tybalt@demo.localhost", false, ""},
		{"a groupchat to an account", "groupchat", "romeo@demo.localhost", false, "service-unavailable/cancel"},
		{"a headline to a resource that is offline", "headline", "romeo@demo.localhost/tomb", false, ""},
		{"an error to nobody", "error", "tybalt@demo.localhost", false, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			j.Says("<message id='m'" + attribute("type", row.typ) + " to='" + row.to + "'><body>hello</body></message>")
			if row.err != "" {
				if got := j.Hears(); condition(got) != row.err || got.From() != row.to || got.ID() != "m" || got.Kind() != stanza.Message {
					t.Errorf("juliet gets %s", got.XML())
				}
			}
			if row.arrives {
				if got := r.Hears(); got.From() != juliet || got.To() != row.to || !strings.Contains(got.XML(), "<body>hello</body>") {
					t.Errorf("romeo gets %s", got.XML())
				}
			}
			j.HearsNothing()
			r.HearsNothing()
		})
	}
}

func TestPresence(t *testing.T) {
	s := start(t)
	j := login(t, s, "juliet", "balcony")
	r := login(t, s, "romeo", "orchard")
	hears := func(p *peer, from, typ string) {
		t.Helper()
		got := p.Hears()
		if got.Kind() != stanza.Presence || got.From() != from || string(got.Type()) != typ {
			t.Fatalf("%s gets %s", p.stream.Bound, got.XML())
		}
	}
	const romeo = "romeo@demo.localhost/orchard"
	j.Says("<presence><show>away</show></presence>")
	hears(j, juliet, "")
	r.HearsNothing() // romeo is not available yet
	r.Says("<presence/>")
	hears(r, juliet, "") // who was there before
	hears(r, romeo, "")
	hears(j, romeo, "")
	r.Says("<presence to='" + juliet + "' type='subscribe'/>")
	hears(j, romeo, "subscribe")
	r.Says("<presence type='unavailable'/>")
	hears(j, romeo, "unavailable")
	r.HearsNothing()
	r.Says("<presence/>")
	hears(r, juliet, "")
	hears(r, romeo, "")
	hears(j, romeo, "")
	r.Conn.CloseNow()
	hears(j, romeo, "unavailable")
	j.Says("<presence to='a@example.org'/>")
	if got := j.Hears(); condition(got) != "remote-server-not-found/cancel" {
		t.Errorf("juliet gets %s", got.XML())
	}
}

func TestStreamErrors(t *testing.T) {
	s := start(t)
	for _, row := range []struct{ name, xml, want string }{
		{"a sender that is somebody else", "<iq type='get' id='1' from='romeo@demo.localhost'><ping xmlns='urn:xmpp:ping'/></iq>", "invalid-from"},
		{"a sender that is no address", "<iq type='get' id='1' from='@@'><ping xmlns='urn:xmpp:ping'/></iq>", "invalid-from"},
		{"something that is no stanza", "<r xmlns='urn:xmpp:sm:3'/>", "unsupported-stanza-type"},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := login(t, s, "juliet", "")
			// What was asked before is still answered.
			p.Says("<iq type='get' id='before'><ping xmlns='urn:xmpp:ping'/></iq>")
			p.Says(row.xml)
			if got := p.Hears(); got.ID() != "before" {
				t.Errorf("first comes %s", got.XML())
			}
			_, err := p.Conn.Next(t.Context())
			var ended *wire.StreamError
			if !errors.As(err, &ended) || ended.Condition != row.want {
				t.Errorf("then comes %v", err)
			}
		})
	}
}

func TestHugeStanzaIsRefused(t *testing.T) {
	p := login(t, start(t), "juliet", "")
	for _, row := range []struct {
		bytes int64
		fits  bool
	}{{readLimits.ElementBytes, true}, {readLimits.ElementBytes + 1, false}} {
		const open, end = "<iq type='get' id='1'><odd xmlns='urn:example'>", "</odd></iq>"
		p.Says(open + strings.Repeat("x", int(row.bytes)-len(open)-len(end)) + end)
		el, err := p.Conn.Next(t.Context())
		var ended *wire.StreamError
		switch {
		case row.fits && (err != nil || condition(el) != "service-unavailable/cancel"):
			t.Errorf("%d bytes: %v", row.bytes, err)
		case !row.fits && (!errors.As(err, &ended) || ended.Condition != "policy-violation"):
			t.Errorf("%d bytes: %v", row.bytes, err)
		}
	}
}

func TestManyRequestsAtOnceAreAllAnswered(t *testing.T) {
	p := login(t, start(t), "juliet", "")
	const n = 20_000
	requests := make([]*stanza.Stanza, n)
	for i := range requests {
		requests[i] = xmpptest.Stanza(t, "<iq type='get' id='"+strconv.Itoa(i)+"' to='echo@bots.demo.localhost'><odd xmlns='urn:example'/></iq>")
	}
	go func() {
		for _, request := range requests {
			if _, err := p.Conn.Send(t.Context(), request); err != nil {
				return // the test has ended
			}
		}
	}()
	for i := range n {
		if got := p.Hears(); got.ID() != strconv.Itoa(i) || got.Type() != stanza.Result {
			t.Fatalf("answer %d is %s", i, got.XML())
		}
	}
}

func TestClientThatDoesNotReadIsDropped(t *testing.T) {
	s := start(t)
	deaf := login(t, s, "romeo", "deaf")
	j := login(t, s, "juliet", "")
	j.Says("<presence/>")
	j.Hears()
	deaf.Says("<presence/>")
	j.Hears()
	body := strings.Repeat("x", 200<<10)
	for range 200 { // far more than the socket's buffers and the outbox hold
		j.Says("<message to='" + deaf.stream.Bound.String() + "' type='headline'><body>" + body + "</body></message>")
	}
	if gone := j.Hears(); gone.From() != deaf.stream.Bound.String() || gone.Type() != "unavailable" {
		t.Errorf("juliet gets %s", gone.XML())
	}
}
