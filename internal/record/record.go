// Package record writes down what goes over the wire while a session runs: each element, in both
// directions, as a line of JSON, its secrets hidden. What stands in such a file is in line.go, and
// docs/recordings.md says it for people.
//
//	r, err := record.Begin(s, record.Options{Path: "bug.jsonl"})
//	…
//	summary := r.Stop() // or the session goes on without it: <-r.Done()
//
// A recording follows the session's log from a goroutine of its own and holds up nobody. It never
// writes over a file. Where it fails, as on a disk that is full, it ends and says so; the session
// does not notice.
package record

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"iqscope/internal/report"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/journal"
	"iqscope/session/wire"
)

// settle is how long what has come waits to be written: by then the log says what it was worth, and
// what comes at once is written at once.
const settle = 20 * time.Millisecond

// writtenAtOnce is how many entries are taken out of the log together.
const writtenAtOnce = 256

// ErrExists refuses to write over a file.
var ErrExists = errors.New("the file is there already, and a recording never writes over one; give it another name")

// Source is what a recording needs of a session.
type Source interface {
	Journal() *journal.Journal
	Ended(fn func(exchange.Exchange)) (stop func())
	// Exchanges are those that are known when it begins.
	Exchanges(dst []exchange.Exchange) []exchange.Exchange
}

// Options of a recording. Path is required, and no file may be there.
type Options struct {
	Path string
	// Account and Server say who recorded, and where; Content and Lang are those of the stream, and
	// Lenient says that the session takes replies from those who were not quite asked.
	Account, Server, Content, Lang string
	Lenient                        bool
	// Redact hides the secrets of an element; nil means wire.Redact. It is called for what the log
	// has, too, which may show them.
	Redact func(*stanza.Stanza) (*stanza.Stanza, bool)
}

// Recording is one that runs, or has ended. Its methods are safe for concurrent use.
type Recording struct {
	options Options
	journal *journal.Journal
	dropped uint64 // entries that the log had lost when it began

	told     chan struct{}
	stop     chan struct{}
	stopOnce sync.Once
	leave    []func() // takes it out of the session
	done     chan struct{}
	mu       sync.Mutex
	ends     []end // not written yet
	to       *bufio.Writer
	file     io.Closer
	next     uint64 // the entry to be written next
	known    uint64 // the last entry that was there when it began
	window   []journal.Entry
	elements int
	buffered int // elements on their way to the file
	missed   uint64
	err      error
}

// end is how a request ended without a reply.
type end struct {
	seq     uint64
	at      time.Time
	outcome stanza.Outcome
	timeout time.Duration
}

// Summary is what became of a recording.
type Summary struct {
	Path     string // absolute, where that is known
	Elements int    // written
	Missed   uint64 // entries of the log that were gone before they were written
	Dropped  uint64 // entries that the log had lost before the recording began
	Err      error  // why it ended before it was stopped; nil if it was stopped
}

// String says it in a sentence.
func (s Summary) String() string {
	text := words(s.Elements, "element") + " recorded in " + s.Path
	if s.Missed > 0 {
		text += "; " + missedWords(s.Missed)
	}
	if s.Err != nil {
		text = fmt.Sprintf("the recording ended: %v; %s", s.Err, text)
	}
	return text
}

