package e2e

import (
	"bufio"
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/negotiate"
)

// rawQuery is what the loop sends.
const rawQuery = `<iq to="` + echoPeer + `" type="get" id="%d"><query xmlns="jabber:iq:version"/></iq>`

// roleVariable in the environment makes this program one part of a benchmark, so that each part is
// a process of its own and its share of the processor can be told.
const roleVariable = "IQSCOPE_E2E_ROLE"

// roles are the parts of BenchmarkRoundTrip.
var roles = map[string]func(course) (rate, error){
	"echo":    serveEcho,
	"raw":     course.raw,
	"session": course.session,
}

// course is what a client is to do, as JSON on its standard input.
type course struct {
	Server      string
	Certificate string // PEM
	Count       int
	Window      int
}

func init() {
	if role := os.Getenv(roleVariable); role != "" {
		part = func() int { return playRole(role) } // init itself is bound to a thread, which is slow
	}
}

// playRole is what this program does when it is a part of a benchmark.
func playRole(role string) int {
	var c course
	err := json.NewDecoder(os.Stdin).Decode(&c)
	if err == nil {
		var r rate
		if r, err = roles[role](c); err == nil {
			err = json.NewEncoder(os.Stdout).Encode(r)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, role+":", err)
		return 1
	}
	return 0
}

// serveEcho is the quickest server that a benchmark can think of, over TLS from the first byte. It
// says on a line where it is and by what certificate, and ends with its standard input.
func serveEcho(course) (rate, error) {
	certificate, encoded, err := echoIdentity()
	if err != nil {
		return rate{}, err
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}})
	if err != nil {
		return rate{}, err
	}
	if err := json.NewEncoder(os.Stdout).Encode(course{Server: listener.Addr().String(), Certificate: encoded}); err != nil {
		return rate{}, err
	}
	go acceptAll(listener, func(conn net.Conn) {
		e := &echoStream{bufio.NewReaderSize(conn, 1<<16), bufio.NewWriterSize(conn, 1<<16)}
		e.serve() // it ends with its client
	})
	_, err = io.Copy(io.Discard, os.Stdin)
	return rate{}, err
}

// echoIdentity is a new certificate for localhost, also as PEM.
func echoIdentity() (tls.Certificate, string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, "", err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, "", err
	}
	encoded := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, string(encoded), nil
}

func (c course) roots() *x509.CertPool { return trusting([]byte(c.Certificate)) }

// trusting are the authorities of a PEM file.
func trusting(file []byte) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(file)
	return pool
}

// raw goes the course by a loop that is written by hand.
func (c course) raw() (rate, error) {
	client, err := dialRaw(c.Server, c.roots())
	if err != nil {
		return rate{}, err
	}
	r, err := measured(c.Count, func() error { return client.roundTrips(rawQuery, c.Count, c.Window) })
	return r, cmp.Or(err, client.leave())
}

// session does the same through a session: each answer is scanned, redacted, logged, judged by its id and
// its sender, and told to whom waits for it.
func (c course) session() (rate, error) {
	s := session.New(session.Config{Negotiate: negotiate.Config{
		JID: stanza.MustParseJID(echoAccount), Server: c.Server, TLS: negotiate.TLSDirect, RootCAs: c.roots(),
		Password: func(context.Context) (string, error) { return echoPassword, nil },
	}})
	ctx := context.Background()
	if err := s.Connect(ctx); err != nil {
		return rate{}, err
	}
	defer s.Close(ctx)
	first, err := iqbuilder.Get(iqbuilder.To(echoPeer), iqbuilder.WithQuery("jabber:iq:version"))
	if err != nil {
		return rate{}, err
	}
	return measured(c.Count, func() error {
		window := make([]*session.Request, c.Window)
		for i := range c.Count + c.Window {
			slot := i % c.Window
			if r := window[slot]; r != nil {
				<-r.Done()
				if _, err := r.Result(); err != nil {
					return err
				}
			}
			if i >= c.Count {
				continue
			}
			iq, err := first.WithID(iqbuilder.NewID())
			if err != nil {
				return err
			}
			if window[slot], err = s.Start(iq); err != nil {
				return err
			}
		}
		return nil
	})
}
