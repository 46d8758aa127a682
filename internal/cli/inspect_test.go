package cli

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"iqscope/internal/record"
	"iqscope/internal/report"
)

// elementsOf are the lines of JSON that were printed.
func elementsOf(t *testing.T, text string) (all []report.Element) {
	t.Helper()
	for line := range strings.Lines(text) {
		var e report.Element
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, e)
	}
	return all
}

func TestWhatWasRecordedIsInspected(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.jsonl")
	send := []string{"send", "--demo", "--kind", "ping", "--timeout", "0.1", "--record", path}
	r := run(t, append(send, "--to", "silent@bots.demo.localhost")...)
	if r.code != exitTimeout || !strings.Contains(r.stderr, "elements recorded in "+path) {
		t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	told, ok := record.Read(string(text))
	if !ok || !told.Whole || strings.Contains(string(text), "demo\",\"password") {
		t.Fatalf("the file is %s", text)
	}

	r = run(t, "inspect", path)
	if r.code != exitResult || r.stderr != "" {
		t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
	all := elementsOf(t, r.stdout)
	want := 0
	for _, l := range told.Lines {
		if l.Note == "" {
			want++
		}
	}
	if len(all) != want || all[0].Kind != "stream-open" || all[0].Dir != "out" || all[len(all)-1].Kind != "stream-close" {
		t.Errorf("%d of %d elements: %s", len(all), want, r.stdout)
	}
	for i, l := range elementsOnly(told.Lines) {
		if all[i].Seq != l.Seq {
			t.Fatalf("element %d has the number %d, and had %d", i, all[i].Seq, l.Seq)
		}
	}

	r = run(t, "inspect", "--exchanges", path)
	var x report.Record
	if err := json.Unmarshal([]byte(r.stdout), &x); err != nil || *x.Outcome != "timeout" || *x.To != "silent@bots.demo.localhost" {
		t.Errorf("%v: the exchange is %s", err, r.stdout)
	}
	run(t, "inspect", "--exchanges", "--output", "pretty", path).want(t, exitResult, "timeout", "")
	run(t, "inspect", "--filter", "iq@outcome=timeout", "--output", "raw", path).want(t, exitResult, "urn:xmpp:ping", "")
	if r := run(t, "inspect", "--filter", "iq@outcome=error", path); r.code != exitResult || r.stdout != "" {
		t.Errorf("exit code %d: %s", r.code, r.stdout)
	}

	// Nothing is written over.
	r = run(t, append(send, "--to", "demo.localhost")...)
	r.want(t, exitUsage, "", "never writes over one")
	if now, _ := os.ReadFile(path); string(now) != string(text) {
		t.Error("it was written over")
	}
}

func elementsOnly(lines []record.Line) (all []record.Line) {
	for _, l := range lines {
		if l.Note == "" {
			all = append(all, l)
		}
	}
	return all
}

func TestARecordingThatBreaksOffIsInspectedUpToThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.jsonl")
	run(t, "send", "--demo", "--kind", "ping", "--to", "demo.localhost", "--record", path, "-q").want(t, exitResult, "result", "")
	text, _ := os.ReadFile(path)
	whole := len(elementsOf(t, run(t, "inspect", path).stdout))
	at := strings.LastIndex(string(text), `{"seq":`)
	r := call{args: []string{"inspect"}, stdin: string(text[:at+30])}.run(t.Context())
	r.want(t, exitResult, "stream-open", "breaks off in its last line")
	if got := len(elementsOf(t, r.stdout)); got != whole-1 {
		t.Errorf("%d elements of %d", got, whole)
	}
	if r := (call{args: []string{"inspect"}, stdin: string(text[:at])}).run(t.Context()); r.stderr != "" || r.code != exitResult {
		t.Errorf("exit code %d: %s", r.code, r.stderr)
	}
}

func TestCapturesOfAllKindsAreInspected(t *testing.T) {
	const xml = stream + "<iq type='get' id='v' to='a@b'><query xmlns='jabber:iq:version'/></iq>"
	for _, row := range []struct {
		name, text, stdout, stderr string
		args                       []string
		code                       int
	}{
		{"a stream", xml, `"dir":"out","kind":"iq","type":"get","id":"v"`, "", nil, exitResult},
		{"no time", xml, `"time":null`, "", nil, exitResult},
		{"stanzas alone", goodIQ, `"id":"1"`, "is a guess", nil, exitResult},
		{"without an answer", xml, `"outcome":"unknown"`, "", []string{"--exchanges"}, exitResult},
		{"in words", xml, "→ 2 unknown", "", []string{"-o", "pretty"}, exitResult},
		{"a log of slixmpp", "DEBUG    SEND: " + goodIQ + "\nDEBUG    RECV: <iq type='result' id='1' from='a@b'/>\nDEBUG other\n", `"verdict":"reply"`, "1 line of standard input is about something else", nil, exitResult},
		{"broken", xml + "<iq <", `"kind":"broken"`, "", nil, exitResult},
		{"a secret", stream + "<iq type='set' id='r'><query xmlns='jabber:iq:register'><password>canary</password></query></iq>", "6 bytes hidden", "", nil, exitResult},
		{"a secret that is asked for", stream + "<iq type='set' id='r'><query xmlns='jabber:iq:register'><password>canary</password></query></iq>", "canary", "", []string{"--show-secrets"}, exitResult},
		{"nothing", "", "", "standard input holds no XMPP", nil, exitUsage},
		{"binary", "\x00\x01\xff", "", "holds no XMPP", nil, exitUsage},
		{"a format that is none", xml, "", "--format is one of", []string{"--format", "tcpdump"}, exitUsage},
		{"a bad path", xml, "", "--filter", []string{"--filter", "iq@"}, exitUsage},
		{"raw exchanges", xml, "", "pretty or json", []string{"--exchanges", "-o", "raw"}, exitUsage},
		{"a connection", xml, "", "--server does not go with it", []string{"--server", "x"}, exitUsage},
		{"no account", xml, "", "account", []string{"-j", "@"}, exitUsage},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := call{args: append([]string{"inspect"}, row.args...), stdin: row.text}.run(t.Context())
			r.want(t, row.code, row.stdout, row.stderr)
			if row.stderr == "" && r.stderr != "" {
				t.Errorf("it says %s", r.stderr)
			}
		})
	}
	run(t, "inspect", "a", "b").want(t, exitUsage, "", "reads one file")
	run(t, "inspect", filepath.Join(t.TempDir(), "nowhere")).want(t, exitUsage, "", "no such file")
}

