package answer

import (
	"cmp"
	"slices"

	"iqscope/session/exchange"
)

const (
	// Kept is how many of the requests that have ended can still be shown, of those that
	// the screen has something to tell about, and of the others.
	Kept = 200
	// blockedReplies is how many answered requests are remembered, so that a second
	// reply to one of them is noticed.
	blockedReplies = 10_000
	// keptBytes bounds the stanzas of the requests that can still be shown, and,
	// apart from them, what the answered ones are remembered by.
	keptBytes = 16 << 20
)

// book keeps the incoming requests.
type book struct {
	serial uint64
	open   map[uint64]*Request
	byKey  map[key][]*Request // of the open ones; senders may use an id twice
	// answered is what a second reply is known by: a ring, and its index.
	answered  map[key]*Request
	forgetful []key
	bytes     int // of those keys
	// Ended ones that can still be shown: those that there is something to tell about
	// do not give way to those that were answered at once.
	notable, others ended
}

// ended are requests that are over, the last Kept of them at most.
type ended struct {
	list  []*Request
	bytes int
}

func (k *ended) add(in *Request) {
	in.size = len(in.Stanza.XML())
	if in.Reply != nil {
		in.size += len(in.Reply.XML())
	}
	k.list = append(k.list, in)
	k.bytes += in.size
	for len(k.list) > Kept || len(k.list) > 1 && k.bytes > keptBytes {
		old := k.list[0]
		k.list[0] = nil
		k.list = k.list[1:]
		k.bytes -= old.size
		old.Stanza, old.Reply = nil, nil // a second reply needs only the key
	}
}

func newBook() book {
	return book{open: map[uint64]*Request{}, byKey: map[key][]*Request{}, answered: map[key]*Request{}}
}

func (b *book) add(in *Request) {
	b.serial++
	in.Serial = b.serial
	b.open[in.Serial] = in
	b.byKey[in.key] = append(b.byKey[in.key], in)
}

// end takes note that a request is open no more.
func (b *book) end(in *Request) {
	delete(b.open, in.Serial)
	same := slices.DeleteFunc(slices.Clone(b.byKey[in.key]), func(other *Request) bool { return other == in })
	if len(same) > 0 {
		b.byKey[in.key] = same
	} else {
		delete(b.byKey, in.key)
	}
	if in.State == exchange.Answered {
		b.remember(in)
	}
	if in.told || in.Held {
		b.notable.add(in)
	} else {
		b.others.add(in)
	}
}

func (b *book) remember(in *Request) {
	if b.answered[in.key] == nil {
		b.forgetful = append(b.forgetful, in.key)
		b.bytes += in.key.size()
	}
	b.answered[in.key] = in
	for len(b.forgetful) > blockedReplies || b.bytes > keptBytes {
		old := b.forgetful[0]
		b.forgetful[0] = key{}
		b.forgetful = b.forgetful[1:]
		b.bytes -= old.size()
		delete(b.answered, old)
	}
}

// find returns the request that a reply answers: the oldest open one, else the
// one of the same key that was answered last; nil when there is neither.
func (b *book) find(k key) *Request {
	if open := b.byKey[k]; len(open) > 0 {
		return open[0]
	}
	if in := b.answered[k]; in != nil && in.State == exchange.Answered {
		return in
	}
	return nil // or its answer never left
}

// held is the held request of that serial, nil when there is none.
func (b *book) held(serial uint64) *Request {
	if in := b.open[serial]; in != nil && in.State == exchange.Held {
		return in
	}
	return nil
}

// appendTo appends what can be shown, in the order of arrival.
func (b *book) appendTo(dst []exchange.Incoming) []exchange.Incoming {
	began := len(dst)
	for _, in := range b.open {
		dst = append(dst, in.Incoming)
	}
	for _, ended := range [][]*Request{b.notable.list, b.others.list} {
		for _, in := range ended {
			dst = append(dst, in.Incoming)
		}
	}
	slices.SortFunc(dst[began:], func(a, b exchange.Incoming) int { return cmp.Compare(a.Serial, b.Serial) })
	return dst
}
