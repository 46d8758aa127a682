package negotiate_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmpptest"
	"iqscope/session/negotiate"
)

// offerManagement are the features after a login.
const offerManagement = "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/></stream:features>"

const enable = "<enable xmlns='urn:xmpp:sm:3' resume='true'/>"

// loggedIn goes on after an honest login.
func loggedIn(features string, then func(*peer)) func(*peer) {
	return func(p *peer) {
		p.open(offerAuth)
		p.login()
		p.open(features)
		then(p)
	}
}

func TestManagementIsAskedForAfterBinding(t *testing.T) {
	const location = "sm.example.com"
	for _, c := range []struct {
		name, answer string
		want         negotiate.Management
		choice       string
	}{
		{"enabled", "<enabled xmlns='urn:xmpp:sm:3' id='i1' resume='true' max='300' location='" + location + ":5223'/>",
			negotiate.Management{Enabled: true, ID: "i1", Max: 300 * time.Second, Location: location + ":5223"}, "resumed within 5m0s"},
		{"with 1 for true", "<enabled xmlns='urn:xmpp:sm:3' id='i1' resume='1'/>", negotiate.Management{Enabled: true, ID: "i1"}, "can be resumed"},
		{"without resumption", "<enabled xmlns='urn:xmpp:sm:3'/>", negotiate.Management{Enabled: true}, "without resumption"},
		{"an id, but no resumption", "<enabled xmlns='urn:xmpp:sm:3' id='i1'/>", negotiate.Management{Enabled: true}, "without resumption"},
		{"resumption, but no id", "<enabled xmlns='urn:xmpp:sm:3' resume='true'/>", negotiate.Management{Enabled: true}, "without resumption"},
		{"an id of 4000 bytes", "<enabled xmlns='urn:xmpp:sm:3' resume='true' id='" + strings.Repeat("i", 4000) + "'/>",
			negotiate.Management{Enabled: true, ID: strings.Repeat("i", 4000)}, "can be resumed"},
		{"an id of 4001 bytes", "<enabled xmlns='urn:xmpp:sm:3' resume='true' id='" + strings.Repeat("i", 4001) + "'/>",
			negotiate.Management{Enabled: true}, "without resumption"},
		{"the longest time there is", "<enabled xmlns='urn:xmpp:sm:3' resume='true' id='i' max='4294967295'/>",
			negotiate.Management{Enabled: true, ID: "i", Max: 4294967295 * time.Second}, ""},
		{"a time that overflows", "<enabled xmlns='urn:xmpp:sm:3' resume='true' id='i' max='9223372037'/>", negotiate.Management{Enabled: true, ID: "i"}, ""},
		{"a time below nothing", "<enabled xmlns='urn:xmpp:sm:3' resume='true' id='i' max='-1'/>", negotiate.Management{Enabled: true, ID: "i"}, ""},
		{"refused", "<failed xmlns='urn:xmpp:sm:3'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
			negotiate.Management{}, `refused it ("unexpected-request")`},
		{"refused without a word", "<failed xmlns='urn:xmpp:sm:3'/>", negotiate.Management{}, "without a reason"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := play(t, loggedIn(offerManagement, func(p *peer) {
				p.bind("juliet@example.com/balcony")
				p.expect(enable)
				p.say(c.answer)
			}))
			cfg.Manage = true
			stream := mustConnectEachWay(t, cfg)
			if diff := cmp.Diff(c.want, stream.Management); diff != "" {
				t.Errorf("management (-want +got):\n%s", diff)
			}
			chose(t, stream, c.choice)
		})
	}
}

func TestManagementIsNotAskedForInVain(t *testing.T) {
	t.Run("not offered", func(t *testing.T) {
		cfg, p := play(t, inTheClear)
		cfg.Manage = true
		cfg.Resume = &negotiate.Resumption{ID: "old"}
		stream := mustConnect(t, cfg)
		chose(t, stream, "the server offers none")
		chose(t, stream, "the earlier stream is not resumed")
		stream.Conn.CloseNow()
		if strings.Contains(p.sent(), "urn:xmpp:sm") {
			t.Errorf("sent: %s", p.sent())
		}
	})
	t.Run("not wanted", func(t *testing.T) {
		cfg, p := play(t, loggedIn(offerManagement, func(p *peer) { p.bind("juliet@example.com/balcony") }))
		mustConnect(t, cfg).Conn.CloseNow()
		if strings.Contains(p.sent(), "urn:xmpp:sm") {
			t.Errorf("sent: %s", p.sent())
		}
	})
}

