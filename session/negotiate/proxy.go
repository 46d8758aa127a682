package negotiate

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"golang.org/x/net/proxy"
)

// portSOCKS is the registered one (RFC 1928 §3).
const portSOCKS = "1080"

// maxProxyCredential is how long a user name or password may be (RFC 1929 §2).
const maxProxyCredential = 255

// checkProxy refuses what no SOCKS5 proxy is. Its user and password are in no error.
func (r *route) checkProxy() error {
	u := r.cfg.Proxy
	if u == nil {
		return nil
	}
	password, _ := u.User.Password()
	switch {
	case u.Scheme != "socks5" && u.Scheme != "socks5h":
		return &reason{
			words:  fmt.Sprintf("the proxy %.200q is not one for SOCKS5 but for %.30q", u.Host, u.Scheme),
			advice: "Write socks5://host:port, or empty ALL_PROXY.",
		}
	case u.Hostname() == "":
		return &reason{words: "the proxy has no host", advice: "Write socks5://host:port, or empty ALL_PROXY."}
	case len(u.User.Username()) > maxProxyCredential, len(password) > maxProxyCredential:
		return fmt.Errorf("the proxy's user name or password is longer than %d bytes", maxProxyCredential)
	}
	return nil
}

// usesProxy says whether the way to an address leads through the proxy. This machine
// is reached without: on the proxy's side the name would be another one.
func (r *route) usesProxy(addr string) bool {
	host, _, _ := net.SplitHostPort(addr)
	return r.cfg.Proxy != nil && !isLoopbackName(host)
}

func (r *route) proxyAddr() string {
	port := r.cfg.Proxy.Port()
	if port == "" {
		port = portSOCKS
	}
	return net.JoinHostPort(r.cfg.Proxy.Hostname(), port)
}

// dialThroughProxy lets the proxy look up the name and connect (RFC 1928).
func (r *route) dialThroughProxy(ctx context.Context, addr string) (net.Conn, error) {
	var auth *proxy.Auth
	if user := r.cfg.Proxy.User; user != nil {
		password, _ := user.Password()
		auth = &proxy.Auth{User: user.Username(), Password: password}
	}
	dialer, err := proxy.SOCKS5("tcp", r.proxyAddr(), auth, dialerFunc(func(ctx context.Context, addr string) (net.Conn, error) {
		conn, err := r.dialDirectly(ctx, addr)
		if err != nil {
			return nil, &proxyUnreached{err}
		}
		return conn, nil
	}))
	if err != nil {
		return nil, err
	}
	through, ok := dialer.(proxy.ContextDialer)
	if !ok {
		return nil, errors.New("the SOCKS5 dialler knows no context")
	}
	conn, err := through.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, r.proxyWords(err)
	}
	r.chose("through the proxy %s, which looks up the name", r.proxyAddr())
	return conn, nil
}

// proxyWords says whether it was the proxy that could not be reached, or the server.
func (r *route) proxyWords(err error) error {
	at := "the proxy " + r.proxyAddr()
	var unreached *proxyUnreached
	if errors.As(err, &unreached) {
		return &reason{at + " could not be reached: " + dialWords(unreached.error).Error(), "Check ALL_PROXY, and that the proxy runs.", err}
	}
	words := err.Error()
	var failed *net.OpError
	if errors.As(err, &failed) && failed.Err != nil {
		words = failed.Err.Error()
	}
	return &reason{
		at + " did not connect us: " + strings.TrimPrefix(words, "unknown error "),
		"Check the host and the port, or connect without a proxy.", err,
	}
}

// proxyUnreached is the failure to connect to the proxy itself.
type proxyUnreached struct{ error }

func (e *proxyUnreached) Unwrap() error { return e.error }

// dialerFunc is a function as the proxy package wants it.
type dialerFunc func(ctx context.Context, addr string) (net.Conn, error)

func (f dialerFunc) Dial(_, addr string) (net.Conn, error) { return f(context.Background(), addr) }

func (f dialerFunc) DialContext(ctx context.Context, _, addr string) (net.Conn, error) {
	return f(ctx, addr)
}
