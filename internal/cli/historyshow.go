package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"iqscope/history"
	"iqscope/internal/archive"
	"iqscope/internal/report"
	"iqscope/internal/safetext"
	"iqscope/iqbuilder/compare"
	"iqscope/iqbuilder/stanza"
)

func (p *program) historyShowCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "show NUMBER", Short: "Show an entry whole",
		Long: "Show an entry whole: what was sent, what came back, also too late, how it ended and why. With\n" +
			"--output xml, the stanzas alone, as they stood on the wire but for secrets.",
		Example: "  iqscope history show 12\n  iqscope history show 12 --output xml",
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := entryNumbers(cmd, args, 1, 1)
			if err != nil {
				return err
			}
			if err := oneOf(format, showOutputs); err != nil {
				return err
			}
			return p.change(cmd.Context(), func(h *history.History) error {
				e, err := entry(cmd.Context(), h, ids[0])
				if err != nil {
					return err
				}
				return p.written(p.showEntry(e, format))
			})
		},
	}
	outputFlag(cmd, &format, outputPretty, showOutputs)
	return cmd
}

func (p *program) showEntry(e history.Entry, format string) error {
	out := p.output(format)
	switch format {
	case outputJSON:
		text, err := archive.Line(e)
		if err != nil {
			return err
		}
		return out.line(text)
	case outputXML:
		for _, st := range []*stanza.Stanza{e.Stanza, e.Reply, e.Late} {
			if st == nil {
				continue
			}
			if err := out.line(st.XML()); err != nil {
				return err
			}
		}
		return nil
	}
	for _, line := range aboutEntry(e) {
		if err := out.line(line); err != nil {
			return err
		}
	}
	for _, part := range []struct {
		head string
		st   *stanza.Stanza
	}{
		{"request", e.Stanza},
		{"reply", e.Reply},
		{fmt.Sprintf("late, %v after the end", e.LateBy), e.Late},
	} {
		if part.st == nil {
			continue
		}
		if err := out.pretty("\n"+part.head+":\n", part.st); err != nil {
			return err
		}
	}
	return nil
}

// aboutEntry is what there is to say of an entry besides its stanzas.
func aboutEntry(e history.Entry) []string {
	var lines []string
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, fmt.Sprintf("%-9s %s", label, strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", 10))))
		}
	}
	number := fmt.Sprint(e.ID)
	if e.Pinned {
		number += ", pinned"
	}
	add("number", number)
	add("account", e.Account)
	add("server", e.Server)
	if !e.Sent.IsZero() {
		add("sent", e.Sent.Local().Format("2006-01-02 15:04:05.000 -0700"))
	}
	outcome, took, _ := report.Ended(e.Exchange, nil)
	if took != "-" {
		outcome += " in " + took
	}
	add("outcome", outcome)
	if e.Err != nil {
		add("because", e.Err.Error())
	}
	for _, odd := range slices.Concat(report.Oddities(e.Stanza, e.Reply), report.Refusals(e.Refused)) {
		add("odd", odd)
	}
	for _, r := range e.Refusals {
		add("refused", strings.TrimSuffix(fmt.Sprintf("%s from %s: %s", r.Verdict, orDash(r.From), r.Note), ": "))
	}
	if e.Hidden {
		add("secrets", "what was secret in the request is not kept")
	}
	add("damaged", e.Damaged)
	if e.Series != 0 {
		add("series", fmt.Sprint(e.Series))
	}
	add("tags", strings.Join(e.Tags, " "))
	add("note", e.Note)
	return lines
}

func (p *program) historyDiffCommand() *cobra.Command {
	var requests bool
	cmd := &cobra.Command{
		Use: "diff NUMBER [NUMBER]", Short: "Say how the replies of two entries differ",
		Long: "Say how the replies of two entries differ: what is gone (-), new (+) and changed (~), whatever way\n" +
			"they are written: prefixes, the order of attributes and ids do not count. With one entry, its reply\n" +
			"is compared with the one that the same request got before.\n\n" +
			"Exit codes: 0 they say the same, 1 they differ, or there is no such entry, 2 wrong usage.",
		Example: "  iqscope history diff 12\n  iqscope history diff 7 12",
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := entryNumbers(cmd, args, 1, 2)
			if err != nil {
				return err
			}
			return p.change(cmd.Context(), func(h *history.History) error { return p.historyDiff(cmd.Context(), h, ids, requests) })
		},
	}
	cmd.Flags().BoolVar(&requests, "requests", false, "compare the requests instead")
	return cmd
}

func (p *program) historyDiff(ctx context.Context, h *history.History, ids []int64, requests bool) error {
	after, err := entry(ctx, h, ids[len(ids)-1])
	if err != nil {
		return err
	}
	var before history.Entry
	if len(ids) == 2 {
		before, err = entry(ctx, h, ids[0])
	} else if before, err = h.Earlier(ctx, after); err == history.ErrNotFound {
		err = &exit{exitError, fmt.Errorf("nothing before entry %d asked the same and got a reply", after.ID)}
	}
	if err != nil {
		return err
	}
	a, err := compared(before, requests)
	if err != nil {
		return err
	}
	b, err := compared(after, requests)
	if err != nil {
		return err
	}
	change, err := compare.Stanzas(a, b, ownAddress(before), ownAddress(after))
	if err != nil {
		return refuse(err)
	}
	out := p.output(outputRaw)
	if change.Kind == compare.Same {
		p.say("%d and %d say the same", before.ID, after.ID)
		return nil
	}
	head := func(mark string, e history.Entry) string {
		return fmt.Sprintf("%s %d, %s", mark, e.ID, localTime(e.Ended))
	}
	lines := []string{head("-", before), head("+", after), ""}
	for l := range change.Lines() {
		text := l.Text
		if l.Rest > 0 {
			text = fmt.Sprintf("… %d the same", l.Rest)
		}
		text = fmt.Sprintf("%-2s%s%s", l.Kind.Mark(), strings.Repeat("  ", l.Depth), safetext.CleanLine(text))
		lines = append(lines, strings.TrimRight(text, " "))
	}
	for _, line := range lines {
		if err := out.line(line); err != nil {
			return p.written(err)
		}
	}
	return &exit{exitError, nil}
}

// ownAddress is the address that an entry's request went out as; zero if none is known.
func ownAddress(e history.Entry) stanza.JID {
	own, _ := stanza.ParseJID(e.Account)
	return own
}

// compared is what is compared of an entry: its reply, also a late one, or its request.
func compared(e history.Entry, request bool) (*stanza.Stanza, error) {
	st := e.Reply
	switch {
	case request:
		st = e.Stanza
	case st == nil:
		st = e.Late
	}
	if st == nil {
		return nil, &exit{exitError, fmt.Errorf("entry %d got no reply that could be compared", e.ID)}
	}
	return st, nil
}
