package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// Stream features, in the order in which a client meets them (RFC 6120 §5.4.1,
// §6.3.3, §7.4; the session of RFC 3921 is offered for old clients, and optional).
const (
	featuresTLS  = "<stream:features><starttls xmlns='" + stanza.NSTLS + "'><required/></starttls></stream:features>"
	featuresSASL = "<stream:features><mechanisms xmlns='" + stanza.NSSASL + "'>" +
		"<mechanism>" + mechanism + "</mechanism></mechanisms></stream:features>"
	featuresBind = "<stream:features><bind xmlns='" + stanza.NSBind + "'/>" +
		"<session xmlns='" + nsSession + "'><optional/></session></stream:features>"
)

// refusal ends a stream with a stream error (RFC 6120 §4.9).
type refusal struct {
	condition string
	text      string // may be empty
}

func (e *refusal) Error() string { return e.condition + ": " + e.text }

// serve is the life of one connection.
func (s *Server) serve(w *wire.Conn) {
	ctx, cancel := context.WithTimeoutCause(s.ctx, loginTime,
		&refusal{"connection-timeout", fmt.Sprintf("the login took more than %v", loginTime)})
	c, err := s.login(ctx, w)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	cancel()
	if err == nil {
		err = c.run(s.ctx)
	}
	s.farewell(w, err)
}

// farewell ends a connection as politely as its end allows.
func (s *Server) farewell(w *wire.Conn, end error) {
	defer w.CloseNow()
	if s.ctx.Err() != nil {
		end = &refusal{condition: "system-shutdown"}
	}
	ctx, cancel := context.WithTimeout(context.Background(), farewellTime)
	defer cancel()
	var refused *refusal
	switch {
	case errors.As(end, &refused):
		if el, err := w.Element(refused.xml()); err == nil {
			_, _ = w.Write(ctx, el)
		}
	case !errors.Is(end, io.EOF):
		return // broken or gone; the wire has said what was to be said
	}
	_ = w.Close(ctx)
}

func (e *refusal) xml() string {
	text := ""
	if e.text != "" {
		text = "<text xmlns='" + stanza.NSStreams + "' xml:lang='en'>" + stanza.Escape(e.text) + "</text>"
	}
	return "<stream:error><" + e.condition + " xmlns='" + stanza.NSStreams + "'/>" + text + "</stream:error>"
}

// login goes from the first byte to a bound resource. The order is fixed: TLS,
// then authentication, then binding.
func (s *Server) login(ctx context.Context, w *wire.Conn) (*client, error) {
	if err := openStream(ctx, w, featuresTLS); err != nil {
		return nil, err
	}
	if err := s.startTLS(ctx, w); err != nil {
		return nil, err
	}
	if err := openStream(ctx, w, featuresSASL); err != nil {
		return nil, err
	}
	account, err := s.authenticate(ctx, w)
	if err != nil {
		return nil, err
	}
	w.Restart()
	if err := openStream(ctx, w, featuresBind); err != nil {
		return nil, err
	}
	return s.bind(ctx, w, account)
}

// openStream reads the client's stream header, answers it, and offers features.
// Our own header comes first even when the client's is refused (RFC 6120 §4.9.1.2).
func openStream(ctx context.Context, w *wire.Conn, features string) error {
	if _, err := w.Read(ctx); err != nil {
		return err
	}
	if err := w.Open(wire.Header{From: Domain, ID: rand.Text(), Lang: "en"}); err != nil {
		return err
	}
	peer := w.Peer()
	to, err := stanza.ParseJID(peer.To)
	switch {
	case peer.Content != stanza.NSClient:
		return &refusal{"invalid-namespace", "only clients (" + stanza.NSClient + ") can connect here"}
	case err != nil || to.String() != Domain:
		return &refusal{"host-unknown", "only " + Domain + " is served here"}
	case peer.Version != "1.0":
		return &refusal{"unsupported-version", "a client says version='1.0'"}
	}
	return write(ctx, w, features)
}

// startTLS waits for the change to TLS, the only thing to do in the clear.
func (s *Server) startTLS(ctx context.Context, w *wire.Conn) error {
	for range maxAuthTries {
		el, err := w.Read(ctx)
		if err != nil {
			return err
		}
		switch el.Name() {
		case stanza.Name{Space: stanza.NSTLS, Local: "starttls"}:
			if err := write(ctx, w, "<proceed xmlns='"+stanza.NSTLS+"'/>"); err != nil {
				return err
			}
			return w.StartTLSServer(ctx, s.tlsConfig())
		case stanza.Name{Space: stanza.NSSASL, Local: "auth"}:
			if err := write(ctx, w, saslFailure("encryption-required")); err != nil {
				return err
			}
		default:
			return &refusal{"policy-violation", "STARTTLS must come first"}
		}
	}
	return &refusal{"policy-violation", "STARTTLS must come first"}
}

// write sends one element of our own.
func write(ctx context.Context, w *wire.Conn, xml string) error {
	el, err := w.Element(xml)
	if err != nil {
		return err
	}
	_, err = w.Write(ctx, el)
	return err
}
