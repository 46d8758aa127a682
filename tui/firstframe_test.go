package tui

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/xmpptest"
)

func TestTheFirstFrameReadsNoCatalogue(t *testing.T) {
	if !xmpptest.Alone(t) {
		return
	}
	const catalogue = "iqscope/iqbuilder/catalog"
	s := start(t, 140, 45, func(o *setup) { o.firstFrame = func() tea.Msg { return nil } })
	s.shows("Compose")
	if did := xmpptest.Allocated(catalogue); len(did) > 0 {
		t.Errorf("before the first frame was seen, package catalog had done %q", did)
	}
	s.send(FirstFrameShown{})
	if did := xmpptest.Allocated(catalogue); len(did) == 0 {
		t.Error("after the first frame, no catalogue was read")
	}
}
