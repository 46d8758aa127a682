package record

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"iqscope/internal/report"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/journal"
)

func TestMain(m *testing.M) {
	if path := os.Getenv("IQSCOPE_TEST_RECORDS"); path != "" {
		recordForEver(path)
	}
	goleak.VerifyTestMain(m)
}

// source is a session whose log the test writes.
type source struct {
	log   *journal.Journal
	known []exchange.Exchange

	mu   sync.Mutex
	told func(exchange.Exchange)
}

func newSource(limits journal.Limits) *source { return &source{log: journal.New(limits)} }

func (s *source) Journal() *journal.Journal { return s.log }

func (s *source) Exchanges(dst []exchange.Exchange) []exchange.Exchange {
	return append(dst[:0], s.known...)
}

func (s *source) Ended(fn func(exchange.Exchange)) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = fn
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.told = nil
	}
}

func (s *source) ends(x exchange.Exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.told != nil {
		s.told(x)
	}
}

// goes puts an element into the log.
func (s *source) goes(t xmpptest.T, dir stanza.Direction, xml string) uint64 {
	return s.log.Append(journal.Entry{Time: time.Now(), Dir: dir, Stanza: xmpptest.Stanza(t, xml)})
}

// lines are those of a recording, by their first keys.
func lines(t *testing.T, path string) (all []map[string]any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var l map[string]any
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, l)
	}
	return all
}

const ping = `<iq type="get" id="p1" to="example.com"><ping xmlns="urn:xmpp:ping"/></iq>`

func TestARecordingHasWhatGoesOverTheWireInBothDirections(t *testing.T) {
	s := newSource(journal.Limits{})
	s.log.Append(journal.Entry{Time: time.Now(), Text: "online"})
	s.goes(t, stanza.Out, ping)
	path := filepath.Join(t.TempDir(), "r.jsonl")
	r, err := Begin(s, Options{Path: path, Account: "juliet@example.com", Content: stanza.NSClient})
	if err != nil {
		t.Fatal(err)
	}
	seq := s.goes(t, stanza.In, `<iq type="result" id="p1" from="example.com"/>`)
	s.log.Annotate(seq, func(e *journal.Entry) { e.Verdict = stanza.VerdictReply })
	sum := r.Stop()
	if sum.Elements != 2 || sum.Missed != 0 || sum.Err != nil || sum.Path != path {
		t.Errorf("it says %+v", sum)
	}
	all := lines(t, path)
	if len(all) != 5 {
		t.Fatalf("%d lines: %v", len(all), all)
	}
	if all[0]["recording"] != 1.0 || all[0]["account"] != "juliet@example.com" || all[0]["content"] != stanza.NSClient {
		t.Errorf("its first line is %v", all[0])
	}
	if all[1]["note"] != "online" || all[2]["dir"] != "out" || all[2]["xml"] != ping || all[2]["seq"] != 2.0 {
		t.Errorf("what was there is %v", all[1:3])
	}
	if all[3]["dir"] != "in" || all[3]["verdict"] != "reply" {
		t.Errorf("what came is %v", all[3])
	}
	if all[4]["recorded"] != 2.0 {
		t.Errorf("its last line is %v", all[4])
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("its rights are %v, %v", info.Mode(), err)
	}
}

// What is written can be read while the recording runs: nobody has to end it first.
func TestWhatComesIsInTheFileSoon(t *testing.T) {
	s := newSource(journal.Limits{})
	path := filepath.Join(t.TempDir(), "r.jsonl")
	r, err := Begin(s, Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Stop()
	for i := range 3 {
		s.goes(t, stanza.In, fmt.Sprintf("<message id='m%d'/>", i))
		awaits(t, path, fmt.Sprintf("id='m%d'", i))
	}
}

// awaits waits until a text stands in a file.
func awaits(t *testing.T, path, text string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		got, _ := os.ReadFile(path)
		if strings.Contains(string(got), text) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%q does not come: %s", text, got)
		}
	}
}

func TestARecordingNeverWritesOverAFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "there")
	if err := os.WriteFile(path, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join(dir, "nowhere"), link); err != nil {
		t.Skip("no symbolic links here")
	}
	for _, row := range []struct {
		path string
		is   error
	}{
		{path, ErrExists},
		{link, ErrExists}, // whoever put it there would choose the file
		{"-", nil},
		{"", nil},
		{filepath.Join(dir, "no", "such", "folder"), os.ErrNotExist},
	} {
		r, err := Begin(newSource(journal.Limits{}), Options{Path: row.path})
		if err == nil {
			r.Stop()
			t.Errorf("%q is recorded to", row.path)
		} else if row.is != nil && !errors.Is(err, row.is) {
			t.Errorf("%q: %v", row.path, err)
		}
	}
	if text, _ := os.ReadFile(path); string(text) != "mine" {
		t.Errorf("it holds %q now", text)
	}
	if _, err := os.Lstat(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("where the link leads there is a file now")
	}
}

