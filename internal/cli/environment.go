package cli

import (
	"fmt"
	"net/url"
	"os"
)

// keyLog opens the file that SSLKEYLOGFILE names, as browsers and curl do; nil
// without one. It is said each time, since whoever has the file can read the
// session.
func (p *program) keyLog() *os.File {
	path := p.getenv("SSLKEYLOGFILE")
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		p.warn([]string{fmt.Sprintf("SSLKEYLOGFILE: no TLS keys are written: %v", err)})
		return nil
	}
	p.say("SSLKEYLOGFILE: the TLS keys of this session are written to %s; who has them can read the session", path)
	return f
}

// proxy is the SOCKS5 proxy that ALL_PROXY names; nil for none. Errors do not quote
// the variable: it may hold a password.
func (p *program) proxy() (*url.URL, error) {
	name := "all_proxy"
	value := p.getenv(name)
	if value == "" {
		name = "ALL_PROXY"
		value = p.getenv(name)
	}
	if value == "" {
		return nil, nil
	}
	u, err := url.Parse(value)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s is no address such as socks5://localhost:1080", name)
	case u.Scheme != "socks5" && u.Scheme != "socks5h":
		return nil, fmt.Errorf("%s names a proxy of another kind than SOCKS5, which alone is used here: "+
			"give socks5://host:port, or unset it", name)
	case u.Hostname() == "":
		return nil, fmt.Errorf("%s names no host; write it as socks5://localhost:1080", name)
	}
	return u, nil
}
