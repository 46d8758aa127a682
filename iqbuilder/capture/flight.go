package capture

import (
	"fmt"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// RuleIDInFlight is a rule beside those of iqbuilder: in a stream, an id is not used for a second
// request to the same address while the first one waits for its answer: nobody could tell which of
// them is answered.
const RuleIDInFlight = "id-in-flight"

// flights are the requests that have no answer yet, as far as a capture has been read: by the
// side that sent them and their id, in which line each began, by its addresses.
type flights map[flight]map[[2]string]int

type flight struct {
	dir stanza.Direction
	id  string
}

var opposite = map[stanza.Direction]stanza.Direction{stanza.In: stanza.Out, stanza.Out: stanza.In}

// check takes an IQ that begins in that line into account; the finding, if there is one, has its
// place in the IQ itself. A reply answers whatever has its id, for a capture does not say which
// addresses the server filled in.
func (f flights) check(st *stanza.Stanza, dir stanza.Direction, line int) (found iqbuilder.Finding, again bool) {
	switch {
	case st.ID() == "" || dir == 0: // what stands alone may be from anywhere
	case st.IsReply():
		delete(f, flight{opposite[dir], st.ID()})
	case st.IsRequest():
		key, addresses := flight{dir, st.ID()}, [2]string{stanza.Prepared(st.From()), stanza.Prepared(st.To())}
		if first, waits := f[key][addresses]; waits {
			return inFlight(st, first), true
		}
		if f[key] == nil {
			f[key] = map[[2]string]int{}
		}
		f[key][addresses] = line
	}
	return found, false
}

func inFlight(st *stanza.Stanza, first int) iqbuilder.Finding {
	f := iqbuilder.Finding{
		Rule: RuleIDInFlight, Severity: iqbuilder.Warning, Line: 1, Column: 1, End: 1, Section: "RFC 6120 §8.1.3",
		Text: fmt.Sprintf("the request in line %d has this id and goes to the same address, and it has no answer up to here: nobody can tell which of the two is answered", first),
	}
	if tree, err := st.Tree(); err == nil {
		for _, a := range tree.Attrs {
			if a.Name == (stanza.Name{Local: "id"}) {
				at := place{line: 1, column: 1}
				at.move(st.XML(), a.Pos)
				f.Line, f.Column, f.Pos, f.End = at.line, at.column, a.Pos, a.End
			}
		}
	}
	return f
}
