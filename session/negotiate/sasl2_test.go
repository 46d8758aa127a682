package negotiate_test

import (
	"crypto/tls"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmpptest"
	"iqscope/session/negotiate"
)

// offering2 are the features of a server with SASL2, and with the old profile, which
// offers nothing but PLAIN here.
func offering2(inline string, names ...string) string {
	return "<stream:features><authentication xmlns='urn:xmpp:sasl:2'><mechanism>" + strings.Join(names, "</mechanism><mechanism>") +
		"</mechanism>" + inline + "</authentication>" + strings.TrimPrefix(offering("PLAIN"), "<stream:features>")
}

const (
	inlineBind = "<inline><bind xmlns='urn:xmpp:bind:0'><inline><feature var='urn:xmpp:carbons:2'/></inline></bind></inline>"
	inlineAll  = "<inline><sm xmlns='urn:xmpp:sm:3'/><bind xmlns='urn:xmpp:bind:0'><inline><feature var='urn:xmpp:sm:3'/></inline></bind></inline>"
)

var authenticateElement = regexp.MustCompile(`<authenticate xmlns='urn:xmpp:sasl:2' mechanism='([^']*)'><initial-response>([^<]*)</initial-response>(.*)</authenticate>`)

// auth2 reads <authenticate/> and returns the mechanism, its message, and the rest.
func (p *peer) auth2() (mechanism, message, rest string) {
	found := authenticateElement.FindStringSubmatch(p.expect("</authenticate>"))
	if found == nil {
		panic(gone{})
	}
	return found[1], unbase64(found[2]), found[3]
}

func sasl2(name, message string) string {
	return "<" + name + " xmlns='urn:xmpp:sasl:2'>" + base64.StdEncoding.EncodeToString([]byte(message)) + "</" + name + ">"
}

// challenge2 sends a challenge and returns the response.
func (p *peer) challenge2(message string) string {
	p.say(sasl2("challenge", message))
	return unbase64(p.expectBetween("<response xmlns='urn:xmpp:sasl:2'>", "</response>"))
}

// login2 is an honest server's login by SASL2 with SCRAM; its success carries more. It
// returns what the client sent along.
func (p *peer) login2(more string) string {
	mechanism, message, rest := p.auth2()
	conversation := scramServer(mechanism).NewConversation()
	first, err := conversation.Step(message)
	if err != nil {
		panic(gone{})
	}
	final, err := conversation.Step(p.challenge2(first))
	if err != nil {
		p.say("<failure xmlns='urn:xmpp:sasl:2'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>")
		panic(gone{})
	}
	p.say("<success xmlns='urn:xmpp:sasl:2'><additional-data>" + base64.StdEncoding.EncodeToString([]byte(final)) + "</additional-data>" + more + "</success>")
	return rest
}

const userAgent = "<user-agent><software>iqscope</software></user-agent>"

