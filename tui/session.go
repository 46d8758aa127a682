package tui

import (
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/tui/compose"
)

// Session is what the screen needs of a session. Tests have one that goes nowhere.
type Session interface {
	Status() session.Status
	// Changed receives a value when there is something new to show.
	Changed() <-chan struct{}
	Journal() *journal.Journal
	Scope() stanza.Scope
	Requests(dst []session.View) []session.View
	// Start sends a get or set. The timeout is one that the composer offers: its own, [compose.SessionTimeout] or [compose.NoTimeout].
	Start(iq *stanza.Stanza, timeout time.Duration) (serial uint64, err error)
	SendStanza(st *stanza.Stanza) error
	Cancel(serial uint64) bool
	Extend(serial uint64, d time.Duration) bool
}

// live is a real session.
type live struct{ *session.Session }

func (l live) Start(iq *stanza.Stanza, timeout time.Duration) (uint64, error) {
	var opts []session.SendOption
	switch timeout {
	case compose.SessionTimeout:
	case compose.NoTimeout:
		opts = append(opts, session.NoTimeout())
	default:
		opts = append(opts, session.WithTimeout(timeout))
	}
	r, err := l.Session.Start(iq, opts...)
	if err != nil {
		return 0, err
	}
	return r.Serial(), nil
}
