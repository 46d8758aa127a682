package history

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// applicationID says in a database's header that it is a history: "iqSc".
const applicationID = 0x69715363

// steps lead from an empty file to the tables of today, one version each. What a file has gone
// through is its user_version. A step that has been released never changes.
//
// Times are microseconds since 1970 in UTC, NULL for none; durations are nanoseconds. What is small
// stands before what is long, so that looking through many rows reads little.
var steps = []string{`
CREATE TABLE runs(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE scopes(
  id INTEGER PRIMARY KEY,
  scope TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE series(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL,
  number INTEGER NOT NULL,
  began INTEGER,
  took INTEGER NOT NULL DEFAULT 0,
  count INTEGER NOT NULL DEFAULT 0,
  ok INTEGER NOT NULL DEFAULT 0,
  errors INTEGER NOT NULL DEFAULT 0,
  timeouts INTEGER NOT NULL DEFAULT 0,
  others INTEGER NOT NULL DEFAULT 0,
  p50 INTEGER NOT NULL DEFAULT 0,
  p95 INTEGER NOT NULL DEFAULT 0,
  p99 INTEGER NOT NULL DEFAULT 0,
  account TEXT NOT NULL,
  server TEXT NOT NULL,
  scope INTEGER NOT NULL,
  fault TEXT,
  request BLOB NOT NULL,
  UNIQUE(run, number)
) STRICT;
CREATE TABLE exchanges(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL,
  serial INTEGER NOT NULL,
  series INTEGER NOT NULL,
  ended INTEGER,
  pinned INTEGER NOT NULL,
  size INTEGER NOT NULL,
  draft INTEGER,
  outcome TEXT NOT NULL,
  queued INTEGER,
  sent INTEGER,
  deadline INTEGER,
  down_from INTEGER,
  down_to INTEGER,
  timeout INTEGER NOT NULL,
  rtt INTEGER NOT NULL,
  late_by INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  reply_seq INTEGER NOT NULL,
  late_seq INTEGER NOT NULL,
  unasked INTEGER NOT NULL,
  hidden INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  request_scope INTEGER NOT NULL,
  reply_scope INTEGER,
  late_scope INTEGER,
  account TEXT NOT NULL,
  server TEXT NOT NULL,
  tags TEXT NOT NULL,
  note TEXT NOT NULL,
  cause TEXT,
  refusals TEXT,
  request_fault TEXT,
  reply_fault TEXT,
  late_fault TEXT,
  request BLOB NOT NULL,
  reply BLOB,
  late BLOB,
  UNIQUE(run, serial)
) STRICT;
CREATE INDEX exchanges_age ON exchanges(ended) WHERE pinned = 0;
CREATE TABLE hours(
  hour INTEGER PRIMARY KEY,
  low INTEGER NOT NULL,
  high INTEGER NOT NULL
) STRICT;
CREATE TABLE total(
  id INTEGER PRIMARY KEY CHECK (id = 1),
  bytes INTEGER NOT NULL
) STRICT;
INSERT INTO total VALUES(1, 0);
CREATE VIRTUAL TABLE words USING fts5(
  text, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE terms USING fts5vocab('words', 'instance');
`}

// migrate takes a database through the steps that it has not gone through, each in a transaction of
// its own. Several programs may do that at the same time.
func migrate(ctx context.Context, c *sql.Conn, steps []string) error {
	for {
		done, err := migrateOne(ctx, c, steps)
		if err != nil || done {
			return err
		}
	}
}

func migrateOne(ctx context.Context, c *sql.Conn, steps []string) (done bool, err error) {
	if v, err := pragma(ctx, c, "user_version"); err != nil || v >= int64(len(steps)) {
		return true, err
	}
	if _, err := c.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return false, err
	}
	defer func() {
		if err != nil {
			c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		}
	}()
	v, err := pragma(ctx, c, "user_version") // somebody else may have been first
	if err != nil {
		return false, err
	}
	if v < int64(len(steps)) {
		step := fmt.Sprintf("%s; PRAGMA application_id = %d; PRAGMA user_version = %d", steps[v], applicationID, v+1)
		if _, err := c.ExecContext(ctx, step); err != nil {
			return false, err
		}
	}
	_, err = c.ExecContext(ctx, "COMMIT")
	return false, err
}

func pragma(ctx context.Context, c *sql.Conn, name string) (v int64, err error) {
	err = c.QueryRowContext(ctx, "PRAGMA "+name).Scan(&v)
	return v, err
}

// tablesOf are the names and texts of what a database holds, but for what SQLite and FTS5 make for
// themselves.
func tablesOf(ctx context.Context, c *sql.Conn) (map[string]string, error) {
	tables := map[string]string{}
	err := readEach(ctx, c, `SELECT type || ' ' || name, iif(octet_length(sql) <= 65536, sql, '') FROM sqlite_schema
		WHERE sql IS NOT NULL AND name NOT IN ('sqlite_sequence', 'words_data', 'words_idx', 'words_docsize', 'words_config')
		LIMIT 1000`, nil, func(rows *sql.Rows) (bool, error) {
		var name, text string
		err := rows.Scan(&name, &text)
		tables[name] = text
		return true, err
	})
	return tables, err
}

// wanted are the tables that a file has after some steps.
func wanted(done []string) (map[string]string, error) {
	if len(done) == len(steps) && &done[0] == &steps[0] {
		return wantedNow()
	}
	return tablesAfter(done)
}

var wantedNow = sync.OnceValues(func() (map[string]string, error) { return tablesAfter(steps) })

func tablesAfter(steps []string) (map[string]string, error) {
	ctx := context.Background()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if err := migrate(ctx, c, steps); err != nil {
		return nil, err
	}
	return tablesOf(ctx, c)
}
