package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"iqscope/internal/report"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

func (p *program) kindsCommand() *cobra.Command {
	format, coverage := outputText, ""
	cmd := &cobra.Command{
		Use: "kinds", Short: "What can be asked: the catalogue of request kinds",
		Long: "Kinds lists what can be asked, tells what is known of it, and writes it as XML.\n\n" +
			"Files in $XDG_CONFIG_HOME/iqscope/kinds add kinds of your own. With --coverage, the requests\n" +
			"of a list are counted that the catalogue has: lines of columns with tabs between them, of which\n" +
			"the first names them; type, ns and local are wanted, verb and group are looked at. A list whose\n" +
			"first line begins with a number names verbs: a count, the type, the payload's name, the verb.\n\n" +
			"Exit codes: 0 done, 1 nothing found, 2 wrong usage, or a file that is not right.",
		Example: "  iqscope kinds\n" +
			"  iqscope kinds list room config\n" +
			"  iqscope kinds show disco_items\n" +
			"  iqscope kinds xml roster_set jid=romeo@example.org group=Friends",
		Args: knownCommands, Annotations: map[string]string{offline: ""},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.flags.check(cmd.Flags()); err != nil {
				return err
			}
			switch {
			case !slices.Contains(checkOutputs, format):
				return usage("--output is one of %s, not %q", strings.Join(checkOutputs, ", "), format)
			case coverage != "" && cmd.Name() != "kinds" && cmd.Name() != "list":
				return usage("--coverage counts by itself; it does not go with %s", cmd.Name())
			}
			return refuseConnectionFlags(cmd, "output", "coverage")
		},
	}
	list := func(cmd *cobra.Command, args []string) error {
		if coverage != "" {
			return p.coverage(coverage, format)
		}
		return p.listKinds(format, args)
	}
	cmd.RunE = list
	cmd.PersistentFlags().StringVarP(&format, "output", "o", format, "text or json")
	cmd.PersistentFlags().StringVar(&coverage, "coverage", "", "count what there is of the requests in a `file`")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(checkOutputs, cobra.ShellCompDirectiveNoFileComp))
	one := func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return p.completeKinds(cmd, args, typed)
	}
	cmd.AddCommand(&cobra.Command{
		Use: "list [WORD…]", Short: "List all kinds, or those that have all the words in key, title, document, namespace or element",
		ValidArgsFunction: cobra.NoFileCompletions, Annotations: map[string]string{offline: ""}, RunE: list,
	}, &cobra.Command{
		Use: "show NAME", Short: "Tell what is known of a kind", Args: namesKind(1), Annotations: map[string]string{offline: ""},
		RunE:              func(_ *cobra.Command, args []string) error { return p.showKind(args[0], format) },
		ValidArgsFunction: one,
	}, p.kindXMLCommand())
	return cmd
}

func (p *program) kindXMLCommand() *cobra.Command {
	var to, id string
	cmd := &cobra.Command{
		Use: "xml NAME [FIELD=VALUE…]", Short: "Write a request of a kind as XML",
		Long: "Write a whole IQ of a kind with its fields set, as send --kind sends it.\n\n" + settingsHelp,
		Args: namesKind(1 << 30), Annotations: map[string]string{offline: ""},
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.kindXML(cmd.Context(), args[0], args[1:], to, id)
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return p.completeFields(args[0], typed)
			}
			return p.completeKinds(cmd, args, typed)
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "address that is asked")
	cmd.Flags().StringVar(&id, "id", "", "id of the IQ; a random one by default")
	return cmd
}

// namesKind wants a kind to be named first.
func namesKind(most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return usage("name a request kind; iqscope kinds lists them")
		case len(args) > most:
			return usage("%d arguments; %s takes one name", len(args), cmd.Name())
		}
		return nil
	}
}

// settingsHelp says how fields are set.
const settingsHelp = "A field that can have several values is set several times. FIELD@FILE takes the value from a file,\n" +
	"FIELD@- from standard input; secrets are given so. FORM[NAME]=VALUE sets a field of a form,\n" +
	"LIST[2].COLUMN=VALUE one in the second row of a list, FIELD[de]=VALUE a text in German."

func (p *program) listKinds(format string, words []string) error {
	c, err := p.catalogue()
	if err != nil {
		return err
	}
	out := p.output(format)
	kinds := c.Search(words...)
	if len(kinds) == 0 {
		return &exit{exitError, fmt.Errorf("no kind has %s in it; try fewer words", strings.Join(words, " and "))}
	}
	widest := 0
	for _, k := range kinds {
		widest = max(widest, len(k.Key))
	}
	for _, k := range kinds {
		if format == outputJSON {
			err = out.json(report.NewKind(k))
		} else {
			err = out.line(fmt.Sprintf("%-*s  %s  %-8s  %s", widest, k.Key, k.Type, cmp.Or(k.Document, "-"), k.Title))
		}
		if err != nil {
			return p.written(err)
		}
	}
	return nil
}

