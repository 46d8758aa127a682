// Package status draws the status line: who we are, how the connection stands, what is waited for.
// It is a function of its inputs and keeps nothing.
package status

import (
	"slices"
	"time"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/session"
	"iqscope/session/negotiate"
	"iqscope/themes"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Info is what the line tells.
type Info struct {
	session.Status
	// Server names a server that is not the account's own, "built-in server" say, and Hint what is
	// worth knowing of it. Either may be empty.
	Server, Hint safetext.Text
	Bare         bool // nothing is sent unasked
	Rate         int  // stanzas received a second
	Taped        bool // all is recorded
	// Recording names a recording that is shown, and Recorded says how much of it there is; both are
	// empty for a session.
	Recording, Recorded safetext.Text
	// Due is when the first incoming request that is held runs out of time; zero for never.
	Due time.Time
}

// item is a part of the line. When there is no room for all, those with the highest rank are left
// out first; before one of a rank up to [dear] is, those that have a short form take it.
type item struct {
	text  safetext.Text
	style lipgloss.Style
	rank  int
	short safetext.Text
}

const dear = 5

// gap is the space between two items.
const gap = 2

// Line draws the status in exactly width cells.
func Line(info Info, theme themes.Theme, width int, now time.Time) string {
	left, right := connection(info, theme, now), traffic(info, theme, now)
	for space(left)+space(right)+1 > width && (leaveOut(&left, &right, dear) || shorten(left, right) || leaveOut(&left, &right, 0)) {
	}
	line := row.Over(width, theme.Status)
	line.Space(1)
	add(line, left)
	line.Fill(width - space(right))
	add(line, right)
	return line.String()
}

func add(line *row.Row, items []item) {
	for _, it := range items {
		line.Add(it.text, it.style)
		line.Space(gap)
	}
}

func space(items []item) int {
	n := 0
	for _, it := range items {
		n += it.text.Width() + gap
	}
	return n
}

// leaveOut removes the item with the highest rank above least, and reports whether there was one.
func leaveOut(left, right *[]item, least int) bool {
	var from *[]item
	at, worst := 0, least
	for _, items := range []*[]item{left, right} {
		for i, it := range *items {
			if it.rank > worst {
				from, at, worst = items, i, it.rank
			}
		}
	}
	if from == nil {
		return false
	}
	*from = slices.Delete(*from, at, at+1)
	return true
}

// shorten gives the items their short forms, and reports whether that changed anything.
func shorten(parts ...[]item) (changed bool) {
	for _, items := range parts {
		for i := range items {
			if short := items[i].short; !short.Empty() {
				items[i].text, items[i].short, changed = short, safetext.Text{}, true
			}
		}
	}
	return changed
}

// connection is the left part: the account and the way to its server.
func connection(info Info, theme themes.Theme, now time.Time) []item {
	items := []item{{text: safetext.Const("iqscope"), style: theme.Title, rank: 6}}
	if !info.JID.IsZero() {
		items = append(items, item{text: safetext.CleanLine(info.JID.String()), style: theme.Text, rank: 3, short: safetext.CleanLine(info.JID.Bare().String())})
	}
	if !info.Recording.Empty() {
		items = append(items, item{text: info.Recorded, style: theme.Muted, rank: 4})
		return slices.Insert(items, 1, item{text: info.Recording, style: theme.Info, rank: 0, short: safetext.Const("recording")})
	}
	items = append(items, state(info, theme, now))
	if info.State == session.Online || info.State == session.ByHand {
		if info.TLS == "" { // never left out
			items = append(items, item{text: safetext.Const("! not encrypted"), style: theme.Warning, short: safetext.Const("! plaintext")})
		} else {
			items = append(items, item{text: safetext.CleanLine(info.TLS), style: theme.Muted, rank: 7})
		}
		if info.Resumed {
			items = append(items, item{text: safetext.Const("resumed"), style: theme.Muted, rank: 6})
		}
		items = append(items, item{text: safetext.CleanLine(info.Mechanism), style: theme.Muted, rank: 9})
	}
	items = append(items, item{text: info.Server, style: theme.Info, rank: 4}, item{text: info.Hint, style: theme.Muted, rank: 8})
	return slices.DeleteFunc(items, func(it item) bool { return it.text.Empty() })
}

// before names the steps that come next on a way that is gone by hand.
var before = map[negotiate.Step]safetext.Text{
	negotiate.StepStream: safetext.Const(": before the stream"),
	negotiate.StepTLS:    safetext.Const(": before TLS"),
	negotiate.StepAuth:   safetext.Const(": before the login"),
	negotiate.StepBind:   safetext.Const(": before binding"),
	negotiate.StepManage: safetext.Const(": before stream management"),
}

func state(info Info, theme themes.Theme, now time.Time) item {
	switch info.State {
	case session.Online:
		return item{text: safetext.Const("● online"), style: theme.Success, rank: 0}
	case session.Connecting:
		text := safetext.Const("◌ connecting")
		if info.Step != "" {
			text = safetext.Concat(safetext.Const("◌ "), safetext.CleanLine(string(info.Step)))
		}
		return item{text: text, style: theme.Warning, rank: 0}
	case session.ByHand:
		return item{text: safetext.Concat(safetext.Const("◌ by hand"), before[info.Step]), style: theme.Warning}
	case session.Lost:
		if !info.RetryAt.IsZero() {
			left := words.Waited(info.RetryAt.Sub(now) + time.Second - 1)
			return item{text: safetext.CleanLine("✗ reconnecting in " + left), style: theme.Warning}
		}
		return item{text: safetext.Const("✗ not connected"), style: theme.Error, rank: 0}
	}
	return item{text: safetext.Const("○ offline"), style: theme.Muted, rank: 0}
}

// traffic is the right part: what is waited for and what comes in.
func traffic(info Info, theme themes.Theme, now time.Time) []item {
	var items []item
	if info.Taped {
		sign := safetext.Const("● REC")
		if theme.Glyphs.ASCII {
			sign = safetext.Const("rec")
		}
		items = append(items, item{text: sign, style: theme.Error, rank: 1})
	}
	if info.Hold.On {
		items = append(items, item{text: safetext.Const("hold"), style: theme.Warning, rank: 1})
	}
	if info.Held > 0 {
		items = append(items, countdown(words.Count(info.Held)+" to answer", info.Due, 1, theme, now))
	}
	if info.InFlight > 0 {
		items = append(items, countdown(words.Count(info.InFlight)+" pending", info.Next, 2, theme, now))
	}
	if info.Overflow > 0 {
		items = append(items, item{text: safetext.CleanLine(words.Count(info.Overflow) + " unanswered"), style: theme.Warning, rank: 5})
	}
	if info.Rate > 0 {
		items = append(items, item{text: safetext.CleanLine("in " + words.Count(info.Rate) + "/s"), style: theme.Muted, rank: 10})
	}
	if info.Secrets {
		items = append(items, item{text: safetext.Const("secrets shown"), style: theme.Warning, rank: 6})
	}
	if info.Bare {
		items = append(items, item{text: safetext.Const("bare"), style: theme.Muted, rank: 11})
	}
	return items
}

// countdown is a number of things with the time that the first of them has left, if that is known.
func countdown(what string, next time.Time, rank int, theme themes.Theme, now time.Time) item {
	text, short, style := what, what, theme.Countdown
	if !next.IsZero() {
		left := next.Sub(now)
		text += ", next in " + words.Left(left)
		short += " " + words.Left(left)
		if left <= words.Fine {
			style = theme.CountdownUrgent
		}
	}
	return item{text: safetext.CleanLine(text), style: style, rank: rank, short: safetext.CleanLine(short)}
}
