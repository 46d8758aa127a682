//go:build !race

// The race detector has pools forget what they hold, so that it is allocated again.

package match

import (
	"testing"

	"iqscope/internal/xmpptest"
)

func TestATreeOfWhatPassesIsMadeOfTheOneBefore(t *testing.T) {
	var p Passing
	s := xmpptest.Stanza(t, customGet)
	if n := testing.AllocsPerRun(100, func() { p.Is(Facts{Stanza: s}); p.Tree() }); n > 4 {
		t.Errorf("a stanza that passes takes %v allocations", n)
	}
}
