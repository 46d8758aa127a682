package negotiate

import "testing"

func TestTheAddressIsWhatTheUserNamedElseTheDomain(t *testing.T) {
	for _, c := range []struct {
		server, domain string
		mode           TLSMode
		want           string // "" for refused
	}{
		{"", "example.com", TLSStart, "example.com:5222"},
		{"", "example.com", TLSDirect, "example.com:5223"},
		{"", "[::1]", TLSStart, "[::1]:5222"},
		{"", "192.0.2.1", TLSStart, "192.0.2.1:5222"},
		{"host", "example.com", TLSStart, "host:5222"},
		{"a_b", "example.com", TLSStart, "a_b:5222"},
		{"host:1", "example.com", TLSDirect, "host:1"},
		{"bücher.example", "example.com", TLSStart, "xn--bcher-kva.example:5222"},
		{"192.0.2.1:99", "example.com", TLSStart, "192.0.2.1:99"},
		{"::1", "example.com", TLSStart, "[::1]:5222"},
		{"[::1]", "example.com", TLSStart, "[::1]:5222"},
		{"[::1]:99", "example.com", TLSStart, "[::1]:99"},
		{"fe80::1%lo", "example.com", TLSStart, "[fe80::1%lo]:5222"},
		{"host:", "example.com", TLSStart, ""},
		{"host:0", "example.com", TLSStart, ""},
		{"host:65536", "example.com", TLSStart, ""},
		{"host:http", "example.com", TLSStart, ""},
		{":99", "example.com", TLSStart, ""},
		{"a b", "example.com", TLSStart, ""},
		{"https://host", "example.com", TLSStart, ""},
		{"a:b:c", "example.com", TLSStart, ""},
	} {
		t.Run(c.server+" "+c.domain, func(t *testing.T) {
			got, err := hostPort(c.server, c.domain, c.mode)
			if got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}
