package history

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

// Limits of a search.
const (
	maxPage      = 10_000      // entries of a page
	maxPageBytes = 32 << 20    // of their stanzas, but for one
	matchTime    = time.Second // how long one call holds entries against Query.Match
	chunk        = 200         // entries read at once for that
)

// condition is a question as SQL: from where rows come, which ones, and in what order.
type condition struct {
	from  string
	where []string
	args  []any
	id    string   // the column that has the entry's number
	begun []string // words that the index does not decide, the last one being the beginning of a word
}

func (c *condition) and(where string, args ...any) {
	c.where = append(c.where, where)
	c.args = append(c.args, args...)
}

// sql is the text for at most n rows below an entry.
func (c *condition) sql(before int64, n int) (string, []any) {
	where, args := slices.Clone(c.where), slices.Clone(c.args)
	if before > 0 {
		where, args = append(where, c.id+" < ?"), append(args, before)
	}
	text := selectRow + "FROM " + c.from
	if len(where) > 0 {
		text += "WHERE " + strings.Join(where, " AND ")
	}
	return text + " ORDER BY " + c.id + " DESC LIMIT ?", append(args, n)
}

// conditionOf makes a question of SQL. What it leaves open is decided by fits.
func conditionOf(ctx context.Context, db database, q *Query) (*condition, error) {
	c := &condition{from: "exchanges e" + fromRows, id: "e.id"}
	all := keysAsked(q)
	pieces, begins := phrases(q.Words)
	for i, p := range pieces {
		if begins && i == len(pieces)-1 {
			p, err := c.begin(ctx, db, folded(p))
			if err != nil {
				return nil, err
			}
			if p != "" {
				all = append(all, p)
			}
			break
		}
		all = append(all, quoted(p))
	}
	if expression := strings.Join(all, " AND "); expression != "" {
		// The order of the joins is meant: the index is read from its end on.
		c.from = "words CROSS JOIN exchanges e ON e.id = words.rowid" + fromRows
		c.id = "words.rowid"
		c.and("words MATCH ?", expression)
	}
	if !q.Since.IsZero() {
		c.and("e.ended >= ?", q.Since.UnixMicro())
		c.and(c.id+" >= (SELECT coalesce(min(low), 0) FROM hours WHERE hour >= ?)", hourOf(q.Since))
	}
	if !q.Until.IsZero() {
		c.and("e.ended < ?", q.Until.UnixMicro())
		c.and(c.id+" <= (SELECT coalesce(max(high), 0) FROM hours WHERE hour <= ?)", hourOf(q.Until))
	}
	return c, nil
}

// maxBegun is how many words may begin alike for the index to be asked for each of them.
const maxBegun = 100

// begin is what the index is asked for words of which the last one may be the beginning of a word:
// the words that begin so, one by one, for each of those is found from its end on. Where there are
// many, entries are found so quickly that it is enough to hold them against the beginning; the index
// is asked for the words before it, then, if there are any.
func (c *condition) begin(ctx context.Context, db database, words []string) (string, error) {
	if len(words) == 0 {
		return "", nil
	}
	last := len(words) - 1
	before := strings.Join(words[:last], " ")
	ends, err := beginning(ctx, db, words[last], maxBegun+1)
	switch {
	case err != nil:
		return "", err
	case len(ends) > maxBegun:
		if c.begun = words; last > 0 {
			return quoted(before), nil
		}
		return "", nil
	case len(ends) == 0:
		return quoted(before + " " + words[last]), nil
	}
	for i := range ends {
		ends[i] = before + " " + ends[i]
	}
	return either(ends), nil
}

// beginning are words of the index that begin in a way, at most n.
func beginning(ctx context.Context, db database, how string, n int) (words []string, err error) {
	next, err := db.PrepareContext(ctx, "SELECT term FROM terms WHERE term >= ? LIMIT 1")
	if err != nil {
		return nil, err
	}
	defer next.Close()
	for at := how; len(words) < n; at = words[len(words)-1] + "\x00" {
		var word string
		err := next.QueryRowContext(ctx, at).Scan(&word)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
		if err != nil || !strings.HasPrefix(word, how) {
			break
		}
		words = append(words, word)
	}
	return words, nil
}

