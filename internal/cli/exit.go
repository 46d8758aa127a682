package cli

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"iqscope/internal/report"
	"iqscope/internal/secret"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

// The exit codes, which report explains.
const (
	exitResult      = report.ExitResult
	exitError       = report.ExitError
	exitUsage       = report.ExitUsage
	exitTimeout     = report.ExitTimeout
	exitConnect     = report.ExitConnect
	exitLost        = report.ExitLost
	exitInterrupted = report.ExitInterrupted
)

// exit ends the program with a code, and a sentence unless all is said.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string { return fmt.Sprintf("exit %d: %v", e.code, e.err) }
func (e *exit) Unwrap() error { return e.err }

// usage refuses how the program was called.
func usage(format string, args ...any) error { return fmt.Errorf(format, args...) }

// refuse refuses what is to be sent, or where; the usage was right.
func refuse(err error) error { return &exit{exitUsage, err} }

// connectError sorts out why there is no connection.
func connectError(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil, errors.Is(err, secret.ErrInterrupted):
		return &exit{exitInterrupted, errors.New("interrupted")}
	case errors.Is(err, negotiate.ErrPlaintext):
		return refuse(err)
	}
	return &exit{exitConnect, err}
}

// report says what is left to be said, and returns the exit code.
func (p *program) report(cmd *cobra.Command, err error) int {
	var e *exit
	switch {
	case err == nil:
		return exitResult
	case errors.As(err, &e):
		if e.err != nil {
			p.tell(e.err)
		}
		return e.code
	}
	// What is left is usage's and cobra's own.
	p.say("%v", err)
	p.say("try %q", cmd.CommandPath()+" --help")
	return exitUsage
}

// tell says why a command failed, and shows what was broken if that is why.
func (p *program) tell(err error) {
	p.say("%v", err)
	p.showBroken(err)
}

// Of what is broken, so many bytes are shown before the fault: some lines of a terminal. What is
// behind it is bounded by stanza.BehindFault.
const maxBroken = 2 << 10

// showBroken shows what stood on the wire when that ended a connection.
func (p *program) showBroken(err error) {
	var broken *wire.BrokenError
	if !errors.As(err, &broken) {
		return
	}
	xml, cut := broken.Element.XML(), ""
	if more := int(broken.Element.Fault().Offset) - maxBroken; more > 0 {
		for more < len(xml) && !utf8.RuneStart(xml[more]) {
			more++
		}
		xml, cut = xml[more:], fmt.Sprintf(" behind its first %d bytes", more)
	}
	p.say("what arrived of it%s:\n%s", cut, xml)
}
