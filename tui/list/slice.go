package list

import "slices"

// Slice is the source of rows that are held in memory, in any order. When a selected row is gone,
// the one that has come into its place is taken for it. Finding a row that has moved costs a look
// at each.
type Slice[E any, K comparable] struct {
	Rows []E
	ID   func(E) K
}

// Len returns how many rows there are.
func (s *Slice[E, K]) Len() int { return len(s.Rows) }

// At returns the identity of the row at a place.
func (s *Slice[E, K]) At(place int) K { return s.ID(s.Rows[place]) }

// Find returns the place of a row, or what has come into its place.
func (s *Slice[E, K]) Find(row K, hint int) (place int, ok bool) {
	if hint < len(s.Rows) && s.ID(s.Rows[hint]) == row {
		return hint, true
	}
	if place := slices.IndexFunc(s.Rows, func(e E) bool { return s.ID(e) == row }); place >= 0 {
		return place, true
	}
	return min(hint, len(s.Rows)), false
}
