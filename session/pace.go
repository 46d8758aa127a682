package session

import (
	"time"
)

// How fast automatic answers go to one sender, whoever floods us with requests:
// bursts up to AnswerBurst, then AnswerRate a second. AnswerLimit may wait for one
// sender, and AnswersWaiting for all together; what comes on top is counted, shown,
// and not answered.
const (
	AnswerBurst    = 100
	AnswerRate     = 100
	AnswerLimit    = 1000
	AnswersWaiting = 10_000
	AnswerBytes    = 64 << 20 // of the requests that wait, and as many of responders' replies
)

const (
	// knownSenders is how many senders are kept before those are forgotten who may
	// have a whole burst again.
	knownSenders = 1000
	// longestAddress is the longest that an address can be, in bytes (RFC 7622
	// §3.1). Senders of longer ones, who are none, count as one.
	longestAddress = 3071
)

// pacer counts the answers of each sender. The session's lock guards it.
type pacer struct {
	senders  map[string]*sender
	sweep    int // how many senders there are when the next are forgotten
	waiting  int // requests of all senders
	queued   int // of those, whose answers stand in queues
	bytes    int // of the waiting requests
	replies  int // bytes of the replies to them
	overflow uint64
	timer    *time.Timer
}

// sender is who asks.
type sender struct {
	waiting int // requests open, and answers that the socket has not taken
	allowed float64
	at      time.Time // of allowed
	queue   []*asked  // answers that wait for their turn
}

// begin counts a request among its sender's; nil when too many wait already.
func (p *pacer) begin(from string, bytes int, now time.Time) *sender {
	if p.waiting >= AnswersWaiting || p.bytes+bytes > AnswerBytes {
		return nil
	}
	if len(from) > longestAddress {
		from = ""
	}
	who := p.senders[from]
	if who == nil {
		if len(p.senders) >= max(knownSenders, p.sweep) {
			p.forget(now)
		}
		who = &sender{allowed: AnswerBurst, at: now}
		p.senders[from] = who
	}
	if who.waiting >= AnswerLimit {
		return nil
	}
	who.waiting++
	p.waiting++
	p.bytes += bytes
	return who
}

// keep counts the bytes of a reply that is to wait; false when there are too many.
func (p *pacer) keep(in *asked, bytes int) bool {
	if p.replies+bytes > AnswerBytes {
		return false
	}
	in.kept = bytes
	p.replies += bytes
	return true
}

// end counts a request out; once is enough.
func (p *pacer) end(in *asked) {
	if in.sender == nil {
		return
	}
	in.sender.waiting--
	in.sender = nil
	p.waiting--
	p.bytes -= in.bytes
	p.replies -= in.kept
}

// forget drops the senders of whom nothing is to be remembered. It looks at all of
// them, and therefore comes again only when they have doubled.
func (p *pacer) forget(now time.Time) {
	for from, who := range p.senders {
		if who.refill(now); who.waiting == 0 && who.allowed >= AnswerBurst {
			delete(p.senders, from)
		}
	}
	p.sweep = 2 * len(p.senders)
}

func (w *sender) refill(now time.Time) {
	if passed := now.Sub(w.at); passed > 0 {
		w.allowed = min(AnswerBurst, w.allowed+passed.Seconds()*AnswerRate)
		w.at = now
	}
}

// pace hands an answer over now, or when its turn comes. The session's lock is held.
func (s *Session) pace(in *asked) {
	who := in.sender
	if who.refill(time.Now()); who.allowed >= 1 && len(who.queue) == 0 {
		who.allowed--
		s.handOver(in)
		return
	}
	who.queue = append(who.queue, in)
	s.pacer.queued++
	if s.pacer.queued == 1 {
		s.armPacer()
	}
}

// armPacer comes back when the next answer may go, or some of them.
func (s *Session) armPacer() {
	const next = time.Second / AnswerRate
	if s.pacer.timer == nil {
		s.pacer.timer = time.AfterFunc(next, s.paced)
	} else {
		s.pacer.timer.Reset(next)
	}
}

// paced hands over what may go by now.
func (s *Session) paced() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for _, who := range s.pacer.senders {
		if len(who.queue) == 0 {
			continue
		}
		who.refill(now)
		for len(who.queue) > 0 && who.allowed >= 1 {
			in := who.queue[0]
			who.queue[0] = nil
			who.queue = who.queue[1:]
			s.pacer.queued--
			if in.State.Open() { // not answered by hand meanwhile
				who.allowed--
				s.handOver(in)
			}
		}
	}
	if s.pacer.queued > 0 {
		s.armPacer()
	}
	s.notify()
}

// reset forgets what waited on a stream that is gone.
func (p *pacer) reset() {
	if p.timer != nil {
		p.timer.Stop()
	}
	*p = pacer{senders: map[string]*sender{}, overflow: p.overflow}
}
