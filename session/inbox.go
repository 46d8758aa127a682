package session

import (
	"iter"
	"strings"
	"time"

	"iqscope/iqbuilder/stanza"
)

const (
	// blockedReplies is how many answered requests are remembered, so that a second
	// reply to one of them is noticed.
	blockedReplies = 10_000
	// keptBytes bounds the stanzas of the requests that can still be shown, and,
	// apart from them, what the answered ones are remembered by.
	keptBytes = 16 << 20
)

// asked is one incoming request, from its arrival until it is forgotten. The
// session's lock guards it.
type asked struct {
	Asked
	key    replyKey
	sender *sender // among whose it counts; nil when it waits no more
	// unserved says that the responders were asked, and none knew it.
	unserved bool
	bytes    int         // of the request
	kept     int         // bytes of its reply, as the pacer counts them
	timer    *time.Timer // of hold and delay
	notable  bool        // the screen has something to tell about it
	size     int         // in memory, once it has ended
}

// replyKey is what a reply has in common with its request: the addresses as
// prepared, where they are addresses. It holds copies: an attribute's value keeps
// its whole stanza in memory.
type replyKey struct{ peer, own, id string }

func (k replyKey) size() int { return len(k.peer) + len(k.own) + len(k.id) }

// inbox keeps the incoming requests. The session's lock guards it.
type inbox struct {
	serial uint64
	open   map[uint64]*asked
	byKey  map[replyKey][]*asked // of the open ones; senders may use an id twice
	// answered is what a second reply is known by: a ring, and its index.
	answered  map[replyKey]*asked
	forgetful []replyKey
	bytes     int // of those keys
	// Ended ones that can still be shown: the notable ones do not give way to
	// those that were answered at once.
	notable, others kept
}

// kept are requests that have ended, the last KeptRequests of them at most.
type kept struct {
	list  []*asked
	bytes int
}

func (k *kept) add(in *asked) {
	in.size = len(in.Stanza.XML())
	if in.Reply != nil {
		in.size += len(in.Reply.XML())
	}
	k.list = append(k.list, in)
	k.bytes += in.size
	for len(k.list) > KeptRequests || len(k.list) > 1 && k.bytes > keptBytes {
		old := k.list[0]
		k.list[0] = nil
		k.list = k.list[1:]
		k.bytes -= old.size
		old.Stanza, old.Reply = nil, nil // a second reply needs only the key
	}
}

func newInbox() inbox {
	return inbox{open: map[uint64]*asked{}, byKey: map[replyKey][]*asked{}, answered: map[replyKey]*asked{}}
}

func (b *inbox) add(in *asked) {
	b.serial++
	in.Serial = b.serial
	b.open[in.Serial] = in
	b.byKey[in.key] = append(b.byKey[in.key], in)
}

// end takes note that a request is open no more.
func (b *inbox) end(in *asked, state AskedState, by string, now time.Time) {
	if in.timer != nil {
		in.timer.Stop()
		in.timer = nil // it would keep the reply
	}
	in.State, in.By, in.Ended = state, by, now
	delete(b.open, in.Serial)
	same := b.byKey[in.key]
	for i, other := range same {
		if other == in {
			same = append(same[:i:i], same[i+1:]...)
			break
		}
	}
	if len(same) > 0 {
		b.byKey[in.key] = same
	} else {
		delete(b.byKey, in.key)
	}
	if state == AskedAnswered {
		b.remember(in)
	}
	if in.notable || in.Held {
		b.notable.add(in)
	} else {
		b.others.add(in)
	}
}

func (b *inbox) remember(in *asked) {
	if b.answered[in.key] == nil {
		b.forgetful = append(b.forgetful, in.key)
		b.bytes += in.key.size()
	}
	b.answered[in.key] = in
	for len(b.forgetful) > blockedReplies || b.bytes > keptBytes {
		old := b.forgetful[0]
		b.forgetful[0] = replyKey{}
		b.forgetful = b.forgetful[1:]
		b.bytes -= old.size()
		delete(b.answered, old)
	}
}

// find returns the request that a reply answers: the oldest open one, else the
// one of the same key that was answered last; nil when there is neither.
func (b *inbox) find(key replyKey) *asked {
	if open := b.byKey[key]; len(open) > 0 {
		return open[0]
	}
	if in := b.answered[key]; in != nil && in.State == AskedAnswered {
		return in
	}
	return nil // or its answer never left
}

// held is the held request of that serial, nil when there is none.
func (b *inbox) held(serial uint64) *asked {
	if in := b.open[serial]; in != nil && in.State == AskedHeld {
		return in
	}
	return nil
}

// all yields what can be shown, in no order.
func (b *inbox) all() iter.Seq[*asked] {
	return func(yield func(*asked) bool) {
		for _, in := range b.open {
			if !yield(in) {
				return
			}
		}
		for _, kept := range [][]*asked{b.notable.list, b.others.list} {
			for _, in := range kept {
				if !yield(in) {
					return
				}
			}
		}
	}
}

// requestKey and keyOfReply are equal for a request and its reply. Only a
// component has several addresses of its own.
func (s *Session) requestKey(request *stanza.Stanza) replyKey {
	return s.key(request.From(), request.To(), request.ID())
}

func (s *Session) keyOfReply(reply *stanza.Stanza) replyKey {
	return s.key(reply.To(), reply.From(), reply.ID())
}

func (s *Session) key(peer, own, id string) replyKey {
	k := replyKey{peer: prepared(peer), id: strings.Clone(id)}
	switch {
	case s.cfg.Negotiate.Component:
		k.own = prepared(own)
	case peer == "": // our account's server speaks without an address, or with this one
		k.peer = s.status.JID.Bare().String()
	}
	return k
}

// prepared is a copy of an address in the form in which it is compared.
func prepared(address string) string {
	if j, err := stanza.ParseJID(address); err == nil {
		address = j.String()
	}
	return strings.Clone(address)
}
