package history

import (
	"context"
	"database/sql"
	"math"
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

// withUsual are the limits with the usual ones in place of 0.
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
			if ids, err = w.tooOld(ctx, now.Add(-l.Age).UnixMicro()); err != nil {
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

// tooOld are some of the entries that ended before a time.
func (w *writing) tooOld(ctx context.Context, before int64) (ids []int64, err error) {
	err = readEach(ctx, w.c, `SELECT id FROM exchanges INDEXED BY exchanges_age WHERE pinned = 0 AND ended < ? ORDER BY ended LIMIT ?`,
		[]any{before, pruneStep}, func(rows *sql.Rows) (bool, error) {
			var id int64
			err := rows.Scan(&id)
			ids = append(ids, id)
			return true, err
		})
	return ids, err
}

// tooMany are some of the oldest entries, so many that the rest is not below the limit.
func (w *writing) tooMany(ctx context.Context, most int64) (ids []int64, err error) {
	var total int64
	if err := w.one(ctx, "SELECT bytes FROM total WHERE id = 1", nil, &total); err != nil || total <= most {
		return nil, err
	}
	err = readEach(ctx, w.c, `SELECT id, size FROM exchanges INDEXED BY exchanges_age WHERE pinned = 0 ORDER BY ended LIMIT ?`,
		[]any{pruneStep}, func(rows *sql.Rows) (bool, error) {
			var id, size int64
			err := rows.Scan(&id, &size)
			ids = append(ids, id)
			total -= size
			return total > most, err
		})
	return ids, err
}

// giveBack makes the file smaller by what is free in it.
func (w *writing) giveBack(ctx context.Context) error {
	return readEach(ctx, w.c, "PRAGMA incremental_vacuum("+decimal(freedPages)+")", nil, func(*sql.Rows) (bool, error) { return true, nil })
}

// over is how many entries prune would take away, all in all.
func over(ctx context.Context, db database, l Limits, now time.Time) (n int, err error) {
	l = l.withUsual()
	cut := int64(math.MinInt64) // what ended before that is too old
	if l.Age > 0 {
		cut = now.Add(-l.Age).UnixMicro()
	}
	var old, total int64
	const oldest = `SELECT count(*), coalesce(sum(size), 0), (SELECT bytes FROM total WHERE id = 1)
		FROM exchanges INDEXED BY exchanges_age WHERE pinned = 0 AND ended < ?`
	err = readEach(ctx, db, oldest, []any{cut}, func(rows *sql.Rows) (bool, error) { return false, rows.Scan(&n, &old, &total) })
	if total -= old; err != nil || l.Bytes < 0 {
		return n, err
	}
	const rest = `SELECT size FROM exchanges INDEXED BY exchanges_age WHERE pinned = 0 AND (ended IS NULL OR ended >= ?) ORDER BY ended`
	err = readEach(ctx, db, rest, []any{cut}, func(rows *sql.Rows) (bool, error) {
		if total <= l.Bytes {
			return false, nil
		}
		var size int64
		err := rows.Scan(&size)
		total -= size
		n++
		return true, err
	})
	return n, err
}