func TestALocationIsAnAddressOrNothing(t *testing.T) {
	for given, want := range map[string]string{
		"sm.example.com":         "sm.example.com",
		"sm.example.com:5222":    "sm.example.com:5222",
		"192.0.2.7":              "192.0.2.7",
		"192.0.2.7:5222":         "192.0.2.7:5222",
		"2001:db8::7":            "2001:db8::7",
		"[2001:db8::7]":          "2001:db8::7",
		"[2001:db8::7]:9":        "[2001:db8::7]:9",
		"sm.example.com:0":       "",
		"sm.example.com:65536":   "",
		"sm.example.com:x":       "",
		"juliet@example.com":     "",
		"example.com/x":          "",
		"a b":                    "",
		"http://example.com":     "",
		"&#x202e;x":              "",
		"":                       "",
		strings.Repeat("x", 300): "",
	} {
		cfg, _ := play(t, loggedIn(offerManagement, func(p *peer) {
			p.bind("juliet@example.com/balcony")
			p.expect(enable)
			p.say("<enabled xmlns='urn:xmpp:sm:3' resume='true' id='i' location='" + given + "'/>")
		}))
		cfg.Manage = true
		if got := mustConnect(t, cfg).Location; got != want {
			t.Errorf("%.40q is taken for %q, want %q", given, got, want)
		}
	}
}

func TestStanzasThatComeEarlyAreKept(t *testing.T) {
	cfg, _ := play(t, loggedIn(offerManagement, func(p *peer) {
		p.bind("juliet@example.com/balcony")
		p.say("<message id='m1'/>")
		p.expect(enable)
		p.say("<iq type='get' id='g1'/><presence/><enabled xmlns='urn:xmpp:sm:3'/><message id='later'/>")
	}))
	cfg.Manage = true
	stream := mustConnect(t, cfg)
	var got []string
	for _, el := range stream.Early {
		got = append(got, el.XML())
	}
	if diff := cmp.Diff([]string{"<message id='m1'/>", "<iq type='get' id='g1'/>", "<presence/>"}, got); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if stream.Counted != 0 {
		t.Errorf("%d of them count, though they came before <enabled/>", stream.Counted)
	}
	if next, err := stream.Conn.Next(t.Context()); err != nil || next.ID() != "later" {
		t.Errorf("the next one is %v, %v", next, err)
	}
}

func TestAFloodInsteadOfAnAnswerIsCutOff(t *testing.T) {
	for _, c := range []struct {
		name, stanza string
		times        int
	}{
		{"of many", "<presence/>", 1001},
		{"of large ones", "<message><body>" + strings.Repeat("x", 1<<19) + "</body></message>", 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := play(t, loggedIn(offerManagement, func(p *peer) {
				p.bind("juliet@example.com/balcony")
				p.expect(enable)
				for range c.times {
					p.say(c.stanza)
				}
			}))
			cfg.Manage = true
			wants(t, mustFailEachWay(t, cfg), negotiate.StepManage, true, "stanzas where an answer to the negotiation was due")
		})
	}
}

func TestManagementThatGoesWrongIsAnError(t *testing.T) {
	for _, c := range []struct{ name, answer, words string }{
		{"another answer", "<resumed xmlns='urn:xmpp:sm:3' previd='x' h='0'/>", `answered with "resumed" ("urn:xmpp:sm:3") instead of <enabled/>`},
		{"an answer of old", "<enabled xmlns='urn:xmpp:sm:2'/>", `"enabled" ("urn:xmpp:sm:2") instead of <enabled/>`},
		{"features", "<stream:features/>", "instead of <enabled/>"},
		{"the end", "</stream:stream>", "the server closed the stream"},
		{"broken XML", "<enabled", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := play(t, loggedIn(offerManagement, func(p *peer) {
				p.bind("juliet@example.com/balcony")
				p.expect(enable)
				p.say(c.answer)
			}))
			cfg.Manage = true
			wants(t, mustFailEachWay(t, cfg), negotiate.StepManage, true, "asking for stream management at example.com (127.0.0.1:5222) failed", c.words)
		})
	}
}

