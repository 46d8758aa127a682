package capture

import "sort"

// ruler tells places in a text in any order, and in little time wherever they are.
type ruler struct {
	text  string
	marks []place // in the order of the text, a measure from each other
}

const measure = 512 // bytes

func newRuler(text string) *ruler {
	r := &ruler{text: text, marks: []place{{line: 1, column: 1}}}
	return r
}

// at is the place of a byte.
func (r *ruler) at(pos int) place {
	for last := r.marks[len(r.marks)-1]; last.offset+measure <= pos; r.marks = append(r.marks, last) {
		last.move(r.text, last.offset+measure)
	}
	i := sort.Search(len(r.marks), func(i int) bool { return r.marks[i].offset > pos })
	p := r.marks[i-1]
	p.move(r.text, pos)
	return p
}
