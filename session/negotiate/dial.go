package negotiate

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/net/idna"

	"iqscope/session/wire"
)

// The registered ports for clients (RFC 6120 §14.7, XEP-0368), and the one that
// Prosody has for components; XEP-0114 names none.
const (
	portClient    = "5222"
	portDirectTLS = "5223"
	portComponent = "5347"
)

// maxHostName is how long a host name may be, in bytes (RFC 1035 §2.3.4).
const maxHostName = 255

// CheckServer refuses what is no host, or host:port, for Config.Server.
func CheckServer(server string) error {
	_, err := hostPort(server, "", portClient)
	return err
}

// hostPort is an address to dial: of the server that the user named, else of the
// domain itself.
func hostPort(server, domain, port string) (string, error) {
	host := server
	if host == "" {
		host = domain
	}
	if h, p, err := net.SplitHostPort(host); err == nil && !isIP(host) {
		host, port = h, p
		if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
			return "", fmt.Errorf("%q is no port", port)
		}
	}
	if bare, ok := strings.CutPrefix(host, "["); ok {
		host = strings.TrimSuffix(bare, "]")
	}
	if isIP(host) {
		return net.JoinHostPort(host, port), nil
	}
	ascii, err := asciiDomain(host)
	if err != nil || !isHostName(ascii) {
		return "", fmt.Errorf("%.200q is no host name or address", server)
	}
	return net.JoinHostPort(ascii, port), nil
}

// asciiDomain is a domain as DNS and certificates have it. What is ASCII already
// stays as it is: names that IDNA would refuse, such as a_b, do exist.
func asciiDomain(domain string) (string, error) {
	for i := range len(domain) {
		if domain[i] >= 0x80 {
			return idna.Lookup.ToASCII(domain)
		}
	}
	return domain, nil
}

// isHostName says that a name has nothing but what DNS names of hosts are made of
// (RFC 1123 §2.1), and the underscore.
func isHostName(name string) bool {
	for i := range len(name) {
		c := name[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_') {
			return false
		}
	}
	return name != "" && len(name) <= maxHostName
}

// isIP says that a host is an address. The zone of one can be anything to the parser; that of a
// machine is a name such as eth0, and a bracket in it would end the address elsewhere.
func isIP(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && (addr.Zone() == "" || isHostName(addr.Zone()))
}

// dial connects. In the clear it must end on this machine: an address says so
// itself, and through a proxy or a dialler that is not ours the name decides; else
// the socket does, since a name may be anywhere.
func (r *route) dial(ctx context.Context, addr string) (net.Conn, error) {
	host, _, _ := net.SplitHostPort(addr)
	clear := r.mode == TLSOff && !r.cfg.AllowPlaintext
	if clear && (isIP(host) || r.cfg.Dial != nil || r.usesProxy(addr)) && !isLoopbackName(host) {
		return nil, ErrPlaintext
	}
	if r.usesProxy(addr) {
		return r.dialThroughProxy(ctx, addr)
	}
	if r.cfg.Proxy != nil {
		r.chose("without the proxy: %s is this machine", host)
	}
	conn, err := r.dialDirectly(ctx, addr)
	if err != nil {
		return nil, dialWords(err)
	}
	if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); r.cfg.Dial == nil && clear && (!ok || !tcp.IP.IsLoopback()) {
		conn.Close()
		return nil, ErrPlaintext
	}
	return conn, nil
}

func (r *route) dialDirectly(ctx context.Context, addr string) (net.Conn, error) {
	if r.cfg.Dial != nil {
		return r.cfg.Dial(ctx, "tcp", addr)
	}
	return new(net.Dialer).DialContext(ctx, "tcp", addr)
}

// mayBeClear says that a secret may be sent to what was dialled without TLS.
func (r *route) mayBeClear() bool {
	if r.mode == TLSOff || r.cfg.AllowPlaintext {
		return true // with TLSOff it was dialled under that condition
	}
	host, _, err := net.SplitHostPort(r.addr)
	return err == nil && isLoopbackName(host)
}

func isLoopbackName(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}

// dialWords says why nobody was reached.
func dialWords(err error) error {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return &reason{fmt.Sprintf("there is no host %q", dns.Name), "Check the spelling, or name the host with --server.", err}
	case errors.As(err, &dns):
		return &reason{"the name could not be looked up: " + dns.Err, "Check the network, or give an IP address with --server.", err}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &reason{"connection refused", "Nothing listens there: check that the server runs, and its port.", err}
	}
	return &reason{wire.SocketWords(err), "Check the network, the host and the port.", err}
}