func TestSASL2BindsAndManagesWithTheLogin(t *testing.T) {
	const id = "<authorization-identifier>juliet@example.com/x</authorization-identifier>"
	const bindAndEnable = "<bind xmlns='urn:xmpp:bind:0'><enable xmlns='urn:xmpp:sm:3' resume='true'/></bind>"
	const resume = "<resume xmlns='urn:xmpp:sm:3' previd='old' h='5'/>"
	for _, c := range []struct {
		name, inline, resource string
		resume                 bool
		sent, success          string
		after                  func(*peer)
		bound                  string
		want                   negotiate.Management
	}{
		{name: "all at once", inline: inlineAll, sent: userAgent + bindAndEnable,
			success: id + "<bound xmlns='urn:xmpp:bind:0'><enabled xmlns='urn:xmpp:sm:3' resume='true' id='i1' max='60'/></bound>",
			after:   func(p *peer) { p.say("<message/>" + offerManagement) },
			bound:   "juliet@example.com/x", want: negotiate.Management{Enabled: true, ID: "i1", Max: time.Minute, Counted: 1}},
		{name: "management refused", inline: inlineAll, sent: userAgent + bindAndEnable,
			success: id + "<bound xmlns='urn:xmpp:bind:0'><failed xmlns='urn:xmpp:sm:3'/></bound>",
			after:   func(p *peer) { p.say(offerManagement) },
			bound:   "juliet@example.com/x"},
		{name: "binding alone, management behind it", inline: inlineBind, sent: userAgent + "<bind xmlns='urn:xmpp:bind:0'></bind>",
			success: id + "<bound xmlns='urn:xmpp:bind:0'/>",
			after: func(p *peer) {
				p.say("<message/>" + offerManagement)
				p.expect(enable)
				p.say("<enabled xmlns='urn:xmpp:sm:3'/>")
			},
			bound: "juliet@example.com/x", want: negotiate.Management{Enabled: true}},
		{name: "a resource of our choice", inline: inlineAll, resource: "mine", sent: userAgent,
			success: "<authorization-identifier>juliet@example.com</authorization-identifier>",
			after: func(p *peer) {
				p.say(offerManagement)
				p.bind("juliet@example.com/mine")
				p.expect(enable)
				p.say("<enabled xmlns='urn:xmpp:sm:3'/>")
			},
			bound: "juliet@example.com/mine", want: negotiate.Management{Enabled: true}},
		{name: "binding that the server forgot", inline: inlineBind, sent: userAgent + "<bind xmlns='urn:xmpp:bind:0'></bind>",
			success: "<failed xmlns='urn:xmpp:bind:0'/>",
			after: func(p *peer) {
				p.say(offerBind)
				p.bind("juliet@example.com/later")
			},
			bound: "juliet@example.com/later"},
		{name: "resumption", inline: inlineAll, resume: true, sent: userAgent + resume + bindAndEnable,
			success: "<authorization-identifier>juliet@example.com/before</authorization-identifier><resumed xmlns='urn:xmpp:sm:3' previd='old' h='9'/>",
			after:   func(p *peer) { p.say("<message/>") },
			bound:   "juliet@example.com/before", want: negotiate.Management{Enabled: true, Resumed: true, ID: "old", Handled: 9, HandledKnown: true}},
		{name: "resumption refused, a new stream at once", inline: inlineAll, resume: true, sent: userAgent + resume + bindAndEnable,
			success: id + "<failed xmlns='urn:xmpp:sm:3' h='9'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>" +
				"<bound xmlns='urn:xmpp:bind:0'><enabled xmlns='urn:xmpp:sm:3' resume='true' id='i2'/></bound>",
			after: func(p *peer) { p.say(offerManagement) },
			bound: "juliet@example.com/x", want: negotiate.Management{Enabled: true, ID: "i2", Handled: 9, HandledKnown: true}},
		{name: "resumption behind the login", inline: "", resume: true, sent: userAgent,
			success: "",
			after: func(p *peer) {
				p.say(offerManagement)
				p.expect(resume)
				p.say("<resumed xmlns='urn:xmpp:sm:3' previd='old' h='9'/>")
			},
			bound: "juliet@example.com/before", want: negotiate.Management{Enabled: true, Resumed: true, ID: "old", Handled: 9, HandledKnown: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, p := inTLS(t, tls.VersionTLS13, func(p *peer) {
				p.open(offering2(c.inline, "SCRAM-SHA-1", "SCRAM-SHA-256", "PLAIN"))
				if rest := p.login2(c.success); rest != c.sent {
					t.Errorf("sent with the login: %s\nwant:                %s", rest, c.sent)
				}
				c.after(p)
			})
			watch(t, &cfg)
			cfg.Manage, cfg.Resource = true, c.resource
			if c.resume {
				cfg.Resume = &negotiate.Resumption{ID: "old", Received: 5, Bound: xmpptest.JID(t, "juliet@example.com/before")}
			}
			connect, streams := mustConnectEachWay, 2
			if c.resume { // by hand nothing is resumed
				connect, streams = mustConnect, 1
			}
			stream := connect(t, cfg)
			if stream.Mechanism != "SCRAM-SHA-256" || stream.Bound.String() != c.bound {
				t.Errorf("logged in by %s as %s", stream.Mechanism, stream.Bound)
			}
			if diff := cmp.Diff(c.want, stream.Management); diff != "" {
				t.Errorf("management (-want +got):\n%s", diff)
			}
			chose(t, stream, "(SASL2)")
			stream.Conn.CloseNow()
			if opened := strings.Count(p.sent(), "<stream:stream"); opened != streams {
				t.Errorf("%d streams were opened, want %d", opened, streams)
			}
		})
	}
}

