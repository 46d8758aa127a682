package session

// book keeps the requests that can still be shown: all in flight, and the last
// KeptRequests that ended.
type book struct {
	bySerial map[uint64]*Request
	order    []*Request // in the order of starting; may hold forgotten ones
	ended    []*Request // in the order of ending, at most KeptRequests
}

func newBook() book { return book{bySerial: make(map[uint64]*Request)} }

func (b *book) add(r *Request) {
	b.bySerial[r.p.Serial] = r
	b.order = append(b.order, r)
}

func (b *book) find(serial uint64) *Request { return b.bySerial[serial] }

// end takes note that a request has ended, and forgets the one that ended
// longest ago when there are too many.
func (b *book) end(r *Request) {
	b.ended = append(b.ended, r)
	if len(b.ended) <= KeptRequests {
		return
	}
	old := b.ended[0]
	b.ended[0] = nil
	b.ended = b.ended[1:]
	old.forgotten = true
	delete(b.bySerial, old.p.Serial)
	// Forgotten requests are swept out of the order once they are the greater
	// part of it, so that ending one costs the same however many there are.
	if len(b.order) > 2*len(b.bySerial)+KeptRequests {
		kept := b.order[:0]
		for _, r := range b.order {
			if !r.forgotten {
				kept = append(kept, r)
			}
		}
		clear(b.order[len(kept):])
		b.order = kept
	}
}
