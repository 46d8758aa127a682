package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"iqscope/history"
	"iqscope/internal/config"
)

// historyOutputs are the values of --output of the commands that print entries.
var historyOutputs = []string{outputPretty, outputJSON}

// outputXML prints the stanzas of an entry as they are.
const outputXML = "xml"

var showOutputs = []string{outputPretty, outputJSON, outputXML}

func (p *program) historyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "history", Short: "What was sent before, and what came back",
		Long: "The history keeps each request that ended, with what answered it, in one file of this machine.\n" +
			"Secrets are hidden before anything is written. --no-history keeps nothing of one run, and\n" +
			"history = false in the configuration or in a profile nothing of any.\n\n" +
			"Exit codes: 0 done, 1 no such entry, or diff has found a difference, 2 wrong usage, or the file\n" +
			"cannot be used, 130 interrupted.",
		Example: "  iqscope history list --outcome timeout --since today\n" +
			"  iqscope history search disco pubsub\n" +
			"  iqscope history show 12\n" +
			"  iqscope history diff 12",
		Args: knownCommands, Annotations: map[string]string{offline: ""},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.flags.check(cmd.Flags()); err != nil {
				return err
			}
			return refuseConnectionFlags(cmd)
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		p.historyListCommand(), p.historySearchCommand(), p.historyShowCommand(), p.historyDiffCommand(),
		p.historyTagCommand(), p.historyNoteCommand(), p.historyPinCommand(true), p.historyPinCommand(false), p.historyDeleteCommand(),
		p.historyExportCommand(), p.historyImportCommand(), p.historyPruneCommand(), p.historyPathCommand(),
	)
	for _, c := range cmd.Commands() {
		c.Annotations = map[string]string{offline: ""}
		if c.ValidArgsFunction == nil {
			c.ValidArgsFunction = cobra.NoFileCompletions
		}
	}
	return cmd
}

func (p *program) historyPathCommand() *cobra.Command {
	return &cobra.Command{
		Use: "path", Short: "Print the file that the history is in", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := config.HistoryFile(p.getenv)
			if err != nil {
				return refuse(err)
			}
			err = p.withHistory(cmd.Context(), false, func(h *history.History) error {
				path = h.Status().Path // it may be a fresh one beside it
				return nil
			})
			if err != nil && !errors.Is(err, errNothingKept) {
				return err
			}
			return p.written(p.output(outputRaw).line(path))
		},
	}
}

// errNothingKept is of a history that has no file.
var errNothingKept = errors.New("nothing has been kept yet")

// errNoEntry says that there is no entry of a number.
func errNoEntry(id int64) error {
	return &exit{exitError, fmt.Errorf("there is no entry %d in the history; iqscope history list has those that there are", id)}
}

// withHistory opens the history, does something with it, and closes it. Without a file the error is
// errNothingKept, unless one is to be made.
func (p *program) withHistory(ctx context.Context, anew bool, do func(*history.History) error) error {
	path, err := config.HistoryFile(p.getenv)
	if err != nil {
		return refuse(err)
	}
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) && !anew {
		return errNothingKept
	}
	file, err := p.configuration()
	if err != nil {
		return err
	}
	h := p.historyIn(path, file)
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), historyPatience)
		defer cancel()
		_ = h.Close(ctx) // nothing waits to be written
	}()
	if err := h.Open(ctx); err != nil {
		return historyError(ctx, err)
	}
	if beside := h.Status().Beside; beside != nil {
		p.warn([]string{beside.Error()})
	}
	return historyError(ctx, do(h))
}

// historyError makes an error of the history one of the program's.
func historyError(ctx context.Context, err error) error {
	var e *exit
	switch {
	case err == nil, errors.As(err, &e):
		return err
	case ctx.Err() != nil:
		return &exit{exitInterrupted, errors.New("interrupted")}
	}
	return refuse(err)
}

// change does something with entries that must be there.
func (p *program) change(ctx context.Context, do func(*history.History) error) error {
	err := p.withHistory(ctx, false, do)
	if errors.Is(err, errNothingKept) {
		return &exit{exitError, err}
	}
	return err
}

// look does something with what the history has, and says so if nothing has been kept.
func (p *program) look(ctx context.Context, do func(*history.History) error) error {
	err := p.withHistory(ctx, false, do)
	if err == errNothingKept {
		p.say("%v", err)
		return nil
	}
	return err
}

// entry reads the entry of a number.
func entry(ctx context.Context, h *history.History, id int64) (history.Entry, error) {
	e, err := h.Get(ctx, id)
	if errors.Is(err, history.ErrNotFound) {
		err = errNoEntry(id)
	}
	return e, err
}

// entryNumber reads the number of an entry.
func entryNumber(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, usage("an entry has a number, which %.40q is not; iqscope history list shows them", text)
	}
	return id, nil
}

// entryNumbers reads the numbers of at least so many entries, and of at most so many.
func entryNumbers(cmd *cobra.Command, args []string, least, most int) ([]int64, error) {
	if len(args) < least || len(args) > most {
		return nil, usage("it is: %s", cmd.UseLine())
	}
	ids := make([]int64, len(args))
	for i, arg := range args {
		var err error
		if ids[i], err = entryNumber(arg); err != nil {
			return nil, err
		}
	}
	return ids, nil
}
