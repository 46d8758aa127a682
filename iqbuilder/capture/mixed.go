package capture

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// bothWays says that a text of streams has the elements of both directions as they came: something
// that only one side says stands behind the other's header.
func bothWays(text string, scope stanza.Scope) bool {
	if strings.Count(text, stanza.NSStream) < 2 { // each header has it
		return false
	}
	var ways [stanza.Out + 1]bool
	against := false
	readXML(text, scope, func(el Element) bool {
		if el.Stanza.Kind() == stanza.StreamOpen {
			ways[el.Dir] = true
		}
		d := oneSided[el.Stanza.Name()]
		against = against || el.Dir != 0 && d != 0 && d != el.Dir
		return !against || !(ways[stanza.In] && ways[stanza.Out])
	})
	return against && ways[stanza.In] && ways[stanza.Out]
}

// mixed reads the elements of both directions of a text. It ends at the first broken one, for
// nobody knows where the next one begins.
func (l *log) mixed() {
	l.guess = newGuess()
	yield := l.yield
	l.yield = func(el Element) bool {
		if el.Stanza.Kind() == stanza.Broken {
			el.End = len(l.text)
		}
		return yield(el)
	}
	s := l.side(lane{})
	if s.hear(l.text, piece{}) {
		s.finish()
	}
}
