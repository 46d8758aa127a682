package history

import (
	"context"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

// Query says which entries are wanted. The zero value means all. What is set must all fit.
type Query struct {
	// Words must all be somewhere in the request, its replies, the target, the tags or the note. Case
	// and accents do not count; the last word may be the beginning of one. "disco#info" is words
	// that follow each other. Any text is a legal one.
	Words string
	// Match is held against the request and each reply; one that fits is enough.
	Match    *match.Expr
	Outcomes []stanza.Outcome // any of them
	Target   string           // the address of the request; a bare one also means its resources
	Payload  string           // a namespace, a local name, or {namespace}name
	Account  string           // as Target
	Tag      string
	Pinned   bool // only those
	Series   int64
	Since    time.Time // when the exchange ended
	Until    time.Time // exclusive
	// Before is the number of the entry below which a page begins; 0 for the newest.
	Before int64
	Limit  int // of a page; 0 means PageSize
}

// PageSize is how many entries a page has.
const PageSize = 100

// Page is a part of what was found, newest first.
type Page struct {
	Entries []Entry
	// Next is the Before of the next page; 0 when there is none.
	Next int64
	// Searched is how many entries were held against Query.Match.
	Searched int
}

// Search finds a page of entries. With Query.Match it may take long: it returns a page that is not
// full when it has held that many entries against it as can be in a second or so, with Next to go
// on from. The error is the context's, or says what is wrong with the file.
func (h *History) Search(ctx context.Context, q Query) (Page, error) { return Page{}, ErrNotOpen }

// Get reads one entry, or returns ErrNotFound.
func (h *History) Get(ctx context.Context, id int64) (Entry, error) { return Entry{}, ErrNotOpen }

// Earlier is the last entry before one whose request was of the same type, with the same payload and
// to the same address, and got a reply; ErrNotFound if there is none.
func (h *History) Earlier(ctx context.Context, e Entry) (Entry, error) { return Entry{}, ErrNotOpen }

// Drafts are the texts of the requests sent last, each once, the last one first, at most n. Those
// with a secret in them are left out.
func (h *History) Drafts(ctx context.Context, n int) ([]string, error) { return nil, ErrNotOpen }

// SeriesOf are the series, newest first, at most n.
func (h *History) SeriesOf(ctx context.Context, n int) ([]Series, error) { return nil, ErrNotOpen }

// Change is what is changed of an entry; what is nil stays.
type Change struct {
	Tags   *[]string // words without white space and commas
	Note   *string
	Pinned *bool
}

// Change changes an entry, or returns ErrNotFound.
func (h *History) Change(ctx context.Context, id int64, c Change) error { return ErrNotOpen }

// Delete takes entries away, pinned ones too, and returns how many there were.
func (h *History) Delete(ctx context.Context, ids ...int64) (int, error) { return 0, ErrNotOpen }

// Prune takes away what is over the limits, the oldest first, never what is pinned, and returns how
// many entries that were. It is done by itself now and then.
func (h *History) Prune(ctx context.Context, l Limits) (int, error) { return 0, ErrNotOpen }

// Import keeps entries of another history. Those that are there already, by Run and Serial, stay as
// they are. It returns how many were new; an error says that none was kept.
func (h *History) Import(ctx context.Context, entries []Entry) (int, error) { return 0, ErrNotOpen }
