package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"iqscope/internal/record"
	"iqscope/internal/replay"
	"iqscope/iqbuilder/capture"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
)

// maxRecorded is how much of a recording or another tool's log is read: some days of a chatty stream.
// It is held in memory about four times.
const maxRecorded = 128 << 20

// recordedFlags are the flags of the commands that read recordings and captures.
type recordedFlags struct{ format string }

func (f *recordedFlags) register(cmd *cobra.Command) {
	words := []string{}
	for _, format := range capture.Formats() {
		words = append(words, string(format))
	}
	cmd.Flags().StringVar(&f.format, "format", "", "whose log it is, if that is not to be found out: "+strings.Join(words, ", "))
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

func (f *recordedFlags) check() error {
	if f.format != "" && !slices.Contains(capture.Formats(), capture.Format(f.format)) {
		return usage("--format is one of %v, not %q", capture.Formats(), f.format)
	}
	return nil
}

// oneRecording wants the name of one file, or none where standard input does, too.
func oneRecording(least int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) > 1:
			return usage("%d arguments; %s reads one file", len(args), cmd.Name())
		case len(args) < least:
			return usage("which file? iqscope %s FILE", cmd.Name())
		}
		return nil
	}
}

// replayed reads a recording or another tool's log, and plays it again. The log that it makes is
// bounded as the options say. The warnings are about what is not as it was.
func (p *program) replayed(ctx context.Context, args []string, f recordedFlags, o replay.Options) (r *replay.Recording, warnings []string, err error) {
	text, name, err := p.readRecorded(ctx, args)
	if err != nil {
		return nil, nil, err
	}
	if p.flags.jid != "" {
		if o.Account, err = stanza.ParseJID(p.flags.jid); err != nil {
			return nil, nil, usage("the account %w", err)
		}
	}
	alone := stanza.ClientScope()
	if p.flags.component {
		alone = stanza.ComponentScope()
	}
	c, err := capture.ReadAs(strings.NewReader(text), capture.Format(f.format), alone)
	if err != nil {
		return nil, nil, refuse(err)
	}
	if o.Account.IsZero() {
		o.Account, _ = stanza.ParseJID(c.Header.Account) // zero if it is none
	}
	secrets, err := p.secrets()
	if err != nil {
		return nil, nil, err
	}
	o.Redact = secrets.Redact
	if p.flags.showSecrets {
		o.Redact = func(st *stanza.Stanza) (*stanza.Stanza, bool) { return st, false }
	}
	o.Lenient = p.flags.lenient
	told, ours := record.Read(text)
	items := replay.Join(told, c.Elements())
	if ours {
		items, warnings = wholeLines(items)
	} else if n := c.Skipped(); n > 0 {
		warnings = append(warnings, fmt.Sprintf("%s about something else than XMPP, or not read as %s", counted(n, "line", " of "+orStdin(name)+" is", " of "+orStdin(name)+" are"), c.Format))
	}
	if !slices.ContainsFunc(items, func(it replay.Item) bool { return it.Stanza != nil && it.Stanza.Kind() != stanza.Broken }) {
		return nil, nil, refuse(fmt.Errorf("%s holds no XMPP that can be read%s", orStdin(name), why(items)))
	}
	for i := range items {
		if at := &items[i].Time; !at.IsZero() {
			*at = at.Local()
		}
	}
	r = replay.Play(items, o.With(told))
	if ours && told.Missed > 0 {
		warnings = append(warnings, fmt.Sprintf("%d entries were lost before they were recorded", told.Missed))
	}
	if r.Guessed {
		warnings = append(warnings, "which way some elements went is a guess: they stand without a stream")
	}
	if dropped := r.Journal.Stats().Dropped - told.Dropped; dropped > 0 {
		warnings = append(warnings, fmt.Sprintf("the log holds the last %d entries; the first %d are left out", r.Journal.Stats().Last-r.Journal.Stats().First+1, dropped))
	}
	if r.Forgotten > 0 {
		warnings = append(warnings, fmt.Sprintf("the first %d requests are not listed", r.Forgotten))
	}
	return r, warnings, nil
}

// counted is a count with its noun, and what goes on behind one or more.
func counted(n int, noun, one, more string) string {
	if n == 1 {
		return "1 " + noun + one
	}
	return fmt.Sprintf("%d %ss%s", n, noun, more)
}

// wholeLines leaves out the last line of a recording that broke off in it.
func wholeLines(items []replay.Item) ([]replay.Item, []string) {
	last := len(items) - 1
	if last < 0 || len(items[last].Findings) == 0 || items[last].Findings[0].Rule != capture.RuleNoJSON {
		return items, nil
	}
	return items[:last], []string{"the recording breaks off in its last line, which is left out"}
}

// why says what is wrong with the first thing that was to be an element.
func why(items []replay.Item) string {
	for _, it := range items {
		if len(it.Findings) > 0 {
			f := it.Findings[0]
			return fmt.Sprintf("; in line %d, column %d: %s", f.Line, f.Column, f.Text)
		}
	}
	return ""
}

// readRecorded reads the file that is named, or standard input.
func (p *program) readRecorded(ctx context.Context, args []string) (text, name string, err error) {
	return p.fileOrInput(ctx, args, maxRecorded, "nothing to read: give a file, or pipe it in",
		fmt.Sprintf("read at once; cut it, for example with split -C %dM", maxRecorded>>20))
}

// everything is a log that holds all that was read.
func everything() journal.Limits { return journal.Limits{Bytes: 1 << 50, Count: 1 << 40} }
