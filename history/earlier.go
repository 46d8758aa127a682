package history

import (
	"context"
	"database/sql"
)

// lookedBack is how many of the last entries are looked through for drafts.
const lookedBack = 5000

// earlier is the last entry before e that asked the same and got a reply.
func earlier(ctx context.Context, db database, e Entry) (before Entry, err error) {
	err = ErrNotFound
	to, _ := addresses(e.Stanza.To())
	failed := readRows(ctx, db, selectRow+"FROM words CROSS JOIN exchanges e ON e.id = words.rowid"+fromRows+
		"WHERE words MATCH ? AND words.rowid < ? ORDER BY words.rowid DESC", []any{quoted(sameKey(&e)), e.ID},
		func(found Entry) bool {
			address, _ := addresses(found.Stanza.To())
			if found.Reply == nil || found.Stanza.Type() != e.Stanza.Type() || found.Stanza.Payload() != e.Stanza.Payload() || address != to {
				return true
			}
			before, err = found, nil
			return false
		})
	if failed != nil {
		return Entry{}, failed
	}
	return before, err
}

// drafts are the texts of the last requests that differ in more than their id.
func drafts(ctx context.Context, db database, n int) (texts []string, err error) {
	total := 0
	err = readEach(ctx, db, `SELECT e.request FROM exchanges e WHERE octet_length(e.request) <= ? AND e.id IN (
			SELECT max(id) FROM (SELECT id, draft FROM exchanges ORDER BY id DESC LIMIT ?) WHERE draft IS NOT NULL
			GROUP BY draft ORDER BY max(id) DESC LIMIT ?)
		ORDER BY e.id DESC`, []any{maxValue, lookedBack, n}, func(rows *sql.Rows) (bool, error) {
		var text []byte
		if err := rows.Scan(&text); err != nil {
			return false, err
		}
		if total += len(text); total > maxPageBytes && len(texts) > 0 {
			return false, nil
		}
		texts = append(texts, string(text))
		return true, nil
	})
	return texts, err
}