func TestAnEarlierStreamIsResumedBeforeBinding(t *testing.T) {
	cfg, p := play(t, loggedIn(offerManagement, func(p *peer) {
		if got, want := p.expect("/>"), "<resume xmlns='urn:xmpp:sm:3' previd='o&lt;&apos;d' h='4294967295'/>"; got != want {
			t.Errorf("asked by %s, want %s", got, want)
		}
		p.say("<resumed xmlns='urn:xmpp:sm:3' previd='o&lt;&apos;d' h='7'/><message id='again'/>")
	}))
	cfg.Manage = true
	cfg.Resume = &negotiate.Resumption{ID: "o<'d", Received: 4294967295, Bound: xmpptest.JID(t, "juliet@example.com/before")}
	stream := mustConnect(t, cfg)
	want := negotiate.Management{Enabled: true, Resumed: true, ID: "o<'d", Handled: 7, HandledKnown: true}
	if diff := cmp.Diff(want, stream.Management); diff != "" {
		t.Errorf("management (-want +got):\n%s", diff)
	}
	if stream.Bound != cfg.Resume.Bound || len(stream.Early) != 0 {
		t.Errorf("bound %s, with %d early", stream.Bound, len(stream.Early))
	}
	chose(t, stream, "the earlier stream was resumed, as juliet@example.com/before")
	stream.Conn.CloseNow()
	if sent := p.sent(); strings.Contains(sent, "<bind") || strings.Contains(sent, "<enable") {
		t.Errorf("sent: %s", sent)
	}
}

// Whoever sent the stanzas judges what was handled; here it is told whether that is known.
func TestACountThatIsNoneIsNotTakenForOne(t *testing.T) {
	for _, h := range []string{"", "h='-1'", "h='99999999999'", "h='x'"} {
		cfg, _ := play(t, loggedIn(offerManagement, func(p *peer) {
			p.expect("<resume ")
			p.say("<resumed xmlns='urn:xmpp:sm:3' previd='old' " + h + "/>")
		}))
		cfg.Resume = &negotiate.Resumption{ID: "old", Bound: xmpptest.JID(t, "juliet@example.com/before")}
		if got := mustConnect(t, cfg).Management; !got.Resumed || got.HandledKnown {
			t.Errorf("%q: %+v", h, got)
		}
	}
}

func TestAResumptionThatIsRefusedEndsInANewStream(t *testing.T) {
	for _, c := range []struct {
		name, attribute string
		handled         uint32
		known           bool
	}{
		{"with a count", " h='12'", 12, true},
		{"with the highest count", " h='4294967295'", 4294967295, true},
		{"without a count", "", 0, false},
		{"with a count that is too high", " h='4294967296'", 0, false},
		{"with a count that is none", " h='-1'", 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := play(t, loggedIn(offerManagement, func(p *peer) {
				p.expect("previd='old' h='3'/>")
				p.say(fmt.Sprintf("<failed xmlns='urn:xmpp:sm:3'%s><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>", c.attribute))
				p.bind("juliet@example.com/new")
				p.expect(enable)
				p.say("<enabled xmlns='urn:xmpp:sm:3' resume='true' id='new'/>")
			}))
			cfg.Manage = true
			cfg.Resume = &negotiate.Resumption{ID: "old", Received: 3, Bound: xmpptest.JID(t, "juliet@example.com/before")}
			stream := mustConnect(t, cfg)
			want := negotiate.Management{Enabled: true, ID: "new", Handled: c.handled, HandledKnown: c.known}
			if diff := cmp.Diff(want, stream.Management); diff != "" {
				t.Errorf("management (-want +got):\n%s", diff)
			}
			if stream.Bound.String() != "juliet@example.com/new" {
				t.Errorf("bound %s", stream.Bound)
			}
			chose(t, stream, `could not be resumed ("item-not-found")`)
		})
	}
}

func TestAResumptionThatGoesWrongIsAnError(t *testing.T) {
	for _, c := range []struct{ name, answer, words string }{
		{"another stream", "<resumed xmlns='urn:xmpp:sm:3' previd='hers' h='0'/>", `resumed another stream, "hers"`},
		{"another answer", "<enabled xmlns='urn:xmpp:sm:3'/>", `answered with "enabled" instead of <resumed/>`},
		{"the end", "</stream:stream>", "the server closed the stream"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := play(t, loggedIn(offerManagement, func(p *peer) {
				p.expect("<resume ")
				p.say(c.answer)
			}))
			cfg.Resume = &negotiate.Resumption{ID: "old"}
			wants(t, mustFail(t, cfg), negotiate.StepManage, true, c.words)
		})
	}
}
