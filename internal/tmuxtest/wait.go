package tmuxtest

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Patience is how long a wait lasts before it fails the test: far more than a loaded machine needs,
// for a wait that succeeds ends at once.
const Patience = time.Minute

const pollInterval = 20 * time.Millisecond

// WaitFor waits until the text is on the screen and returns the screen.
func (s *Screen) WaitFor(text string) string {
	s.tb.Helper()
	return s.WaitUntil(fmt.Sprintf("%q to appear", text), func(screen string) bool {
		return strings.Contains(screen, text)
	})
}

// WaitGone waits until the text is not on the screen and returns the screen.
func (s *Screen) WaitGone(text string) string {
	s.tb.Helper()
	return s.WaitUntil(fmt.Sprintf("%q to go", text), func(screen string) bool {
		return !strings.Contains(screen, text)
	})
}

// WaitMatch waits until the regular expression matches the screen and returns the match and its
// groups.
func (s *Screen) WaitMatch(expression string) []string {
	s.tb.Helper()
	compiled := regexp.MustCompile(expression)
	screen := s.WaitUntil(fmt.Sprintf("a match of %q", expression), compiled.MatchString)
	return compiled.FindStringSubmatch(screen)
}

// WaitUntil waits until a condition on the screen holds and returns the screen. what names the
// condition in the failure: "waited 30s for " and then what.
func (s *Screen) WaitUntil(what string, holds func(screen string) bool) string {
	s.tb.Helper()
	var screen string
	s.poll(what, func() bool {
		screen = s.Screen()
		return holds(screen)
	})
	return screen
}

// poll looks again and again until a condition holds.
func (s *Screen) poll(what string, holds func() bool) {
	s.tb.Helper()
	for deadline := time.Now().Add(Patience); !holds(); time.Sleep(pollInterval) {
		if time.Now().After(deadline) {
			s.tb.Fatalf("waited %v for %s; the screen:\n%s", Patience, what, s.Screen())
		}
	}
}

// WaitExit waits until the program has ended and all that it has written is on the screen and in
// [Screen.Output]. It returns the exit status: 128 and the signal's number if the program was
// killed by one.
func (s *Screen) WaitExit() int {
	s.tb.Helper()
	status := -1
	s.poll("the program to end", func() bool {
		text, ended := strings.CutPrefix(s.Ask("#{pane_title}"), endTitle)
		if !ended {
			return false
		}
		var err error
		if status, err = strconv.Atoi(text); err != nil {
			s.tb.Fatalf("the program has ended with status %q", text)
		}
		return true
	})
	s.poll("the output to be copied", func() bool { return bytes.Contains(s.copied(), []byte(endMark)) })
	return status
}
