package session

import (
	"crypto/tls"
	"strings"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/negotiate"
)

// State is where the connection stands.
type State string

// The states of a session.
const (
	Offline    State = "offline" // never connected, or closed by us
	Connecting State = "connecting"
	Online     State = "online"
	Lost       State = "lost" // it was online, or the attempt failed; Status.Err says why
)

// Status is a snapshot for a status line.
type Status struct {
	State     State
	Step      negotiate.Step // while connecting
	JID       stanza.JID     // wanted, and once bound the bound one
	Addr      string         // what was dialled
	TLS       string         // "TLS 1.3"; "" in the clear
	Mechanism string         // of SASL
	Err       error          // of state Lost
	InFlight  int
	Next      time.Time     // earliest deadline in flight; zero: none
	Timeout   time.Duration // of requests that do not say otherwise
	In, Out   uint64        // elements ever seen, by direction
	RetryAt   time.Time     // of state Lost: when the next attempt comes; zero: none
	// ResumeBy is until when the stream can be resumed without a connection; zero: it cannot.
	ResumeBy  time.Time
	Tries     int           // to bring it back, since it last lasted
	Managed   bool          // the stream has acknowledgements (XEP-0198)
	Resumed   bool          // it goes on from an earlier connection
	Choices   []string      // what was chosen on the way, and why; in words
	Steps     []StepTaken   // of the way to this connection, or of the last attempt
	Loss      error         // why the connection before this one ended; nil if there was none
	LossAt    time.Time     // and when
	Keepalive time.Duration // how long the link may be silent; 0: for ever
	Secrets   bool          // are shown
	Overflow  uint64        // automatic answers not sent: too many were waiting
	Hold      Hold          // what is held for an answer by hand
	Held      int           // incoming requests that wait for one
	NextHeld  time.Time     // when the first of them is refused; zero: none
}

// StepTaken is one step of negotiation, with its times.
type StepTaken struct {
	Step   negotiate.Step
	Detail string // of the step: the address or the domain
	Began  time.Time
	Ended  time.Time // zero: it goes on
	Failed bool      // the attempt ended here, or went on another way
}

// keptSteps is how many steps of one attempt are kept; negotiation takes about ten.
const keptSteps = 100

// wayFailed begins what negotiation tells of a step when there is another way to try.
const wayFailed = "failed: "

// stepped returns the steps with the last one ended, and next behind it unless that
// is empty. It leaves steps alone, which snapshots share.
func stepped(steps []StepTaken, now time.Time, next StepTaken) []StepTaken {
	steps = append([]StepTaken(nil), steps[max(0, len(steps)-keptSteps+1):]...)
	if last := len(steps) - 1; last >= 0 && steps[last].Ended.IsZero() {
		steps[last].Ended = now
		if why, failed := strings.CutPrefix(next.Detail, wayFailed); failed && next.Step == steps[last].Step {
			steps[last].Failed = true
			steps[last].Detail += ": " + why
			return steps
		}
	}
	if next.Step != "" {
		next.Began = now
		steps = append(steps, next)
	}
	return steps
}

// Status tells how things stand now.
func (s *Session) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.snapshot()
}

// snapshot is Status. The session's lock is held.
func (s *Session) snapshot() Status {
	stats := s.journal.Stats()
	st := s.link.status
	st.InFlight = s.requests.table.Len()
	st.Next, _ = s.requests.table.Next()
	st.Timeout = s.requests.timeout
	st.In, st.Out = stats.In, stats.Out
	st.Tries, st.Keepalive = s.link.tries, s.cfg.Keepalive
	if s.link.up == nil && s.link.managed.resumable(time.Now()) {
		st.ResumeBy, _ = s.link.managed.ResumeBy()
	}
	st.Hold, st.Secrets = s.answers.hold, s.secrets.Load()
	incoming := s.answers.desk.Stats()
	st.Overflow, st.Held, st.NextHeld = incoming.Overflow, incoming.Held, incoming.NextHeld
	return st
}

// turned tells of another state, if it is one. The session's lock is held.
func (l *link) turned() {
	if l.told == l.status.State {
		return
	}
	l.told = l.status.State
	if l.s.states.wanted() {
		l.s.states.add(l.s.snapshot())
	}
}

func tlsName(state *tls.ConnectionState) string {
	if state == nil {
		return ""
	}
	return tls.VersionName(state.Version)
}
