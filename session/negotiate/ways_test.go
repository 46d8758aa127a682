package negotiate_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/realserver"
	"iqscope/internal/xmpptest"
	"iqscope/session/negotiate"
)

// network is a net of scripted servers by address. Each connection to one gets the
// next of its scripts; without any it is refused.
type network struct {
	scripts map[string][]func(*peer)
	dialled []string
}

// playNet is play for several servers.
func playNet(t *testing.T, scripts map[string][]func(*peer)) (negotiate.Config, *network) {
	t.Helper()
	cfg, _ := play(t, nil)
	w := &network{scripts: scripts}
	cfg.Server, cfg.TLS = "", negotiate.TLSAuto
	cfg.Dial = func(ctx context.Context, kind, addr string) (net.Conn, error) {
		w.dialled = append(w.dialled, addr)
		next := w.scripts[addr]
		if len(next) == 0 {
			return nil, &net.OpError{Op: "dial", Net: kind, Err: syscall.ECONNREFUSED}
		}
		w.scripts[addr] = next[1:]
		if next[0] == nil { // an address that swallows everything
			<-ctx.Done()
			return nil, ctx.Err()
		}
		one, _ := play(t, next[0])
		return one.Dial(ctx, kind, addr)
	}
	return cfg, w
}

// zone is a resolver that knows SRV records by service.
type zone map[string][]*net.SRV

func (z zone) LookupSRV(_ context.Context, service, proto, name string) (string, []*net.SRV, error) {
	if proto != "tcp" || name != "example.com" {
		return "", nil, errors.New("asked for another name")
	}
	found, ok := z[service]
	if !ok {
		return "", nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return name, found, nil
}

// servers are the scripts of honest ones.
func servers(t *testing.T) (a *authority, direct, startTLS func(*peer)) {
	a = newAuthority(t)
	tls := a.issue(t, nil)
	direct = func(p *peer) { p.secure(tls); inTheClear(p) }
	startTLS = func(p *peer) { p.open(offerTLS); p.startTLS(tls); inTheClear(p) }
	return a, direct, startTLS
}

func TestADomainsServersAreTriedInTheOrderOfTheirRecords(t *testing.T) {
	a, direct, startTLS := servers(t)
	unknown := newAuthority(t).issue(t, nil)
	notXMPP := func(p *peer) { p.expect("example.com"); p.say("HTTP/1.1 400 Bad Request\r\n\r\n") }
	impostor := func(p *peer) { p.secure(unknown) }
	one := func(f func(*peer)) []func(*peer) { return []func(*peer){f} }
	for _, c := range []struct {
		name    string
		mode    negotiate.TLSMode
		records zone
		servers map[string][]func(*peer)
		dialled []string
		chosen  string
	}{
		{"direct TLS before STARTTLS of the same priority", "", zone{
			"xmpp-client":  {{Target: "s.example.com.", Port: 5222, Priority: 5}},
			"xmpps-client": {{Target: "d.example.com.", Port: 443, Priority: 5}},
		}, map[string][]func(*peer){"d.example.com:443": one(direct)}, []string{"d.example.com:443"},
			"connected to d.example.com:443 (SRV for direct TLS, priority 5, weight 0), TLS from the first byte"},
		{"STARTTLS of a better priority", "", zone{
			"xmpp-client":  {{Target: "s.example.com.", Port: 5222, Priority: 1}},
			"xmpps-client": {{Target: "d.example.com.", Port: 443, Priority: 5}},
		}, map[string][]func(*peer){"s.example.com:5222": one(startTLS)}, []string{"s.example.com:5222"},
			"connected to s.example.com:5222 (SRV for STARTTLS, priority 1, weight 0), TLS by STARTTLS"},
		{"the next one when the first is closed, silent, no XMPP or an impostor", "", zone{
			"xmpps-client": {
				{Target: "1.example.com.", Port: 1, Priority: 1}, {Target: "2.example.com.", Port: 2, Priority: 2},
				{Target: "3.example.com.", Port: 3, Priority: 3}, {Target: "4.example.com.", Port: 4, Priority: 4}},
			"xmpp-client": {{Target: "5.example.com.", Port: 5, Priority: 5}},
		}, map[string][]func(*peer){"2.example.com:2": one(nil), "3.example.com:3": one(notXMPP), "4.example.com:4": one(impostor), "5.example.com:5": one(startTLS)},
			[]string{"1.example.com:1", "2.example.com:2", "3.example.com:3", "4.example.com:4", "5.example.com:5"},
			"connected to 5.example.com:5"},
		{"STARTTLS only, when asked for", negotiate.TLSStart, zone{
			"xmpp-client":  {{Target: "s.example.com.", Port: 5222, Priority: 9}},
			"xmpps-client": {{Target: "d.example.com.", Port: 443, Priority: 5}},
		}, map[string][]func(*peer){"s.example.com:5222": one(startTLS)}, []string{"s.example.com:5222"}, "TLS by STARTTLS"},
		{"direct TLS only, when asked for", negotiate.TLSDirect, zone{
			"xmpp-client":  {{Target: "s.example.com.", Port: 5222, Priority: 1}},
			"xmpps-client": {{Target: "d.example.com.", Port: 443, Priority: 5}},
		}, map[string][]func(*peer){"d.example.com:443": one(direct)}, []string{"d.example.com:443"}, "TLS from the first byte"},
		{"the domain itself, when there are no records", "", zone{},
			map[string][]func(*peer){"example.com:5222": one(startTLS)}, []string{"example.com:5222"},
			"connected to example.com:5222 (no SRV record names a server), TLS by STARTTLS"},
		{"the domain itself, when only direct TLS is declined", "", zone{"xmpps-client": {{Target: "."}}},
			map[string][]func(*peer){"example.com:5222": one(startTLS)}, []string{"example.com:5222"}, "no SRV record"},
		{"the domain's port for direct TLS, when that was asked for", negotiate.TLSDirect, zone{},
			map[string][]func(*peer){"example.com:5223": one(direct)}, []string{"example.com:5223"}, "TLS from the first byte"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg, w := playNet(t, c.servers)
				cfg.RootCAs, cfg.Resolver = a.roots, c.records
				if c.mode != "" {
					cfg.TLS = c.mode
				}
				progress := watch(t, &cfg)
				begun := time.Now()
				stream := mustConnect(t, cfg)
				if took := time.Since(begun); took > 4*time.Second {
					t.Errorf("it took %v", took)
				}
				if diff := cmp.Diff(c.dialled, w.dialled); diff != "" {
					t.Errorf("dialled (-want +got):\n%s", diff)
				}
				chose(t, stream, c.chosen)
				if len(c.dialled) > 1 && !slices.ContainsFunc(*progress, func(s string) bool { return strings.Contains(s, "failed: connection refused; trying the next way") }) {
					t.Errorf("the progress does not say what failed:\n%s", strings.Join(*progress, "\n"))
				}
				if last := c.dialled[len(c.dialled)-1]; stream.Addr != last || !slices.ContainsFunc(*progress, func(s string) bool { return strings.HasPrefix(s, "connecting | "+last) }) {
					t.Errorf("connected to %s; progress:\n%s", stream.Addr, strings.Join(*progress, "\n"))
				}
			})
		})
	}
}

