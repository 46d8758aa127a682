package cli

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"iqscope/internal/replay"
	"iqscope/session"
	"iqscope/session/negotiate"
	"iqscope/tui"
)

// keptOpen is how many requests of each side the screen shows of a recording: more than anybody scrolls
// through.
const keptOpen = 2000

func (p *program) openCommand() *cobra.Command {
	var f recordedFlags
	cmd := &cobra.Command{
		Use:         "open FILE",
		Annotations: map[string]string{offline: ""},
		Short:       "Show a recording, a captured stream or another tool's log on the screen",
		Long: "Open shows the terminal UI with what --record wrote, a captured stream, or the log of another\n" +
			"tool, without a connection: the log with its filters and searches, the requests and how each\n" +
			"ended, the inspector, copies. Nothing can be sent. iqscope inspect prints the same.\n\n" +
			"Exit codes: 0 it was shown; 2 wrong usage, unreadable, or no XMPP in it.",
		Example: "  iqscope open bug.jsonl\n  iqscope open --format profanity profanity.log",
		Args:    oneRecording(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return err
			}
			if err := refuseConnectionFlags(cmd, "jid", "component", "lenient", "show-secrets"); err != nil {
				return err
			}
			if args[0] == "-" {
				return usage("the screen needs the keyboard as its input: give a file, or use iqscope inspect -")
			}
			return p.open(cmd.Context(), args, f)
		},
	}
	f.register(cmd)
	p.strictFieldsFlag(cmd)
	p.themeFlags(cmd)
	return cmd
}

// open shows a recording until the user quits.
func (p *program) open(ctx context.Context, args []string, f recordedFlags) error {
	input, err := p.screenTerminal("inspect")
	if err != nil {
		return err
	}
	r, notices, err := p.replayed(ctx, args, f, replay.Options{Kept: keptOpen})
	if err != nil {
		return err
	}
	keys, err := p.chosenKeys(tui.CheckKeys)
	if err != nil {
		return err
	}
	o, err := p.screenOptions(input, keys)
	if err != nil {
		return err
	}
	o.Session = session.New(session.Config{Negotiate: negotiate.Config{JID: r.Account}})
	o.Offline = &tui.Offline{Name: filepath.Base(args[0]), Recording: r}
	o.Notices = append(o.Notices, notices...)
	return p.show(ctx, o)
}
