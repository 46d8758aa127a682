// Package commandline is the line that starts with a colon: the name of a command and its argument,
// with completion and history.
//
//	var past commandline.History
//	line := commandline.New([]commandline.Command{{Name: "timeout", Argument: "DURATION", …}, …}, &past)
//	line.Type("timeout 5s")
//	name, argument, err := line.Accept() // the error is one sentence for the user
//
// It only reads and completes; what a command does, its owner knows. What is typed stays in memory.
// It is no place for secrets: they are asked for in other ways.
//
// A Line belongs to the update loop. [Line.View] changes nothing.
package commandline

import (
	"strings"

	"iqscope/internal/safetext"
	"iqscope/tui/field"
	"iqscope/tui/keys"
)

// Command is one that can be typed.
type Command struct {
	Name     string // in lower case, without spaces
	Argument string // what it is, as a word such as DURATION; empty if the command takes none
	Optional bool   // the argument may be left out
	// Complete returns the arguments that begin with a prefix; nil if nobody knows them. It is
	// called at each key, so it must be quick.
	Complete func(prefix string) []string
}

// Line is a command that is being typed. Make one with [New].
type Line struct {
	commands   []Command
	past       *History
	field      *field.Field
	problem    safetext.Text
	candidates []candidate // what may stand at the end of the line
	chosen     int         // the candidate that Tab has put there, or none
	typed      string      // the line before Tab
	place      int         // in the history; its length for what is being typed
	draft      string      // that, while an earlier line is shown
}

const none = -1

// New returns an empty line. The history may be shared by one line after another.
func New(commands []Command, past *History) *Line {
	l := &Line{commands: commands, past: past}
	l.set("")
	l.place = past.len()
	return l
}

// Text returns what has been typed.
func (l *Line) Text() string { return l.field.Text() }

// set puts another text into the line.
func (l *Line) set(text string) {
	l.field = field.New(text)
	l.changed()
}

// changed forgets what was said of an earlier text.
func (l *Line) changed() {
	l.problem, l.chosen = safetext.Text{}, none
	l.candidates = l.complete(l.Text())
}

// Type inserts typed or pasted characters; line ends become spaces.
func (l *Line) Type(text string) {
	l.field.Type(text)
	l.changed()
}

// Do edits the line, and reports whether the action does that.
func (l *Line) Do(action keys.Action) bool {
	before := l.Text()
	done := l.field.Do(action)
	if l.Text() != before {
		l.changed()
	}
	return done
}

// Refuse says what is wrong, until the line changes.
func (l *Line) Refuse(err error) { l.problem = safetext.CleanLine("✗ " + err.Error()) }

// Accept returns the command that has been typed, and keeps the line in the history. If it is none,
// the error says why; the line says so too until it changes.
func (l *Line) Accept() (name, argument string, err error) {
	name, argument, err = Parse(l.Text(), l.commands)
	if err != nil {
		l.Refuse(err)
		return "", "", err
	}
	l.past.add(strings.TrimSpace(name + " " + argument))
	l.place = l.past.len()
	l.set("")
	return name, argument, nil
}
