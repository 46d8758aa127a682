package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
)

func TestTheLogIsSavedToAFile(t *testing.T) {
	dir := t.TempDir()
	s := start(t, 140, 45, func(o *setup) { o.logs = dir })
	s.forged()
	s.press("alt+enter", "alt+3", "s")
	s.shows("Save to: ")
	s.press("enter")
	path := filepath.Join(dir, "log-20261122-120102.jsonl")
	s.shows("4 elements written to")
	if text, err := os.ReadFile(path); err != nil || strings.Count(string(text), "\n") != 4 {
		t.Errorf("the file holds %q (%v)", text, err)
	}

	// Of a filter all of the exchanges that it shows; a file is written over only if one says so.
	s.filterBy("*@from=\"mallory@evil.example\"")
	s.press("s")
	s.paste(path)
	s.press("enter")
	s.shows("exists. Write over it?")
	s.press("enter")
	s.shows("✗ type yes to write over it")
	s.typing("yes")
	s.press("enter")
	s.shows("3 elements written to")
	if text, _ := os.ReadFile(path); strings.Count(string(text), "\n") != 3 {
		t.Errorf("the file holds %q", text)
	}
	s.press("v", "s")
	s.paste(filepath.Join(dir, "wire.xml"))
	s.press("enter")
	s.shows("1 element written to")
	s.press("s")
	s.paste(filepath.Join(path, "below-a-file"))
	s.press("enter")
	s.shows("The log is not saved: ")
}

func TestALongLogIsSavedInPieces(t *testing.T) {
	s := start(t, 140, 45, func(o *setup) { o.logs = t.TempDir() })
	ping := s.fake.parse(silentPing)
	for range 2*savedAtOnce + 1 {
		s.fake.log.Append(journal.Entry{Time: s.clock, Dir: stanza.Out, Stanza: ping})
	}
	s.happens(func(*fakeSession) {})
	s.press("alt+3", "s")
	_, cmd := s.m.Update(keyNamed(t, "enter"))
	for _, want := range []string{"Saving 10,000 of 20,001 …", "Saving 20,000 of 20,001 …", "20,001 elements written to"} {
		_, cmd = s.m.Update(work(t, cmd))
		s.shows(want)
		s.press("k") // the log can be read meanwhile
	}
}
