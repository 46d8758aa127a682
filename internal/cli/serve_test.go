package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/demo"
	"iqscope/session/wire"
)

// served is a server that the program runs, in the test's hands.
type served struct {
	t       *testing.T
	lines   *bufio.Scanner // of its standard output
	stop    func()         // as an interruption does
	ended   chan result    // without its standard output
	ca      string
	address string
}

func serve(t *testing.T, args ...string) *served {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	s := &served{t: t, lines: bufio.NewScanner(r), stop: stop, ended: make(chan result, 1), ca: filepath.Join(t.TempDir(), "ca.pem")}
	go func() {
		var stderr bytes.Buffer
		code := call{args: append([]string{"serve", "--listen", "127.0.0.1:0", "--ca-out", s.ca}, args...)}.runTo(ctx, w, &stderr)
		w.Close()
		s.ended <- result{code: code, stderr: stderr.String()}
	}()
	t.Cleanup(func() {
		stop()
		go io.Copy(io.Discard, r)
	})
	match := regexp.MustCompile(`^listening on (\S+), with STARTTLS, for demo\.localhost$`).FindStringSubmatch(s.line())
	if match == nil {
		t.Fatalf("the first line is %q", s.lines.Text())
	}
	s.address = match[1]
	return s
}

// line waits for a line; only a broken server makes the time pass.
func (s *served) line() string {
	s.t.Helper()
	late := time.AfterFunc(patience, s.stop)
	defer late.Stop()
	if !s.lines.Scan() {
		s.t.Fatalf("the output ends: %v", s.lines.Err())
	}
	return s.lines.Text()
}

func TestServeTellsHowToLogInAndServes(t *testing.T) {
	s := serve(t, "--listen-tls", "127.0.0.1:0")
	direct := s.line()
	if !strings.HasSuffix(direct, ", with direct TLS") {
		t.Errorf("the second line is %q", direct)
	}
	if got := s.line(); got != "accounts juliet@demo.localhost and romeo@demo.localhost, password demo" {
		t.Errorf("the third line is %q", got)
	}
	if got := s.line(); got != "its authority is in "+s.ca {
		t.Errorf("the fourth line is %q", got)
	}
	for _, way := range [][]string{
		{"--server", s.address},
		{"--server", strings.Fields(strings.TrimSuffix(direct, ", with direct TLS"))[2], "--tls", "direct"},
	} {
		call{
			args: append([]string{"send", "-j", "romeo@demo.localhost", "--ca", s.ca, "--query", "jabber:iq:version", "--to", demo.Domain}, way...),
			env:  []string{"IQSCOPE_PASSWORD=" + demo.Password},
		}.run(t.Context()).want(t, exitResult, "<name>iqscope demo</name>", "")
	}
	s.stop()
	(<-s.ended).want(t, exitInterrupted, "", "")
	if c, err := net.Dial("tcp", s.address); err == nil {
		c.Close()
		t.Error("the port is still open")
	}
}

func TestServeLogsEachElementInOneLine(t *testing.T) {
	s := serve(t, "--log")
	s.line()
	s.line()
	call{
		args: []string{"send", "-j", "romeo@demo.localhost", "--ca", s.ca, "--server", s.address, "<iq type='get' id='x1' to='" + echo + "'><odd xmlns='urn:example'>two\nlines</odd></iq>"},
		env:  []string{"IQSCOPE_PASSWORD=" + demo.Password},
	}.run(t.Context()).want(t, exitResult, "two", "")
	for _, want := range []string{`^\d\d:\d\d:\d\d\.\d{3} 127\.0\.0\.1:\d+ → .*id='x1'.*two␊lines`, ` ← .*two␊lines`} {
		for !regexp.MustCompile(want).MatchString(s.line()) {
		}
	}
}

func TestServeLogNeverWaits(t *testing.T) {
	log := newServeLog()
	el := xmpptest.Stanza(t, "<presence/>")
	for range maxServeLog + 3 {
		log.add("client", wire.Event{Time: time.Now(), Dir: stanza.In, Element: el, Shown: el})
	}
	var out bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- log.print(ctx, &output{to: &out}) }()
	for len(log.lines) > 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if err := <-done; err != nil || !strings.HasPrefix(out.String(), "(3 elements not shown") {
		t.Errorf("%v: it prints %.200q", err, out.String())
	}
}

