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

// A way is an address to try, and how TLS comes about there.
type way struct {
	addr string
	mode TLSMode // not TLSAuto
	why  string  // in words; "" when the user named it
	// guess says that nobody promised TLS there: when the answer is not TLS, the
	// next way may still be right.
	guess bool
}

func (w way) String() string {
	if w.why == "" {
		return w.addr
	}
	return w.addr + " (" + w.why + ")"
}

// ways lists what to try, the best first.
func (n *negotiation) ways(ctx context.Context) ([]way, error) {
	mode := n.cfg.TLS
	switch {
	case n.cfg.Component && mode == TLSStart:
		return nil, &reason{words: "components have no STARTTLS", advice: "Use --tls off on this machine, or --tls direct."}
	case n.cfg.Component && n.cfg.Server == "":
		return nil, &reason{words: "a component has to know its server", advice: "Name it with --server HOST:PORT."}
	case n.cfg.Component && mode == TLSAuto:
		mode = TLSOff
	case n.cfg.Server == "" && mode != TLSOff:
		return n.waysOfDomain(ctx)
	}
	port := portClient
	switch {
	case n.cfg.Component:
		port = portComponent
	case mode == TLSDirect:
		port = portDirectTLS
	}
	addr, err := hostPort(n.cfg.Server, n.domain, port)
	if err != nil {
		return nil, err
	}
	switch {
	case mode == TLSAuto && n.tlsLater: // there is nothing to guess from
		return []way{{addr: addr, mode: TLSStart}}, nil
	case mode != TLSAuto:
		return []way{{addr: addr, mode: mode}}, nil
	}
	return []way{{addr: addr, mode: TLSDirect, guess: true}, {addr: addr, mode: TLSStart, why: "again, for STARTTLS"}}, nil
}

// connect goes the first way that works as far as it can: to TLS, where that comes
// before everything else.
func (n *negotiation) connect(ctx context.Context) error {
	if err := n.check(); err != nil {
		return err
	}
	if n.cfg.WebSocket != "" {
		return n.connectWebSocket(ctx)
	}
	ways, err := n.ways(ctx)
	if err != nil {
		return err
	}
	var failed []string
	var causes []error
	for i, w := range ways {
		last := i == len(ways)-1
		limit := n.cfg.StepTimeout
		if !last {
			limit = min(limit, tryTimeout)
		}
		err := n.follow(ctx, w, limit)
		if err == nil {
			return nil
		}
		failed, causes = append(failed, w.String()+": "+err.Error()), append(causes, err)
		if last || ctx.Err() != nil || w.guess && !speaksNoTLS(err) {
			break
		}
		n.chose("%s was tried first: %v", w, err)
		n.begin(n.step, fmt.Sprintf("failed: %v; trying the next way", err))
	}
	if len(failed) == 1 {
		return causes[0]
	}
	n.addr = ""
	return &reason{
		words:  fmt.Sprintf("none of %d ways led there: %s", len(failed), strings.Join(failed, "; ")),
		advice: n.advice(causes[len(causes)-1]),
		err:    errors.Join(causes...),
	}
}

// follow goes one way. After an error nothing is left open.
func (n *negotiation) follow(ctx context.Context, w way, limit time.Duration) error {
	n.addr, n.mode = w.addr, w.mode
	n.begin(StepDial, w.String())
	var socket net.Conn
	err := n.withinTime(ctx, limit, func(ctx context.Context) (err error) {
		socket, err = n.dial(ctx, w.addr)
		return err
	})
	if err != nil {
		return err
	}
	n.conn = wire.New(socket, n.cfg.Wire)
	if w.mode == TLSDirect && !n.tlsLater {
		if err := n.secure(ctx, limit); err != nil {
			n.conn.CloseNow()
			n.conn = nil
			return err
		}
	}
	n.chose("%s", n.connectedWords(w, socket))
	return nil
}

func (n *negotiation) connectedWords(w way, socket net.Conn) string {
	words := "connected to " + w.String()
	if ip, ok := socket.RemoteAddr().(*net.TCPAddr); ok && ip.String() != w.addr && !n.usesProxy(w.addr) {
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
