package cli

import (
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

// keeping is nil where no history is kept.
func (p *program) keeping() (*keeping, error) {
	h, err := p.history()
	if h == nil || err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &keeping{history: h, ctx: ctx, cancel: cancel}, nil
}

// history is where exchanges are kept; nil where they are not.
func (p *program) history() (*history.History, error) {
	path, err := config.HistoryFile(p.getenv)
	if err != nil { // without a home there is nowhere to keep anything
		return nil, nil
	}
	on, limits, err := p.historySettings()
	if !on || err != nil {
		return nil, err
	}
	secrets, err := p.secrets()
	if err != nil {
		return nil, err
	}
	return history.New(path, history.Options{Limits: limits, Redact: secrets.Redact}), nil
}

// historySettings say whether exchanges are kept, and how much of them.
func (p *program) historySettings() (on bool, limits history.Limits, err error) {
	f := &p.flags
	if f.noHistory {
		return false, limits, nil
	}
	path, err := config.Path(p.getenv)
	if err != nil {
		return true, limits, nil
	}
	file, err := config.Load(path)
	if err != nil {
		return false, limits, refuse(fmt.Errorf("the configuration is not right: %w", err))
	}
	switch {
	case f.history != nil:
		on = *f.history
	default:
		on = file.History == nil || *file.History
	}
	return on, historyLimits(file), nil
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
