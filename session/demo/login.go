package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/ack"
	"iqscope/session/wire"
)

// Stream features, in the order in which a client meets them (RFC 6120 §5.4.1,
// §6.3.3, §7.4; the session of RFC 3921 is offered for old clients, and optional).
const (
	featuresTLS  = "<stream:features><starttls xmlns='" + stanza.NSTLS + "'><required/></starttls></stream:features>"
	featuresBind = "<stream:features><bind xmlns='" + stanza.NSBind + "'/><sm xmlns='" + ack.Namespace + "'/>" +
		"<session xmlns='" + nsSession + "'><optional/></session></stream:features>"
)

// refusal ends a stream with a stream error (RFC 6120 §4.9).
type refusal struct {
	condition   string
	text        string // may be empty
	application string // XML of an application condition, may be empty
}

func refuse(condition, text string) *refusal { return &refusal{condition: condition, text: text} }

func (e *refusal) Error() string { return e.condition + ": " + e.text }

// serve is the life of one connection.
func (s *Server) serve(w *wire.Conn, directTLS bool) {
	ctx, cancel := context.WithTimeoutCause(s.ctx, loginTime,
		refuse("connection-timeout", fmt.Sprintf("the login took more than %v", loginTime)))
	c, err := s.login(ctx, w, directTLS)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	cancel()
	if err == nil {
		err = c.run(s.ctx, w)
	}
	s.farewell(w, err)
}

// farewell ends a connection as politely as its end allows.
func (s *Server) farewell(w *wire.Conn, end error) {
	defer w.CloseNow()
	if s.ctx.Err() != nil {
		end = refuse("system-shutdown", "")
	}
	ctx, cancel := context.WithTimeout(context.Background(), farewellTime)
	defer cancel()
	var refused *refusal
	switch {
	case errors.As(end, &refused):
		if el, err := w.Element(refused.xml()); err == nil {
			_, _ = w.Send(ctx, el)
		}
	case end != io.EOF: // not is: a lost connection may wrap one
		return // broken or gone; the wire has said what was to be said
	}
	_ = w.Close(ctx)
}

func (e *refusal) xml() string {
	text := ""
	if e.text != "" {
		text = "<text xmlns='" + stanza.NSStreams + "' xml:lang='en'>" + stanza.Escape(e.text) + "</text>"
	}
	return "<stream:error><" + e.condition + " xmlns='" + stanza.NSStreams + "'/>" + text + e.application + "</stream:error>"
}

// login goes from the first byte to a client. The order is fixed: TLS, then
// authentication, then a resource, bound anew or resumed.
func (s *Server) login(ctx context.Context, w *wire.Conn, directTLS bool) (*client, error) {
	if directTLS {
		if err := w.StartTLSServer(ctx, s.directTLSConfig()); err != nil {
			return nil, err
		}
	} else {
		if err := openStream(ctx, w, featuresTLS); err != nil {
			return nil, err
		}
		if err := s.startTLS(ctx, w); err != nil {
			return nil, err
		}
	}
	if err := openStream(ctx, w, featuresSASL()); err != nil {
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

// featuresSASL offers the mechanisms, the best first.
func featuresSASL() string {
	offered := ""
	for _, m := range mechanisms {
		offered += "<mechanism>" + m.name + "</mechanism>"
	}
	return "<stream:features><mechanisms xmlns='" + stanza.NSSASL + "'>" + offered + "</mechanisms></stream:features>"
}

// openStream reads the client's stream header, answers it, and offers features.
// Our own header comes first even when the client's is refused (RFC 6120 §4.9.1.2).
func openStream(ctx context.Context, w *wire.Conn, features string) error {
	if _, err := w.Next(ctx); err != nil {
		return err
	}
	if err := w.Open(wire.Header{From: Domain, ID: rand.Text(), Lang: "en"}); err != nil {
		return err
	}
	peer := w.Peer()
	to, err := stanza.ParseJID(peer.To)
	switch {
	case peer.Content != stanza.NSClient:
		return refuse("invalid-namespace", "only clients ("+stanza.NSClient+") can connect here")
	case err != nil || to.String() != Domain:
		return refuse("host-unknown", "only "+Domain+" is served here")
	case peer.Version != "1.0":
		return refuse("unsupported-version", "a client says version='1.0'")
	}
	return write(ctx, w, features)
}

// startTLS waits for the change to TLS, the only thing to do in the clear.
func (s *Server) startTLS(ctx context.Context, w *wire.Conn) error {
	for range maxAuthTries {
		el, err := w.Next(ctx)
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
			return refuse("policy-violation", "STARTTLS must come first")
		}
	}
	return refuse("policy-violation", "STARTTLS must come first")
}

// write sends one element of our own.
func write(ctx context.Context, w *wire.Conn, xml string) error {
	el, err := w.Element(xml)
	if err != nil {
		return err
	}
	_, err = w.Send(ctx, el)
	return err
}
