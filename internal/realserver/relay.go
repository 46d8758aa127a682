package realserver

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"os"
	"sync"
	"testing"
)

// Relay stands between a client and the server, on direct TLS with the server's own certificate,
// and changes what the server says: each piece of it goes through change, which is called from one
// goroutine for each connection. The address is for the clients, who cannot bind their login to the
// channel, as it is another one on each side.
func (s *Server) Relay(tb testing.TB, change func(piece []byte) []byte) (addr string) {
	tb.Helper()
	certificate, err := tls.LoadX509KeyPair(s.certificateFile(), s.certificateFile())
	if err != nil {
		tb.Fatal(err)
	}
	pem, err := os.ReadFile(s.CAFile)
	if err != nil {
		tb.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}})
	if err != nil {
		tb.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := tls.Dial("tcp", s.DirectTLSAddr, &tls.Config{RootCAs: roots, ServerName: s.Domain})
			if err != nil {
				client.Close()
				continue
			}
			running.Go(func() { relay(server, client, func(piece []byte) []byte { return piece }) })
			running.Go(func() { relay(client, server, change) })
		}
	})
	tb.Cleanup(func() {
		listener.Close()
		running.Wait()
	})
	return listener.Addr().String()
}

// relay ends when one of the two has gone, and takes the other with it.
func relay(to io.WriteCloser, from net.Conn, change func([]byte) []byte) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 1<<16)
	for {
		n, err := from.Read(buffer)
		if _, failed := to.Write(change(buffer[:n])); err != nil || failed != nil {
			return
		}
	}
}
