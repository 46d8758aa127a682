package capture

import (
	"strconv"
	"strings"
	"time"

	"iqscope/iqbuilder/stanza"
)

// socat 1.7 with -v writes "> 2026/11/27 12:00:01.000123456  length=140 from=0 to=139" before the
// bytes of each transfer, "<" for those that come back, and nothing behind them: the next such line
// may stand in the middle of one. A line feed and a tab are written as they are, other characters
// below space and the backslash as C has them, and every byte that is no ASCII as a point. Of the
// nine digits behind the seconds, the first three are 0, and the others are microseconds.

// transfer is what socat says before the bytes of one.
type transfer struct {
	dir    stanza.Direction
	at     time.Time
	length int
	first  bool // of its connection
}

// transferAt reads what stands in a line before the bytes.
func transferAt(line string) (t transfer, ok bool) {
	if len(line) > maxMark || len(line) < 2 {
		return t, false
	}
	switch line[:2] {
	case "> ":
		t.dir = stanza.Out
	case "< ":
		t.dir = stanza.In
	default:
		return t, false
	}
	words := strings.Fields(line[2:])
	if len(words) < 3 {
		return t, false
	}
	seconds, fraction, _ := strings.Cut(words[1], ".")
	at, err := time.ParseInLocation("2006/01/02 15:04:05", words[0]+" "+seconds, time.Local)
	if err != nil {
		return t, false
	}
	if len(fraction) == 9 {
		fraction = strings.TrimPrefix(fraction, "000")
	}
	if f, err := strconv.ParseFloat("0."+fraction, 64); err == nil {
		at = at.Add(time.Duration(f*1e6+.5) * time.Microsecond)
	}
	t.at, t.length = at, -1
	for _, word := range words[2:] {
		if n, is := strings.CutPrefix(word, "length="); is {
			if t.length, err = strconv.Atoi(n); err != nil {
				return t, false
			}
		}
		t.first = t.first || word == "from=0"
	}
	return t, t.length >= 0
}

// socat reads what socat has written.
func (l *log) socat() {
	for pos := 0; pos < len(l.text) && !l.ended; {
		line, next := lineAt(l.text, pos)
		t, ok := transferAt(strings.TrimRight(line, "\r\n"))
		if !ok {
			l.skip(line)
			pos = next
			if at := transferIn(line); at > 0 {
				pos = next - len(line) + at
			}
			continue
		}
		s := l.enter(mark{lane: lane{dir: t.dir}, at: t.at})
		if t.first {
			s.finish()
			s.header = l.header()
			s.begin()
			l.sealed = false
		}
		pos = l.transfer(s, next, t.length)
	}
	l.finish()
}

// transferIn finds the next transfer in a line that has lost its way; 0 for none.
func transferIn(line string) int {
	text := strings.TrimRight(line, "\r\n")
	for i := max(1, len(text)-maxMark); i < len(text); i++ {
		if text[i] == ' ' && (text[i-1] == '<' || text[i-1] == '>') && i > 1 {
			if _, ok := transferAt(text[i-1:]); ok {
				return i - 1
			}
		}
	}
	return 0
}

// transfer lets a side hear as many bytes as were transferred, and returns where they end.
func (l *log) transfer(s *side, pos, length int) int {
	ok := true
	for length > 0 && pos < len(l.text) {
		end := min(len(l.text), pos+length)
		if i := strings.IndexByte(l.text[pos:end], '\\'); i >= 0 {
			end = pos + i
		}
		switch {
		case l.sealed: // by TLS: nobody can read it
			l.skipped += strings.Count(l.text[pos:end], "\n")
		case ok:
			ok = s.say(l.text[pos:end], piece{pos: pos})
		}
		length -= end - pos
		if pos = end; length > 0 && pos+1 < len(l.text) && l.text[pos] == '\\' {
			if c, known := escapes[l.text[pos+1]]; known && !l.sealed && ok {
				ok = s.say(c, piece{pos: pos, end: pos + 2, written: true})
			}
			pos += 2
			length--
		} else if length > 0 {
			break // the file ends here
		}
	}
	return pos
}

// escapes are the characters that socat writes as C does.
var escapes = map[byte]string{'\\': "\\", 'a': "\a", 'b': "\b", 'f': "\f", 'r': "\r", 't': "\t", 'v': "\v", 'n': "\n", '0': "\x00", '"': "\"", '\'': "'"}
