package secret

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Variable is the environment variable that may hold the password. It is not
// passed on to the password command.
const Variable = "IQSCOPE_PASSWORD"

// Limits.
const (
	// MaxBytes is how long a password may be: SASLprep and servers allow far
	// less; a file or a command that gives more is the wrong one.
	MaxBytes = 4096
	// CommandTimeout is how long the password command may run: it may have to
	// wait for a person to unlock a key ring or to touch a token.
	CommandTimeout = time.Minute
)

// ErrInterrupted says that the user gave up at the prompt, with Ctrl+C or Ctrl+D.
var ErrInterrupted = errors.New("interrupted at the password prompt")

// Source says where to look for a password. The first of Command, File, Keyring,
// the environment and Prompt that is given decides; there is no falling through
// from one that fails to the next.
type Source struct {
	Command string   // run by the shell; the first line it prints
	File    string   // its first line
	Keyring bool     // of the system, where SetKeyring puts it
	Environ []string // as of os.Environ
	Prompt  Terminal // nil: never ask

	// Warn is told in one sentence what is unwise but works; it may be nil.
	Warn func(string)
	// Stderr gets what the password command says there; nil drops it.
	Stderr io.Writer
	// CommandTimeout is for tests; 0 means the constant.
	CommandTimeout time.Duration
}

// Format shows where a source looks, and not its environment, which may hold the
// password.
func (s Source) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "{Command:%q File:%q Keyring:%t}", s.Command, s.File, s.Keyring)
}

// Password looks for the password of an account, a bare JID, by which the keyring
// finds it and which the prompt shows.
// The error is one sentence that never holds what was read.
func (s Source) Password(ctx context.Context, account string) (Password, error) {
	switch {
	case s.Command != "":
		return s.fromCommand(ctx)
	case s.File != "":
		return s.fromFile(ctx)
	case s.Keyring:
		return fromKeyring(ctx, account)
	}
	if text, ok := lookup(s.Environ, Variable); ok {
		if text == "" {
			return Password{}, fmt.Errorf("%s is set but empty", Variable)
		}
		return New(text), nil
	}
	if s.Prompt == nil {
		return Password{}, errNoTerminal
	}
	return s.Prompt.Ask(ctx, "Password for "+account+": ")
}

// firstLine returns what stands before the first line end, without it.
func firstLine(from string, r io.Reader) (Password, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxBytes+2))
	if err != nil {
		return Password{}, fmt.Errorf("%s: %w", from, err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	line = strings.TrimSuffix(line, "\r")
	switch {
	case line == "":
		return Password{}, fmt.Errorf("%s: the first line, where the password should be, is empty", from)
	case len(line) > MaxBytes:
		return Password{}, fmt.Errorf("%s: the first line is longer than %d bytes; that is no password", from, MaxBytes)
	}
	return New(line), nil
}

// lookup finds a variable; of several of one name the last counts, as for a shell.
func lookup(environ []string, name string) (value string, ok bool) {
	for _, entry := range environ {
		if key, v, found := strings.Cut(entry, "="); found && key == name {
			value, ok = v, true
		}
	}
	return value, ok
}
