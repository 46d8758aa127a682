package negotiate

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"github.com/coder/websocket"

	"iqscope/session/wire"
)

const (
	// subprotocol is XMPP's name among those of WebSocket (RFC 7395 §3.1).
	subprotocol = "xmpp"
	// maxResponseHeader bounds the HTTP response; real ones have 300 bytes.
	maxResponseHeader = 64 << 10
)

// webSocketURL reads the address and the TLS that it stands for: wss:// is TLS from
// the first byte, ws:// none.
func webSocketURL(address string, wanted TLSMode) (*url.URL, TLSMode, error) {
	u, err := url.Parse(address)
	var malformed *url.Error
	switch {
	case errors.As(err, &malformed):
		return nil, "", fmt.Errorf("the WebSocket's address is none: %w", malformed.Err)
	case err != nil:
		return nil, "", err
	case u.Scheme != "ws" && u.Scheme != "wss" || u.Hostname() == "":
		return nil, "", &reason{words: "that is no WebSocket's address", advice: "Write it as wss://host/path."}
	case u.User != nil:
		return nil, "", &reason{words: "a WebSocket's address has no user and password", advice: "Leave them out: the login comes later."}
	}
	mode := TLSDirect
	if u.Scheme == "ws" {
		mode = TLSOff
	}
	if wanted != TLSAuto && wanted != mode {
		return nil, "", &reason{
			words:  fmt.Sprintf("--tls %s does not go with a WebSocket whose address begins with %s://", wanted, u.Scheme),
			advice: "Leave --tls out: wss:// has TLS, ws:// has none.",
		}
	}
	return u, mode, nil
}

// connectWebSocket connects, begins TLS for wss://, and changes from HTTP to
// WebSocket (RFC 7395 §3.1).
func (r *route) connectWebSocket(ctx context.Context) (*wire.Conn, error) {
	u, mode, err := webSocketURL(r.cfg.WebSocket, r.cfg.TLS)
	if err != nil {
		return nil, err
	}
	if r.cfg.Component {
		return nil, errors.New("components do not connect by WebSocket")
	}
	r.mode = mode
	port := u.Port()
	if port == "" {
		port = map[TLSMode]string{TLSDirect: "443", TLSOff: "80"}[mode]
	}
	if r.addr, err = hostPort(net.JoinHostPort(u.Hostname(), port), "", port); err != nil {
		return nil, err
	}
	r.begin(StepDial, u.Scheme+"://"+u.Host+u.EscapedPath()) // without the query, which may be a secret
	var raw, socket net.Conn
	err = within(ctx, nil, r.cfg.StepTimeout, func(ctx context.Context) (err error) {
		raw, err = r.dial(ctx, r.addr)
		return err
	})
	if err != nil {
		return nil, err
	}
	socket = raw
	r.chose("connected to %s by WebSocket", r.addr)
	var state *tls.ConnectionState
	if mode == TLSDirect {
		secured, err := r.secureWebSocket(ctx, raw, u.Hostname())
		if err != nil {
			raw.Close()
			return nil, err
		}
		connection := secured.ConnectionState()
		socket, state = secured, &connection
	}
	r.begin(StepStream, "WebSocket with "+u.Host)
	var conn *wire.Conn
	err = within(ctx, nil, r.cfg.StepTimeout, func(ctx context.Context) error {
		stop := context.AfterFunc(ctx, func() { raw.Close() })
		defer stop()
		ws, err := upgrade(ctx, u, socket)
		if err == nil {
			conn = wire.NewWebSocket(ws, raw, state, r.cfg.Wire)
		}
		return err
	})
	if err != nil {
		if conn != nil { // the time was over just as it came about
			conn.CloseNow()
		}
		raw.Close()
		return nil, err
	}
	return conn, nil
}

// secureWebSocket begins TLS. The certificate is for the address's host, as that of
// a web page: XMPP's domain may live elsewhere (RFC 7395 §3.9).
func (r *route) secureWebSocket(ctx context.Context, raw net.Conn, host string) (*tls.Conn, error) {
	name, err := asciiDomain(host)
	if err != nil {
		return nil, fmt.Errorf("%.200q is no host name", host)
	}
	r.begin(StepTLS, "TLS for "+name)
	cfg := r.tlsConfig(name)
	cfg.NextProtos = []string{"http/1.1"}
	secured := tls.Client(raw, cfg)
	err = within(ctx, nil, r.cfg.StepTimeout, func(ctx context.Context) error { return secured.HandshakeContext(ctx) })
	if err != nil {
		return nil, tlsWords(err, TLSDirect)
	}
	state := secured.ConnectionState()
	r.describeTLS(&state, name)
	if name != r.domain {
		r.chose("the certificate of a WebSocket is the one of its address's host %q, not of the domain %q", name, r.domain)
	}
	return secured, nil
}

// upgrade asks over the connection for a WebSocket. No redirection is followed.
func upgrade(ctx context.Context, u *url.URL, socket net.Conn) (*websocket.Conn, error) {
	take := func(context.Context, string, string) (net.Conn, error) { return socket, nil }
	client := &http.Client{
		Transport: &http.Transport{
			DialContext: take, DialTLSContext: take, MaxResponseHeaderBytes: maxResponseHeader,
			// A connection that is kept for another request would be watched, and what comes on it
			// unasked is written to package log's output, which may be somebody's screen.
			DisableKeepAlives: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	ws, response, err := websocket.Dial(ctx, u.String(), &websocket.DialOptions{
		HTTPClient: client, Subprotocols: []string{subprotocol},
	})
	var request *url.Error
	switch {
	case err != nil && response != nil && response.StatusCode != http.StatusSwitchingProtocols:
		return nil, &reason{
			words:  fmt.Sprintf("the answer was no WebSocket but %.100q", response.Status),
			advice: "Check the path: Prosody's is usually /xmpp-websocket, ejabberd's /ws or /websocket.",
			err:    err,
		}
	case errors.As(err, &request):
		// The library's error quotes the address, whose query may be a secret.
		return nil, &reason{
			words:  "there was no answer of HTTP: " + request.Err.Error(),
			advice: "Check the address: its port may not be one for HTTP, or it wants TLS (wss://).",
			err:    request.Err,
		}
	case err != nil:
		return nil, &reason{words: "the answer was no WebSocket: " + err.Error(), advice: "Check the address's path.", err: err}
	case ws.Subprotocol() != subprotocol:
		return nil, &reason{
			words:  "this WebSocket is not for XMPP",
			advice: "Check the path: Prosody's is usually /xmpp-websocket, ejabberd's /ws or /websocket.",
		}
	}
	return ws, nil
}
