package disco

import (
	"errors"
	"sync"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
)

// What the cache keeps at most. What was looked at longest ago goes first.
const (
	MaxTargets = 1000
	MaxBytes   = 32 << 20
)

// ErrorKept is for how long an error is taken for the answer before it is worth asking again. Asking
// on purpose is always possible.
const ErrorKept = 30 * time.Second

// Entry is what is known of a target. It is a copy; what its slices hold does not change.
type Entry struct {
	JID, Node string

	Info   Info
	Infos  State
	Shared bool // somebody else gave the info, who has the same capabilities (XEP-0115)

	Items      Items
	ItemsState State
}

// State says how it stands with one question to a target. The zero value was never asked.
type State struct {
	Since time.Time // when the question was sent that is in flight; zero for none
	At    time.Time // when the last answer or error came; zero for none
	// Err is why there is no answer: what session.Send returns, or ErrOtherAnswer. Of items, those of
	// earlier pages are there all the same.
	Err error
}

// Asked says that there is an answer, or that one is waited for.
func (s State) Asked() bool { return !s.Since.IsZero() || !s.At.IsZero() }

// Fresh says that nothing new is to be expected from asking now: an answer is there or on its way,
// or there was an error just now.
func (s State) Fresh(now time.Time) bool {
	return !s.Since.IsZero() || !s.At.IsZero() && (s.Err == nil || now.Sub(s.At) < ErrorKept)
}

// target is the identity of an entry.
type target struct{ jid, node string }

// kept is an entry, and what it takes to keep it.
type kept struct {
	Entry
	asked [2]string // the ids of the requests in flight; "" for none
	bytes [2]int
	used  uint64
}

// Cache is what was discovered on one stream. Its methods are safe for concurrent use.
type Cache struct {
	mu      sync.Mutex
	own     string // one's own bare address
	since   time.Time
	targets map[target]*kept
	bytes   int
	clock   uint64 // counts uses
	version uint64
	caps    capsBook
}

// New returns an empty cache.
func New() *Cache { return &Cache{targets: map[target]*kept{}} }

// Forget begins anew, as the account of that address: on another stream all may be different. What
// was asked before now does not count any more.
func (c *Cache) Forget(own stanza.JID, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.own, c.since = own.Bare().String(), now
	c.targets, c.bytes, c.caps = map[target]*kept{}, 0, capsBook{}
	c.version++
}

// Version changes when something in the cache does.
func (c *Cache) Version() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.version
}

// target is the identity of whom an address and a node mean.
func (c *Cache) target(jid, node string) target {
	if prepared, err := stanza.ParseJID(jid); err == nil {
		jid = prepared.String()
	}
	if jid == c.own {
		jid = ""
	}
	return target{jid, node}
}

