package cli

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"iqscope/history"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

// outcomes are how a request can end.
var outcomes = match.Values("outcome")

// entryFilter are the flags that say which entries are meant.
type entryFilter struct {
	outcomes             []string
	to, payload, account string
	tag, match           string
	pinned               bool
	series               int64
	since, until         string
}

func (p *program) filterFlags(cmd *cobra.Command, f *entryFilter) {
	set := cmd.Flags()
	set.SortFlags = false
	set.StringSliceVar(&f.outcomes, "outcome", nil, "only those that ended so: "+strings.Join(outcomes, ", ")+"; several with commas")
	set.StringVar(&f.to, "to", "", "only those to this `address`; a bare one means its resources too")
	set.StringVar(&f.payload, "payload", "", "only those with this payload: a `namespace`, a name, or {namespace}name")
	set.StringVar(&f.account, "account", "", "only those of this `account`; a bare one means its resources too")
	set.StringVar(&f.tag, "tag", "", "only those with this tag")
	set.BoolVar(&f.pinned, "pinned", false, "only those that are pinned")
	set.Int64Var(&f.series, "in-series", 0, "only those of the series of this `number`; list --series has them")
	set.StringVar(&f.since, "since", "", "only those that ended since then: a `time` such as 2026-11-26, 2026-11-26T12:00, today, or 2h or 3d ago")
	set.StringVar(&f.until, "until", "", "only those that ended before that `time`; a date is the whole day")
	set.StringVar(&f.match, "match", "", "only those whose request or reply fits this stanza `path`, such as 'iq/disco_info'")
	p.strictFieldsFlag(cmd)
	_ = cmd.RegisterFlagCompletionFunc("outcome", cobra.FixedCompletions(outcomes, cobra.ShellCompDirectiveNoFileComp))
}

// query is the question that the flags ask.
func (p *program) query(f entryFilter) (history.Query, error) {
	q := history.Query{Target: f.to, Payload: f.payload, Account: f.account, Tag: f.tag, Pinned: f.pinned, Series: f.series}
	for _, o := range f.outcomes {
		if !slices.Contains(outcomes, o) {
			return q, usage("--outcome is one of %s, not %q", strings.Join(outcomes, ", "), o)
		}
		q.Outcomes = append(q.Outcomes, stanza.Outcome(o))
	}
	if f.series < 0 {
		return q, usage("--in-series is a number from 1")
	}
	var err error
	now := time.Now()
	if f.since != "" {
		if q.Since, _, err = history.When(f.since, now); err != nil {
			return q, usage("--since: %w", err)
		}
	}
	if f.until != "" {
		if _, q.Until, err = history.When(f.until, now); err != nil {
			return q, usage("--until: %w", err)
		}
	}
	if f.match != "" {
		q.Match, err = p.path("--match: ", f.match)
	}
	return q, err
}

// path compiles a stanza path; one that is bad is shown with its place.
func (p *program) path(where, text string) (*match.Expr, error) {
	x, err := match.Compile(text, match.BasicKeys())
	var bad *match.SyntaxError
	switch {
	case errors.As(err, &bad):
		p.say("%s%v", where, bad)
		p.pointAt(bad.Text, bad.Pos)
		return nil, &exit{exitUsage, nil}
	case err != nil:
		return nil, usage("%s%w", where, err)
	}
	return x, p.doubt(where, x.Doubts())
}

// search does something with each entry that a question finds, newest first, until there is none or
// there were so many; 0 is for all of them.
func search(ctx context.Context, h *history.History, q history.Query, most int, page func([]history.Entry) error) error {
	for {
		if q.Limit = pageSize; most > 0 {
			q.Limit = min(pageSize, most)
		}
		found, err := h.Search(ctx, q)
		if err != nil {
			return err
		}
		if len(found.Entries) > 0 {
			if err := page(found.Entries); err != nil {
				return err
			}
		}
		if most > 0 {
			if most -= len(found.Entries); most <= 0 {
				return nil
			}
		}
		if q.Before = found.Next; q.Before == 0 {
			return nil
		}
	}
}

// pageSize is how many entries are in memory at a time.
const pageSize = 500
