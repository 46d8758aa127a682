package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"iqscope/internal/report"
	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/tui/highlight"
)

// The values of --output.
const (
	outputPretty = "pretty"
	outputRaw    = "raw"
	outputJSON   = "json"
)

var outputs = []string{outputPretty, outputRaw, outputJSON}

// oneOf refuses a value of --output that there is not.
func oneOf(format string, formats []string) error {
	if !slices.Contains(formats, format) {
		return usage("--output is one of %s, not %q", strings.Join(formats, ", "), format)
	}
	return nil
}

// outputFlag is --output, with the format that is the usual one.
func outputFlag(cmd *cobra.Command, format *string, usual string, formats []string) {
	cmd.Flags().StringVarP(format, "output", "o", usual, strings.Join(formats[:len(formats)-1], ", ")+" or "+formats[len(formats)-1])
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
}

// output writes data. On a terminal it is made safe to show first.
type output struct {
	to       io.Writer
	terminal bool
	width    int // of the terminal; 0 when there is none
	format   string
	last     []byte // the last line, for its memory
	// highlighter colours XML; nil for none.
	highlighter *highlight.Highlighter
}

func (p *program) output(format string) *output {
	o := &output{to: p.stdout, format: format}
	if f, ok := terminalOf(p.stdout); ok {
		o.terminal = true
		if width, _, err := term.GetSize(int(f.Fd())); err == nil {
			o.width = width
		}
	}
	o.highlighter = p.highlighter(o.terminal)
	return o
}

// line writes a text and a line end.
func (o *output) line(text string) error {
	o.last = o.appendLine(o.last[:0], text)
	_, err := o.to.Write(o.last)
	return err
}

// appendLine appends what line writes.
func (o *output) appendLine(dst []byte, text string) []byte {
	if o.terminal {
		text = safetext.Clean(text).String()
	}
	return append(append(dst, text...), '\n')
}

// element writes an element as JSON.
func (o *output) element(seq uint64, at time.Time, dir stanza.Direction, st *stanza.Stanza, verdict stanza.Verdict) error {
	o.last = report.AppendElement(o.last[:0], seq, at, dir, st, verdict)
	if o.terminal {
		return o.line(string(o.last))
	}
	o.last = append(o.last, '\n')
	_, err := o.to.Write(o.last)
	return err
}

// table writes a table.
func (o *output) table(t *report.Table) error {
	for _, line := range t.Lines() {
		if err := o.line(line); err != nil {
			return err
		}
	}
	return nil
}

// json writes a value of report on one line.
func (o *output) json(value any) error {
	line, err := report.Line(value)
	if err != nil {
		return err
	}
	return o.line(line)
}

// ended writes what became of a request: its reply, or its record as JSON.
func (o *output) ended(e session.Exchange, warnings []string) error {
	switch {
	case o.format == outputJSON:
		return o.json(report.NewRecord(e, warnings))
	case e.Reply == nil:
		return nil
	}
	return o.stanza(e.Reply)
}

// appendEnded appends the same, but for the pretty format.
func (o *output) appendEnded(dst []byte, e session.Exchange, warnings []string) []byte {
	switch {
	case o.format == outputJSON && o.terminal:
		return o.appendLine(dst, string(report.AppendRecord(nil, e, warnings)))
	case o.format == outputJSON:
		return append(report.AppendRecord(dst, e, warnings), '\n')
	case e.Reply == nil:
		return dst
	}
	return o.appendLine(dst, e.Reply.XML())
}

// stanza writes XML, for reading unless the bytes are wanted.
func (o *output) stanza(st *stanza.Stanza) error {
	if o.format == outputRaw {
		return o.line(st.XML())
	}
	return o.pretty("", st)
}

// written turns a failure to write into the end of the program. Whoever closed
// the pipe has read enough and need not be told.
func (p *program) written(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrClosedPipe):
		return &exit{exitInterrupted, nil}
	}
	return refuse(fmt.Errorf("cannot write the output: %w", err))
}
