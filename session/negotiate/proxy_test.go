package negotiate_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"

	"iqscope/session/negotiate"
)

// take reads exactly n bytes.
func (p *peer) take(n int) string {
	buf := make([]byte, n)
	for len(p.pending) < n {
		got, err := p.conn.Read(buf)
		p.pending = append(p.pending, buf[:got]...)
		if err != nil {
			panic(gone{})
		}
	}
	taken := string(p.pending[:n])
	p.pending = p.pending[n:]
	return taken
}

// lengthAnd reads a byte and as many bytes as it says.
func (p *peer) lengthAnd() string { return p.take(int(p.take(1)[0])) }

// socks is a SOCKS5 proxy (RFC 1928, RFC 1929): it notes who asks for what, and
// answers with the reply, 0 for success.
func (p *peer) socks(asked *string, reply byte) {
	p.take(1)
	if methods := p.lengthAnd(); strings.Contains(methods, "\x02") {
		p.say("\x05\x02")
		p.take(1)
		*asked = p.lengthAnd() + ":" + p.lengthAnd() + "@"
		p.say("\x01\x00")
	} else {
		p.say("\x05\x00")
	}
	switch kind := p.take(4)[3]; kind {
	case 3:
		*asked += p.lengthAnd()
	default:
		*asked += fmt.Sprintf("address of kind %d", kind)
		p.take(4)
	}
	*asked += fmt.Sprint(":", binary.BigEndian.Uint16([]byte(p.take(2))))
	p.say("\x05" + string(rune(reply)) + "\x00\x01\x00\x00\x00\x00\x00\x00")
	if reply != 0 {
		panic(gone{})
	}
}

func TestTheProxyLooksUpTheNameAndConnects(t *testing.T) {
	a, _, startTLS := servers(t)
	for _, c := range []struct{ name, proxy, server, asked string }{
		{"a named server", "socks5://proxy.example", "xmpp.example.net:5299", "xmpp.example.net:5299"},
		{"with user and password", "socks5://romeo:m0ntague%3A@proxy.example:1080", "xmpp.example.net", "romeo:m0ntague:@xmpp.example.net:5222"},
		{"the domain itself, for DNS is out of reach", "socks5h://proxy.example:1080", "", "example.com:5222"},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked := ""
			cfg, w := playNet(t, map[string][]func(*peer){"proxy.example:1080": {func(p *peer) { p.socks(&asked, 0); startTLS(p) }}})
			cfg.RootCAs, cfg.Server, cfg.TLS = a.roots, c.server, negotiate.TLSStart
			cfg.Resolver = forbiddenDNS{t}
			cfg.Proxy = mustURL(t, c.proxy)
			watch(t, &cfg)
			stream := mustConnect(t, cfg)
			stream.Conn.CloseNow()
			if asked != c.asked {
				t.Errorf("the proxy was asked for %q, want %q", asked, c.asked)
			}
			if len(w.dialled) != 1 {
				t.Errorf("dialled %q", w.dialled)
			}
			all := strings.Join(stream.Choices, "\n")
			if !strings.Contains(all, "through the proxy proxy.example:1080") || strings.Contains(all, "m0ntague") {
				t.Errorf("the choices are:\n%s", all)
			}
			if c.server == "" && !strings.Contains(all, "SRV records cannot be asked for through a proxy") {
				t.Errorf("the choices are:\n%s", all)
			}
		})
	}
}

// forbiddenDNS is not to be asked.
type forbiddenDNS struct{ *testing.T }

func (f forbiddenDNS) LookupSRV(_ context.Context, _, _, name string) (string, []*net.SRV, error) {
	f.Errorf("DNS was asked for %s beside the proxy", name)
	return "", nil, nil
}

func TestAProxyThatDoesNotConnectUsIsNamedWithoutItsPassword(t *testing.T) {
	for _, c := range []struct {
		name, proxy string
		script      func(*peer)
		words       []string
	}{
		{"closed", "socks5://r:m0ntague@proxy.example:1", nil, []string{"the proxy proxy.example:1 could not be reached: connection refused", "ALL_PROXY"}},
		{"refuses", "socks5://r:m0ntague@proxy.example", func(p *peer) { p.socks(new(string), 5) }, []string{"the proxy proxy.example:1080 did not connect us: connection refused"}},
		{"hangs up", "socks5://r:m0ntague@proxy.example", func(p *peer) { p.take(4) }, []string{"the proxy proxy.example:1080 did not connect us: "}},
		{"is none", "socks5://r:m0ntague@proxy.example", func(p *peer) { p.take(4); p.say("HTTP/1.1 400 Bad Request\r\n") }, []string{"did not connect us: unexpected protocol version 72"}},
		{"is one for HTTP", "http://r:m0ntague@proxy.example", nil, []string{`"proxy.example" is not one for SOCKS5 but for "http"`}},
		{"has no host", "socks5://r:m0ntague@", nil, []string{"the proxy has no host"}},
		{"has a password that is too long", "socks5://r:m0ntague" + strings.Repeat("x", 256) + "@proxy.example", nil, []string{"longer than 255 bytes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			scripts := map[string][]func(*peer){}
			if c.script != nil {
				scripts["proxy.example:1080"] = []func(*peer){c.script}
			}
			cfg, _ := playNet(t, scripts)
			cfg.Server, cfg.TLS, cfg.Proxy = "xmpp.example.net", negotiate.TLSStart, mustURL(t, c.proxy)
			failure := mustFail(t, cfg)
			wants(t, failure, negotiate.StepDial, false, c.words...)
			if strings.Contains(failure.Error(), "m0ntague") {
				t.Errorf("the error has the proxy's password: %v", failure)
			}
		})
	}
}

func TestThisMachineIsReachedWithoutTheProxy(t *testing.T) {
	cfg, _ := play(t, inTheClear)
	cfg.Proxy = mustURL(t, "socks5://proxy.example")
	stream := mustConnect(t, cfg)
	stream.Conn.CloseNow()
	if !strings.Contains(stream.Choices[0], "without the proxy: 127.0.0.1 is this machine") {
		t.Errorf("the choices are %q", stream.Choices)
	}
}

func TestThroughAProxyNothingLeavesInTheClear(t *testing.T) {
	cfg, w := playNet(t, nil)
	cfg.Server, cfg.TLS, cfg.Proxy = "xmpp.example.net", negotiate.TLSOff, mustURL(t, "socks5://proxy.example")
	wants(t, mustFail(t, cfg), negotiate.StepDial, false, "this machine only")
	if len(w.dialled) > 0 {
		t.Errorf("dialled %q", w.dialled)
	}
}

func mustURL(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
