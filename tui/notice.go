package tui

import (
	"slices"
	"time"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// notice is what the program has to say, in lines of their own above the footer: what was done
// lately, each in a line or two, and below that one thing that went wrong or is asked.
type notice struct {
	done  []toast // the newest last
	text  safetext.Text
	style func(themes.Theme) lipgloss.Style
	stays bool // until Esc, or until it is no longer true
}

// toast is something that was done. It passes.
type toast struct {
	text safetext.Text
	at   time.Time // when it was first seen; zero until then
}

const (
	// toastTime is how long a toast stands while no key is pressed.
	toastTime = 6 * time.Second
	// toastLeast is how long at least, whatever is pressed: time to be seen beside the next one.
	toastLeast = time.Second
	// mostToasts is how many stand at the same time.
	mostToasts = 3
)

func asError(t themes.Theme) lipgloss.Style   { return t.Error }
func asWarning(t themes.Theme) lipgloss.Style { return t.Warning }
func asSuccess(t themes.Theme) lipgloss.Style { return t.Success }

func (n *notice) empty() bool { return n.text.Empty() && len(n.done) == 0 }

func (n *notice) clear() { *n = notice{} }

// say puts a message in place of the one before.
func (n *notice) say(text safetext.Text, style func(themes.Theme) lipgloss.Style, stays bool) {
	n.text, n.style, n.stays = text, style, stays
}

// seen takes away what only passes, at a key. Toasts that came just now are left.
func (n *notice) seen(now time.Time) {
	if !n.stays {
		n.say(safetext.Text{}, nil, false)
	}
	n.pass(now, toastLeast)
}

// pass takes away toasts that have stood for a while.
func (n *notice) pass(now time.Time, after time.Duration) {
	n.done = slices.DeleteFunc(n.done, func(t toast) bool { return !t.at.IsZero() && now.Sub(t.at) >= after })
}

// show is told when the notice is drawn.
func (n *notice) show(now time.Time) {
	for i := range n.done {
		if n.done[i].at.IsZero() {
			n.done[i].at = now
		}
	}
}

// refuse says in whole sentences what could not be done.
func (n *notice) refuse(text string) { n.say(safetext.CleanLine("✗ "+text), asError, false) }

// complain says what could not be done.
func (n *notice) complain(err error) { n.refuse(words.Sentence(err.Error())) }

// fail says in whole sentences that there is no connection. It stays until there is one.
func (n *notice) fail(text string) {
	n.refuse(text)
	n.stays = true
}

// tell says that something was done.
func (n *notice) tell(text string) {
	if !n.stays {
		n.say(safetext.Text{}, nil, false)
	}
	n.done = append(n.done, toast{text: safetext.CleanLine("✓ " + words.Sentence(text))})
	n.done = n.done[max(0, len(n.done)-mostToasts):]
}

// warn says in whole sentences what a key would do if it were pressed once more.
func (n *notice) warn(text string) { n.say(safetext.CleanLine(text), asWarning, false) }

// shareOfScreen is how much of the screen a notice may take: one line of so many.
const shareOfScreen = 2

// lines are the lines of the notice for a width, at most so many: the message first of all, then as
// many toasts as there is room for, the newest ones. Where that is not all of one, its last line ends
// in an ellipsis.
func (n *notice) lines(width, most int, theme themes.Theme) []string {
	lines := wrapped(n.text, n.style, width, most, theme)
	for _, t := range slices.Backward(n.done) {
		lines = append(wrapped(t.text, asSuccess, width, most-len(lines), theme), lines...)
	}
	return lines
}

func wrapped(text safetext.Text, style func(themes.Theme) lipgloss.Style, width, most int, theme themes.Theme) []string {
	if text.Empty() || width < 3 || most < 1 {
		return nil
	}
	text = text.Truncate(most * (width - 2)) // the rest is not looked at, however long it is
	wrapped := text.Wrap(width - 2)
	if len(wrapped) > most {
		last := safetext.Join("", wrapped[most-1:]...)
		wrapped = append(wrapped[:most-1], last.Truncate(width-2))
	}
	lines := make([]string, len(wrapped))
	for i, t := range wrapped {
		r := row.New(width)
		r.Space(1)
		r.Add(t, style(theme))
		lines[i] = r.String()
	}
	return lines
}

// toastsPass says that there are toasts, and that they go by themselves. On a plain screen, which may
// be read aloud, they stand until a key is pressed.
func (m *Model) toastsPass() bool { return len(m.notice.done) > 0 && m.theme.Name != themes.NamePlain }

// passToasts takes away those that have stood long enough.
func (m *Model) passToasts() {
	if m.toastsPass() {
		m.notice.pass(m.now(), toastTime)
	}
}
