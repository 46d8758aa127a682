package capture

import (
	"strings"
	"time"

	"iqscope/iqbuilder/stanza"
)

// tool is a program whose logs are read line by line.
type tool struct {
	// mark finds the beginning of an entry in a line.
	mark func(line string) (mark, bool)
	// below says that what was said may begin in the lines below.
	below bool
	// parts says that an element may go on in the next entry of its side. Then other says that a line
	// between is about something else. Elsewhere all lines up to the end of an element belong to it:
	// people send each other such lines.
	parts bool
	other func(line string) bool
	// guess says that the log tells no directions.
	guess bool
}

// mark is what begins an entry. The text of it begins at from in the line, and goes on in the next
// lines until there is a mark again.
type mark struct {
	lane
	at   time.Time
	from int
}

// maxMark bounds what stands in a line before what was said.
const maxMark = 300

// before is what stands in a line before a piece of XML, as far as that may be a mark.
func before(line string) string {
	line = line[:min(len(line), maxMark)]
	if i := strings.IndexByte(line, '<'); i >= 0 {
		return line[:i]
	}
	return line
}

// tools are those of the formats that are read line by line.
var tools = map[Format]tool{
	Profanity: {mark: wordMark},
	Slixmpp:   {mark: wordMark},
	Poezio:    {mark: poezioMark},
	Psi:       {mark: psiMark, below: true, guess: true},
	Gajim:     {mark: gajimMark, below: true},
	Smack:     {mark: smackMark, below: true, parts: true, other: smackLine},
}

// wordMark finds an entry of Profanity and of slixmpp.
//
// Profanity 0.13 writes "2026-11-27T12:00:01.123456Z: conn: DBG: SENT: <…>", and RECV for what came;
// older ones begin the line with "27/11/2026 12:00:01".
//
// Slixmpp 1.8, and SleekXMPP before it, log "SEND: <…>" and "RECV: <…>" on the level DEBUG. What
// stands before them in the line is each program's choice: often "DEBUG:slixmpp.xmlstream:", with a
// time in front if somebody wanted it. poezio --debug writes such a log.
//
// Both leave the namespaces out of the header of a stream that came.
func wordMark(line string) (mark, bool) {
	const word = len("SENT: ")
	head := before(line)
	m := mark{from: len(head)}
	if m.from == len(line) || line[m.from] != '<' || len(head) < word {
		return m, false
	}
	prefix := head[:len(head)-word]
	switch head[len(prefix):] {
	case "SENT: ", "SEND: ":
		m.dir = stanza.Out
	case "RECV: ":
		m.dir = stanza.In
	default:
		return m, false
	}
	if prefix != "" && strings.IndexByte(" \t:]|", prefix[len(prefix)-1]) < 0 {
		return m, false
	}
	m.at, _ = clock(prefix)
	return m, true
}

// dated says that a line begins with a time.
func dated(line string) bool {
	line = line[:min(len(line), 40)]
	if line == "" || strings.IndexByte("0123456789[(", line[0]) < 0 {
		return false
	}
	_, ok := clock(line)
	return ok
}

// poezio 0.14 writes "12:00:01 IN <…>" and "12:00:01 OUT <…>" when its XML tab is asked to /dump.
func poezioMark(line string) (mark, bool) {
	head := before(line)
	m := mark{from: len(head)}
	time, way, ok := strings.Cut(head, " ")
	switch {
	case !ok || len(time) != len("12:00:01") || m.from == len(line):
		return m, false
	case way == "IN ":
		m.dir = stanza.In
	case way == "OUT ":
		m.dir = stanza.Out
	default:
		return m, false
	}
	m.at, ok = clock(time)
	return m, ok
}

// comment is the text of a comment that begins a line, and where it ends.
func comment(line string) (text string, end int, ok bool) {
	head := line[:min(len(line), maxMark)]
	rest, ok := strings.CutPrefix(strings.TrimLeft(head, spaces), "<!--")
	text, rest, whole := strings.Cut(rest, "-->")
	return strings.Trim(text, spaces), len(head) - len(rest), ok && whole
}

// Psi 1.4 and Psi+ have a comment "<!-- TS:2026-11-27T12:00:01-->" before each element when the ring
// buffer is dumped into the console. Which way it went, the console says by its colours alone.
func psiMark(line string) (mark, bool) {
	text, from, ok := comment(line)
	stamp, is := strings.CutPrefix(text, "TS:")
	if !ok || !is {
		return mark{}, false
	}
	at, _ := clock(stamp)
	return mark{at: at, from: from}, true
}

