package journal

import "slices"

// chunkSize is the number of entries allocated together: few enough that adding
// one never copies many, many enough that the list of chunks stays short.
const chunkSize = 256

type chunk [chunkSize]Entry

// deque holds entries in chunks, added at the back and taken from the front.
// Entries are never moved, so adding one costs the same however many there are.
type deque struct {
	chunks []*chunk
	head   int // place of the first entry in the first chunk
	len    int
	spare  *chunk // the chunk emptied last, used again
}

// at points to the i-th entry from the front.
func (d *deque) at(i int) *Entry {
	i += d.head
	return &d.chunks[i/chunkSize][i%chunkSize]
}

func (d *deque) push(e Entry) {
	if d.head+d.len == len(d.chunks)*chunkSize {
		if d.spare == nil {
			d.spare = new(chunk)
		}
		d.chunks = append(d.chunks, d.spare)
		d.spare = nil
	}
	d.len++
	*d.at(d.len - 1) = e
}

// shift takes the first entry out. There must be one.
func (d *deque) shift() Entry {
	first := d.at(0)
	e := *first
	*first = Entry{} // let go of its stanza
	d.head++
	d.len--
	if d.head == chunkSize {
		d.spare = d.chunks[0]
		d.chunks[0] = nil
		d.chunks = d.chunks[1:]
		d.head = 0
	}
	return e
}

// copy appends n entries from the i-th on to dst. They must exist.
func (d *deque) copy(dst []Entry, i, n int) []Entry {
	dst = slices.Grow(dst, n)
	for i += d.head; n > 0; {
		part := d.chunks[i/chunkSize][i%chunkSize:]
		part = part[:min(n, len(part))]
		dst = append(dst, part...)
		i += len(part)
		n -= len(part)
	}
	return dst
}
