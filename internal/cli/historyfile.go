package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"iqscope/history"
	"iqscope/internal/archive"
)

func (p *program) historyExportCommand() *cobra.Command {
	var f entryFilter
	cmd := &cobra.Command{
		Use: "export [FILE|-]", Short: "Write entries as lines of JSON, with all that is kept",
		Long: "Write entries as lines of JSON, the oldest first, with all that is kept of them, so that import\n" +
			"takes them back. The file must not be there yet; it is one that you alone may read.",
		Example:           "  iqscope history export history.jsonl\n  iqscope history export --tag flaky - | jq .outcome",
		ValidArgsFunction: oneFileCompletion,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("%d arguments; export writes one file", len(args))
			}
			q, err := p.query(f)
			if err != nil {
				return err
			}
			return p.historyExport(cmd.Context(), q, append(args, "-")[0])
		},
	}
	p.filterFlags(cmd, &f)
	return cmd
}

// oneFileCompletion completes the first argument as a file.
func oneFileCompletion(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveDefault
}

func (p *program) historyExport(ctx context.Context, q history.Query, name string) (err error) {
	n, damaged := 0, 0
	err = p.withHistory(ctx, false, func(h *history.History) (err error) {
		to := p.stdout
		if name != "-" {
			file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				return err
			}
			defer func() {
				if err = errors.Join(err, file.Close()); err != nil {
					_ = os.Remove(name) // half of it is of no use
				}
			}()
			to = file
		}
		lines := bufio.NewWriterSize(to, 64<<10)
		err = oldestFirst(ctx, h, q, func(page []history.Entry) error {
			for _, e := range page {
				text, err := archive.Line(e)
				if err == nil && e.Damaged != "" {
					_, err = archive.Parse([]byte(text))
				}
				if err != nil {
					damaged++
					continue
				}
				if _, err := lines.WriteString(text + "\n"); err != nil {
					return p.exported(err, name)
				}
				n++
			}
			return nil
		})
		if err != nil {
			return err
		}
		return p.exported(lines.Flush(), name)
	})
	switch {
	case errors.Is(err, errNothingKept):
		p.say("%v", err)
		return nil
	case err != nil:
		return err
	}
	if damaged > 0 {
		p.warn([]string{entriesOf(damaged) + " left out: what is kept of them is damaged"})
	}
	if name != "-" {
		p.say("exported %s", entriesOf(n))
	}
	return nil
}

// oldestFirst does something with each entry that a question finds, in the order in which they were
// kept, so that import gives them that order again. It looks for them once to know where the pages
// are, for a history tells of the newest first.
func oldestFirst(ctx context.Context, h *history.History, q history.Query, do func([]history.Entry) error) error {
	q.Limit = pageSize
	var before, last []int64 // of each page: the Before of its question, and its oldest entry
	for {
		page, err := h.Search(ctx, q)
		if err != nil {
			return err
		}
		if n := len(page.Entries); n > 0 {
			before, last = append(before, q.Before), append(last, page.Entries[n-1].ID)
			if q.Before == 0 {
				before[0] = page.Entries[0].ID + 1 // others may come meanwhile
			}
		}
		if q.Before = page.Next; q.Before == 0 {
			break
		}
	}
	for i, oldest := range slices.Backward(last) {
		var all []history.Entry
		for q.Before = before[i]; q.Before > oldest; { // a page may be shorter than it was
			page, err := h.Search(ctx, q)
			if err != nil {
				return err
			}
			all = append(all, page.Entries...)
			q.Before = page.Next
		}
		// If some are gone meanwhile, it went on into the page that was done already.
		all = slices.DeleteFunc(all, func(e history.Entry) bool { return e.ID < oldest })
		slices.Reverse(all)
		if err := do(all); err != nil {
			return err
		}
	}
	return nil
}

// exported is a failure to write the export.
func (p *program) exported(err error, name string) error {
	if name == "-" || err == nil {
		return p.written(err)
	}
	return refuse(fmt.Errorf("cannot write %s: %w", name, err))
}

