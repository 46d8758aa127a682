package secret

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"

	"golang.org/x/term"
)

// errNoTerminal says what to do instead of being asked.
var errNoTerminal = errors.New("there is no terminal to ask for the password; " +
	"give " + Variable + ", --password-file or --password-command")

// Terminal asks a person.
type Terminal interface {
	// Ask shows the prompt and reads a line that is not shown.
	Ask(ctx context.Context, prompt string) (Password, error)
}

// Controlling is the terminal that the program was started from, whatever its
// standard input and output are connected to.
type Controlling struct{}

// Ask reads a password without echo. The terminal is set back however it ends.
func (Controlling) Ask(ctx context.Context, prompt string) (Password, error) {
	in, out, err := openTerminal()
	if err != nil {
		return Password{}, errNoTerminal
	}
	defer in.Close()
	defer out.Close()
	return ask(ctx, in, out, prompt)
}

func openTerminal() (in, out *os.File, err error) {
	if runtime.GOOS != "windows" {
		if in, err = os.OpenFile("/dev/tty", os.O_RDWR, 0); err != nil {
			return nil, nil, err
		}
		return in, in, nil
	}
	if in, err = os.OpenFile("CONIN$", os.O_RDWR, 0); err != nil {
		return nil, nil, err
	}
	if out, err = os.OpenFile("CONOUT$", os.O_RDWR, 0); err != nil {
		in.Close()
		return nil, nil, err
	}
	return in, out, nil
}

// ask puts the terminal into raw mode: Ctrl+C then arrives as a key, and not as
// a signal that would end us with the echo still off.
func ask(ctx context.Context, in, out *os.File, prompt string) (Password, error) {
	fd := int(in.Fd())
	if !term.IsTerminal(fd) {
		return Password{}, errNoTerminal
	}
	before, err := term.MakeRaw(fd)
	if err != nil {
		return Password{}, errNoTerminal
	}
	defer term.Restore(fd, before)

	type line struct {
		text string
		err  error
	}
	read := make(chan line, 1)
	go func() {
		text, err := term.NewTerminal(struct {
			io.Reader
			io.Writer
		}{in, out}, "").ReadPassword(prompt)
		read <- line{text, err}
	}()
	select {
	case <-ctx.Done():
		// A terminal cannot be polled everywhere: the reader may stay behind
		// until the next key. Whoever cancels is about to end the program.
		_, _ = io.WriteString(out, "\r\n")
		return Password{}, ctx.Err()
	case l := <-read:
		switch {
		case errors.Is(l.err, io.EOF):
			_, _ = io.WriteString(out, "\r\n")
			return Password{}, ErrInterrupted
		case l.err != nil && !errors.Is(l.err, term.ErrPasteIndicator):
			return Password{}, l.err
		case l.text == "":
			return Password{}, errors.New("no password was typed")
		}
		return New(l.text), nil
	}
}
