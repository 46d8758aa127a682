package history_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"iqscope/history"
)

// faulty is a driver of which calls fail as a test says.
type faulty struct {
	mu    sync.Mutex
	calls int
	fail  func(call int, what string) error // nil for no failure
}

func (f *faulty) connect(dsn string) (driver.Connector, error) {
	c, err := sqlite.NewConnector(dsn)
	return faultyConnector{c, f}, err
}

// call counts a call, and says whether it fails.
func (f *faulty) call(what string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	if f.fail == nil {
		return nil
	}
	return f.fail(f.calls, what)
}

func (f *faulty) set(fail func(call int, what string) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls, f.fail = 0, fail
}

// sqliteError is an error as SQLite's driver has it.
type sqliteError int

func (e sqliteError) Error() string { return fmt.Sprintf("SQLite says %d", int(e)) }
func (e sqliteError) Code() int     { return int(e) }

type faultyConnector struct {
	driver.Connector
	f *faulty
}

func (c faultyConnector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := c.f.call("open"); err != nil {
		return nil, err
	}
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return faultyConn{conn, c.f}, nil
}

type faultyConn struct {
	driver.Conn
	f *faulty
}

func (c faultyConn) Unwrap() driver.Conn { return c.Conn }

func (c faultyConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if err := c.f.call("prepare " + query); err != nil {
		return nil, err
	}
	s, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return faultyStmt{s, c.f, query}, nil
}

func (c faultyConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.f.call("exec " + query); err != nil {
		return nil, err
	}
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func (c faultyConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.f.call("query " + query); err != nil {
		return nil, err
	}
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

type faultyStmt struct {
	driver.Stmt
	f     *faulty
	query string
}

func (s faultyStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.f.call("exec " + s.query); err != nil {
		return nil, err
	}
	r, err := s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
	if err == nil {
		// What has been done may be told to have failed, too.
		err = s.f.call("after " + s.query)
	}
	return r, err
}

func (s faultyStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.f.call("query " + s.query); err != nil {
		return nil, err
	}
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

// TestAnyCallMayFail is fault 25: whichever call of SQLite fails, nothing that was told to be kept is
// lost, and when the fault is over all is written, once and in order.
func TestAnyCallMayFail(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	for _, code := range []int{sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR | 4<<8} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			for nth := 1; ; nth++ {
				if !anyCall(t, nth, code) || t.Failed() {
					t.Logf("%d calls", nth-1)
					return
				}
			}
		})
	}
}

// anyCall lets one call fail, and says whether there were that many calls.
func anyCall(t *testing.T, nth, code int) (there bool) {
	f := &faulty{}
	o := history.Through(history.Options{}, f.connect)
	path := filepath.Join(t.TempDir(), "history", "history.db")
	var hit atomic.Pointer[string]
	f.set(func(call int, called string) error {
		if call != nth {
			return nil
		}
		hit.Store(&called)
		return sqliteError(code)
	})
	what := func() string {
		if called := hit.Load(); called != nil {
			return *called
		}
		return "none"
	}
	h := history.New(path, then(o))
	open := h.Open(t.Context())
	for n := uint64(1); n <= 3; n++ {
		h.Keep(asked(t, n), juliet)
	}
	if open != nil && strings.Contains(open.Error(), "\n") {
		t.Errorf("call %d (%s): Open says %q", nth, what(), open)
	}
	if err := h.Close(within(t, t.Context())); err != nil {
		t.Errorf("call %d (%s): Close says %v", nth, what(), err)
	}
	f.set(nil)
	h = history.New(path, then(o))
	if err := h.Open(t.Context()); err != nil {
		t.Fatalf("call %d (%s): it cannot be opened again: %v", nth, what(), err)
	}
	defer closed(t, h)
	p, err := h.Search(t.Context(), history.Query{Words: "disco"})
	if err != nil || len(p.Entries) != 3 {
		t.Fatalf("call %d (%s): %d entries are there, %v", nth, what(), len(p.Entries), err)
	}
	for i, e := range p.Entries {
		if whole(t, e); e.Serial != uint64(3-i) {
			t.Errorf("call %d (%s): they are not in order", nth, what())
		}
	}
	if s := h.Status(); s.Beside != nil {
		t.Errorf("call %d (%s): another file is used: %v", nth, what(), s.Beside)
	}
	return hit.Load() != nil
}

// TestNoRoom is fault 29, with a file that may not grow: the session goes on, the memory is bounded,
// and when there is room again all is written that is left.
func TestNoRoom(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history", "history.db")
	h := history.New(path, then(history.MaxPages(history.Options{}, 60)))
	if err := h.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	n := uint64(0)
	waitFor(t, "a full file", h, func(s history.Status) bool {
		for range 20 {
			n++
			h.Keep(asked(t, n), juliet)
		}
		return s.Err != nil
	})
	s := h.Status()
	if !errors.Is(s.Err, history.ErrNoRoom) || s.Err.Error() != "the history cannot be written: there is no room on the disk" {
		t.Errorf("the status says %v", s.Err)
	}
	if p, err := h.Search(t.Context(), history.Query{}); err != nil && !errors.Is(err, history.ErrNotOpen) {
		t.Errorf("it cannot be read any more: %v", err)
	} else if len(p.Entries) == 0 && err == nil {
		t.Error("nothing is there any more")
	}
	for ; n < 13_000; n++ {
		h.Keep(asked(t, n+1), juliet)
	}
	if s := h.Status(); s.Waiting > 10_000 || s.Lost == 0 {
		t.Errorf("%d wait, %d are lost", s.Waiting, s.Lost)
	}
	err := h.Close(within(t, t.Context()))
	if !errors.Is(err, history.ErrNoRoom) || !strings.Contains(err.Error(), "exchanges were not written") {
		t.Errorf("Close says %v", err)
	}
}

