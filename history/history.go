// Package history keeps ended exchanges on disk, in SQLite, so that nothing is lost: each request
// of ours with what answered it, its outcome, its times, whom it went out as and where to. Secrets
// are hidden before anything is written.
//
// A History is told of exchanges and writes them beside whoever tells it, in their order, many in
// one transaction:
//
//	h := history.New(path, history.Options{})
//	defer h.Close(ctx)
//	go h.Open(ctx)
//	s.Ended(func(x session.Exchange) { h.Keep(x, about) })
//
// Several programs may use one file at the same time. What cannot be written stays in memory, within
// limits, and is tried again: Status tells of it. Nothing here knows of sessions or screens.
package history

import (
	"context"
	"errors"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
)

// ErrNotOpen is what is returned by what needs the file before Open has succeeded, and after Close.
var ErrNotOpen = errors.New("the history is not open")

// ErrNotFound says that there is no entry of that number.
var ErrNotFound = errors.New("there is no such entry in the history")

// Options of a History. The zero value is what the program uses.
type Options struct {
	// Limits are how much is kept; pinned entries are not counted.
	Limits Limits
	// Redact hides what is secret; nil means wire.Redact.
	Redact func(*stanza.Stanza) (shown *stanza.Stanza, redacted bool)
	// Kept is told of the entries that have been committed, in their order, by the goroutine that
	// writes; nil for nobody. What it has been told of survives the end of the process.
	Kept func(ids []int64)
	// Now is the clock; nil means the real one.
	Now func() time.Time
}

// Limits are how much is kept. 0 means the usual, less than 0 no limit.
type Limits struct {
	Age   time.Duration // since the exchange ended; the usual is a year
	Bytes int64         // of all entries' stanzas; the usual is 512 MB
}

// About is what an exchange does not say of itself.
type About struct {
	Account string // the address the request went out as, with its resource
	Server  string // what was dialled
}

// Entry is one exchange as it is kept.
type Entry struct {
	// ID is the entry's number: 1, 2, 3, …, in the order in which they were kept; never reused.
	ID int64
	About
	// Exchange has no secrets: Stanza and Shown are the same, and so are its times but for the
	// monotonic clock. Seq, ReplySeq and LateSeq are those of the log of its run, Serial is too.
	// Err says in the same words why there was no result; it has the type that Exchange.Failure gives.
	exchange.Exchange
	// Run is which run of a program it is of: Run and Serial together are its identity anywhere.
	Run string
	// Hidden says that the request had a secret, so that it cannot be sent as it was.
	Hidden bool
	Tags   []string // sorted
	Note   string
	Pinned bool // it is kept whatever the limits
	// Series is the number of the series of which it is one; 0 for none.
	Series int64
}

// History is a file of exchanges. Its methods are safe for concurrent use.
type History struct {
	path string
	o    Options
	// …
}

// New makes a history. Nothing is read or written before Open; what is told until then waits.
func New(path string, o Options) *History { return &History{path: path, o: o} }

// Open opens the file, makes it if there is none, and begins to write what waits. A file that cannot
// be used, being of a later version or broken, is left as it is, and a fresh one beside it is used;
// Status says so then.
func (h *History) Open(ctx context.Context) error { return ErrNotOpen }

// Keep takes an exchange that has ended. It never waits, and takes no longer than a copy. Of a series
// (Exchange.Series), the first exchange is kept and each whose outcome is no result.
// An exchange that was kept before is kept once: what is new of it, a late reply, is added.
func (h *History) Keep(x exchange.Exchange, about About) {}

// KeepSeries takes the summary of a series that is over.
func (h *History) KeepSeries(s Series, about About) {}

// Flush returns when all that was told until now is on disk, or the context ends.
func (h *History) Flush(ctx context.Context) error { return nil }

// Close writes what waits, as long as the context lets it, and closes the file. The error says what
// was not written.
func (h *History) Close(ctx context.Context) error { return nil }

// Status says how the writing goes.
type Status struct {
	Path    string // of the file in use; "" before Open
	Opened  bool
	Waiting int    // exchanges that are not on disk yet
	Kept    uint64 // that were written since Open
	Lost    uint64 // that found no room in memory while nothing could be written
	// Err is why nothing can be written now; nil when all is well.
	Err error
	// Beside is why a fresh file is used instead of the one that was named; nil when it is not.
	Beside error
}

// Status tells how things stand now. It never waits for the disk.
func (h *History) Status() Status { return Status{} }

// Changed receives a value when the status or the entries have changed since it last did.
func (h *History) Changed() <-chan struct{} { return nil }

// Series is what became of a request that was sent many times.
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
