package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"iqscope/internal/nearest"
)

// everyday are the flags of the root that each help shows; the others are in the topic connection.
var everyday = []string{"jid", "profile", "demo", "timeout", "record", "quiet", "verbose", "color"}

// offline marks the commands that connect to nothing.
const offline = "offline"

// dressed gives commands the help that this program has: which flags stand where, and what a
// misspelt word most likely means.
func (p *program) dressed(root *cobra.Command) *cobra.Command {
	root.Version = versionNow()
	root.SetVersionTemplate("{{.Version}}\n")
	root.Flags().Bool("version", false, "print the version")
	root.Args = knownCommands
	root.SetHelpCommand(helpCommand(root))
	root.AddCommand(connectionTopic(root))
	root.InitDefaultCompletionCmd("completion")
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.Args, cmd.RunE = knownCommands, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
			cmd.Annotations = map[string]string{offline: ""}
			for _, shell := range cmd.Commands() {
				shell.Annotations = map[string]string{offline: ""}
			}
		}
	}
	root.SetFlagErrorFunc(suggestFlag)
	root.SetUsageFunc(func(cmd *cobra.Command) error { return writeUsage(cmd.OutOrStderr(), cmd) })
	nameValues(root)
	completeFilesOnly(root)
	return root
}

// completeFilesOnly sees to it that the shell offers names of files for flags that take one, and for
// no other.
func completeFilesOnly(cmd *cobra.Command) {
	each := func(f *pflag.Flag) {
		_, known := cmd.GetFlagCompletionFunc(f.Name)
		if word := f.Value.Type(); !known && !slices.Contains([]string{"file", "folder", "command", "bool"}, word) {
			_ = cmd.RegisterFlagCompletionFunc(f.Name, cobra.NoFileCompletions)
		}
	}
	cmd.PersistentFlags().VisitAll(each)
	cmd.Flags().VisitAll(each)
	for _, c := range cmd.Commands() {
		completeFilesOnly(c)
	}
}

// knownCommands refuses what is no command, with the nearest one.
func knownCommands(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() || c.IsAdditionalHelpTopicCommand() {
			names = append(names, c.Name())
		}
	}
	return usage("unknown command %.60q for %q%s", args[0], cmd.CommandPath(), nearest.Suggestion(args[0], names, "there are "))
}

func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Help about a command, or about connection flags: iqscope help connection",
		Annotations: map[string]string{offline: ""},
		// Whatever the flags say, help is given.
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil },
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			var names []cobra.Completion
			if cmd, _, err := root.Find(args); err == nil {
				for _, c := range cmd.Commands() {
					names = append(names, c.Name())
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err == nil && len(rest) > 0 {
				err = knownCommands(cmd, rest)
			}
			if err != nil {
				return err
			}
			cmd.InitDefaultHelpFlag()
			return cmd.Help()
		},
	}
}

// connectionTopic is a page of help: the flags that say where to connect, and as whom.
func connectionTopic(root *cobra.Command) *cobra.Command {
	topic := &cobra.Command{
		Use: "connection", Short: "The flags that say where to connect, and as whom",
		Annotations: map[string]string{offline: ""},
	}
	topic.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		fmt.Fprintf(cmd.OutOrStdout(), "The flags that say where to connect, and as whom. Every command that connects has them; a\n"+
			"flag goes before the environment (IQSCOPE_JID, IQSCOPE_PASSWORD), and that before a profile\n"+
			"of the configuration file, where each has the same name without its dashes.\n\n%s",
			chosen(root.PersistentFlags(), func(f *pflag.Flag) bool { return !isOutput(f.Name) }).FlagUsages())
	})
	return topic
}

// isOutput says that a flag of the root is about what is printed.
func isOutput(flag string) bool { return slices.Contains([]string{"quiet", "verbose", "color"}, flag) }

func chosen(set *pflag.FlagSet, which func(*pflag.Flag) bool) *pflag.FlagSet {
	picked := pflag.NewFlagSet("", pflag.ContinueOnError)
	picked.SortFlags = false
	set.VisitAll(func(f *pflag.Flag) {
		if which(f) {
			picked.AddFlag(f)
		}
	})
	return picked
}

// writeUsage is the part of the help below the description.
func writeUsage(to io.Writer, cmd *cobra.Command) error {
	var b strings.Builder
	b.WriteString("Usage:\n")
	if cmd.Runnable() {
		fmt.Fprintf(&b, "  %s\n", cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s [command]\n", cmd.CommandPath())
	}
	if cmd.HasExample() {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", cmd.Example)
	}
	commands := func(title string, which func(*cobra.Command) bool) {
		for i, c := range slices.DeleteFunc(slices.Clone(cmd.Commands()), func(c *cobra.Command) bool { return !which(c) }) {
			if i == 0 {
				b.WriteString("\n" + title + ":\n")
			}
			fmt.Fprintf(&b, "  %-*s %s\n", cmd.NamePadding(), c.Name(), c.Short)
		}
	}
	commands("Commands", (*cobra.Command).IsAvailableCommand)
	commands("Topics, shown by iqscope help", (*cobra.Command).IsAdditionalHelpTopicCommand)
	flags := func(title string, set *pflag.FlagSet) {
		if text := set.FlagUsages(); text != "" {
			b.WriteString("\n" + title + ":\n" + text)
		}
	}
	shared := cmd.Root().PersistentFlags()
	flags("Flags", chosen(cmd.LocalFlags(), func(f *pflag.Flag) bool { return shared.Lookup(f.Name) == nil }))
	_, alone := cmd.Annotations[offline]
	flags("Common flags", chosen(shared, func(f *pflag.Flag) bool {
		return isOutput(f.Name) || !alone && slices.Contains(everyday, f.Name)
	}))
	if !alone {
		b.WriteString("\nThe other flags that say where to connect, and as whom: iqscope help connection\n")
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\nMore about a command: %s COMMAND --help\n", cmd.CommandPath())
	}
	_, err := io.WriteString(to, b.String())
	return err
}

// suggestFlag adds to an unknown flag the one that was likely meant.
func suggestFlag(cmd *cobra.Command, err error) error {
	word, unknown := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !unknown {
		return err
	}
	var names []string
	add := func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	}
	cmd.Flags().VisitAll(add)
	if best := nearest.Word(word, names, nearest.Slips(word)); best != "" {
		return fmt.Errorf("%w; did you mean --%s?", err, best)
	}
	return err
}

// named is a flag's value with the word that its help has for it.
type named struct {
	pflag.Value
	word string
}

func (n named) Type() string { return n.word }

// nameValues takes the words for values out of the texts, where pflag has them in backticks:
// completions show those texts as they stand.
func nameValues(cmd *cobra.Command) {
	each := func(f *pflag.Flag) {
		if word, text := pflag.UnquoteUsage(f); strings.Contains(f.Usage, "`") {
			f.Usage, f.Value = text, named{f.Value, word}
		}
	}
	cmd.PersistentFlags().VisitAll(each)
	cmd.Flags().VisitAll(each)
	for _, c := range cmd.Commands() {
		nameValues(c)
	}
}
