package negotiate_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

func TestTheWholeWayToABoundStream(t *testing.T) {
	a := newAuthority(t)
	withSTARTTLS := func(p *peer) {
		p.open(offerTLS)
		p.startTLS(a.issue(t, nil))
		inTheClear(p)
	}
	for _, c := range []struct {
		name, mechanism, wants string
		mode                   negotiate.TLSMode
		script                 func(*peer)
	}{
		{"STARTTLS and the best mechanism", "", "SCRAM-SHA-256", negotiate.TLSStart, withSTARTTLS},
		{"SCRAM-SHA-1", "SCRAM-SHA-1", "SCRAM-SHA-1", negotiate.TLSStart, withSTARTTLS},
		{"PLAIN", "PLAIN", "PLAIN", negotiate.TLSStart, withSTARTTLS},
		{"direct TLS", "", "SCRAM-SHA-256", negotiate.TLSDirect, func(p *peer) {
			p.secure(a.issue(t, nil))
			inTheClear(p)
		}},
		{"no TLS on this machine", "", "SCRAM-SHA-256", negotiate.TLSOff, inTheClear},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := play(t, c.script)
			watch(t, &cfg)
			cfg.TLS, cfg.Mechanism, cfg.RootCAs = c.mode, c.mechanism, a.roots
			stream := mustConnectEachWay(t, cfg)
			if stream.Mechanism != c.wants || stream.Bound.String() != "juliet@example.com/balcony" {
				t.Errorf("logged in by %s as %s", stream.Mechanism, stream.Bound)
			}
			if secured := stream.TLS != nil && stream.TLS.Version >= tls.VersionTLS12; secured != (c.mode != negotiate.TLSOff) {
				t.Errorf("the state of TLS is %+v", stream.TLS)
			}
			if stream.Features.XML() != offerBind {
				t.Errorf("the last features are %s", stream.Features.XML())
			}
		})
	}
}

// Who we are is in our header once TLS hides it (RFC 6120 §4.7.1), and never before.
func TestOurHeaderSaysWhoWeAreInTLSOnly(t *testing.T) {
	a := newAuthority(t)
	secured := a.issue(t, nil)
	const from = " from='juliet@example.com' to='example.com' "
	for _, c := range []struct {
		name string
		mode negotiate.TLSMode
		as   func(*negotiate.Config)
		want []string // of each header in turn, what it says of us
	}{
		{"STARTTLS", negotiate.TLSStart, nil, []string{"", from, from}},
		{"direct TLS", negotiate.TLSDirect, nil, []string{from, from}},
		{"no TLS on this machine", negotiate.TLSOff, nil, []string{"", ""}},
		{"with a resource", negotiate.TLSDirect, func(cfg *negotiate.Config) { cfg.JID = xmpptest.JID(t, "juliet@example.com/balcony") }, []string{from, from}},
		{"as nobody", negotiate.TLSDirect, func(cfg *negotiate.Config) { cfg.JID, cfg.Anonymous = xmpptest.JID(t, "example.com"), true }, []string{"", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var headers []string
			opens := func(p *peer, features string) {
				headers = append(headers, p.expect("version='1.0'>"))
				p.say(serverHeader + features)
			}
			cfg, p := play(t, func(p *peer) {
				if c.mode == negotiate.TLSStart {
					opens(p, offerTLS)
					p.startTLS(secured)
				}
				if c.mode == negotiate.TLSDirect {
					p.secure(secured)
				}
				if strings.HasSuffix(c.name, "nobody") {
					opens(p, offering("ANONYMOUS"))
					p.auth()
					p.say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
				} else {
					opens(p, offerAuth)
					p.login()
				}
				opens(p, offerBind)
				p.bind("juliet@example.com/balcony")
			})
			cfg.TLS, cfg.RootCAs = c.mode, a.roots
			if c.as != nil {
				c.as(&cfg)
			}
			mustConnect(t, cfg)
			p.playing.Wait()
			if len(headers) != len(c.want) {
				t.Fatalf("the headers were %q", headers)
			}
			for i, want := range c.want {
				if !strings.Contains(headers[i], want) || want == "" && strings.Contains(headers[i], "from=") {
					t.Errorf("header %d is %s", i, headers[i])
				}
			}
		})
	}
}

