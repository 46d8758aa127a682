// Package archive writes entries of a history as lines of JSON, and reads them back: for export and
// import, and for programs that want to know what happened. Nothing is lost on the way.
//
//	text, err := archive.Line(entry)
//	for entry, err := range archive.Read(file) { … }
//
// A line is one object. It says first that it is an entry, and of which version of this format:
// {"entry":1,…}. The keys that it shares with a line of iqscope send --output json (report.Record)
// have the same names and mean the same. All keys are always there, what does not apply is null, and
// a key never changes its meaning; what comes new is a key of its own, which older programs overlook.
//
// Some keys say again what others say, for who reads the lines without an XML parser: id, to, type,
// rtt_ms, verdict, error, reason, warnings, broken and broken_xml. They are not read back.
package archive

import (
	"time"

	"iqscope/history"
	"iqscope/internal/report"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
)

// Version is of the format: a line of a later one is not read.
const Version = 1

// line is an entry as it stands in a line. Times are as RFC 3339 has them, in UTC; what ends in _ns
// is a number of nanoseconds.
type line struct {
	Entry   int    `json:"entry"`  // Version
	Number  int64  `json:"number"` // in the history that it is from
	Run     string `json:"run"`
	Serial  uint64 `json:"serial"`
	Account string `json:"account"`
	Server  string `json:"server"`
	report.Record
	// Cause is why it was not sent, or its end is unknown.
	Cause    *string    `json:"cause"`
	Late     *string    `json:"late"`
	Queued   *time.Time `json:"queued"`
	Sent     *time.Time `json:"sent"`
	Deadline *time.Time `json:"deadline"`
	Ended    *time.Time `json:"ended"`
	Timeout  int64      `json:"timeout_ns"` // 0: none
	Took     int64      `json:"rtt_ns"`
	LateBy   int64      `json:"late_by_ns"`
	// Seq, ReplySeq and LateSeq are numbers in the log of its run; 0 for none.
	Seq          uint64    `json:"seq"`
	ReplySeq     uint64    `json:"reply_seq"`
	LateSeq      uint64    `json:"late_seq"`
	Down         *outage   `json:"down"`
	Unasked      bool      `json:"unasked"`
	Series       uint64    `json:"series"` // in its run; 0 for none
	Refused      int       `json:"refused"`
	Refusals     []refusal `json:"refusals"`
	Hidden       bool      `json:"hidden"`
	Tags         []string  `json:"tags"`
	Note         string    `json:"note"`
	Pinned       bool      `json:"pinned"`
	RequestScope *scope    `json:"request_scope"`
	ReplyScope   *scope    `json:"reply_scope"`
	LateScope    *scope    `json:"late_scope"`
}

// outage is a time without a connection; there is no To as long as it went on.
type outage struct {
	From time.Time  `json:"from"`
	To   *time.Time `json:"to"`
}

type refusal struct {
	Seq     uint64         `json:"seq"`
	Time    time.Time      `json:"time"`
	From    string         `json:"from"`
	Verdict stanza.Verdict `json:"verdict"`
	Note    string         `json:"note"`
}

// scope is what a stanza inherits; null for what a client's does as a rule.
type scope struct {
	Content  string            `json:"content"`
	Default  string            `json:"default"`
	Lang     string            `json:"lang"`
	Prefixes map[string]string `json:"prefixes"`
}

// Line is an entry as a line of JSON, without a line end.
func Line(e history.Entry) (string, error) {
	x := e.Exchange
	return report.Line(line{
		Entry: Version, Number: e.ID, Run: e.Run, Serial: x.Serial, Account: e.Account, Server: e.Server,
		Record: report.NewRecord(x, nil),
		Cause:  causeOf(x), Late: xmlOf(x.Late),
		Queued: timeOf(x.Queued), Sent: timeOf(x.Sent), Deadline: timeOf(x.Deadline), Ended: timeOf(x.Ended),
		Timeout: int64(x.Timeout), Took: int64(x.RTT), LateBy: int64(x.LateBy),
		Seq: x.Seq, ReplySeq: x.ReplySeq, LateSeq: x.LateSeq,
		Down: outageOf(x.Down), Unasked: x.Unasked, Series: x.Series, Refused: x.Refused, Refusals: refusalsOf(x.Refusals),
		Hidden: e.Hidden, Tags: append([]string{}, e.Tags...), Note: e.Note, Pinned: e.Pinned,
		RequestScope: scopeOf(x.Stanza), ReplyScope: scopeOf(x.Reply), LateScope: scopeOf(x.Late),
	})
}

// causeOf are the words for the cause of an exchange's error.
func causeOf(x exchange.Exchange) *string {
	cause := x.Cause()
	if cause == nil {
		return nil
	}
	text := cause.Error()
	return &text
}

func xmlOf(st *stanza.Stanza) *string {
	if st == nil {
		return nil
	}
	xml := st.XML()
	return &xml
}

func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func outageOf(o stanza.Outage) *outage {
	if o.None() {
		return nil
	}
	return &outage{o.From.UTC(), timeOf(o.To)}
}

func refusalsOf(refusals []exchange.Refusal) []refusal {
	all := []refusal{}
	for _, r := range refusals {
		all = append(all, refusal{r.Seq, r.At.UTC(), r.From, r.Verdict, r.Note})
	}
	return all
}

func scopeOf(st *stanza.Stanza) *scope {
	if st == nil {
		return nil
	}
	s := st.Scope()
	if usual(s) {
		return nil
	}
	return &scope{s.Content, s.Default, s.Lang, s.Prefixes}
}

// usual says that a scope is a client's, as one that is typed has it.
func usual(s stanza.Scope) bool {
	return s.Content == stanza.NSClient && s.Default == stanza.NSClient && s.Lang == "" &&
		len(s.Prefixes) == 1 && s.Prefixes["stream"] == stanza.NSStream
}
