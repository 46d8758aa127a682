package history

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	sqlite3 "modernc.org/sqlite/lib"
)

// Why the history cannot be written or read. Errors of this package wrap one of them where it is
// known: errors.Is tells which.
var (
	ErrNoRoom   = errors.New("there is no room on the disk")
	ErrReadOnly = errors.New("the file or its folder may only be read")
	ErrBusy     = errors.New("another program keeps it locked")
	ErrDisk     = errors.New("the disk reports an error")
	ErrBroken   = errors.New("the file is broken")
	ErrNewer    = errors.New("it was written by a newer version of this program")
	ErrForeign  = errors.New("it is no history of this program")
	ErrRefused  = errors.New("it is not safe to use")
)

// failure is an error in the user's words: why is one of the above.
type failure struct {
	what  string // "the history cannot be written"
	why   error
	cause error // what SQLite or the system said; may be nil
}

func (f *failure) Error() string { return f.what + ": " + f.why.Error() }

func (f *failure) Unwrap() []error {
	if f.cause == nil {
		return []error{f.why}
	}
	return []error{f.why, f.cause}
}

// coded is an error of SQLite.
type coded interface{ Code() int }

// reason is which of the known reasons an error has; the error itself if none.
func reason(err error) error {
	var sqlite coded
	if errors.As(err, &sqlite) {
		switch sqlite.Code() & 0xff {
		case sqlite3.SQLITE_FULL:
			return ErrNoRoom
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH:
			return ErrReadOnly
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
			return ErrBusy
		case sqlite3.SQLITE_IOERR:
			return ErrDisk
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT:
			return ErrBroken
		}
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, errQuota):
		return ErrNoRoom
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return ErrReadOnly
	case errors.Is(err, syscall.EIO):
		return ErrDisk
	}
	return err
}

// failed makes an error of the user's words; nil stays nil, and a context's error what it is.
func failed(what string, err error) error {
	var already *failure
	switch {
	case err == nil:
		return nil
	case errors.As(err, &already), errors.Is(err, ErrNotOpen), errors.Is(err, ErrNotFound),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	if why := reason(err); why != err {
		return &failure{what, why, err}
	}
	return fmt.Errorf("%s: %w", what, err)
}
