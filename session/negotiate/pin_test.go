package negotiate_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"strings"
	"testing"

	"iqscope/session/negotiate"
)

// ofOthers is the certificate of a stranger, and its SHA-256 in hex.
func ofOthers(t *testing.T) (*tls.Config, string) {
	cfg := newAuthority(t).issue(t, func(c *x509.Certificate) {
		c.DNSNames, c.NotAfter = []string{"other.example"}, year(2001)
	})
	return cfg, fmt.Sprintf("%x", sha256.Sum256(cfg.Certificates[0].Certificate[0]))
}

func TestAPinReplacesTheCheckOfACertificate(t *testing.T) {
	server, sum := ofOthers(t)
	var colons []string
	for i := 0; i < len(sum); i += 2 {
		colons = append(colons, strings.ToUpper(sum[i:i+2]))
	}
	for _, pin := range []string{sum, strings.Join(colons, ":")} {
		for _, mode := range []negotiate.TLSMode{negotiate.TLSDirect, negotiate.TLSStart} {
			cfg, _ := play(t, func(p *peer) {
				if mode == negotiate.TLSDirect {
					p.secure(server)
				} else {
					p.open(offerTLS)
					p.startTLS(server)
				}
				inTheClear(p)
			})
			cfg.TLS, cfg.Pin = mode, pin
			stream := mustConnect(t, cfg)
			stream.Conn.CloseNow()
			all := strings.Join(stream.Choices, "\n")
			for _, part := range []string{"pinned", `for "other.example"`, "issued by", "2001-01-01", strings.Join(colons, ":")} {
				if !strings.Contains(all, part) {
					t.Errorf("the choices do not say %q:\n%s", part, all)
				}
			}
		}
	}
}

func TestAnotherCertificateThanThePinnedOneIsRefused(t *testing.T) {
	a := newAuthority(t)
	good := a.issue(t, nil)
	seen := fmt.Sprintf("%X", sha256.Sum256(good.Certificates[0].Certificate[0]))
	_, sum := ofOthers(t)
	for _, c := range []struct {
		name, pin string
		step      negotiate.Step
		words     []string
	}{
		{"a right one of a trusted authority", sum, negotiate.StepTLS, []string{"the certificate is not the pinned one: its SHA-256 is " + seen[:2] + ":" + seen[2:4], "No password was sent."}},
		{"too short", sum[:62], negotiate.StepDial, []string{"the pin is no SHA-256 in hex"}},
		{"not hex", "x" + sum[1:], negotiate.StepDial, []string{"the pin is no SHA-256 in hex"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, p := play(t, func(p *peer) { p.secure(good); p.expect("</auth>") })
			cfg.TLS, cfg.RootCAs, cfg.Pin = negotiate.TLSDirect, a.roots, c.pin
			refusePassword(t, &cfg)
			wants(t, mustFail(t, cfg), c.step, false, c.words...)
			sentNoAuth(t, p)
		})
	}
}

func TestTheKeyLogIsWrittenAndSaidToBe(t *testing.T) {
	a, direct, _ := servers(t)
	cfg, _ := play(t, direct)
	var keys bytes.Buffer
	cfg.TLS, cfg.RootCAs, cfg.KeyLog = negotiate.TLSDirect, a.roots, &keys
	stream := mustConnect(t, cfg)
	stream.Conn.CloseNow()
	if !strings.Contains(keys.String(), "CLIENT_TRAFFIC_SECRET_0 ") {
		t.Errorf("the key log is %q", keys.String())
	}
	all := strings.Join(stream.Choices, "\n")
	for _, part := range []string{"written to a key log", "TLS 1.3 with TLS_", `checked for "example.com"`, `for "example.com"; issued by "CN=Authority of the test"; valid from 1999-01-01`} {
		if !strings.Contains(all, part) {
			t.Errorf("the choices do not say %q:\n%s", part, all)
		}
	}
}
