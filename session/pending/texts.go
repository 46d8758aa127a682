package pending

// textChunk is the bytes of texts that are allocated, and let go, together.
const textChunk = 64 << 10

// texts are many short texts, added at the back and forgotten from the front: in a few large pieces, for
// each text of its own would cost an allocation, and work for the collector for as long as it is kept.
type texts struct {
	chunks [][]byte
	gone   uint32 // chunks forgotten
}

// text is where a text is.
type text struct{ chunk, at, len uint32 }

func (t *texts) add(s string) text {
	last := len(t.chunks) - 1
	if last < 0 || len(t.chunks[last])+len(s) > cap(t.chunks[last]) {
		t.chunks = append(t.chunks, make([]byte, 0, max(textChunk, len(s))))
		last++
	}
	at := len(t.chunks[last])
	t.chunks[last] = append(t.chunks[last], s...)
	return text{t.gone + uint32(last), uint32(at), uint32(len(s))}
}

func (t *texts) of(where text) string {
	return string(t.chunks[where.chunk-t.gone][where.at:][:where.len])
}

// is says that a text is that one.
func (t *texts) is(where text, s string) bool {
	return string(t.chunks[where.chunk-t.gone][where.at:][:where.len]) == s
}

// forget lets go of what was added before the chunk of that text.
func (t *texts) forget(before text) {
	for t.gone != before.chunk {
		t.chunks[0] = nil
		t.chunks = t.chunks[1:]
		t.gone++
	}
}
