package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
)

// The columns of a row as it is read. Nothing in a file is trusted: values of any type are taken as
// far as they make sense, and what is too long for memory is not read.
var (
	numbers = []string{"e.id", "e.serial", "e.series", "s.number", "e.ended", "e.pinned", "e.queued", "e.sent", "e.deadline",
		"e.down_from", "e.down_to", "e.timeout", "e.rtt", "e.late_by", "e.seq", "e.reply_seq", "e.late_seq",
		"e.unasked", "e.hidden", "e.refused"}
	texts = []string{"r.name", "e.outcome", "e.account", "e.server", "e.tags", "e.note", "e.cause", "e.refusals",
		"q.scope", "p.scope", "l.scope", "e.request_fault", "e.reply_fault", "e.late_fault", "e.request", "e.reply", "e.late"}
)

// selectRow reads entries; FROM and what follows is up to who asks.
var selectRow = "SELECT " + strings.Join(columns(numbers, texts), ", ") + " "

const fromRows = ` LEFT JOIN runs r ON r.id = e.run LEFT JOIN series s ON s.id = e.series
	LEFT JOIN scopes q ON q.id = e.request_scope LEFT JOIN scopes p ON p.id = e.reply_scope LEFT JOIN scopes l ON l.id = e.late_scope `

func columns(numbers, texts []string) []string {
	all := append([]string(nil), numbers...)
	for _, t := range texts {
		all = append(all, fmt.Sprintf("iif(octet_length(%s) <= %d, %s, octet_length(%s))", t, maxValue, t, t))
	}
	return all
}

// row is what was read of one, by the names of its columns.
type row struct {
	values map[string]any
	bad    []string // what could not be read
}

// scanner reads one row after the other into the same room.
type scanner struct {
	names  []string
	values []any
	into   []any
}

func newScanner(names ...[]string) *scanner {
	s := &scanner{}
	for _, n := range names {
		s.names = append(s.names, n...)
	}
	s.values = make([]any, len(s.names))
	for i := range s.values {
		s.into = append(s.into, &s.values[i])
	}
	return s
}

func (s *scanner) scan(rows interface{ Scan(...any) error }) (*row, error) {
	if err := rows.Scan(s.into...); err != nil {
		return nil, err
	}
	r := &row{values: make(map[string]any, len(s.names))}
	for i, name := range s.names {
		r.values[name] = s.values[i]
	}
	return r, nil
}

func (r *row) wrong(name string) {
	_, name, _ = strings.Cut(name, ".")
	name = strings.ReplaceAll(name, "_", " ")
	if !slices.Contains(r.bad, name) {
		r.bad = append(r.bad, name)
	}
}

func (r *row) number(name string) int64 {
	switch v := r.values[name].(type) {
	case int64:
		return v
	case nil:
	default:
		r.wrong(name)
	}
	return 0
}

// count is a number that is not negative and fits in an int.
func (r *row) count(name string) int {
	n := r.number(name)
	if n < 0 || n > math.MaxInt32 {
		r.wrong(name)
		return 0
	}
	return int(n)
}

func (r *row) duration(name string) time.Duration {
	n := r.number(name)
	if n < 0 {
		r.wrong(name)
		return 0
	}
	return time.Duration(n)
}

// The years that a time may be of.
var (
	firstTime = time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC).UnixMicro()
	lastTime  = time.Date(9999, 12, 30, 0, 0, 0, 0, time.UTC).UnixMicro()
)

func (r *row) time(name string) time.Time {
	if r.values[name] == nil {
		return time.Time{}
	}
	n := r.number(name)
	if n < firstTime || n > lastTime {
		r.wrong(name)
		return time.Time{}
	}
	return time.UnixMicro(n)
}

// bytes is a value that is text or bytes; there says that it is not NULL.
func (r *row) bytes(name string) (text string, there bool) {
	switch v := r.values[name].(type) {
	case string:
		return v, true
	case []byte:
		return string(v), true
	case nil:
		return "", false
	}
	r.wrong(name) // a number, or the length of what is too long
	return "", false
}

func (r *row) text(name string) string {
	text, _ := r.bytes(name)
	if valid := strings.ToValidUTF8(text, "\uFFFD"); valid != text {
		r.wrong(name)
		return valid
	}
	return text
}

// entry makes the entry of a row. What could not be read of it is told in Damaged.
func (r *row) entry() Entry {
	e := Entry{ID: r.number("e.id"), Run: r.text("r.name"), Note: r.text("e.note")}
	e.About.Account, e.About.Server = r.text("e.account"), r.text("e.server")
	e.Over.Account, _ = stanza.ParseJID(e.About.Account) // of what is none it is none
	e.Over.Server = e.About.Server
	e.Hidden, e.Pinned = r.number("e.hidden") != 0, r.number("e.pinned") != 0
	e.Tags = strings.Fields(r.text("e.tags"))
	e.Series, e.Exchange.Series = r.number("e.series"), uint64(r.number("s.number"))
	e.Exchange.Serial = uint64(r.number("e.serial"))
	e.Seq, e.ReplySeq, e.LateSeq = uint64(r.number("e.seq")), uint64(r.number("e.reply_seq")), uint64(r.number("e.late_seq"))
	e.Timeout, e.RTT, e.LateBy = r.duration("e.timeout"), r.duration("e.rtt"), r.duration("e.late_by")
	e.Queued, e.Sent, e.Deadline, e.Ended = r.time("e.queued"), r.time("e.sent"), r.time("e.deadline"), r.time("e.ended")
	e.Down = stanza.Outage{From: r.time("e.down_from"), To: r.time("e.down_to")}
	e.Unasked, e.Refused = r.number("e.unasked") != 0, r.count("e.refused")
	e.Refusals = r.refusals()
	if e.Stanza = r.element("e.request", "q.scope", "e.request_fault"); e.Stanza == nil {
		r.wrong("e.request")
		e.Stanza = stanza.Unparsed("", stanza.ClientScope())
	}
	e.Shown = e.Stanza
	e.Reply = r.element("e.reply", "p.scope", "e.reply_fault")
	e.Late = r.element("e.late", "l.scope", "e.late_fault")
	e.Outcome = r.outcome(e.Reply != nil)
	var cause error
	if text := r.text("e.cause"); text != "" {
		cause = exchange.ReadCause(text)
	}
	e.Err = e.Failure(cause)
	e.Damaged = r.damage()
	return e
}

