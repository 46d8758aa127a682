package tui

import (
	"context"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/disco"
	"iqscope/session/handler"
	"iqscope/session/journal"
	"iqscope/session/negotiate"
	"iqscope/tui/compose"
)

// Session is what the screen needs of a session. Tests have one that goes nowhere.
type Session interface {
	Status() session.Status
	// Changed receives a value when there is something new to show.
	Changed() <-chan struct{}
	Journal() *journal.Journal
	Scope() stanza.Scope
	Exchanges(dst []session.Exchange) []session.Exchange
	// Start sends a get or set. The timeout is one that the composer offers: its own,
	// [compose.SessionTimeout] or [compose.NoTimeout].
	Start(iq *stanza.Stanza, timeout time.Duration) (serial uint64, err error)
	// Follow does the same for one of the series of that number, for who waits for the end: done is
	// closed then, and ended tells of it.
	Follow(iq *stanza.Stanza, timeout time.Duration, series uint64) (done <-chan struct{}, ended func() session.Exchange, err error)
	// SetResponseTimeout changes the session's.
	SetResponseTimeout(d time.Duration)
	SendStanza(st *stanza.Stanza) error
	// SendRaw sends anything. The serial is 0 when nothing waits for an answer.
	SendRaw(st *stanza.Stanza, timeout time.Duration) (serial uint64, err error)
	// Incoming are the requests that came in; SetHold, ExtendHeld and Release are for those that are
	// answered by hand.
	Incoming(dst []session.Incoming) []session.Incoming
	SetHold(h session.Hold)
	ExtendHeld(serial uint64, d time.Duration) bool
	Release(serial uint64) bool
	ShowSecrets(on bool)
	Presence() (*stanza.Stanza, error)
	Cancel(serial uint64) bool
	Extend(serial uint64, d time.Duration) bool
	// Discover asks a question of service discovery; its answer is in Discovered.
	Discover(q disco.Query) error
	Discovered() *disco.Cache
	// Handlers describes the registry; it takes time in proportion to its length. Switch turns an
	// entry off, or on again. What a rule made is changed through the book of rules.
	Handlers() []handler.Info
	Switch(name string, on bool) bool
	// Disconnect ends the connection, or the attempt at one, and stays offline.
	Disconnect() error
	// ConnectByHand connects and stops before a step; the rest of the way is gone by the others.
	ConnectByHand(before negotiate.Step) error
	Offer() (negotiate.Offer, bool)
	TakeOffer() error
	SendByHand(xml string) error
	GoOn() error
}

// live is a real session. What takes its time ends with the context.
type live struct {
	*session.Session
	ctx context.Context
}

// farewell is how long the polite end of a connection may take.
const farewell = 2 * time.Second

func (l live) Disconnect() error {
	ctx, cancel := context.WithTimeout(l.ctx, farewell)
	defer cancel()
	return l.Close(ctx)
}

func (l live) ConnectByHand(before negotiate.Step) error {
	return l.Session.ConnectByHand(l.ctx, before)
}
func (l live) TakeOffer() error            { return l.Session.TakeOffer(l.ctx) }
func (l live) SendByHand(xml string) error { return l.Session.SendByHand(l.ctx, xml) }
func (l live) GoOn() error                 { return l.Session.GoOn(l.ctx) }

func (l live) Start(iq *stanza.Stanza, timeout time.Duration) (uint64, error) {
	r, err := l.Session.Start(iq, within(timeout)...)
	if err != nil {
		return 0, err
	}
	return r.Serial(), nil
}

func (l live) Follow(iq *stanza.Stanza, timeout time.Duration, series uint64) (<-chan struct{}, func() session.Exchange, error) {
	r, err := l.Session.Start(iq, append(within(timeout), session.InSeries(series))...)
	if err != nil {
		return nil, nil, err
	}
	return r.Done(), r.Exchange, nil
}

func (l live) SendRaw(st *stanza.Stanza, timeout time.Duration) (uint64, error) {
	t, err := l.Session.SendRaw(st, within(timeout)...)
	if err != nil || t.Request() == nil {
		return 0, err
	}
	return t.Request().Serial(), nil
}

func (l live) SendStanza(st *stanza.Stanza) error {
	_, err := l.Session.SendStanza(st)
	return err
}

// within is a timeout that the composer offers, as the session has it.
func within(timeout time.Duration) []session.SendOption {
	switch timeout {
	case compose.SessionTimeout:
		return nil
	case compose.NoTimeout:
		return []session.SendOption{session.NoTimeout()}
	}
	return []session.SendOption{session.WithTimeout(timeout)}
}
