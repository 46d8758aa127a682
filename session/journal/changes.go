package journal

// changes remembers which entries were annotated last.
type changes struct {
	ring [Remembered]change
	next int    // where the next one is written
	lost uint64 // version of the newest change that is no longer here
}

type change struct{ version, seq uint64 }

func (c *changes) note(version, seq uint64) {
	slot := &c.ring[c.next]
	c.lost = slot.version
	*slot = change{version, seq}
	c.next = (c.next + 1) % len(c.ring)
}

// since appends the entries changed after a version; ok is false if some of them are no longer
// known.
func (c *changes) since(version uint64, dst []uint64) (seqs []uint64, ok bool) {
	if version < c.lost {
		return dst, false
	}
	for i := range c.ring {
		// From the newest back, so that it costs what has changed.
		at := (c.next + len(c.ring) - 1 - i) % len(c.ring)
		if c.ring[at].version <= version {
			break
		}
		dst = append(dst, c.ring[at].seq)
	}
	return dst, true
}

// Changes tells which entries were annotated after a version, newest change
// first; one that changed twice is there twice, and one that was appended or
// dropped is not. Now is the version to ask with the next time. If all is true
// there were more of them than are remembered (Remembered), and every entry may
// have changed. It appends to dst[:0], and costs what has changed.
func (j *Journal) Changes(dst []uint64, since uint64) (seqs []uint64, now uint64, all bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	seqs, ok := j.changes.since(since, dst[:0])
	return seqs, j.version.Load(), !ok
}
