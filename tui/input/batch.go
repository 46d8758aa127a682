package input

import (
	"bytes"
	"unicode/utf8"
)

// Marks of a bracketed paste (xterm's control sequences, "Bracketed Paste Mode").
const (
	pasteBegins = "\x1b[200~"
	pasteEnds   = "\x1b[201~"
)

// item is a piece of what came: a key, characters, or a text that was pasted.
type item struct {
	bytes      []byte
	characters bool
	pasted     *Text
}

// batch is what came at once, cut into items.
type batch struct {
	items   []item
	typed   int    // characters outside of pastes
	size    int    // bytes
	held    []byte // the beginning of a key or a character whose rest has not come
	pasting bool   // a paste has begun
	paste   []byte // what came of it
	dropped int
}

// take cuts what was read. What may be incomplete is held.
func (b *batch) take(read []byte) {
	b.size += len(read)
	rest := read
	if len(b.held) > 0 {
		rest, b.held = append(b.held, read...), nil
	}
	for len(rest) > 0 {
		if b.pasting {
			rest = b.goOn(rest)
			continue
		}
		if bytes.HasPrefix(rest, []byte(pasteBegins)) {
			b.pasting, rest = true, rest[len(pasteBegins):]
			continue
		}
		n, characters := first(rest)
		if n == 0 {
			b.held = bytes.Clone(rest)
			return
		}
		b.add(rest[:n], characters)
		rest = rest[n:]
	}
}

// goOn takes what belongs to the paste, and returns what comes after it.
func (b *batch) goOn(read []byte) []byte {
	from := max(0, len(b.paste)-len(pasteEnds)+1)
	b.paste = append(b.paste, read...)
	end := bytes.Index(b.paste[from:], []byte(pasteEnds))
	if end < 0 {
		if more := len(b.paste) - MaxText - len(pasteEnds); more > 0 { // the last bytes may begin the end
			b.dropped += more
			b.paste = append(b.paste[:MaxText], b.paste[MaxText+more:]...)
		}
		return nil
	}
	rest := bytes.Clone(b.paste[from+end+len(pasteEnds):])
	b.paste = b.paste[:from+end]
	b.over(false)
	return rest
}

// over ends the paste.
func (b *batch) over(endless bool) {
	text := b.paste[:min(len(b.paste), MaxText)]
	b.items = append(b.items, item{pasted: &Text{Text: valid(text), Dropped: b.dropped + len(b.paste) - len(text), Endless: endless}})
	b.pasting, b.paste, b.dropped = false, nil, 0
}

// giveUp ends a paste whose end has not come.
func (b *batch) giveUp() {
	if b.pasting {
		b.over(true)
	}
}

// first returns the length of the key that bytes begin with, or of all characters up to the next
// key; 0 if its rest is missing. A byte that begins nothing is a key of its own, which nobody knows.
func first(b []byte) (n int, characters bool) {
	if b[0] == '\x1b' {
		return sequence(b), false
	}
	for n < len(b) && !isControl(b[n]) {
		r, size := utf8.DecodeRune(b[n:])
		if r == utf8.RuneError && size <= 1 {
			if !utf8.FullRune(b[n:]) && n > 0 {
				break // what is before it first
			}
			if !utf8.FullRune(b[n:]) {
				return 0, false
			}
			if n == 0 {
				return 1, false
			}
			break
		}
		n += size
	}
	if n == 0 {
		return 1, false
	}
	return n, true
}

// isControl tells what is a key from what may stand in a text: line ends and tabs do.
func isControl(b byte) bool {
	return b < ' ' && b != '\t' && b != '\n' && b != '\r' || b == 0x7f
}

// mouseBytes is the length of what terminals that know no better say of the mouse (xterm, "Normal
// tracking mode"); the others say it in a control sequence.
const mouseBytes = 6

// sequence returns the length of the key that an escape character begins: a control sequence
// (ECMA-48 §5.4), a function key of the application or of the console, or another key with Alt; 0 if
// its rest is missing. The escape character alone is a key.
func sequence(b []byte) int {
	i := 1
	if len(b) > 2 && b[1] == '\x1b' && (b[2] == '[' || b[2] == 'O') { // with Alt, as some write it
		i = 2
	}
	switch {
	case len(b) == 1:
		return 1
	case b[i] == 'O' && len(b) > i+1:
		return i + 2
	case b[i] == '[' && i == 1 && len(b) > 2 && b[2] == 'M': // the mouse, with its place in three bytes
		if len(b) < mouseBytes {
			return 0
		}
		return mouseBytes
	case b[i] == '[':
		for n := i + 1; n < len(b); n++ {
			switch c := b[n]; {
			case c == '[' && n == i+1: // the console's function keys have a second one
			case c >= 0x40 && c <= 0x7e:
				return n + 1
			case c < 0x20 || c > 0x7e:
				return n // nothing that anybody knows
			}
		}
		return 0
	}
	if r, size := utf8.DecodeRune(b[1:]); r != utf8.RuneError || utf8.FullRune(b[1:]) {
		return 1 + size
	}
	return 0
}

func (b *batch) add(bytes []byte, characters bool) {
	if last := len(b.items) - 1; characters && last >= 0 && b.items[last].characters {
		b.items[last].bytes = append(b.items[last].bytes, bytes...)
	} else {
		b.items = append(b.items, item{bytes: append([]byte(nil), bytes...), characters: characters})
	}
	if characters {
		b.typed += utf8.RuneCount(bytes)
	}
}

// long reports whether more characters came than somebody types.
func (b *batch) long() bool { return b.typed > TypedAhead }

// end says that no more comes with it: what is held is all there is, and characters are a text if
// there are too many to have been typed.
func (b *batch) end() {
	if len(b.held) > 0 {
		b.add(b.held, false)
		b.held = nil
	}
	for i := range b.items {
		if it := &b.items[i]; it.characters && b.long() {
			*it = item{pasted: &Text{Text: valid(it.bytes)}}
		}
	}
	b.typed, b.size = 0, 0
}

func (b *batch) hasText() bool {
	for _, it := range b.items {
		if it.pasted != nil {
			return true
		}
	}
	return false
}

// next takes a text, or as many whole keys as there is room for, off the batch.
func (b *batch) next(room int) (text *Text, keys []byte) {
	for len(b.items) > 0 {
		it := b.items[0]
		if it.pasted != nil {
			if keys == nil {
				text, b.items = it.pasted, b.items[1:]
			}
			break
		}
		if keys != nil && len(keys)+len(it.bytes) > room {
			break
		}
		keys = append(keys, it.bytes...)
		b.items = b.items[1:]
	}
	return text, keys
}
