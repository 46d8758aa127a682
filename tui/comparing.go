package tui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/session"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
)

// comparing finds what an exchange is held against: others like it. It remembers the last answer,
// as that is asked with each drawing.
type comparing struct {
	known   *known
	version int    // of what was known
	serial  uint64 // of the exchange
	found   *session.Exchange
}

// diffActions hold a reply against an earlier one.
func diffActions() []action {
	return []action{{
		name: keys.Diff, help: "compare with the reply that the same request got before",
		at: []place{{keys.Pending, "d", "", ""}, {keys.Log, "d", "", ""}, {keys.Inspect, "d", "diff", ""}},
		do: func(m *Model) tea.Cmd {
			m.desk.inspect.ShowDiff()
			m.desk.show(layout.Inspect)
			return nil
		},
		can: needs("there is no earlier reply to the same request", func(m *Model) bool {
			return m.desk.subject != nil && m.desk.subject.Earlier != nil
		}),
	}}
}

// earlier is the last exchange before one whose request was of the same type, with the same payload
// and to the same address, and got a reply; nil for none, and for one that has no reply itself.
func (c *comparing) earlier(v *session.Exchange) *session.Exchange {
	if v == nil || v.Reply == nil {
		return nil
	}
	if c.version == c.known.version && c.serial == v.Serial {
		return c.found
	}
	c.version, c.serial, c.found = c.known.version, v.Serial, nil
	for i := len(c.known.requests) - 1; i >= 0; i-- {
		o := &c.known.requests[i]
		if o.Serial < v.Serial && o.Reply != nil && o.Stanza.Type() == v.Stanza.Type() && o.Stanza.To() == v.Stanza.To() && o.Stanza.Payload() == v.Stanza.Payload() {
			found := *o
			c.found = &found
			break
		}
	}
	return c.found
}

// roundTrips are how long requests to an address took that got a reply, the oldest first.
func (k *known) roundTrips(to string) []time.Duration {
	var took []time.Duration
	for i := range k.ours {
		if v := &k.ours[i]; v.Reply != nil && v.Stanza.To() == to {
			took = append(took, v.RTT)
		}
	}
	return took
}
