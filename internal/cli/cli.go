// Package cli is the command line: flags, subcommands and exit codes. It puts
// the parts together and has no opinion on XMPP of its own.
//
// Standard output carries data only; everything said to a person goes to
// standard error, one sentence each. On a terminal both are made safe to show
// (safetext); into a file or pipe data goes as the bytes it is. Exit codes are
// in exit.go, the JSON lines of send in record.go and summary.go: both are
// promises to scripts.
package cli

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"iqscope/internal/safetext"
	"iqscope/internal/secret"
)

// program is one run: its streams, its environment, and what the flags said.
type program struct {
	stdin    io.Reader
	stdout   io.Writer
	stderr   io.Writer
	environ  []string
	terminal secret.Terminal // where a password can be asked for
	flags    connectionFlags
	known    secret.Password // once it was asked for
	later    *laterPassword  // instead of it; nil without a screen
	// strictFields refuses filters and rules whose match is likely misspelt.
	strictFields bool
}

// Main runs the command line and returns the exit code. The context's end is an
// interruption. The environment is in the form of os.Environ.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, environ []string) int {
	// What a library has to say on its own account is not for the terminal, where a screen may be.
	log.SetOutput(io.Discard)
	p := &program{
		stdin: stdin, stdout: stdout, stderr: stderr,
		environ: environ, terminal: secret.Controlling{},
	}
	return p.run(ctx, args)
}

func (p *program) run(ctx context.Context, args []string) int {
	root := p.rootCommand()
	// Without arguments, cobra would look at the process's own.
	root.SetArgs(append([]string{}, args...))
	cmd, err := root.ExecuteContextC(ctx)
	return p.report(cmd, err)
}

func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "iqscope",
		Short: "Explore XMPP's request/response protocol, the IQ",
		Long: "iqscope composes IQs, sends them, watches them wait, and shows what came back and why.\n\n" +
			"Without a subcommand it opens the terminal UI: on the account that -j, IQSCOPE_JID or a\n" +
			"profile names, else on its built-in server. Profiles are in $XDG_CONFIG_HOME/iqscope/config.toml;\n" +
			"a flag goes before the environment, and that before a profile.",
		Example: "  iqscope\n  iqscope -j alice@example.org\n  iqscope send --demo --query http://jabber.org/protocol/disco#info",
		RunE:    func(cmd *cobra.Command, _ []string) error { return p.ui(cmd.Context()) },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return p.flags.check(cmd.Flags())
		},
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	p.registerFlags(root)
	p.strictFieldsFlag(root)
	p.themeFlags(root)
	root.AddCommand(p.sendCommand(), p.watchCommand(), p.checkCommand(), p.inspectCommand(), p.openCommand(), p.kindsCommand(), p.serveCommand(), p.passwordCommand(), p.versionCommand(),
		p.historyCommand(), p.configCommand(), p.doctorCommand(), p.manCommand())
	root.AddCommand(p.askCommands()...)
	return p.dressed(root)
}

// say tells the person one thing. Much of it quotes what others sent.
func (p *program) say(format string, args ...any) {
	fmt.Fprintln(p.stderr, "iqscope: "+safetext.Clean(fmt.Sprintf(format, args...)).String())
}

// warn tells of what is unwise or strange, but stopped nothing.
func (p *program) warn(warnings []string) {
	if p.flags.quiet {
		return
	}
	for _, w := range warnings {
		p.say("warning: %s", w)
	}
}

// getenv returns a variable of the environment; of two of one name the last.
func (p *program) getenv(name string) string {
	value, _ := p.lookupenv(name)
	return value
}

func (p *program) lookupenv(name string) (value string, found bool) {
	for _, entry := range p.environ {
		if key, v, ok := strings.Cut(entry, "="); ok && key == name {
			value, found = v, true
		}
	}
	return value, found
}

// terminalOf returns the stream's file if it is a terminal.
func terminalOf(stream any) (*os.File, bool) {
	f, ok := stream.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}
