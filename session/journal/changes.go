package journal

// changes remembers which entries were annotated last.
type changes struct {
	ring [Remembered]change
	next int    // where the next one is written
	lost uint64 // version of the newest change that is no longer here
}

// change is that of an entry, or of some that follow one another and were annotated one by one, as
// when replies come in. Version is that of the last one.
type change struct{ version, from, to uint64 }

const (
	// longestChange is how many entries one change is of: whoever knows some of them is told of the
	// others with them.
	longestChange = 64
	// mostTold is how many entries Changes tells of. Who has to look at more looks at all.
	mostTold = 1 << 16
)

func (c *changes) note(version, seq uint64) {
	// Of requests and their replies, the entries are annotated in turns.
	last, other := c.back(1), c.back(2)
	switch {
	case last.precedes(seq):
	case other.precedes(seq):
		*last, *other = *other, *last
	default:
		last = &c.ring[c.next]
		c.lost = last.version
		c.next = (c.next + 1) % len(c.ring)
		last.from = seq
	}
	last.version, last.to = version, seq
}

// precedes says that the entry is the next one of a change.
func (c *change) precedes(seq uint64) bool {
	return c.version > 0 && c.to+1 == seq && seq-c.from < longestChange
}

// back is one of the last changes, the newest being 1.
func (c *changes) back(i int) *change { return &c.ring[(c.next+len(c.ring)-i)%len(c.ring)] }

// since appends the entries changed after a version; ok is false if some of them are no longer
// known, or there are too many.
func (c *changes) since(version uint64, dst []uint64) (seqs []uint64, ok bool) {
	if version < c.lost {
		return dst, false
	}
	for i := range c.ring {
		// From the newest back, so that it costs what has changed.
		one := c.back(i + 1)
		if one.version <= version {
			break
		}
		for n := range one.to - one.from + 1 {
			dst = append(dst, one.to-n)
		}
		if len(dst) > mostTold {
			return dst[:0], false
		}
	}
	return dst, true
}

// Changes tells which entries were annotated after a version, newest change
// first; one that changed twice is there twice, and one that was appended or
// dropped is not. Of entries that follow one another some may be told that were annotated shortly
// before. Now is the version to ask with the next time. If all is true
// there were more of them than are remembered (Remembered), and every entry may
// have changed. It appends to dst[:0], and costs what has changed.
func (j *Journal) Changes(dst []uint64, since uint64) (seqs []uint64, now uint64, all bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	seqs, ok := j.changes.since(since, dst[:0])
	return seqs, j.version.Load(), !ok
}
