// Package tmuxtest drives a terminal program in a real terminal: tmux, with nobody attached.
//
// A test starts the program at a size, presses keys, and waits for what a person would wait for,
// text on the screen:
//
//	screen := tmuxtest.Start(t, 80, 24, nil, binary)
//	screen.WaitFor("4 Inspect")
//	screen.SendKeys("M-Enter")
//	screen.WaitMatch(`result in (\d+) ms`)
//	screen.SendKeys("C-c")
//	if status := screen.WaitExit(); status != 0 { … }
//
// Every wait is bounded by [Patience] and shows the last screen when it is over. Each Screen has a
// tmux server of its own, which ends with the test. The program sees an environment of PATH, LANG,
// a HOME that is empty, and what the test adds; TERM is screen-256color, for which Bubble Tea asks
// the terminal nothing at start.
//
// Where tmux is not installed the test is skipped, and so it is with -short; with
// IQSCOPE_REQUIRE_SERVERS=1 it fails.
//
// The package is for tests alone.
package tmuxtest
