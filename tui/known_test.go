package tui

import (
	"testing"
	"time"

	"iqscope/session"
)

func TestWhenThereIsAConnectionToMakeOrToEnd(t *testing.T) {
	for _, c := range []struct {
		name          string
		known         known
		connect, stop bool
	}{
		{"offline", known{status: session.Status{State: session.Offline}}, true, false},
		{"offline, an attempt is about to begin", known{status: session.Status{State: session.Offline}, connecting: true}, false, true},
		{"connecting", known{status: session.Status{State: session.Connecting}, connecting: true}, false, true},
		{"connecting by itself", known{status: session.Status{State: session.Connecting}}, false, true},
		{"online", known{status: session.Status{State: session.Online}}, false, true},
		{"by hand", known{status: session.Status{State: session.ByHand}}, false, true},
		{"lost for good", known{status: session.Status{State: session.Lost}}, true, false},
		{"lost, and tried again later", known{status: session.Status{State: session.Lost, RetryAt: time.Unix(1, 0)}}, true, true},
		{"lost, and the user tries again", known{status: session.Status{State: session.Lost}, connecting: true}, false, true},
	} {
		if got := c.known.canConnect(); got != c.connect {
			t.Errorf("%s: can connect: %v, want %v", c.name, got, c.connect)
		}
		if got := c.known.canDisconnect(); got != c.stop {
			t.Errorf("%s: can disconnect: %v, want %v", c.name, got, c.stop)
		}
	}
}