// outcome is one of the known ones, for an entry has ended.
func (r *row) outcome(replied bool) stanza.Outcome {
	switch o := stanza.Outcome(r.text("e.outcome")); o {
	case stanza.OutcomeResult, stanza.OutcomeError:
		if replied {
			return o
		}
	case stanza.OutcomeTimeout, stanza.OutcomeCancelled, stanza.OutcomeNotSent, stanza.OutcomeUnknown:
		return o
	}
	r.wrong("e.outcome")
	return stanza.OutcomeUnknown
}

func (r *row) damage() string {
	if len(r.bad) == 0 {
		return ""
	}
	const most = 5
	what := r.bad
	if len(what) > most {
		what = append(what[:most:most], strconv.Itoa(len(r.bad)-most)+" more")
	}
	return "what the file has as its " + strings.Join(what, ", ") + " cannot be read"
}

func (r *row) refusals() []exchange.Refusal {
	text := r.text("e.refusals")
	if text == "" {
		return nil
	}
	var kept []refusalJSON
	if json.Unmarshal([]byte(text), &kept) != nil {
		r.wrong("e.refusals")
		return nil
	}
	if len(kept) > exchange.KeptRefusals {
		r.wrong("e.refusals")
		kept = kept[:exchange.KeptRefusals]
	}
	refusals := make([]exchange.Refusal, len(kept))
	for i, k := range kept {
		at := k.At
		if at < firstTime || at > lastTime {
			r.wrong("e.refusals")
			at = 0
		}
		refusals[i] = exchange.Refusal{Seq: k.Seq, At: time.UnixMicro(at), From: k.From, Verdict: stanza.Verdict(k.Verdict), Note: k.Note}
	}
	return refusals
}

// element is the same stanza as the one that was kept; nil for none.
func (r *row) element(name, scopeName, faultName string) *stanza.Stanza {
	xml, there := r.bytes(name)
	if !there {
		return nil
	}
	scope := stanza.ClientScope()
	if text, there := r.bytes(scopeName); !there || !readScope(text, &scope) {
		r.wrong(name)
	}
	text, broken := r.bytes(faultName)
	if !broken {
		st, err := stanza.ParseWithin(xml, scope, widest)
		if err != nil {
			r.wrong(name)
			return stanza.Unparsed(xml, scope)
		}
		return st
	}
	var f faultJSON
	if json.Unmarshal([]byte(text), &f) != nil {
		r.wrong(name)
		return stanza.Unparsed(xml, scope)
	}
	fault := stanza.XMLError{Rule: stanza.Rule(f.Rule), Condition: stanza.StreamCondition(f.Condition), Offset: f.Offset, Detail: f.Detail}
	st := stanza.NewBroken(xml, fault, scope)
	if st.XML() != xml { // it was sent as it stood, however long
		st = stanza.Unparsed(xml, scope)
	}
	return st
}

// widest are limits within which those of any stream are, as far as memory goes.
var widest = stanza.Limits{Depth: 4096, Attrs: 4096, ElementBytes: maxValue}

func readScope(text string, scope *stanza.Scope) bool {
	if text == clientScope {
		return true
	}
	var s scopeJSON
	if json.Unmarshal([]byte(text), &s) != nil || s.Content == "" {
		return false
	}
	*scope = stanza.Scope{Namespaces: stanza.Namespaces{Default: s.Default, Prefixes: s.Prefixes}, Content: s.Content, Lang: s.Lang}
	return true
}

// database is a connection or a pool of them.
type database interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// readEach reads rows until there are none, or each says that it is enough.
func readEach(ctx context.Context, db database, query string, args []any, each func(*sql.Rows) (more bool, err error)) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if more, err := each(rows); !more || err != nil {
			return err
		}
	}
	return rows.Err()
}

// readRows reads entries until there are none, or each says that it is enough.
func readRows(ctx context.Context, db database, query string, args []any, each func(Entry) (more bool)) error {
	s := newScanner(numbers, texts)
	return readEach(ctx, db, query, args, func(rows *sql.Rows) (bool, error) {
		r, err := s.scan(rows)
		return err == nil && each(r.entry()), err
	})
}

// readOne reads the first entry that a condition fits.
func readOne(ctx context.Context, db database, where string, args ...any) (e Entry, err error) {
	err = ErrNotFound
	failed := readRows(ctx, db, selectRow+"FROM exchanges e"+fromRows+"WHERE "+where+" LIMIT 1", args, func(found Entry) bool {
		e, err = found, nil
		return false
	})
	if failed != nil {
		return Entry{}, failed
	}
	return e, err
}

func (w *writing) rowOf(ctx context.Context, where string, args ...any) (Entry, error) {
	return readOne(ctx, w.c, where, args...)
}
