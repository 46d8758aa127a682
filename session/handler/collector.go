package handler

import (
	"slices"
	"sync"
)

// Limits of a collector; what comes on top is counted.
const (
	// CollectLimit is how many elements are kept: a long archive query, and no
	// more than the log itself keeps by default.
	CollectLimit = 100_000
	// CollectBytes is how many bytes of XML are kept.
	CollectBytes = 64 << 20
)

// Collector gathers all elements that match until it is stopped, in their order.
// What was delivered before Stop is called is in it: the messages of an archive
// when the IQ that ends them has been answered (XEP-0313). It is safe for
// concurrent use.
type Collector struct {
	r  *Registry
	en *entry

	mu     sync.Mutex
	events []Event
	bytes  int
}

// NewCollector registers a collector under the name, of what comes in, and with BothWays of what
// goes out.
func (r *Registry) NewCollector(name string, m Matcher) (*Collector, error) {
	c := &Collector{r: r, en: newEntry(Handler{name: name, kind: KindCollector, match: m})}
	c.en.take = c.take
	if err := r.register(c.en); err != nil {
		return nil, err
	}
	return c, nil
}

// take keeps the event if it fits. Once something did not, nothing does: what is
// kept has no gaps.
func (c *Collector) take(e Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.en.left.Load() {
		return
	}
	if c.Overflow() > 0 || len(c.events) == CollectLimit || c.bytes+size(e) > CollectBytes {
		c.en.dropped.Add(1)
		return
	}
	c.events = append(c.events, e)
	c.bytes += size(e)
}

// Events returns a copy of what there is so far.
func (c *Collector) Events() []Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.events)
}

// Stop takes the collector out of the registry and returns everything. From then
// on nothing more comes in.
func (c *Collector) Stop() []Event {
	c.r.claim(c.en)
	return c.Events()
}

// Overflow is how many elements did not fit.
func (c *Collector) Overflow() uint64 { return c.en.dropped.Load() }
