package record

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

// Told is what a recording says besides its elements, which package capture reads.
type Told struct {
	Lenient bool
	Dropped uint64 // entries that the log had lost when it began
	Missed  uint64 // entries that are not in it though they came while it ran
	// Whole says that it was ended, and did not break off.
	Whole bool
	// Lines are those of elements and of words, in their order.
	Lines []Line
	Ends  map[uint64]End // by the number of the request in the log
	// Unasked are the requests that the session sent by itself, by the same number.
	Unasked map[uint64]bool
}

// Line is one line of a recording, by where it begins in the text.
type Line struct {
	Pos     int
	Seq     uint64 // 0 where the log gave none
	Verdict stanza.Verdict
	Note    string // empty for an element
	Time    time.Time
}

// End is how a request ended without a reply.
type End struct {
	At      time.Time // zero if nobody knows
	Outcome stanza.Outcome
	Timeout time.Duration
}

// verdicts are the words that a line may have for one.
var verdicts = match.Values("verdict")

// anyLine is a line of any kind, as far as it is read here.
type anyLine struct {
	Recording int      `json:"recording"`
	Lenient   bool     `json:"lenient"`
	Dropped   uint64   `json:"dropped"`
	Seq       uint64   `json:"seq"`
	Verdict   *string  `json:"verdict"`
	Time      *string  `json:"time"`
	Note      *string  `json:"note"`
	Of        uint64   `json:"of"`
	Outcome   *string  `json:"outcome"`
	Timeout   *float64 `json:"timeout_ms"`
	Unasked   bool     `json:"unasked"`
	Missed    uint64   `json:"missed"`
	First     uint64   `json:"first"`
	Last      uint64   `json:"last"`
	Recorded  *int     `json:"recorded"`
}

// Read reads what a recording says besides its elements. ok is false if the text is none. A line
// that cannot be read says nothing; the last one may be cut.
func Read(text string) (told Told, ok bool) {
	told = Told{Ends: map[uint64]End{}, Unasked: map[uint64]bool{}}
	pos := 0
	for line := range strings.Lines(text) {
		at := pos
		pos += len(line)
		if !ok {
			if ok = strings.HasPrefix(line, `{"recording":`); !ok {
				return Told{}, false
			}
		}
		var l anyLine
		if json.Unmarshal([]byte(line), &l) == nil {
			told.take(at, &l)
		}
	}
	return told, ok
}

func (t *Told) take(pos int, l *anyLine) {
	switch {
	case l.Recording > 0:
		t.Lenient, t.Dropped = l.Lenient, l.Dropped
	case l.Of > 0:
		t.mark(l)
	case l.Recorded != nil:
		t.Whole = true
	case l.Missed > 0:
		t.Missed += l.Missed
		t.Lines = append(t.Lines, Line{Pos: pos, Note: missedWords(l.Missed)})
	case l.Note != nil:
		t.Lines = append(t.Lines, Line{Pos: pos, Seq: l.Seq, Note: *l.Note, Time: when(l.Time)})
	default:
		line := Line{Pos: pos, Seq: l.Seq}
		if l.Verdict != nil && slices.Contains(verdicts, *l.Verdict) {
			line.Verdict = stanza.Verdict(*l.Verdict)
		}
		t.Lines = append(t.Lines, line)
	}
}

// mark takes in what is told of a request. What says when goes before what does not.
func (t *Told) mark(l *anyLine) {
	if l.Unasked {
		t.Unasked[l.Of] = true
	}
	if l.Outcome == nil {
		return
	}
	e := End{At: when(l.Time), Outcome: stanza.Outcome(*l.Outcome)}
	switch e.Outcome {
	case stanza.OutcomeTimeout, stanza.OutcomeCancelled, stanza.OutcomeUnknown:
	default:
		return
	}
	if l.Timeout != nil {
		e.Timeout = time.Duration(min(max(0, *l.Timeout), longestTimeout) * float64(time.Millisecond))
	}
	if had, ok := t.Ends[l.Of]; !ok || had.At.IsZero() {
		t.Ends[l.Of] = e
	}
}

// longestTimeout is a century, in milliseconds, so that what a file says stays a duration.
const longestTimeout = 100 * 365 * 24 * 3600 * 1000

// when is a time, zero for what is none.
func when(text *string) time.Time {
	if text == nil {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339Nano, *text)
	if err != nil {
		return time.Time{}
	}
	return t
}

func missedWords(n uint64) string {
	if n == 1 {
		return "one entry of the log was lost before it was recorded"
	}
	return fmt.Sprintf("%d entries of the log were lost before they were recorded", n)
}
