package session

import (
	"crypto/tls"
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
	Managed   bool          // the stream has acknowledgements (XEP-0198)
	Resumed   bool          // it goes on from an earlier connection
	Choices   []string      // what was chosen on the way, and why; in words
	Overflow  uint64        // automatic answers not sent: too many were waiting
}

// Status tells how things stand now.
func (s *Session) Status() Status {
	stats := s.journal.Stats()
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.status
	st.InFlight = s.table.Len()
	st.Next, _ = s.table.Next()
	st.Timeout = s.timeout
	st.In, st.Out = stats.In, stats.Out
	st.Overflow = s.outbox.overflow
	return st
}

func tlsName(state *tls.ConnectionState) string {
	if state == nil {
		return ""
	}
	return tls.VersionName(state.Version)
}
