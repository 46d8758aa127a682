package cli

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"iqscope/history"
	"iqscope/internal/archive"
	"iqscope/internal/report"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

// usualEntries is how many entries are listed unless more are asked for.
const usualEntries = 50

// listing are the flags of list and search.
type listing struct {
	entryFilter
	format string
	limit  int
	all    bool
}

func (p *program) listingFlags(cmd *cobra.Command, f *listing) {
	p.filterFlags(cmd, &f.entryFilter)
	cmd.Flags().IntVarP(&f.limit, "limit", "n", usualEntries, "how many at most, the newest first")
	cmd.Flags().BoolVar(&f.all, "all", false, "all that there are")
	outputFlag(cmd, &f.format, outputPretty, historyOutputs)
}

func (p *program) historyListCommand() *cobra.Command {
	var f listing
	var series bool
	cmd := &cobra.Command{
		Use: "list", Short: "List what was sent and how it ended, newest first", Args: cobra.NoArgs,
		Long: "List what was sent and how it ended, newest first: the entry's number, when it ended, what was\n" +
			"asked, of whom, how it ended, after what time, and its tags; an asterisk is for what is pinned.\n\n" +
			"With --output json, each entry is a line with all there is, as export has it.",
		Example: "  iqscope history list --outcome timeout,error --since today\n  iqscope history list --to pubsub.example.org --all --output json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if series {
				return p.listSeries(cmd, f)
			}
			return p.listEntries(cmd.Context(), f, "")
		},
	}
	p.listingFlags(cmd, &f)
	cmd.Flags().BoolVar(&series, "series", false, "list the series of requests that --count and repeating made, with their figures")
	return cmd
}

func (p *program) historySearchCommand() *cobra.Command {
	var f listing
	cmd := &cobra.Command{
		Use: "search WORD…", Short: "List the entries that have all the words, newest first",
		Long: "List the entries that have all the words somewhere in the request, its replies, the tags or the\n" +
			"note. Case and accents do not count, and the last word may be the beginning of one; disco#info is\n" +
			"two words that follow each other. --match holds the stanzas against a path instead, or as well.",
		Example: "  iqscope history search item-not-found\n  iqscope history search --match 'iq@type=error/error/forbidden' --since 7d",
		RunE: func(cmd *cobra.Command, args []string) error {
			words := strings.Join(args, " ")
			if strings.TrimSpace(words) == "" && f.match == "" {
				return usage("search for what? Give a word or two, or a stanza path with --match")
			}
			return p.listEntries(cmd.Context(), f, words)
		},
	}
	p.listingFlags(cmd, &f)
	return cmd
}

func (f *listing) check() error {
	if f.limit < 1 {
		return usage("--limit is a number from 1; --all lists all")
	}
	return oneOf(f.format, historyOutputs)
}

// listEntries prints the entries that fit.
func (p *program) listEntries(ctx context.Context, f listing, words string) error {
	if err := f.check(); err != nil {
		return err
	}
	q, err := p.query(f.entryFilter)
	if err != nil {
		return err
	}
	q.Words = words
	if f.all {
		f.limit = 0
	}
	l := lister{out: p.output(f.format), header: true}
	if f.format == outputPretty {
		if l.catalog, err = p.catalogue(); err != nil {
			return err
		}
	}
	return p.look(ctx, func(h *history.History) error {
		err := search(ctx, h, q, f.limit, func(page []history.Entry) error { return p.written(l.print(page)) })
		if err == nil && l.header && f.format == outputPretty {
			p.say("no entry fits")
		}
		return err
	})
}

// lister prints entries.
type lister struct {
	out     *output
	catalog *catalog.Catalog
	header  bool // is still to be printed
}

func (l *lister) print(entries []history.Entry) error {
	var t report.Table
	if l.header {
		t.Row("", "ENDED", "TYPE", "ASKED", "OF", "OUTCOME", "TIME", "TAGS")
	}
	l.header = false
	for _, e := range entries {
		if l.out.format == outputJSON {
			text, err := archive.Line(e)
			if err == nil {
				err = l.out.line(text)
			}
			if err != nil {
				return err
			}
			continue
		}
		mark := ""
		if e.Pinned {
			mark = "*"
		}
		_, took, _ := report.Ended(e.Exchange, nil)
		t.Row(fmt.Sprint(e.ID, mark), localTime(e.Ended), string(e.Stanza.Type()), l.asked(e.Stanza), orDash(e.Stanza.To()),
			string(e.Outcome), took, strings.Join(e.Tags, " "))
	}
	if l.out.format == outputJSON {
		return nil
	}
	return l.out.table(&t)
}

// asked is the name of what a request asks: its kind's, or its payload's.
func (l *lister) asked(request *stanza.Stanza) string {
	if kinds := l.catalog.KindsOf(request); len(kinds) > 0 {
		return kinds[0].Key
	}
	return orDash(request.Payload().Local)
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func localTime(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Local().Format("2006-01-02 15:04:05")
}

// listSeries prints the series.
func (p *program) listSeries(cmd *cobra.Command, f listing) error {
	if err := f.check(); err != nil {
		return err
	}
	other := ""
	cmd.LocalFlags().VisitAll(func(flag *pflag.Flag) {
		if flag.Changed && !slices.Contains([]string{"series", "limit", "all", "output"}, flag.Name) {
			other = flag.Name
		}
	})
	if other != "" {
		return usage("--series lists series; --%s, which chooses entries, does not go with it", other)
	}
	if f.format == outputJSON {
		return usage("--series is for reading; --output json is for entries, and list --in-series has those of a series")
	}
	if f.all {
		f.limit = math.MaxInt32
	}
	c, err := p.catalogue()
	if err != nil {
		return err
	}
	l := lister{out: p.output(f.format), catalog: c}
	return p.look(cmd.Context(), func(h *history.History) error {
		all, err := h.SeriesOf(cmd.Context(), f.limit)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			p.say("there is no series")
			return nil
		}
		var t report.Table
		t.Row("", "BEGAN", "ASKED", "OF", "SENT", "OK", "ERROR", "TIMEOUT", "OTHER", "P50", "P95", "P99")
		for _, s := range all {
			t.Row(fmt.Sprint(s.ID), localTime(s.Began), l.asked(s.Request), orDash(s.Request.To()), fmt.Sprint(s.Count), fmt.Sprint(s.OK),
				fmt.Sprint(s.Errors), fmt.Sprint(s.Timeouts), fmt.Sprint(s.Others), rank(s.P50), rank(s.P95), rank(s.P99))
		}
		return p.written(l.out.table(&t))
	})
}

// rank is a round trip of a series.
func rank(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return fmt.Sprintf("%.3f ms", float64(d.Microseconds())/1000)
}
