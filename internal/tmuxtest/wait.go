package tmuxtest

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Patience is how long a wait lasts before it fails the test: far more than a loaded machine needs,
// for a wait that succeeds ends at once.
const Patience = time.Minute

// The screen changes when the program has written something, which costs little to see, while a
// picture of the screen costs a process. It is taken now and then all the same, for what may change
// without.
const (
	pollInterval    = 10 * time.Millisecond
	pictureInterval = 250 * time.Millisecond
)

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
// condition in the failure: "waited 1m for " and then what.
func (s *Screen) WaitUntil(what string, holds func(screen string) bool) string {
	s.tb.Helper()
	var screen string
	var taken time.Time
	seen := int64(-1)
	s.poll(what, func() bool {
		written := s.written()
		if written == seen && time.Since(taken) < pictureInterval {
			return false
		}
		seen, taken = written, time.Now()
		screen = s.Screen()
		return holds(screen)
	})
	return screen
}

// written is how many bytes have come through the terminal. They are on the screen before they are
// counted.
func (s *Screen) written() int64 {
	s.tb.Helper()
	info, err := os.Stat(s.output)
	if err != nil {
		s.tb.Fatal(err)
	}
	return info.Size()
}

// poll looks again and again until a condition holds.
func (s *Screen) poll(what string, holds func() bool) {
	s.tb.Helper()
	for deadline := time.Now().Add(Patience); !holds(); time.Sleep(pollInterval) {
		if time.Now().After(deadline) {
			s.tb.Fatalf("waited %v for %s; the screen:\n%s", Patience, what, s.Screen())
		}
	}
	if !s.texted.IsZero() {
		s.texted = time.Now() // the text was taken no later than what it led to was shown
	}
}

// WaitExit waits until the program has ended and all that it has written is on the screen and in
// [Screen.Output]. It returns the exit status: 128 and the signal's number if the program was
// killed by one.
func (s *Screen) WaitExit() int {
	s.tb.Helper()
	var told []byte
	s.poll("the program to end", func() (ended bool) {
		_, end, _ := bytes.Cut(s.copied(), []byte(endMark))
		told, _, ended = bytes.Cut(end, []byte(endOfMark))
		return ended
	})
	status, err := strconv.Atoi(string(told))
	if err != nil {
		s.tb.Fatalf("the program has ended with status %q", told)
	}
	return status
}