func words(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Begin makes the file and writes what the log has, and from then on what comes. The error is
// [ErrExists], or says why there is no file.
func Begin(s Source, o Options) (*Recording, error) {
	if o.Path == "" || o.Path == "-" {
		return nil, errors.New("a recording needs the name of a file; iqscope watch --all prints what goes over the wire")
	}
	file, err := os.OpenFile(o.Path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, fmt.Errorf("%s: %w", o.Path, ErrExists)
	case err != nil:
		return nil, fmt.Errorf("the recording cannot begin: %w", err)
	}
	if absolute, err := filepath.Abs(o.Path); err == nil {
		o.Path = absolute
	}
	return begin(s, o, file), nil
}

// begin records to a file that is there.
func begin(s Source, o Options, file io.WriteCloser) *Recording {
	if o.Redact == nil {
		o.Redact = wire.Redact
	}
	r := &Recording{
		options: o, journal: s.Journal(), to: bufio.NewWriter(file), file: file,
		told: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
	rung, deaf := r.journal.Watch()
	r.leave = []func(){deaf, s.Ended(r.ended)}
	stats := r.journal.Stats()
	r.dropped, r.next, r.known = stats.Dropped, max(1, stats.First), stats.Last
	r.tell()
	for _, x := range s.Exchanges(nil) {
		r.ended(x)
	}
	go r.run(rung)
	return r
}

// ended takes note of how a request ended that got no reply. One that never left is not in the log.
func (r *Recording) ended(x exchange.Exchange) {
	if x.InFlight() || x.Reply != nil || x.Seq == 0 {
		return
	}
	r.mu.Lock()
	r.ends = append(r.ends, end{x.Seq, x.Ended, x.Outcome, x.Timeout})
	r.mu.Unlock()
	r.tell()
}

// tell has run look.
func (r *Recording) tell() {
	select {
	case r.told <- struct{}{}:
	default:
	}
}

// Path is where the recording is.
func (r *Recording) Path() string { return r.options.Path }

// Dropped is how many entries the log had lost when the recording began; 0 says that it has all from
// the start of the session.
func (r *Recording) Dropped() uint64 { return r.dropped }

// Stop writes what the log has and ends the recording. It may be called more than once.
func (r *Recording) Stop() Summary {
	r.stopOnce.Do(func() { close(r.stop) })
	<-r.done
	return r.Summary()
}

// Done is closed when the recording has ended, be it by Stop or because it failed.
func (r *Recording) Done() <-chan struct{} { return r.done }

// Summary is what became of it, once Done is closed; before that it tells nothing but the path.
func (r *Recording) Summary() Summary {
	select {
	case <-r.done:
		return Summary{Path: r.options.Path, Elements: r.elements, Missed: r.missed, Dropped: r.dropped, Err: r.err}
	default:
		return Summary{Path: r.options.Path}
	}
}

// run writes until it is stopped, or cannot.
func (r *Recording) run(rung <-chan struct{}) {
	defer close(r.done)
	r.err = r.line(r.header(time.Now()))
	for stopped := false; r.err == nil && !stopped; {
		select {
		case <-rung:
		case <-r.told:
		case <-r.stop:
			stopped = true
		}
		r.err = r.follow()
	}
	if r.err == nil {
		r.err = r.close()
	}
	for _, leave := range r.leave {
		leave()
	}
	r.err = cmp.Or(r.err, r.file.Close())
}

// follow writes what is there by now.
func (r *Recording) follow() error {
	r.mu.Lock()
	ends := r.ends
	r.ends = nil
	r.mu.Unlock()
	upTo := r.journal.Stats().Last // with the requests that those ends are of
	time.Sleep(settle)
	for r.next <= upTo {
		r.window = r.journal.Window(r.window, r.next, writtenAtOnce)
		if err := r.missing(r.window[0].Seq); err != nil {
			return err
		}
		for i := 0; i < len(r.window) && r.window[i].Seq <= upTo; i++ {
			if err := r.entry(&r.window[i]); err != nil {
				return err
			}
		}
	}
	clear(r.window)
	for _, e := range ends {
		if err := r.line(e.mark()); err != nil {
			return err
		}
	}
	return r.flush()
}

// missing tells of entries before that one that the log has lost.
func (r *Recording) missing(first uint64) error {
	if first <= r.next {
		return nil
	}
	lost := first - r.next
	r.missed += lost
	err := r.line(missedLine{Missed: lost, First: r.next, Last: first - 1})
	r.next = first
	return err
}

// entry writes one entry of the log, and what is known already that cannot be told from elements.
func (r *Recording) entry(e *journal.Entry) error {
	r.next = e.Seq + 1
	if e.Stanza == nil {
		return r.line(noteLine{Seq: e.Seq, Time: moment(e.Time), Note: e.Text})
	}
	shown, _ := r.options.Redact(e.Stanza)
	r.buffered++
	line := report.AppendElement(r.to.AvailableBuffer(), e.Seq, e.Time, e.Dir, shown, e.Verdict)
	if _, err := r.to.Write(append(line, '\n')); err != nil {
		return err
	}
	if e.Unasked {
		return r.line(markLine{Of: e.Seq, Unasked: true})
	}
	if e.Seq <= r.known && e.Reply == 0 && e.Outcome != "" { // nobody may tell when any more
		return r.line(markLine{Of: e.Seq, Outcome: &e.Outcome})
	}
	return nil
}

// close ends the file.
func (r *Recording) close() error {
	err := r.line(lastLine{Recorded: r.elements, Missed: r.missed, Time: moment(time.Now())})
	return cmp.Or(err, r.flush())
}

func (r *Recording) line(value any) error {
	text, err := report.Line(value)
	if err != nil {
		return err
	}
	_, err = r.to.WriteString(text + "\n")
	return err
}

// flush hands to the system what is written. What counts as written has got there.
func (r *Recording) flush() error {
	if err := r.to.Flush(); err != nil {
		return err
	}
	r.elements += r.buffered
	r.buffered = 0
	return nil
}
