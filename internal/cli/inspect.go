package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"iqscope/internal/replay"
	"iqscope/internal/report"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/handler"
	"iqscope/session/journal"
	"iqscope/session/match"
)

// inspectFlags are the flags of inspect.
type inspectFlags struct {
	recordedFlags
	filter, output string
	exchanges      bool
}

func (p *program) inspectCommand() *cobra.Command {
	var f inspectFlags
	cmd := &cobra.Command{
		Use:         "inspect [FILE|-]",
		Annotations: map[string]string{offline: ""},
		Short:       "Read a recording, a captured stream or another tool's log",
		Long: "Inspect reads what --record wrote, what watch printed, a captured stream, or the log of\n" +
			"another tool, and plays it again without a connection: it prints each element as watch does,\n" +
			"one JSON object a line, with the verdict that a session gives it: whether a reply answers a\n" +
			"request of the capture, comes late, twice, or from the wrong sender.\n\n" +
			"With --exchanges it prints a line for each request instead, as send does: how it ended, after\n" +
			"what time, with both stanzas. A request that has no answer in the file ends as unknown.\n\n" +
			"Whose capture it is stands in it most often; -j says it otherwise. Secrets are hidden, also\n" +
			"those of another tool's log, unless --show-secrets is given. What is broken is printed as it\n" +
			"stood, and broken says why. iqscope check is for finding what is wrong.\n\n" +
			"Exit codes: 0 it was read, whatever is in it; 2 wrong usage, unreadable, or no XMPP in it.",
		Example: "  iqscope inspect bug.jsonl\n" +
			"  iqscope inspect --exchanges --output pretty bug.jsonl\n" +
			"  iqscope inspect --filter 'iq@verdict=wrong-sender or iq@type=error' bug.jsonl\n" +
			"  iqscope watch --demo --all --for 1 | iqscope inspect --output pretty",
		Args: oneRecording(0),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return err
			}
			if err := refuseConnectionFlags(cmd, "jid", "component", "lenient", "show-secrets"); err != nil {
				return err
			}
			filter, err := p.watchFilter(watchFlags{filter: f.filter, all: true})
			if err != nil {
				return err
			}
			r, warnings, err := p.replayed(cmd.Context(), args, f.recordedFlags, replay.Options{Limits: everything()})
			if err != nil {
				return err
			}
			p.warn(warnings)
			if f.exchanges {
				return p.written(p.printExchanges(f, r, filter))
			}
			return p.written(p.printElements(f, r, filter))
		},
	}
	set := cmd.Flags()
	set.SortFlags = false
	f.register(cmd)
	set.StringVar(&f.filter, "filter", "", "stanza `path` that picks what is printed, such as 'iq@type=error'")
	p.strictFieldsFlag(cmd)
	set.BoolVar(&f.exchanges, "exchanges", false, "print a line for each request and how it ended")
	outputFlag(cmd, &f.output, outputJSON, outputs)
	_ = cmd.RegisterFlagCompletionFunc("filter", cobra.NoFileCompletions)
	return cmd
}

func (f *inspectFlags) check() error {
	if err := oneOf(f.output, outputs); err != nil {
		return err
	}
	if f.exchanges && f.output == outputRaw {
		return usage("--exchanges prints pretty or json: an exchange is more than its bytes")
	}
	return f.recordedFlags.check()
}

// subjectOf is an entry of a log as filters see it.
func subjectOf(e journal.Entry) match.Subject {
	return match.NewSubject(match.Facts{Stanza: e.Stanza, Dir: e.Dir, Verdict: e.Verdict, Outcome: e.Outcome, RTT: e.RTT, Note: e.Text})
}

// entries are those of elements, in their order.
func entries(j *journal.Journal, each func(journal.Entry) error) error {
	var window []journal.Entry
	for next := uint64(1); ; {
		window = j.Window(window, next, 256)
		if len(window) == 0 {
			return nil
		}
		for _, e := range window {
			next = e.Seq + 1
			if e.Stanza == nil {
				continue
			}
			if err := each(e); err != nil {
				return err
			}
		}
	}
}

func (p *program) printElements(f inspectFlags, r *replay.Recording, filter handler.Matcher) error {
	out := p.output(f.output)
	return entries(r.Journal, func(e journal.Entry) error {
		if !filter.Match(subjectOf(e)) {
			return nil
		}
		return out.entry(e)
	})
}

// entry writes one element of a log.
func (o *output) entry(e journal.Entry) error {
	switch o.format {
	case outputJSON:
		return o.element(e.Seq, e.Time, e.Dir, e.Stanza, e.Verdict)
	case outputRaw:
		return o.line(e.Stanza.XML())
	}
	head, arrow := "", "← "
	if !e.Time.IsZero() {
		head = e.Time.Local().Format("2006-01-02 15:04:05.000 ")
	}
	if e.Dir == stanza.Out {
		arrow = "→ "
	}
	head += arrow + fmt.Sprint(e.Seq)
	for _, word := range []string{string(e.Verdict), string(e.Outcome), e.Text} {
		if word != "" {
			head += " " + word
		}
	}
	if e.Verdict == stanza.VerdictReply && e.RTT > 0 {
		head += fmt.Sprintf(" after %v", e.RTT)
	}
	if fault := e.Stanza.Fault(); fault != nil {
		head += " broken: " + fault.Error()
	}
	if err := o.pretty(head+"\n", e.Stanza); err != nil {
		return err
	}
	return o.line("")
}

// printExchanges prints those of which the request or what answered it fits.
func (p *program) printExchanges(f inspectFlags, r *replay.Recording, filter handler.Matcher) error {
	out := p.output(f.output)
	var table report.Table
	table.Row("TIME", "ID", "TYPE", "TO", "PAYLOAD", "OUTCOME", "MS", "ERROR")
	for _, x := range r.Exchanges {
		if !fits(filter, r.Journal, x) {
			continue
		}
		if f.output == outputJSON {
			if err := out.json(report.NewRecord(x, report.Oddities(x.Stanza, x.Reply))); err != nil {
				return err
			}
			continue
		}
		table.Row(exchangeRow(x)...)
	}
	if f.output == outputJSON {
		return nil
	}
	return out.table(&table)
}

func fits(filter handler.Matcher, j *journal.Journal, x exchange.Exchange) bool {
	for _, seq := range []uint64{x.Seq, x.ReplySeq, x.LateSeq} {
		if e, ok := j.Get(seq); ok && filter.Match(subjectOf(e)) {
			return true
		}
	}
	return false
}

// exchangeRow is an exchange as a row of a table.
func exchangeRow(x exchange.Exchange) []string {
	at, took, condition := "-", "-", ""
	if !x.Sent.IsZero() {
		at = x.Sent.Local().Format("15:04:05.000")
	}
	if x.Reply != nil {
		took = fmt.Sprintf("%.3f", float64(x.RTT.Microseconds())/1000)
		if failure := x.Reply.Err(); failure != nil {
			condition = failure.Condition
		}
	}
	return []string{at, x.Shown.ID(), string(x.Shown.Type()), x.Shown.To(), x.Shown.Payload().Local, string(x.Outcome), took, condition}
}