func TestSASL2IsLeftOut(t *testing.T) {
	features := strings.Replace(offering2(inlineAll, "SCRAM-SHA-256"), ">PLAIN<", ">SCRAM-SHA-1<", 1)
	old := func(p *peer) {
		p.open(features)
		p.login()
		p.open(offerBind)
		p.bind("juliet@example.com/balcony")
	}
	for _, c := range []struct {
		name string
		cfg  func(*testing.T) (negotiate.Config, *peer)
	}{
		{"when not wanted", func(t *testing.T) (negotiate.Config, *peer) {
			cfg, p := inTLS(t, tls.VersionTLS13, old)
			cfg.NoSASL2 = true
			return cfg, p
		}},
		{"in the clear", func(t *testing.T) (negotiate.Config, *peer) { return play(t, old) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := c.cfg(t)
			if stream := mustConnect(t, cfg); stream.Mechanism != "SCRAM-SHA-1" {
				t.Errorf("logged in by %s", stream.Mechanism)
			}
		})
	}
}

// Fault 19, in SASL2.
func TestAServerThatCheatsInSASL2GetsNoFurther(t *testing.T) {
	// scripted answers SCRAM's first message with a challenge made of its nonce,
	// and the proof with what it likes.
	scripted := func(first func(nonce string) string, after string) func(*peer) {
		return func(p *peer) {
			p.open(offering2(inlineAll, "SCRAM-SHA-256"))
			_, message, _ := p.auth2()
			p.challenge2(first(nonceOf(message)))
			p.say(after)
		}
	}
	honest := func(nonce string) string { return "r=" + nonce + "srv,s=c2FsdA==,i=4096" }
	says := func(text string) func(*peer) {
		return func(p *peer) {
			p.open(offering2(inlineAll, "SCRAM-SHA-256"))
			p.auth2()
			p.say(text)
		}
	}
	success := func(data string) string {
		return "<success xmlns='urn:xmpp:sasl:2'>" + data + "<authorization-identifier>juliet@example.com/x</authorization-identifier><bound xmlns='urn:xmpp:bind:0'/></success>" + offerBind
	}
	for _, c := range []struct {
		name       string
		script     func(*peer)
		secretSent bool
		words      string
	}{
		{"success at once", says(success("")), false, "did not prove"},
		{"success at once, with a signature", says(success("<additional-data>dj1jMmxuYm1GMGRYSmw=</additional-data>")), false, "did not prove"},
		{"success of the old profile", says("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"), false, "instead of an answer to the login"},
		{"success without a signature", scripted(honest, success("")), true, "did not prove"},
		{"success with an empty signature", scripted(honest, success("<additional-data>=</additional-data>")), true, "did not prove"},
		{"success with a wrong signature", scripted(honest, success("<additional-data>dj1jMmxuYm1GMGRYSmw=</additional-data>")), true, "did not prove"},
		{"a signature that is not base64", scripted(honest, success("<additional-data>*</additional-data>")), true, "is not base64"},
		{"a huge signature", scripted(honest, success("<additional-data>"+strings.Repeat("dj0x", 2000)+"</additional-data>")), true, "longer than 4096 bytes"},
		{"another nonce", scripted(func(string) string { return "r=other,s=c2FsdA==,i=4096" }, ""), false, "server nonce did not extend client nonce"},
		{"one round", scripted(func(n string) string { return "r=" + n + "x,s=c2FsdA==,i=1" }, ""), false, "fewer than the safe 4096"},
		{"10⁹ rounds", scripted(func(n string) string { return "r=" + n + "x,s=c2FsdA==,i=1000000000" }, ""), false, "more than"},
		{"an extension", scripted(func(n string) string { return "m=x,r=" + n + "x,s=c2FsdA==,i=4096" }, ""), false, "extension"},
		{"a challenge that is not base64", says("<challenge xmlns='urn:xmpp:sasl:2'>c*==</challenge>"), false, "is not base64"},
		{"more steps", scripted(honest, "<continue xmlns='urn:xmpp:sasl:2'><tasks><task>TOTP</task></tasks></continue>"), true, "second factor"},
		{"refused", says("<failure xmlns='urn:xmpp:sasl:2'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/><text>so</text></failure>"), false,
			`wrong user name or password (the server says "so")`},
		{"refused without a word", says("<failure xmlns='urn:xmpp:sasl:2'/>"), false, "gave no reason"},
		{"the end", says("</stream:stream>"), false, "the server closed the stream"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := inTLS(t, tls.VersionTLS13, c.script)
			watch(t, &cfg)
			wants(t, mustFailEachWay(t, cfg), negotiate.StepAuth, c.secretSent, c.words)
		})
	}
}

