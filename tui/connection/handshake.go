package connection

import (
	"strings"
	"time"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/tui/row"
)

const (
	// mostSaid is how much of the log is looked at for what was said on the way.
	mostSaid = 200
	// slack is how much earlier the log may have a step than the session says.
	slack = time.Millisecond
)

// Said is what the log has of the way that the steps are of, oldest first: the notes of the steps and
// the elements between them.
func Said(log *journal.Journal, steps []session.StepTaken) []journal.Entry {
	if len(steps) == 0 {
		return nil
	}
	began, ended := steps[0].Began.Add(-slack), steps[len(steps)-1].Ended
	low, high := log.Stats().First, log.Stats().Last+1
	for low < high { // entries are in the order of their times
		middle := low + (high-low)/2
		if e, ok := log.Get(middle); ok && e.Time.Before(began) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	var said []journal.Entry
	for _, e := range log.Window(nil, low, mostSaid) {
		if !ended.IsZero() && e.Time.After(ended.Add(slack)) {
			break
		}
		said = append(said, e)
	}
	return said
}

// spoken sorts what was said by the step in which it was.
func spoken(said []journal.Entry, steps []session.StepTaken) map[int][]journal.Entry {
	by, at := map[int][]journal.Entry{}, -1
	for _, e := range said {
		switch {
		case e.Stanza != nil && at >= 0:
			by[at] = append(by[at], e)
		case e.Stanza == nil && at+1 < len(steps) && strings.HasPrefix(e.Text, string(steps[at+1].Step)):
			at++
		}
	}
	return by
}

// saying draws one thing that was said, below its step.
func (l *list) saying(e journal.Entry) {
	arrow, style := "→", l.theme.Out
	if e.Dir == stanza.In {
		arrow, style = "←", l.theme.In
	}
	r := row.New(l.width)
	if l.width >= wideLine {
		r.Space(clockCell + 1)
	}
	r.Space(markCell)
	r.Add(safetext.CleanLine(arrow), style)
	r.Space(1)
	r.Add(safetext.CleanLine(e.Stanza.Name().Local).Truncate(stepCell), l.theme.Payload)
	r.Space(1)
	l.done = append(l.done, l.paragraph(r, safetext.CleanLine(gist(e.Stanza)).Truncate(gistMost), r.Width(), l.width, l.theme.Muted)...)
}

// gistMost is how much of what was said is shown, in cells: a server may offer a lot.
const gistMost = 400

// gist is what an element of the negotiation says, in a few words: its attributes, and what it holds.
func gist(st *stanza.Stanza) string {
	var words []string
	root, err := st.Tree()
	if err != nil { // a stream's opening tag has no end yet
		if st.To() != "" {
			words = append(words, "to "+st.To())
		}
		if st.From() != "" {
			words = append(words, "from "+st.From())
		}
		return strings.Join(words, " ")
	}
	for _, a := range root.Attrs {
		if a.Name.Local != "id" && a.Name.Local != "xmlns" && !strings.HasPrefix(a.Name.Space, "http://www.w3.org/2000/xmlns") {
			words = append(words, a.Name.Local+"="+a.Value)
		}
	}
	length := 0
	for i, child := range root.Elements() {
		word := child.Name.Local
		if i > 0 {
			word = "· " + word
		}
		for j, inner := range child.Elements() {
			text := strings.TrimSpace(inner.Text())
			if text == "" {
				text = inner.Name.Local
			}
			if j > 0 {
				word += ","
			}
			if word += " " + text; len(word) > gistMost {
				break
			}
		}
		words = append(words, word)
		if length += len(word); length > gistMost {
			words = append(words, "…")
			break
		}
	}
	return strings.Join(words, " ")
}
