package logpane

import "slices"

// matches are the numbers of the entries that a filter shows, ascending: a list's source for numbers with gaps.
type matches struct{ seqs []uint64 }

// place is where a number is, or would be.
func (m *matches) place(seq uint64) int {
	i, _ := slices.BinarySearch(m.seqs, seq)
	return i
}

// at returns the match at a place, if there is one.
func (m *matches) at(i int) (seq uint64, ok bool) {
	if i < 0 || i >= len(m.seqs) {
		return 0, false
	}
	return m.seqs[i], true
}

func (m *matches) First() (uint64, bool)          { return m.at(0) }
func (m *matches) Last() (uint64, bool)           { return m.at(len(m.seqs) - 1) }
func (m *matches) Next(seq uint64) (uint64, bool) { return m.at(m.place(seq + 1)) }
func (m *matches) Prev(seq uint64) (uint64, bool) { return m.at(m.place(seq) - 1) }

// drop forgets the matches before first, which have left the log.
func (m *matches) drop(first uint64) { m.seqs = m.seqs[m.place(first):] }

// put says which of the entries from one to another match.
func (m *matches) put(from, to uint64, fit []uint64) {
	m.seqs = slices.Replace(m.seqs, m.place(from), m.place(to+1), fit...)
}

// recheck says which of single entries match; both lists ascend. It costs what is newer than the first of them, and that is mostly little.
func (m *matches) recheck(seqs, fit []uint64) {
	if len(seqs) == 0 {
		return
	}
	i := m.place(seqs[0])
	newer := slices.Clone(m.seqs[i:])
	m.seqs = m.seqs[:i]
	for _, seq := range newer {
		for len(fit) > 0 && fit[0] < seq {
			m.seqs, fit = append(m.seqs, fit[0]), fit[1:]
		}
		if _, looked := slices.BinarySearch(seqs, seq); !looked {
			m.seqs = append(m.seqs, seq)
		}
	}
	m.seqs = append(m.seqs, fit...)
}
