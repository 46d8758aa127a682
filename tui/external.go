package tui

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/tui/editor"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
)

// The actions that give the terminal to a program of the user's own.
const (
	EditOutside keys.Action = "editor" // the draft, in $EDITOR
	PageOutside keys.Action = "pager"  // what is looked at, in $PAGER
)

func externalActions() []action {
	lends := func(m *Model) string {
		if m.jobs.lend == nil {
			return "no other program can have the terminal here"
		}
		return ""
	}
	return []action{
		{
			name: EditOutside, help: "edit the draft in $VISUAL or $EDITOR", at: inDraft("f4", "f4"), do: editOutside,
			can: func(m *Model) string {
				if !m.desk.onDraft() {
					return errNoDrafts.Error()
				}
				return lends(m)
			},
		},
		{
			name: PageOutside, help: "show what is looked at in $PAGER", at: []place{{keys.Panes, "f3", "", ""}, {keys.Overlay, "f3", "", ""}}, do: pageOutside,
			can: func(m *Model) string {
				if m.overlays.top() == nil && m.desk.focus != layout.Compose && m.desk.subject == nil {
					return "nothing is selected that could be shown"
				}
				return lends(m)
			},
		},
	}
}

// guest is a program that gets the terminal for a while: a command line of the shell, and what
// follows it as arguments. Input is what it reads instead of the keyboard; nil for the keyboard.
type guest struct {
	command string
	args    []string
	input   io.Reader
}

// DraftEdited is the event that the editor has ended. Text is the draft as it was left there.
type DraftEdited struct {
	Text string
	Err  error
}

// Paged is the event that the pager has ended.
type Paged struct{ Err error }

// editOutside opens the draft in the user's editor.
func editOutside(m *Model) tea.Cmd {
	before := m.desk.draft.Text()
	var after string
	return m.jobs.lend(func(run func(guest) error) (err error) {
		after, err = editedBy(before, m.environ(), run)
		return err
	}, func(err error) tea.Msg { return DraftEdited{after, err} })
}

// draftEdited takes in what became of the draft.
func (m *Model) draftEdited(e DraftEdited) {
	m.refresh()
	err := e.Err
	if err == nil {
		err = m.desk.draft.Replace(e.Text)
	}
	if err != nil {
		m.notice.complain(fmt.Errorf("the draft is as it was: %w", err))
		return
	}
	m.desk.edit()
}

// editedBy has a text edited in a file that nobody else can read, and that is gone afterwards with
// all that the editor wrote beside it.
func editedBy(text string, env environment, run func(guest) error) (edited string, err error) {
	command, err := env.editor()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "iqscope-") // 0700
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "draft.xml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return "", err
	}
	if err := run(guest{command: command, args: []string{file}}); err != nil {
		return "", err
	}
	return readDraft(file, strings.HasSuffix(text, "\n"))
}

// readDraft reads a draft that an editor has written: no more than fits, and without what editors
// add by themselves, a mark of the encoding and the end of the last line.
func readDraft(file string, ended bool) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("the editor left no file: %w", err)
	}
	defer f.Close()
	read, err := io.ReadAll(io.LimitReader(f, editor.MaxBytes+16))
	if err != nil {
		return "", err
	}
	read = bytes.TrimPrefix(read, []byte("\ufeff"))
	if !utf8.Valid(read) && len(read) <= editor.MaxBytes {
		good := strings.ToValidUTF8(string(read), "\x00")
		return "", fmt.Errorf("line %d of the file is not UTF-8", 1+strings.Count(good[:strings.IndexByte(good, 0)], "\n"))
	}
	text := strings.ReplaceAll(strings.ReplaceAll(string(read), "\r\n", "\n"), "\r", "\n")
	if !ended {
		text = strings.TrimSuffix(text, "\n")
	}
	return text, nil
}

// pageOutside shows what is looked at in the user's pager.
func pageOutside(m *Model) tea.Cmd {
	text := m.lookedAt()
	return m.jobs.lend(func(run func(guest) error) error {
		command, err := m.environ().pager()
		if err != nil {
			return err
		}
		// Whatever others sent, the pager gets nothing that a terminal would take for a command.
		return run(guest{command: command, input: strings.NewReader(safetext.Clean(text()).String() + "\n")})
	}, func(err error) tea.Msg { return Paged{err} })
}

func (m *Model) paged(err error) {
	m.refresh()
	if err != nil {
		m.notice.complain(fmt.Errorf("not shown: %w", err))
	}
}

// lookedAt is the text of what has the focus, to be made outside of the update loop: what lies on
// top, the draft, or the stanza that is selected, as the log has it.
func (m *Model) lookedAt() func() string {
	if top := m.overlays.top(); top != nil {
		lines := top.View()
		return func() string { return ansi.Strip(strings.Join(lines, "\n")) }
	}
	if m.desk.focus == layout.Compose {
		if c, ok := m.desk.composer.(interface{ Text() string }); ok {
			text := c.Text()
			return func() string { return text }
		}
	}
	s := m.desk.subject
	return func() string {
		var parts []string
		if s != nil && s.Entry.Text != "" {
			parts = append(parts, s.Entry.Text)
		}
		if s != nil && s.Entry.Stanza != nil {
			parts = append(parts, laidOut(s.Entry.Stanza))
		}
		return strings.Join(parts, "\n\n")
	}
}

// pageColumns is where a start tag is broken up in the pager.
const pageColumns = 100

func laidOut(st *stanza.Stanza) string { return st.Pretty(pageColumns) }

// environment is what the user's variables say, and which programs there are.
type environment struct {
	getenv func(string) string
	has    func(program string) bool
}

func (m *Model) environ() environment {
	return environment{os.Getenv, func(program string) bool { _, err := exec.LookPath(program); return err == nil }}
}

// first is the first of some commands that is set, or else the first of some programs that is there.
func (e environment) first(variables, programs []string) (string, bool) {
	for _, v := range variables {
		if command := strings.TrimSpace(e.getenv(v)); command != "" {
			return command, true
		}
	}
	for _, p := range programs {
		if e.has(strings.Fields(p)[0]) {
			return p, true
		}
	}
	return "", false
}

func (e environment) editor() (string, error) {
	if command, ok := e.first([]string{"VISUAL", "EDITOR"}, []string{"vi"}); ok {
		return command, nil
	}
	return "", errors.New("there is no editor; put the name of yours into the variable EDITOR")
}

func (e environment) pager() (string, error) {
	if command, ok := e.first([]string{"PAGER"}, []string{"less -R", "more"}); ok {
		return command, nil
	}
	return "", errors.New("there is no pager; put the name of yours into the variable PAGER")
}

// guestError says how a program ended that got the terminal. Shells have the status 127 for a
// command that they did not find, and 126 for one that they may not run.
func guestError(command string, status int) error {
	switch status {
	case 0:
		return nil
	case 126, 127:
		return fmt.Errorf("%s cannot be run; see the variables VISUAL, EDITOR and PAGER", command)
	}
	return fmt.Errorf("%s ended with status %d", command, status)
}
