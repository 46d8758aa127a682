package e2e

import (
	"strings"
	"testing"
)

// tmux has its default settings here, with which it does not let a program inside set the terminal's
// clipboard.
func TestWhatIsCopiedInTmuxArrives(t *testing.T) {
	p := tryOut(t, wide)
	p.SendKeys("M-Enter")
	p.WaitFor("✓ result")
	p.SendKeys("M-2", "y", "e")
	p.WaitFor("Copied into tmux")
	buffer := p.Buffer()
	if !strings.HasPrefix(buffer, "<iq type='get'") || !strings.Contains(buffer, "http://jabber.org/protocol/disco#info") {
		t.Errorf("the buffer holds %q", buffer)
	}
}
