package history

import (
	"context"
	"time"
)

// The usual limits.
const (
	usualAge   = 365 * 24 * time.Hour
	usualBytes = 512 << 20
)

// pruneStep is how many entries one transaction takes away.
const pruneStep = 200

// freedPages is how much of the file is given back to the disk after that, at most.
const freedPages = 2000

func (l Limits) withUsual() Limits {
	if l.Age == 0 {
		l.Age = usualAge
	}
	if l.Bytes == 0 {
		l.Bytes = usualBytes
	}
	return l
}

// prune takes away a few of the oldest entries over the limits. It is done when it returns 0.
func (w *writing) prune(ctx context.Context, l Limits, now time.Time) (n int, err error) {
	l = l.withUsual()
	err = w.transact(ctx, func() (err error) {
		var ids []int64
		if l.Age > 0 {
			if ids, err = w.oldest(ctx, "ended < ?", now.Add(-l.Age).UnixMicro()); err != nil {
				return err
			}
		}
		if len(ids) == 0 && l.Bytes >= 0 {
			if ids, err = w.tooMany(ctx, l.Bytes); err != nil {
				return err
			}
		}
		n, err = w.remove(ctx, ids)
		return err
	})
	if n == 0 || err != nil {
		return 0, err
	}
	return n, w.giveBack(ctx)
}

func (w *writing) oldest(ctx context.Context, where string, args ...any) (ids []int64, err error) {
	rows, err := w.c.QueryContext(ctx, `SELECT id FROM exchanges INDEXED BY exchanges_age WHERE pinned = 0 AND `+where+
		` ORDER BY ended LIMIT 200`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// tooMany are some of the oldest entries, so many that the rest is not below the limit.
func (w *writing) tooMany(ctx context.Context, most int64) (ids []int64, err error) {
	var total int64
	if err := w.one(ctx, "SELECT bytes FROM total WHERE id = 1", nil, &total); err != nil || total <= most {
		return nil, err
	}
	rows, err := w.c.QueryContext(ctx, `SELECT id, size FROM exchanges INDEXED BY exchanges_age WHERE pinned = 0 ORDER BY ended LIMIT ?`, pruneStep)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for total > most && rows.Next() {
		var id, size int64
		if err := rows.Scan(&id, &size); err != nil {
			return nil, err
		}
		ids = append(ids, id)
		total -= size
	}
	return ids, rows.Err()
}

// giveBack makes the file smaller by what is free in it.
func (w *writing) giveBack(ctx context.Context) error {
	rows, err := w.c.QueryContext(ctx, "PRAGMA incremental_vacuum("+decimal(freedPages)+")")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}

// WithUsual are the limits with the usual ones in place of 0.
func (l Limits) WithUsual() Limits { return l.withUsual() }
