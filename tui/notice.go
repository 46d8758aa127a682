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

// mostNoticeLines is how much of the screen a notice may take.
const mostNoticeLines = 6

// lines are the lines of the notice for a width.
func (n *notice) lines(width int, theme themes.Theme) []string {
	if n.empty() || width < 3 {
		return nil
	}
	var lines []string
	for i, t := range n.text.Wrap(width - 2) {
		if i == mostNoticeLines {
			break
		}
		r := row.New(width)
		r.Space(1)
		r.Add(t, n.style(theme))
		lines = append(lines, r.String())
	}
	return lines
}
