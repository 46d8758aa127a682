package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"iqscope/session/demo"
)

var eventKeys = []string{"seq", "time", "dir", "kind", "type", "id", "from", "to", "payload", "bytes", "verdict", "xml", "broken"}

// watched is a run of iqscope watch in the test's hands.
type watched struct {
	t      *testing.T
	out    *bufio.Scanner // its standard output
	stderr said
	stop   func()      // as an interruption does
	ended  chan result // without its standard output
}

// said is a standard error that can be looked at meanwhile.
type said struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// says waits until the program has said something.
func (w *watched) says(text string) {
	w.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if strings.Contains(w.stderr.String(), text) {
			return
		}
	}
	w.t.Errorf("it says %q, want %q in it", w.stderr.String(), text)
}

func watch(t *testing.T, env []string, args ...string) *watched {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r, out := io.Pipe()
	w := &watched{t: t, out: bufio.NewScanner(r), stop: stop, ended: make(chan result, 1)}
	over := make(chan struct{})
	go func() {
		defer close(over)
		code := call{args: append([]string{"watch"}, args...), env: env}.runTo(ctx, out, &w.stderr)
		out.Close()
		w.ended <- result{code: code, stderr: w.stderr.String()}
	}()
	t.Cleanup(func() {
		stop()
		r.Close()
		<-over
	})
	return w
}

// next is the next line of JSON.
func (w *watched) next() map[string]any {
	w.t.Helper()
	if !w.out.Scan() {
		r := <-w.ended
		w.t.Fatalf("there is no more; exit code %d, stderr %q", r.code, r.stderr)
	}
	var object map[string]any
	if err := json.Unmarshal(w.out.Bytes(), &object); err != nil {
		w.t.Fatalf("%v in the line %q", err, w.out.Text())
	}
	return object
}

// end is how it ended, and what it printed meanwhile.
func (w *watched) end() (result, []string) {
	w.t.Helper()
	var rest []string
	for w.out.Scan() {
		rest = append(rest, w.out.Text())
	}
	return <-w.ended, rest
}

var demoPassword = []string{"IQSCOPE_PASSWORD=" + demo.Password}

// watcherJID is where the tests watch.
const watcherJID = "juliet@" + demo.Domain + "/w"

// as are the flags by which somebody logs in at a server.
func as(t *testing.T, s *demo.Server, user, resource string) []string {
	t.Helper()
	return append(flags(t, s), "-j", user+"@"+demo.Domain, "--resource", resource)
}

// fromRomeo sends a stanza as romeo.
func fromRomeo(t *testing.T, s *demo.Server, xml string) result {
	t.Helper()
	return call{args: append(as(t, s, "romeo", "r"), "send", "--raw", xml), env: demoPassword}.run(t.Context())
}

// reach sends until there is somebody who gets it.
func reach(t *testing.T, s *demo.Server, xml string) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if fromRomeo(t, s, xml).code == exitResult {
			return
		}
	}
	t.Fatal("nobody gets it: ", xml)
}

func note(id string) string {
	return "<message to='" + watcherJID + "' id='" + id + "' type='chat'><body>Wherefore?</body></message>"
}

func ask(id, payload string) string {
	return "<iq type='get' to='" + watcherJID + "' id='" + id + "'>" + payload + "</iq>"
}

const (
	versionQuery = "<query xmlns='jabber:iq:version'/>"
	pingQuery    = "<ping xmlns='urn:xmpp:ping'/>"
)

