package negotiate

import (
	"context"
	"crypto/tls"
	"time"

	"iqscope/session/wire"
)

// alpnClient is the application protocol of direct TLS (XEP-0368).
const alpnClient = "xmpp-client"

// secure begins TLS, after <proceed/> or right away (XEP-0368).
func (r *route) secure(ctx context.Context, conn *wire.Conn, limit time.Duration) error {
	r.begin(StepTLS, "TLS for "+r.domain)
	return within(ctx, conn, limit, func(ctx context.Context) error { return r.handshake(ctx, conn) })
}

// handshake changes to TLS. The certificate must be for the JID's domain, never
// for the host that was dialled (RFC 6120 §13.7.2).
func (r *route) handshake(ctx context.Context, conn *wire.Conn) error {
	cfg := r.tlsConfig(r.domain)
	if r.mode == TLSDirect && !r.cfg.Component {
		cfg.NextProtos = []string{alpnClient}
	}
	if err := conn.StartTLS(ctx, cfg); err != nil {
		return tlsWords(err, r.mode)
	}
	r.describeTLS(conn.TLS(), r.domain)
	return nil
}

// tlsConfig is for a server whose certificate must be for the name.
func (r *route) tlsConfig(name string) *tls.Config {
	cfg := &tls.Config{
		ServerName:   name,
		RootCAs:      r.cfg.RootCAs,
		MinVersion:   tls.VersionTLS12,
		KeyLogWriter: r.cfg.KeyLog,
	}
	if own := r.cfg.Certificate; own != nil {
		// Shown whatever authorities the server names: some name none, or all.
		cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return own, nil }
	}
	cfg.VerifyConnection = checkKeys
	if r.pin != nil {
		cfg.InsecureSkipVerify = true // the pin is checked instead
		cfg.VerifyConnection = r.pin.checkPin
	}
	return cfg
}

// describeTLS notes what TLS came to.
func (r *route) describeTLS(state *tls.ConnectionState, name string) {
	words := tls.VersionName(state.Version) + " with " + tls.CipherSuiteName(state.CipherSuite)
	if state.NegotiatedProtocol != "" {
		words += ", application protocol " + state.NegotiatedProtocol
	}
	r.chose("%s", words)
	certificate := state.PeerCertificates[0]
	r.chose("the server's certificate: %s", describeCertificate(certificate))
	if r.pin != nil {
		r.chose("this certificate is pinned: its authority, names and dates were not looked at")
	} else {
		r.chose("the certificate was checked for %q, and its authority is trusted here", name)
	}
	if r.cfg.KeyLog != nil {
		r.chose("the secrets of TLS are written to a key log: whoever has it can read a capture of this connection, the login included")
	}
}
