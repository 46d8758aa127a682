package cli

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"iqscope/history"
	"iqscope/internal/config"
	"iqscope/internal/report"
	"iqscope/session"
)

// historyPatience is how long the history may take, when all is said, for what is not on disk yet: as
// many as may wait in memory are written in that time by a machine that is not too busy.
const historyPatience = 5 * time.Second

// keeping tells the history of what ends in a session.
type keeping struct {
	history *history.History
	ctx     context.Context // of the opening
	cancel  context.CancelFunc
	opening sync.Once
}

// keeping is nil where no history is kept: without a home, and where that was turned off.
func (p *program) keeping() (*keeping, error) {
	path, err := config.HistoryFile(p.getenv)
	if err != nil || p.flags.noHistory {
		return nil, nil
	}
	file, err := p.configuration()
	if err != nil {
		return nil, err
	}
	if on := cmp.Or(p.flags.history, file.History); on != nil && !*on {
		return nil, nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &keeping{history: p.historyIn(path, file), ctx: ctx, cancel: cancel}, nil
}

// historyIn is the history in a file, as a configuration has it.
func (p *program) historyIn(path string, file *config.File) *history.History {
	return history.New(path, history.Options{Limits: historyLimits(file), Redact: file.SecretsWith(p.flags.profile).Redact})
}

// historyLimits are those of a configuration, where 0 means that there is none.
func historyLimits(file *config.File) history.Limits {
	var l history.Limits
	if days := file.HistoryDays; days != nil {
		l.Age = time.Duration(*days) * 24 * time.Hour
		if *days == 0 {
			l.Age = -1
		}
	}
	if megabytes := file.HistoryMegabytes; megabytes != nil {
		l.Bytes = int64(*megabytes) * 1e6
		if *megabytes == 0 {
			l.Bytes = -1
		}
	}
	return l
}

// listen has the history told of what ends from now on.
func (k *keeping) listen(s *session.Session) {
	keep := func(x session.Exchange) { k.history.Keep(x, aboutOf(x)) }
	s.Ended(keep)
	s.LateReplies(keep)
}

// openBeside opens the history beside the session as soon as that is online: not before, for then
// the connecting has the machine for itself, and nothing can have ended.
func (k *keeping) openBeside(s *session.Session) {
	s.StateChanged(func(st session.Status) {
		if st.State == session.Online {
			go k.open()
		}
	})
}

// open opens the history, or waits until that is done. What is wrong the end tells.
func (k *keeping) open() { k.opening.Do(func() { _ = k.history.Open(k.ctx) }) }

// series keeps the summary of a series, of which one exchange is given.
func (k *keeping) series(number uint64, one session.Exchange, began time.Time, took time.Duration, t *report.Tally) {
	if k == nil || one.Stanza == nil {
		return
	}
	s := t.Summary(took)
	k.history.KeepSeries(history.Series{
		Number: number, Request: one.Stanza, Began: began, Took: took, Count: s.Count,
		OK: s.OK, Errors: s.Error, Timeouts: s.Timeout, Others: s.Others(),
		P50: report.Span(s.P50), P95: report.Span(s.P95), P99: report.Span(s.P99),
	}, aboutOf(one))
}

func aboutOf(x session.Exchange) history.About {
	return history.About{Account: x.Over.Account.String(), Server: x.Over.Server}
}

// close writes what waits, opening the history for that if nobody has, and returns what is to be
// said. A screen has told itself of a fresh file, while that could be helped.
func (k *keeping) close(screen bool) []string {
	ctx, cancel := context.WithTimeout(context.Background(), historyPatience)
	defer cancel()
	stop := context.AfterFunc(ctx, k.cancel)
	defer stop()
	defer k.cancel()
	if st := k.history.Status(); st.Waiting > 0 && !st.Opened && st.Err == nil {
		k.open()
	}
	k.opening.Do(func() {}) // it is not opened any more, and nobody does it now
	err := k.history.Close(ctx)
	st := k.history.Status()
	var warnings []string
	if st.Lost > 0 {
		warnings = append(warnings, fmt.Sprintf("%d exchanges were not kept, for more came than could be written", st.Lost))
	}
	switch {
	case err != nil:
		warnings = append(warnings, fmt.Sprintf("%v; --no-history does without", err))
	case st.Beside != nil && !screen && st.Kept > 0:
		warnings = append(warnings, st.Beside.Error())
	}
	return warnings
}
