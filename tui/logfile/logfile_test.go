package logfile

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
)

func entries(t *testing.T) []journal.Entry {
	parse := func(xml string) *stanza.Stanza {
		st, err := stanza.Parse(xml, stanza.ClientScope())
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	return []journal.Entry{
		{Seq: 1, Time: time.Now(), Text: "online"},
		{Seq: 2, Time: time.Now(), Dir: stanza.Out, Stanza: parse("<iq type='get' id='q'><ping xmlns='urn:xmpp:ping'/></iq>")},
		{Seq: 3, Time: time.Now(), Dir: stanza.In, Stanza: parse("<iq type='result' id='q' from='x'/>"), Verdict: stanza.VerdictReply},
		{Seq: 4, Time: time.Now(), Dir: stanza.In, Stanza: stanza.NewBroken("<iq \xff", stanza.XMLError{Rule: "bad", Offset: 4}, stanza.ClientScope())},
	}
}

func write(t *testing.T, path string, over bool) error {
	f, err := Create(path, stanza.NSClient, over)
	if err != nil {
		return err
	}
	if err := f.Add(entries(t)); err != nil {
		t.Fatal(err)
	}
	return f.Close()
}

func TestALogIsWrittenAsLinesOfJSON(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "log.jsonl")
	if err := write(t, path, false); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if len(lines) != 3 {
		t.Fatalf("written are %d lines:\n%s", len(lines), text)
	}
	var second struct {
		Seq     int
		Dir     string
		Verdict string
		XML     string
	}
	if err := json.Unmarshal([]byte(lines[1]), &second); err != nil || second.Seq != 3 || second.Dir != "in" || second.Verdict != "reply" || !strings.HasPrefix(second.XML, "<iq type='result'") {
		t.Errorf("the second line is %s (%v)", lines[1], err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the rights are %v (%v)", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); left != nil {
		t.Errorf("left are %v", left)
	}
}

func TestALogIsWrittenAsAnXMLDocument(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.XML")
	if err := write(t, path, false); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d, stanzas := xml.NewDecoder(f), 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name == (xml.Name{Space: stanza.NSClient, Local: "iq"}) {
			stanzas++
		}
	}
	if stanzas != 2 {
		t.Errorf("it has %d IQs, want 2", stanzas)
	}
}

func TestNoFileIsWrittenOverUnasked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.jsonl")
	if err := os.WriteFile(path, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := write(t, path, false); !errors.Is(err, ErrExists) {
		t.Errorf("the error is %v", err)
	}
	if text, _ := os.ReadFile(path); string(text) != "mine" {
		t.Errorf("the file holds %q", text)
	}
	if err := write(t, path, true); err != nil {
		t.Error(err)
	}
	if text, _ := os.ReadFile(path); !strings.HasPrefix(string(text), "{") {
		t.Errorf("the file holds %q", text)
	}

	late := filepath.Join(t.TempDir(), "late.jsonl")
	f, err := Create(late, stanza.NSClient, false)
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(late, []byte("came meanwhile"), 0o644)
	if err := f.Close(); !errors.Is(err, ErrExists) {
		t.Errorf("of a file that came meanwhile is said %v", err)
	}
	if text, _ := os.ReadFile(late); string(text) != "came meanwhile" {
		t.Errorf("the file holds %q", text)
	}
}

func TestAFolderThatCannotBeMadeIsTold(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o600)
	if err := write(t, filepath.Join(file, "log"), false); err == nil || errors.Is(err, ErrExists) {
		t.Errorf("the error is %v", err)
	}
}

func TestWhatIsGivenUpLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	f, err := Create(filepath.Join(dir, "log"), stanza.NSClient, false)
	if err != nil {
		t.Fatal(err)
	}
	f.Discard()
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left are %v", left)
	}
}
