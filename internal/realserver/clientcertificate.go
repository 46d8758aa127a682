package realserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"
)

// The object identifiers of a certificate's alternative names, and of a JID among them (RFC 6120
// §13.7.1.4).
var (
	oidAlternativeName = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidXMPPAddress     = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 8, 5}
)

// ClientCertificate issues a certificate for an account, signed by the server's authority
// (XEP-0178).
func (s *Server) ClientCertificate(tb testing.TB, jid string) *tls.Certificate {
	tb.Helper()
	names, err := xmppAddress(jid)
	if err != nil {
		tb.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	leaf := &x509.Certificate{
		SerialNumber:    big.NewInt(3),
		Subject:         pkix.Name{CommonName: "iqscope test client"},
		NotBefore:       time.Now().Add(-day),
		NotAfter:        time.Now().Add(60 * day),
		KeyUsage:        x509.KeyUsageDigitalSignature,
		ExtKeyUsage:     []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		ExtraExtensions: []pkix.Extension{{Id: oidAlternativeName, Value: names}},
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, s.authority.certificate, key.Public(), s.authority.key)
	if err != nil {
		tb.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// xmppAddress is the value of the alternative names that hold one JID, which crypto/x509 cannot
// make.
func xmppAddress(jid string) ([]byte, error) {
	text, err := asn1.MarshalWithParams(jid, "utf8")
	if err != nil {
		return nil, err
	}
	oid, err := asn1.Marshal(oidXMPPAddress)
	if err != nil {
		return nil, err
	}
	value, err := asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: text})
	if err != nil {
		return nil, err
	}
	other := asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: append(oid, value...)}
	return asn1.Marshal([]asn1.RawValue{other})
}
