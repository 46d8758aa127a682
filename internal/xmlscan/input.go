package xmlscan

import (
	"bytes"
	"io"
)

// input is the part of the stream that is still held, in one piece. Indices
// are into buf; offsets count from the start of the stream.
type input struct {
	buf  []byte
	base int64 // offset of buf[0]
	low  int   // what stands before it is released
	tok  int   // where the token being scanned begins
	pos  int   // the next byte to scan
	room int   // that Fill makes, if it is more than minFill

	// Where buf[0] stands: line ends before it, and characters since the last.
	lines, column int
}

func (in *input) offset(i int) int64 { return in.base + int64(i) }
func (in *input) index(o int64) int  { return int(o - in.base) }

// Write appends a copy of p to the input. It never fails.
func (in *input) Write(p []byte) (int, error) {
	in.reserve(len(p))
	in.buf = append(in.buf, p...)
	return len(p), nil
}

// WriteString is Write for a string.
func (in *input) WriteString(p string) (int, error) {
	in.reserve(len(p))
	in.buf = append(in.buf, p...)
	return len(p), nil
}

// Fill reads once from r into the scanner's own buffer, and returns what r
// returned. There is more room for the next read when this one filled all there was.
func (in *input) Fill(r io.Reader) (int, error) {
	in.reserve(max(in.room, minFill))
	free := in.buf[len(in.buf):cap(in.buf)]
	n, err := r.Read(free)
	in.buf = in.buf[:len(in.buf)+n]
	if n == len(free) {
		in.room = min(2*n, maxFill)
	}
	return n, err
}

// Bytes returns the input from stream offset pos up to end, or nil when some of
// it was released or has not come yet. The bytes are the scanner's own: valid
// until the next Write, Fill, Release, Restart or Reset.
func (in *input) Bytes(pos, end int64) []byte {
	if pos < in.offset(in.low) || pos > end || end > in.offset(len(in.buf)) {
		return nil
	}
	i, j := in.index(pos), in.index(end)
	return in.buf[i:j:j]
}

// Release forgets the input before the stream offset; it bounds memory. What
// the token being scanned needs is kept.
func (in *input) Release(before int64) {
	to := min(in.tok, in.index(min(before, in.offset(in.tok))))
	if to <= in.low {
		return
	}
	in.low = to
	if to == len(in.buf) && cap(in.buf) > maxIdleBuffer {
		in.moveTo(nil)
	}
}

// Buffered returns how many bytes were written and not yet scanned.
func (in *input) Buffered() int { return len(in.buf) - in.pos }

// Offset returns the stream offset up to which the input was scanned.
func (in *input) Offset() int64 { return in.offset(in.pos) }

// reserve makes room for n more bytes. Moving what is held costs no more than
// what was released, or than what the buffer grows by: linear in all.
func (in *input) reserve(n int) {
	if cap(in.buf)-len(in.buf) >= n {
		return
	}
	held := len(in.buf) - in.low
	if held <= in.low && held+n <= cap(in.buf) {
		in.moveTo(in.buf[:0])
		return
	}
	in.moveTo(make([]byte, 0, max(2*held+n, minFill)))
}

// moveTo moves what is held to the start of dst. Only now is counted where that stands: most of
// what is released goes in large pieces, which are counted faster.
func (in *input) moveTo(dst []byte) {
	in.lines, in.column = in.place(in.low)
	in.buf = append(dst, in.buf[in.low:]...)
	in.base += int64(in.low)
	in.tok -= in.low
	in.pos -= in.low
	in.low = 0
}

// charStart returns where the character that buf[i] belongs to begins.
func (in *input) charStart(i int) int {
	if i >= len(in.buf) || in.buf[i]&0xC0 != 0x80 {
		return i
	}
	for back := 1; back <= 3 && back <= i; back++ {
		lead := in.buf[i-back]
		if lead&0xC0 == 0x80 {
			continue
		}
		if lead >= 0xC0 && back == 1 || lead >= 0xE0 && back == 2 || lead >= 0xF0 {
			return i - back
		}
		return i
	}
	return i
}

// Position returns the line and column of a stream offset that is held, both from 1.
func (in *input) Position(offset int64) (line, column int) {
	line, column = in.place(in.index(offset))
	return line + 1, column + 1
}

// place counts the line ends before buf[i], and the characters since the last.
func (in *input) place(i int) (lines, column int) {
	before := in.buf[:i]
	ends := bytes.Count(before, []byte{'\n'})
	if ends == 0 {
		return in.lines, in.column + countChars(before)
	}
	return in.lines + ends, countChars(before[bytes.LastIndexByte(before, '\n')+1:])
}
