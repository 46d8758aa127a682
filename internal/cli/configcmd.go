package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"iqscope/internal/config"
	"iqscope/internal/secret"
)

// configCommand tells where settings are, and what they come to.
func (p *program) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "config", Short: "Where the settings are, and what they come to",
		Args: knownCommands, Annotations: map[string]string{offline: ""},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use: "path", Short: "Print the files and folders that are read and written",
		Args: cobra.NoArgs, Annotations: map[string]string{offline: ""},
		RunE: func(*cobra.Command, []string) error { return p.configPath() },
	}, &cobra.Command{
		Use: "show", Short: "Print the settings that hold, and where each is from; secrets are hidden",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := p.settle(); err != nil {
				return err
			}
			return p.configShow()
		},
	})
	return cmd
}

func (p *program) configPath() error {
	file, err := config.Path(p.getenv)
	if err != nil {
		return refuse(err)
	}
	rules, err := config.Dir(p.getenv)
	if err != nil {
		return refuse(err)
	}
	kinds, err := config.KindsDir(p.getenv)
	if err != nil {
		return refuse(err)
	}
	state, err := config.StateDir(p.getenv)
	if err != nil {
		return refuse(err)
	}
	past, err := config.HistoryFile(p.getenv)
	if err != nil {
		return refuse(err)
	}
	out := p.output(outputRaw)
	return p.written(out.line(fmt.Sprintf("configuration  %s\nrules          %s\nkinds          %s\nremembered     %s\nhistory        %s", file, rules+"/rules", kinds, state, past)))
}

// hiddenSettings hold secrets, or may.
var hiddenSettings = []string{"password-command", "websocket"}

func (p *program) configShow() error {
	f := &p.flags
	from := func(flag *pflag.Flag) string {
		switch {
		case flag.Changed:
			return "flag"
		case flag.Name == "jid" && f.jid != "" && f.jid == p.getenv("IQSCOPE_JID"):
			return "IQSCOPE_JID"
		case flag.Value.String() != flag.DefValue && f.profile != "":
			return fmt.Sprintf("profile %q", f.profile)
		}
		return "default"
	}
	var lines []string
	f.set.VisitAll(func(flag *pflag.Flag) {
		if flag.Hidden || isOutput(flag.Name) || flag.Name == "help" {
			return
		}
		value := flag.Value.String()
		if slices.Contains(hiddenSettings, flag.Name) && value != "" {
			value = "(hidden)"
		}
		lines = append(lines, fmt.Sprintf("%-18s %-30s %s", flag.Name, value, from(flag)))
	})
	if _, given := p.lookupenv(secret.Variable); given {
		lines = append(lines, fmt.Sprintf("%-18s %-30s %s", "password", "(hidden)", secret.Variable))
	}
	return p.written(p.output(outputRaw).line(strings.Join(lines, "\n")))
}
