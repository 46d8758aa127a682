package session

import (
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/disco"
)

// Discovered is what service discovery (XEP-0030) has told on this stream: by Discover, and by any
// other request for it. It is empty again on another stream.
func (s *Session) Discovered() *disco.Cache { return s.disco }

// Discover asks somebody what they are, or what there is, unless that question is in flight. It
// returns at once; the request is one like any other, and its end is in Discovered, as is why it was
// not sent. The error says that the address is none.
func (s *Session) Discover(q disco.Query) error {
	var from []iqbuilder.Option
	if s.cfg.Negotiate.Component { // which has many addresses (XEP-0114)
		from = append(from, iqbuilder.From(s.Status().JID.String()))
	}
	iq, ok, err := s.disco.Begin(q, iqbuilder.NewID(), s.time(), from...)
	if !ok {
		return err
	}
	if _, err := s.Start(iq); err != nil {
		s.disco.Failed(iq, err, s.time())
		s.changed.ring()
	}
	return nil
}

// time is the session's clock, on which requests are queued.
func (s *Session) time() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// discovered has an ended request of service discovery read beside the session, since an answer can be
// long. The session's lock is held.
func (s *Session) discovered(r *Request) {
	if disco.Asks(r.p.Stanza) {
		s.discoveries.add(r.view())
	}
}

// newDiscoveries tells the cache of what has ended.
func (s *Session) newDiscoveries() {
	s.disco = disco.New()
	s.discoveries.failed = func(cause any) { s.note("reading an answer of service discovery failed: %v", cause) }
	s.discoveries.listen(func(x Exchange) {
		if s.disco.Saw(x) {
			s.changed.ring()
		}
	})
}

// shows takes note of the capabilities in a presence.
func (s *Session) shows(in *stanza.Stanza) {
	if in.Kind() == stanza.Presence {
		s.disco.SawPresence(in)
	}
}
