package tui

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"iqscope/history"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

// fakeHistory is a history in memory. Entries are made when they are asked for, so that there may be
// any number of them.
type fakeHistory struct {
	remains error                        // of what was deleted
	last    int64                        // the number of the newest entry
	made    func(id int64) history.Entry // makes one
	changed map[int64]history.Entry      // those that were changed
	gone    map[int64]bool               // those that were deleted
	status  history.Status
	err     error // of everything that is asked
	opening error
	opens   int
	texts   []string // of the drafts, the last one first
	earlier func(e history.Entry) (history.Entry, error)
	asked   []history.Query
	during  func(ctx context.Context) // happens while something is searched
}

func newFakeHistory(count int64) *fakeHistory {
	return &fakeHistory{last: count, made: madeEntry, changed: map[int64]history.Entry{}, gone: map[int64]bool{}}
}

func parsed(xml string) *stanza.Stanza {
	st, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		panic(err)
	}
	return st
}

// madeEntry is one of a few sorts of entry, a minute after the one before it.
func madeEntry(id int64) history.Entry {
	sent := noon.Add(-48*time.Hour + time.Duration(id)*time.Minute)
	n := strconv.FormatInt(id, 10)
	request := func(typ, to, payload string) *stanza.Stanza {
		return parsed("<iq type='" + typ + "' id='h" + n + "' to='" + to + "'>" + payload + "</iq>")
	}
	e := history.Entry{ID: id, About: history.About{Account: "juliet@demo.localhost/old", Server: "demo.localhost"}, Run: "run1"}
	x := &e.Exchange
	x.Serial, x.Seq, x.ReplySeq = uint64(id), uint64(2*id), uint64(2*id+1)
	x.Timeout, x.Queued, x.Sent = 30*time.Second, sent, sent
	x.Deadline = sent.Add(x.Timeout)
	x.RTT = 12400 * time.Microsecond
	x.Ended = sent.Add(x.RTT)
	replies := func(typ, from, payload string) {
		x.Reply = parsed("<iq type='" + typ + "' id='h" + n + "' from='" + from + "'>" + payload + "</iq>")
	}
	switch id % 4 {
	case 0:
		x.Stanza = request("get", "demo.localhost", "<query xmlns='http://jabber.org/protocol/disco#info'/>")
		x.Outcome = stanza.OutcomeResult
		replies("result", "demo.localhost", "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='server' type='im'/><feature var='urn:xmpp:ping'/></query>")
	case 1:
		x.Stanza = request("get", "romeo@demo.localhost/phone", "<query xmlns='jabber:iq:version'/>")
		x.Outcome = stanza.OutcomeError
		replies("error", "romeo@demo.localhost/phone", "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>")
	case 2:
		x.Stanza = request("set", "pubsub.demo.localhost", "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='verona'/></pubsub>")
		x.Outcome, x.ReplySeq, x.RTT, x.Ended = stanza.OutcomeTimeout, 0, 0, x.Deadline
		e.Tags, e.Note = []string{"balcony", "night"}, "it never answers"
	default:
		x.Stanza = request("get", "demo.localhost", "<ping xmlns='urn:xmpp:ping'/>")
		x.Outcome = stanza.OutcomeResult
		replies("result", "demo.localhost", "")
		e.Pinned = true
	}
	x.Shown = x.Stanza
	x.Err = x.Failure(nil)
	return e
}

func (f *fakeHistory) entry(id int64) history.Entry {
	if e, ok := f.changed[id]; ok {
		return e
	}
	return f.made(id)
}

func (f *fakeHistory) Open(context.Context) error {
	f.opens++
	f.status.Opened = f.opening == nil
	return f.opening
}

// fakeLook is how many entries the fake looks at for a page.
const fakeLook = 2000

func (f *fakeHistory) Search(ctx context.Context, q history.Query) (history.Page, error) {
	f.asked = append(f.asked, q)
	if f.during != nil {
		f.during(ctx)
	}
	if f.err != nil {
		return history.Page{}, f.err
	}
	if err := ctx.Err(); err != nil {
		return history.Page{}, err
	}
	limit := q.Limit
	if limit == 0 {
		limit = history.PageSize
	}
	var page history.Page
	from := f.last
	if q.Before != 0 {
		from = min(from, q.Before-1)
	}
	for id := from; id > 0; id-- {
		if len(page.Entries) == limit || page.Searched == fakeLook {
			page.Next = id + 1
			break
		}
		page.Searched++
		if e := f.entry(id); !f.gone[id] && fits(e, q) {
			page.Entries = append(page.Entries, e)
		}
	}
	return page, nil
}

func fits(e history.Entry, q history.Query) bool {
	text := strings.ToLower(e.Stanza.XML() + e.Note + strings.Join(e.Tags, " "))
	if e.Reply != nil {
		text += strings.ToLower(e.Reply.XML())
	}
	for _, word := range strings.Fields(strings.ToLower(q.Words)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	switch {
	case len(q.Outcomes) > 0 && !slices.Contains(q.Outcomes, e.Outcome):
	case q.Target != "" && e.Stanza.To() != q.Target:
	case q.Tag != "" && !slices.Contains(e.Tags, q.Tag):
	case q.Pinned && !e.Pinned:
	case !q.Since.IsZero() && e.Ended.Before(q.Since):
	case !q.Until.IsZero() && !e.Ended.Before(q.Until):
	case q.Match != nil && !q.Match.Match(match.NewSubject(match.Facts{Stanza: e.Stanza, Outcome: e.Outcome})):
	default:
		return true
	}
	return false
}

func (f *fakeHistory) Earlier(_ context.Context, e history.Entry) (history.Entry, error) {
	if f.earlier == nil {
		return history.Entry{}, history.ErrNotFound
	}
	return f.earlier(e)
}

func (f *fakeHistory) Drafts(_ context.Context, n int) ([]string, error) {
	return f.texts[:min(n, len(f.texts))], f.err
}

func (f *fakeHistory) Change(_ context.Context, id int64, c history.Change) error {
	if f.err != nil {
		return f.err
	}
	if id > f.last || f.gone[id] {
		return history.ErrNotFound
	}
	e := f.entry(id)
	if c.Tags != nil {
		e.Tags = *c.Tags
	}
	if c.Note != nil {
		e.Note = *c.Note
	}
	if c.Pinned != nil {
		e.Pinned = *c.Pinned
	}
	f.changed[id] = e
	return nil
}

func (f *fakeHistory) Delete(_ context.Context, ids ...int64) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	n := 0
	for _, id := range ids {
		if id <= f.last && !f.gone[id] {
			f.gone[id] = true
			n++
		}
	}
	return n, f.remains
}

func (f *fakeHistory) Status() history.Status   { return f.status }
func (f *fakeHistory) Changed() <-chan struct{} { return nil }

// withHistory is a setup with a history.
func withHistory(f *fakeHistory) func(*setup) { return func(s *setup) { s.history = f } }

// remembers puts a history with so many entries in place of the one that is there.
func (s *sim) remembers(count int64) *fakeHistory {
	f := newFakeHistory(count)
	f.earlier = func(e history.Entry) (history.Entry, error) {
		earlier := f.entry(e.ID - 4)
		earlier.Reply = parsed(strings.Replace(earlier.Reply.XML(), "urn:xmpp:ping", "urn:xmpp:time", 1))
		return earlier, nil
	}
	s.m.kept.past = f
	s.send(FirstFrameShown{})
	return f
}
