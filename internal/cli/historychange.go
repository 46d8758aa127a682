package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"iqscope/history"
)

func (p *program) historyTagCommand() *cobra.Command {
	var off []string
	cmd := &cobra.Command{
		Use: "tag NUMBER [TAG…]", Short: "Give an entry tags, or print those that it has",
		Long:    "Give an entry tags, words without spaces and commas, besides those that it has; without one, print them.",
		Example: "  iqscope history tag 12 flaky release-2\n  iqscope history tag 12 --remove flaky",
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := entryNumbers(cmd, args[:min(1, len(args))], 1, 1)
			if err != nil {
				return err
			}
			tags := args[1:]
			return p.change(cmd.Context(), func(h *history.History) error {
				e, err := entry(cmd.Context(), h, ids[0])
				if err != nil {
					return err
				}
				if len(tags)+len(off) == 0 {
					for _, tag := range e.Tags {
						if err := p.output(outputRaw).line(tag); err != nil {
							return p.written(err)
						}
					}
					return nil
				}
				all := slices.DeleteFunc(append(slices.Clone(e.Tags), tags...), func(tag string) bool { return slices.Contains(off, tag) })
				return h.Change(cmd.Context(), e.ID, history.Change{Tags: &all})
			})
		},
	}
	cmd.Flags().StringSliceVar(&off, "remove", nil, "a `tag` to take away; several with commas")
	return cmd
}

func (p *program) historyNoteCommand() *cobra.Command {
	return &cobra.Command{
		Use: "note NUMBER [TEXT…]", Short: "Write a note on an entry, or print the one that it has",
		Long:    "Write a note on an entry, in place of the one that it has; \"\" takes it away. Without a text, print it.",
		Example: "  iqscope history note 12 \"before the update of the server\"",
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := entryNumbers(cmd, args[:min(1, len(args))], 1, 1)
			if err != nil {
				return err
			}
			return p.change(cmd.Context(), func(h *history.History) error {
				e, err := entry(cmd.Context(), h, ids[0])
				switch {
				case err != nil:
					return err
				case len(args) > 1:
					note := strings.Join(args[1:], " ")
					return h.Change(cmd.Context(), e.ID, history.Change{Note: &note})
				case e.Note == "":
					return nil
				}
				return p.written(p.output(outputRaw).line(e.Note))
			})
		},
	}
}

func (p *program) historyPinCommand(on bool) *cobra.Command {
	cmd := &cobra.Command{Use: "pin NUMBER…", Short: "Keep entries whatever the limits are"}
	if !on {
		cmd.Use, cmd.Short = "unpin NUMBER…", "Let the limits hold for entries again"
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ids, err := entryNumbers(cmd, args, 1, math.MaxInt)
		if err != nil {
			return err
		}
		return p.change(cmd.Context(), func(h *history.History) error {
			for _, id := range ids {
				err := h.Change(cmd.Context(), id, history.Change{Pinned: &on})
				if errors.Is(err, history.ErrNotFound) {
					err = errNoEntry(id)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	return cmd
}

func (p *program) historyDeleteCommand() *cobra.Command {
	return &cobra.Command{
		Use: "delete NUMBER…", Short: "Delete entries, pinned ones too",
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := entryNumbers(cmd, args, 1, math.MaxInt)
			if err != nil {
				return err
			}
			slices.Sort(ids)
			ids = slices.Compact(ids)
			return p.change(cmd.Context(), func(h *history.History) error {
				for _, id := range ids { // all or none
					if _, err := entry(cmd.Context(), h, id); err != nil {
						return err
					}
				}
				n, err := h.Delete(cmd.Context(), ids...)
				if err == nil || n > 0 {
					p.say("deleted %s", entriesOf(n))
				}
				if n > 0 && err != nil {
					err = fmt.Errorf("what they held may be in the file still: %w", err)
				}
				return err
			})
		},
	}
}

func entriesOf(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

func (p *program) historyPruneCommand() *cobra.Command {
	var older string
	var megabytes int
	var dry bool
	cmd := &cobra.Command{
		Use: "prune", Short: "Delete what is over the limits, the oldest first", Args: cobra.NoArgs,
		Long: "Delete what is over the limits, the oldest first, but never what is pinned. Without a flag, the\n" +
			"limits are those of the configuration; that is done now and then by itself, too.",
		Example: "  iqscope history prune --older-than 90d --dry-run\n  iqscope history prune --keep-megabytes 100",
		RunE: func(cmd *cobra.Command, _ []string) error {
			file, err := p.configuration()
			if err != nil {
				return err
			}
			limits := historyLimits(file)
			byAge, bySize := cmd.Flags().Changed("older-than"), cmd.Flags().Changed("keep-megabytes")
			if byAge || bySize {
				limits = history.Limits{Age: -1, Bytes: -1}
			}
			if byAge {
				age, err := history.Span(older)
				if err != nil {
					return usage("--older-than: %w", err)
				}
				limits.Age = max(age, 1) // 0 would mean the usual
			}
			if bySize {
				if megabytes < 0 || megabytes > mostLogMegabytes {
					return usage("--keep-megabytes is between 0 and %d", mostLogMegabytes)
				}
				limits.Bytes = max(int64(megabytes)*1e6, 1)
			}
			return p.look(cmd.Context(), func(h *history.History) error { return p.prune(cmd.Context(), h, limits, dry) })
		},
	}
	cmd.Flags().StringVar(&older, "older-than", "", "delete what is older than this `time`: days such as 90d, or 12h")
	cmd.Flags().IntVar(&megabytes, "keep-megabytes", 0, "delete what is more than so many millions of bytes; 0 keeps nothing but what is pinned")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "say how many that would be, and delete none")
	return cmd
}

func (p *program) prune(ctx context.Context, h *history.History, l history.Limits, dry bool) error {
	if dry {
		n, err := h.Over(ctx, l)
		if err == nil {
			p.say("%s would be deleted", entriesOf(n))
		}
		return err
	}
	n, err := h.Prune(ctx, l)
	if err == nil {
		p.say("deleted %s", entriesOf(n))
	}
	return err
}
