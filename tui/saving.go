package tui

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/session/journal"
	"iqscope/tui/keys"
	"iqscope/tui/logfile"
	"iqscope/tui/prompt"
	"iqscope/tui/words"
)

// saveActions write the log to a file.
func saveActions() []action {
	return []action{{
		name: keys.SaveLog, help: "save the log, or what the filter shows of it, to a file", at: []place{{keys.Log, "s", "", ""}}, do: askSave,
		can: needs("the log is empty", func(m *Model) bool { return !m.desk.log.Empty() }),
		argument: &argument{what: "FILE", do: func(m *Model, path string) (tea.Cmd, error) {
			return m.save(path, false)
		}},
	}}
}

// askSave asks where the log is to be written.
func askSave(m *Model) tea.Cmd {
	path := filepath.Join(m.logs, "log-"+m.now().Format("20060102-150405")+".jsonl")
	p := prompt.New(safetext.Const("Save to: "), safetext.Const("lines of JSON as watch prints them; XML if the name ends in .xml"), path)
	m.ask(p, func(answer string) (tea.Cmd, error) { return m.save(answer, false) })
	return nil
}

// save returns a command that writes what the log shows.
func (m *Model) save(path string, over bool) (tea.Cmd, error) {
	switch {
	case path == "":
		return nil, errors.New("the name of a file is missing")
	case m.desk.log.Looking():
		return nil, errors.New("the filter has not looked at the whole log yet; try again when it has")
	}
	path = fromHome(path)
	seqs, log, namespace := m.desk.log.Shown(), m.session.Journal(), m.session.Scope().Content
	return func() tea.Msg {
		f, err := logfile.Create(path, namespace, over)
		if err != nil {
			return LogSaved{Path: path, Err: err}
		}
		return savePiece(f, log, seqs, LogSaved{Path: path, Total: len(seqs)})
	}, nil
}

// fromHome is a path with the home folder in place of a tilde.
func fromHome(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	return path
}

// savedAtOnce is how many entries are written before it is said how far the file is.
const savedAtOnce = 10_000

// savePiece writes the next entries.
func savePiece(f *logfile.File, log *journal.Journal, seqs []uint64, saved LogSaved) LogSaved {
	n := min(len(seqs), savedAtOnce)
	var err error
	for _, seq := range seqs[:n] {
		if e, ok := log.Get(seq); ok {
			if err = f.Add([]journal.Entry{e}); err != nil {
				break
			}
		}
	}
	saved.Done += n
	if rest := seqs[n:]; err == nil && len(rest) > 0 {
		saved.more = func() tea.Msg { return savePiece(f, log, rest, saved) }
		return saved
	}
	saved.more, saved.Count = nil, f.Count()
	if err != nil {
		f.Discard()
	} else {
		err = f.Close()
	}
	saved.Err = err
	return saved
}

// LogSaved says how far the log is written to a file. Without an error, and with nothing more to do,
// all is.
type LogSaved struct {
	Path        string
	Done, Total int // entries
	Count       int // elements in the file
	Err         error
	more        tea.Cmd
}

// logSaved says where the log is, or why it is not.
func (m *Model) logSaved(s LogSaved) tea.Cmd {
	switch {
	case errors.Is(s.Err, logfile.ErrExists):
		p := prompt.New(safetext.CleanLine(s.Path+" exists. Write over it? "), safetext.Const("yes, or esc to leave it as it is"), "")
		m.ask(p, func(answer string) (tea.Cmd, error) {
			if answer != "yes" {
				return nil, errors.New("type yes to write over it; esc leaves it as it is")
			}
			return m.save(s.Path, true)
		})
	case s.Err != nil:
		m.notice.refuse("The log is not saved: " + words.Sentence(s.Err.Error()))
	case s.more != nil:
		m.notice.warn("Saving " + words.Count(s.Done) + " of " + words.Count(s.Total) + " …")
	default:
		m.notice.clear()
		m.notice.tell(words.Plural(s.Count, "element") + " written to " + s.Path)
	}
	return s.more
}
