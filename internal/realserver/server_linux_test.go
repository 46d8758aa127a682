package realserver

import (
	"bytes"
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"iqscope/internal/xmpptest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	xmpptest.ManyAtOnce()
	goleak.VerifyTestMain(Fixtures(m))
}

// brands are the servers that every behaviour is shown on.
var brands = []struct {
	name   string
	start  func(testing.TB, ...Option) *Server
	shared func(testing.TB) *Server
}{
	{"Prosody", Prosody, SharedProsody},
	{"ejabberd", Ejabberd, SharedEjabberd},
	{"jabberd2", Jabberd2, SharedJabberd2},
}

const streamHeader = "<?xml version='1.0'?><stream:stream to='%s' version='1.0' xmlns='%s'" +
	" xmlns:stream='http://etherx.jabber.org/streams'>"

func TestItOffersSTARTTLSToClients(t *testing.T) {
	for _, brand := range brands {
		t.Run(brand.name, func(t *testing.T) {
			server := brand.shared(t)
			conn := dial(t, server.Addr)
			send(t, conn, fmt.Sprintf(streamHeader, server.Domain, "jabber:client"))
			features := readUntil(t, conn, "</stream:features>")
			if !strings.Contains(features, "urn:ietf:params:xml:ns:xmpp-tls") {
				t.Errorf("no STARTTLS in %s", features)
			}
		})
	}
}

func TestItOffersLoginsOverTLS(t *testing.T) {
	mechanisms := map[string][]string{
		"Prosody": {"SCRAM-SHA-1", "SCRAM-SHA-256", "PLAIN"}, "ejabberd": {"SCRAM-SHA-1", "SCRAM-SHA-256", "PLAIN"},
		"jabberd2": {"PLAIN", "DIGEST-MD5"},
	}
	for _, brand := range brands {
		t.Run(brand.name, func(t *testing.T) {
			server := brand.shared(t)
			conn := dial(t, server.Addr)
			send(t, conn, fmt.Sprintf(streamHeader, server.Domain, "jabber:client"))
			readUntil(t, conn, "</stream:features>")
			send(t, conn, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
			readUntil(t, conn, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
			secure := tls.Client(conn, trusting(t, server))
			send(t, secure, fmt.Sprintf(streamHeader, server.Domain, "jabber:client"))
			features := readUntil(t, secure, "</stream:features>")
			for _, mechanism := range mechanisms[brand.name] {
				if !strings.Contains(features, "<mechanism>"+mechanism+"</mechanism>") {
					t.Errorf("no %s in %s", mechanism, features)
				}
			}
		})
	}
}

func TestItAcceptsItsComponent(t *testing.T) {
	for _, brand := range brands {
		t.Run(brand.name, func(t *testing.T) {
			server := brand.shared(t)
			conn := dial(t, server.ComponentAddr)
			send(t, conn, fmt.Sprintf(streamHeader, server.ComponentHost, "jabber:component:accept"))
			header := readUntil(t, conn, "jabber:component:accept", ">")
			_, id, _ := strings.Cut(header, " id=")
			id = id[1 : 1+strings.Index(id[1:], id[:1])] // between quotes of either kind
			digest := sha1.Sum([]byte(id + server.ComponentSecret))
			send(t, conn, "<handshake>"+hex.EncodeToString(digest[:])+"</handshake>")
			readUntil(t, conn, "<handshake", ">")
		})
	}
}

func TestItShowsTheCertificateAskedFor(t *testing.T) {
	t.Parallel()
	kinds := []struct {
		name    string
		kind    Certificate
		problem string // in what crypto/tls says
	}{
		{"wrong name", WrongName, "valid for other.example, not localhost"},
		{"expired", Expired, "expired or is not yet valid: current time"},
		{"not yet valid", NotYetValid, "is before"},
		{"self-signed", SelfSigned, "unknown authority"},
	}
	for _, brand := range brands {
		for _, row := range kinds {
			t.Run(brand.name+"/"+row.name, func(t *testing.T) {
				t.Parallel()
				server := brand.start(t, WithCertificate(row.kind))
				err := tls.Client(dial(t, server.DirectTLSAddr), trusting(t, server)).Handshake()
				if err == nil || !strings.Contains(err.Error(), row.problem) {
					t.Errorf("got %v, want a refusal saying %q", err, row.problem)
				}
			})
		}
	}
}

func TestItComesBackOnTheSamePorts(t *testing.T) {
	t.Parallel()
	ends := []struct {
		name string
		end  func(*Server)
	}{
		{"after a crash", (*Server).Kill},
		{"after a shutdown", (*Server).Stop},
		{"from running", func(*Server) {}},
	}
	for _, brand := range brands {
		t.Run(brand.name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			server := brand.start(t)
			t.Logf("%s started in %v", server.Product, time.Since(began).Round(time.Millisecond))
			for _, row := range ends {
				row.end(server)
				if server.process == nil && server.listens() {
					t.Errorf("%s: it still listens", row.name)
				}
				server.Restart()
				if !server.listens() {
					t.Errorf("%s: it does not listen", row.name)
				}
			}
		})
	}
}

func TestItLeavesNothingBehind(t *testing.T) {
	if testing.Short() {
		t.Skip(errLeftOut)
	}
	t.Parallel()
	for _, brand := range brands {
		t.Run(brand.name, func(t *testing.T) {
			t.Parallel()
			var server *Server
			var pid int
			t.Run("while it is used", func(t *testing.T) {
				server = brand.start(t)
				pid = server.process.cmd.Process.Pid
			})
			if err := syscall.Kill(-pid, 0); err != syscall.ESRCH {
				t.Errorf("its process group is still there: %v", err)
			}
			if _, err := os.Stat(server.dir); !os.IsNotExist(err) {
				t.Errorf("its folder is still there: %v", err)
			}
		})
	}
}

func TestATakenPortMakesItChooseOthers(t *testing.T) {
	t.Parallel()
	for _, kind := range []product{prosody, ejabberd, jabberd2} {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			taken := listener.Addr().(*net.TCPAddr).Port
			choices := 0
			server := own(t, kind, []Option{func(s *settings) {
				s.ports = func() (ports, error) {
					chosen, err := freePorts()
					if choices++; choices == 1 {
						chosen.component = taken
					}
					return chosen, err
				}
			}})
			if choices != 2 || server.ComponentAddr == loopback(taken) {
				t.Errorf("%d choices, the last with %s", choices, server.ComponentAddr)
			}
		})
	}
}