func TestADomainWithoutAServerIsSaidToHaveNone(t *testing.T) {
	dead := map[string][]func(*peer){}
	for _, c := range []struct {
		name    string
		records negotiate.Resolver
		words   []string
	}{
		{"declined", zone{"xmpp-client": {{Target: "."}}}, []string{"the domain says in its SRV record _xmpp-client._tcp.example.com that it serves no clients"}},
		{"all closed", zone{
			"xmpps-client": {{Target: "d.example.com.", Port: 443}},
			"xmpp-client":  {{Target: "s.example.com.", Port: 5222, Priority: 1}},
		}, []string{"connecting to example.com failed: none of 2 ways led there: d.example.com:443 (SRV for direct TLS, priority 0, weight 0): connection refused; s.example.com:5222 (SRV for STARTTLS, priority 1, weight 0): connection refused.", "Nothing listens there"}},
		{"DNS broken", brokenDNS{}, []string{"connection refused"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := playNet(t, dead)
			cfg.Resolver = c.records
			wants(t, mustFail(t, cfg), negotiate.StepDial, false, c.words...)
		})
	}
}

// brokenDNS answers no question.
type brokenDNS struct{}

func (brokenDNS) LookupSRV(context.Context, string, string, string) (string, []*net.SRV, error) {
	return "", nil, &net.DNSError{Err: "server misbehaving", Name: "example.com", IsTemporary: true}
}

