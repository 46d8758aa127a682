package tmuxtest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Patience is how long a wait lasts before it fails the test: far more than a loaded machine needs, for a wait that
// succeeds ends at once.
const Patience = 30 * time.Second

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

// WaitMatch waits until the regular expression matches the screen and returns the match and its groups.
func (s *Screen) WaitMatch(expression string) []string {
	s.tb.Helper()
	compiled := regexp.MustCompile(expression)
	screen := s.WaitUntil(fmt.Sprintf("a match of %q", expression), compiled.MatchString)
	return compiled.FindStringSubmatch(screen)
}

// WaitUntil waits until a condition on the screen holds and returns the screen. what names the condition in the
// failure: "waited 30s for " and then what.
func (s *Screen) WaitUntil(what string, holds func(screen string) bool) string {
	s.tb.Helper()
	for deadline := time.Now().Add(Patience); ; time.Sleep(pollInterval) {
		screen := s.Screen()
		if holds(screen) {
			return screen
		}
		if time.Now().After(deadline) {
			s.tb.Fatalf("waited %v for %s; the screen:\n%s", Patience, what, screen)
		}
	}
}

// WaitExit waits until the program has ended and returns its exit status: 128 and the signal's number if it was
// killed by one.
func (s *Screen) WaitExit() int {
	s.tb.Helper()
	for deadline := time.Now().Add(Patience); ; time.Sleep(pollInterval) {
		// Both numbers are blank while it runs; one of them stays so.
		state := strings.Split(s.Ask("#{pane_dead},#{pane_dead_status},#{pane_dead_signal}"), ",")
		if status, err := strconv.Atoi(state[1]); err == nil {
			return status
		}
		if signal, err := strconv.Atoi(state[2]); err == nil {
			return 128 + signal
		}
		if state[0] == "1" {
			// tmux 3.3 can miss the end of a program that ended while tmux itself was starting. The end of
			// another child makes it look again.
			s.tmux("run-shell", "true")
		}
		if time.Now().After(deadline) {
			s.tb.Fatalf("no exit status after %v; the screen:\n%s", Patience, s.Screen())
		}
	}
}