// TestWatchPrintsOnlyWhatMatches is rows 46, 47, 48 and 52 of docs/acceptance-rows.md on the
// command line.
func TestWatchPrintsOnlyWhatMatches(t *testing.T) {
	for _, row := range []struct {
		filter string
		want   []string // ids
	}{
		{"", []string{"m1", "q1", "q2", "m2", "end"}},
		{"iq@type=get/version", []string{"q2"}},
		{"iq", []string{"q1", "q2"}},
		{"message@id=m2", []string{"m2"}},
		{"not message", []string{"q1", "q2"}},
		{`*@from="romeo@demo.localhost/r" and iq/ping`, []string{"q1"}},
		{"*@from.domain=example.org", nil},
		{`~"wherefore"`, []string{"m1", "m2", "end"}},
	} {
		t.Run(row.filter, func(t *testing.T) {
			t.Parallel()
			s := server(t)
			// The last one comes through every filter.
			w := watch(t, demoPassword, append(as(t, s, "juliet", "w"), "--filter", either(row.filter, "message@id=end"))...)
			reach(t, s, note("m0"))
			for _, xml := range []string{note("m1"), ask("q1", pingQuery), ask("q2", versionQuery), note("m2"), note("end")} {
				if r := fromRomeo(t, s, xml); r.code != exitResult {
					t.Fatalf("%s: %+v", xml, r)
				}
			}
			var got []string
			for id := ""; id != "end"; {
				id, _ = w.next()["id"].(string)
				if id != "m0" {
					got = append(got, id)
				}
			}
			want := row.want
			if !slices.Contains(want, "end") {
				want = append(want, "end")
			}
			if !slices.Equal(got, want) {
				t.Errorf("the filter lets through %v, want %v", got, want)
			}
		})
	}
}

// either is both filters in one; an empty one lets everything through.
func either(filter, other string) string {
	if filter == "" {
		return ""
	}
	return "(" + filter + ") or " + other
}

func TestWatchedElementAsJSON(t *testing.T) {
	s := server(t)
	w := watch(t, demoPassword, append(as(t, s, "juliet", "w"), "--count", "1")...)
	reach(t, s, note("m1"))
	object := w.next()
	wantKeys(t, object, eventKeys...)
	if at, err := time.Parse(time.RFC3339Nano, object["time"].(string)); err != nil || at.Location() != time.UTC || time.Since(at).Abs() > time.Minute {
		t.Errorf("the time is %v: %v", object["time"], err)
	}
	xml := object["xml"].(string)
	for key, want := range map[string]any{
		"dir": "in", "kind": "message", "type": "chat", "id": "m1", "from": "romeo@" + demo.Domain + "/r", "to": watcherJID,
		"payload": "{jabber:client}body", "verdict": nil, "bytes": float64(len(xml)),
	} {
		if object[key] != want {
			t.Errorf("%s is %v, want %v", key, object[key], want)
		}
	}
	if seq := object["seq"].(float64); seq < 1 || !strings.Contains(xml, "<body>Wherefore?</body>") {
		t.Errorf("number %v, %s", seq, xml)
	}
	r, rest := w.end()
	if r.code != exitResult || r.stderr != "" || len(rest) != 0 {
		t.Errorf("after the one that was asked for: exit code %d, stderr %q, more: %v", r.code, r.stderr, rest)
	}
}

func TestWatchAllShowsTheLoginWithoutSecrets(t *testing.T) {
	for _, format := range outputs {
		r := run(t, "watch", "--demo", "--all", "--output", format, "--filter", `auth or success or {http://etherx.jabber.org/streams}features or iq/{urn:ietf:params:xml:ns:xmpp-bind}bind`, "--count", "6")
		r.want(t, exitResult, "bytes hidden]", "")
		for _, part := range []string{"<auth ", "<success ", "<stream:features>", "xmpp-bind"} {
			if !strings.Contains(r.stdout, part) {
				t.Errorf("%s: %s is not there:\n%s", format, part, r.stdout)
			}
		}
		if strings.Contains(r.stdout, demo.Password) {
			t.Errorf("%s: the password is shown", format)
		}
	}
	if r := run(t, "watch", "--demo", "--for", "0.2"); r.stdout != "" || r.code != exitResult {
		t.Errorf("without --all, the login is shown: %+v", r)
	}
}

