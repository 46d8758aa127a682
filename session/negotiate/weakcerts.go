package negotiate

import (
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"fmt"
)

// minRSA is the shortest RSA key, in bits, that a certificate may have: shorter ones can be
// broken (NIST SP 800-131A). crypto/x509 takes any that it can compute with.
const minRSA = 2048

// checkKeys comes after the usual check of the certificates. There must be a chain to an authority
// whose every key is long enough.
func checkKeys(state tls.ConnectionState) error {
	var short error
	for _, chain := range state.VerifiedChains {
		if short = shortKey(chain); short == nil {
			return nil
		}
	}
	return short
}

func shortKey(chain []*x509.Certificate) error {
	for i, c := range chain {
		key, ok := c.PublicKey.(*rsa.PublicKey)
		if !ok || key.N.BitLen() >= minRSA {
			continue
		}
		whose := "the certificate"
		if i > 0 {
			whose = fmt.Sprintf("the authority %.200q in the certificate's chain", c.Subject.String())
		}
		return &reason{
			words:  fmt.Sprintf("%s has an RSA key of %d bits, which can be broken; at least %d are safe", whose, key.N.BitLen(), minRSA),
			advice: "The server needs a new certificate with a longer key; whoever trusts this one alone can name it with --pin.",
		}
	}
	return nil
}

// brokenHashes are the signature algorithms that crypto/x509 refuses, because others can make a
// certificate that has the same signature. It then says only that the authority is unknown.
var brokenHashes = map[x509.SignatureAlgorithm]bool{
	x509.MD2WithRSA: true, x509.MD5WithRSA: true, x509.SHA1WithRSA: true, x509.DSAWithSHA1: true, x509.ECDSAWithSHA1: true,
}

// brokenSignature says that one of the certificates that the server showed has such a signature;
// nil when none does. What an authority says of itself is not relied on.
func brokenSignature(shown []*x509.Certificate, err error) error {
	for _, c := range shown {
		if brokenHashes[c.SignatureAlgorithm] && !isSelfSigned(c) {
			return &reason{
				words:  fmt.Sprintf("the certificate of %.200q is signed by way of %s, which can be forged", c.Subject.String(), c.SignatureAlgorithm),
				advice: "The server needs a new certificate, signed with SHA-256 or better; --ca does not help.",
				err:    err,
			}
		}
	}
	return nil
}
