package tui

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/tui/editor"
)

// outside is a program of the user's own: what it does with the file it is given, and what it was
// given to read.
type outside struct {
	does func(file string) error
	ran  []guest
	read []string
	file string
}

func (o *outside) lend(do func(run func(guest) error) error, done func(error) tea.Msg) tea.Cmd {
	return func() tea.Msg {
		return done(do(func(g guest) error {
			o.ran = append(o.ran, g)
			if g.input != nil {
				read, _ := io.ReadAll(g.input)
				o.read = append(o.read, string(read))
				return nil
			}
			o.file = g.args[0]
			return o.does(o.file)
		}))
	}
}

// withOutside starts a program with an editor of a name and a draft, which has the cursor where the
// bar is.
func withOutside(t *testing.T, o *outside, draft string) *sim {
	t.Setenv("VISUAL", "")
	t.Setenv("EDITOR", "code -w")
	t.Setenv("PAGER", "most")
	t.Setenv("TMPDIR", t.TempDir())
	return start(t, 140, 45, func(s *setup) { s.jobs.lend, s.draft = o.lend, draft })
}

func writes(text string) func(string) error {
	return func(file string) error { return os.WriteFile(file, []byte(text), 0o600) }
}

func TestTheDraftIsEditedInTheUsersEditor(t *testing.T) {
	const draft = "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>"
	for _, row := range []struct {
		name, draft, written, want string
	}{
		{"as it was written", draft, "<iq/>\n<a>\tx</a>", "<iq/>\n<a>\tx</a>"},
		{"without the end that editors give the last line", draft, draft + "\n", draft},
		{"with the end that it had", draft + "\n", draft + "\n", draft + "\n"},
		{"without carriage returns and a mark of the encoding", draft, "\ufeff<a>\r\n</a>\r\n", "<a>\n</a>"},
		{"emptied", draft, "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			o := &outside{does: writes(row.written)}
			s := withOutside(t, o, row.draft)
			s.press("f4")
			if got := s.m.desk.draft.Text(); got != row.want {
				t.Errorf("the draft is %q, want %q", got, row.want)
			}
			if o.ran[0].command != "code -w" {
				t.Errorf("it ran %q", o.ran[0].command)
			}
			if row.want != row.draft {
				s.press("ctrl+z")
				if got := s.m.desk.draft.Text(); got != row.draft {
					t.Errorf("one undo leaves %q", got)
				}
			}
		})
	}
}

func TestNobodyElseReadsTheDraftInItsFile(t *testing.T) {
	o := &outside{}
	o.does = func(file string) error {
		for path, want := range map[string]os.FileMode{file: 0o600, filepath.Dir(file): 0o700 | os.ModeDir} {
			if info, err := os.Stat(path); err != nil || info.Mode() != want {
				t.Errorf("%s is %v, %v", path, info.Mode(), err)
			}
		}
		if text, _ := os.ReadFile(file); string(text) != "<secret/>" {
			t.Errorf("the editor sees %q", text)
		}
		return os.WriteFile(file+"~", []byte("a copy"), 0o644)
	}
	s := withOutside(t, o, "<secret/>")
	s.press("f4")
	if _, err := os.Stat(filepath.Dir(o.file)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestADraftThatComesBackBadIsAsItWas(t *testing.T) {
	for _, row := range []struct {
		name string
		does func(string) error
		says string
	}{
		{"the editor gives up", func(string) error { return guestError("code -w", 1) }, "✗ The draft is as it was: code -w ended with status 1"},
		{"there is no such editor", func(string) error { return guestError("code -w", 127) }, "code -w cannot be run; see the variables"},
		{"the file is gone", os.Remove, "the editor left no file"},
		{"the file is too long", writes(strings.Repeat("x", editor.MaxBytes+1)), "at most"},
		{"the file is longer than any", writes(strings.Repeat("x", 3*editor.MaxBytes)), "at most"},
		{"the file is no text", writes("<a>\n\xff\xfe</a>"), "line 2 of the file is not UTF-8"},
	} {
		t.Run(row.name, func(t *testing.T) {
			o := &outside{does: row.does}
			s := withOutside(t, o, "<iq/>")
			s.press("f4")
			s.shows(row.says)
			if got := s.m.desk.draft.Text(); got != "<iq/>" {
				t.Errorf("the draft is %q", got)
			}
			if _, err := os.Stat(filepath.Dir(o.file)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the folder is still there: %v", err)
			}
		})
	}
}

func TestWhatIsLookedAtIsShownInTheUsersPager(t *testing.T) {
	o := &outside{}
	s := withOutside(t, o, "<a>what is typed</a>")
	s.happens(func(f *fakeSession) {
		f.arrives("<iq type='result' id='x' from='a@b'><query xmlns='jabber:iq:version'><name>evil\u202e\u009b31m</name></query></iq>", "", "")
	})
	last := func() string { return o.read[len(o.read)-1] }
	s.press("f3")
	if last() != "<a>what is typed</a>\n" {
		t.Errorf("of the draft it shows %q", last())
	}
	s.press("alt+3", "f3")
	if !strings.Contains(last(), "\n  <query xmlns='jabber:iq:version'>") || strings.ContainsAny(last(), "\u202e\u009b") {
		t.Errorf("of the stanza it shows %q", last())
	}
	s.press("f1", "f3")
	if !strings.Contains(last(), "esc closes") || strings.Contains(last(), "\x1b") {
		t.Errorf("of the help it shows %q", last())
	}
	if o.ran[0].command != "most" {
		t.Errorf("it ran %q", o.ran[0].command)
	}
	s.press("esc", "alt+2", "f3")
	s.shows("Nothing is selected that could be shown")
}

func TestWhichEditorAndPagerAreTaken(t *testing.T) {
	for _, row := range []struct {
		name          string
		set           map[string]string
		there         string
		editor, pager string
	}{
		{"VISUAL before EDITOR", map[string]string{"VISUAL": "emacs -nw", "EDITOR": "ed", "PAGER": "bat -p"}, "vi less more", "emacs -nw", "bat -p"},
		{"EDITOR", map[string]string{"VISUAL": "  ", "EDITOR": "ed"}, "vi less more", "ed", "less -R"},
		{"nothing set", nil, "vi more", "vi", "more"},
		{"nothing there", nil, "", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			e := environment{func(v string) string { return row.set[v] }, func(p string) bool { return strings.Contains(row.there, p) }}
			editor, noEditor := e.editor()
			pager, noPager := e.pager()
			if editor != row.editor || pager != row.pager {
				t.Errorf("it takes %q and %q", editor, pager)
			}
			if (noEditor != nil) != (row.editor == "") || (noPager != nil) != (row.pager == "") {
				t.Errorf("it says %v and %v", noEditor, noPager)
			}
		})
	}
}
