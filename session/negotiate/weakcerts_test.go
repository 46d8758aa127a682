package negotiate_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"

	"iqscope/session/negotiate"
)

// Fault 17: a certificate of a trusted authority is refused where it can be forged, each
// weakness in its own words.
func TestAWeakCertificateIsRefusedInItsOwnWords(t *testing.T) {
	short, long, longer := rsaKey(t, 1024), rsaKey(t, 2047), rsaKey(t, 2048)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	root := newAuthority(t)
	middle := &x509.Certificate{
		SerialNumber: big.NewInt(4), Subject: pkix.Name{CommonName: "In the middle"},
		NotBefore: year(1999), NotAfter: year(2999), IsCA: true, BasicConstraintsValid: true,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(5), Subject: pkix.Name{CommonName: "a server"},
		NotBefore: year(1999), NotAfter: year(2999), DNSNames: []string{"example.com"},
	}
	by := func(template *x509.Certificate, hash x509.SignatureAlgorithm) *x509.Certificate {
		signed := *template
		signed.SignatureAlgorithm = hash
		return &signed
	}
	const sha1 = x509.ECDSAWithSHA1
	for _, c := range []struct {
		name  string
		chain []link // the leaf first, the last one signed by the root
		words []string
		alone bool // the last one is signed by itself
	}{
		{"1024 bits", []link{{leaf, short}}, []string{"the certificate has an RSA key of 1024 bits, which can be broken; at least 2048 are safe", "a longer key"}, false},
		{"one bit too short", []link{{leaf, long}}, []string{"an RSA key of 2047 bits"}, false},
		{"long enough", []link{{leaf, longer}}, nil, false},
		{"another kind of key", []link{{leaf, curve}}, nil, false},
		{"1024 bits in the middle", []link{{leaf, curve}, {middle, short}}, []string{`the authority "CN=In the middle" in the certificate's chain has an RSA key of 1024 bits`}, false},
		{"SHA-1", []link{{by(leaf, sha1), curve}}, []string{`the certificate of "CN=a server" is signed by way of ECDSA-SHA1, which can be forged`, "--ca does not help"}, false},
		{"SHA-1 in the middle", []link{{leaf, curve}, {by(middle, sha1), curve}}, []string{`the certificate of "CN=In the middle" is signed by way of ECDSA-SHA1`}, false},
		{"what an authority that is not trusted says of itself", []link{{leaf, curve}, {by(middle, sha1), curve}},
			[]string{`was signed by "CN=In the middle", which is not trusted here`}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			shown := tls.Certificate{PrivateKey: c.chain[0].key}
			parent, signer := root.certificate, crypto.Signer(root.key)
			if last := c.chain[len(c.chain)-1]; c.alone {
				parent, signer = last.template, last.key
			}
			for i := len(c.chain) - 1; i >= 0; i-- {
				made, err := x509.CreateCertificate(rand.Reader, c.chain[i].template, parent, c.chain[i].key.Public(), signer)
				if err != nil {
					t.Fatal(err)
				}
				if parent, err = x509.ParseCertificate(made); err != nil {
					t.Fatal(err)
				}
				signer = c.chain[i].key
				shown.Certificate = append([][]byte{made}, shown.Certificate...)
			}
			cfg, p := play(t, func(p *peer) {
				p.secure(&tls.Config{Certificates: []tls.Certificate{shown}})
				p.open(offerAuth)
				p.login()
				p.open(offerBind)
				p.bind("juliet@example.com/balcony")
			})
			cfg.TLS, cfg.RootCAs = negotiate.TLSDirect, root.roots
			if c.words == nil {
				mustConnect(t, cfg)
				return
			}
			refusePassword(t, &cfg)
			wants(t, mustFail(t, cfg), negotiate.StepTLS, false, c.words...)
			sentNoAuth(t, p)
		})
	}
}

// link is one certificate of a chain, and its key.
type link struct {
	template *x509.Certificate
	key      crypto.Signer
}

func rsaKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
