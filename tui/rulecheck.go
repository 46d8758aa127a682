package tui

import (
	"errors"
	"fmt"
	"strings"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/journal"
	"iqscope/session/match"
	"iqscope/session/rule"
	"iqscope/tui/logpane"
	"iqscope/tui/prompt"
	"iqscope/tui/words"
)

// ruleCheckRows is how many rows the check of a rule has: what is wrong takes carets and two or
// three lines at 80 columns.
const ruleCheckRows = 4

// ruleCheck says while a rule is typed what is wrong with it, and whether it means the selected
// stanza.
type ruleCheck struct {
	keys  match.Keys
	entry *journal.Entry  // what is selected; nil for nothing
	named bool            // a name may be typed before the rule: "NAME: MATCH => ACTION"
	name  string          // the one to take if none is
	taken map[string]bool // the names that are not free

	strict bool // a match that is likely misspelt is refused
}

// split cuts the name off what is typed; from is where the rule begins.
func (c ruleCheck) split(text string) (name string, from int) {
	if !c.named {
		return c.name, 0
	}
	end := strings.IndexAny(text, `:"'{}=<>@/~()`) // a match has one of the others before any colon
	if end < 0 || text[end] != ':' {
		return c.name, 0
	}
	return strings.TrimSpace(text[:end]), end + 1
}

// read makes a rule of the answer.
func (c ruleCheck) read(answer string) (rule.Rule, error) {
	name, from := c.split(answer)
	if c.taken[name] {
		return rule.Rule{}, fmt.Errorf("%s: %w", name, handler.ErrDuplicateName)
	}
	r, err := rule.Parse(answer[from:], c.keys)
	if err != nil {
		return rule.Rule{}, errNoRule
	}
	if x, err := match.Compile(r.Match, c.keys); err == nil && c.strict {
		if err := misspelt(x); err != nil {
			return rule.Rule{}, err
		}
	}
	r.Name = name
	return r, nil
}

// errNoRule answers Enter as long as what is typed is wrong; what is wrong with it stands above.
var errNoRule = errors.New("this is no rule yet; esc leaves everything as it was")

// lines are what is to be said of a text.
func (c ruleCheck) lines(text string) []prompt.Line {
	name, from := c.split(text)
	switch {
	case c.taken[name]:
		return []prompt.Line{{Mark: prompt.Bad, Text: safetext.CleanLine("There is a handler of the name " + name + " already."), From: 0, To: len(name)}}
	case strings.TrimSpace(text[from:]) == "":
		lines := []prompt.Line{{Text: safetext.CleanLine("Such as  " + exampleRule)}}
		if c.named {
			lines = append(lines, prompt.Line{Text: safetext.CleanLine("It is called " + name + ", unless it begins with a name and a colon.")})
		}
		return lines
	}
	r, err := rule.Parse(text[from:], c.keys)
	if err != nil {
		return c.wrong(err, text, from)
	}
	r.Name = name
	var bad *rule.FieldError
	if _, err := r.Handler(c.keys); errors.As(err, &bad) { // all but the name has been looked at
		return []prompt.Line{{Mark: prompt.Bad, Text: safetext.CleanLine(sentence(bad.Words, nil, bad.Hint)), From: 0, To: max(1, len(name))}}
	}
	complete := "The rule is complete."
	if c.named {
		complete = "The rule is complete. It is called " + name + "."
	}
	return append(c.against(r.Match, r.Do, text, from), prompt.Line{Mark: prompt.OK, Text: safetext.CleanLine(complete)})
}

// exampleRule is a rule of another kind than that of the empty screen.
const exampleRule = `iq@type=get/ping => delay 2s error service-unavailable "not now"`

