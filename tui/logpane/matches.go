package logpane

import "slices"

// matches are numbers of entries, ascending, such as those that a filter shows.
type matches struct{ seqs []uint64 }

// place is where a number is, or would be.
func (m *matches) place(seq uint64) int {
	i, _ := slices.BinarySearch(m.seqs, seq)
	return i
}

// Len, At and Find look them up.
func (m *matches) Len() int            { return len(m.seqs) }
func (m *matches) At(place int) uint64 { return m.seqs[place] }

func (m *matches) Find(seq uint64, _ int) (int, bool) { return slices.BinarySearch(m.seqs, seq) }

// nearest returns the match that stands for an entry: itself, or the nearest older one, or else the
// nearest newer one; 0 if there is none.
func (m *matches) nearest(seq uint64) uint64 {
	if len(m.seqs) == 0 {
		return 0
	}
	return m.seqs[max(0, m.place(seq+1)-1)]
}

// shows reports whether an entry matches, or an older one.
func (m *matches) shows(seq uint64) bool { return len(m.seqs) > 0 && m.seqs[0] <= seq }

// drop forgets the matches before first, which have left the log.
func (m *matches) drop(first uint64) { m.seqs = m.seqs[m.place(first):] }

// put says which of the entries from one to another match.
func (m *matches) put(from, to uint64, fit []uint64) {
	m.seqs = slices.Replace(m.seqs, m.place(from), m.place(to+1), fit...)
}

// recheck says which of single entries match; both lists ascend. It costs what lies between the
// first and the last of them.
func (m *matches) recheck(seqs, fit []uint64) {
	if len(seqs) == 0 {
		return
	}
	from, to := m.place(seqs[0]), m.place(seqs[len(seqs)-1]+1)
	var now []uint64
	for _, seq := range m.seqs[from:to] {
		for len(fit) > 0 && fit[0] < seq {
			now, fit = append(now, fit[0]), fit[1:]
		}
		if _, looked := slices.BinarySearch(seqs, seq); !looked {
			now = append(now, seq)
		}
	}
	now = append(now, fit...)
	m.seqs = slices.Replace(m.seqs, from, to, now...)
}
