package realserver

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	startTimeout = 60 * time.Second // a loaded machine with few cores, many times what a start takes
	stopTimeout  = 15 * time.Second // ejabberd takes 4 s to shut down
	dialTimeout  = 2 * time.Second
	pollInterval = 10 * time.Millisecond
	startTries   = 3 // somebody else may take a port between its choice and the server's start
	logTail      = 80
)

// AnonymousDomain is served with [WithAnonymous].
const AnonymousDomain = "anon.localhost"

// A Server is a running server. Its fields are not to be changed. Its methods are called from the
// goroutine of the test that started it or is lent it.
type Server struct {
	Product         string            // "Prosody", "ejabberd" or "jabberd2"
	Domain          string            // the domain it serves: "localhost"
	Addr            string            // host:port for clients, with STARTTLS
	DirectTLSAddr   string            // host:port for clients, TLS from the first byte
	Accounts        map[string]string // bare JID to password
	CAFile          string            // PEM file of the authority behind the server's certificate
	ComponentAddr   string            // host:port for external components (XEP-0114), without TLS
	ComponentHost   string            // the component's domain
	ComponentSecret string
	LogFile         string // all that the server says

	// With [WithWebSocket], where clients connect by it, without TLS and with.
	WebSocketURL, SecureWebSocketURL string

	kind      product
	dir       string
	ports     ports
	authority *authority
	launch    launch
	process   *process   // nil while it is down
	tb        testing.TB // of whom it is now
}

// A product is one make of server.
type product struct {
	name string
	// find gives the path of what is to be run.
	find func() (string, error)
	// configure writes the server's files into s.dir.
	configure func(s *Server, path string, set settings) (launch, error)
	// portTaken stands in its log when it cannot listen.
	portTaken string
}

// A launch says how a configured server is started.
type launch struct {
	argv, env []string
	ready     []string // in its log when everything is up
}

var (
	errMissing   = errors.New("not installed")
	errLeftOut   = errors.New("no server is started with -short")
	errPortTaken = errors.New("a port was taken by somebody else")
)

// own starts a server for one test.
func own(tb testing.TB, kind product, options []Option) *Server {
	tb.Helper()
	s, err := start(kind, newSettings(options))
	if err != nil {
		refuse(tb, err)
	}
	s.tb = tb
	tb.Cleanup(func() {
		s.showLog(tb)
		s.discard()
	})
	return s
}

// refuse ends a test that has no server: skipped when none is installed or wanted, unless servers
// are required.
func refuse(tb testing.TB, err error) {
	tb.Helper()
	if (errors.Is(err, errMissing) || errors.Is(err, errLeftOut)) && os.Getenv("IQSCOPE_REQUIRE_SERVERS") != "1" {
		tb.Skip(err)
	}
	tb.Fatal(err)
}

func start(kind product, set settings) (*Server, error) {
	if testing.Short() {
		return nil, errLeftOut
	}
	path, err := kind.find()
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		s, err := startOnce(kind, path, set)
		if err == nil {
			return s, nil
		}
		if !errors.Is(err, errPortTaken) || try == startTries {
			return nil, fmt.Errorf("starting %s: %w", kind.name, err)
		}
	}
}

