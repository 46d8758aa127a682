package capture

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// log is a text in which entries stand between other things, each with what one side said.
type log struct {
	text    string
	scope   stanza.Scope
	yield   func(Element) bool
	ended   bool // nobody wants more
	skipped int  // lines that are no entries

	ruler   *ruler
	sides   map[lane]*side
	flights map[string]flights // by connection
	guess   *guess             // of directions, where the log does not tell them
	clock   time.Time          // of the last entry, in the year 0 if it had no date
	sealed  bool               // TLS has begun
}

// maxConns is how many connections are told apart. Beyond that, they count as one.
const maxConns = 64

func newLog(text string, scope stanza.Scope, yield func(Element) bool) *log {
	if scope.Content == "" {
		scope.Content = stanza.NSClient
	}
	return &log{
		text: text, scope: scope, yield: yield,
		ruler: newRuler(text), sides: map[lane]*side{}, flights: map[string]flights{},
	}
}

// header is the opening tag that stanzas stand behind when the log has none.
func (l *log) header() string {
	tag := "<stream:stream xmlns='" + l.scope.Content + "' xmlns:stream='" + stanza.NSStream + "'"
	if l.scope.Lang != "" {
		tag += " xml:lang='" + stanza.Escape(l.scope.Lang) + "'"
	}
	return tag + ">"
}

// side is the one of a lane.
func (l *log) side(w lane) *side {
	if _, known := l.flights[w.conn]; !known {
		if len(l.flights) >= maxConns {
			w.conn = "others"
		}
		if l.flights[w.conn] == nil {
			l.flights[w.conn] = flights{}
		}
	}
	s := l.sides[w]
	if s == nil {
		s = &side{log: l, lane: w, header: l.header()}
		s.begin()
		l.sides[w] = s
	}
	return s
}

// finish ends what has begun, in the order of the text.
func (l *log) finish() {
	var open []*side
	for _, s := range l.sides {
		if s.open() {
			open = append(open, s)
		}
	}
	slices.SortFunc(open, func(a, b *side) int {
		i, _ := a.at(a.done())
		j, _ := b.at(b.done())
		return cmp.Or(cmp.Compare(i, j), cmp.Compare(a.lane.dir, b.lane.dir), strings.Compare(a.lane.conn, b.lane.conn))
	})
	for _, s := range open {
		s.finish()
	}
}

// skip counts a line that is no part of an entry.
func (l *log) skip(line string) {
	if strings.Trim(line, spaces) != "" {
		l.skipped++
	}
}

func (l *log) give(el Element) {
	if !l.ended {
		l.ended = !l.yield(el)
	}
}

// element gives an element that its side was fed from start to end.
func (l *log) element(s *side, st *stanza.Stanza, start, end int64) {
	el := Element{Stanza: st, Time: s.time, Dir: s.lane.dir, End: s.behind(end)}
	el.Pos, _ = s.at(start)
	if l.guess != nil {
		el.Dir = l.guess.direction(st)
	}
	switch {
	case st.Name() == proceed:
		l.sealed = true
	case st.Kind() == stanza.StreamOpen:
		clear(l.flights[s.lane.conn]) // ids begin anew with a stream (RFC 6120 §8.1.3)
	case asIQ(st):
		_, findings := iqbuilder.Check(st.XML(), st.Scope())
		if f, again := l.flights[s.lane.conn].check(st, el.Dir, l.ruler.at(el.Pos).line); again {
			findings = append(findings, f)
		}
		for _, f := range findings {
			// A server says from whom, and clients do not.
			if f.Rule != iqbuilder.RuleFromClient || el.Dir != stanza.In && !received(st) {
				el.Findings = append(el.Findings, l.place(s, start, f))
			}
		}
	}
	l.give(el)
}

var proceed = stanza.Name{Space: stanza.NSTLS, Local: "proceed"}

// place gives a finding in an element that was fed from start on its place in the whole.
func (l *log) place(s *side, start int64, f iqbuilder.Finding) iqbuilder.Finding {
	fix := f.Fix
	pos, end, as := l.span(s, start, f.Pos, f.End)
	at := l.ruler.at(pos)
	f.Pos, f.End, f.Line, f.Column, f.Fix = pos, end, at.line, at.column, nil
	if fix != nil && as {
		// In a log a text may stand in two places, and then no fix does.
		moved := *fix
		if moved.Pos, moved.End, as = l.span(s, start, fix.Pos, fix.End); as {
			f.Fix = &moved
		}
	}
	return f
}

// span is where a part of an element stands that was fed from start on; as says that it stands there
// as it was fed.
func (l *log) span(s *side, start int64, from, to int) (pos, end int, as bool) {
	pos, as = s.at(start + int64(from))
	end = pos
	if to > from {
		end = max(pos, s.behind(start+int64(to)))
	}
	return pos, end, as && end-pos == to-from
}

// broken gives what broke, which is all that its side holds.
func (l *log) broken(s *side, st *stanza.Stanza, e *stanza.XMLError) {
	el := Element{Stanza: st, Time: s.time, Dir: s.lane.dir, End: s.behind(s.fed)}
	el.Pos, _ = s.at(s.done())
	pos, _ := s.at(e.Offset)
	pos = min(max(pos, el.Pos), el.End)
	begins, at := l.ruler.at(el.Pos), l.ruler.at(pos)
	text := st.Fault().Detail
	if st.Name().Local != "" {
		text += fmt.Sprintf("; the element %.60q begins at %d:%d", st.Name().Local, begins.line, begins.column)
	}
	el.Findings = []iqbuilder.Finding{{
		Rule: string(e.Rule), Severity: iqbuilder.Fatal, Text: text, Section: section(e),
		Line: at.line, Column: at.column, Pos: pos, End: pos,
	}}
	l.give(el)
}
