package history

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
)

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

const insertExchange = `INSERT INTO exchanges(
	run, serial, series, ended, pinned, size, draft, outcome, queued, sent, deadline, down_from, down_to, timeout, rtt, late_by,
	seq, reply_seq, late_seq, unasked, hidden, refused, request_scope, reply_scope, late_scope, account, server, tags, note,
	cause, refusals, request_fault, reply_fault, late_fault, request, reply, late)
	VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT DO NOTHING`

// insert keeps an entry that has no secrets any more; id is 0 when it is there already. What is new
// of such a one, a late reply, is added.
func (w *writing) insert(ctx context.Context, e *Entry, cause string) (id int64, err error) {
	run, err := w.run(ctx, e.Run)
	if err != nil {
		return 0, err
	}
	if e.Late != nil {
		done, err := w.addLate(ctx, run, e)
		if done || err != nil {
			return 0, err
		}
	}
	e.Series = 0
	if e.Exchange.Series != 0 {
		if e.Series, err = w.seriesOf(ctx, run, e.Exchange.Series, e.About, e.Stanza, e.Sent); err != nil {
			return 0, err
		}
	}
	refusals, err := refusalsText(e.Refusals)
	if err != nil {
		return 0, err
	}
	request, err := w.element(ctx, e.Stanza)
	if err != nil {
		return 0, err
	}
	reply, err := w.element(ctx, e.Reply)
	if err != nil {
		return 0, err
	}
	late, err := w.element(ctx, e.Late)
	if err != nil {
		return 0, err
	}
	size := stanzaBytes(e)
	r, err := w.exec(ctx, insertExchange,
		run, int64(e.Serial), e.Series, micros(e.Ended), e.Pinned, size, draftOf(e), string(e.Outcome),
		micros(e.Queued), micros(e.Sent), micros(e.Deadline), micros(e.Down.From), micros(e.Down.To),
		int64(e.Timeout), int64(e.RTT), int64(e.LateBy), int64(e.Seq), int64(e.ReplySeq), int64(e.LateSeq),
		e.Unasked, e.Hidden, e.Refused, request.scope, reply.scope, late.scope, e.About.Account, e.About.Server,
		strings.Join(e.Tags, " "), e.Note, nullable(cause), refusals, request.fault, reply.fault, late.fault,
		request.xml, reply.xml, late.xml)
	if err != nil {
		return 0, err
	}
	if n, err := r.RowsAffected(); n == 0 || err != nil {
		return 0, err
	}
	if id, err = r.LastInsertId(); err != nil {
		return 0, err
	}
	if _, err := w.exec(ctx, "INSERT INTO words(rowid, text) VALUES(?, ?)", id, textOf(e)); err != nil {
		return 0, err
	}
	if !e.Ended.IsZero() {
		hour := hourOf(e.Ended)
		span, there := w.hours[hour]
		if !there {
			span.low = id
		}
		span.high = id
		w.hours[hour] = span
	}
	if !e.Pinned {
		w.bytes += size
	}
	return id, nil
}

// span is the lowest and the highest number of some entries.
type span struct{ low, high int64 }

// settle writes what the entries of a transaction add up to.
func (w *writing) settle(ctx context.Context) error {
	for hour, ids := range w.hours {
		const note = `INSERT INTO hours VALUES(?, ?, ?) ON CONFLICT DO UPDATE SET low = min(low, excluded.low), high = max(high, excluded.high)`
		if _, err := w.exec(ctx, note, hour, ids.low, ids.high); err != nil {
			return err
		}
	}
	if w.bytes != 0 {
		if _, err := w.exec(ctx, "UPDATE total SET bytes = bytes + ? WHERE id = 1", w.bytes); err != nil {
			return err
		}
	}
	w.nothingAdded()
	return nil
}

func (w *writing) nothingAdded() {
	clear(w.hours)
	w.bytes = 0
}

// hourOf is the number of the hour of a time.
func hourOf(t time.Time) int64 {
	const hour = int64(time.Hour / time.Microsecond)
	us := t.UnixMicro()
	n := us / hour
	if us%hour < 0 {
		n--
	}
	return n
}

// stored is an element as it is kept; of no element all are NULL.
type stored struct{ xml, scope, fault any }

