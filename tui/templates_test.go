package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
)

// command types a command behind the colon.
func (s *sim) command(text string) {
	s.t.Helper()
	s.press("alt+x")
	s.typing(text)
	s.press("enter")
}

func withFolder(t *testing.T) (string, func(*setup)) {
	dir := filepath.Join(t.TempDir(), "templates")
	return dir, func(o *setup) { o.shelf = folder(dir) }
}

func TestADraftIsSavedAndUsedAgain(t *testing.T) {
	dir, kept := withFolder(t)
	s := start(t, 80, 24, kept)
	s.write("<iq type='get' id='{{id}}' to='{{ who }}'>\n  <query xmlns='jabber:iq:version' n='{{id}}'/>\n</iq>")
	s.command("template ask a bot")
	s.shows("Saved as the template ask a bot")

	again := start(t, 80, 24, func(o *setup) { o.shelf = folder(dir) }) // another day
	again.pick("bot")
	again.shows("ask a bot: id =")
	again.typing("a&b")
	again.press("enter")
	again.typing("{{id}}@x") // what is typed is no place
	again.press("enter", "alt+enter")
	want := "<iq type='get' id='a&amp;b' to='{{id}}@x'>\n  <query xmlns='jabber:iq:version' n='a&amp;b'/>\n</iq>"
	if got := again.m.desk.draft.Text(); got != want {
		t.Errorf("the draft is\n%s\nwant\n%s", got, want)
	}

	// Left half way, the draft stays.
	again.pick("bot")
	again.press("esc")
	if got := again.m.desk.draft.Text(); got != want {
		t.Errorf("behind esc the draft is %s", got)
	}
	again.press("f2")
	again.shows("★ ask a bot")
	again.press("alt+d")
	again.shows("alt+d again deletes the template ask a bot")
	again.press("alt+d")
	again.shows("Deleted the template ask a bot")
	again.hides("★")
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("the folder still has %v", entries)
	}
}

func TestATemplateWhoseIDTheProgramMadeGetsAnother(t *testing.T) {
	_, kept := withFolder(t)
	s := start(t, 80, 24, kept)
	old, _ := s.m.desk.draft.Check()
	s.command("template first")
	s.pick("first")
	if now, _ := s.m.desk.draft.Check(); now.ID() == old.ID() || !s.m.desk.draft.MadeID() {
		t.Errorf("the id is %q", now.ID())
	}
	s.press("alt+enter", "alt+enter")
	if len(s.fake.sent) != 2 {
		t.Errorf("sent %d requests, want 2: each with an id of its own", len(s.fake.sent))
	}
}

func TestATemplateIsReplacedWhenAskedTwice(t *testing.T) {
	dir, kept := withFolder(t)
	s := start(t, 80, 24, kept)
	s.command("template a")
	s.write("<iq type='get' id='2'><ping xmlns='urn:xmpp:ping'/></iq>")
	s.command("template a")
	s.shows("There is a template a already")
	if text, _ := os.ReadFile(filepath.Join(dir, "a.toml")); !strings.Contains(string(text), stanza.NSDiscoInfo) {
		t.Errorf("asked once, the file is %s", text)
	}
	s.command("template b") // another one in between
	s.command("template a")
	if text, _ := os.ReadFile(filepath.Join(dir, "a.toml")); !strings.Contains(string(text), stanza.NSDiscoInfo) {
		t.Errorf("asked once, then for another, the file is %s", text)
	}
	s.command("template a")
	if text, _ := os.ReadFile(filepath.Join(dir, "a.toml")); !strings.Contains(string(text), "urn:xmpp:ping") {
		t.Errorf("asked twice, the file is %s", text)
	}
}

func TestWhatGoesWrongWithTemplatesIsSaidInASentence(t *testing.T) {
	dir, kept := withFolder(t)
	s := start(t, 80, 24, kept)
	draft := s.m.desk.draft.Text()
	s.command("template ../../x")
	s.shows("The template is not saved")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "bad.toml"), []byte("version = 1\ntxet = \"\x1b[2J\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "good.toml"), []byte("version = 1\ntext = '<iq/>'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.press("f2")
	s.shows("✗ A template is left out")
	s.shows("★ good")
	s.press("esc")
	s.command("template bad")
	s.shows("to keep what is there")
	if got := s.m.desk.draft.Text(); got != draft {
		t.Errorf("the draft has become %s", got)
	}

	nowhere := start(t, 80, 24)
	nowhere.command("template a")
	nowhere.shows("There is no folder for templates")
}
