// Package journal is the log of everything seen on a connection, in both
// directions: bounded by bytes and by count, numbered, cheap to read a window of.
//
// The reader of the stream appends, the screen reads; neither waits for the
// other longer than a copy of a window takes. All methods are safe for
// concurrent use.
//
// Entries are numbered without gaps and leave only at the front, so an entry is
// found by its number alone: what the screen anchors on stays true while the log
// moves on. Verdicts, outcomes and round-trip times that become known later are
// written onto an entry with Annotate; what keeps a selection of the entries up to
// date, a filter say, learns from Changes which ones to look at again. The journal
// does not redact and does not clean remote text; what it is given is what it shows.
package journal

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"iqscope/iqbuilder/stanza"
)

// Entry is one line of the log.
type Entry struct {
	Seq  uint64 // 1, 2, 3, …; never reused
	Time time.Time
	Dir  stanza.Direction // zero for a note
	// Stanza is what went over the wire, secrets redacted; nil for a note.
	Stanza   *stanza.Stanza
	Redacted bool
	Unasked  bool // a keepalive request of the session's own
	// Text is the note, or why the verdict. It may quote remote text.
	Text    string
	Verdict stanza.Verdict
	// Outcome is how a request ended, on its own entry, once it has.
	Outcome stanza.Outcome
	// Request is the entry of the request that a reply belongs to, and Reply
	// the reply's, on the request's own entry; 0 for none.
	Request, Reply uint64
	RTT            time.Duration // of a reply
	LateBy         time.Duration // of a late one
}

// cost is what an entry counts for in the limit on bytes.
func (e *Entry) cost() int64 {
	n := Overhead + int64(len(e.Text))
	if e.Stanza != nil {
		n += int64(len(e.Stanza.XML()))
	}
	return n
}

// Stats describe the log.
type Stats struct {
	First, Last uint64 // sequence numbers kept; 0, 0 when empty
	Bytes       int64  // of entries kept, as Limits.Bytes counts them
	Dropped     uint64 // entries that fell out of the front
	In, Out     uint64 // elements ever seen, by direction
}

// Journal is a bounded log.
type Journal struct {
	limits  Limits
	version atomic.Uint64

	mu      sync.Mutex
	entries deque
	entry   Entry // that was added or changed last
	said    *rare // what was kept last of what few entries say
	changes changes
	bells   []chan struct{} // of those who watch
	bytes   int64
	last    uint64 // sequence number of the newest entry ever
	in, out uint64
}

// New makes an empty log.
func New(limits Limits) *Journal {
	return &Journal{limits: limits.orDefaults()}
}

// Behind makes an empty log whose numbers go on behind those of so many entries, which count as
// dropped.
func Behind(dropped uint64, limits Limits) *Journal {
	return &Journal{limits: limits.orDefaults(), last: dropped}
}

// Append adds an entry, numbers it, and drops the oldest ones over the limits.
// The newest entry is always kept, however large it is.
func (j *Journal) Append(e Entry) uint64 {
	return j.AppendAll(1, func(_ int, into *Entry) { *into = e })
}

// AppendAll adds n entries that follow one another, as fill says of each; it returns the number of the first
// one. fill runs inside the journal's lock: it must be short, must not call the journal and not keep
// the entry.
func (j *Journal) AppendAll(n int, fill func(i int, e *Entry)) (first uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	first = j.last + 1
	for i := range n {
		j.entry = Entry{}
		fill(i, &j.entry)
		j.append(&j.entry)
	}
	j.trim()
	j.version.Add(1)
	j.ring()
	return first
}

// append adds an entry. The lock is held.
func (j *Journal) append(e *Entry) {
	j.last++
	e.Seq = j.last
	if e.Stanza != nil {
		switch e.Dir {
		case stanza.In:
			j.in++
		case stanza.Out:
			j.out++
		}
	}
	j.store(j.entries.push(), e)
}

// store puts an entry into its place. The lock is held.
func (j *Journal) store(at *kept, e *Entry) {
	was := at.size
	*at = keep(e, j.said)
	j.bytes += int64(at.size) - int64(was)
	if at.rare != nil {
		j.said = at.rare
	}
}

// trim drops the oldest entries over the limits, but never the newest one.
func (j *Journal) trim() {
	for n := j.entries.len; n > 1 && (n > j.limits.Count || j.bytes > j.limits.Bytes); n-- {
		j.bytes -= j.entries.shift()
	}
}

// Annotate changes an entry that is still there; Seq and Stanza stay. It reports
// whether the entry was there. The change runs inside the journal's lock: it must
// be short, must not call the journal and not keep the entry.
func (j *Journal) Annotate(seq uint64, change func(*Entry)) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	i, ok := j.index(seq)
	if !ok {
		return false
	}
	stored := j.entries.at(i)
	stored.entry(&j.entry, seq)
	change(&j.entry)
	j.entry.Seq, j.entry.Stanza = seq, stored.stanza
	j.store(stored, &j.entry)
	j.trim()
	j.changes.note(j.version.Add(1), seq)
	return true
}

// Get returns a copy of one entry.
func (j *Journal) Get(seq uint64) (e Entry, ok bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	i, ok := j.index(seq)
	if ok {
		j.entries.at(i).entry(&e, seq)
	}
	return e, ok
}

// Window returns up to n entries from sequence number from upward, beginning
// with the oldest kept one if from has been dropped. It appends to dst[:0] to
// spare the garbage, and costs the same however long the log is.
func (j *Journal) Window(dst []Entry, from uint64, n int) []Entry {
	dst = dst[:0]
	j.mu.Lock()
	defer j.mu.Unlock()
	from = max(from, j.first())
	i, ok := j.index(from)
	if !ok || n <= 0 {
		return dst
	}
	n = min(n, j.entries.len-i)
	dst = slices.Grow(dst, n)[:n]
	for at := range dst {
		j.entries.at(i+at).entry(&dst[at], from+uint64(at))
	}
	return dst
}

// first is the sequence number of the oldest entry kept, last+1 when there is none.
func (j *Journal) first() uint64 { return j.last - uint64(j.entries.len) + 1 }

// index is the place of an entry that is stored.
func (j *Journal) index(seq uint64) (int, bool) {
	if seq < j.first() || seq > j.last {
		return 0, false
	}
	return int(seq - j.first()), true
}

// Stats are consistent with each other.
func (j *Journal) Stats() Stats {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := Stats{
		Bytes:   j.bytes,
		Dropped: j.first() - 1,
		In:      j.in,
		Out:     j.out,
	}
	if j.entries.len > 0 {
		s.First, s.Last = j.first(), j.last
	}
	return s
}

// Version grows with every change; a screen that saw it need not look again. It
// takes no lock. What is read after a version shows at least that version's changes.
func (j *Journal) Version() uint64 { return j.version.Load() }
