package tui

import (
	"context"
	"errors"
	"slices"
	"time"

	"iqscope/internal/replay"
	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/disco"
	"iqscope/session/journal"
	"iqscope/session/negotiate"
	"iqscope/tui/browse"
	"iqscope/tui/connection"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/words"
)

// Offline is a recording that the screen shows in place of what the session has.
type Offline struct {
	Name string // of the file
	*replay.Recording
}

// errRecording refuses what would send something.
var errRecording = errors.New("this is a recording: nothing can be sent; e takes a stanza into the composer, and y copies it for a session")

// offline is a session that goes nowhere: what it has is what was recorded.
type offline struct {
	live
	recording *Offline
}

// shown is the session that the screen shows, or the recording in its place.
func (o Options) shown(ctx context.Context) Session {
	if o.Offline != nil {
		return offline{live{o.Session, ctx}, o.Offline}
	}
	return live{o.Session, ctx}
}

func (o offline) Journal() *journal.Journal { return o.recording.Journal }

func (o offline) Exchanges(dst []session.Exchange) []session.Exchange {
	return append(dst[:0], o.recording.Exchanges...)
}

func (o offline) Incoming(dst []session.Incoming) []session.Incoming {
	return append(dst[:0], o.recording.Incoming...)
}

func (o offline) Scope() stanza.Scope {
	if o.recording.Component {
		return stanza.ComponentScope()
	}
	return stanza.ClientScope()
}

func (o offline) Status() session.Status {
	return session.Status{State: session.Offline, JID: o.recording.Account, Timeout: session.DefaultResponseTimeout}
}

// What would send is refused; and nothing waits, so that nothing can be held or given time.

func (o offline) Start(*stanza.Stanza, time.Duration) (uint64, error) { return 0, errRecording }

func (o offline) Follow(*stanza.Stanza, time.Duration, uint64) (<-chan struct{}, func() session.Exchange, error) {
	return nil, nil, errRecording
}
func (o offline) SendRaw(*stanza.Stanza, time.Duration) (uint64, error) { return 0, errRecording }
func (o offline) SendStanza(*stanza.Stanza) error                       { return errRecording }
func (o offline) Presence() (*stanza.Stanza, error)                     { return nil, errRecording }
func (o offline) Discover(disco.Query) error                            { return errRecording }
func (o offline) Cancel(uint64) bool                                    { return false }
func (o offline) Extend(uint64, time.Duration) bool                     { return false }
func (o offline) SetHold(session.Hold)                                  {}
func (o offline) ExtendHeld(uint64, time.Duration) bool                 { return false }
func (o offline) Release(uint64) bool                                   { return false }
func (o offline) Disconnect() error                                     { return errRecording }
func (o offline) ConnectByHand(negotiate.Step) error                    { return errRecording }
func (o offline) TakeOffer() error                                      { return errRecording }
func (o offline) SendByHand(string) error                               { return errRecording }
func (o offline) GoOn() error                                           { return errRecording }

// sending are the actions that need a connection. What else comes to send something is refused by
// the session.
var sending = []keys.Action{
	keys.Send, keys.SendRaw, keys.Resend, keys.Presence, keys.ToggleHold, keys.ShowSecrets, keys.Connecting, Repeat, browse.Show,
	nextPage, priorPage, Reconnect, connection.Disconnect,
	connection.BeforeStream, connection.BeforeTLS, connection.BeforeAuth, connection.BeforeBinding,
}

// cannotSend says why an action does nothing on a recording; empty for one that only looks.
func (m *Model) cannotSend(a keys.Action) string {
	if m.recording == nil || !slices.Contains(sending, a) {
		return ""
	}
	return errRecording.Error()
}

// lookAt begins to show a recording: the log first.
func (m *Model) lookAt() {
	m.desk.show(layout.Log)
	m.desk.selects = layout.Log
}

// recorded says in the status line what is shown; empty for a session.
func (m *Model) recorded() safetext.Text {
	if m.recording == nil {
		return safetext.Text{}
	}
	return safetext.CleanLine("recording " + m.recording.Name)
}

// recordedCount says how much of it there is.
func (m *Model) recordedCount() safetext.Text {
	if m.recording == nil {
		return safetext.Text{}
	}
	return safetext.CleanLine(words.Plural(m.recording.Elements, "element"))
}
