package session

import (
	"errors"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/pending"
)

// SendRaw sends any stanza as it stands, whatever the rules of an IQ say. A get or
// set waits for its reply as with Start, if its id lets it: the Request is nil when
// nothing waits, because the stanza is no request, has no id, or its id is
// pending already. A second reply to a request of others goes out, too.
func (s *Session) SendRaw(st *stanza.Stanza, opts ...SendOption) (*Request, error) {
	r, err := s.start(st, opts, nil)
	switch {
	case err == nil:
		return r, nil
	case !errors.Is(err, ErrNotRequest) && !errors.Is(err, ErrNoID) &&
		!errors.Is(err, pending.ErrDuplicateID) && !errors.Is(err, pending.ErrNoFrom):
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life == nil {
		return nil, &stanza.NotSent{Request: st, Cause: s.whyOffline()}
	}
	o := outgoing{element: st}
	if in := s.inbox.find(s.keyOfReply(st)); in != nil && in.State.Open() {
		o.answer, _ = s.repliedByHand(st)
	}
	s.enqueue(o)
	return nil, nil
}
