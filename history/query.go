package history

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

// Query says which entries are wanted. The zero value means all. What is set must all fit.
type Query struct {
	// Words must all be somewhere in the request, its replies, the target, the tags or the note. Case
	// and accents do not count; the last word may be the beginning of one. "disco#info" is words
	// that follow each other. Any text is a legal one; of more than 64 words the first 64 count, and
	// of each stanza the first 64 KiB.
	Words string
	// Match is held against the request and each reply; one that fits is enough.
	Match    *match.Expr
	Outcomes []stanza.Outcome // any of them
	Target   string           // the address of the request; a bare one also means its resources
	Payload  string           // a namespace, a local name, or {namespace}name
	Account  string           // as Target
	Tag      string
	Pinned   bool // only those
	Series   int64
	Since    time.Time // when the exchange ended
	Until    time.Time // exclusive
	// Before is the number of the entry below which a page begins; 0 for the newest.
	Before int64
	Limit  int // of a page; 0 means PageSize
}

// PageSize is how many entries a page has.
const PageSize = 100

// Page is a part of what was found, newest first.
type Page struct {
	Entries []Entry
	// Next is the Before of the next page; 0 when there is none.
	Next int64
	// Searched is how many entries were held against Query.Match.
	Searched int
}

// Search finds a page of entries. With Query.Match, and with a beginning that very many words have, it
// may take long: it returns a page that is not full when it has held that many entries against it
// as can be in a second or so, with Next to go on from. The error is the context's, or says what is wrong with the file.
func (h *History) Search(ctx context.Context, q Query) (p Page, err error) {
	err = h.ask(ctx, func(f *file) error {
		p, err = search(ctx, f.read, q)
		return err
	})
	return p, err
}

// Get reads one entry, or returns ErrNotFound.
func (h *History) Get(ctx context.Context, id int64) (e Entry, err error) {
	err = h.ask(ctx, func(f *file) error {
		e, err = readOne(ctx, f.read, "e.id = ?", id)
		return err
	})
	return e, err
}

// Earlier is the last entry before one whose request was of the same type, with the same payload and
// to the same address, and got a reply; ErrNotFound if there is none.
func (h *History) Earlier(ctx context.Context, e Entry) (before Entry, err error) {
	err = h.ask(ctx, func(f *file) error {
		before, err = earlier(ctx, f.read, e)
		return err
	})
	return before, err
}

// Drafts are the texts of the requests sent last, each once, the last one first, at most n. Those
// with a secret in them are left out.
func (h *History) Drafts(ctx context.Context, n int) (texts []string, err error) {
	err = h.ask(ctx, func(f *file) error {
		texts, err = drafts(ctx, f.read, n)
		return err
	})
	return texts, err
}

// SeriesOf are the series, newest first, at most n.
func (h *History) SeriesOf(ctx context.Context, n int) (all []Series, err error) {
	err = h.ask(ctx, func(f *file) error {
		all, err = readSeries(ctx, f.read, n)
		return err
	})
	return all, err
}

// Change is what is changed of an entry; what is nil stays.
type Change struct {
	Tags   *[]string // words without white space and commas
	Note   *string
	Pinned *bool
}

// Change changes an entry, or returns ErrNotFound.
func (h *History) Change(ctx context.Context, id int64, c Change) error {
	if err := c.check(); err != nil {
		return err
	}
	return h.do(ctx, func(w *writing) error { return w.change(ctx, id, c) })
}

// Delete takes entries away, pinned ones too, and returns how many there were. What they held is
// overwritten, but for words of entries in a very large history, which may stay in its index for a
// while. An error with a number says that only that could not be done.
func (h *History) Delete(ctx context.Context, ids ...int64) (n int, err error) {
	err = h.do(ctx, func(w *writing) error {
		err := w.transact(ctx, func() (err error) {
			n, err = w.remove(ctx, ids)
			return err
		})
		if err != nil {
			n = 0
		}
		if n == 0 {
			return err
		}
		return errors.Join(w.erase(ctx), w.giveBack(ctx))
	})
	return n, err
}

// Prune takes away what is over the limits, the oldest first, never what is pinned, and returns how
// many entries that were. It is done by itself now and then.
func (h *History) Prune(ctx context.Context, l Limits) (n int, err error) {
	for {
		some := 0
		err := h.do(ctx, func(w *writing) (err error) {
			some, err = w.prune(ctx, l, h.o.Now())
			return err
		})
		n += some
		if err != nil || some == 0 {
			return n, err
		}
	}
}

// Over is how many entries Prune would take away now.
func (h *History) Over(ctx context.Context, l Limits) (n int, err error) {
	err = h.ask(ctx, func(f *file) error {
		n, err = over(ctx, f.read, l, h.o.Now())
		return err
	})
	return n, err
}

// Import keeps entries of another history. Those that are there already, by Run and Serial, stay as
// they are. It returns how many were new; an error says that none was kept.
func (h *History) Import(ctx context.Context, entries []Entry) (n int, err error) {
	err = h.do(ctx, func(w *writing) error {
		return w.transact(ctx, func() error {
			n = 0
			for i := range entries {
				e, cause, err := h.imported(&entries[i])
				if err != nil {
					return err
				}
				id, err := w.insert(ctx, &e, cause)
				if err != nil {
					return err
				}
				if id != 0 {
					n++
				}
			}
			return nil
		})
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// imported is an entry of another history as it may be kept in this one.
func (h *History) imported(from *Entry) (e Entry, cause string, err error) {
	switch {
	case from.Stanza == nil, from.InFlight():
		return e, "", fmt.Errorf("entry %d has no request, or no outcome", from.ID)
	case from.Run == "":
		return e, "", fmt.Errorf("entry %d does not say of which run it is", from.ID)
	}
	if err := (&Change{Tags: &from.Tags, Note: &from.Note}).check(); err != nil {
		return e, "", fmt.Errorf("entry %d: %w", from.ID, err)
	}
	e, cause = h.safe(&redactor{redact: h.o.Redact}, from)
	e.Tags = sortedTags(e.Tags)
	return e, cause, nil
}

// ask reads from the file.
func (h *History) ask(ctx context.Context, read func(*file) error) error {
	f := h.file.Load()
	if f == nil {
		return ErrNotOpen
	}
	err := read(f)
	if err == nil || ctx.Err() != nil {
		return err
	}
	h.broke(ctx, f, err)
	return failed("the history cannot be read", err)
}

// do writes to the file.
func (h *History) do(ctx context.Context, write func(*writing) error) error {
	if h.file.Load() == nil {
		return ErrNotOpen
	}
	if err := h.lock(ctx); err != nil {
		return err
	}
	defer h.unlock()
	if h.file.Load() == nil {
		return ErrNotOpen
	}
	if err := h.openLocked(ctx); err != nil {
		return err
	}
	f := h.file.Load()
	err := write(f.w)
	if err == nil {
		h.ring()
		return nil
	}
	if reason(err) == ErrBroken {
		h.bad[f.path] = ErrBroken
		h.nudge()
	}
	return failed("the history cannot be written", err)
}