// wrong says what is wrong with a rule. Its match is held against the selected stanza all the same,
// if that much is right.
func (c ruleCheck) wrong(err error, text string, from int) []prompt.Line {
	var bad *rule.SyntaxError
	if !errors.As(err, &bad) {
		return []prompt.Line{{Mark: prompt.Bad, Text: safetext.CleanLine(words.Sentence(err.Error()))}}
	}
	whole := strings.TrimSpace(text[from:])
	pattern, badMatch := c.matchOf(whole)
	switch {
	case badMatch == nil && pattern == whole:
		return append(c.against(pattern, "", text, from), prompt.Line{Text: safetext.Const("Then => and what to do: result, error, silence or drop.")})
	case badMatch == nil:
		lines := []prompt.Line{at(from+bad.Pos, sentence(bad.Words, nil, bad.Hint))}
		for _, line := range c.against(pattern, "", text, from) {
			lines = append(lines, prompt.Line{Mark: line.Mark, Text: line.Text}) // the carets show the mistake
		}
		return lines
	case !strings.Contains(whole, arrow):
		start := from + strings.Index(text[from:], whole)
		return []prompt.Line{at(start+badMatch.Pos, sentence(badMatch.Problem, badMatch.Cause, badMatch.Hint))}
	}
	return []prompt.Line{at(from+bad.Pos, sentence(bad.Words, nil, bad.Hint))}
}

// arrow stands behind the match. A match may hold mostArrows others in quotes before it is no
// longer found in a rule that is not finished.
const (
	arrow      = "=>"
	mostArrows = 3
)

// matchOf is the match of a rule that may not be finished; the error is that of the whole text if
// no part of it is one.
func (c ruleCheck) matchOf(text string) (string, *match.SyntaxError) {
	parts := strings.SplitN(text, arrow, mostArrows+2)
	var bad *match.SyntaxError
	for n := range parts {
		pattern := strings.TrimSpace(strings.Join(parts[:n+1], arrow))
		_, err := match.Compile(pattern, c.keys)
		if err == nil {
			return pattern, nil
		}
		errors.As(err, &bad)
	}
	return "", bad
}

// at is a line about what begins at a byte.
func at(pos int, text string) prompt.Line {
	return prompt.Line{Mark: prompt.Bad, Text: safetext.CleanLine(text), From: pos, To: pos + 1}
}

// sentence says what is wrong, and what to write instead.
func sentence(problem string, cause error, hint string) string {
	if cause != nil {
		problem += ": " + cause.Error()
	}
	if hint != "" {
		problem += "; " + hint
	}
	return strings.Replace(words.Sentence(problem), "?.", "?", 1) // hints ask: did you mean this?
}

// against holds a match against the selected stanza. The text has the match somewhere behind from.
func (c ruleCheck) against(pattern string, do rule.Action, text string, from int) []prompt.Line {
	say := func(mark prompt.Mark, text string) []prompt.Line {
		return []prompt.Line{{Mark: mark, Text: safetext.CleanLine(words.Sentence(text))}}
	}
	x, err := match.Compile(pattern, c.keys)
	if err != nil {
		return nil // said already
	}
	if doubts := doubted(x); doubts != nil {
		return doubts
	}
	if c.entry == nil {
		return say(prompt.Plain, "no stanza is selected to hold it against")
	}
	e := *c.entry
	reason := x.Why(logpane.Subject(e))
	selected := "the selected line"
	if e.Stanza != nil {
		selected = strings.TrimSpace("the selected " + words.Kind(e.Stanza).String() + " " + words.Payload(e.Stanza).String())
	}
	beside := ""
	if asks := e.Stanza != nil && e.Stanza.IsRequest() && e.Dir == stanza.In; !asks && do != rule.Drop {
		beside = "rules answer incoming requests, which it is not"
	}
	switch {
	case reason.OK && beside == "":
		return say(prompt.OK, "it matches "+selected)
	case reason.OK:
		return say(prompt.Plain, "it matches "+selected+", but "+beside)
	case beside != "":
		beside = " (besides, " + beside + ")"
	}
	line := prompt.Line{Text: safetext.CleanLine("It does not match " + selected + ": " + reason.Words + beside + ".")}
	if reason.Text != "" && reason.End > reason.Pos {
		start := from + max(0, strings.Index(text[from:], pattern))
		line.From, line.To = start+reason.Pos, start+reason.End
	}
	return []prompt.Line{line}
}
