package cli

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"iqscope/internal/report"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/catalog"
	"iqscope/session"
)

// asking is what one of the short commands asks: a kind of the catalogue, of as many as are named.
type asking struct {
	kind     string
	values   catalog.Values
	format   string
	window   int // how many are asked at the same time
	count    int // how often each
	interval seconds
}

// askCommands are the short ways to ask what is asked most. Each is a kind of the catalogue.
func (p *program) askCommands() []*cobra.Command {
	return []*cobra.Command{
		p.pingCommand(), p.discoCommand(),
		p.askCommand("time", "time", "Ask what time they have, and in which zone they are"),
		p.askCommand("last", "last", "Ask for how long they have been idle, away or running"),
		p.askCommand("vcard", "vcard_get", "Ask for their business cards"),
		p.askCommand("commands", "command_list", "Ask which commands they carry out for you"),
		p.rosterCommand(),
	}
}

const askHelp = "Several are asked at the same time, on one connection, and the answers are a table in the order\n" +

	"of the names; one answer is shown whole. Without a name the server answers for your own account,\n" +
	"and - reads names from standard input, one a line. With --output json there is a line for each as\n" +
	"it ends, as send prints it, with the fields of the answer.\n\n" +
	"Exit codes are send's. Of several, the worst counts: 5 before 3 before 1 before 0."

// askCommand is a command that asks a kind without fields.
func (p *program) askCommand(name, kind, short string) *cobra.Command {
	a := asking{kind: kind}
	cmd := &cobra.Command{
		Use: name + " [JID…|-]", Short: short, Long: short + ".\n\n" + askHelp,
		RunE:              func(cmd *cobra.Command, args []string) error { return p.ask(cmd.Context(), a, args) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	a.register(cmd)
	return cmd
}

// register gives a command the flags that all of them have.
func (a *asking) register(cmd *cobra.Command) {
	set := cmd.Flags()
	set.SortFlags = false
	a.count = 1
	set.StringVarP(&a.format, "output", "o", outputText, "text or json")
	set.IntVar(&a.window, "window", 20, "how many are asked at the same time")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(checkOutputs, cobra.ShellCompDirectiveNoFileComp))
}

func (p *program) pingCommand() *cobra.Command {
	a := asking{kind: "ping", interval: seconds(time.Second)}
	cmd := &cobra.Command{
		Use: "ping [JID…|-]", Short: "Ask whether they are there, and measure how long an answer takes",
		Long: "Ask whether somebody is there, and measure how long the answer takes. An error reply shows that,\n" +
			"too: it is there, and knows no ping.\n\n" + askHelp + "\n\n" +
			"With --count, each is asked that often; there is a line for each answer, and a summary.",
		Example:           "  iqscope ping --demo demo.localhost\n  iqscope ping -j alice@example.org --count 5 example.org example.net",
		RunE:              func(cmd *cobra.Command, args []string) error { return p.ask(cmd.Context(), a, args) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	a.register(cmd)
	cmd.Flags().IntVarP(&a.count, "count", "c", 1, "how often each is asked")
	cmd.Flags().VarP(&a.interval, "interval", "i", "how long to wait before asking one again: seconds, or a `duration`")
	return cmd
}

func (p *program) discoCommand() *cobra.Command {
	a := asking{kind: "disco_info"}
	var node, most, after string
	var items bool
	cmd := &cobra.Command{
		Use: "disco [JID…|-]", Short: "Ask what they are and what they understand, or what there is",
		Long: "Ask what something is, its identities, and what it understands, its features; with --items, what\n" +
			"there is at it: the services of a server, the rooms or nodes of a service.\n\n" + askHelp,
		Example: "  iqscope disco --demo demo.localhost\n  iqscope disco --demo --items demo.localhost",
		RunE: func(cmd *cobra.Command, args []string) error {
			a.values = catalog.Values{}
			for name, value := range map[string]string{"node": node, "max": most, "after": after} {
				if cmd.Flags().Changed(name) {
					a.values[name] = []string{value}
				}
			}
			if items {
				a.kind = "disco_items"
			} else if most+after != "" {
				return usage("--max and --after choose a page of items; they need --items")
			}
			return p.ask(cmd.Context(), a, args)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	a.register(cmd)
	cmd.Flags().StringVar(&node, "node", "", "the part of each to ask about")
	cmd.Flags().BoolVar(&items, "items", false, "list what there is")
	cmd.Flags().StringVar(&most, "max", "", "how many items to list at most (XEP-0059)")
	cmd.Flags().StringVar(&after, "after", "", "the last `item` of the page before")
	return cmd
}

func (p *program) rosterCommand() *cobra.Command {
	cmd := p.askCommand("roster", "roster_get", "List your contacts")
	cmd.Use, cmd.Args = "roster", cobra.NoArgs
	cmd.Long = "List your contacts, as the server keeps them for your account.\n\nExit codes are send's."
	_ = cmd.Flags().MarkHidden("window")
	return cmd
}

func (a *asking) check() error {
	switch {
	case !slices.Contains(checkOutputs, a.format):
		return usage("--output is one of %s, not %q", strings.Join(checkOutputs, ", "), a.format)
	case a.count < 1 || a.count > maxCount:
		return usage("--count is a number from 1 to %d", maxCount)
	case a.window < 1 || a.window > maxWindow:
		return usage("--window is a number from 1 to %d", maxWindow)
	}
	return nil
}

// target is one who is asked.
type target struct {
	name    string // as it was given; the own account for none
	request request
	ended   session.Exchange // what became of it, the last time it was asked
	tally   report.Tally     // of all the times, if there are several
	answer  *report.Answer
}

// ask asks all who are named, and prints what they say.
func (p *program) ask(ctx context.Context, a asking, names []string) (err error) {
	if err := a.check(); err != nil {
		return err
	}
	if err := p.settle(); err != nil {
		return err
	}
	c, err := p.catalogue()
	if err != nil {
		return err
	}
	k, err := c.Kind(a.kind)
	if err != nil {
		return refuse(err)
	}
	targets, err := p.targets(ctx, k, a.values, names)
	if err != nil {
		return err
	}
	l, err := p.link(oneShot)
	if err != nil {
		return err
	}
	defer l.leave(&err)
	if err := l.session.Connect(ctx); err != nil {
		return connectError(ctx, err)
	}
	r := &round{p: p, asking: a, catalog: c, kind: k, link: l, session: l.session, out: p.output(a.format), start: time.Now()}
	if err := r.all(ctx, targets); err != nil {
		return err
	}
	return r.end(ctx, targets)
}

// targets makes a request for each name; one name is asked once, however often it was given.
func (p *program) targets(ctx context.Context, k *catalog.Kind, v catalog.Values, names []string) ([]*target, error) {
	from, err := p.flags.sender()
	if err != nil {
		return nil, err
	}
	xml, err := k.XML(v)
	if err != nil {
		return nil, usage("%w", err)
	}
	if len(names) == 0 {
		own, err := p.flags.account()
		if err != nil {
			return nil, err
		}
		r, err := from.build(sendFlags{}, k.Type, iqbuilder.WithPayload(xml))
		return []*target{{name: own.Bare().String(), request: r}}, err
	}
	jids, err := p.names(ctx, names)
	if err != nil {
		return nil, err
	}
	var all []*target
	for _, jid := range jids {
		r, err := from.build(sendFlags{to: jid}, k.Type, iqbuilder.WithPayload(xml))
		if err != nil {
			return nil, err
		}
		all = append(all, &target{name: jid, request: r})
	}
	return all, nil
}
