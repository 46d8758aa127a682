package compose

import (
	"strings"

	"iqscope/tui/editor"
)

// span is a part of the text, in bytes.
type span struct{ pos, end int }

// pair is the tag whose name the cursor is in, and the one that belongs to it.
type pair struct {
	here, other span // the names
	there       bool // other is
}

// maxPaired is how long a text may be for its tags to be held against each other at each movement of
// the cursor.
const maxPaired = 256 << 10

// mostUnclosed is how many elements that are not closed an end tag is looked for beyond.
const mostUnclosed = 100

// paired is the pair at the cursor, for one version of the text and one place in it.
type paired struct {
	version uint64
	at      editor.Position
	done    bool
	pair    pair
	ok      bool
}

// pair is the pair at the cursor, if it is in the name of a tag.
func (p *Pane) pair() (pair, bool) {
	c := &p.paired
	if !c.done || c.version != p.editor.Version() || c.at != p.editor.Cursor() {
		*c = paired{version: p.editor.Version(), at: p.editor.Cursor(), done: true}
		if p.editor.Len() <= maxPaired && inName(p.editor.Line(c.at.Line), c.at.Col) {
			c.pair, c.ok = pairAt(p.Text(), p.offset(c.at))
		}
	}
	return c.pair, c.ok
}

// inName says whether a place in a line may be in the name of a tag. It looks no further than that.
func inName(line string, col int) bool {
	start := col
	for start > 0 && isNameByte(line[start-1]) {
		start--
	}
	return start > 0 && (line[start-1] == '<' || line[start-1] == '/' && start > 1 && line[start-2] == '<')
}

func isNameByte(b byte) bool {
	switch b {
	case '-', '_', '.', ':':
		return true
	}
	return b >= 0x80 || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// pairAt finds the tag whose name a place is in, and its partner, in a text that may be wrong in any
// way.
func pairAt(text string, offset int) (pair, bool) {
	var open []span
	for pos := 0; ; {
		t, ok := nextTag(text, pos)
		if !ok {
			break
		}
		pos = t.end
		here := t.name.pos <= offset && offset <= t.name.end
		switch {
		case t.empty:
			if here {
				return pair{}, false // it is whole by itself
			}
		case !t.closing:
			open = append(open, t.name)
		default:
			i := len(open) - 1
			least := max(0, len(open)-mostUnclosed)
			for i >= least && text[open[i].pos:open[i].end] != text[t.name.pos:t.name.end] {
				i--
			}
			if here && i < least {
				return pair{here: t.name}, true
			}
			if i < least {
				continue // what it should close is a matter of its own
			}
			for _, stray := range open[i+1:] {
				if stray.pos <= offset && offset <= stray.end {
					return pair{here: stray}, true
				}
			}
			if opening := open[i]; here || opening.pos <= offset && offset <= opening.end {
				if here {
					return pair{t.name, opening, true}, true
				}
				return pair{opening, t.name, true}, true
			}
			open = open[:i]
		}
	}
	for _, stray := range open {
		if stray.pos <= offset && offset <= stray.end {
			return pair{here: stray}, true
		}
	}
	return pair{}, false
}

// tag is a start or end tag as it stands in the text.
type tag struct {
	name           span
	end            int // behind it, or where it is broken off
	closing, empty bool
}

// nextTag finds the next tag from a place on. What looks like one in a CDATA section or a comment is
// none.
func nextTag(text string, pos int) (tag, bool) {
	for {
		i := strings.IndexByte(text[pos:], '<')
		if i < 0 {
			return tag{}, false
		}
		pos += i
		rest := text[pos:]
		switch {
		case strings.HasPrefix(rest, "<![CDATA["):
			pos += behind(rest, "]]>")
			continue
		case strings.HasPrefix(rest, "<!--"):
			pos += behind(rest, "-->")
			continue
		}
		t := tag{closing: strings.HasPrefix(rest, "</")}
		t.name.pos = pos + 1
		if t.closing {
			t.name.pos++
		}
		t.name.end = t.name.pos
		for t.name.end < len(text) && isNameByte(text[t.name.end]) {
			t.name.end++
		}
		if t.name.end == t.name.pos {
			pos++
			continue
		}
		t.end, t.empty = tagEnd(text, t.name.end)
		return t, true
	}
}

// behind is how long a text is up to the end of a mark in it.
func behind(text, mark string) int {
	if i := strings.Index(text, mark); i >= 0 {
		return i + len(mark)
	}
	return len(text)
}

// tagEnd finds where a tag ends, which may be where the next one begins. A quote that is not closed
// ends with its line, so that the rest of the text is not taken for its value.
func tagEnd(text string, pos int) (end int, empty bool) {
	for i := pos; i < len(text); i++ {
		switch b := text[i]; b {
		case '>':
			return i + 1, text[i-1] == '/'
		case '<':
			return i, false
		case '\'', '"':
			length := strings.IndexByte(text[i+1:], b)
			if length < 0 {
				length = strings.IndexAny(text[i+1:], "<>\n")
				if length < 0 {
					return len(text), false
				}
				i += length
				continue
			}
			i += length + 1
		}
	}
	return len(text), false
}