// Begin makes the request of a query, with an id of its own, and takes note that it is in flight. ok
// is false when one is, or when the address is none (err says so). Whoever sends it tells the cache how it ended: by Saw,
// or by Failed if it was never taken. Further options are for what a stream wants of every request.
func (c *Cache) Begin(q Query, id string, now time.Time, more ...iqbuilder.Option) (iq *stanza.Stanza, ok bool, err error) {
	iq, err = iqbuilder.Get(append(more, iqbuilder.ID(id), iqbuilder.To(q.JID), iqbuilder.WithPayload(q.payload()))...)
	if err != nil {
		return nil, false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.keep(c.target(q.JID, q.Node))
	if k.asked[q.Part] != "" {
		return nil, false, nil
	}
	k.asked[q.Part] = iq.ID()
	k.state(q.Part).Since = now
	c.trim()
	return iq, true, nil
}

// Failed takes note that a request that Begin made was not sent.
func (c *Cache) Failed(iq *stanza.Stanza, err error, now time.Time) {
	c.Saw(exchange.Exchange{Stanza: iq, Queued: now, Ended: now, Outcome: stanza.OutcomeNotSent, Err: err})
}

// Saw takes in a request that has ended, be it made by Begin or by anybody, and reports whether the
// cache has changed by it. It takes time in proportion to the answer.
func (c *Cache) Saw(x exchange.Exchange) (changed bool) {
	if !Asks(x.Stanza) || x.InFlight() {
		return false
	}
	q, unfit := queryOf(x.Stanza)
	err := x.Err
	if err == nil {
		err = x.Failure(nil)
	}
	var got answer
	if err == nil && unfit == nil {
		got, err = read(q.Part, x.Reply)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if x.Queued.Before(c.since) {
		return false
	}
	k := c.keep(c.target(q.JID, q.Node))
	state := k.state(q.Part)
	ours := k.asked[q.Part] == x.Stanza.ID()
	if ours {
		k.asked[q.Part], state.Since = "", time.Time{}
	}
	var cancelled *stanza.Cancelled
	switch {
	case unfit != nil, q.After != "" && q.After != k.Items.Next:
		return ours
	case err != nil && !ours && (state.Err == nil && !state.At.IsZero() || errors.As(err, &cancelled)):
		return false // what was known before is better
	case err != nil:
		if q.After == "" {
			k.drop(c, q.Part)
		}
	case q.Part == AskInfo:
		k.drop(c, AskInfo)
		k.Info, k.bytes[AskInfo] = got.info, got.bytes
		c.bytes += got.bytes
		c.caps.learn(k.JID, k.Node, got.info, x.Ended)
	case q.After == "":
		k.drop(c, AskItems)
		k.Items, k.bytes[AskItems] = got.items, got.bytes
		c.bytes += got.bytes
	default:
		c.bytes += k.another(got, q.After)
	}
	state.At, state.Err = x.Ended, err
	c.trim()
	c.version++
	return true
}

// answer is what was read of a reply.
type answer struct {
	info  Info
	items Items
	bytes int
}

func read(part Part, reply *stanza.Stanza) (answer, error) {
	var a answer
	var err error
	if part == AskInfo {
		a.info, a.bytes, err = readInfo(reply)
	} else {
		a.items, a.bytes, err = readItems(reply, MaxItems, maxItemBytes)
		a.items.end("")
	}
	return a, err
}

// end sees to it that a list ends: where all that is counted is there, or the page ends where the
// last one did.
func (i *Items) end(after string) {
	if i.Count >= 0 && len(i.List) >= i.Count || i.Next == after {
		i.Next = ""
	}
}

// another adds a page to the items, and says how many bytes that costs.
func (k *kept) another(page answer, after string) (bytes int) {
	next := page.items
	all := Items{Count: next.Count, Next: next.Next, Cut: next.Cut}
	// Copied, since others hold the list so far; they stay equal up to where they end.
	all.List = append(k.Items.List[:len(k.Items.List):len(k.Items.List)], next.List...)
	all.Pages = append(k.Items.Pages[:len(k.Items.Pages):len(k.Items.Pages)], len(k.Items.List))
	if len(next.List) == 0 {
		all.Pages = k.Items.Pages
	}
	if len(all.List) > MaxItems || k.bytes[AskItems]+page.bytes > maxItemBytes {
		k.Items.Cut, k.Items.Next = true, ""
		return 0
	}
	all.end(after)
	k.Items = all
	k.bytes[AskItems] += page.bytes
	return page.bytes
}

func (k *kept) state(part Part) *State {
	if part == AskInfo {
		return &k.Infos
	}
	return &k.ItemsState
}

// drop forgets one answer.
func (k *kept) drop(c *Cache, part Part) {
	if part == AskInfo {
		k.Info = Info{}
	} else {
		k.Items = Items{}
	}
	c.bytes -= k.bytes[part]
	k.bytes[part] = 0
}

// keep is the entry of a target, made where there is none.
func (c *Cache) keep(t target) *kept {
	k := c.targets[t]
	if k == nil {
		k = &kept{Entry: Entry{JID: t.jid, Node: t.node}}
		c.targets[t] = k
		c.bytes += overhead + len(t.jid) + len(t.node)
	}
	c.clock++
	k.used = c.clock
	return k
}

// trim forgets what was looked at longest ago, until the rest is few enough. The last one that was
// looked at stays.
func (c *Cache) trim() {
	for len(c.targets) > 1 && (len(c.targets) > MaxTargets || c.bytes > MaxBytes) {
		var oldest *kept
		for _, k := range c.targets {
			if oldest == nil || k.used < oldest.used {
				oldest = k
			}
		}
		c.bytes -= oldest.bytes[AskInfo] + oldest.bytes[AskItems] + overhead + len(oldest.JID) + len(oldest.Node)
		delete(c.targets, target{oldest.JID, oldest.Node})
	}
}

// Get is what is known of a target; of one that nobody has asked, only its address and its node. If
// the target has not been asked for info, but another one that has shown the same capabilities
// (XEP-0115), the entry has that one's.
func (c *Cache) Get(jid, node string) Entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.target(jid, node)
	e := Entry{JID: t.jid, Node: t.node}
	if k := c.targets[t]; k != nil {
		c.clock++
		k.used = c.clock
		e = k.Entry
	}
	if !e.Infos.Asked() && node == "" {
		if info, at, ok := c.caps.of(t.jid); ok {
			e.Info, e.Infos.At, e.Shared = info, at, true
		}
	}
	return e
}