// waitFor waits until the status is as wanted.
func waitFor(t *testing.T, what string, h *history.History, is func(history.Status) bool) {
	t.Helper()
	end := time.After(time.Minute)
	for !is(h.Status()) {
		select {
		case <-h.Changed():
		case <-time.After(5 * time.Millisecond):
		case <-end:
			t.Fatalf("%s does not come: %+v", what, h.Status())
		}
	}
}

// TestItRecoversByItself is fault 29: what is in the way goes away, and nobody has to start anew.
func TestItRecoversByItself(t *testing.T) {
	for _, row := range []struct {
		code int
		want error
		says string
	}{
		{sqlite3.SQLITE_FULL, history.ErrNoRoom, "there is no room on the disk"},
		{sqlite3.SQLITE_READONLY, history.ErrReadOnly, "the file or its folder may only be read"},
		{sqlite3.SQLITE_IOERR | 3<<8, history.ErrDisk, "the disk reports an error"},
		{sqlite3.SQLITE_BUSY, history.ErrBusy, "another program keeps it locked"},
	} {
		t.Run(row.says, func(t *testing.T) {
			f := &faulty{}
			h := opened(t, history.Through(history.Options{}, f.connect))
			kept(t, h, asked(t, 1))
			f.set(func(call int, what string) error {
				if strings.HasPrefix(what, "exec INSERT INTO exchanges") {
					return sqliteError(row.code)
				}
				return nil
			})
			h.Keep(asked(t, 2), juliet)
			waitFor(t, "the failure", h, func(s history.Status) bool { return s.Err != nil })
			if s := h.Status(); !errors.Is(s.Err, row.want) || s.Err.Error() != "the history cannot be written: "+row.says || s.Waiting != 1 {
				t.Errorf("the status says %+v", s)
			}
			h.Keep(asked(t, 3), juliet)
			f.set(nil)
			waitFor(t, "the recovery", h, func(s history.Status) bool { return s.Err == nil && s.Waiting == 0 })
			p, err := h.Search(t.Context(), history.Query{})
			if err != nil || len(p.Entries) != 3 {
				t.Fatalf("%d entries are there, %v", len(p.Entries), err)
			}
			for i, e := range p.Entries {
				if e.Serial != uint64(3-i) || e.ID != int64(3-i) {
					t.Errorf("exchange %d is entry %d", e.Serial, e.ID)
				}
			}
		})
	}
}

// TestWhatBreaksWhileItRuns is a part of fault 31: a fresh file is used from then on.
func TestWhatBreaksWhileItRuns(t *testing.T) {
	for _, what := range []string{"exec INSERT INTO exchanges", "query SELECT"} {
		t.Run(what, func(t *testing.T) {
			f := &faulty{}
			h := opened(t, history.Through(history.Options{}, f.connect))
			kept(t, h, asked(t, 1))
			first := h.Status().Path
			broken := atomic.Bool{}
			broken.Store(true)
			f.set(func(call int, called string) error {
				if broken.Load() && strings.HasPrefix(called, what) {
					broken.Store(false)
					return sqliteError(sqlite3.SQLITE_CORRUPT)
				}
				return nil
			})
			if what == "query SELECT" {
				if _, err := h.Search(t.Context(), history.Query{}); !errors.Is(err, history.ErrBroken) || err.Error() != "the history cannot be read: the file is broken" {
					t.Errorf("the search says %v", err)
				}
			}
			h.Keep(asked(t, 2), juliet)
			waitFor(t, "a fresh file", h, func(s history.Status) bool { return s.Beside != nil && s.Waiting == 0 })
			if s := h.Status(); s.Path != filepath.Join(filepath.Dir(first), "history-2.db") || s.Err != nil || !errors.Is(s.Beside, history.ErrBroken) {
				t.Errorf("the status says %+v", s)
			}
			if p, err := h.Search(t.Context(), history.Query{}); err != nil || len(p.Entries) != 1 || p.Entries[0].Serial != 2 {
				t.Errorf("%d entries are in the fresh file, %v", len(p.Entries), err)
			}
		})
	}
}

func TestAFileThatIsTakenAwayIsMadeAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history", "history.db")
	h := openedAt(t, path, history.Options{})
	kept(t, h, asked(t, 1))
	if err := os.RemoveAll(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	kept(t, h, asked(t, 2))
	if _, err := os.Stat(path); err != nil {
		t.Error("what is kept is nowhere")
	}
	if p, err := h.Search(t.Context(), history.Query{}); err != nil || len(p.Entries) != 1 || p.Entries[0].Serial != 2 {
		t.Errorf("%d entries are there, %v", len(p.Entries), err)
	}
}

func TestAFileInPlaceOfTheOneThatWasOpenedIsUsed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history", "history.db")
	h := openedAt(t, path, history.Options{})
	kept(t, h, asked(t, 1))
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(path+suffix, path+"-before"+suffix); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	kept(t, h, asked(t, 2))
	if p, err := h.Search(t.Context(), history.Query{}); err != nil || len(p.Entries) != 1 || p.Entries[0].Serial != 2 {
		t.Errorf("%d entries are there, %v", len(p.Entries), err)
	}
}
