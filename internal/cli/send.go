package cli

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"iqscope/internal/report"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
)

// Limits of a series.
const (
	maxCount  = 10_000_000 // an hour at the rate of a quick server
	maxWindow = 100_000    // as many ended ids as a session remembers
)

// sendFlags are the flags of send.
type sendFlags struct {
	to, typ, query, id string
	kind               string   // of the request
	set                []string // its fields
	typeGiven          bool
	output             string
	count, window      int
	raw, broken        bool
}

func (p *program) sendCommand() *cobra.Command {
	var f sendFlags
	cmd := &cobra.Command{
		Use:   "send [XML|-]",
		Short: "Send one IQ and print the answer",
		Long: "Send an IQ that is typed as XML, piped in, or built from --kind and --set, or from --type\n" +
			"and --query; wait for its end, and print the answer. A typed IQ is sent byte for byte; only a\n" +
			"missing id is filled in, and that is said.\n\n" +
			"With --count, the same IQ is sent that many times, each with an id of its own, and\n" +
			"a summary of the times it took ends the output.\n\n" +
			"With --raw, any stanza is sent exactly as it was typed, a message, a presence or a broken\n" +
			"IQ too; it only has to be well-formed, and with --broken not even that. A get or set with\n" +
			"an id waits for its answer. After anything else the stream is ended politely, and what the\n" +
			"server said to the stanza until then is printed.\n\n" +
			"Exit codes: 0 result, 1 error reply, 2 wrong usage or refused here, 3 timeout,\n" +
			"4 cannot connect or log in, 5 connection lost, 130 interrupted.",
		Example: "  iqscope send --demo --kind disco_info --to demo.localhost\n" +
			"  iqscope send --demo --query http://jabber.org/protocol/disco#info --to demo.localhost\n" +
			"  iqscope send -j alice@example.org \"<iq type='get' to='example.org'><ping xmlns='urn:xmpp:ping'/></iq>\"\n" +
			"  iqscope send -j alice@example.org --output json - < request.xml\n" +
			"  iqscope send --demo --raw \"<message to='romeo@demo.localhost' id='m1'><body>Hi</body></message>\"",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("%d arguments; put the XML in quotes, so that the shell keeps it together", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			f.typeGiven = cmd.Flags().Changed("type")
			if err := f.check(); err != nil {
				return err
			}
			if err := p.settle(); err != nil {
				return err
			}
			if f.raw {
				return p.sendRaw(cmd.Context(), f, args)
			}
			r, err := p.request(cmd.Context(), f, args)
			if err != nil {
				return err
			}
			return p.send(cmd.Context(), f, r)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	set := cmd.Flags()
	set.SortFlags = false
	set.StringVar(&f.to, "to", "", "address to ask; without it, your own account's server answers")
	set.StringVar(&f.typ, "type", string(stanza.Get), "get or set")
	set.StringVar(&f.kind, "kind", "", "request kind to send; iqscope kinds lists them")
	set.StringArrayVar(&f.set, "set", nil, "a field of the kind, as `field=value`, or field@FILE; can be given several times")
	set.StringVar(&f.query, "query", "", "`namespace` of an empty payload to send: <query/>, or what is known to ask there, such as <ping/>")
	set.StringVar(&f.id, "id", "", "id to send; a random one by default")
	set.BoolVar(&f.raw, "raw", false, "send any stanza as it is typed, whatever the rules of an IQ say")
	set.BoolVar(&f.broken, "broken", false, "with --raw, send what is not even well-formed, byte for byte")
	set.StringVarP(&f.output, "output", "o", outputPretty, "pretty, raw or json")
	set.IntVar(&f.count, "count", 1, "how many to send")
	set.IntVar(&f.window, "window", 1, "how many of them wait for their answers at the same time")
	for flag, values := range map[string][]string{"output": outputs, "type": {string(stanza.Get), string(stanza.Set)}} {
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	_ = cmd.RegisterFlagCompletionFunc("kind", p.completeKinds)
	_ = cmd.RegisterFlagCompletionFunc("set", func(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return p.completeFields(f.kind, typed)
	})
	return cmd
}

func (f *sendFlags) check() error {
	switch {
	case f.kind != "" && (f.query != "" || f.typeGiven):
		return usage("--kind says type and payload: --query and --type do not go with it")
	case len(f.set) > 0 && f.kind == "":
		return usage("--set sets a field of the request kind that --kind names")
	case !slices.Contains(outputs, f.output):
		return usage("--output is one of %s, not %q", strings.Join(outputs, ", "), f.output)
	case f.typ != string(stanza.Get) && f.typ != string(stanza.Set):
		return usage("--type is get or set, which alone are answered, not %q", f.typ)
	case f.count < 1 || f.count > maxCount:
		return usage("--count is a number from 1 to %d", maxCount)
	case f.window < 1 || f.window > maxWindow:
		return usage("--window is a number from 1 to %d", maxWindow)
	case f.broken && !f.raw:
		return usage("--broken sends what is not well-formed as it stands; it needs --raw")
	case f.raw && f.builds():
		return usage("--raw sends XML as it is typed: --to, --type, --kind, --set, --query and --id do not go with it")
	case f.raw && f.count > 1:
		return usage("--raw sends one stanza as it is typed; --count gives each an id of its own and does not go with it")
	}
	return nil
}

// send connects, sends the request once or many times, and prints what became of it.
func (p *program) send(ctx context.Context, f sendFlags, r request) (err error) {
	l, err := p.link(oneShot)
	if err != nil {
		return err
	}
	defer l.leave(&err)
	out := p.output(f.output)
	r.warnings = r.warningsFor(f.count)
	if f.output != outputJSON {
		p.warn(r.warnings)
	}
	if err := l.session.Connect(ctx); err != nil {
		return connectError(ctx, err)
	}
	if f.count > 1 {
		return p.sendMany(ctx, l, f, r, out)
	}
	one, err := p.sendOne(ctx, l.session, r.iq)
	if err != nil {
		return refuse(err)
	}
	return p.sent(out, l.session, one, r.warnings)
}

// sent prints how a request ended, and makes an exit code of it.
func (p *program) sent(out *output, s *session.Session, r session.Exchange, warnings []string) error {
	refused, r := refusals(s, r)
	odd := report.Oddities(r.Stanza, r.Reply) // a series does without: it costs more than sending
	if err := p.written(out.ended(r, slices.Concat(warnings, odd, refused))); err != nil {
		return err
	}
	e := &exit{code: report.Code(r)}
	if out.format != outputJSON {
		p.warn(slices.Concat(refused, report.Refusals(r.Refused), odd))
		e.err = r.Err
	}
	if e.code == exitResult {
		return nil
	}
	return e
}

// sendOne sends a request and waits for its end; the context's cancels it.
func (p *program) sendOne(ctx context.Context, s *session.Session, iq *stanza.Stanza, options ...session.SendOption) (session.Exchange, error) {
	r, err := s.Start(iq, append(options, session.WithTimeout(time.Duration(p.flags.timeout)))...)
	if err != nil {
		return session.Exchange{}, err
	}
	return ended(ctx, r), nil
}

// ended is how a request ended; the context's end cancels it.
func ended(ctx context.Context, r *session.Request) session.Exchange {
	select {
	case <-r.Done():
	case <-ctx.Done():
		r.Cancel()
		<-r.Done()
	}
	return r.Exchange()
}

// errNothingToSend says how to give something.
var errNothingToSend = errors.New("nothing to send: give the IQ as XML, pipe it in, or name what to ask with --kind or --query")
