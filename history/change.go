package history

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of what is said about an entry.
const (
	maxTags = 100
	maxTag  = 200      // bytes
	maxNote = 64 << 10 // bytes
)

// check says what is wrong with a change.
func (c *Change) check() error {
	if c.Tags != nil {
		if len(*c.Tags) > maxTags {
			return fmt.Errorf("an entry can have %d tags, not %d", maxTags, len(*c.Tags))
		}
		for _, tag := range *c.Tags {
			if err := checkTag(tag); err != nil {
				return err
			}
		}
	}
	if c.Note != nil && len(*c.Note) > maxNote {
		return fmt.Errorf("a note can have %d bytes, not %d", maxNote, len(*c.Note))
	}
	if c.Note != nil && !utf8.ValidString(*c.Note) {
		return errors.New("the note is not UTF-8")
	}
	return nil
}

func checkTag(tag string) error {
	switch {
	case tag == "":
		return errors.New("a tag has at least one character")
	case len(tag) > maxTag:
		return fmt.Errorf("a tag can have %d bytes, not %d", maxTag, len(tag))
	case !utf8.ValidString(tag), strings.Contains(tag, keyMark):
		return fmt.Errorf("a tag cannot be %q", tag)
	case strings.ContainsFunc(tag, func(c rune) bool { return c == ',' || unicode.IsSpace(c) || unicode.IsControl(c) }):
		return fmt.Errorf("a tag is one word without white space and commas, unlike %q", tag)
	}
	return nil
}

// change changes one entry.
func (w *writing) change(ctx context.Context, id int64, c Change) error {
	return w.transact(ctx, func() error {
		e, err := w.rowOf(ctx, "e.id = ?", id)
		if err != nil {
			return err
		}
		was := e.Pinned
		if c.Tags != nil {
			e.Tags = sortedTags(*c.Tags)
		}
		if c.Note != nil {
			e.Note = *c.Note
		}
		if c.Pinned != nil {
			e.Pinned = *c.Pinned
		}
		if _, err := w.exec(ctx, "UPDATE exchanges SET tags = ?, note = ?, pinned = ? WHERE id = ?",
			strings.Join(e.Tags, " "), e.Note, e.Pinned, id); err != nil {
			return err
		}
		if was != e.Pinned {
			sum := "UPDATE total SET bytes = bytes + (SELECT size FROM exchanges e WHERE e.id = ?)"
			if e.Pinned {
				sum = "UPDATE total SET bytes = bytes - (SELECT size FROM exchanges e WHERE e.id = ?)"
			}
			if _, err := w.exec(ctx, sum, id); err != nil {
				return err
			}
		}
		return w.reindex(ctx, &e)
	})
}

// remove takes entries away, within a transaction.
func (w *writing) remove(ctx context.Context, ids []int64) (n int, err error) {
	for _, id := range ids {
		if _, err := w.exec(ctx, `UPDATE total SET bytes = bytes - (SELECT size FROM exchanges WHERE id = ?1)
			WHERE EXISTS (SELECT 1 FROM exchanges WHERE id = ?1 AND pinned = 0)`, id); err != nil {
			return 0, err
		}
		r, err := w.exec(ctx, "DELETE FROM exchanges WHERE id = ?", id)
		if err != nil {
			return 0, err
		}
		gone, err := r.RowsAffected()
		if err != nil || gone == 0 {
			continue
		}
		n += int(gone)
		if _, err := w.exec(ctx, "DELETE FROM words WHERE rowid = ?", id); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// Check says what is wrong with what is to be said about an entry: what Change and Import refuse.
func (c Change) Check() error { return c.check() }

// Erasing the words of deleted entries: the pages that are rewritten in one transaction, and how long
// it may take in all. A hundred thousand entries take less.
const (
	erasedPages = 200
	eraseTime   = 3 * time.Second
)

// erase has the index of words rewritten, which holds words of a deleted entry until then. Of a large
// history some may stay, and go when entries that come have it rewritten.
func (w *writing) erase(ctx context.Context) error {
	for end := time.Now().Add(eraseTime); time.Now().Before(end); {
		changed := int64(0)
		err := w.transact(ctx, func() error {
			before, err := w.totalChanges(ctx)
			if err != nil {
				return err
			}
			// A negative number merges all there is, however little.
			if _, err := w.exec(ctx, "INSERT INTO words(words, rank) VALUES('merge', ?)", -erasedPages); err != nil {
				return err
			}
			after, err := w.totalChanges(ctx)
			changed = after - before
			return err
		})
		if err != nil || changed < 2 { // the command itself counts as one
			return err
		}
	}
	return nil
}

func (w *writing) totalChanges(ctx context.Context) (n int64, err error) {
	err = w.c.QueryRowContext(ctx, "SELECT total_changes()").Scan(&n)
	return n, err
}