func TestBrokenDNSIsNamedAsTheReasonForTheFallback(t *testing.T) {
	a, _, startTLS := servers(t)
	cfg, _ := playNet(t, map[string][]func(*peer){"example.com:5222": {startTLS}})
	cfg.RootCAs, cfg.Resolver = a.roots, brokenDNS{}
	stream := mustConnect(t, cfg)
	stream.Conn.CloseNow()
	chose(t, stream, "the SRV records could not be looked up: server misbehaving")
}

// TestANamedServerIsAskedForDirectTLSFirst has what may answer a client that begins
// with TLS on a port that is, perhaps, for STARTTLS.
func TestANamedServerIsAskedForDirectTLSFirst(t *testing.T) {
	a, direct, startTLS := servers(t)
	hello := func(p *peer) { p.expect("example.com") }
	for _, c := range []struct {
		name   string
		first  func(*peer) // nil: direct TLS works
		took   time.Duration
		chosen string
	}{
		{"TLS", nil, 0, "TLS from the first byte"},
		{"a stream error, as Prosody and ejabberd do", func(p *peer) {
			hello(p)
			p.say("<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:error/></stream:stream>")
		}, 0, "what answers there does not speak TLS"},
		{"the end", hello, 0, "the server hung up when TLS began"},
		{"silence", func(p *peer) { hello(p); p.expect("more") }, 4 * time.Second, "no answer within 4s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				scripts := []func(*peer){c.first, startTLS}
				if c.first == nil {
					scripts = []func(*peer){direct}
				}
				cfg, w := playNet(t, map[string][]func(*peer){"192.0.2.1:5222": scripts})
				cfg.Server, cfg.RootCAs = "192.0.2.1", a.roots
				watch(t, &cfg)
				begun := time.Now()
				stream := mustConnect(t, cfg)
				if took := time.Since(begun); took != c.took {
					t.Errorf("it took %v, want %v", took, c.took)
				}
				if len(w.dialled) != len(scripts) {
					t.Errorf("dialled %q", w.dialled)
				}
				chose(t, stream, c.chosen)
			})
		})
	}
}

func TestABadCertificateIsNoReasonToAskForSTARTTLS(t *testing.T) {
	a, other := newAuthority(t), newAuthority(t)
	cfg, w := playNet(t, map[string][]func(*peer){"192.0.2.1:5222": {func(p *peer) { p.secure(other.issue(t, nil)) }}})
	cfg.Server, cfg.RootCAs = "192.0.2.1", a.roots
	refusePassword(t, &cfg)
	wants(t, mustFail(t, cfg), negotiate.StepTLS, false, "which is not trusted here")
	if len(w.dialled) != 1 {
		t.Errorf("dialled %q", w.dialled)
	}
}

func TestRealServersAreReachedOnEitherPortWithoutBeingToldWhich(t *testing.T) {
	bothServers(t, nil, func(t *testing.T, server *realserver.Server) {
		for _, c := range []struct{ name, addr, chosen string }{
			{"the port for STARTTLS", server.Addr, "TLS by STARTTLS"},
			{"the port for direct TLS", server.DirectTLSAddr, "TLS from the first byte"},
		} {
			t.Run(c.name, func(t *testing.T) {
				cfg := forServer(t, server)
				cfg.Server, cfg.TLS = c.addr, negotiate.TLSAuto
				begun := time.Now()
				stream := mustConnect(t, cfg)
				defer stream.Conn.Close(t.Context())
				t.Logf("logged in after %v", time.Since(begun))
				chose(t, stream, c.chosen)
			})
		}
	})
}

// No host of DNS is named so, but many a server on a network of its own is.
func TestAnAccountOfAHostWithAnUnderscoreLogsIn(t *testing.T) {
	a := newAuthority(t)
	certified := a.issue(t, func(c *x509.Certificate) { c.DNSNames = []string{"my_host"} })
	cfg, _ := play(t, func(p *peer) {
		p.secure(certified)
		inTheClear(p)
	})
	cfg.JID, cfg.Server = xmpptest.JID(t, "juliet@my_host"), ""
	cfg.TLS, cfg.RootCAs, cfg.Resolver = negotiate.TLSDirect, a.roots, zone{}
	if stream := mustConnect(t, cfg); stream.Addr != "my_host:5223" {
		t.Errorf("dialled was %s", stream.Addr)
	}
}
