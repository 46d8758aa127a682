package handlers

import (
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/session/handler"
	"iqscope/tui/pane"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// example is a rule to begin with: any client asks for versions, and so can we ask ourselves.
const example = "iq@type=get/version => error item-not-found"

const (
	labelCell = 9
	// mostName is how many cells the name of an entry gets at most.
	mostName = 24
	// mostLines is how many lines a matcher or a rule may take; the screen is no place to read a
	// long one.
	mostLines = 6
	clock     = "15:04:05"
)

// below are the lines under the table: all there is to know of the selected entry, and how to begin
// when there is no rule yet.
func (s *Screen) below(width int, look pane.Look) []string {
	b := details{Screen: s, width: width}
	if e, ok := s.Selected(); ok {
		b.entry(e, look)
	}
	if !slices.ContainsFunc(s.entries, func(e Entry) bool { return e.Rule != "" }) {
		b.firstRule(look, s.address)
	}
	return b.done
}

type details struct {
	*Screen
	width int
	done  []string
}

func (d *details) line() {
	d.done = append(d.done, d.theme.Border.Render(strings.Repeat("─", d.width)))
}

func (d *details) entry(e Entry, look pane.Look) {
	d.line()
	d.fact(e.Name, what(e), d.theme.Title, d.theme.Text)
	if e.Rule != "" {
		d.fact("rule", e.Rule, d.theme.Muted, d.theme.Text)
	} else {
		d.fact("matches", e.Matcher, d.theme.Muted, d.theme.Text)
	}
	d.fact("so far", counts(e), d.theme.Muted, d.theme.Text)
	last := "nothing has matched yet"
	if !e.Last.IsZero() {
		last = e.Last.In(look.Now.Location()).Format(clock) + ", " + lastMatch(e.Last, look.Now)
	}
	d.fact("last hit", last, d.theme.Muted, d.theme.Text)
}

// firstRule says what can be added, with an example that any server lets one try.
func (d *details) firstRule(look pane.Look, address string) {
	key := look.KeyOf(AddRule)
	if key == "" {
		return
	}
	text := "No rules yet. " + key + " adds one: it answers what others ask, or drops stanzas, such as  " + example
	if address != "" {
		text += "  (to try it, ask your own address for its version: " + address + ")"
	}
	d.line()
	for _, t := range safetext.CleanLine(text).Wrap(d.width) {
		d.done = append(d.done, d.theme.Hint.Render(t.String()))
	}
}

// fact appends a label, which may be longer than its column, and what it says.
func (d *details) fact(label, value string, labelled, style lipgloss.Style) {
	r := row.New(d.width)
	name := safetext.CleanLine(label).Truncate(mostName)
	r.Add(name, labelled)
	r.Fill(labelCell)
	if name.Width() >= labelCell {
		r.Space(2)
	}
	column := r.Width()
	lines := safetext.CleanLine(value).Wrap(max(1, d.width-column))
	for i, text := range lines {
		if i == mostLines {
			break
		}
		if i > 0 {
			r = row.New(d.width)
			r.Fill(column)
		}
		if i == mostLines-1 && len(lines) > mostLines {
			text = safetext.CleanLine(text.String() + " …")
		}
		r.Add(text, style)
		d.done = append(d.done, r.String())
	}
}

// what says in words what an entry does.
func what(e Entry) string {
	text := "sees what matches"
	switch {
	case e.Kind == handler.KindLog:
		return "sees every element first, in both directions; always on"
	case e.IsNobody():
		return "the automatic error for what nobody answers; when it is off, that is not answered at all"
	case e.Rule != "" && e.Kind == handler.KindFilter:
		text = "a rule: it drops what matches"
	case e.Rule != "":
		text = "a rule: it answers incoming requests, before the fallbacks"
	case e.Fallback:
		text = "built in; answers incoming requests that no rule answers"
	case e.Kind == handler.KindResponder:
		text = "answers incoming requests"
	case e.Kind == handler.KindOnce:
		text = "sees the first match, then leaves"
	case e.Kind == handler.KindReply:
		text = "gets the answer to a request of ours"
	case e.Kind == handler.KindFilter:
		text = "drops or rewrites what matches"
	case e.Kind == handler.KindWaiter:
		text = "waits for the next match"
	case e.Kind == handler.KindCollector:
		text = "gathers what matches"
	}
	if e.Off {
		text += " (off)"
	}
	return text
}

func counts(e Entry) string {
	text := words.Plural(e.Matches, "hit") + " · " + plural(e.Misses, "miss", "misses") + " · " + plural(e.Replies, "reply", "replies") + " · " +
		words.Plural(e.Failures, "failure") + " · " + words.Count(e.Dropped) + " dropped"
	if e.Dropped > 0 {
		text += " by a full queue"
	}
	return text
}

func plural(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return words.Count(n) + " " + many
}
