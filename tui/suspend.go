package tui

import (
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/tui/keys"
)

// suspendActions give the terminal back for a while.
func suspendActions() []action {
	return []action{{
		name: keys.Suspend, help: "suspend the program: back to the shell, until fg",
		at:  []place{{keys.View, "ctrl+z", "", ""}, {keys.Overlay, "ctrl+z", "", ""}},
		can: needs("programs cannot be suspended here", func(m *Model) bool { return m.jobs.suspend != nil }),
		do:  func(m *Model) tea.Cmd { return m.jobs.suspend },
	}}
}

// jobs is what a shell does with the program: it is nothing where there is no job control.
type jobs struct {
	suspend tea.Cmd // gives the terminal back and stops; ends with Resumed
	retake  tea.Cmd // takes the terminal anew, as a shell may have left it in any state
	// lend gives the terminal to what do runs; done makes the event of how that ended. It is nil
	// where that cannot be.
	lend func(do func(run func(guest) error) error, done func(error) tea.Msg) tea.Cmd
}

var errNotSuspended = errors.New("the program was not suspended, since nobody here could wake it again")

// resumed says why the program was not suspended, if it was not.
func (m *Model) resumed(err error) {
	m.refresh()
	if err != nil {
		m.notice.complain(err)
	}
}
