package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"iqscope/internal/report"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/capture"
	"iqscope/iqbuilder/stanza"
)

// maxChecked is how much check reads: a chatty stream of some days. It is held in
// memory three times.
const maxChecked = 16 << 20

// outputText is check's own form: a line for each finding, as compilers have it.
const outputText = "text"

var checkOutputs = []string{outputText, outputJSON}

func (p *program) checkCommand() *cobra.Command {
	format, level := outputText, iqbuilder.Warning.String()
	cmd := &cobra.Command{
		Use:         "check [FILE|-]",
		Annotations: map[string]string{offline: ""},
		Short:       "Hold typed or captured IQs against the rules",
		Long: "Check reads one IQ, several stanzas one after the other, or a stream with or without\n" +
			"its end, from a file or from standard input, and says what is wrong:\n\n" +
			"  file:line:column: level: rule: text (section)\n\n" +
			"The level is hint, warning or error; what has an error, iqscope send refuses, but for a\n" +
			"missing id, which it fills in. IQs are held against RFC 6120; everything else only has to\n" +
			"be well-formed. What is not ends the check, as it would end a stream. Nothing is sent.\n\n" +
			"Of the flags that say where to connect, only --component means something here: that\n" +
			"stanzas without a stream around them are a component's (XEP-0114).\n\n" +
			"Exit codes: 0 nothing to say, 1 findings of --level or above, 2 wrong usage or unreadable.",
		Example: "  echo \"<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>\" | iqscope check\n" +
			"  iqscope check --output json request.xml\n" +
			"  iqscope watch --demo --all --filter '*@dir=in' --output raw --for 1 | iqscope check",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) > 0 && strings.HasPrefix(args[0], "<"):
				return usage("check reads files; pipe in what was typed: echo '…' | iqscope check")
			case len(args) > 1:
				return usage("%d arguments; check reads one file", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(checkOutputs, format) {
				return usage("--output is one of %s, not %q", strings.Join(checkOutputs, ", "), format)
			}
			least := slices.IndexFunc(levels, func(s iqbuilder.Severity) bool { return s.String() == level })
			if least < 0 {
				return usage("--level is one of hint, warning, error, not %q", level)
			}
			if err := refuseConnectionFlags(cmd, "component"); err != nil {
				return err
			}
			text, name, err := p.checked(cmd.Context(), args)
			if err != nil {
				return err
			}
			return p.check(text, name, format, levels[least])
		},
	}
	cmd.Flags().StringVarP(&format, "output", "o", format, "text or json")
	cmd.Flags().StringVar(&level, "level", level, "hint, warning or error: the least that makes the exit code 1")
	_ = cmd.RegisterFlagCompletionFunc("level", cobra.FixedCompletions([]string{"hint", "warning", "error"}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(checkOutputs, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// checked reads what is to be checked; the name is "" for standard input.
func (p *program) checked(ctx context.Context, args []string) (text, name string, err error) {
	return p.fileOrInput(ctx, args, maxChecked, "nothing to check: give a file, pipe it in, or type it after: iqscope check -", "checked at once")
}

func orStdin(name string) string {
	if name == "" {
		return "standard input"
	}
	return name
}

// levels are those of findings, the least first.
var levels = []iqbuilder.Severity{iqbuilder.Hint, iqbuilder.Warning, iqbuilder.Fatal}

// check prints the findings as they are made, and says by the exit code whether
// there were any of that level or above.
func (p *program) check(text, name, format string, least iqbuilder.Severity) error {
	alone := stanza.ClientScope()
	if p.flags.component {
		alone = stanza.ComponentScope()
	}
	out := p.output(format)
	var found bool
	for el, err := range capture.Read(strings.NewReader(text), alone) {
		if err != nil {
			return refuse(err)
		}
		for _, f := range el.Findings {
			found = found || f.Severity >= least
			if format == outputJSON {
				err = out.json(report.NewFinding(name, f))
			} else {
				err = out.line(findingLine(name, f))
			}
			if err != nil {
				return p.written(err)
			}
		}
	}
	if found {
		return &exit{exitError, nil}
	}
	return nil
}

// findingLine is a finding as compilers have theirs.
func findingLine(file string, f iqbuilder.Finding) string {
	line := fmt.Sprintf("%d:%d: %s: %s: %s", f.Line, f.Column, f.Severity, f.Rule, f.Text)
	if file != "" {
		line = file + ":" + line
	}
	if f.Section != "" {
		line += " (" + f.Section + ")"
	}
	return line
}