// TestNothingIsSentUnasked compares all that a login sends, byte for byte.
func TestNothingIsSentUnasked(t *testing.T) {
	const header = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='example.com' version='1.0'>"
	cfg, p := play(t, inTheClear)
	cfg.Resource = "bal<co>ny&"
	progress := watch(t, &cfg)
	stream := mustConnect(t, cfg)
	stream.Conn.CloseNow()
	got := regexp.MustCompile(`>[\w+/=]+<`).ReplaceAllString(p.sent(), ">…<")
	got = regexp.MustCompile(`id='\w+'`).ReplaceAllString(got, "id='…'")
	want := header + "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>…</auth>" +
		"<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>…</response>" + header +
		"<iq type='set' id='…'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bal&lt;co&gt;ny&amp;</resource></bind></iq>"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	wantProgress := []string{
		"connecting | 127.0.0.1:5222", "opening the stream | example.com", "logging in | as juliet by SCRAM-SHA-256",
		"opening the stream | example.com", "binding the resource | bal<co>ny&",
	}
	if diff := cmp.Diff(wantProgress, *progress); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
}

func TestBindingErrorsSayWhy(t *testing.T) {
	answer := func(format string) func(*peer) {
		return func(p *peer) {
			p.open(offerAuth)
			p.login()
			p.open(offerBind)
			p.say(fmt.Sprintf(format, p.iqID()))
		}
	}
	const refused = "<iq type='error' id='%s'><error type='cancel'><CONDITION xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>so</text></error></iq>"
	const bound = "<iq type='result' id='%s'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>JID</jid></bind></iq>"
	for _, c := range []struct{ name, answer, words, advice string }{
		{"conflict", strings.Replace(refused, "CONDITION", "conflict", 1), `conflict: the resource is in use by another session (the server says "so")`, "--resource"},
		{"too many", strings.Replace(refused, "CONDITION", "resource-constraint", 1), "as many sessions as it may have", "Close another one"},
		{"unknown", strings.Replace(refused, "CONDITION", "gone", 1), `"gone"`, ""},
		{"no reason", "<iq type='error' id='%s'/>", "gave no reason", ""},
		{"bare JID", strings.Replace(bound, "JID", "juliet@example.com", 1), `bound "juliet@example.com", which is no full JID`, ""},
		{"no JID", strings.Replace(bound, "JID", "a@b@c/\u202e", 1), `\u202e", which is no full JID`, ""},
		{"nothing", "<iq type='result' id='%s'/>", `bound "", which is no full JID`, ""},
		{"another id", "<iq type='result' id='%s0'/>", "instead of the reply to our request", ""},
		{"a request", "<iq type='get' id='%s'/>", "instead of the reply to our request", ""},
		{"the end", "</stream:stream>%.0s", "the server closed the stream", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := play(t, answer(c.answer))
			wants(t, mustFailEachWay(t, cfg), negotiate.StepBind, true, "binding the resource at example.com (127.0.0.1:5222) failed", c.words, c.advice)
		})
	}
}

func TestAStreamThatIsNotOursIsRefusedInWords(t *testing.T) {
	streamError := func(content string) string {
		return serverHeader + "<stream:error>" + content + "</stream:error></stream:stream>"
	}
	for _, c := range []struct{ name, answer, words, advice string }{
		{"host-unknown", streamError("<host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"), "host-unknown", "does not serve it"},
		{"see-other-host", streamError("<see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>evil.example\x7f:1</see-other-host>"),
			`see-other-host "evil.example\x7f:1"`, "If you trust that host"},
		{"an error without a condition", streamError(""), "the other side ended the stream", ""},
		{"an error of its own", streamError("<what-is-this xmlns='a:b'/>"), "the other side ended the stream", ""},
		{"a component's port", strings.Replace(serverHeader, "jabber:client", "jabber:component:accept", 1), `not for clients but for "jabber:component:accept"`, "5222"},
		{"a version of old", strings.Replace(serverHeader, " version='1.0'>", ">", 1), `version ""`, ""},
		{"a web server", "HTTP/1.1 400 Bad Request\r\n", "1:1", ""},
		{"another kind of XML", "<html>", "1:1", ""},
		{"no features", serverHeader + "<iq/>", "instead of its features", ""},
		{"the end at once", "", "before a stream began", "port for XMPP clients"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := play(t, func(p *peer) {
				p.expect("version='1.0'>")
				p.say(c.answer)
				if c.answer != "" {
					p.expect("for ever")
				}
			})
			refusePassword(t, &cfg)
			wants(t, mustFailEachWay(t, cfg), negotiate.StepStream, false, c.words, c.advice, "No password was sent.")
		})
	}
}

