package wire

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
)

// identity is a certificate for example.com, and the pool that trusts it.
func identity(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	// Years around both today and the year 2000, where synctest's clock starts.
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"example.com"},
		NotBefore: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:  time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC),
		IsCA:      true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// secure brings TLS between c and the other side's raw end.
func secure(t *testing.T, c *Conn, theirs net.Conn) *tls.Conn {
	t.Helper()
	certificate, pool := identity(t)
	other := tls.Server(theirs, &tls.Config{Certificates: []tls.Certificate{certificate}})
	shaken := make(chan error)
	go func() { shaken <- other.Handshake() }()
	if err := c.StartTLS(t.Context(), &tls.Config{ServerName: "example.com", RootCAs: pool}); err != nil {
		t.Fatalf("StartTLS: %v", err)
	}
	if err := <-shaken; err != nil {
		t.Fatal(err)
	}
	return other
}

func TestBothSidesChangeToTLSInPlace(t *testing.T) {
	certificate, pool := identity(t)
	ours, theirs := net.Pipe()
	client, server := New(ours, Config{}), New(theirs, Config{})
	defer client.CloseNow()
	defer server.CloseNow()
	done := make(chan struct{})
	go func() {
		defer close(done)
		read(t, server)
		server.Open(Header{ID: "1"})
		read(t, server)
		server.Send(t.Context(), element(t, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"))
		if err := server.StartTLSServer(t.Context(), &tls.Config{Certificates: []tls.Certificate{certificate}}); err != nil {
			t.Errorf("the server: %v", err)
			return
		}
		read(t, server)
		server.Open(Header{ID: "2"})
	}()
	client.Open(Header{To: "example.com"})
	read(t, client)
	if client.TLS() != nil {
		t.Error("TLS in the clear")
	}
	client.Send(t.Context(), element(t, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"))
	read(t, client)
	if err := client.StartTLS(t.Context(), &tls.Config{ServerName: "example.com", RootCAs: pool}); err != nil {
		t.Fatalf("the client: %v", err)
	}
	client.Open(Header{To: "example.com"})
	read(t, client)
	<-done
	if id := client.Peer().ID; id != "2" {
		t.Errorf("the header behind TLS has the id %q", id)
	}
	if client.TLS() == nil || client.TLS().Version < tls.VersionTLS12 || server.TLS() == nil {
		t.Error("no TLS state")
	}
}

// Fault 16: bytes behind proceed.
func TestBytesInTheClearBehindProceedStopTheChangeToTLS(t *testing.T) {
	var last *stanza.Stanza
	c, s, theirs := inMemory(t, Config{Log: func(e Event) { last = e.Shown }})
	says(t, theirs, serverHeader+"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><stream:features/>", false)
	read(t, c)
	read(t, c)
	if err := c.StartTLS(t.Context(), &tls.Config{ServerName: "example.com"}); err != ErrBuffered {
		t.Errorf("StartTLS: %v", err)
	}
	if last.Kind() != stanza.Broken || last.XML() != "<stream:features/>" {
		t.Errorf("the log was told of %q last", last.XML())
	}
	if len(s.writes) > 0 {
		t.Errorf("written: %q", s.writes)
	}
}

// Fault 18: a truncated stream is no clean end.
func TestTLSCutShortIsALoss(t *testing.T) {
	for _, c := range []struct {
		name  string
		end   func(other *tls.Conn, theirs net.Conn)
		words string
	}{
		{"inside a record", func(_ *tls.Conn, theirs net.Conn) {
			theirs.Write([]byte{23, 3, 3}) // the beginning of a record of data
			theirs.Close()
		}, "inside a TLS record"},
		{"between records, without a close_notify", func(_ *tls.Conn, theirs net.Conn) { theirs.Close() }, "without </stream:stream>"},
		{"with a close_notify, but without the stream's end", func(other *tls.Conn, _ net.Conn) { other.Close() }, "without </stream:stream>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn, _, theirs := inMemory(t, Config{})
			other := secure(t, conn, theirs)
			go func() {
				other.Write([]byte(serverHeader))
				c.end(other, theirs)
			}()
			read(t, conn)
			_, err := conn.Next(t.Context())
			if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), c.words) {
				t.Errorf("read %v", err)
			}
		})
	}
}

func TestCloseTellsTLSThatItIsOver(t *testing.T) {
	c, _, theirs := inMemory(t, Config{})
	other := secure(t, c, theirs)
	end := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, other)
		end <- err
	}()
	c.Close(t.Context())
	if err := <-end; err != nil {
		t.Errorf("the other side saw %v instead of a clean end", err)
	}
}