func TestServeRefusals(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, row := range []struct {
		name, stderr string
		args         []string
	}{
		{"another machine's address", "--allow-remote permits it", []string{"--listen", "0.0.0.0:0"}},
		{"the same for direct TLS", "--allow-remote permits it", []string{"--listen", "127.0.0.1:0", "--listen-tls", ":0"}},
		{"a port that is taken", "address already in use", []string{"--listen", taken.Addr().String()}},
		{"no address", "cannot listen", []string{"--listen", "nonsense"}},
		{"a file that cannot be written", "cannot write the authority", []string{"--listen", "127.0.0.1:0", "--ca-out", t.TempDir()}},
		{"where to connect", "--server does not go with it", []string{"--server", "example.org"}},
		{"an argument", "unknown command", []string{"here"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience) // one that is let through ends, too
			defer cancel()
			call{args: append([]string{"serve"}, row.args...)}.run(ctx).want(t, exitUsage, "", row.stderr)
		})
	}
}

func TestServeWarnsOfOthers(t *testing.T) {
	s := serve(t, "--allow-remote")
	s.stop()
	for s.lines.Scan() {
	}
	(<-s.ended).want(t, exitInterrupted, "", "warning: other machines may reach this server")
}

// visit is what the visitor of testdata/visit.py found.
type visit struct {
	Error         string
	Roster        []string
	Features      []string
	Bots          int
	FirstPage     int    `json:"first page"`
	SecondPage    string `json:"second page begins"`
	Ping          bool
	VCard         string
	Private       string
	Message       string
	Command       []string
	CommandValues map[string]string `json:"command values"`
	Items         []string
	Archive       []string
}

// TestSlixmppUsesWhatTheServerServes lets a client by other people in.
func TestSlixmppUsesWhatTheServerServes(t *testing.T) {
	if testing.Short() {
		t.Skip("-short starts no clients of other people's")
	}
	t.Parallel()
	// Debian's python3-slixmpp is installed for the system's own python.
	const python = "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import slixmpp").Run(); err != nil {
		if os.Getenv("IQSCOPE_REQUIRE_SERVERS") == "1" {
			t.Fatal("slixmpp is not installed (Debian: apt-get install python3-slixmpp): ", err)
		}
		t.Skip("slixmpp is not installed (Debian: apt-get install python3-slixmpp): ", err)
	}
	s := serve(t)
	host, port, err := net.SplitHostPort(s.address)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, "testdata/visit.py", host, port, s.ca)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	printed, err := cmd.Output()
	if err != nil {
		t.Fatalf("slixmpp: %v\n%s", err, &complaints)
	}
	var got visit
	if err := json.Unmarshal(printed, &got); err != nil || got.Error != "" {
		t.Fatalf("slixmpp printed %s, %v\n%s", printed, err, &complaints)
	}
	for _, feature := range []string{"urn:xmpp:ping", "urn:xmpp:blocking", "http://jabber.org/protocol/commands"} {
		if !slices.Contains(got.Features, feature) {
			t.Errorf("%s is not among the features %v", feature, got.Features)
		}
	}
	want := visit{
		Roster:   []string{"echo@bots.demo.localhost", "nurse@example.org", "romeo@demo.localhost"},
		Features: got.Features, Bots: len(stanza.Conditions()) + 11, FirstPage: 100, SecondPage: "item-00101", Ping: true,
		VCard: "Juliet <Capulet> & nurse", Private: "a <secret>", Message: "to <myself>",
		Command:       []string{"executing", "executing", "completed"},
		CommandValues: map[string]string{"potion": "sleep", "for": "Juliet", "by": "friar", "hours": "42"},
		Items:         []string{"news 0", "news 1", "news 2"},
		Archive:       []string{"to <myself>"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what it found (-want +got):\n%s", diff)
	}
}
