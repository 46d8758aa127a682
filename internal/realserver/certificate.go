package realserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"time"
)

// A Certificate says which certificate a server shows. All but SelfSigned are signed by the
// authority in [Server.CAFile].
type Certificate int

const (
	Good        Certificate = iota // for the domain and the hosts below it, valid now
	WrongName                      // for other.example alone
	Expired                        // since yesterday
	NotYetValid                    // from tomorrow
	SelfSigned                     // its own issuer, unknown to the authority
)

const day = 24 * time.Hour

// An authority signs certificates for one test run.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// issue makes a fresh authority and a server certificate of the given kind. The authority's
// certificate goes to caFile, the server's with its private key to serverFile.
func issue(kind Certificate, hosts []string, caFile, serverFile string) (*authority, error) {
	now := time.Now()
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	ca := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "iqscope test authority"},
		NotBefore:             now.Add(-30 * day),
		NotAfter:              now.Add(90 * day),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		return nil, err
	}

	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: "iqscope test server"},
		DNSNames:     hosts,
		NotBefore:    now.Add(-day),
		NotAfter:     now.Add(60 * day),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	issuer, issuerKey := ca, caKey
	switch kind {
	case WrongName:
		leaf.DNSNames = []string{"other.example"}
	case Expired:
		leaf.NotBefore, leaf.NotAfter = now.Add(-7*day), now.Add(-day)
	case NotYetValid:
		leaf.NotBefore = now.Add(day)
	case SelfSigned:
		issuer, issuerKey = leaf, leafKey
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, issuer, leafKey.Public(), issuerKey)
	if err != nil {
		return nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(leafKey)
	if err != nil {
		return nil, err
	}

	if err := os.WriteFile(caFile, pemBlock("CERTIFICATE", caDER), 0o600); err != nil {
		return nil, err
	}
	server := append(pemBlock("PRIVATE KEY", keyDER), pemBlock("CERTIFICATE", leafDER)...)
	return &authority{ca, caKey}, os.WriteFile(serverFile, server, 0o600)
}

func pemBlock(label string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})
}
