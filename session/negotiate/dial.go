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
)

// The registered ports for clients (RFC 6120 §14.7, XEP-0368).
const (
	portClient    = "5222"
	portDirectTLS = "5223"
)

// hostPort is the address to dial: what the user named, else the domain itself.
func hostPort(server, domain string, mode TLSMode) (string, error) {
	host, port := server, portClient
	if mode == TLSDirect {
		port = portDirectTLS
	}
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
	if err != nil || ascii == "" || strings.ContainsAny(ascii, ":/[] \t") {
		return "", fmt.Errorf("%q is no host name or address", server)
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

func isIP(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// dial connects. In the clear it must end on this machine; a dialler that is not
// ours may go through a proxy, so there the name decides, not the socket.
func (n *negotiation) dial(ctx context.Context) (net.Conn, error) {
	clear := n.cfg.TLS == TLSOff && !n.cfg.AllowPlaintext
	if n.cfg.Dial != nil {
		if host, _, _ := net.SplitHostPort(n.addr); clear && !isLoopbackName(host) {
			return nil, ErrPlaintext
		}
		return n.cfg.Dial(ctx, "tcp", n.addr)
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", n.addr)
	if err != nil {
		return nil, dialWords(err)
	}
	if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); clear && (!ok || !tcp.IP.IsLoopback()) {
		conn.Close()
		return nil, ErrPlaintext
	}
	return conn, nil
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
	return &reason{err.Error(), "Check the network, the host and the port.", err}
}
