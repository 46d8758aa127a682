package negotiate

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"iqscope/session/wire"
)

// maxNamesShown is how many of a certificate's names a message lists.
const maxNamesShown = 5

// errNotTLS is behind the words when the answer to TLS's first message was something else.
var errNotTLS = errors.New("not TLS")

// tlsWords says why TLS did not come about.
func tlsWords(err error, mode TLSMode) error {
	var (
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		socket      *os.SyscallError
	)
	switch {
	case errors.As(err, &certificate):
		return certificateWords(certificate)
	case errors.As(err, &record) && mode == TLSDirect && strangerWords(string(record.RecordHeader[:])) != "":
		return &reason{strangerWords(string(record.RecordHeader[:])) + ", without TLS",
			"Check that this is the port for XMPP clients.", fmt.Errorf("%w: %w", errNotTLS, err)}
	case strings.Contains(err.Error(), "tls: no application protocol"):
		return &reason{"what answers there speaks TLS, but has no XMPP for clients in it",
			"It may be a web server: check the port; XMPP's with TLS from the first byte is usually 5223.", err}
	case errors.As(err, &record) && mode == TLSDirect:
		return &reason{"what answers there does not speak TLS",
			"The port may be one for STARTTLS: try --tls starttls.", fmt.Errorf("%w: %w", errNotTLS, err)}
	case errors.Is(err, io.EOF) && mode == TLSDirect:
		return &reason{"the server hung up when TLS began",
			"The port may be one for STARTTLS: try --tls starttls.", err}
	case errors.As(err, &socket) && mode == TLSDirect:
		return &reason{wire.SocketWords(err) + " when TLS began",
			"The port may be one for STARTTLS: try --tls starttls.", err}
	case errors.As(err, &socket):
		return &reason{words: wire.SocketWords(err) + " when TLS began", err: err}
	case errors.As(err, &record):
		return &reason{"what came after <proceed/> is not TLS",
			"Someone on the way may be tampering with the connection; try --tls direct, or another network.", err}
	case saysOldTLS(err.Error()):
		return &reason{"the server has no TLS 1.2 or newer",
			"Older versions are broken; the server must be updated.", err}
	}
	return err
}

// saysOldTLS recognizes what crypto/tls says when the other side has chosen an old
// version, or has told us with an alert that it has none of ours (RFC 8446 §6.2).
// There is no type for either.
func saysOldTLS(message string) bool {
	return strings.Contains(message, "unsupported protocol version") || strings.Contains(message, "protocol version not supported")
}

// certificateWords says what is wrong with a certificate. Names in it are the
// other side's words and stand in quotes.
func certificateWords(failed *tls.CertificateVerificationError) error {
	err := failed.Err
	var (
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
		authority x509.UnknownAuthorityError
	)
	const impostor = "The server reached may be another one, or an impostor: check the JID's domain and --server."
	switch {
	case errors.As(err, &name) && !hasNames(name.Certificate):
		return &reason{fmt.Sprintf("the certificate names no host but in its common name %.100q, which no longer counts", name.Certificate.Subject.CommonName),
			"The server needs a certificate with subject alternative names.", err}
	case errors.As(err, &name):
		return &reason{fmt.Sprintf("the certificate is not for %q but for %s", name.Host, namesOf(name.Certificate)),
			impostor, err}
	case errors.As(err, &authority) && brokenSignature(failed.UnverifiedCertificates, err) != nil:
		return brokenSignature(failed.UnverifiedCertificates, err)
	case errors.As(err, &authority) && isSelfSigned(authority.Cert) && authority.Cert.Equal(failed.UnverifiedCertificates[0]):
		return &reason{"the certificate is self-signed, so nobody vouches for it",
			"If it is the server's own, save it and name it with --ca FILE.", err}
	case errors.As(err, &authority):
		issuer := "an unnamed authority"
		if authority.Cert != nil {
			issuer = fmt.Sprintf("%.200q", authority.Cert.Issuer.String())
		}
		return &reason{"the certificate was signed by " + issuer + ", which is not trusted here",
			"If you trust this authority, name its certificate with --ca FILE.", err}
	case errors.As(err, &invalid):
		return invalidWords(invalid)
	}
	return &reason{fmt.Sprintf("the certificate was not accepted: %.200q", err.Error()),
		impostor, err}
}

func invalidWords(e x509.CertificateInvalidError) error {
	switch e.Reason {
	case x509.Expired:
		if time.Now().Before(e.Cert.NotBefore) {
			return &reason{"the certificate is not valid before " + day(e.Cert.NotBefore),
				"Check this machine's clock.", e}
		}
		return &reason{"the certificate expired on " + day(e.Cert.NotAfter),
			"The server must renew it; check this machine's clock, too.", e}
	case x509.IncompatibleUsage:
		return &reason{"the certificate is not meant for a server",
			"The server needs a certificate for TLS servers.", e}
	}
	return &reason{words: fmt.Sprintf("the certificate is not valid: %.200q", e.Error()), err: e}
}

// describeCertificate says in words what a certificate says of itself. Names in it
// are the other side's words and stand in quotes.
func describeCertificate(c *x509.Certificate) string {
	names := namesOf(c)
	if names == "" {
		names = fmt.Sprintf("no host, common name %.100q", c.Subject.CommonName)
	}
	return fmt.Sprintf("for %s; issued by %.200q; valid from %s to %s; SHA-256 %s",
		names, c.Issuer.String(), day(c.NotBefore), day(c.NotAfter), fingerprintOf(c))
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

func hasNames(c *x509.Certificate) bool {
	return len(c.DNSNames)+len(c.IPAddresses) > 0
}

func isSelfSigned(c *x509.Certificate) bool {
	return c != nil && bytes.Equal(c.RawIssuer, c.RawSubject)
}

// namesOf lists whom a certificate is for.
func namesOf(c *x509.Certificate) string {
	var names []string
	for _, d := range c.DNSNames {
		names = append(names, fmt.Sprintf("%.100q", d))
	}
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) > maxNamesShown {
		names = append(names[:maxNamesShown], fmt.Sprintf("%d more", len(names)-maxNamesShown))
	}
	return strings.Join(names, ", ")
}
