package history

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"iqscope/iqbuilder/stanza"
)

// Series is what became of a request that was sent many times. Of one whose end was not told, because
// the program was killed for example, all is zero but what says which it is.
type Series struct {
	ID      int64  // its number in the history; 0 before
	Run     string // filled in by KeepSeries
	Number  uint64 // Exchange.Series of its exchanges
	Request *stanza.Stanza
	Began   time.Time
	Took    time.Duration
	Count   int // of requests
	// OK, Errors, Timeouts and Others add up to Count.
	OK, Errors, Timeouts, Others int
	P50, P95, P99                time.Duration // of round trips
}

// seriesOf is the number of the series of a request; its row is made when its first exchange is
// kept, so that exchanges find each other also when nobody tells of the end.
func (w *writing) seriesOf(ctx context.Context, run int64, number uint64, about About, request *stanza.Stanza, began time.Time) (int64, error) {
	k := seriesKey{run, number}
	if id, ok := w.series[k]; ok {
		return id, nil
	}
	return remember(w.series, k, func() (id int64, err error) {
		err = w.one(ctx, "SELECT id FROM series WHERE run = ? AND number = ?", []any{run, int64(number)}, &id)
		if !errors.Is(err, sql.ErrNoRows) {
			return id, err
		}
		el, err := w.element(ctx, request)
		if err != nil {
			return 0, err
		}
		r, err := w.exec(ctx, "INSERT INTO series(run, number, began, account, server, scope, fault, request) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
			run, int64(number), micros(began), about.Account, about.Server, el.scope, el.fault, el.xml)
		if err != nil {
			return 0, err
		}
		return r.LastInsertId()
	})
}

const updateSeries = `UPDATE series SET began = ?, took = ?, count = ?, ok = ?, errors = ?, timeouts = ?, others = ?,
	p50 = ?, p95 = ?, p99 = ? WHERE id = ?`

// summarise keeps the summary of a series.
func (w *writing) summarise(ctx context.Context, s *Series, about About) error {
	run, err := w.run(ctx, s.Run)
	if err != nil {
		return err
	}
	id, err := w.seriesOf(ctx, run, s.Number, about, s.Request, s.Began)
	if err != nil {
		return err
	}
	_, err = w.exec(ctx, updateSeries, micros(s.Began), int64(s.Took), s.Count, s.OK, s.Errors, s.Timeouts, s.Others,
		int64(s.P50), int64(s.P95), int64(s.P99), id)
	return err
}

var (
	seriesNumbers = []string{"s.id", "s.number", "s.began", "s.took", "s.count", "s.ok", "s.errors", "s.timeouts", "s.others",
		"s.p50", "s.p95", "s.p99"}
	seriesTexts = []string{"r.name", "s.account", "s.server", "q.scope", "s.fault", "s.request"}
)

// readSeries are the series, newest first.
func readSeries(ctx context.Context, db database, n int) (all []Series, err error) {
	sc := newScanner(seriesNumbers, seriesTexts)
	err = readEach(ctx, db, "SELECT "+strings.Join(columns(seriesNumbers, seriesTexts), ", ")+
		` FROM series s LEFT JOIN runs r ON r.id = s.run LEFT JOIN scopes q ON q.id = s.scope ORDER BY s.id DESC LIMIT ?`,
		[]any{min(max(n, 0), maxPage)}, func(rows *sql.Rows) (bool, error) {
			r, err := sc.scan(rows)
			if err != nil {
				return false, err
			}
			all = append(all, r.series())
			return true, nil
		})
	return all, err
}

// series makes the summary of a row.
func (r *row) series() Series {
	s := Series{
		ID: r.number("s.id"), Run: r.text("r.name"), Number: uint64(r.number("s.number")),
		Request: r.element("s.request", "q.scope", "s.fault"), Began: r.time("s.began"), Took: r.duration("s.took"),
		Count: r.count("s.count"), OK: r.count("s.ok"), Errors: r.count("s.errors"), Timeouts: r.count("s.timeouts"),
		Others: r.count("s.others"), P50: r.duration("s.p50"), P95: r.duration("s.p95"), P99: r.duration("s.p99"),
	}
	if s.Request == nil {
		s.Request = stanza.Unparsed("", stanza.ClientScope())
	}
	return s
}