// TestASilentServerIsLeftAfterTwentySeconds lets the server fall silent at each
// step, and somebody give up.
func TestASilentServerIsLeftAfterTwentySeconds(t *testing.T) {
	silent := func(p *peer) { p.expect("for ever") }
	for _, c := range []struct {
		name   string
		script func(*peer)
		step   negotiate.Step
		mode   negotiate.TLSMode
		words  string
	}{
		{"at once", silent, negotiate.StepStream, negotiate.TLSOff, "check the port, or try --tls direct"},
		{"not even reading", func(p *peer) { time.Sleep(time.Hour) }, negotiate.StepStream, negotiate.TLSOff, "no answer within 20s"},
		{"in the middle", func(p *peer) { p.say(serverHeader); silent(p) }, negotiate.StepStream, negotiate.TLSOff, "allow more time with --connect-timeout"},
		{"after its header", func(p *peer) { p.say(serverHeader); silent(p) }, negotiate.StepStream, negotiate.TLSOff, ""},
		{"when asked for TLS", func(p *peer) { p.open(offerTLS); silent(p) }, negotiate.StepTLS, negotiate.TLSStart, ""},
		{"in TLS", silent, negotiate.StepTLS, negotiate.TLSDirect, ""},
		{"in the login", func(p *peer) { p.open(offerAuth); silent(p) }, negotiate.StepAuth, negotiate.TLSOff, ""},
		{"after the login", func(p *peer) { p.open(offerAuth); p.login(); silent(p) }, negotiate.StepStream, negotiate.TLSOff, ""},
		{"when binding", func(p *peer) { p.open(offerAuth); p.login(); p.open(offerBind); silent(p) }, negotiate.StepBind, negotiate.TLSOff, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg, _ := play(t, c.script)
				cfg.TLS = c.mode
				begun := time.Now()
				failure := mustFail(t, cfg)
				if took := time.Since(begun); took != 20*time.Second {
					t.Errorf("it took %v", took)
				}
				if !errors.Is(failure, context.DeadlineExceeded) {
					t.Errorf("it is no DeadlineExceeded: %v", failure)
				}
				if failure.Step != c.step || !strings.Contains(failure.Error(), "no answer within 20s") || !strings.Contains(failure.Error(), c.words) {
					t.Errorf("failed with %v", failure)
				}
			})
			synctest.Test(t, func(t *testing.T) { // by itself after a beginning by hand
				cfg, _ := play(t, c.script)
				cfg.TLS = c.mode
				w := walk(t, cfg, negotiate.StepStream)
				begun := time.Now()
				_, err := w.Finish(t.Context())
				if took := time.Since(begun); took != 20*time.Second || !strings.Contains(err.Error(), "no answer within 20s") {
					t.Errorf("after %v: %v", took, err)
				}
			})
			synctest.Test(t, func(t *testing.T) {
				cfg, _ := play(t, c.script)
				cfg.TLS = c.mode
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				begun := time.Now()
				_, err := negotiate.Client(ctx, cfg)
				if took := time.Since(begun); took != 3*time.Second || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("given up after %v with %v", took, err)
				}
			})
		})
	}
}

func TestTypingAPasswordMayTakeLongerThanAStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg, _ := play(t, inTheClear)
		cfg.Password = func(context.Context) (string, error) {
			time.Sleep(5 * time.Minute)
			return password, nil
		}
		stream := mustConnect(t, cfg)
		stream.Conn.CloseNow()
	})
}

