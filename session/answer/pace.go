package answer

import "time"

// How fast answers go to one sender, whoever floods us with requests: bursts up to
// Burst, then Rate a second. Limit may wait for one sender, and Waiting for all
// together; what comes on top is counted, shown, and not answered.
//
// Waiting and Bytes are shared out by domain, for one domain has as many senders as it
// likes: each may take as much as it leaves free, so that there is always room for
// another. Alone, a domain gets half of it; n of them get one part in n+1 each. Our own
// server and account have a room of their own, as large, whatever others ask.
const (
	Burst   = 100
	Rate    = 100
	Limit   = 1000
	Waiting = 10_000
	Bytes   = 64 << 20 // of the requests that wait, and as many of responders' replies
)

const (
	// knownSenders is how many senders are kept before those are forgotten who may
	// have a whole burst again.
	knownSenders = 1000
	// longestAddress is the longest that an address can be, in bytes (RFC 7622
	// §3.1). Senders of longer ones, who are none, count as one, of one domain.
	longestAddress = 3071
	nobody         = "?" // is no domain
	// turn is how often those are looked at whose answers wait for their turn.
	turn = time.Second / Rate
)

// pace counts the answers of each sender.
type pace struct {
	senders map[string]*sender
	domains map[string]*share // of the senders with something waiting, but for our own
	sweep   int               // how many senders there are when the next are forgotten
	queued  int               // answers that stand in queues
	turnAt  time.Time         // when the next of them may go, or some
	others  share             // of all domains together
	ours    share             // of our own server and account
}

func newPace() pace {
	return pace{senders: map[string]*sender{}, domains: map[string]*share{}}
}

// share is what somebody takes of the room there is.
type share struct {
	waiting int // requests
	bytes   int // of them
	replies int // bytes of the replies to them
}

func (s *share) add(waiting, bytes, replies int) {
	s.waiting += waiting
	s.bytes += bytes
	s.replies += replies
}

// fits says that so much more may be taken where the others have taken so much.
func (s share) fits(waiting, bytes, replies int, taken share) bool {
	return s.waiting+waiting <= Waiting-taken.waiting &&
		s.bytes+bytes <= Bytes-taken.bytes &&
		s.replies+replies <= Bytes-taken.replies
}

// sender is who asks.
type sender struct {
	domain  string // "" for our own server and account
	waiting int    // requests open, and answers that the socket has not taken
	allowed float64
	at      time.Time  // of allowed
	queue   []*Request // answers that wait for their turn
}

// fits says that a domain may take so much more.
func (p *pace) fits(domain string, waiting, bytes, replies int) bool {
	if domain == "" {
		return p.ours.fits(waiting, bytes, replies, share{})
	}
	var taken share
	if d := p.domains[domain]; d != nil {
		taken = *d
	}
	return taken.fits(waiting, bytes, replies, p.others)
}

// take counts so much more of a domain's, or less.
func (p *pace) take(domain string, waiting, bytes, replies int) {
	if domain == "" {
		p.ours.add(waiting, bytes, replies)
		return
	}
	p.others.add(waiting, bytes, replies)
	d := p.domains[domain]
	if d == nil {
		d = &share{}
		p.domains[domain] = d
	}
	if d.add(waiting, bytes, replies); d.waiting == 0 {
		delete(p.domains, domain)
	}
}

// begin counts a request among its sender's, who is of that domain, or ours if it is "";
// nil when too many wait already.
func (p *pace) begin(from, domain string, bytes int, now time.Time) *sender {
	if !p.fits(domain, 1, bytes, 0) {
		return nil
	}
	who := p.senders[from]
	if who == nil {
		if len(p.senders) >= max(knownSenders, p.sweep) {
			p.forget(now)
		}
		who = &sender{domain: domain, allowed: Burst, at: now}
		p.senders[from] = who
	}
	if who.waiting >= Limit {
		return nil
	}
	who.waiting++
	p.take(domain, 1, bytes, 0)
	return who
}

// keep counts the bytes of a reply that is to wait; false when there are too many.
func (p *pace) keep(in *Request, bytes int) bool {
	if !p.fits(in.sender.domain, 0, 0, bytes) {
		return false
	}
	in.replyBytes = bytes
	p.take(in.sender.domain, 0, 0, bytes)
	return true
}

// end counts a request out; once is enough.
func (p *pace) end(in *Request) {
	if in.sender == nil {
		return
	}
	in.sender.waiting--
	p.take(in.sender.domain, -1, -in.bytes, -in.replyBytes)
	in.sender = nil
}

// forget drops the senders of whom nothing is to be remembered. It looks at all of
// them, and therefore comes again only when they have doubled.
func (p *pace) forget(now time.Time) {
	for from, who := range p.senders {
		if who.refill(now); who.waiting == 0 && len(who.queue) == 0 && who.allowed >= Burst {
			delete(p.senders, from)
		}
	}
	p.sweep = 2 * len(p.senders)
}

func (w *sender) refill(now time.Time) {
	if passed := now.Sub(w.at); passed > 0 {
		w.allowed = min(Burst, w.allowed+passed.Seconds()*Rate)
		w.at = now
	}
}

// pass says that an answer may go now; if not, it waits for its turn.
func (p *pace) pass(in *Request, now time.Time) bool {
	who := in.sender
	if who.refill(now); who.allowed >= 1 && len(who.queue) == 0 {
		who.allowed--
		return true
	}
	who.queue = append(who.queue, in)
	if p.queued++; p.queued == 1 {
		p.turnAt = now.Add(turn)
	}
	return false
}

// next is when ready has something to look at, false when nothing waits.
func (p *pace) next() (time.Time, bool) { return p.turnAt, p.queued > 0 }

// ready returns the answers whose turn has come, but for those that were given
// otherwise meanwhile.
func (p *pace) ready(now time.Time) (due []*Request) {
	if p.queued == 0 || now.Before(p.turnAt) {
		return nil
	}
	for _, who := range p.senders {
		if len(who.queue) == 0 {
			continue
		}
		who.refill(now)
		for len(who.queue) > 0 && who.allowed >= 1 {
			in := who.queue[0]
			who.queue[0] = nil
			who.queue = who.queue[1:]
			p.queued--
			if in.State.Open() {
				who.allowed--
				due = append(due, in)
			}
		}
	}
	p.turnAt = now.Add(turn)
	return due
}
