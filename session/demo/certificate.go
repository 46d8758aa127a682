package demo

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"time"
)

// validity of the certificates: a server that runs for longer is restarted.
const validity = 30 * 24 * time.Hour

// authority is a certificate authority and the one certificate it signed. Its
// key is forgotten once it has.
type authority struct {
	root *x509.Certificate
	leaf tls.Certificate
}

// newAuthority makes a certificate for the served domains (RFC 6120 §13.7.1.2:
// the names stand in subjectAltName).
func newAuthority(now time.Time) (authority, error) {
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return authority{}, err
	}
	// The start lies an hour back, so that a clock set back a little does no harm.
	from, until := now.Add(-time.Hour), now.Add(validity)
	rootDER, err := sign(&x509.Certificate{
		Subject:               pkix.Name{CommonName: "iqscope demo authority"},
		NotBefore:             from,
		NotAfter:              until,
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
		// Whoever trusts the file by mistake everywhere trusts it for this only.
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         []string{Domain},
	}, nil, rootKey, rootKey)
	if err != nil {
		return authority{}, err
	}
	root, err := x509.ParseCertificate(rootDER)
	if err != nil {
		return authority{}, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return authority{}, err
	}
	der, err := sign(&x509.Certificate{
		Subject:     pkix.Name{CommonName: Domain},
		DNSNames:    []string{Domain, BotsDomain, PubsubDomain},
		NotBefore:   from,
		NotAfter:    until,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, root, key, rootKey)
	if err != nil {
		return authority{}, err
	}
	return authority{root: root, leaf: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}}, nil
}

// sign signs a certificate; with no parent, with itself.
func sign(template, parent *x509.Certificate, key, by *ecdsa.PrivateKey) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	if parent == nil {
		parent = template
	}
	return x509.CreateCertificate(rand.Reader, template, parent, key.Public(), by)
}

func (a authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.root.Raw})
}