// TestTheWayAndOneIQCutAtEveryByte: whatever byte is the server's last, there is an
// error at once, and nothing is left behind.
// Fault 24: the login and one IQ.
func TestTheWayAndOneIQCutAtEveryByte(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	a := newAuthority(t)
	certificate := a.issue(t, nil)
	for _, c := range []struct {
		name   string
		mode   negotiate.TLSMode
		stride int
		script func(*peer)
	}{
		{"in the clear", negotiate.TLSOff, 1, inTheClear},
		{"with TLS", negotiate.TLSStart, 7, func(p *peer) { p.open(offerTLS); p.startTLS(certificate); inTheClear(p) }},
		{"with SASL2", negotiate.TLSDirect, 7, func(p *peer) {
			p.secure(certificate)
			p.open(offering2(inlineAll, "SCRAM-SHA-256"))
			p.login2("<authorization-identifier>juliet@example.com/x</authorization-identifier><bound xmlns='urn:xmpp:bind:0'><enabled xmlns='urn:xmpp:sm:3'/></bound>")
			p.say(offerManagement)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cutAtEveryByte(t, c.stride, func(t *testing.T, ping func(*peer)) (negotiate.Config, *peer) {
				cfg, p := play(t, func(p *peer) { c.script(p); ping(p) })
				cfg.TLS, cfg.RootCAs, cfg.Manage = c.mode, a.roots, c.mode == negotiate.TLSDirect
				watch(t, &cfg)
				return cfg, p
			})
		})
	}
}

// cutAtEveryByte ends a way, and the reply to a ping behind it, after each byte; with a stride, which
// is for what is encrypted, after each of the first ones, and then after every strideth.
func cutAtEveryByte(t *testing.T, stride int, begin func(t *testing.T, ping func(*peer)) (negotiate.Config, *peer)) {
	pong := func(p *peer) {
		p.expect("</iq>")
		p.say("<iq xmlns='jabber:client' type='result' id='1'/>")
	}
	const most = 100_000
	const clear = 500 // more than goes before TLS begins
	for at := 1; at < most; {
		done := false
		synctest.Test(t, func(t *testing.T) {
			cfg, p := begin(t, pong)
			p.cutAfter = at
			begun := time.Now()
			err := wayAndPing(t, cfg)
			if took := time.Since(begun); took > 0 {
				t.Errorf("cut at byte %d, it took %v", at, took)
			}
			if done = err == nil; !done {
				noCanary(t, "the error", err.Error())
			}
		})
		if done && at < len(componentHeader) {
			t.Errorf("the whole way was done after %d bytes", at)
		}
		if done || t.Failed() {
			t.Logf("the server's side of it has %d bytes", at)
			return
		}
		if at < clear {
			at++
		} else {
			at += stride
		}
	}
	t.Errorf("the way is not done after %d bytes", most)
}

// wayAndPing negotiates and sends one request.
func wayAndPing(t *testing.T, cfg negotiate.Config) error {
	stream, err := negotiate.Client(t.Context(), cfg)
	if err != nil {
		return err
	}
	defer stream.Conn.CloseNow()
	ping := xmpptest.Stanza(t, "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>")
	if _, err := stream.Conn.Send(t.Context(), ping); err != nil {
		return err
	}
	reply, err := stream.Conn.Next(t.Context())
	if err == nil && reply.Type() != stanza.Result {
		t.Errorf("the reply is %s", reply.XML())
	}
	return err
}

func TestAClosedPortAndAnUnknownHostAreSaidInWords(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	listener.Close()
	for _, c := range []struct{ name, server, with, words string }{
		{"a closed port", addr, addr, "connection refused. Nothing listens there"},
		{"a host that is none", "a b", "example.com", `"a b" is no host name or address`},
		{"a port that is none", "localhost:0", "example.com", `"0" is no port`},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := negotiate.Config{JID: xmpptest.JID(t, "juliet@example.com"), Server: c.server}
			wants(t, mustFail(t, cfg), negotiate.StepDial, false, "connecting to "+c.with+" failed: ", c.words)
		})
	}
}

func TestATapOfOnesOwnSeesTheWholeNegotiation(t *testing.T) {
	cfg, _ := play(t, inTheClear)
	var seen []string
	cfg.Wire = wire.Config{Log: func(e wire.Event) {
		seen = append(seen, fmt.Sprint(e.Dir, " ", e.Element.Name().Local, " ", e.Redacted()))
	}}
	stream := mustConnect(t, cfg)
	stream.Conn.CloseNow()
	want := []string{
		"2 stream false", "1 stream false", "1 features false",
		"2 auth true", "1 challenge true", "2 response true", "1 success true",
		"2 stream false", "1 stream false", "1 features false", "2 iq false", "1 iq false",
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
}
