package answer

import "time"

// How fast answers go to one sender, whoever floods us with requests: bursts up to
// Burst, then Rate a second. Limit may wait for one sender, and Waiting for all
// together; what comes on top is counted, shown, and not answered.
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
	// §3.1). Senders of longer ones, who are none, count as one.
	longestAddress = 3071
	// turn is how often those are looked at whose answers wait for their turn.
	turn = time.Second / Rate
)

// pace counts the answers of each sender.
type pace struct {
	senders map[string]*sender
	sweep   int       // how many senders there are when the next are forgotten
	waiting int       // requests of all senders
	queued  int       // of those, whose answers stand in queues
	turnAt  time.Time // when the next of them may go, or some
	bytes   int       // of the waiting requests
	replies int       // bytes of the replies to them
}

func newPace() pace { return pace{senders: map[string]*sender{}} }

// sender is who asks.
type sender struct {
	waiting int // requests open, and answers that the socket has not taken
	allowed float64
	at      time.Time  // of allowed
	queue   []*Request // answers that wait for their turn
}

// begin counts a request among its sender's; nil when too many wait already.
func (p *pace) begin(from string, bytes int, now time.Time) *sender {
	if p.waiting >= Waiting || p.bytes+bytes > Bytes {
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
		who = &sender{allowed: Burst, at: now}
		p.senders[from] = who
	}
	if who.waiting >= Limit {
		return nil
	}
	who.waiting++
	p.waiting++
	p.bytes += bytes
	return who
}

// keep counts the bytes of a reply that is to wait; false when there are too many.
func (p *pace) keep(in *Request, bytes int) bool {
	if p.replies+bytes > Bytes {
		return false
	}
	in.replyBytes = bytes
	p.replies += bytes
	return true
}

// end counts a request out; once is enough.
func (p *pace) end(in *Request) {
	if in.sender == nil {
		return
	}
	in.sender.waiting--
	in.sender = nil
	p.waiting--
	p.bytes -= in.bytes
	p.replies -= in.replyBytes
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