// bottomless is a file without an end.
type bottomless struct{}

func (bottomless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestAFileWithoutAnEndIsRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	var stderr strings.Builder
	p := &program{stdin: bottomless{}, stdout: io.Discard, stderr: &stderr}
	if code := p.run(t.Context(), []string{"inspect"}); code != exitUsage || !strings.Contains(stderr.String(), "longer than 128 MiB") {
		t.Errorf("exit code %d: %s", code, stderr.String())
	}
}

func TestOpenNeedsATerminalAndAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.xml")
	if err := os.WriteFile(path, []byte(goodIQ), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, "open").want(t, exitUsage, "", "which file?")
	run(t, "open", "-").want(t, exitUsage, "", "iqscope inspect -")
	run(t, "open", path).want(t, exitUsage, "", "needs a terminal")
	run(t, "open", "--demo", path).want(t, exitUsage, "", "--demo does not go with it")
}

func TestARecordingGoesToAFileOnly(t *testing.T) {
	run(t, "send", "--demo", "--kind", "ping", "--record", "-").want(t, exitUsage, "", "watch --all")
	run(t, "send", "--demo", "--kind", "ping", "--record", filepath.Join(t.TempDir(), "no", "such")).want(t, exitUsage, "", "the recording cannot begin")
	run(t, "serve", "--record", "x").want(t, exitUsage, "", "--record does not go with it")
}

// Row 36 of docs/faults.md, for what is recorded while secrets are shown.
func TestARecordingHoldsNoSecretAlsoWhenTheyAreShown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.jsonl")
	const xml = "<iq type='set' to='demo.localhost'><query xmlns='jabber:iq:register'><username>juliet</username><password>canary-71</password></query></iq>"
	r := run(t, "send", "--demo", "--show-secrets", "--verbose", "--record", path, xml)
	if !strings.Contains(r.stderr, "canary-71") {
		t.Fatalf("the secret is not shown: %s", r.stderr)
	}
	text, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(text), "canary") || !strings.Contains(string(text), "bytes hidden") {
		t.Errorf("%v: the file holds %s", err, text)
	}
}
