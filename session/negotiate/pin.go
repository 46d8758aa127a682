package negotiate

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"strings"
)

// fingerprint is the SHA-256 of a certificate's DER.
type fingerprint [sha256.Size]byte

// String is what people and other programs show: hex digits with colons.
func (f fingerprint) String() string {
	var b strings.Builder
	for i, octet := range f {
		if i > 0 {
			b.WriteByte(':')
		}
		b.WriteString(strings.ToUpper(hex.EncodeToString([]byte{octet})))
	}
	return b.String()
}

func fingerprintOf(c *x509.Certificate) fingerprint { return sha256.Sum256(c.Raw) }

// parsePin reads a pin; nil for "".
func parsePin(text string) (*fingerprint, error) {
	if text == "" {
		return nil, nil
	}
	octets, err := hex.DecodeString(strings.ReplaceAll(text, ":", ""))
	if err != nil || len(octets) != sha256.Size {
		return nil, &reason{words: "the pin is no SHA-256 in hex", advice: "It has 64 hex digits, colons between them are allowed."}
	}
	f := fingerprint(octets)
	return &f, nil
}

// checkPin takes the place of the usual check of a certificate.
func (f fingerprint) checkPin(state tls.ConnectionState) error {
	if len(state.PeerCertificates) == 0 {
		return errors.New("the server showed no certificate")
	}
	if seen := fingerprintOf(state.PeerCertificates[0]); seen != f {
		return &reason{
			words: "the certificate is not the pinned one: its SHA-256 is " + seen.String(),
			advice: "If the server has a new certificate, find out its SHA-256 in another way, compare, and change --pin; " +
				"else the server may be an impostor.",
		}
	}
	return nil
}
