package tui

import (
	"context"
	"math"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/history"
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

	kept fromHistory
}

// fromHistory is what the history has to hold an exchange against of which this session has nothing.
type fromHistory struct {
	serial uint64 // of the exchange that was asked for last
	asking bool
	found  *session.Exchange
}

// EarlierFound says what the history has from before an exchange of this session; nil for nothing.
type EarlierFound struct {
	Serial  uint64
	Earlier *session.Exchange
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

// findKept asks the history for what the selected exchange is held against, if this session has
// nothing.
func (m *Model) findKept() tea.Cmd {
	s, c := m.desk.subject, &m.desk.comparing.kept
	if !m.kept.opened || s == nil || s.Request == nil || s.Request.Reply == nil || s.Earlier != nil || c.asking || c.serial == s.Request.Serial {
		return nil
	}
	c.serial, c.asking, c.found = s.Request.Serial, true, nil
	past, ctx, v := m.kept.past, m.kept.ctx, *s.Request
	return func() tea.Msg {
		return EarlierFound{v.Serial, earlierKept(ctx, past, v)}
	}
}

// lookedBack is how many entries of the history are passed over at most that are the exchange itself
// or came after it.
const lookedBack = 1000

// earlierKept is what the history has from before an exchange of this session, which may be in it
// already, with others after it. What cannot be read is not there.
func earlierKept(ctx context.Context, past pastExchanges, v session.Exchange) *session.Exchange {
	e := history.Entry{ID: math.MaxInt64, Exchange: v}
	for range lookedBack {
		var err error
		if e, err = past.Earlier(ctx, e); err != nil || e.Reply == nil {
			return nil
		}
		if e.Sent.Before(v.Sent.Truncate(time.Microsecond)) { // which is how exactly times are kept
			e.ReplySeq = 0 // a number of another log
			return &e.Exchange
		}
	}
	return nil
}

// earlierFound takes in what the history has.
func (m *Model) earlierFound(f EarlierFound) {
	c := &m.desk.comparing.kept
	c.asking = false
	if c.serial == f.Serial {
		c.found = f.Earlier
	}
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
