package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"iqscope/internal/safetext"
	"iqscope/session"
	"iqscope/session/handler"
	"iqscope/session/match"
)

// watchFlags are the flags of watch.
type watchFlags struct {
	filter, output string
	period         seconds // 0: for ever
	count          int     // 0: any number
	all, presence  bool
}

func (p *program) watchCommand() *cobra.Command {
	var f watchFlags
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Print what arrives",
		Long: "Watch logs in and prints each message, presence and IQ that arrives, one JSON object a\n" +
			"line: seq, time, dir, kind, type, id, from, to, payload, bytes, verdict, xml, broken. What\n" +
			"does not apply is null. With --all it prints both directions, the login and the stream's\n" +
			"own elements too. --filter picks by a stanza path, as the log's filter does. What arrives\n" +
			"broken is printed as it stood; broken says why, and where in it.\n\n" +
			"Requests are answered meanwhile as in the terminal UI, by the profile's rules too. The\n" +
			"link is kept alive and brought back when it is lost, unless the profile says otherwise.\n" +
			"What finds the output clogged is counted, and the number said at the end.\n\n" +
			"It ends when --count is reached, when the time of --for is up, or by Ctrl+C.\n\n" +
			"Exit codes: 0 the count was reached, or the time was up; 3 the time was up before the\n" +
			"count was reached; 2 wrong usage, 4 cannot connect or log in, 5 connection lost,\n" +
			"130 interrupted, or nobody reads the output any more.",
		Example: "  iqscope watch --demo --all --for 1\n" +
			"  iqscope watch --demo --all --output pretty --filter 'features or success' --count 3\n" +
			"  iqscope watch -j alice@example.org --presence --filter 'message and not *@from.domain=example.org'\n" +
			"  iqscope watch -j alice@example.org --filter 'iq@type=get/version' --count 1 --for 30s",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.check(); err != nil {
				return err
			}
			filter, err := p.watchFilter(f)
			if err != nil {
				return err
			}
			if err := p.settle(); err != nil {
				return err
			}
			if f.presence && p.flags.component {
				return usage("a component has no presence of its own; --presence does not go with %s", p.flags.called("component"))
			}
			return p.watch(cmd.Context(), f, filter)
		},
	}
	set := cmd.Flags()
	set.SortFlags = false
	set.StringVar(&f.filter, "filter", "", "stanza `path` that picks what is printed, such as 'iq@type=get/version'")
	p.strictFieldsFlag(cmd)
	set.Var(&f.period, "for", "how long to watch from the login on: seconds, or a `duration` such as 1m30s; 0 for ever")
	set.IntVar(&f.count, "count", 0, "how many to print at most; 0 for any number")
	set.BoolVar(&f.all, "all", false, "print both directions, the login and the stream's own elements too")
	set.BoolVar(&f.presence, "presence", false, "be available first: servers send messages to those only, here instead of elsewhere perhaps")
	outputFlag(cmd, &f.output, outputJSON, outputs)
	_ = cmd.RegisterFlagCompletionFunc("filter", cobra.NoFileCompletions)
	return cmd
}

func (f *watchFlags) check() error {
	if err := oneOf(f.output, outputs); err != nil {
		return err
	}
	if f.count < 0 {
		return usage("--count is a number from 0")
	}
	return nil
}

// arriving is what watch prints without --all. The answer to resource binding is
// the login's.
const arriving = "(iq@dir=in or message@dir=in or presence@dir=in or broken@dir=in)" +
	" and not iq@type=result/{urn:ietf:params:xml:ns:xmpp-bind}bind"

// watchFilter is what the flags pick. A bad path is refused with its place.
func (p *program) watchFilter(f watchFlags) (handler.Matcher, error) {
	var terms []*match.Expr
	if !f.all {
		x, err := match.Compile(arriving, nil)
		if err != nil {
			return nil, err
		}
		terms = append(terms, x)
	}
	if f.filter != "" {
		x, err := match.Compile(f.filter, match.BasicKeys())
		var bad *match.SyntaxError
		switch {
		case errors.As(err, &bad):
			p.point(bad)
			return nil, &exit{exitUsage, nil}
		case err != nil:
			return nil, usage("--filter: %w", err)
		}
		if err := p.doubt("--filter: ", x.Doubts()); err != nil {
			return nil, err
		}
		terms = append(terms, x)
	}
	return match.And(terms...), nil
}

