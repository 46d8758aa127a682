package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"iqscope/internal/realserver"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/demo"
	"iqscope/session/negotiate"
)

// patience is how long a test waits for what it expects, far more than that takes on a
// busy machine.
const patience = time.Minute

func TestMain(m *testing.M) {
	xmpptest.ManyAtOnce()
	goleak.VerifyTestMain(realserver.Fixtures(m))
}

// call is one run of the program.
type call struct {
	args  []string
	stdin string
	env   []string
}

// result is what a run left behind.
type result struct {
	code           int
	stdout, stderr string
}

func run(t *testing.T, args ...string) result { return call{args: args}.run(t.Context()) }

// run is without a terminal to ask for a password, whoever runs the tests.
func (c call) run(ctx context.Context) result {
	var stdout, stderr bytes.Buffer
	code := c.runTo(ctx, &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

func (c call) runTo(ctx context.Context, stdout, stderr io.Writer) int {
	p := &program{stdin: strings.NewReader(c.stdin), stdout: stdout, stderr: stderr, environ: c.env}
	return p.run(ctx, c.args)
}

func (r result) want(t *testing.T, code int, stdout, stderr string) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit code %d, want %d", r.code, code)
	}
	if stdout == "" && r.stdout != "" || !strings.Contains(r.stdout, stdout) {
		t.Errorf("stdout is %q, want %q in it", r.stdout, stdout)
	}
	if stderr == "" && r.stderr != "" || !strings.Contains(r.stderr, stderr) {
		t.Errorf("stderr is %q, want %q in it", r.stderr, stderr)
	}
}

// server is a built-in server that the test holds, so that the program takes it
// for any other.
func server(t *testing.T) *demo.Server {
	t.Helper()
	// The test's own context ends before its cleanups: the server would go under
	// the feet of whoever is there still.
	s, err := demo.Start(context.WithoutCancel(t.Context()), demo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// flags log juliet in at the server; the password comes from the environment.
func flags(t *testing.T, s *demo.Server) []string {
	t.Helper()
	return []string{"-j", "juliet@" + demo.Domain, "--server", s.Addr(), "--ca", file(t, "ca.pem", string(s.CAPEM()))}
}

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// romeo is online at the server, answers nothing of his own accord, and tells of
// each request that reaches him.
func romeo(t *testing.T, s *demo.Server) (jid string, asked <-chan *stanza.Stanza) {
	t.Helper()
	own := xmpptest.JID(t, "romeo@"+demo.Domain)
	// A plain stream: a session would answer what nobody else does.
	stream, err := negotiate.Client(t.Context(), negotiate.Config{
		JID: own, Server: s.Addr(), RootCAs: s.RootCAs(),
		Password: func(context.Context) (string, error) { return demo.Password, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	requests := make(chan *stanza.Stanza, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			el, err := stream.Conn.Next(context.Background())
			if err != nil {
				return
			}
			if el.IsRequest() {
				requests <- el
			}
		}
	}()
	t.Cleanup(func() {
		stream.Conn.CloseNow()
		<-done
	})
	return stream.Bound.String(), requests
}

// lines parses JSON lines.
func lines(t *testing.T, text string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(text) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatalf("%v in the line %q", err, line)
		}
		all = append(all, object)
	}
	return all
}

func wantKeys(t *testing.T, object map[string]any, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if _, ok := object[key]; !ok {
			t.Errorf("the key %s is missing in %v", key, object)
		}
	}
	if len(object) != len(keys) {
		t.Errorf("%d keys, want %d: %v", len(object), len(keys), object)
	}
}

var (
	recordKeys  = []string{"id", "to", "type", "outcome", "rtt_ms", "request", "reply", "verdict", "error", "reason", "warnings", "broken", "broken_xml"}
	summaryKeys = []string{"count", "ok", "error", "timeout", "rate_per_s", "p50_ms", "p95_ms", "p99_ms"}
)
