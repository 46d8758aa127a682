package logpane

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/session/journal"
	"iqscope/session/match"
)

// Bounds of one piece of a filter's or a search's work: about 10 ms for the slowest filters, so
// that progress is seen and a new filter begins at once.
const (
	pieceEntries = 5000
	pieceBytes   = 2 << 20 // of stanzas
)

// piece is one piece of a finder's work. It runs away from the update loop.
type piece struct {
	journal   *journal.Journal
	expr      *match.Expr
	hides     func(*journal.Entry) bool // what no filter shows
	finder    *finder                   // whose work it is
	since     uint64                    // looks again at what has changed after this version
	low, high uint64                    // of what has been looked at
	last      uint64                    // looks no further
	older     bool                      // goes back from low; else on from high
	subject   *match.Passing
}

// Found is the event that a piece of the log has been held against what is looked for. It is for
// [Pane.Accept].
type Found struct {
	finder       *finder
	version      uint64   // of the log that was looked at
	all          bool     // more has changed than the log can tell: everything is to be looked at again
	changed, fit []uint64 // entries looked at again, and which of them match; ascending
	from, to     uint64   // what was looked at for the first time
	found        []uint64 // what matches of it, ascending
}

func (w piece) run() tea.Msg {
	w.subject = new(match.Passing)
	changed, version, all := w.journal.Changes(nil, w.since)
	if all {
		return Found{finder: w.finder, version: version, all: true}
	}
	result := Found{finder: w.finder, version: version, from: w.high + 1, to: w.high}
	result.changed = slices.DeleteFunc(changed, func(seq uint64) bool { return seq < w.low || seq > w.high })
	slices.Sort(result.changed)
	result.changed = slices.Compact(result.changed)
	for _, seq := range result.changed {
		if e, ok := w.journal.Get(seq); ok && w.fits(&e) {
			result.fit = append(result.fit, seq)
		}
	}
	if w.older {
		w.back(&result)
	} else {
		w.on(&result)
	}
	return result
}

// on looks at what comes after high.
func (w piece) on(result *Found) {
	var window []journal.Entry
	for n, bytes := uint64(0), 0; n < pieceEntries && bytes <= pieceBytes && result.to < w.last; {
		window = w.journal.Window(window, result.to+1, int(min(lookAtOnce, pieceEntries-n, w.last-result.to)))
		n += uint64(len(window))
		for i := range window {
			e := &window[i]
			if e.Seq > w.last || bytes > pieceBytes {
				return
			}
			bytes += size(e)
			result.to = e.Seq
			if w.fits(e) {
				result.found = append(result.found, e.Seq)
			}
		}
		if len(window) == 0 {
			return
		}
	}
}

// back looks at what comes before low, from the newest to the oldest, as the newest are on the
// screen.
func (w piece) back(result *Found) {
	result.from, result.to = w.low, w.low-1
	least := w.low - min(pieceEntries, w.low-1)
	var window []journal.Entry
	for bytes := 0; result.from > least && bytes <= pieceBytes; {
		from := result.from - min(lookAtOnce, result.from-least)
		window = w.journal.Window(window, from, int(result.from-from))
		for i := len(window) - 1; i >= 0 && bytes <= pieceBytes; i-- {
			e := &window[i]
			if e.Seq >= result.from {
				continue // the log begins later than that
			}
			bytes += size(e)
			result.from = e.Seq
			if w.fits(e) {
				result.found = append(result.found, e.Seq)
			}
		}
		if bytes <= pieceBytes {
			result.from = from // what is missing has left the log
		}
	}
	slices.Reverse(result.found)
}

func (w piece) fits(e *journal.Entry) bool {
	if w.hides(e) {
		return false
	}
	w.subject.Is(facts(e))
	return w.expr.Match(w.subject)
}

// Subject is a log entry as an expression sees it.
func Subject(e journal.Entry) match.Subject { return match.NewSubject(facts(&e)) }

func facts(e *journal.Entry) match.Facts {
	return match.Facts{Stanza: e.Stanza, Dir: e.Dir, Verdict: e.Verdict, Outcome: e.Outcome, RTT: e.RTT, Note: e.Text}
}

func size(e *journal.Entry) int {
	if e.Stanza == nil {
		return 0
	}
	return len(e.Stanza.XML())
}