func TestWhatComesWithSASL2sSuccessIsChecked(t *testing.T) {
	for _, c := range []struct {
		name, success, after, words string
	}{
		{"bound to no full JID", "<authorization-identifier>juliet@example.com</authorization-identifier><bound xmlns='urn:xmpp:bind:0'/>", "", "is no full JID"},
		{"bound to nothing", "<bound xmlns='urn:xmpp:bind:0'/>", "", `bound "", which is no full JID`},
		{"another stream resumed", "<resumed xmlns='urn:xmpp:sm:3' previd='hers' h='0'/>", "", "resumed another stream"},
		{"no features", "<bound xmlns='urn:xmpp:bind:0'/><authorization-identifier>juliet@example.com/x</authorization-identifier>", "<a xmlns='urn:xmpp:sm:3'/>", "instead of its features"},
		{"the end", "<bound xmlns='urn:xmpp:bind:0'/><authorization-identifier>juliet@example.com/x</authorization-identifier>", "</stream:stream>", "the server closed the stream"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := inTLS(t, tls.VersionTLS13, func(p *peer) {
				p.open(offering2(inlineAll, "SCRAM-SHA-256"))
				p.login2(c.success)
				p.say(c.after)
			})
			watch(t, &cfg)
			cfg.Resume = &negotiate.Resumption{ID: "old"}
			wants(t, mustFail(t, cfg), negotiate.StepAuth, true, c.words)
		})
	}
}

func TestARefusedBindingIsGivenUpOnceInSASL2Too(t *testing.T) {
	cfg, _ := inTLS(t, tls.VersionTLS13, func(p *peer) {
		p.open(offering2(inlineBind, "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"))
		if mechanism, _, _ := p.auth2(); mechanism != "SCRAM-SHA-256-PLUS" {
			t.Errorf("the first try is %s", mechanism)
		}
		p.say("<failure xmlns='urn:xmpp:sasl:2'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/><text>Invalid channel binding</text></failure>")
		p.login2("<authorization-identifier>juliet@example.com/x</authorization-identifier><bound xmlns='urn:xmpp:bind:0'/>")
		p.say(offerBind)
	})
	if stream := mustConnectEachWay(t, cfg); stream.Mechanism != "SCRAM-SHA-256" {
		t.Errorf("logged in by %s", stream.Mechanism)
	}
}

func TestThePasswordItselfIsHiddenInSASL2(t *testing.T) {
	cfg, _ := inTLS(t, tls.VersionTLS13, func(p *peer) {
		p.open(offering2("", "PLAIN"))
		if _, message, _ := p.auth2(); message != "\x00juliet\x00"+password {
			t.Errorf("the server got %q", message)
		}
		p.say("<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>juliet@example.com</authorization-identifier></success>" + offerBind)
		p.bind("juliet@example.com/x")
	})
	watch(t, &cfg)
	mustConnectEachWay(t, cfg)
}
