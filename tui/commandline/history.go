package commandline

// MaxHistory is how many lines are kept; the oldest are forgotten.
const MaxHistory = 100

// History are the lines that were accepted, oldest first. The zero value is empty. It is kept in
// memory only.
type History struct{ lines []string }

func (h *History) len() int { return len(h.lines) }

// add keeps a line, unless it is the same as the last one.
func (h *History) add(line string) {
	if n := len(h.lines); n > 0 && h.lines[n-1] == line {
		return
	}
	h.lines = append(h.lines, line)
	h.lines = h.lines[max(0, len(h.lines)-MaxHistory):]
}

// Older shows the line before the one that is shown.
func (l *Line) Older() { l.recall(l.place - 1) }

// Newer shows the line after it and, after the last one, what was being typed.
func (l *Line) Newer() { l.recall(l.place + 1) }

func (l *Line) recall(place int) {
	n := l.past.len()
	if place < 0 || place > n {
		return
	}
	if l.place == n {
		l.draft = l.Text()
	}
	text := l.draft
	if place < n {
		text = l.past.lines[place]
	}
	l.place = place
	l.set(text)
}