// maxPointed is how much of a bad path is shown before and behind the fault, in
// bytes: what fits a line of a terminal.
const maxPointed = 60

// point says what is wrong with a path, and shows where.
func (p *program) point(bad *match.SyntaxError) {
	p.say("--filter: %v", bad)
	p.pointAt(bad.Text, bad.Pos)
}

// doubt warns of what a path likely misspells, or refuses it.
func (p *program) doubt(where string, doubts []match.Doubt) error {
	if !p.strictFields {
		where = "warning: " + where
	}
	for _, d := range doubts {
		p.say("%scolumn %d: %s", where, d.Column(), d.Words)
		p.pointAt(d.Text, d.Pos)
	}
	if p.strictFields && len(doubts) > 0 {
		return &exit{exitUsage, nil}
	}
	return nil
}

func (p *program) strictFieldsFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&p.strictFields, "strict-fields", false,
		"refuse filters and rules whose match is likely misspelt, such as iq@tpye, instead of a warning")
}

// pointAt shows a path with a caret under one of its bytes.
func (p *program) pointAt(text string, pos int) {
	before, behind := text[:pos], text[pos:]
	if len(before) > maxPointed {
		before = "…" + strings.ToValidUTF8(before[len(before)-maxPointed:], "")
	}
	if len(behind) > maxPointed {
		behind = strings.ToValidUTF8(behind[:maxPointed], "") + "…"
	}
	shown := safetext.CleanLine(before)
	p.say("  %s%s", shown, safetext.CleanLine(behind))
	p.say("  %s^", strings.Repeat(" ", shown.Width()))
}

// watch prints until one of the reasons to end comes.
func (p *program) watch(ctx context.Context, f watchFlags, filter handler.Matcher) (err error) {
	l, err := p.link(lasting)
	if err != nil {
		return err
	}
	defer l.leave(&err)
	// In place before anything arrives, or is said on the way in.
	w := newWatcher(p.output(f.output), f.count)
	if err := l.session.Handle(handler.Callback(watcherName, handler.BothWays(filter), w.see)); err != nil {
		return refuse(err)
	}
	err = p.watchUntil(ctx, f, l.session, w)
	warnings := w.end(l.session)
	if errors.Is(err, errTimeUp) {
		select {
		case <-w.done: // with the last that was waiting to be printed
			err = p.written(w.err)
		default:
			err = f.whenTimeIsUp(l.session)
		}
	}
	p.warn(warnings)
	return err
}

// errTimeUp is the end that --for asked for.
var errTimeUp = errors.New("the time is up")

// watchUntil connects, and returns when it is time to end.
func (p *program) watchUntil(ctx context.Context, f watchFlags, s *session.Session, w *watcher) error {
	if err := s.Connect(ctx); ctx.Err() != nil {
		return &exit{exitInterrupted, nil}
	} else if err != nil {
		return connectError(ctx, err)
	}
	var timeUp <-chan time.Time
	if f.period > 0 {
		timer := time.NewTimer(time.Duration(f.period))
		defer timer.Stop()
		timeUp = timer.C
	}
	link := follower{program: p, session: s, presence: f.presence}
	link.available()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return &exit{exitInterrupted, nil}
		case <-w.done:
			return p.written(w.err)
		case <-timeUp:
			return errTimeUp
		case <-look.C:
			if err := link.look(); err != nil {
				return err
			}
		}
	}
}

// whenTimeIsUp says how it ended when the time did.
func (f watchFlags) whenTimeIsUp(s *session.Session) error {
	period := time.Duration(f.period)
	switch status := s.Status(); {
	case status.State == session.Lost:
		return &exit{exitLost, fmt.Errorf("%v were up without a connection: %w", period, status.Err)}
	case f.count > 0:
		return &exit{exitTimeout, fmt.Errorf("not %d came within %v", f.count, period)}
	}
	return nil
}
