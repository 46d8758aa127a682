// Package welcome draws the card that greets newcomers on the built-in server: what the program is,
// a few things to try with the bots that live there, and where to read on.
package welcome

import (
	"strings"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/pane"
	"iqscope/tui/row"
)

// Actions of the card: each puts a request to a bot into the composer.
const (
	Show     keys.Action = "welcome"
	AskLiar  keys.Action = "try-liar"
	AskMute  keys.Action = "try-silent"
	AskWrong keys.Action = "try-error"
)

// Try is something to try.
type Try struct {
	Action keys.Action
	Bot    string // whom it asks, at the bots' domain
	Help   string // what there is to see
}

// Tries are what the card offers.
var Tries = []Try{
	{AskLiar, "liar", "asks a liar: the forged answer is refused, and it says why"},
	{AskMute, "silent", "asks one who never answers: watch the time run out"},
	{AskWrong, "error-not-allowed", "asks one who refuses: the inspector says what the error means"},
}

// Card is the card, which can be scrolled. It belongs to the update loop.
type Card struct {
	top, page int
	lines     []string // all of them
	view      []string
}

// Do scrolls, and reports whether the action does that.
func (c *Card) Do(action keys.Action) bool {
	switch action {
	case keys.Up:
		c.top--
	case keys.Down:
		c.top++
	case keys.PageUp:
		c.top -= c.page
	case keys.PageDown:
		c.top += c.page
	case keys.Home:
		c.top = 0
	case keys.End:
		c.top = len(c.lines)
	default:
		return false
	}
	c.clamp()
	return true
}

func (c *Card) clamp() { c.top = max(0, min(c.top, len(c.lines)-c.page)) }

// Cells of the box.
const (
	frame  = 2 // at both sides
	margin = 2
	widest = 76
)

// Keys are those that the card names beside its own.
type Keys struct {
	Send, Find, Discover, Help keys.Action
}

// Prepare lays the card out for the room that it may cover.
func (c *Card) Prepare(who safetext.Text, named Keys, look pane.Look) {
	width := min(look.Width, widest)
	inside := width - frame - 2*margin
	if inside < 1 || look.Height <= frame {
		c.view = nil
		return
	}
	t := look.Theme
	l := lines{width: inside, theme: t}
	l.say(safetext.Const("iqscope sends IQs, the questions of XMPP, and shows all that comes back: as it stood on the wire, and in words."))
	l.say(safetext.Concat(safetext.Const("You are "), who, safetext.Const(" on a built-in server, where some misbehave on purpose. Try:")))
	l.gap()
	l.key(look.KeyOf(named.Send), "sends what is in the composer: what can this server do?")
	for _, try := range Tries {
		l.key(look.KeyOf(try.Action), try.Help)
	}
	l.gap()
	l.key(look.KeyOf(named.Find), "finds another request")
	l.key(look.KeyOf(named.Discover), "shows who is there, and what they can do")
	l.key(look.KeyOf(named.Help), "shows the keys, anywhere")
	l.gap()
	l.say(safetext.Const("A digit puts its request into the composer, where it can be sent. The chapters are in docs, from iqs.md on; iqscope help has the commands. :welcome shows this again."))
	c.lines = l.done
	c.page = max(1, min(len(c.lines), look.Height-frame))
	c.clamp()
	shown := make([]string, 0, c.page)
	for _, line := range c.lines[c.top:min(len(c.lines), c.top+c.page)] {
		shown = append(shown, strings.Repeat(" ", margin)+line)
	}
	box := layout.Box{Title: safetext.Const("Welcome"), Info: safetext.Const("esc closes"), Focused: true}
	if c.page < len(c.lines) {
		box.Info = safetext.Const("↑ ↓ scroll · esc closes")
	}
	c.view = box.Draw(width, c.page+frame, shown, t)
}

// View is the card as it was laid out.
func (c *Card) View() []string { return c.view }

// lines are lines that are put together.
type lines struct {
	width int
	theme themes.Theme
	done  []string
}

func (l *lines) gap() { l.done = append(l.done, "") }

func (l *lines) say(text safetext.Text) {
	for _, part := range text.Wrap(l.width) {
		r := row.New(l.width)
		r.Add(part, l.theme.Text)
		l.done = append(l.done, r.String())
	}
}

// keyCells is where what a key does begins.
const keyCells = 5

// key says what a key does, unless somebody has taken it away.
func (l *lines) key(key, does string) {
	if key == "" {
		return
	}
	r := row.New(l.width)
	r.Add(safetext.CleanLine(key), l.theme.Key)
	r.Space(1)
	for i, part := range safetext.CleanLine(does).Wrap(max(1, l.width-max(keyCells, r.Width()))) {
		if i > 0 {
			r = row.New(l.width)
		}
		r.Fill(keyCells)
		r.Add(part, l.theme.Text)
		l.done = append(l.done, r.String())
	}
}
