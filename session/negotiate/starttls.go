package negotiate

import (
	"context"
	"crypto/tls"

	"iqscope/iqbuilder/stanza"
)

// startTLS asks for TLS and changes to it (RFC 6120 §5). A server that does not
// offer it is left at once: no login in the clear.
func (n *negotiation) startTLS(ctx context.Context) error {
	n.begin(StepTLS, "STARTTLS for "+n.domain)
	if !n.features.startTLS {
		return ErrNoTLS
	}
	return n.within(ctx, func(ctx context.Context) error {
		el, err := n.exchange(ctx, "<starttls xmlns='"+stanza.NSTLS+"'/>")
		if err != nil {
			return err
		}
		switch el.Name() {
		case stanza.Name{Space: stanza.NSTLS, Local: "proceed"}:
			return n.handshake(ctx)
		case stanza.Name{Space: stanza.NSTLS, Local: "failure"}:
			return &reason{
				words:  "the server offered TLS but refused to begin it",
				advice: "The server's TLS settings may be broken; try --tls direct.",
			}
		}
		return unexpected("<proceed/>", el)
	})
}

// secure begins with TLS right away (XEP-0368).
func (n *negotiation) secure(ctx context.Context) error {
	n.begin(StepTLS, "TLS for "+n.domain)
	return n.within(ctx, n.handshake)
}

// handshake changes to TLS. The certificate must be for the JID's domain, never
// for the host that was dialled (RFC 6120 §13.7.2).
func (n *negotiation) handshake(ctx context.Context) error {
	cfg := &tls.Config{
		ServerName: n.domain,
		RootCAs:    n.cfg.RootCAs,
		MinVersion: tls.VersionTLS12,
	}
	if n.cfg.TLS == TLSDirect {
		cfg.NextProtos = []string{"xmpp-client"}
	}
	if err := n.conn.StartTLS(ctx, cfg); err != nil {
		return tlsWords(err, n.cfg.TLS)
	}
	return nil
}