func (w *writing) element(ctx context.Context, st *stanza.Stanza) (stored, error) {
	if st == nil {
		return stored{}, nil
	}
	scope, err := w.scope(ctx, st.Scope())
	if err != nil {
		return stored{}, err
	}
	s := stored{xml: []byte(st.XML()), scope: scope}
	if fault := st.Fault(); fault != nil {
		text, err := json.Marshal(faultJSON{string(fault.Rule), string(fault.Condition), fault.Offset, fault.Detail})
		if err != nil {
			return stored{}, err
		}
		s.fault = string(text)
	}
	return s, nil
}

// faultJSON is what is wrong with a broken element, as it is kept.
type faultJSON struct {
	Rule      string `json:"rule"`
	Condition string `json:"condition"`
	Offset    int64  `json:"offset"`
	Detail    string `json:"detail"`
}

// refusalJSON is a refused stanza as it is kept.
type refusalJSON struct {
	Seq     uint64 `json:"seq"`
	At      int64  `json:"at"`
	From    string `json:"from,omitempty"`
	Verdict string `json:"verdict,omitempty"`
	Note    string `json:"note,omitempty"`
}

func refusalsText(refusals []exchange.Refusal) (any, error) {
	if len(refusals) == 0 {
		return nil, nil
	}
	kept := make([]refusalJSON, len(refusals))
	for i, r := range refusals {
		kept[i] = refusalJSON{r.Seq, r.At.UnixMicro(), r.From, string(r.Verdict), r.Note}
	}
	text, err := json.Marshal(kept)
	return string(text), err
}

func nullable(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func stanzaBytes(e *Entry) (n int64) {
	for _, st := range []*stanza.Stanza{e.Stanza, e.Reply, e.Late} {
		if st != nil {
			n += int64(len(st.XML()))
		}
	}
	return n
}

// draftOf is a number for the text of a request that could be sent again: it is the same when only
// the id is another. Of one that could not be, and of what nobody wrote, there is none.
func draftOf(e *Entry) any {
	if e.Hidden || e.Unasked {
		return nil
	}
	before, behind := aroundID(e.Stanza.XML())
	sum := fnv.New64a()
	sum.Write([]byte(before))
	sum.Write([]byte{0})
	sum.Write([]byte(behind))
	return int64(sum.Sum64())
}

// aroundID is what stands before the value of an element's id, and behind it.
func aroundID(xml string) (before, behind string) {
	for at := 0; at < len(xml); {
		i := strings.IndexAny(xml[at:], "=>")
		if i < 0 || xml[at+i] == '>' {
			break
		}
		equals := at + i
		name := strings.TrimRight(xml[at:equals], " \t\r\n")
		name = name[strings.LastIndexAny(name, " \t\r\n")+1:]
		quote := strings.IndexAny(xml[equals:], `"'`)
		if quote < 0 {
			break
		}
		value := equals + quote + 1
		end := strings.IndexByte(xml[value:], xml[value-1])
		if end < 0 {
			break
		}
		if name == "id" {
			return xml[:value], xml[value+end:]
		}
		at = value + end + 1
	}
	return xml, ""
}

const lateExchange = `UPDATE exchanges SET late = ?, late_scope = ?, late_fault = ?, late_seq = ?, late_by = ?, size = size + ?
	WHERE id = ?`

// addLate adds a late reply to the entry of the same exchange, if there is one.
func (w *writing) addLate(ctx context.Context, run int64, e *Entry) (done bool, err error) {
	old, err := w.rowOf(ctx, "e.run = ? AND e.serial = ?", run, int64(e.Serial))
	if err == ErrNotFound {
		return false, nil
	}
	if err != nil || old.Late != nil {
		return true, err
	}
	late, err := w.element(ctx, e.Late)
	if err != nil {
		return true, err
	}
	more := int64(len(e.Late.XML()))
	if _, err := w.exec(ctx, lateExchange, late.xml, late.scope, late.fault, int64(e.LateSeq), int64(e.LateBy), more, old.ID); err != nil {
		return true, err
	}
	old.Late = e.Late
	if !old.Pinned {
		w.bytes += more
	}
	return true, w.reindex(ctx, &old)
}

// reindex finds the words of an entry again.
func (w *writing) reindex(ctx context.Context, e *Entry) error {
	_, err := w.exec(ctx, "INSERT OR REPLACE INTO words(rowid, text) VALUES(?, ?)", e.ID, textOf(e))
	return err
}

// sortedTags are tags in the order in which they are kept, each once.
func sortedTags(tags []string) []string {
	tags = slices.Clone(tags)
	slices.Sort(tags)
	return slices.Compact(tags)
}
