package journal

// chunkSize is the number of entries allocated together: few enough that adding
// one never copies many, many enough that the list of chunks stays short.
const chunkSize = 256

type chunk [chunkSize]kept

// deque holds entries in chunks, added at the back and taken from the front.
// Entries are never moved, so adding one costs the same however many there are.
type deque struct {
	chunks []*chunk
	head   int // place of the first entry in the first chunk
	len    int
	spare  *chunk // the chunk emptied last, used again
}

// at points to the i-th entry from the front.
func (d *deque) at(i int) *kept {
	i += d.head
	return &d.chunks[i/chunkSize][i%chunkSize]
}

// push makes room for an entry at the back, and points to it.
func (d *deque) push() *kept {
	if d.head+d.len == len(d.chunks)*chunkSize {
		if d.spare == nil {
			d.spare = new(chunk)
		}
		d.chunks = append(d.chunks, d.spare)
		d.spare = nil
	}
	d.len++
	return d.at(d.len - 1)
}

// shift takes the first entry out, and returns what it counted for. There must be one.
func (d *deque) shift() (size int64) {
	first := d.at(0)
	size = int64(first.size)
	*first = kept{} // let go of its stanza
	d.head++
	d.len--
	if d.head == chunkSize {
		d.spare = d.chunks[0]
		d.chunks[0] = nil
		d.chunks = d.chunks[1:]
		d.head = 0
	}
	return size
}
