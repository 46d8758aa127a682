package editor

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind says which steps are undone together.
type kind int

const (
	replacing kind = iota // always a step of its own
	typing
	deletingLeft
	deletingRight
)

// step is one change, and where cursor and selection were before it.
type step struct {
	kind              kind
	at                Position
	removed, inserted string
	cursor, anchor    Position
	selecting         bool
}

// stepBytes is what a step costs beside its text, in round numbers.
const stepBytes = 256

func (s step) bytes() int { return stepBytes + len(s.removed) + len(s.inserted) }

// history holds the steps that can be undone and redone.
type history struct {
	done, undone []step
	bytes        int  // of done
	sealed       bool // the next step is not joined to the last one
}

// add takes a new step. What was undone before is lost.
func (h *history) add(s step) {
	h.undone = nil
	if n := len(h.done); n > 0 && !h.sealed {
		last := &h.done[n-1]
		before := last.bytes()
		if last.join(s) {
			h.bytes += last.bytes() - before
			return
		}
	}
	h.sealed = false
	h.push(s)
}

// push makes a step the last one done, and forgets the oldest ones beyond the limit.
func (h *history) push(s step) {
	h.done = append(h.done, s)
	h.bytes += s.bytes()
	forget := 0
	for h.bytes > maxUndoBytes && forget < len(h.done)-1 {
		h.bytes -= h.done[forget].bytes()
		forget++
	}
	clear(h.done[:forget]) // so that nothing of them stays in memory
	h.done = h.done[forget:]
}

// mostJoined is how many bytes are undone together: joining copies them all.
const mostJoined = 4 << 10

// join adds the next step to this one, if they are undone together.
func (s *step) join(next step) bool {
	if s.kind != next.kind || s.kind == replacing || s.bytes() > mostJoined {
		return false
	}
	switch s.kind {
	case typing:
		if next.removed != "" || next.at != after(s.at, s.inserted) || startsWord(s.inserted, next.inserted) {
			return false
		}
		s.inserted += next.inserted
	case deletingLeft:
		if next.inserted != "" || s.inserted != "" || s.at != after(next.at, next.removed) {
			return false
		}
		s.at, s.removed = next.at, next.removed+s.removed
	case deletingRight:
		if next.at != s.at || s.inserted != "" {
			return false
		}
		s.removed += next.removed
	}
	return true
}

// startsWord reports whether what is typed next begins a word or a line.
func startsWord(typed, next string) bool {
	r, _ := utf8.DecodeRuneInString(next)
	return strings.Contains(next, "\n") || unicode.IsSpace(lastRune(typed)) && !unicode.IsSpace(r)
}

// after returns where a text ends that stands at a position.
func after(at Position, text string) Position {
	if i := strings.LastIndexByte(text, '\n'); i >= 0 {
		return Position{at.Line + strings.Count(text, "\n"), len(text) - i - 1}
	}
	return Position{at.Line, at.Col + len(text)}
}

func (e *Editor) undo() {
	h := &e.history
	if len(h.done) == 0 {
		return
	}
	s := h.done[len(h.done)-1]
	h.done = h.done[:len(h.done)-1]
	h.bytes -= s.bytes()
	h.undone = append(h.undone, s)
	h.sealed = true
	e.splice(s.at, after(s.at, s.inserted), s.removed)
	e.cursor, e.anchor, e.selecting, e.goal = s.cursor, s.anchor, s.selecting, -1
}

func (e *Editor) redo() {
	h := &e.history
	if len(h.undone) == 0 {
		return
	}
	s := h.undone[len(h.undone)-1]
	h.undone = h.undone[:len(h.undone)-1]
	h.push(s)
	h.sealed = true
	e.place(e.splice(s.at, after(s.at, s.removed), s.inserted))
}