func (p *program) historyImportCommand() *cobra.Command {
	skip := false
	cmd := &cobra.Command{
		Use: "import FILE|-", Short: "Take entries back that were exported, here or elsewhere",
		Long: "Take entries back that were exported, here or elsewhere. Those that are there already stay as\n" +
			"they are. A line that is no entry is told of with its number, and then nothing is taken, unless\n" +
			"--skip-bad leaves such lines out.",
		Example:           "  iqscope history import history.jsonl",
		ValidArgsFunction: oneFileCompletion,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("name the file to import, or - for standard input")
			}
			return p.historyImport(cmd.Context(), args[0], skip)
		},
	}
	cmd.Flags().BoolVar(&skip, "skip-bad", false, "leave out the lines that are no entries")
	return cmd
}

// maxBadLines is how many lines are told of that are no entries; all are counted.
const maxBadLines = 20

// importBatch is how many entries are taken at once.
const importBatch = 500

func (p *program) historyImport(ctx context.Context, name string, skip bool) error {
	file, done, err := p.importFile(ctx, name)
	if err != nil {
		return err
	}
	defer done()
	// The file is read twice, so that nothing of a bad one is kept, however long it is.
	good, bad := 0, 0
	err = p.eachEntry(ctx, file, func(history.Entry) error { good++; return nil }, func(line *archive.BadLine) {
		if bad++; bad <= maxBadLines {
			p.say("%v", line)
		}
	})
	switch {
	case err != nil:
		return err
	case bad > maxBadLines:
		p.say("and %d more lines", bad-maxBadLines)
	}
	if bad > 0 && !skip {
		return refuse(fmt.Errorf("nothing was imported, for %d of %d lines are no entries; --skip-bad leaves them out", bad, good+bad))
	}
	kept := 0
	err = p.withHistory(ctx, true, func(h *history.History) error {
		var batch []history.Entry
		take := func() error {
			n, err := h.Import(ctx, batch)
			kept, batch = kept+n, batch[:0]
			return err
		}
		err := p.eachEntry(ctx, file, func(e history.Entry) error {
			if batch = append(batch, e); len(batch) < importBatch {
				return nil
			}
			return take()
		}, func(*archive.BadLine) {})
		if err != nil {
			return err
		}
		return take()
	})
	if err != nil {
		if kept > 0 {
			p.say("imported %s before it failed", entriesOf(kept))
		}
		return err
	}
	text := "imported " + entriesOf(kept)
	if there := good - kept; there > 0 {
		text += fmt.Sprintf("; %d were there already", there)
	}
	if bad > 0 {
		text += fmt.Sprintf("; %d lines were left out", bad)
	}
	p.say("%s", text)
	return nil
}

// eachEntry reads a file from its beginning.
func (p *program) eachEntry(ctx context.Context, file *os.File, entry func(history.Entry) error, bad func(*archive.BadLine)) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return refuse(err)
	}
	for e, err := range archive.Read(file) {
		if ctx.Err() != nil {
			return &exit{exitInterrupted, errors.New("interrupted")}
		}
		var line *archive.BadLine
		switch {
		case errors.As(err, &line):
			bad(line)
		case err != nil:
			return refuse(err)
		default:
			if err := entry(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// importFile is a file that can be read twice: what comes by a pipe is put into one. done closes it.
func (p *program) importFile(ctx context.Context, name string) (file *os.File, done func(), err error) {
	from := p.stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, nil, refuse(err)
		}
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			return file, func() { file.Close() }, nil
		}
		defer file.Close()
		from = file
	}
	spool, err := os.CreateTemp("", "iqscope-import-*")
	if err != nil {
		return nil, nil, refuse(err)
	}
	done = func() {
		spool.Close()
		os.Remove(spool.Name())
	}
	read := make(chan error, 1)
	go func() {
		_, err := io.Copy(spool, from)
		read <- err
	}()
	select {
	case <-ctx.Done(): // the reading may never end, but the program does
		err = &exit{exitInterrupted, errors.New("interrupted")}
	case err = <-read:
		if err != nil {
			err = refuse(err)
		}
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return spool, done, nil
}
