package record

import (
	"time"

	"iqscope/iqbuilder/stanza"
)

// Version is the first line's "recording": it changes when a reader of before would get things wrong.
const Version = 1

// headerLine is the first line of a recording. Behind it stand lines of report.Element and, where
// there is something to tell that no element tells, those that follow here. Each is known by its
// first key.
type headerLine struct {
	Recording int    `json:"recording"`
	Time      string `json:"time"`    // when it began: RFC 3339, in UTC, as all times here
	Account   string `json:"account"` // as far as it was known; the answer to resource binding says more
	Server    string `json:"server"`
	Content   string `json:"content"` // the namespace of the stanzas
	Lang      string `json:"lang"`
	Lenient   bool   `json:"lenient"`
	// Dropped is how many entries the log had lost by then.
	Dropped uint64 `json:"dropped"`
}

// markLine tells something of a request that stands above it: how it ended, if that was without a
// reply, and that nobody had asked for it.
type markLine struct {
	Of      uint64          `json:"of"` // the request's seq
	Time    *string         `json:"time"`
	Outcome *stanza.Outcome `json:"outcome"`
	Timeout *float64        `json:"timeout_ms"`
	Unasked bool            `json:"unasked"`
}

// noteLine is what the log says in words, by whatever number it has there.
type noteLine struct {
	Note string `json:"note"`
	Seq  uint64 `json:"seq"`
	Time string `json:"time"`
}

// missedLine says how many entries, and which, were gone from the log before they were written.
type missedLine struct {
	Missed uint64 `json:"missed"`
	First  uint64 `json:"first"`
	Last   uint64 `json:"last"`
}

// lastLine is there when a recording was ended and did not break off.
type lastLine struct {
	Recorded int    `json:"recorded"` // elements
	Missed   uint64 `json:"missed"`
	Time     string `json:"time"`
}

func (r *Recording) header(now time.Time) headerLine {
	o := r.options
	return headerLine{
		Recording: Version, Time: moment(now), Account: o.Account, Server: o.Server,
		Content: o.Content, Lang: o.Lang, Lenient: o.Lenient, Dropped: r.dropped,
	}
}

func (e end) mark() markLine {
	at, timeout := moment(e.at), float64(e.timeout.Microseconds())/1000
	return markLine{Of: e.seq, Time: &at, Outcome: &e.outcome, Timeout: &timeout}
}

// moment is a time as all lines have it.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
