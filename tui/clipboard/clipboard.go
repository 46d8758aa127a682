// Package clipboard copies text to where it can be used: into tmux, if the program runs there; to
// the clipboard of the terminal, which works over SSH too (OSC 52); or to a file if the text is too
// long for that or the terminal has no clipboard.
//
// Whether a terminal does what OSC 52 asks cannot be found out: some do not know it, and some must
// be allowed to first. So a caller is told where the text is for sure, and there is a way to ask for
// a file at once.
package clipboard

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/aymanbagabas/go-osc52/v2"
)

// Longest is the longest text, in bytes, that goes to the clipboard: several terminals take at most
// 100,000 bytes of OSC 52, and base64 makes four of three. What is longer goes to a file.
const Longest = 74_000

// Clipboard knows the ways out. It is safe for concurrent use if Out is.
type Clipboard struct {
	Context context.Context     // ends what is under way; nil means that nothing does
	Out     io.Writer           // the terminal; each Write must reach it whole
	Getenv  func(string) string // says what kind of terminal it is
	Dir     string              // of the files; made when it is needed. Empty, or where one cannot write, means that for temporary files
}

// Where is where a text is. The zero value means that the terminal was asked to take it into its
// clipboard, and nobody knows whether it did.
type Where struct {
	File string // its path, if it is in a file
	Tmux bool   // it is in a buffer of tmux, which was asked to hand it on to the terminal
}

// Copy copies text into tmux or to the terminal's clipboard, or else to a file. It may take
// [TmuxTime].
func (c Clipboard) Copy(text string) (Where, error) {
	if len(text) > Longest || !c.understands() {
		file, err := c.Write(text)
		return Where{File: file}, err
	}
	tmux := c.Getenv("TMUX") != ""
	if tmux && c.loadBuffer(text) == nil {
		return Where{Tmux: true}, nil
	}
	sequence := osc52.New(text)
	var out string
	switch term := c.Getenv("TERM"); {
	case tmux:
		// Which of the two it listens to, if to any, is a matter of its settings set-clipboard and
		// allow-passthrough.
		out = sequence.String() + sequence.Tmux().String()
	case strings.HasPrefix(term, "screen"):
		out = sequence.Screen().String()
	default:
		out = sequence.String()
	}
	if _, err := io.WriteString(c.Out, out); err != nil {
		return Where{}, fmt.Errorf("the terminal did not take it: %w", err)
	}
	return Where{}, nil
}

// understands says that the terminal may have a clipboard.
func (c Clipboard) understands() bool {
	switch c.Getenv("TERM") {
	case "", "dumb", "linux": // the last is the console of Linux
		return false
	}
	return c.Out != nil
}

// Write writes text to a new file that nobody else may read, and returns its path.
func (c Clipboard) Write(text string) (file string, err error) {
	f, err := c.create()
	if err != nil {
		return "", fmt.Errorf("no file could be made: %w", err)
	}
	_, err = io.WriteString(f, text)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// create makes the file, with the rights 0600.
func (c Clipboard) create() (*os.File, error) {
	if c.Dir != "" && os.MkdirAll(c.Dir, 0o700) == nil {
		if f, err := os.CreateTemp(c.Dir, "*.xml"); err == nil {
			return f, nil
		}
	}
	return os.CreateTemp("", "iqscope-*.xml")
}