func TestHowARequestEndedWithoutAReplyIsRecorded(t *testing.T) {
	s := newSource(journal.Limits{})
	old := s.goes(t, stanza.Out, ping)
	s.log.Annotate(old, func(e *journal.Entry) { e.Outcome = stanza.OutcomeCancelled })
	kept := s.goes(t, stanza.Out, ping)
	at := time.Date(2026, 11, 26, 12, 0, 30, 0, time.UTC)
	s.known = []exchange.Exchange{{Seq: kept, Outcome: stanza.OutcomeTimeout, Ended: at, Timeout: 30 * time.Second}}
	path := filepath.Join(t.TempDir(), "r.jsonl")
	r, err := Begin(s, Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	asked := s.log.Append(journal.Entry{Time: at, Dir: stanza.Out, Stanza: xmpptest.Stanza(t, ping), Unasked: true})
	s.ends(exchange.Exchange{Seq: asked, Outcome: stanza.OutcomeUnknown, Ended: at.Add(time.Second)})
	answered := s.goes(t, stanza.Out, ping)
	s.ends(exchange.Exchange{Seq: answered, Outcome: stanza.OutcomeResult, Ended: at, Reply: xmpptest.Stanza(t, ping)})
	s.ends(exchange.Exchange{Outcome: stanza.OutcomeNotSent, Ended: at})
	r.Stop()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	told, ok := Read(string(text))
	if !ok || !told.Whole || len(told.Lines) != 4 {
		t.Fatalf("it reads as %+v, %v", told, ok)
	}
	if strings.Contains(string(text), `"outcome":"result"`) {
		t.Error("what has a reply needs no words, and has some")
	}
	want := map[uint64]End{
		old:   {Outcome: stanza.OutcomeCancelled},
		kept:  {At: at, Outcome: stanza.OutcomeTimeout, Timeout: 30 * time.Second},
		asked: {At: at.Add(time.Second), Outcome: stanza.OutcomeUnknown},
	}
	if fmt.Sprint(told.Ends) != fmt.Sprint(want) {
		t.Errorf("ends are %v, want %v", told.Ends, want)
	}
	if len(told.Unasked) != 1 || !told.Unasked[asked] {
		t.Errorf("unasked are %v", told.Unasked)
	}
}

func TestSecretsAreHiddenAlsoWhereTheLogShowsThem(t *testing.T) {
	s := newSource(journal.Limits{})
	path := filepath.Join(t.TempDir(), "r.jsonl")
	r, err := Begin(s, Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	s.goes(t, stanza.Out, `<iq type="set" id="s"><query xmlns="jabber:iq:register"><password>canary-9f2</password></query></iq>`)
	s.log.Append(journal.Entry{Time: time.Now(), Dir: stanza.In, Stanza: stanza.Unparsed(`<iq><query xmlns="jabber:iq:register"><password>canary-9f2</iq>`, stanza.ClientScope())})
	if sum := r.Stop(); sum.Elements != 2 {
		t.Errorf("it says %+v", sum)
	}
	text, _ := os.ReadFile(path)
	if strings.Contains(string(text), "canary") || !strings.Contains(string(text), "hidden") {
		t.Errorf("the file holds %s", text)
	}
}

// slow is a file that takes nothing until it is told to.
type slow struct {
	bytes.Buffer
	open chan struct{}
}

func (s *slow) Write(p []byte) (int, error) {
	<-s.open
	return s.Buffer.Write(p)
}

func (s *slow) Close() error { return nil }

func TestWhatTheLogLostBeforeItWasWrittenIsTold(t *testing.T) {
	s := newSource(journal.Limits{Count: 500})
	file := &slow{open: make(chan struct{})}
	r := begin(s, Options{}, file)
	for range 10_000 {
		s.goes(t, stanza.In, "<message id='m'><body>"+strings.Repeat("x", 100)+"</body></message>")
	}
	close(file.open)
	sum := r.Stop()
	if sum.Err != nil || sum.Missed == 0 || uint64(sum.Elements)+sum.Missed != 10_000 {
		t.Errorf("of 10,000 it says %+v", sum)
	}
	told, ok := Read(file.String())
	if !ok || told.Missed != sum.Missed || !told.Whole {
		t.Errorf("the file tells of %d of %d that are missing (%v)", told.Missed, sum.Missed, ok)
	}
	if !strings.Contains(sum.String(), "lost before") {
		t.Errorf("it says %q", sum)
	}
}

// full is a disk without room from some byte on.
type full struct {
	room int
	bytes.Buffer
}

func (f *full) Write(p []byte) (int, error) {
	if len(p) <= f.room {
		f.room -= len(p)
		return f.Buffer.Write(p)
	}
	n, _ := f.Buffer.Write(p[:f.room])
	f.room = 0
	return n, syscall.ENOSPC
}

func (f *full) Close() error { return nil }

// Fault 25, for each byte that a disk may have room for.
func TestAFullDiskEndsTheRecordingAndNothingElse(t *testing.T) {
	for room := 0; room < 3000; room += 97 {
		s := newSource(journal.Limits{})
		file := &full{room: room}
		r := begin(s, Options{Path: "r.jsonl"}, file)
		for range 20 {
			s.goes(t, stanza.In, "<message id='m'/>")
		}
		select {
		case <-r.Done():
		case <-time.After(time.Minute):
			t.Fatalf("with room for %d bytes it does not end", room)
		}
		s.goes(t, stanza.In, "<message id='m'/>")
		sum := r.Stop()
		if !errors.Is(sum.Err, syscall.ENOSPC) || !strings.Contains(sum.String(), "the recording ended: ") {
			t.Errorf("with room for %d bytes it says %q", room, sum)
		}
		told, _ := Read(file.String())
		if whole := len(told.Lines); whole < sum.Elements || told.Whole {
			t.Errorf("with room for %d bytes it says it wrote %d, and there are %d", room, sum.Elements, whole)
		}
		if s.told != nil {
			t.Error("the session still tells it what ends")
		}
	}
}

func TestAFloodIsRecordedWithNothingMissing(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	const flood = 100_000
	s := newSource(journal.Limits{})
	path := filepath.Join(t.TempDir(), "r.jsonl")
	r, err := Begin(s, Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	message := xmpptest.Stanza(t, "<message id='m' from='romeo@example.net/orchard'><body>"+strings.Repeat("x", 100)+"</body></message>")
	for range flood {
		s.log.Append(journal.Entry{Time: time.Now(), Dir: stanza.In, Stanza: message})
	}
	sum := r.Stop()
	if sum.Elements+int(sum.Missed) != flood || sum.Missed > 0 {
		t.Errorf("of %d it says %+v", flood, sum)
	}
	text, _ := os.ReadFile(path)
	told, _ := Read(string(text))
	if len(told.Lines) != flood {
		t.Errorf("the file has %d of %d", len(told.Lines), flood)
	}
	for i, l := range told.Lines {
		if l.Seq != uint64(i+1) {
			t.Fatalf("element %d has the number %d", i+1, l.Seq)
		}
	}
}

// A file that breaks off anywhere says what its whole lines say.
func TestARecordingThatBreaksOffIsRead(t *testing.T) {
	s := newSource(journal.Limits{})
	path := filepath.Join(t.TempDir(), "r.jsonl")
	r, err := Begin(s, Options{Path: path, Lenient: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		s.goes(t, stanza.In, "<message id='ü'/>")
	}
	r.Stop()
	text, _ := os.ReadFile(path)
	for cut := range text {
		told, ok := Read(string(text[:cut]))
		if ok != (cut >= len(`{"recording":`)) {
			t.Fatalf("cut after %d bytes it is a recording: %v", cut, ok)
		}
		whole := max(0, bytes.Count(text[:cut], []byte("\n"))-1)
		if got := len(told.Lines); ok && got != whole && got != whole+1 {
			t.Fatalf("cut after %d bytes it has %d elements, not %d", cut, got, whole)
		}
	}
}

// recordForEver is the program that is killed: it records one element after the other, and prints
// the number of each that is in the file for certain.
func recordForEver(path string) {
	s := newSource(journal.Limits{Count: 10_000})
	r, err := Begin(s, Options{Path: path})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	message, _ := stanza.Parse("<message id='m'><body>"+strings.Repeat("x", 3000)+"</body></message>", stanza.ClientScope())
	for {
		seq := s.log.Append(journal.Entry{Time: time.Now(), Dir: stanza.In, Stanza: message})
		if seq%50 == 0 {
			time.Sleep(time.Millisecond)
		}
		if r.Summary().Err != nil {
			os.Exit(1)
		}
		fmt.Println(seq)
	}
}

// Fault 28: what is left of a recording whose program was killed is whole but for its last line.
func TestAKilledProgramLeavesARecordingThatCanBeRead(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	for round := range 10 {
		path := filepath.Join(t.TempDir(), fmt.Sprintf("r%d.jsonl", round))
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "IQSCOPE_TEST_RECORDS="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		enough := bufio.NewScanner(out)
		for n := 0; n < 300+200*round && enough.Scan(); n++ {
		}
		awaits(t, path, `"seq":101,`) // so that the lines before it are whole
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all := strings.SplitAfter(string(text), "\n")
		for i, line := range all[1 : len(all)-1] { // behind the header, before the one that may be cut
			var e report.Element
			if err := json.Unmarshal([]byte(line), &e); err != nil || e.Seq != uint64(i+1) {
				t.Fatalf("round %d: line %d: %v: %.80s", round, i+2, err, line)
			}
		}
		if told, ok := Read(string(text)); !ok || told.Whole || len(told.Lines) < 100 {
			t.Errorf("round %d: it reads as %d elements, %v, whole: %v", round, len(told.Lines), ok, told.Whole)
		}
	}
}
