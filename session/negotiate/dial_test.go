package negotiate

import (
	"net"
	"net/netip"
	"strings"
	"testing"
)

func TestTheAddressIsWhatTheUserNamedElseTheDomain(t *testing.T) {
	for _, c := range []struct {
		server, domain string
		port           string
		want           string // "" for refused
	}{
		{"", "example.com", portClient, "example.com:5222"},
		{"", "example.com", portDirectTLS, "example.com:5223"},
		{"", "[::1]", portClient, "[::1]:5222"},
		{"", "192.0.2.1", portClient, "192.0.2.1:5222"},
		{"host", "example.com", portClient, "host:5222"},
		{"a_b", "example.com", portClient, "a_b:5222"},
		{"host:1", "example.com", portDirectTLS, "host:1"},
		{"bücher.example", "example.com", portClient, "xn--bcher-kva.example:5222"},
		{"192.0.2.1:99", "example.com", portClient, "192.0.2.1:99"},
		{"::1", "example.com", portClient, "[::1]:5222"},
		{"[::1]", "example.com", portClient, "[::1]:5222"},
		{"[::1]:99", "example.com", portClient, "[::1]:99"},
		{"fe80::1%lo", "example.com", portClient, "[fe80::1%lo]:5222"},
		{"host:", "example.com", portClient, ""},
		{"host:0", "example.com", portClient, ""},
		{"host:65536", "example.com", portClient, ""},
		{"host:http", "example.com", portClient, ""},
		{":99", "example.com", portClient, ""},
		{"a b", "example.com", portClient, ""},
		{"https://host", "example.com", portClient, ""},
		{"a\x1bb", "example.com", portClient, ""},
		{"a@b", "example.com", portClient, ""},
		{strings.Repeat("a.", 128), "example.com", portClient, ""},
		{"a:b:c", "example.com", portClient, ""},
		{"::%[", "example.com", portClient, ""},
		{"fe80::1%a:b", "example.com", portClient, ""},
	} {
		t.Run(c.server+" "+c.domain, func(t *testing.T) {
			got, err := hostPort(c.server, c.domain, c.port)
			if got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

// FuzzAddresses has what a user or a server may name as a host, an address or a pin.
func FuzzAddresses(f *testing.F) {
	for _, seed := range []string{"", "host:1", "[::1]:5222", "::1", "fe80::1%lo", "::%[", "bücher.example", "wss://host/path?q", "ws://[::1]:80", strings.Repeat("ab:", 31) + "ab"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if addr, err := hostPort(text, "example.com", portClient); err == nil {
			host, port, err := net.SplitHostPort(addr)
			if _, ipErr := netip.ParseAddr(host); err != nil || port == "" || ipErr != nil && !isHostName(host) {
				t.Errorf("%q became %q", text, addr)
			}
		}
		if u, mode, err := webSocketURL(text, TLSAuto); err == nil && (u.Hostname() == "" || u.User != nil || (u.Scheme == "wss") != (mode == TLSDirect)) {
			t.Errorf("%q became %v, %s", text, u, mode)
		}
		if pin, err := parsePin(text); err == nil && pin != nil {
			if again, err := parsePin(pin.String()); err != nil || *again != *pin {
				t.Errorf("the pin %q became %v", text, pin)
			}
		}
	})
}