// TestBadFilterIsRefusedWithItsPlace is row 49 of docs/acceptance-rows.md.
func TestBadFilterIsRefusedWithItsPlace(t *testing.T) {
	long := strings.Repeat("iq or ", 50)
	for _, row := range []struct{ filter, says, shown string }{
		{"iq@type=", "column 9: ", "  iq@type=\niqscope:           ^\n"},
		{"iq@a=b=c", "column 7: ", "  iq@a=b=c\niqscope:         ^\n"},
		{"iq@from=b@h", `"b@h"`, "  iq@from=b@h\n"},
		{"iq/", "column 4: ", "  iq/\niqscope:      ^\n"},
		{long + "日本(", "column ", "日本(\n"},
		{"iq@x='\x1b[2J", "column ", "␛"},
	} {
		t.Run(row.says, func(t *testing.T) {
			// Nothing is there to connect to.
			r := run(t, "watch", "-j", "a@b.invalid", "--filter", row.filter)
			r.want(t, exitUsage, "", row.says)
			if !strings.Contains(r.stderr, row.shown) || strings.Count(r.stderr, "\n") != 3 || strings.Contains(r.stderr, "\x1b") {
				t.Errorf("it says:\n%s\nwant in it:\n%s", r.stderr, row.shown)
			}
			for line := range strings.Lines(r.stderr) {
				if len(line) > 250 {
					t.Errorf("a line of %d bytes: %s", len(line), line)
				}
			}
		})
	}
	run(t, "watch", "--demo", "--count", "-1").want(t, exitUsage, "", "--count is a number from 0")
	run(t, "watch", "--demo", "--output", "xml").want(t, exitUsage, "", "--output is one of")
	run(t, "watch", "--demo", "--for", "soon").want(t, exitUsage, "", "want seconds, or a duration")
	run(t, "watch", "-j", "c.b", "--component", "--server", "b", "--presence").want(t, exitUsage, "", "no presence of its own")
	run(t, "watch").want(t, exitUsage, "", "no account")
	run(t, "watch", "--demo", "romeo").want(t, exitUsage, "", "romeo")
}

func TestTimeIsUp(t *testing.T) {
	run(t, "watch", "--demo", "--for", "0.1").want(t, exitResult, "", "")
	run(t, "watch", "--demo", "--for", "100ms", "--count", "2").want(t, exitTimeout, "", "not 2 came within 100ms")
	run(t, "watch", "--demo", "--all", "--for", "30", "--count", "2").want(t, exitResult, `"dir":"out"`, "")
}

func TestInterruptionEndsWatchingWithoutAWord(t *testing.T) {
	w := watch(t, nil, "--demo", "--all")
	w.next()
	w.stop()
	if r, _ := w.end(); r.code != exitInterrupted || r.stderr != "" {
		t.Errorf("exit code %d, stderr %q", r.code, r.stderr)
	}
}

func TestWatchCannotConnect(t *testing.T) {
	s := server(t)
	call{args: append(flags(t, s), "watch"), env: []string{"IQSCOPE_PASSWORD=wrong"}}.run(t.Context()).
		want(t, exitConnect, "", "wrong user name or password")
}

func TestNobodyReadsWhatIsWatched(t *testing.T) {
	var stderr strings.Builder
	code := call{args: []string{"watch", "--demo", "--all"}}.runTo(t.Context(), broken{syscall.EPIPE}, &stderr)
	if code != exitInterrupted || stderr.String() != "" {
		t.Errorf("exit code %d, stderr %q", code, stderr.String())
	}
}

// stuck is a standard output that takes nothing until it is let go.
type stuck struct{ free chan struct{} }

func (s stuck) Write(p []byte) (int, error) {
	<-s.free
	return len(p), nil
}

func TestOutputThatTakesNothingHoldsNobodyUp(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	out := stuck{make(chan struct{})}
	var stderr strings.Builder
	began := time.Now()
	code := call{args: []string{"watch", "--demo", "--all", "--for", "0.3"}}.runTo(t.Context(), out, &stderr)
	if took := time.Since(began); code != exitResult || took > patience || !strings.Contains(stderr.String(), "elements were not printed: the output did not keep up") {
		t.Errorf("exit code %d after %v, stderr %q", code, took, stderr.String())
	}
	close(out.free)
}

func TestPresenceMakesMessagesCome(t *testing.T) {
	s := server(t)
	w := watch(t, demoPassword, append(as(t, s, "juliet", "w"), "--presence", "--filter", "message", "--count", "1")...)
	reach(t, s, "<message to='juliet@"+demo.Domain+"' id='bare'><body/></message>")
	if object := w.next(); object["id"] != "bare" {
		t.Errorf("what came is %v", object)
	}
}