func startOnce(kind product, path string, set settings) (*Server, error) {
	chosen, err := set.ports()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "iqscope-")
	if err != nil {
		return nil, err
	}
	s := &Server{
		Product:         kind.name,
		Domain:          "localhost",
		Addr:            loopback(chosen.client),
		DirectTLSAddr:   loopback(chosen.directTLS),
		Accounts:        map[string]string{"alice@localhost": "alice's secret", "bob@localhost": "bob's secret"},
		CAFile:          filepath.Join(dir, "ca.pem"),
		ComponentAddr:   loopback(chosen.component),
		ComponentHost:   "comp.localhost",
		ComponentSecret: "component secret",
		LogFile:         filepath.Join(dir, "server.log"),
		kind:            kind,
		dir:             dir,
		ports:           chosen,
	}
	maps.Copy(s.Accounts, set.accounts)
	if set.webSocket {
		s.WebSocketURL = fmt.Sprintf("ws://localhost:%d%s", chosen.web, webSocketPath)
		s.SecureWebSocketURL = fmt.Sprintf("wss://localhost:%d%s", chosen.secureWeb, webSocketPath)
	}
	hosts := []string{s.Domain, AnonymousDomain, s.ComponentHost, "pubsub.localhost"}
	if s.authority, err = issue(set.certificate, hosts, s.CAFile, s.certificateFile()); err == nil {
		if s.launch, err = kind.configure(s, path, set); err == nil {
			err = s.boot()
		}
	}
	if err != nil {
		s.discard()
		return nil, err
	}
	return s, nil
}

// Stop shuts the server down in good order: clients see their streams closed.
func (s *Server) Stop() {
	if s.process != nil {
		s.process.stop(stopTimeout)
		s.process = nil
	}
}

// Kill ends the server without a word to its clients, as a crash would.
func (s *Server) Kill() {
	if s.process != nil {
		s.process.kill()
		s.process = nil
	}
}

// Restart starts the server again on the same ports and data, after killing it if it still runs.
func (s *Server) Restart() {
	s.tb.Helper()
	s.Kill()
	if err := s.boot(); err != nil {
		s.tb.Fatalf("restarting %s: %v", s.Product, err)
	}
}

// isReady says whether everything is up, by the log since the start.
func (l launch) isReady(log []byte) bool {
	return !slices.ContainsFunc(l.ready, func(mark string) bool { return !bytes.Contains(log, []byte(mark)) })
}

func (s *Server) discard() {
	s.Kill()
	os.RemoveAll(s.dir)
}

// boot starts the configured server and returns when it accepts connections.
func (s *Server) boot() error {
	before, err := s.logAfter(0)
	if err != nil {
		return err
	}
	s.process, err = startProcess(s.launch, s.dir, s.LogFile)
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(startTimeout); ; time.Sleep(pollInterval) {
		log, err := s.logAfter(len(before))
		switch {
		case err != nil:
		case bytes.Contains(log, []byte(s.kind.portTaken)):
			err = errPortTaken
		case s.launch.isReady(log) && s.listens():
			return nil
		case s.process.exited():
			err = fmt.Errorf("it ended at once:\n%s", tail(log))
		case time.Now().After(deadline):
			err = fmt.Errorf("not ready after %v:\n%s", startTimeout, tail(log))
		}
		if err != nil {
			s.Kill()
			return err
		}
	}
}

func (s *Server) listens() bool {
	addrs := []string{s.Addr, s.DirectTLSAddr, s.ComponentAddr}
	if s.WebSocketURL != "" {
		addrs = append(addrs, hostOf(s.WebSocketURL), hostOf(s.SecureWebSocketURL))
	}
	for _, addr := range addrs {
		conn, err := net.DialTimeout("tcp", addr, dialTimeout)
		if err != nil {
			return false
		}
		conn.Close()
	}
	return true
}

// logAfter is the server's log without its first n bytes.
func (s *Server) logAfter(n int) ([]byte, error) {
	file, err := os.Open(s.LogFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if _, err := file.Seek(int64(n), io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(file)
}

// showLog puts the end of the server's log into the output of a test that failed.
func (s *Server) showLog(tb testing.TB) {
	if !tb.Failed() {
		return
	}
	log, err := s.logAfter(0)
	if err != nil {
		tb.Logf("%s's log: %v", s.Product, err)
		return
	}
	tb.Logf("the end of %s's log:\n%s", s.Product, tail(log))
}

func tail(log []byte) string {
	lines := strings.Split(strings.TrimSpace(string(log)), "\n")
	return strings.Join(lines[max(0, len(lines)-logTail):], "\n")
}

func (s *Server) certificateFile() string {
	return filepath.Join(s.dir, "server.pem")
}