// Gajim 1.0 to 1.8 have "<!-- Incoming Fri 27 Nov 2026 12:00:01 (account) -->" or Outgoing in the
// line before an element, with the time as the user's language has it; older ones In and Out. The
// account is shown by its name.
func gajimMark(line string) (mark, bool) {
	text, from, ok := comment(line)
	if !ok {
		return mark{}, false
	}
	m := mark{from: from}
	word, rest, _ := strings.Cut(text, " ")
	switch strings.ToLower(word) {
	case "incoming", "in":
		m.dir = stanza.In
	case "outgoing", "out":
		m.dir = stanza.Out
	default:
		return m, false
	}
	if i := strings.IndexByte(rest, '('); i >= 0 {
		m.conn, rest = rest[i:], rest[:i]
	}
	m.at, _ = console(rest)
	return m, true
}

// Smack 4 prints "12:00:01 SENT (0): <…>" and RECV, with the number of the connection; 3 writes RCV,
// and what stands in front is the logger's. Below 4.4, what was received comes in the pieces in which
// it was read; from 4.4 on, it is printed anew, indented, from the next line on.
func smackMark(line string) (mark, bool) {
	head := before(line)
	for _, w := range []struct {
		word string
		dir  stanza.Direction
	}{{"SENT (", stanza.Out}, {"RECV (", stanza.In}, {"RCV  (", stanza.In}, {"RCV (", stanza.In}} {
		i := strings.Index(head, w.word)
		if i < 0 || i > 0 && strings.IndexByte(" \t:", head[i-1]) < 0 {
			continue
		}
		conn, rest, ok := strings.Cut(head[i+len(w.word):], "):")
		if !ok || conn == "" || strings.Trim(conn, "0123456789") != "" {
			continue
		}
		m := mark{lane: lane{w.dir, conn}, from: len(head) - len(rest)}
		m.at, _ = clock(head[:i])
		if m.from < len(line) && line[m.from] == ' ' {
			m.from++
		}
		return m, true
	}
	return mark{}, false
}

// smackLine says that a line is another one of Smack's, or of the logger that it writes to.
func smackLine(line string) bool {
	head := before(line)
	return dated(line) || strings.Contains(head, "SMACK") || strings.Contains(head, "org.jivesoftware.smack")
}

// lines reads a log line by line.
func (l *log) lines(t tool) {
	if t.guess {
		l.guess = newGuess()
	}
	var said *side
	var brk string // of the line before, not said unless there is more
	for pos := 0; pos < len(l.text) && !l.ended; {
		line, end := lineAt(l.text, pos)
		m, begins := t.mark(line)
		text := strings.TrimRight(line, "\r\n")
		switch {
		case begins:
			if said != nil && !t.parts {
				said.finish()
			}
			said = l.enter(m)
			from := min(m.from, len(text))
			said.say(text[from:], piece{pos: pos + from})
		case t.other != nil && t.other(line):
			l.skip(line)
			said = nil
		case said != nil && !said.lost && (said.open() || t.below && strings.HasPrefix(strings.TrimLeft(text, spaces), "<")):
			said.say(brk, piece{pos: pos - len(brk)})
			said.say(text, piece{pos: pos})
		default:
			l.skip(line)
		}
		brk = line[len(text):]
		pos = end
	}
	l.finish()
}

// enter begins an entry.
func (l *log) enter(m mark) *side {
	s := l.side(m.lane)
	s.lost, s.time = false, time.Time{}
	if !m.at.IsZero() {
		l.clock = follow(l.clock, m.at)
		s.time = dayless(l.clock)
	}
	return s
}

// say takes text, unless it can only be the rest of something broken; false when it is, or is broken
// itself.
func (s *side) say(text string, p piece) bool {
	if text == "" {
		return true
	}
	if s.stray && !s.open() && !strings.HasPrefix(strings.TrimLeft(text, spaces), "<") {
		s.log.skip(text)
		return false
	}
	s.stray = false
	return s.hear(text, p)
}

// lineAt is the line that begins at pos, with its end, and where the next one begins.
func lineAt(text string, pos int) (line string, next int) {
	next = len(text)
	if i := strings.IndexByte(text[pos:], '\n'); i >= 0 {
		next = pos + i + 1
	}
	return text[pos:next], next
}
