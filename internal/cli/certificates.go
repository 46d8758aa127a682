package cli

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"iqscope/session/negotiate"
)

// trusted returns the system's authorities and those of a file; nil, which
// means the system's, without a file.
func trusted(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("--ca: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("--ca: %s holds no certificate in PEM form%s", file, keyHint(text))
	}
	return pool, nil
}

// keyHint helps whoever took the wrong one of two files.
func keyHint(text []byte) string {
	if strings.Contains(string(text), "PRIVATE KEY") {
		return ", but a private key"
	}
	return ""
}

// ownCertificate reads the certificate to log in with; nil without one.
func ownCertificate(cert, key string) (*tls.Certificate, error) {
	if cert == "" {
		return nil, nil
	}
	if key == "" {
		key = cert
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		// crypto/tls says what is wrong with the contents, and the file system
		// which file it cannot read; neither quotes what stands in them.
		return nil, fmt.Errorf("--cert and --key: %s", strings.TrimPrefix(err.Error(), "tls: "))
	}
	return &pair, nil
}

// checkPin refuses what cannot be the SHA-256 of a certificate.
func checkPin(pin string) error {
	if pin == "" {
		return nil
	}
	sum, err := hex.DecodeString(strings.ReplaceAll(pin, ":", ""))
	if err != nil || len(sum) != sha256.Size {
		return fmt.Errorf("want the SHA-256 of a certificate, %d hexadecimal digits; "+
			"openssl x509 -noout -fingerprint -sha256 prints it", 2*sha256.Size)
	}
	return nil
}

// checkWebSocket refuses what is no address of a WebSocket. The errors do not quote it:
// such addresses hold tokens at times.
func checkWebSocket(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	switch {
	case err != nil, u.Scheme != "wss" && u.Scheme != "ws", u.Hostname() == "":
		return errors.New("want an address such as wss://example.org/xmpp-websocket")
	case u.Port() != "" && negotiate.CheckServer("localhost:"+u.Port()) != nil:
		return fmt.Errorf("%q is no port", u.Port())
	case u.User != nil:
		return errors.New("other users of this machine can read command lines; no user name or password belongs into the address")
	}
	return nil
}
