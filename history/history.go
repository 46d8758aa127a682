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
	"crypto/rand"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/wire"
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

	// Of tests: another driver, other steps of migration, and how many pages a file may have.
	connect  connect
	steps    []string
	maxPages int64
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
	// Damaged says in one sentence what of it the file has lost or somebody has spoilt; "" when it is
	// whole. What can be read is there all the same: a request always is, if only as one of kind
	// Broken.
	Damaged string
}

// History is a file of exchanges. Its methods are safe for concurrent use.
type History struct {
	path string
	o    Options
	run  string // of this program

	file    atomic.Pointer[file] // nil when none is open
	writing chan struct{}        // holds one value: whoever has taken it may write
	bad     map[string]error     // files that turned out to be broken; of whoever may write
	over    bool                 // nothing is opened any more; of whoever may write
	wake    chan struct{}
	changed chan struct{}
	closed  chan struct{} // closed by Close
	stopped chan struct{} // closed when nothing is written any more
	// lifetime ends when Close has no more time.
	lifetime context.Context
	end      context.CancelFunc

	mu       sync.Mutex
	started  bool            // the goroutine that writes runs
	closing  context.Context // of Close; nil before
	queue    queue
	flushing int           // who waits for the queue to be written
	moved    chan struct{} // closed, and made anew, when the queue has become shorter
	series   map[uint64]bool
	kept     uint64
	lost     uint64
	err      error
	beside   error
	path0    string // of the file in use
}

// New makes a history. Nothing is read or written before Open; what is told until then waits.
func New(path string, o Options) *History {
	if o.Redact == nil {
		o.Redact = wire.Redact
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.steps == nil {
		o.steps = steps
	}
	h := &History{
		path: path, o: o, run: rand.Text(),
		writing: make(chan struct{}, 1), bad: map[string]error{},
		wake: make(chan struct{}, 1), changed: make(chan struct{}, 1),
		closed: make(chan struct{}), stopped: make(chan struct{}), moved: make(chan struct{}),
		series: map[uint64]bool{},
	}
	h.writing <- struct{}{}
	h.lifetime, h.end = context.WithCancel(context.Background())
	return h
}

// lock takes the right to write.
func (h *History) lock(ctx context.Context) error {
	select {
	case <-h.writing:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *History) unlock() { h.writing <- struct{}{} }

// ring says that something has changed.
func (h *History) ring() {
	select {
	case h.changed <- struct{}{}:
	default:
	}
}

// nudge wakes the goroutine that writes.
func (h *History) nudge() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// progress wakes who waits for the queue. The lock is held.
func (h *History) progress() {
	close(h.moved)
	h.moved = make(chan struct{})
}

// Open opens the file, makes it if there is none, and begins to write what waits. A file that cannot
// be used, being of a later version or broken, is left as it is, and a fresh one beside it is used;
// Status says so then. When it fails, it is tried again now and then until Close: what is in the way
// may go away.
func (h *History) Open(ctx context.Context) error {
	h.mu.Lock()
	if h.closing != nil {
		h.mu.Unlock()
		return ErrNotOpen
	}
	if !h.started { // before it is open, so that Close waits for what is on its way
		h.started = true
		go h.write()
	}
	h.mu.Unlock()
	err := h.opened(ctx)
	h.trouble(err)
	return err
}

// Keep takes an exchange that has ended. It never waits, and takes no longer than a copy. Of a series
// (Exchange.Series), the first exchange is kept and each whose outcome is no result. A keepalive
// (Exchange.Unasked) is kept unless it got its result: the others tell when a link died.
// An exchange that was kept before is kept once: what is new of it, a late reply, is added.
func (h *History) Keep(x exchange.Exchange, about About) {
	if x.Stanza == nil || x.InFlight() {
		return
	}
	result := x.Outcome == stanza.OutcomeResult
	h.mu.Lock()
	defer h.mu.Unlock()
	first := x.Series == 0 || !h.series[x.Series]
	if x.Series != 0 {
		h.series[x.Series] = true
	}
	if h.closing != nil || result && (!first || x.Unasked) {
		return
	}
	h.put(item{entry: &Entry{About: about, Exchange: x, Run: h.run}, size: sizeOf(x.Stanza, x.Reply, x.Late)})
	h.nudge()
}

// put puts an item into the queue. The lock is held.
func (h *History) put(it item) {
	if lost := h.queue.put(it); lost > 0 {
		h.lost += uint64(lost)
		h.progress()
		h.ring()
	}
}

// KeepSeries takes the summary of a series that is over.
func (h *History) KeepSeries(s Series, about About) {
	if s.Request == nil || s.Number == 0 {
		return
	}
	s.Run = h.run
	h.mu.Lock()
	if h.closing == nil {
		h.put(item{series: &s, about: about, size: sizeOf(s.Request)})
	}
	h.mu.Unlock()
	h.nudge()
}

// Flush returns when all that was told until now is on disk, or the context ends.
func (h *History) Flush(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.flushing++
	defer func() { h.flushing-- }()
	h.nudge()
	for told := h.queue.told; h.queue.done < told; {
		moved := h.moved
		h.mu.Unlock()
		select {
		case <-moved:
			h.mu.Lock()
		case <-ctx.Done():
			h.mu.Lock()
			return errors.Join(ctx.Err(), h.err)
		case <-h.stopped:
			h.mu.Lock()
			if h.queue.done < told {
				return ErrNotOpen
			}
		}
	}
	return nil
}

// Close writes what waits, as long as the context lets it, and closes the file. The error says what
// was not written.
func (h *History) Close(ctx context.Context) error {
	h.mu.Lock()
	if h.closing != nil {
		h.mu.Unlock()
		return nil
	}
	h.closing = ctx
	started := h.started
	close(h.closed)
	h.mu.Unlock()
	if !started {
		close(h.stopped)
	}
	select {
	case <-h.stopped:
	case <-ctx.Done():
		h.end()
		<-h.stopped
	}
	<-h.writing // nobody writes any more
	h.over = true
	h.end()
	defer h.unlock()
	err := h.unwritten()
	if f := h.file.Swap(nil); f != nil {
		err = errors.Join(err, failed("the history cannot be closed", f.close()))
	}
	return err
}