func (p *program) showKind(name, format string) error {
	c, err := p.catalogue()
	if err != nil {
		return err
	}
	k, err := c.Kind(name)
	if err != nil {
		return usage("%w", err)
	}
	out := p.output(format)
	if format == outputJSON {
		return p.written(out.json(report.NewKindShown(c, k)))
	}
	for _, line := range described(c, k) {
		if err := out.line(line); err != nil {
			return p.written(err)
		}
	}
	return nil
}

// described is all that is known of a kind, for reading.
func described(c *catalog.Catalog, k *catalog.Kind) []string {
	lines := []string{k.Key + ": " + k.Title}
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, fmt.Sprintf("%-10s%s", label, text))
		}
	}
	add("", k.Help)
	add("danger", k.Danger)
	add("use", k.SupersededBy)
	request := fmt.Sprintf("%s {%s}%s", k.Type, k.Payload.Namespace, k.Payload.Element)
	if k.Verb != "" {
		request += " with " + k.Verb
	}
	add("request", request)
	add("also", strings.Join(k.Aliases, ", "))
	to := strings.Join(k.To, ", ")
	if k.Service != "" {
		to += " (" + k.Service + ")"
	}
	add("to", to)
	if k.NoFields {
		add("fields", "none")
	}
	for _, line := range fieldLines(k.Fields, "") {
		add("field", line)
	}
	add("result", k.Result)
	if answer := c.Payload(k.Result); answer != nil {
		for _, line := range fieldLines(answer.Fields, "") {
			add("  field", line)
		}
	}
	for _, f := range k.Failures {
		text := f.Condition
		if f.Type != "" {
			text += "/" + f.Type
		}
		if f.Application != "" {
			text += " + " + f.Application
		}
		if f.Remedy != "" {
			text += ": " + f.Remedy
		}
		add("error", text)
	}
	add("next", strings.Join(k.Next, ", "))
	source := []string{k.Document, k.Source.Title, k.Status}
	add("document", strings.Join(slices.DeleteFunc(source, func(s string) bool { return s == "" }), ", "))
	add("", k.Link())
	if !k.Covered() {
		add("", "This is a skeleton: not all that one has to know is written down yet.")
	}
	return lines
}

// fieldLines has a line for each field that somebody can set or read.
func fieldLines(fields []catalog.Field, before string) []string {
	var lines []string
	for i := range fields {
		f := &fields[i]
		if f.Fixed != "" {
			continue
		}
		words := []string{string(f.Type)}
		for word, is := range map[string]bool{"required": f.Required, "repeated": f.Repeated, "languages": f.Languages, "secret": f.Secret} {
			if is {
				words = append(words, word)
			}
		}
		slices.Sort(words[1:])
		if f.Exclusive != "" {
			words = append(words, "only one of: "+f.Exclusive)
		}
		text := fmt.Sprintf("%s (%s)", before+f.Name, strings.Join(words, ", "))
		if f.Help != "" {
			text += ": " + f.Help
		}
		lines = append(lines, text)
		for _, c := range f.Choices {
			if c.Help == "" {
				lines = append(lines, "  "+c.Value)
			} else {
				lines = append(lines, "  "+c.Value+": "+c.Help)
			}
		}
		lines = append(lines, fieldLines(f.Columns, f.Name+"[1].")...)
	}
	return lines
}

func (p *program) kindXML(ctx context.Context, name string, settings []string, to, id string) error {
	k, err := p.kind(name)
	if err != nil {
		return err
	}
	r, err := p.buildKind(ctx, sender{scope: stanza.ClientScope()}, k, sendFlags{to: to, id: id, set: settings})
	if err != nil {
		return err
	}
	return p.written(p.output(outputRaw).line(r.iq.XML()))
}

// coverage counts what there is of the requests of a list.
func (p *program) coverage(path, format string) error {
	c, err := p.catalogue()
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return refuse(err)
	}
	defer file.Close()
	list, err := catalog.ReadRequests(file)
	if err != nil {
		return refuse(fmt.Errorf("%s: %w", path, err))
	}
	counts := c.Coverage(list)
	if len(counts) == 0 {
		return refuse(errors.New(path + ": the list names no requests"))
	}
	out := p.output(format)
	for _, n := range counts {
		if format == outputJSON {
			err = out.json(n)
		} else {
			err = out.line(strings.TrimPrefix(fmt.Sprintf("%s: %d requests, %d covered, %d skeletons, %d missing", n.Group, n.Requests, n.Covered, n.Skeleton, n.Missing), ": "))
		}
		if err != nil {
			return p.written(err)
		}
	}
	return nil
}
