package tui

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"iqscope/internal/record"
	"iqscope/session/journal"
	"iqscope/tui/keys"
)

// fakeTape is a recording that writes nothing.
type fakeTape struct {
	path    string
	dropped uint64
	done    chan struct{}
	sum     record.Summary
}

func (f *fakeTape) Path() string          { return f.path }
func (f *fakeTape) Dropped() uint64       { return f.dropped }
func (f *fakeTape) Done() <-chan struct{} { return f.done }

func (f *fakeTape) Stop() record.Summary {
	select {
	case <-f.done:
	default:
		close(f.done)
	}
	return f.sum
}

// taping is a screen that records to a folder.
func taping(t *testing.T, width, height int, tape *fakeTape, err error) *sim {
	dir := t.TempDir()
	return start(t, width, height, func(o *setup) {
		o.tape = recording{folder: filepath.Join(dir, "recordings"), begin: func(path string) (recorder, error) {
			tape.path = path
			if err != nil {
				return nil, err
			}
			return tape, nil
		}}
	})
}

func TestAKeyBeginsARecordingAndEndsIt(t *testing.T) {
	tape := &fakeTape{done: make(chan struct{}), sum: record.Summary{Path: "r.jsonl", Elements: 7}}
	s := taping(t, 120, 40, tape, nil)
	if strings.Contains(s.m.View(), "REC") {
		t.Fatal("it records before it was asked to")
	}
	s.press("alt+l", "enter")
	view := s.m.View()
	if name := filepath.Base(tape.path); !strings.HasSuffix(name, "-juliet@demo.localhost.jsonl") || filepath.Base(filepath.Dir(tape.path)) != "recordings" {
		t.Errorf("it records to %s", tape.path)
	}
	if info, err := os.Stat(filepath.Dir(tape.path)); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("its folder is %v, %v", info, err)
	}
	if !strings.Contains(strings.Join(strings.Fields(view), " "), "from the start of the session") || !strings.Contains(strings.Split(view, "\n")[0], "● REC") {
		t.Errorf("the screen does not say that it records:\n%s", view)
	}
	s.press("alt+l")
	view = s.m.View()
	if !strings.Contains(view, "7 elements recorded in r.jsonl") || strings.Contains(strings.Split(view, "\n")[0], "REC") {
		t.Errorf("the screen does not say that it has ended:\n%s", view)
	}
}

func TestARecordingThatBeginsLateSaysWhatIsMissing(t *testing.T) {
	s := taping(t, 120, 40, &fakeTape{done: make(chan struct{}), dropped: 12345}, nil)
	s.press("alt+l", "enter")
	if view := s.m.View(); !strings.Contains(view, "the first 12,345 entries were dropped before") {
		t.Errorf("the screen says:\n%s", view)
	}
}

func TestARecordingThatCannotBeginSaysWhy(t *testing.T) {
	s := taping(t, 120, 40, &fakeTape{}, record.ErrExists)
	s.press("alt+l", "enter")
	if view := s.m.View(); !strings.Contains(view, "The file is there already") || s.m.tape.running != nil {
		t.Errorf("the screen says:\n%s", view)
	}
	s.press("alt+l")
	s.press("ctrl+u", "enter")
	if view := s.m.View(); !strings.Contains(view, "the name of a file is missing") {
		t.Errorf("without a name the screen says:\n%s", view)
	}
}

// Fault 29: the session goes on, and the screen says what has happened.
func TestARecordingThatFailsIsTold(t *testing.T) {
	tape := &fakeTape{done: make(chan struct{}), sum: record.Summary{Path: "r.jsonl", Elements: 3, Err: errors.New("no space left on device")}}
	s := taping(t, 120, 40, tape, nil)
	s.press("alt+l", "enter")
	close(tape.done)
	s.happens(func(f *fakeSession) { f.log.Append(journal.Entry{Text: "x"}) })
	if view := s.m.View(); !strings.Contains(view, "The recording ended: no space left on device; 3 elements recorded in r.jsonl") || s.m.tape.running != nil {
		t.Errorf("the screen says:\n%s", view)
	}
	s.press("alt+enter")
	if len(s.fake.sent) != 1 {
		t.Error("nothing can be sent any more")
	}
}

// Where nothing can be recorded, the key says so.
func TestWithoutARecorderTheKeySaysSo(t *testing.T) {
	s := start(t, 80, 24)
	s.press("alt+l")
	if view := s.m.View(); !strings.Contains(view, "nothing here that could be recorded") {
		t.Errorf("the screen says:\n%s", view)
	}
	if key := s.m.table.keyFor(keys.Panes, ToggleRecording); key != "alt+l" {
		t.Errorf("its key is %q", key)
	}
}
