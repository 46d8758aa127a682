package negotiate

import (
	"context"
	"crypto/tls"
	"time"

	"iqscope/iqbuilder/stanza"
)

// alpnClient is the application protocol of direct TLS (XEP-0368).
const alpnClient = "xmpp-client"

const startTLSRequest = "<starttls xmlns='" + stanza.NSTLS + "'/>"

var errTLSRefused = &reason{
	words:  "the server offered TLS but refused to begin it",
	advice: "The server's TLS settings may be broken; try --tls direct.",
}

// secure begins TLS, after <proceed/> or right away (XEP-0368).
func (n *negotiation) secure(ctx context.Context, limit time.Duration) error {
	n.begin(StepTLS, "TLS for "+n.domain)
	return n.withinTime(ctx, limit, n.handshake)
}

// handshake changes to TLS. The certificate must be for the JID's domain, never
// for the host that was dialled (RFC 6120 §13.7.2).
func (n *negotiation) handshake(ctx context.Context) error {
	cfg := n.tlsConfig(n.domain)
	if n.mode == TLSDirect && !n.cfg.Component {
		cfg.NextProtos = []string{alpnClient}
	}
	if err := n.conn.StartTLS(ctx, cfg); err != nil {
		return tlsWords(err, n.mode)
	}
	n.describeTLS(n.conn.TLS(), n.domain)
	return nil
}

// tlsConfig is for a server whose certificate must be for the name.
func (n *negotiation) tlsConfig(name string) *tls.Config {
	cfg := &tls.Config{
		ServerName:   name,
		RootCAs:      n.cfg.RootCAs,
		MinVersion:   tls.VersionTLS12,
		KeyLogWriter: n.cfg.KeyLog,
	}
	if own := n.cfg.Certificate; own != nil {
		// Shown whatever authorities the server names: some name none, or all.
		cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return own, nil }
	}
	if n.pin != nil {
		cfg.InsecureSkipVerify = true // the pin is checked instead
		cfg.VerifyConnection = n.pin.checkPin
	}
	return cfg
}

// describeTLS notes what TLS came to.
func (n *negotiation) describeTLS(state *tls.ConnectionState, name string) {
	words := tls.VersionName(state.Version) + " with " + tls.CipherSuiteName(state.CipherSuite)
	if state.NegotiatedProtocol != "" {
		words += ", application protocol " + state.NegotiatedProtocol
	}
	n.chose("%s", words)
	certificate := state.PeerCertificates[0]
	n.chose("the server's certificate: %s", describeCertificate(certificate))
	if n.pin != nil {
		n.chose("this certificate is pinned: its authority, names and dates were not looked at")
	} else {
		n.chose("the certificate was checked for %q, and its authority is trusted here", name)
	}
	if n.cfg.KeyLog != nil {
		n.chose("the secrets of TLS are written to a key log: whoever has it can read a capture of this connection, the login included")
	}
}
