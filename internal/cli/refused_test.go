package cli

import (
	"context"
	"net"
	"strings"
	"testing"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// component has the program log in as a component at a server that the test plays: what it says
// to the one request follows it.
func component(t *testing.T, says func(peer *xmpptest.Peer, id string), args ...string) result {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		peer := xmpptest.On(t, wire.New(conn, wire.Config{}))
		peer.Hears() // the stream's header
		if err := peer.Conn.Open(wire.Header{ID: "s1", From: "own.example", Content: stanza.NSComponent}); err != nil {
			t.Error(err)
			return
		}
		peer.Hears() // the handshake
		peer.Sends("<handshake/>")
		says(peer, peer.Hears().ID())
		for {
			if _, err := peer.Conn.Next(context.Background()); err != nil {
				return
			}
		}
	}()
	defer func() { <-over }()
	defer listener.Close()
	return call{
		args: append([]string{"send", "--component", "-j", "own.example", "--server", listener.Addr().String(), "--tls", "off"}, args...),
		env:  []string{"IQSCOPE_PASSWORD=secret"},
	}.run(t.Context())
}

func TestWhatLookedLikeTheAnswerIsShownWithItsVerdictAndSender(t *testing.T) {
	t.Parallel()
	const to = "romeo@peer.example/x"
	for _, row := range []struct {
		name, stanza string
		said         []string
		not          string
	}{
		{"an error without id from the one asked", "<iq type='error' to='own.example' from='" + to + "'><e/></iq>",
			[]string{"an answer without an id came from the one asked", "<iq type='error' to='own.example' from='" + to + "'><e/></iq>"}, "--lenient"},
		{"somebody else's", "<iq type='result' id='ID' to='own.example' from='mallory@evil.example'/>",
			[]string{"wrong-sender", `from "mallory@evil.example"`, "not " + to, "id='ID' to='own.example' from='mallory@evil.example'/>"}, "--lenient"},
		{"the account's", "<iq type='result' id='ID' to='own.example' from='romeo@peer.example'/>",
			[]string{"wrong-sender", `from "romeo@peer.example"`, "--lenient takes it"}, "without an id"},
		{"nobody's", "<iq type='result' id='ID' to='own.example'/>", []string{"wrong-sender", "from nobody in particular"}, "--lenient"},
		{"of no type", "<iq type='gett' id='ID' to='own.example' from='" + to + "'/>", []string{"malformed", to, "type='gett'"}, "--lenient"},
		{"a message", "<message id='ID' to='own.example' from='" + to + "'/>", []string{"borrowed-id", "<message id="}, "--lenient"},
	} {
		for _, format := range outputs {
			t.Run(row.name+", "+format, func(t *testing.T) {
				t.Parallel()
				r := component(t, func(peer *xmpptest.Peer, id string) {
					peer.Sends(strings.ReplaceAll(row.stanza, "ID", id))
				}, "--timeout", "1", "--output", format, "--id", "ID", "--to", to, "--query", "urn:x")
				told := r.stderr
				if format == outputJSON {
					warnings, _ := lines(t, r.stdout)[0]["warnings"].([]any)
					if len(warnings) != 1 {
						t.Fatalf("the warnings are %q", warnings)
					}
					told, _ = warnings[0].(string)
				}
				if r.code != exitTimeout || strings.Contains(told, row.not) {
					t.Errorf("exit code %d, told is %q", r.code, told)
				}
				for _, part := range row.said {
					if !strings.Contains(told, part) {
						t.Errorf("told is %q, want %q in it", told, part)
					}
				}
				if n := strings.Count(told, "not taken") + strings.Count(told, "without an id"); n != 1 {
					t.Errorf("it is told %d times: %q", n, told)
				}
			})
		}
	}
}

func TestAnAnswerWithoutIDOfSomebodyElseIsNotTakenForOne(t *testing.T) {
	r := component(t, func(peer *xmpptest.Peer, id string) {
		peer.Sends("<iq type='error' to='own.example' from='mallory@evil.example'><e/></iq>")
	}, "--timeout", "0.5", "--to", "romeo@peer.example/x", "--query", "urn:x")
	if strings.Contains(r.stderr, "without an id") {
		t.Errorf("stderr is %q", r.stderr)
	}
}

func TestNotMoreIsShownThanIsRead(t *testing.T) {
	r := component(t, func(peer *xmpptest.Peer, id string) {
		for range 30 {
			peer.Sends("<iq type='result' id='" + id + "' to='own.example' from='mallory@evil.example'><x xmlns='x'>" + strings.Repeat("é", 5000) + "</x></iq>")
		}
		peer.Sends("<iq type='result' id='" + id + "' to='own.example' from='romeo@peer.example/x'/>")
	}, "--to", "romeo@peer.example/x", "--query", "urn:x")
	r.want(t, exitResult, "<iq", "20 stanzas with this id were not taken as the answer")
	if n := strings.Count(r.stderr, "mallory@evil.example'"); n != maxRefusals || len(r.stderr) > maxRefusals*(maxRefusedXML+1000) {
		t.Errorf("%d stanzas are shown, in %d bytes", n, len(r.stderr))
	}
	if !strings.Contains(r.stderr, "… (10") || strings.Contains(r.stderr, "\ufffd") {
		t.Error("a long stanza does not tell its length")
	}
}