// keysAsked are the parts of a question that keys answer, as FTS5 reads them.
func keysAsked(q *Query) (all []string) {
	add := func(keys ...string) { all = append(all, either(keys)) }
	if len(q.Outcomes) > 0 {
		var any []string
		for _, o := range q.Outcomes {
			any = append(any, key(keyOutcome, string(o)))
		}
		add(any...)
	}
	if q.Target != "" {
		full, _ := addresses(q.Target)
		add(key(keyTarget, full))
	}
	if q.Account != "" {
		full, _ := addresses(q.Account)
		add(key(keyAccount, full))
	}
	if q.Payload != "" {
		add(key(keyPayload, q.Payload))
	}
	if q.Tag != "" {
		add(key(keyTag, q.Tag))
	}
	if q.Pinned {
		add(key(keyPinned, ""))
	}
	if q.Series != 0 {
		add(key(keySeries, decimal(q.Series)))
	}
	return all
}

// either is any of some phrases.
func either(phrases []string) string {
	all := make([]string, len(phrases))
	for i, p := range phrases {
		all[i] = quoted(p)
	}
	return "(" + strings.Join(all, " OR ") + ")"
}

// fits holds an entry against all of a question but its words, which keys alone do not decide.
func (q *Query) fits(e *Entry) bool {
	payload := e.Stanza.Payload()
	return (len(q.Outcomes) == 0 || slices.Contains(q.Outcomes, e.Outcome)) &&
		fitsAddress(q.Target, e.Stanza.To()) && fitsAddress(q.Account, e.About.Account) &&
		(q.Payload == "" || q.Payload == payload.Space || q.Payload == payload.Local || q.Payload == clark(payload)) &&
		(q.Tag == "" || slices.Contains(e.Tags, q.Tag)) &&
		(!q.Pinned || e.Pinned) &&
		(q.Series == 0 || q.Series == e.Series)
}

// fits says that an entry has the words that the index was not asked for.
func (c *condition) fits(e *Entry) bool {
	return c.begun == nil || contains(folded(textOf(e)), c.begun)
}

func fitsAddress(wanted, address string) bool {
	if wanted == "" {
		return true
	}
	full, bare := addresses(address)
	w, _ := addresses(wanted)
	return address != "" && (w == full || w == bare)
}

// matches holds the request and what answered it against an expression.
func matches(x *match.Expr, e *Entry) bool {
	if x.Match(match.NewSubject(match.Facts{Stanza: e.Stanza, Dir: stanza.Out, Outcome: e.Outcome, RTT: e.RTT})) {
		return true
	}
	if e.Reply != nil &&
		x.Match(match.NewSubject(match.Facts{Stanza: e.Reply, Dir: stanza.In, Verdict: stanza.VerdictReply, RTT: e.RTT})) {
		return true
	}
	return e.Late != nil &&
		x.Match(match.NewSubject(match.Facts{Stanza: e.Late, Dir: stanza.In, Verdict: stanza.VerdictLate}))
}

// search fills a page from a database.
func search(ctx context.Context, db database, q Query) (p Page, err error) {
	c, err := conditionOf(ctx, db, &q)
	if err != nil {
		return Page{}, err
	}
	limit := q.Limit
	if limit <= 0 {
		limit = PageSize
	}
	limit = min(limit, maxPage)
	n := limit + 1
	slow := q.Match != nil || c.begun != nil
	if slow {
		n = chunk
	}
	end := time.Now().Add(matchTime)
	bytes := int64(0)
	for before := q.Before; ; {
		text, args := c.sql(before, n)
		seen, full := 0, false
		err := readRows(ctx, db, text, args, func(e Entry) bool {
			if len(p.Entries) == limit || len(p.Entries) > 0 && bytes+stanzaBytes(&e) > maxPageBytes {
				full = true
				return false
			}
			seen++
			before = e.ID
			if q.Match != nil {
				p.Searched++
			}
			if q.fits(&e) && c.fits(&e) && (q.Match == nil || matches(q.Match, &e)) {
				bytes += stanzaBytes(&e)
				p.Entries = append(p.Entries, e)
			}
			return true
		})
		switch {
		case err != nil:
			return Page{}, err
		case !full && seen < n:
			return p, nil
		case full, slow && time.Now().After(end):
			p.Next = before
			return p, nil
		}
	}
}
