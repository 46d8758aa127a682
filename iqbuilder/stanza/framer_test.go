package stanza_test

import (
	"bytes"
	"io"
)

// framer is what Reader is measured against: it finds where the stanzas of a stream end, and does
// nothing else. It counts tags, and knows that a ">" inside of quotes ends none. It would take any
// names, any characters and end tags of anything; CDATA sections are beyond it.
type framer struct {
	buf   []byte
	depth int
	state framerState
	quote byte
	last  byte // of a tag, the byte before
	end   bool // it is an end tag
}

type framerState uint8

const (
	outsideTag framerState = iota
	atTag
	insideTag
	insideQuotes
)

// count reads a stream to its end, and returns how many stanzas ended.
func (f *framer) count(r io.Reader) (stanzas int) {
	if f.buf == nil {
		f.buf = make([]byte, 64<<10)
	}
	*f = framer{buf: f.buf}
	for {
		n, err := r.Read(f.buf)
		for b := f.buf[:n]; ; stanzas++ {
			i := f.next(b)
			if i < 0 {
				break
			}
			b = b[i:]
		}
		if err != nil {
			return stanzas
		}
	}
}

// next returns the index behind the first stanza that ends in b, or -1.
func (f *framer) next(b []byte) int {
	i := 0
	for i < len(b) {
		switch f.state {
		case outsideTag:
			at := bytes.IndexByte(b[i:], '<')
			if at < 0 {
				return -1
			}
			i += at + 1
			f.state = atTag
		case atTag:
			f.end, f.last = b[i] == '/', 0
			f.state = insideTag
		case insideTag:
			for i < len(b) && b[i] != '>' && b[i] != '\'' && b[i] != '"' {
				f.last = b[i]
				i++
			}
			if i == len(b) {
				return -1
			}
			i++
			if c := b[i-1]; c != '>' {
				f.quote, f.state = c, insideQuotes
				continue
			}
			f.state = outsideTag
			switch {
			case f.end:
				f.depth--
			case f.last != '/' && f.last != '?':
				f.depth++
				continue
			}
			if f.depth == 1 && f.last != '?' {
				return i
			}
		case insideQuotes:
			at := bytes.IndexByte(b[i:], f.quote)
			if at < 0 {
				return -1
			}
			i += at + 1
			f.last, f.state = 0, insideTag
		}
	}
	return -1
}
