package negotiate_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iqscope/session/negotiate"
)

const seeOther = serverHeader + "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>%s</see-other-host></stream:error></stream:stream>"

// Fault 20: a loop, an impostor, and three at most.
func TestAServerMaySendUsOnThreeTimes(t *testing.T) {
	a, _, startTLS := servers(t)
	tls := a.issue(t, nil)
	sentTo := func(host string) []func(*peer) {
		return []func(*peer){func(p *peer) {
			p.open(offerTLS)
			p.startTLS(tls)
			p.expect("to='example.com' version='1.0'>") // the same identity at each
			p.say(fmt.Sprintf(seeOther, host))
		}}
	}
	afterLogin := func(host string) []func(*peer) {
		return []func(*peer){func(p *peer) {
			p.open(offerTLS)
			p.startTLS(tls)
			p.open(offerAuth)
			p.login()
			p.expect("version='1.0'>")
			p.say(fmt.Sprintf(seeOther, host))
		}}
	}
	impostor := newAuthority(t).issue(t, nil)
	last := []func(*peer){startTLS}
	for _, c := range []struct {
		name    string
		servers map[string][]func(*peer)
		dialled []string
		step    negotiate.Step
		words   []string // of the error; nil for none
	}{
		{"once", map[string][]func(*peer){"0:5222": sentTo("1"), "1:5222": last}, []string{"0:5222", "1:5222"}, "", nil},
		{"three times, with ports and IPv6", map[string][]func(*peer){
			"0:5222": sentTo("1:99"), "1:99": sentTo("[::1]:98"), "[::1]:98": sentTo("[::2]"), "[::2]:5222": last,
		}, []string{"0:5222", "1:99", "[::1]:98", "[::2]:5222"}, "", nil},
		{"after the login", map[string][]func(*peer){"0:5222": afterLogin("1"), "1:5222": last}, []string{"0:5222", "1:5222"}, "", nil},
		{"four times", map[string][]func(*peer){
			"0:5222": sentTo("1"), "1:5222": sentTo("2"), "2:5222": sentTo("3"), "3:5222": sentTo("4"), "4:5222": last,
		}, []string{"0:5222", "1:5222", "2:5222", "3:5222"}, negotiate.StepStream, []string{`see-other-host "4", which was not followed: this was the fourth server`}},
		{"in a circle", map[string][]func(*peer){"0:5222": sentTo("1"), "1:5222": sentTo("0")},
			[]string{"0:5222", "1:5222"}, negotiate.StepStream, []string{"we have been there"}},
		{"to itself", map[string][]func(*peer){"0:5222": sentTo("0:5222")}, []string{"0:5222"}, negotiate.StepStream, []string{"we have been there"}},
		{"to what is no host", map[string][]func(*peer){"0:5222": sentTo("a b")}, []string{"0:5222"}, negotiate.StepStream, []string{"that is no host"}},
		{"to an impostor", map[string][]func(*peer){"0:5222": sentTo("1"), "1:5222": {func(p *peer) { p.open(offerTLS); p.startTLS(impostor) }}},
			[]string{"0:5222", "1:5222"}, negotiate.StepTLS, []string{"not trusted here", "No password was sent."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, w := playNet(t, c.servers)
			cfg.Server, cfg.TLS, cfg.RootCAs = "0", negotiate.TLSStart, a.roots
			asked := 0
			cfg.Password = func(context.Context) (string, error) { asked++; return password, nil }
			watch(t, &cfg)
			if c.words != nil {
				wants(t, mustFail(t, cfg), c.step, false, c.words...)
			} else {
				stream := mustConnect(t, cfg)
				stream.Conn.CloseNow()
				if asked != 1 {
					t.Errorf("the password was asked for %d times", asked)
				}
				chose(t, stream, "0:5222 sent us to "+c.dialled[1]+" (see-other-host)")
			}
			if diff := cmp.Diff(c.dialled, w.dialled); diff != "" {
				t.Errorf("dialled (-want +got):\n%s", diff)
			}
		})
	}
}

// Whoever reads of a failure elsewhere learns that it was the server that sent us there.
func TestAFailureElsewhereSaysWhoSentUsThere(t *testing.T) {
	a, _, _ := servers(t)
	tls := a.issue(t, nil)
	sends := func(host string) []func(*peer) {
		return []func(*peer){func(p *peer) {
			p.open(offerTLS)
			p.startTLS(tls)
			p.expect("version='1.0'>")
			p.say(fmt.Sprintf(seeOther, host))
		}}
	}
	refuses := []func(*peer){func(p *peer) {
		p.open(offerTLS)
		p.startTLS(tls)
		p.open(offerAuth)
		p.auth()
		p.say("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>")
	}}
	for _, c := range []struct {
		name    string
		servers map[string][]func(*peer)
		step    negotiate.Step
		words   []string
	}{
		{"nobody is there", map[string][]func(*peer){"0:5222": sends("1:9")}, negotiate.StepDial,
			[]string{"connecting to 1:9 failed: 0:5222 sent us there (see-other-host): connection refused.", "tell its administrator"}},
		{"white space around it", map[string][]func(*peer){"0:5222": sends("\n [::1]:1\t")}, negotiate.StepDial,
			[]string{"connecting to [::1]:1 failed: 0:5222 sent us there"}},
		{"from one to the next", map[string][]func(*peer){"0:5222": sends("1"), "1:5222": sends("2")}, negotiate.StepDial,
			[]string{"connecting to 2:5222 failed: 1:5222 sent us there"}},
		{"a login that is refused", map[string][]func(*peer){"0:5222": sends("1"), "1:5222": refuses}, negotiate.StepAuth,
			[]string{"0:5222 sent us there (see-other-host): not-authorized", "check the account's spelling and the password"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := playNet(t, c.servers)
			cfg.Server, cfg.TLS, cfg.RootCAs = "0", negotiate.TLSStart, a.roots
			wants(t, mustFail(t, cfg), c.step, false, c.words...)
		})
	}
}

// Fault 20: before TLS.
func TestNobodySendsUsElsewhereInTheClear(t *testing.T) {
	for _, c := range []struct {
		mode   negotiate.TLSMode
		script func(*peer)
	}{
		{negotiate.TLSStart, func(p *peer) { p.expect("version='1.0'>"); p.say(fmt.Sprintf(seeOther, "evil.example")) }},
		{negotiate.TLSOff, func(p *peer) {
			p.open(offerAuth)
			p.login()
			p.expect("version='1.0'>")
			p.say(fmt.Sprintf(seeOther, "evil.example"))
		}},
	} {
		cfg, w := playNet(t, map[string][]func(*peer){"127.0.0.1:5222": {c.script}})
		cfg.Server, cfg.TLS = "127.0.0.1", c.mode
		wants(t, mustFail(t, cfg), negotiate.StepStream, c.mode == negotiate.TLSOff,
			`see-other-host "evil.example", which was not followed: without TLS anyone on the way could have said so`, "If you trust that host")
		if len(w.dialled) != 1 {
			t.Errorf("dialled %q", w.dialled)
		}
	}
}
