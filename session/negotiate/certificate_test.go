package negotiate_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/session/negotiate"
)

// authority signs certificates. It is valid in synctest's year 2000 as well as today.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	roots       *x509.CertPool
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{key: key, roots: x509.NewCertPool()}
	a.certificate = sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Authority of the test"},
		NotBefore: year(1999), NotAfter: year(2999), IsCA: true, BasicConstraintsValid: true,
	}, nil, key, key)
	a.roots.AddCert(a.certificate)
	return a
}

func year(y int) time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC) }

// sign makes a certificate; without a parent it signs itself.
func sign(t testing.TB, template, parent *x509.Certificate, key, signer *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

// issue makes a server's certificate: a good one for example.com, then changed.
func (a *authority) issue(t testing.TB, change func(template *x509.Certificate)) *tls.Config {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "a server"},
		NotBefore: year(1999), NotAfter: year(2999), DNSNames: []string{"example.com"},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if change != nil {
		change(template)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	certificate := sign(t, template, a.certificate, key, a.key)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{certificate.Raw}, PrivateKey: key}}}
}

// Fault 17: the reason is named.
func TestABadCertificateIsRefusedInWordsBeforeAnyPassword(t *testing.T) {
	a := newAuthority(t)
	for _, c := range []struct {
		name   string
		change func(*x509.Certificate)
		words  string
	}{
		{"for another name", func(c *x509.Certificate) { c.DNSNames = []string{"evil.example", "x.evil.example"} },
			`not for "example.com" but for "evil.example", "x.evil.example"`},
		{"for the host that was dialled", func(c *x509.Certificate) {
			c.DNSNames, c.IPAddresses = []string{"xmpp.example.net"}, []net.IP{net.IPv4(127, 0, 0, 1)}
		}, `not for "example.com" but for "xmpp.example.net", 127.0.0.1`},
		{"with the common name only", func(c *x509.Certificate) { c.DNSNames, c.Subject.CommonName = nil, "example.com" },
			`names no host but in its common name "example.com"`},
		{"with a wildcard inside a label", func(c *x509.Certificate) { c.DNSNames = []string{"ex*le.com"} }, `but for "ex*le.com"`},
		{"with a wildcard for the labels below", func(c *x509.Certificate) { c.DNSNames = []string{"*.example.com"} }, `but for "*.example.com"`},
		{"with a terrible name", func(c *x509.Certificate) { c.DNSNames, c.Subject.CommonName = nil, "\x1b]52;c;aGk=\a" }, `"\x1b]52;c;aGk=\a"`},
		{"expired", func(c *x509.Certificate) { c.NotAfter = year(2001) }, "expired on 2001-01-01 00:00 UTC"},
		{"not yet valid", func(c *x509.Certificate) { c.NotBefore = year(2998) }, "not valid before 2998-01-01 00:00 UTC"},
		{"for clients", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }, "not meant for a server"},
		{"with a great many names", func(c *x509.Certificate) { c.DNSNames = []string{"1.x", "2.x", "3.x", "4.x", "5.x", "6.x", "7.x"} }, `"5.x", 2 more.`},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, p := play(t, func(p *peer) {
				p.open(offerTLS)
				p.startTLS(a.issue(t, c.change))
				p.open(offerAuth)
				p.expect("</auth>")
			})
			cfg.TLS, cfg.RootCAs = negotiate.TLSStart, a.roots
			refusePassword(t, &cfg)
			wants(t, mustFail(t, cfg), negotiate.StepTLS, false, c.words, "securing the stream with example.com (127.0.0.1:5222) failed", "No password was sent.")
			sentNoAuth(t, p)
		})
	}
}

// Fault 17: self-signed, and of an unknown authority.
func TestACertificateOfAnUnknownAuthorityIsRefused(t *testing.T) {
	a, other := newAuthority(t), newAuthority(t)
	self := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{other.certificate.Raw}, PrivateKey: other.key}}}
	for _, c := range []struct {
		name  string
		tls   *tls.Config
		words string
	}{
		{"unknown", other.issue(t, nil), `signed by "CN=Authority of the test", which is not trusted here`},
		{"none", self, "names no host"},
		{"itself", func() *tls.Config {
			key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			template := &x509.Certificate{SerialNumber: big.NewInt(3), DNSNames: []string{"example.com"}, NotBefore: year(1999), NotAfter: year(2999)}
			return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{sign(t, template, nil, key, key).Raw}, PrivateKey: key}}}
		}(), "self-signed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, p := play(t, func(p *peer) {
				p.secure(c.tls)
				p.expect("</auth>")
			})
			cfg.TLS, cfg.RootCAs = negotiate.TLSDirect, a.roots
			refusePassword(t, &cfg)
			wants(t, mustFail(t, cfg), negotiate.StepTLS, false, c.words)
			sentNoAuth(t, p)
		})
	}
}

func TestTheDomainIsAskedForAsCertificatesHaveIt(t *testing.T) {
	a := newAuthority(t)
	asked := ""
	cfg, _ := play(t, func(p *peer) {
		server := a.issue(t, func(c *x509.Certificate) { c.DNSNames = []string{"xn--bcher-kva.example"} })
		server.NextProtos = []string{"xmpp-client"}
		server.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			asked = hello.ServerName
			return nil, nil
		}
		p.secure(server)
		inTheClear(p)
	})
	cfg.TLS, cfg.RootCAs, cfg.JID = negotiate.TLSDirect, a.roots, xmpptest.JID(t, "juliet@BÜCHER.example")
	stream := mustConnect(t, cfg)
	if asked != "xn--bcher-kva.example" || stream.TLS.NegotiatedProtocol != "xmpp-client" {
		t.Errorf("asked for %q and agreed on the protocol %q", asked, stream.TLS.NegotiatedProtocol)
	}
}

// Fault 18: TLS 1.0 and 1.1.
func TestOldTLSIsRefused(t *testing.T) {
	a := newAuthority(t)
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			cfg, p := play(t, func(p *peer) {
				server := a.issue(t, nil)
				server.MinVersion, server.MaxVersion = tls.VersionTLS10, version
				p.secure(server)
				p.expect("</auth>")
			})
			cfg.TLS, cfg.RootCAs = negotiate.TLSDirect, a.roots
			refusePassword(t, &cfg)
			wants(t, mustFail(t, cfg), negotiate.StepTLS, false, "no TLS 1.2 or newer")
			sentNoAuth(t, p)
		})
	}
}
