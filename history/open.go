package history

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// busyWait is how long a statement waits for other programs that write.
const busyWait = 5 * time.Second

// maxValue is how long a single value of a row may be. What is longer is not read.
const maxValue = 32 << 20

// file is an open database.
type file struct {
	path string
	info fs.FileInfo
	read *sql.DB
	w    *writing
}

// connect makes a connector; tests put faults in between.
type connect func(dsn string) (driver.Connector, error)

// dataSource is how SQLite is told of a file: as an address, for a path may have any character.
func dataSource(path string, query string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	path = filepath.ToSlash(path)
	if path[0] != '/' { // C:/…
		path = "/" + path
	}
	return "file://" + (&url.URL{Path: path}).EscapedPath() + "?" + query, nil
}

// Options of connections. Of what a database says of itself, nothing is trusted.
const (
	safe    = "_defensive=1&_dqs=0&_error_rc=1&_pragma=busy_timeout(5000)&_pragma=trusted_schema(off)&_pragma=cell_size_check(on)"
	looking = safe + "&mode=ro&_query_only=1"
	reading = safe + "&mode=rw&_query_only=1"
	making  = safe + "&mode=rw&_auto_vacuum=2&_journal_mode=WAL&_synchronous=FULL&_pragma=secure_delete(on)"
)

// openDB opens a database with at most n connections.
func openDB(path, options string, n int, with connect) (*sql.DB, error) {
	dsn, err := dataSource(path, options)
	if err != nil {
		return nil, err
	}
	if with == nil {
		with = sqlite.NewConnector
	}
	connector, err := with(dsn)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(n)
	return db, nil
}

// openFirst opens the first of the files that can be used: the one that is named, or a fresh one
// beside it. beside is why it is not the one that is named.
func (h *History) openFirst(ctx context.Context, not map[string]error) (f *file, beside error, err error) {
	if err := makeFolder(h.path); err != nil {
		return nil, nil, err
	}
	for _, path := range besides(h.path) {
		unusable := not[path]
		if unusable == nil {
			f, err = h.openOne(ctx, path)
			if err == nil {
				return f, beside, nil
			}
			if unusable = reason(err); unusable != ErrBroken && unusable != ErrNewer && unusable != ErrForeign {
				return nil, beside, err
			}
		}
		if beside == nil {
			beside = &failure{what: fmt.Sprintf("%s cannot be used, and a fresh file beside it is", path), why: unusable, cause: err}
		}
	}
	return nil, beside, refuse(h.path, fmt.Sprintf("cannot be used, nor can any of the %d beside it", maxBeside-1))
}

// openOne opens one file, and makes it if it is not there.
func (h *History) openOne(ctx context.Context, path string) (*file, error) {
	there, err := checkFile(path)
	if err != nil {
		return nil, err
	}
	if there {
		err = retryBusy(ctx, func() error { return h.look(ctx, path) })
	} else {
		err = makeFile(path)
	}
	if err != nil {
		return nil, err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(path, 0o600); err != nil {
			return nil, err
		}
	}
	f := &file{path: path, info: info}
	if err := retryBusy(ctx, func() (err error) {
		f.w, err = h.openWriting(ctx, path)
		return err
	}); err != nil {
		return nil, err
	}
	if f.read, err = openDB(path, reading, 2, h.o.connect); err != nil {
		f.w.close()
		return nil, err
	}
	return f, nil
}

func (f *file) close() error {
	// Last the one that may write: it brings all into one file.
	return errors.Join(f.read.Close(), f.w.close())
}

// retryBusy does again what other programs are in the way of: SQLite waits by itself for some locks,
// not for all.
func retryBusy(ctx context.Context, do func() error) error {
	for end := time.Now().Add(busyWait); ; {
		err := do()
		if err == nil || reason(err) != ErrBusy || time.Now().After(end) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// magic is how each file of SQLite begins.
const magic = "SQLite format 3\x00"

// look says whether a file that is there can be used, and changes nothing in it.
func (h *History) look(ctx context.Context, path string) error {
	head, size, err := header(path)
	switch {
	case err != nil:
		return err
	case size == 0:
		return nil // nobody has written anything
	case len(head) < 100 || string(head[:len(magic)]) != magic:
		return ErrForeign
	}
	// What has not been brought into the file yet stands beside it, the number of the application
	// too; a file that never had one is ours if there is nothing in it.
	if id := binary.BigEndian.Uint32(head[68:]); id != applicationID && id != 0 {
		return ErrForeign
	}
	if _, err := os.Lstat(path + "-journal"); err == nil && size <= 1<<16 {
		return nil // it ended while it was made
	}
	db, err := openDB(path, looking, 1, h.o.connect)
	if err != nil {
		return err
	}
	defer db.Close()
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := bound(c); err != nil {
		return err
	}
	return lookInside(ctx, c, h.o.steps)
}

func header(path string) (head []byte, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	head, err = io.ReadAll(io.LimitReader(f, 100))
	return head, info.Size(), err
}

// lookInside says whether a database is a history, or nothing yet. All that it reads is of one moment, for
// another program may be making the tables.
func lookInside(ctx context.Context, c *sql.Conn, steps []string) error {
	if _, err := c.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	defer c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
	id, err := pragma(ctx, c, "application_id")
	if err != nil {
		return err
	}
	version, err := pragma(ctx, c, "user_version")
	if err != nil {
		return err
	}
	tables, err := tablesOf(ctx, c)
	switch {
	case err != nil && reason(err) == err:
		return ErrBroken // a schema that cannot be read is no "disk image", but an SQL error
	case err != nil:
		return err
	case id == 0 && version == 0 && len(tables) == 0:
		return nil
	case id != applicationID:
		return ErrForeign
	case version > int64(len(steps)):
		return ErrNewer
	case version < 1:
		return ErrBroken
	}
	want, err := wanted(steps[:version])
	if err != nil {
		return err
	}
	if !maps.Equal(tables, want) {
		return ErrBroken
	}
	return readsAll(ctx, c)
}

// readsAll reads a little of each table, which finds what is broken in a file's beginning and end.
func readsAll(ctx context.Context, c *sql.Conn) error {
	for _, table := range []string{"runs", "scopes", "series", "exchanges", "hours", "total"} {
		for _, order := range []string{"ASC", "DESC"} {
			var id sql.NullInt64
			err := c.QueryRowContext(ctx, "SELECT rowid FROM "+table+" ORDER BY rowid "+order+" LIMIT 1").Scan(&id)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				if reason(err) == err {
					return ErrBroken
				}
				return err
			}
		}
	}
	var n int
	if err := c.QueryRowContext(ctx, "SELECT count(*) FROM words WHERE words MATCH 'iqscope' AND rowid < 0").Scan(&n); err != nil {
		if reason(err) == err {
			return ErrBroken
		}
		return err
	}
	return nil
}

// bound holds a connection to values of a size that memory can hold.
func bound(c *sql.Conn) error {
	_, err := sqlite.Limit(c, sqlite3.SQLITE_LIMIT_LENGTH, 4*maxValue)
	return err
}
