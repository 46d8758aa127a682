package tui

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/record"
	"iqscope/internal/safetext"
	"iqscope/tui/keys"
	"iqscope/tui/prompt"
	"iqscope/tui/words"
)

// ToggleRecording begins to write down what goes over the wire, or ends that.
const ToggleRecording keys.Action = "toggle-recording"

// recorder is a recording that runs, or has ended.
type recorder interface {
	Path() string
	// Dropped is how many entries the log had lost before the first that is recorded.
	Dropped() uint64
	Done() <-chan struct{}
	Stop() record.Summary
}

// recording is what the screen has of one.
type recording struct {
	begin   func(path string) (recorder, error) // nil where nothing can be recorded
	folder  string                              // for those that are not named otherwise
	running recorder                            // nil for none
}

// The events of recordings.
type (
	// RecordingBegan says that a recording runs, or why not.
	RecordingBegan struct {
		recorder recorder
		Err      error
	}
	// RecordingEnded says what became of one.
	RecordingEnded struct{ Summary record.Summary }
)

func recordingActions() []action {
	return []action{{
		name: ToggleRecording, help: "record all that goes over the wire to a file, or end that", do: toggleRecording,
		at:  []place{{keys.Panes, "alt+l", "", ""}},
		can: needs("there is nothing here that could be recorded", func(m *Model) bool { return m.tape.begin != nil }),
		word: func(m *Model, _ keys.Context) string {
			if m.tape.running != nil {
				return "end recording"
			}
			return ""
		},
		argument: &argument{what: "FILE", do: beginRecording},
	}}
}

// tape is what the program's options say of recordings, which are kept below a folder.
func (o Options) tape(state string) recording {
	t := recording{folder: filepath.Join(state, "recordings")}
	if state == "" {
		t.folder = ""
	}
	if o.Record != nil {
		t.begin = func(path string) (recorder, error) {
			r, err := o.Record(path)
			if err != nil {
				return nil, err // no recorder that is none
			}
			return r, nil
		}
	}
	if o.Recording != nil {
		t.running = o.Recording
	}
	return t
}

// toggleRecording asks where to record to, or ends what is recorded.
func toggleRecording(m *Model) tea.Cmd {
	if r := m.tape.running; r != nil {
		return func() tea.Msg { return RecordingEnded{r.Stop()} }
	}
	name := m.now().Format("2006-01-02-150405") + "-" + fileName(m.known.status.JID.Bare().String()) + ".jsonl"
	p := prompt.New(safetext.Const("Record to: "), safetext.Const("what the log has goes in first; secrets are hidden; the same key ends it"), filepath.Join(m.tape.folder, name))
	m.ask(p, func(answer string) (tea.Cmd, error) { return beginRecording(m, answer) })
	return nil
}

// fileName is a text as a part of a file's name.
func fileName(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("@.-_", r) {
			return r
		}
		return '_'
	}, text)
}

// beginRecording returns a command that begins one.
func beginRecording(m *Model, path string) (tea.Cmd, error) {
	switch {
	case m.tape.running != nil:
		return nil, errors.New("a recording runs already; end it first")
	case path == "":
		return nil, errors.New("the name of a file is missing")
	}
	path, begin := fromHome(path), m.tape.begin
	return func() tea.Msg {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return RecordingBegan{nil, err}
		}
		r, err := begin(path)
		return RecordingBegan{r, err}
	}, nil
}

func (m *Model) recordingBegan(b RecordingBegan) {
	if b.Err != nil {
		m.notice.complain(b.Err)
		return
	}
	m.tape.running = b.recorder
	since := "from the start of the session"
	if n := b.recorder.Dropped(); n > 0 {
		since = "what the log has, of which the first " + counted(n, "entry was", "entries were") + " dropped before,"
	}
	m.notice.tell("recording " + since + " to " + b.recorder.Path())
}

func counted(n uint64, one, more string) string {
	if n == 1 {
		return one
	}
	return words.Count(n) + " " + more
}

// recordingEnded says where it is and how much of it there is.
func (m *Model) recordingEnded(s record.Summary) {
	if m.tape.running == nil {
		return // it is told already
	}
	m.tape.running = nil
	if s.Err != nil {
		m.notice.complain(errors.New(s.String()))
		return
	}
	m.notice.tell(s.String())
}

// lookAtTape finds out whether a recording has ended by itself, as on a disk that is full.
func (m *Model) lookAtTape() {
	if m.tape.running == nil {
		return
	}
	select {
	case <-m.tape.running.Done():
		m.recordingEnded(m.tape.running.Stop())
	default:
	}
}
