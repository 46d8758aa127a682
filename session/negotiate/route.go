package negotiate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"

	"iqscope/session/wire"
)

// route is how a connection comes about: from the domain's records or the address that the user
// named, by a proxy or without, to TLS where that comes before everything else.
type route struct {
	cfg *Config // defaults filled in
	*progress
	domain   string       // the JID's domain as certificates name it
	pin      *fingerprint // nil for none
	addr     string       // what is dialled
	mode     TLSMode      // of this way; not TLSAuto
	visited  []string     // addresses that sent us on
	tlsLater bool         // connecting leaves TLS to later, also where it is the first thing of all
}

// check refuses a configuration that leads nowhere, before anything is dialled.
func (r *route) check() error {
	var err error
	if r.cfg.JID.IsZero() {
		return errors.New("no account was given")
	}
	if r.domain, err = asciiDomain(r.cfg.JID.Domain()); err != nil {
		return fmt.Errorf("%q is no domain that DNS could know", r.cfg.JID.Domain())
	}
	switch r.cfg.TLS {
	case TLSAuto, TLSStart, TLSDirect, TLSOff:
	default:
		return fmt.Errorf("%q is no TLS mode", r.cfg.TLS)
	}
	if r.pin, err = parsePin(r.cfg.Pin); err != nil {
		return err
	}
	return r.checkProxy()
}

// connect goes the first way that works as far as it can: to TLS, where that comes
// before everything else.
func (r *route) connect(ctx context.Context) (*wire.Conn, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	if r.cfg.WebSocket != "" {
		return r.connectWebSocket(ctx)
	}
	ways, err := r.ways(ctx)
	if err != nil {
		return nil, err
	}
	var failed []string
	var causes []error
	for i, w := range ways {
		last := i == len(ways)-1
		limit := r.cfg.StepTimeout
		if !last {
			limit = min(limit, tryTimeout)
		}
		conn, err := r.follow(ctx, w, limit)
		if err == nil {
			return conn, nil
		}
		failed, causes = append(failed, w.String()+": "+err.Error()), append(causes, err)
		if last || ctx.Err() != nil || w.guess && !speaksNoTLS(err) {
			break
		}
		r.chose("%s was tried first: %v", w, err)
		r.begin(r.step, fmt.Sprintf("failed: %v; trying the next way", err))
	}
	if len(failed) == 1 {
		return nil, causes[0]
	}
	r.addr = ""
	return nil, &reason{
		words:  fmt.Sprintf("none of %d ways led there: %s", len(failed), strings.Join(failed, "; ")),
		advice: advice(causes[len(causes)-1]),
		err:    errors.Join(causes...),
	}
}

// follow goes one way. After an error nothing is left open.
func (r *route) follow(ctx context.Context, w way, limit time.Duration) (*wire.Conn, error) {
	r.addr, r.mode = w.addr, w.mode
	r.begin(StepDial, w.String())
	var socket net.Conn
	err := within(ctx, nil, limit, func(ctx context.Context) (err error) {
		socket, err = r.dial(ctx, w.addr)
		return err
	})
	if err != nil {
		return nil, err
	}
	conn := wire.New(socket, r.cfg.Wire)
	if w.mode == TLSDirect && !r.tlsLater {
		if err := r.secure(ctx, conn, limit); err != nil {
			conn.CloseNow()
			return nil, err
		}
	}
	r.chose("%s", r.connectedWords(w, socket))
	return conn, nil
}

func (r *route) connectedWords(w way, socket net.Conn) string {
	words := "connected to " + w.String()
	if ip, ok := socket.RemoteAddr().(*net.TCPAddr); ok && ip.String() != w.addr && !r.usesProxy(w.addr) {
		words += " at " + ip.String()
	}
	return words + ", " + map[TLSMode]string{
		TLSDirect: "TLS from the first byte", TLSStart: "TLS by STARTTLS", TLSOff: "without TLS",
	}[w.mode]
}

// speaksNoTLS says that an answer to TLS's first message was none of TLS: something
// else, the end, or silence.
func speaksNoTLS(err error) bool {
	var timeout *silence
	return errors.Is(err, errNotTLS) || errors.As(err, &timeout) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}
