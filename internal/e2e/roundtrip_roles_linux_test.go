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
var roles = map[string]func(course) (outcome, error){
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

// outcome is what came of it, as JSON on its standard output.
type outcome struct {
	PerSecond float64
	CPU       time.Duration // of the processor for each round trip
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
		var o outcome
		if o, err = roles[role](c); err == nil {
			err = json.NewEncoder(os.Stdout).Encode(o)
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
func serveEcho(course) (outcome, error) {
	certificate, encoded, err := echoIdentity()
	if err != nil {
		return outcome{}, err
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}})
	if err != nil {
		return outcome{}, err
	}
	if err := json.NewEncoder(os.Stdout).Encode(course{Server: listener.Addr().String(), Certificate: encoded}); err != nil {
		return outcome{}, err
	}
	go acceptAll(listener, func(conn net.Conn) {
		e := &echoStream{bufio.NewReaderSize(conn, 1<<16), bufio.NewWriterSize(conn, 1<<16)}
		e.serve() // it ends with its client
	})
	_, err = io.Copy(io.Discard, os.Stdin)
	return outcome{}, err
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
func (c course) raw() (outcome, error) {
	client, err := dialRaw(c.Server, c.roots())
	if err != nil {
		return outcome{}, err
	}
	if err := client.say(echoHeader, "</stream:features>"); err != nil {
		return outcome{}, err
	}
	o, err := c.measure(func() error { return client.roundTrips(rawQuery, c.Count, c.Window) })
	return o, cmp.Or(err, client.leave())
}

// session does the same through a session: each answer is scanned, redacted, logged, judged by its id and
// its sender, and told to whom waits for it.
func (c course) session() (outcome, error) {
	s := session.New(session.Config{Negotiate: negotiate.Config{
		JID: stanza.MustParseJID(echoAccount), Server: c.Server, TLS: negotiate.TLSDirect, RootCAs: c.roots(),
		Password: func(context.Context) (string, error) { return echoPassword, nil },
	}})
	ctx := context.Background()
	if err := s.Connect(ctx); err != nil {
		return outcome{}, err
	}
	defer s.Close(ctx)
	first, err := iqbuilder.Get(iqbuilder.To(echoPeer), iqbuilder.WithQuery("jabber:iq:version"))
	if err != nil {
		return outcome{}, err
	}
	return c.measure(func() error {
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

// measure does all round trips.
func (c course) measure(all func() error) (outcome, error) {
	r, err := measured(c.Count, all)
	return outcome{r.perSecond, r.cpu}, err
}
