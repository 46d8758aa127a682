package highlight

import "container/list"

// entry is the lines of one key.
type entry struct {
	key   Key
	lines []string
	final bool // nothing better will come: coloured, or not to be coloured
	bytes int
}

// cache keeps the entries used last, up to cacheBytes.
type cache struct {
	byKey map[Key]*list.Element
	order list.List // of *entry, the one used last in front
	bytes int
}

func (c *cache) get(key Key) (*entry, bool) {
	e, ok := c.byKey[key]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*entry), true
}

func (c *cache) put(key Key, lines []string, final bool) {
	if old, ok := c.byKey[key]; ok {
		c.remove(old)
	}
	const perLine = 16 // a string's header
	e := &entry{key: key, lines: lines, final: final, bytes: perLine * len(lines)}
	for _, l := range lines {
		e.bytes += len(l)
	}
	c.byKey[key] = c.order.PushFront(e)
	c.bytes += e.bytes
	for c.bytes > cacheBytes && c.order.Len() > 1 { // the one that is shown stays, whatever its size
		c.remove(c.order.Back())
	}
}

func (c *cache) remove(e *list.Element) {
	old := c.order.Remove(e).(*entry)
	delete(c.byKey, old.key)
	c.bytes -= old.bytes
}
