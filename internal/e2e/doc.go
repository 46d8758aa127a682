// Package e2e holds the end-to-end tests: the built program, driven by keys in a real terminal or
// by its command line, against real servers. It has no code of its own.
//
// A test gets the program from Binary, a terminal from [iqscope/internal/tmuxtest] and a server
// from [iqscope/internal/realserver]. What can be shown without the whole program belongs in the
// tests of its room.
package e2e
