package pending

import (
	"cmp"
	"slices"
	"time"

	"iqscope/internal/suspend"
	"iqscope/iqbuilder/stanza"
)

// key is what a request is known by: its id and, for a component, who asked.
type key string

// key joins the two with NUL, which cannot stand in XML.
func (t *Table) key(own stanza.JID, id string) key {
	if !t.id.Component {
		return key(id)
	}
	return key(own.String() + "\x00" + id)
}

// Table is the set of requests in flight, and the memory of the last ones that
// ended.
type Table struct {
	id        Identity
	own, bare string // Identity.Own and its bare address, as text
	serial    uint64
	live      live
	deadlines deadlines
	ended     memory
	archives  map[string]bool // those that were asked
}

// New makes an empty table.
func New(id Identity) *Table {
	t := &Table{live: newLive(), archives: map[string]bool{}}
	t.SetIdentity(id)
	return t
}

// SetIdentity changes who we are: after binding, or on a new stream. Replies are
// judged by the identity of the moment they come. A table that has requests
// stays a client's or a component's.
func (t *Table) SetIdentity(id Identity) {
	t.id, t.own, t.bare = id, "", ""
	if !id.Own.IsZero() {
		t.own, t.bare = id.Own.String(), id.Own.Bare().String()
	}
}

// Len counts the requests in flight.
func (t *Table) Len() int { return t.live.len }

// Add registers a request. Its deadline runs from now until Sent is called.
// timeout 0 means none; a negative one has passed already, and the next Expire
// ends the request.
func (t *Table) Add(iq *stanza.Stanza, timeout time.Duration, now time.Time) (*Request, error) {
	r := new(Request)
	if err := t.AddAs(r, iq, timeout, now); err != nil {
		return nil, err
	}
	return r, nil
}

// AddAs is Add for who has a place for the request, which it is to fill.
func (t *Table) AddAs(r *Request, iq *stanza.Stanza, timeout time.Duration, now time.Time) error {
	if !iq.IsRequest() {
		return ErrNotRequest
	}
	if !iq.HasID() {
		return ErrNoID
	}
	var own stanza.JID
	if t.id.Component {
		from := readAddress(iq.From())
		if !from.valid() {
			return ErrNoFrom
		}
		own = from.jid
	}
	k := t.key(own, iq.ID())
	hash := t.live.hash(k)
	if t.live.get(k, hash) != nil {
		return ErrDuplicateID
	}
	t.serial++
	r.Serial, r.Stanza, r.ID, r.Timeout, r.Queued = t.serial, iq, iq.ID(), timeout, now
	r.key, r.hash, r.to = k, hash, iq.To()
	t.live.add(r)
	t.asksArchive(iq)
	if timeout != 0 {
		r.Deadline = now.Add(timeout)
		t.deadlines.add(r)
	}
	return nil
}

// Sent starts the request's clock: its bytes are handed to the socket now. A
// deadline that was extended while the request waited is not drawn nearer. It
// does nothing for a request that was sent already or has ended.
func (t *Table) Sent(r *Request, now time.Time) {
	if !t.inFlight(r) || !r.Sent.IsZero() {
		return
	}
	r.Sent = now
	if deadline := now.Add(r.Timeout); r.Timeout != 0 && deadline.After(r.Deadline) {
		r.Deadline = deadline
	}
}

// Expire ends every request whose deadline has passed and returns them in the
// order of their deadlines: as timeout, or not sent when it never left.
func (t *Table) Expire(now time.Time) []*Request {
	var expired []*Request
	for {
		r := t.deadlines.first()
		if r == nil || r.Deadline.After(now) {
			return expired
		}
		outcome := stanza.OutcomeTimeout
		if r.Sent.IsZero() {
			outcome = stanza.OutcomeNotSent
		}
		t.end(r, outcome, nil, now)
		expired = append(expired, r)
	}
}

// Slept takes note that the machine slept for so long and is awake now: what waits has waited for that,
// too, though the clock that times are read from stood still. All times of the requests, in flight or
// remembered, lie so much further back then; those that have passed are for Expire.
func (t *Table) Slept(slept time.Duration, now time.Time) {
	for r := range t.live.all() {
		r.slept(slept, now)
	}
	t.deadlines.slept(slept, now)
	t.ended.slept(slept, now)
}

func (r *Request) slept(slept time.Duration, now time.Time) {
	suspend.Shift(slept, now, &r.Queued, &r.Sent, &r.Deadline, &r.Ended)
}

// Next returns the earliest deadline, false when there is none.
func (t *Table) Next() (time.Time, bool) {
	r := t.deadlines.first()
	if r == nil {
		return time.Time{}, false
	}
	return r.Deadline, true
}

// Wake returns when Expire is worth calling next, false for never: at the earliest
// deadline, or at that of a request that has ended before it, when Expire finds
// nothing. It costs less than Next, which is for showing.
func (t *Table) Wake() (time.Time, bool) { return t.deadlines.wake() }

// End ends a request from our side; false when it had ended already.
func (t *Table) End(r *Request, o stanza.Outcome, now time.Time) bool {
	if !t.inFlight(r) {
		return false
	}
	t.end(r, o, nil, now)
	return true
}

// EndAll ends every request, the connection being lost: as unknown what was
// sent, as not sent the rest. It returns them in the order of Add.
func (t *Table) EndAll(now time.Time) []*Request {
	all := make([]*Request, 0, t.live.len)
	for r := range t.live.all() {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b *Request) int { return cmp.Compare(a.Serial, b.Serial) })
	for _, r := range all {
		outcome := stanza.OutcomeUnknown
		if r.Sent.IsZero() {
			outcome = stanza.OutcomeNotSent
		}
		t.end(r, outcome, nil, now)
	}
	return all
}

// Extend moves the deadline by d from now or from the deadline, whichever is
// later; false when the request has ended. A request without a deadline stays so.
func (t *Table) Extend(r *Request, d time.Duration, now time.Time) bool {
	if !t.inFlight(r) {
		return false
	}
	if r.Deadline.IsZero() {
		return true
	}
	from := r.Deadline
	if now.After(from) {
		from = now
	}
	r.Deadline = from.Add(d)
	if d < 0 {
		t.deadlines.add(r)
	}
	return true
}

// inFlight says that a request that was added has not ended.
func (t *Table) inFlight(r *Request) bool { return r.Outcome == "" }

// end is the one place where a request ends.
func (t *Table) end(r *Request, o stanza.Outcome, reply *stanza.Stanza, now time.Time) {
	t.live.remove(r)
	r.Outcome, r.Reply, r.Ended = o, reply, now
	t.deadlines.sweep(&t.live)
	t.ended.add(r)
}
