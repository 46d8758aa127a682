package history

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"maps"
	"time"

	"iqscope/iqbuilder/stanza"
)

// writing is the connection that writes. One goroutine at a time has it.
type writing struct {
	db         *sql.DB
	c          *sql.Conn
	statements map[string]*sql.Stmt
	gone       bool // the connection is closed
	// What is known of rows that never change. It is true after the commit only.
	runs   map[string]int64
	scopes map[string]int64
	series map[seriesKey]int64
	// What the entries of the transaction add up to.
	hours map[int64]span
	bytes int64 // of those that are not pinned
}

type seriesKey struct {
	run    int64
	number uint64
}

// maxRemembered bounds what is known of rows.
const maxRemembered = 1000

// openWriting connects to a file, and brings its tables up to date.
func (h *History) openWriting(ctx context.Context, path string) (*writing, error) {
	db, err := openDB(path, making, 1, h.o.connect)
	if err != nil {
		return nil, err
	}
	w := &writing{db: db, statements: map[string]*sql.Stmt{}}
	w.forget()
	if err := h.prepare(ctx, w); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (h *History) prepare(ctx context.Context, w *writing) (err error) {
	if w.c, err = w.db.Conn(ctx); err != nil {
		return err
	}
	if err := bound(w.c); err != nil {
		return err
	}
	if err := migrate(ctx, w.c, h.o.steps); err != nil {
		return err
	}
	if h.o.maxPages > 0 {
		_, err = pragmaSet(ctx, w.c, "max_page_count", h.o.maxPages)
	}
	return err
}

func (w *writing) forget() {
	w.runs, w.scopes, w.series = map[string]int64{}, map[string]int64{}, map[seriesKey]int64{}
	w.hours = map[int64]span{}
	w.bytes = 0
}

func (w *writing) close() error {
	w.closeStatements()
	if w.c != nil {
		w.c.Close()
	}
	return w.db.Close()
}

// closeStatements comes before the connection is closed: a statement cannot be closed behind it.
func (w *writing) closeStatements() {
	for _, s := range w.statements {
		s.Close()
	}
	clear(w.statements)
}

// exec runs a statement, which is prepared once.
func (w *writing) exec(ctx context.Context, text string, args ...any) (sql.Result, error) {
	s, err := w.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// one reads the first row that a statement gives.
func (w *writing) one(ctx context.Context, text string, args []any, into ...any) error {
	s, err := w.statement(ctx, text)
	if err != nil {
		return err
	}
	return s.QueryRowContext(ctx, args...).Scan(into...)
}

func (w *writing) statement(ctx context.Context, text string) (*sql.Stmt, error) {
	if s := w.statements[text]; s != nil {
		return s, nil
	}
	s, err := w.c.PrepareContext(ctx, text)
	if err == nil {
		w.statements[text] = s
	}
	return s, err
}

// transact does all of what do does, or nothing.
func (w *writing) transact(ctx context.Context, do func() error) (err error) {
	if _, err := w.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			w.forget()
			if _, bad := w.exec(context.WithoutCancel(ctx), "ROLLBACK"); bad != nil {
				w.broken()
			}
		}
	}()
	if err := do(); err != nil {
		return err
	}
	if err := w.settle(ctx); err != nil {
		return err
	}
	_, err = w.exec(ctx, "COMMIT")
	return err
}

// broken lets go of a connection that may be in the middle of something.
func (w *writing) broken() {
	w.gone = true
	w.closeStatements()
	w.c.Raw(func(any) error { return driver.ErrBadConn })
}

// run is the number of a run.
func (w *writing) run(ctx context.Context, name string) (int64, error) {
	if id, ok := w.runs[name]; ok {
		return id, nil
	}
	return remember(w.runs, name, func() (int64, error) {
		return w.find(ctx, "SELECT id FROM runs WHERE name = ?", "INSERT INTO runs(name) VALUES(?)", name)
	})
}

// scope is the number of what a stanza inherits.
func (w *writing) scope(ctx context.Context, s stanza.Scope) (int64, error) {
	text, err := scopeText(s)
	if err != nil {
		return 0, err
	}
	if id, ok := w.scopes[text]; ok {
		return id, nil
	}
	return remember(w.scopes, text, func() (int64, error) {
		return w.find(ctx, "SELECT id FROM scopes WHERE scope = ?", "INSERT INTO scopes(scope) VALUES(?)", text)
	})
}

// find is the number of a row that is there, or is made.
func (w *writing) find(ctx context.Context, find, insert string, args ...any) (id int64, err error) {
	err = w.one(ctx, find, args, &id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	r, err := w.exec(ctx, insert, args...)
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

func remember[K comparable](known map[K]int64, k K, find func() (int64, error)) (int64, error) {
	id, err := find()
	if err != nil {
		return 0, err
	}
	if len(known) >= maxRemembered {
		clear(known)
	}
	known[k] = id
	return id, nil
}

// scopeJSON is a scope as it is kept.
type scopeJSON struct {
	Content  string            `json:"content"`
	Default  string            `json:"default"`
	Prefixes map[string]string `json:"prefixes,omitempty"`
	Lang     string            `json:"lang,omitempty"`
}

func scopeText(s stanza.Scope) (string, error) {
	if s.Content == stanza.NSClient && s.Lang == "" && s.Default == s.Content && maps.Equal(s.Prefixes, clientPrefixes) {
		return clientScope, nil
	}
	text, err := json.Marshal(scopeJSON{s.Content, s.Default, s.Prefixes, s.Lang})
	return string(text), err
}

// The scope that nearly all have.
var (
	clientPrefixes = stanza.ClientScope().Prefixes
	clientScope    = func() string {
		s := stanza.ClientScope()
		text, err := json.Marshal(scopeJSON{s.Content, s.Default, s.Prefixes, s.Lang})
		if err != nil {
			panic("history: the scope of a client is no JSON: " + err.Error())
		}
		return string(text)
	}()
)

// micros is a time as it is kept.
func micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

func pragmaSet(ctx context.Context, c *sql.Conn, name string, value int64) (v int64, err error) {
	err = c.QueryRowContext(ctx, "PRAGMA "+name+" = "+decimal(value)).Scan(&v)
	return v, err
}
