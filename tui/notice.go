package tui

import (
	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// notice is what the program has to say, in lines of their own above the footer. It costs no timer:
// one that passes goes with the next key.
type notice struct {
	text  safetext.Text
	style func(themes.Theme) lipgloss.Style
	stays bool // until Esc, or until it is no longer true
}

func asError(t themes.Theme) lipgloss.Style   { return t.Error }
func asWarning(t themes.Theme) lipgloss.Style { return t.Warning }
func asSuccess(t themes.Theme) lipgloss.Style { return t.Success }

func (n *notice) empty() bool { return n.text.Empty() }

func (n *notice) clear() { *n = notice{} }

// seen takes the notice away if it only passes.
func (n *notice) seen() {
	if !n.stays {
		n.clear()
	}
}

// refuse says in whole sentences what could not be done.
func (n *notice) refuse(text string) {
	*n = notice{text: safetext.CleanLine("✗ " + text), style: asError}
}

// complain says what could not be done.
func (n *notice) complain(err error) { n.refuse(words.Sentence(err.Error())) }

// fail says in whole sentences that there is no connection. It stays until there is one.
func (n *notice) fail(text string) {
	n.refuse(text)
	n.stays = true
}

// tell says that something was done.
func (n *notice) tell(text string) {
	*n = notice{text: safetext.CleanLine("✓ " + words.Sentence(text)), style: asSuccess}
}

// warn says in whole sentences what a key would do if it were pressed once more.
func (n *notice) warn(text string) { *n = notice{text: safetext.CleanLine(text), style: asWarning} }

// shareOfScreen is how much of the screen a notice may take: one line of so many.
const shareOfScreen = 2

// lines are the lines of the notice for a width, at most so many. Where that is not all of it, the
// last one ends in an ellipsis.
func (n *notice) lines(width, most int, theme themes.Theme) []string {
	if n.empty() || width < 3 || most < 1 {
		return nil
	}
	text := n.text.Truncate(most * (width - 2)) // the rest is not looked at, however long it is
	wrapped := text.Wrap(width - 2)
	if len(wrapped) > most {
		last := safetext.Join("", wrapped[most-1:]...)
		wrapped = append(wrapped[:most-1], last.Truncate(width-2))
	}
	lines := make([]string, len(wrapped))
	for i, t := range wrapped {
		r := row.New(width)
		r.Space(1)
		r.Add(t, n.style(theme))
		lines[i] = r.String()
	}
	return lines
}