func TestABrokenConfigurationIsReported(t *testing.T) {
	if testing.Short() {
		t.Skip(errLeftOut)
	}
	t.Parallel()
	for _, kind := range []product{prosody, ejabberd} {
		t.Run(kind.name, func(t *testing.T) {
			if _, err := kind.find(); err != nil {
				refuse(t, err)
			}
			_, err := start(kind, newSettings([]Option{WithConfig("no_such_thing: {")}))
			if err == nil || !strings.Contains(err.Error(), "it ended at once") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A witness is a test whose end is noted instead of carried out.
type witness struct {
	testing.TB
	end string
}

func (w *witness) Helper()      {}
func (w *witness) Skip(...any)  { w.end = "skipped"; runtime.Goexit() }
func (w *witness) Fatal(...any) { w.end = "failed"; runtime.Goexit() }

func TestAMissingServerSkipsTheTestUnlessServersAreRequired(t *testing.T) {
	for _, row := range []struct{ required, end string }{{"", "skipped"}, {"1", "failed"}} {
		t.Setenv("IQSCOPE_REQUIRE_SERVERS", row.required)
		var test witness
		done := make(chan struct{})
		go func() {
			defer close(done)
			own(&test, product{find: func() (string, error) { return "", errMissing }}, nil)
		}()
		<-done
		if test.end != row.end {
			t.Errorf("IQSCOPE_REQUIRE_SERVERS=%q: %s", row.required, test.end)
		}
	}
}

func TestAServerIsLentToOneTestAtATime(t *testing.T) {
	first := SharedProsody(t)
	if again := SharedProsody(t); again != first {
		t.Error("a test that asks twice gets two servers")
	}
	t.Run("part", func(t *testing.T) {
		if SharedProsody(t) != first {
			t.Error("a part of the test gets a server of its own")
		}
	})

	// Other tests, as far as the fleet can tell.
	var second *Server
	t.Run("others", func(t *testing.T) {
		other := &borrower{TB: t, name: "TestOther"}
		if second = SharedProsody(other); second == first {
			t.Error("another test gets the same server meanwhile")
		}
		if SharedProsody(&borrower{TB: t, name: "TestOther2"}) == second {
			t.Error("a test whose name begins alike is taken for a part of the other")
		}
	})
	t.Run("later", func(t *testing.T) {
		// one of the two that were given back
		if later := SharedProsody(&borrower{TB: t, name: "TestLater"}); later == first || !later.listens() {
			t.Error("it is the one that the first test still has, or none that listens")
		}
	})
}

// A borrower is a test by another name.
type borrower struct {
	testing.TB
	name string
}

func (b *borrower) Name() string { return b.name }

func TestAServerThatWasLeftDeadIsNotLentAgain(t *testing.T) {
	for _, row := range []struct {
		name string
		end  func(*Server)
	}{
		{"killed", (*Server).Kill},
		{"stopped", (*Server).Stop},
		{"crashed", func(s *Server) { syscall.Kill(s.process.cmd.Process.Pid, syscall.SIGKILL) }},
	} {
		var dead *Server
		t.Run(row.name, func(t *testing.T) {
			dead = SharedProsody(t)
			row.end(dead)
			for deadline := time.Now().Add(stopTimeout); (dead.listens() || dead.process != nil && !dead.process.exited()) && time.Now().Before(deadline); {
				time.Sleep(pollInterval)
			}
		})
		if dead == nil {
			t.Skip("no server is lent")
		}
		if _, err := os.Stat(dead.dir); !os.IsNotExist(err) {
			t.Errorf("%s: its folder is still there: %v", row.name, err)
		}
		t.Run("after one that was "+row.name, func(t *testing.T) {
			if next := SharedProsody(t); next == dead || !next.listens() {
				t.Error("the next one does not listen")
			}
		})
	}
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	return conn
}

func send(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if _, err := conn.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
}

// readUntil reads until all the marks have come, in their order.
func readUntil(t *testing.T, conn net.Conn, marks ...string) string {
	t.Helper()
	var all bytes.Buffer
	buffer := make([]byte, 4096)
	for {
		n, err := conn.Read(buffer)
		all.Write(buffer[:n])
		rest, found := all.String(), true
		for _, mark := range marks {
			if found {
				_, rest, found = strings.Cut(rest, mark)
			}
		}
		if found {
			return all.String()
		}
		if err != nil {
			t.Fatalf("no %q in %q: %v", marks, all.String(), err)
		}
	}
}

func trusting(t *testing.T, server *Server) *tls.Config {
	t.Helper()
	ca, err := os.ReadFile(server.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca) {
		t.Fatalf("no certificate in %s", ca)
	}
	return &tls.Config{RootCAs: pool, ServerName: server.Domain}
}

// A component of the test before may still be there, as far as the server knows.
func TestItAcceptsItsComponentWhenAnotherOneGoes(t *testing.T) {
	for _, brand := range brands {
		t.Run(brand.name, func(t *testing.T) {
			server := brand.shared(t)
			first := server.Component(t, func(*Component, Stanza) {})
			time.AfterFunc(100*time.Millisecond, func() { first.conn.Close() })
			heard := make(chan Stanza, 1000)
			second := server.Component(t, func(_ *Component, st Stanza) { heard <- st })
			// ejabberd lets two be there, and gives each stanza to either.
			for deadline := time.Now().Add(startTimeout); ; {
				second.Send(`<iq type="get" id="1" from="%[1]s" to="%[1]s"><x xmlns="y"/></iq>`, second.Host)
				select {
				case got := <-heard:
					if got.From == "sm" {
						continue // a part of jabberd2, which asks new components what they are
					}
					if got.ID != "1" {
						t.Errorf("it heard %+v", got)
					}
					return
				case <-time.After(10 * pollInterval):
					if time.Now().After(deadline) {
						t.Fatal("it hears nothing")
					}
				}
			}
		})
	}
}
