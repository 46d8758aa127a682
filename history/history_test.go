package history_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"
	"modernc.org/sqlite"

	"iqscope/history"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/match"
)

func TestMain(m *testing.M) {
	if life := os.Getenv(helperVariable); life != "" {
		help(life)
		return
	}
	goleak.VerifyTestMain(m)
}

var juliet = history.About{Account: "juliet@example.net/balcony", Server: "example.net:5222"}

// start is when the first exchange of a test ends.
var start = time.Date(2026, 11, 27, 12, 0, 0, 123456000, time.Local)

// then sets the clock of a history to a day when the exchanges of the tests are still young.
func then(o history.Options) history.Options {
	if o.Now == nil {
		o.Now = func() time.Time { return start.AddDate(0, 1, 0) }
	}
	return o
}

// opened is a history in a folder of its own that is open until the test ends.
func opened(t testing.TB, o history.Options) *history.History {
	t.Helper()
	return openedAt(t, filepath.Join(t.TempDir(), "history", "history.db"), o)
}

func openedAt(t testing.TB, path string, o history.Options) *history.History {
	t.Helper()
	h := history.New(path, then(o))
	if err := h.Open(t.Context()); err != nil {
		t.Fatalf("it cannot be opened: %v", err)
	}
	t.Cleanup(func() { closed(t, h) })
	return h
}

func closed(t testing.TB, h *history.History) {
	t.Helper()
	if err := h.Close(within(t, context.Background())); err != nil {
		t.Errorf("it cannot be closed: %v", err)
	}
}

// within is a context with the minute that even a busy machine keeps.
func within(t testing.TB, ctx context.Context) context.Context {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// parsed is a stanza of a client's stream.
func parsed(t testing.TB, format string, args ...any) *stanza.Stanza {
	t.Helper()
	st, err := stanza.Parse(fmt.Sprintf(format, args...), stanza.ClientScope())
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// asked is the n-th exchange of a test: a disco#info request that got its result.
func asked(t testing.TB, n uint64) exchange.Exchange {
	t.Helper()
	x := exchange.New(parsed(t, `<iq type='get' id='q%d' to='pubsub.example.net'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`, n))
	x.Serial, x.Seq, x.ReplySeq = n, 2*n, 2*n+1
	x.Over = exchange.Connection{Account: stanza.MustParseJID(juliet.Account), Server: juliet.Server}
	x.Queued = start.Add(time.Duration(n) * time.Second)
	x.Sent, x.Timeout = x.Queued, 30*time.Second
	x.Deadline = x.Sent.Add(x.Timeout)
	x.RTT = 12 * time.Millisecond
	x.Ended = x.Sent.Add(x.RTT)
	x.Outcome = stanza.OutcomeResult
	x.Reply = parsed(t, `<iq type='result' id='q%d' from='pubsub.example.net'><query xmlns='http://jabber.org/protocol/disco#info'>`+
		`<identity category='pubsub' type='service' name='Größe &amp; Maß'/></query></iq>`, n)
	return x
}

// ended is an exchange that ended in another way.
func ended(x exchange.Exchange, how stanza.Outcome, cause error) exchange.Exchange {
	x.Outcome, x.Reply, x.ReplySeq, x.RTT = how, nil, 0, 0
	x.Err = x.Failure(cause)
	return x
}

func kept(t testing.TB, h *history.History, all ...exchange.Exchange) {
	t.Helper()
	for _, x := range all {
		h.Keep(x, juliet)
	}
	if err := h.Flush(within(t, t.Context())); err != nil {
		t.Fatalf("not all is written: %v", err)
	}
}

func found(t testing.TB, h *history.History, q history.Query) []int64 {
	t.Helper()
	p, err := h.Search(within(t, t.Context()), q)
	if err != nil {
		t.Fatalf("%+v is not found: %v", q, err)
	}
	var ids []int64
	for _, e := range p.Entries {
		ids = append(ids, e.ID)
	}
	return ids
}

// sameStanzas compares stanzas by all that is known of them.
var sameStanzas = cmp.Options{
	cmp.Comparer(func(a, b *stanza.Stanza) bool {
		if a == nil || b == nil {
			return a == b
		}
		return a.XML() == b.XML() && a.Kind() == b.Kind() && a.Name() == b.Name() && a.ID() == b.ID() &&
			cmp.Equal(a.Scope(), b.Scope()) && cmp.Equal(a.Fault(), b.Fault())
	}),
	cmp.Comparer(func(a, b error) bool {
		return (a == nil) == (b == nil) && (a == nil || a.Error() == b.Error() && fmt.Sprintf("%T", a) == fmt.Sprintf("%T", b))
	}),
	cmpopts.EquateEmpty(), cmpopts.EquateComparable(stanza.JID{}),
}

func TestWhatIsKeptComesBackTheSame(t *testing.T) {
	h := opened(t, history.Options{})
	timeout := ended(asked(t, 2), stanza.OutcomeTimeout, nil)
	timeout.Down = stanza.Outage{From: start, To: start.Add(time.Second)}
	timeout.Err = timeout.Failure(nil)
	timeout.Refused = 1
	timeout.Refusals = []exchange.Refusal{{Seq: 9, At: start, From: "mallory@example.net", Verdict: stanza.VerdictWrongSender, Note: "not pubsub.example.net"}}
	notSent := ended(asked(t, 3), stanza.OutcomeNotSent, exchange.ErrOverdueUnsent)
	unknown := ended(asked(t, 4), stanza.OutcomeUnknown, errors.New("the connection was lost"))
	cancelled := ended(asked(t, 5), stanza.OutcomeCancelled, nil)
	failed := asked(t, 6)
	failed.Outcome = stanza.OutcomeError
	failed.Reply = parsed(t, `<iq type='error' id='q6' from='pubsub.example.net'><error type='cancel'><item-not-found xmlns='%s'/></error></iq>`, stanza.NSStanzas)
	failed.Err = failed.Failure(nil)
	all := []exchange.Exchange{asked(t, 1), timeout, notSent, unknown, cancelled, failed}
	kept(t, h, all...)
	for i, x := range all {
		e, err := h.Get(t.Context(), int64(i+1))
		if err != nil {
			t.Fatal(err)
		}
		x.Stanza = x.Shown
		if diff := cmp.Diff(x, e.Exchange, sameStanzas); diff != "" {
			t.Errorf("%s came back otherwise (-kept +read):\n%s", x.Outcome, diff)
		}
		if e.About != juliet || e.Run == "" || e.Damaged != "" {
			t.Errorf("%s is about %+v, of run %q, damaged %q", x.Outcome, e.About, e.Run, e.Damaged)
		}
	}
	if e, _ := h.Get(t.Context(), 3); !errors.Is(e.Err, context.DeadlineExceeded) {
		t.Errorf("what was not sent in time is no DeadlineExceeded any more: %v", e.Err)
	}
}

func TestStanzasOfAllKindsComeBackTheSame(t *testing.T) {
	other := stanza.ComponentScope()
	other.Lang = "de"
	other.Prefixes = map[string]string{"stream": stanza.NSStream, "x": "urn:x"}
	inScope := func(xml string, scope stanza.Scope) *stanza.Stanza {
		st, err := stanza.Parse(xml, scope)
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	large, err := stanza.ParseWithin("<iq type='result'><a>"+strings.Repeat("x", 2<<20)+"</a></iq>", stanza.ClientScope(), stanza.Limits{ElementBytes: 4 << 20})
	if err != nil {
		t.Fatal(err)
	}
	h := opened(t, history.Options{})
	for n, st := range []*stanza.Stanza{
		inScope(`<iq type='get' id='&#x31;'><x:q/></iq>`, other),
		large,
		stanza.Unparsed("<iq type='get' id='1'>\xff\x00</iq>", stanza.ClientScope()),
		stanza.Unparsed("<iq><"+strings.Repeat("y", 3000), other),
		stanza.NewBroken("<iq type='result'><a></b>"+strings.Repeat("z", 3000), stanza.XMLError{Rule: "mismatched-tag", Detail: "a is not b", Offset: 21}, stanza.ClientScope()),
		stanza.Unparsed("", stanza.ClientScope()),
	} {
		x := asked(t, uint64(n+1))
		x.Stanza, x.Shown, x.Reply, x.Outcome = st, st, nil, stanza.OutcomeCancelled
		x.Late = st
		kept(t, h, x)
		e, err := h.Get(t.Context(), int64(n+1))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]*stanza.Stanza{st, st}, []*stanza.Stanza{e.Stanza, e.Late}, sameStanzas); diff != "" || e.Damaged != "" {
			t.Errorf("stanza %d came back otherwise (-kept +read), %q:\n%.2000s", n+1, e.Damaged, diff)
		}
	}
}

func TestSearch(t *testing.T) {
	h := opened(t, history.Options{})
	for n := uint64(1); n <= 10; n++ {
		x := asked(t, n)
		if n%5 == 0 {
			x = ended(x, stanza.OutcomeTimeout, nil)
		}
		kept(t, h, x)
	}
	tags, yes := []string{"slow", "blau"}, true
	note := "seen by Müller"
	if err := h.Change(t.Context(), 7, history.Change{Tags: &tags, Note: &note, Pinned: &yes}); err != nil {
		t.Fatal(err)
	}
	path, err := match.Compile("iq@outcome=timeout", match.BasicKeys())
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name string
		q    history.Query
		want []int64
	}{
		{"all", history.Query{Limit: 3}, []int64{10, 9, 8}},
		{"a page further", history.Query{Limit: 3, Before: 8}, []int64{7, 6, 5}},
		{"a word", history.Query{Words: "q7 "}, []int64{7}},
		{"the beginning of a word", history.Query{Words: "q1"}, []int64{10, 1}},
		{"a phrase", history.Query{Words: "disco#info q3"}, []int64{3}},
		{"a phrase in another order", history.Query{Words: "info#disco"}, nil},
		{"accents and case", history.Query{Words: "GROSSE"}, nil},
		{"accents and case", history.Query{Words: "grÖße q2 "}, []int64{2}},
		{"without accents", history.Query{Words: "große q2 "}, []int64{2}},
		{"a note", history.Query{Words: "muller"}, []int64{7}},
		{"a tag as a word", history.Query{Words: "blau"}, []int64{7}},
		{"a tag", history.Query{Tag: "slow"}, []int64{7}},
		{"not a part of a tag", history.Query{Tag: "slo"}, nil},
		{"pinned", history.Query{Pinned: true}, []int64{7}},
		{"an outcome", history.Query{Outcomes: []stanza.Outcome{stanza.OutcomeTimeout}}, []int64{10, 5}},
		{"outcomes and a word", history.Query{Outcomes: []stanza.Outcome{stanza.OutcomeTimeout, stanza.OutcomeError}, Words: "q5 "}, []int64{5}},
		{"a payload", history.Query{Payload: "http://jabber.org/protocol/disco#info", Limit: 1}, []int64{10}},
		{"a payload in full", history.Query{Payload: "{http://jabber.org/protocol/disco#info}query", Limit: 1}, []int64{10}},
		{"a local name", history.Query{Payload: "query", Limit: 1}, []int64{10}},
		{"another payload", history.Query{Payload: "ping"}, nil},
		{"a target", history.Query{Target: "PubSub.example.net", Limit: 1}, []int64{10}},
		{"a bare account", history.Query{Account: "juliet@example.net", Limit: 1}, []int64{10}},
		{"a full account", history.Query{Account: "juliet@example.net/balcony", Limit: 1}, []int64{10}},
		{"another resource", history.Query{Account: "juliet@example.net/garden"}, nil},
		{"since", history.Query{Since: start.Add(9 * time.Second)}, []int64{10, 9}},
		{"until", history.Query{Until: start.Add(3 * time.Second)}, []int64{2, 1}},
		{"a path", history.Query{Match: path}, []int64{10, 5}},
		{"a path and a word", history.Query{Match: path, Words: "q10"}, []int64{10}},
		{"nothing but signs", history.Query{Words: `"#*' `, Limit: 2}, []int64{10, 9}},
		{"what looks like a query", history.Query{Words: `q1" OR "q2`}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			if diff := cmp.Diff(row.want, found(t, h, row.q)); diff != "" {
				t.Errorf("%+v (-want +got):\n%s", row.q, diff)
			}
		})
	}
}

func TestPagesFollowEachOther(t *testing.T) {
	h := opened(t, history.Options{})
	for n := uint64(1); n <= 25; n++ {
		h.Keep(asked(t, n), juliet)
	}
	kept(t, h)
	var ids []int64
	pages := 0
	for q := (history.Query{Words: "disco", Limit: 10}); ; {
		p, err := h.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range p.Entries {
			ids = append(ids, e.ID)
		}
		pages++
		if q.Before = p.Next; p.Next == 0 {
			break
		}
	}
	if len(ids) != 25 || ids[0] != 25 || ids[24] != 1 || pages != 3 {
		t.Errorf("%d pages with %v", pages, ids)
	}
}

func TestALateReplyIsAddedToItsEntry(t *testing.T) {
	h := opened(t, history.Options{})
	x := ended(asked(t, 1), stanza.OutcomeTimeout, nil)
	kept(t, h, x)
	x.Late, x.LateBy, x.LateSeq = parsed(t, `<iq type='result' id='q1' from='pubsub.example.net'><belated xmlns='x'/></iq>`), time.Second, 77
	kept(t, h, x, x)
	p, err := h.Search(t.Context(), history.Query{Words: "belated"})
	if err != nil || len(p.Entries) != 1 {
		t.Fatalf("%d entries, %v", len(p.Entries), err)
	}
	if e := p.Entries[0]; e.ID != 1 || e.Late == nil || e.Late.XML() != x.Late.XML() || e.LateBy != time.Second || e.LateSeq != 77 {
		t.Errorf("the late reply is not with its request: %+v", e)
	}
	sums(t, h.Status().Path)
}

func TestOfASeriesTheFirstAndWhatFailedIsKept(t *testing.T) {
	h := opened(t, history.Options{})
	for n := uint64(1); n <= 10; n++ {
		x := asked(t, n)
		if n == 6 {
			x = ended(x, stanza.OutcomeTimeout, nil)
		}
		x.Series = 4
		h.Keep(x, juliet)
	}
	s := history.Series{Number: 4, Request: asked(t, 1).Stanza, Began: start, Took: time.Minute, Count: 10, OK: 9, Timeouts: 1, P50: 1, P95: 2, P99: 3}
	h.KeepSeries(s, juliet)
	kept(t, h)
	if ids := found(t, h, history.Query{Series: 1}); !cmp.Equal(ids, []int64{2, 1}) {
		t.Errorf("entries %v are kept", ids)
	}
	if e, err := h.Get(t.Context(), 2); err != nil || e.Serial != 6 || e.Exchange.Series != 4 || e.Series != 1 {
		t.Errorf("the second one is %+v, %v", e, err)
	}
	all, err := h.SeriesOf(t.Context(), 10)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d series, %v", len(all), err)
	}
	s.ID, s.Run = 1, all[0].Run
	if diff := cmp.Diff(s, all[0], sameStanzas); diff != "" {
		t.Errorf("the summary came back otherwise (-kept +read):\n%s", diff)
	}
}

func TestEarlierAndDrafts(t *testing.T) {
	h := opened(t, history.Options{})
	other := asked(t, 3)
	other.Stanza = parsed(t, `<iq type='get' id='q3' to='pubsub.example.net'><ping xmlns='urn:xmpp:ping'/></iq>`)
	other.Shown = other.Stanza
	kept(t, h, asked(t, 1), ended(asked(t, 2), stanza.OutcomeTimeout, nil), other, asked(t, 4))
	e, err := h.Get(t.Context(), 4)
	if err != nil {
		t.Fatal(err)
	}
	if e, err = h.Earlier(t.Context(), e); err != nil || e.ID != 1 {
		t.Errorf("before entry 4 the same was asked by %d, %v", e.ID, err)
	}
	if e, err = h.Earlier(t.Context(), e); !errors.Is(err, history.ErrNotFound) {
		t.Errorf("before entry 1 the same was asked by %d, %v", e.ID, err)
	}
	texts, err := h.Drafts(t.Context(), 10)
	if want := []string{asked(t, 4).Stanza.XML(), other.Stanza.XML()}; err != nil || !cmp.Equal(texts, want) {
		t.Errorf("the drafts are %q, %v", texts, err)
	}
}

func TestDeleteAndPrune(t *testing.T) {
	h := opened(t, history.Options{Limits: history.Limits{Age: -1, Bytes: -1}})
	for n := uint64(1); n <= 10; n++ {
		h.Keep(asked(t, n), juliet)
	}
	kept(t, h)
	yes := true
	if err := h.Change(t.Context(), 1, history.Change{Pinned: &yes}); err != nil {
		t.Fatal(err)
	}
	if n, err := h.Delete(t.Context(), 3, 4, 99); n != 2 || err != nil {
		t.Errorf("%d are deleted, %v", n, err)
	}
	one := int64(len(asked(t, 5).Stanza.XML()) + len(asked(t, 5).Reply.XML()))
	if n, err := h.Prune(t.Context(), history.Limits{Age: -1, Bytes: 3*one + 2}); n != 4 || err != nil {
		t.Errorf("%d are pruned, %v", n, err)
	}
	if ids := found(t, h, history.Query{Words: "disco"}); !cmp.Equal(ids, []int64{10, 9, 8, 1}) {
		t.Errorf("%v are left", ids)
	}
	kept(t, h, asked(t, 11))
	if ids := found(t, h, history.Query{Limit: 1}); !cmp.Equal(ids, []int64{11}) {
		t.Errorf("the next number is %v", ids)
	}
}

func TestImportKeepsWhatIsNotThere(t *testing.T) {
	from, to := opened(t, history.Options{}), opened(t, history.Options{})
	kept(t, from, asked(t, 1), asked(t, 2))
	tags, note := []string{"a"}, "n"
	if err := from.Change(t.Context(), 2, history.Change{Tags: &tags, Note: &note}); err != nil {
		t.Fatal(err)
	}
	p, err := from.Search(t.Context(), history.Query{})
	if err != nil {
		t.Fatal(err)
	}
	kept(t, to, asked(t, 1))
	for _, want := range []int{2, 0} {
		if n, err := to.Import(t.Context(), p.Entries); n != want || err != nil {
			t.Errorf("%d are new, want %d; %v", n, want, err)
		}
	}
	e, err := to.Get(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	want := p.Entries[0]
	want.ID = e.ID
	if diff := cmp.Diff(want, e, sameStanzas); diff != "" {
		t.Errorf("it came over otherwise (-want +got):\n%s", diff)
	}
}

func TestWhatIsToldBeforeOpenWaits(t *testing.T) {
	h := history.New(filepath.Join(t.TempDir(), "history", "history.db"), then(history.Options{}))
	h.Keep(asked(t, 1), juliet)
	if s := h.Status(); s.Waiting != 1 || s.Opened {
		t.Errorf("before Open: %+v", s)
	}
	if _, err := h.Search(t.Context(), history.Query{}); !errors.Is(err, history.ErrNotOpen) {
		t.Errorf("before Open a search says %v", err)
	}
	if err := h.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept(t, h)
	if s := h.Status(); s.Waiting != 0 || s.Kept != 1 || !s.Opened || s.Err != nil {
		t.Errorf("after Open: %+v", s)
	}
	closed(t, h)
	if _, err := h.Search(t.Context(), history.Query{}); !errors.Is(err, history.ErrNotOpen) {
		t.Errorf("after Close a search says %v", err)
	}
}

func TestOfKeepalivesWhatFailedIsKept(t *testing.T) {
	h := opened(t, history.Options{})
	for n := uint64(1); n <= 4; n++ {
		x := asked(t, n)
		if n == 3 {
			x = ended(x, stanza.OutcomeTimeout, nil)
		}
		x.Unasked = true
		h.Keep(x, juliet)
	}
	kept(t, h)
	if p, err := h.Search(t.Context(), history.Query{}); err != nil || len(p.Entries) != 1 || p.Entries[0].Serial != 3 || !p.Entries[0].Unasked {
		t.Errorf("%+v are kept, %v", p.Entries, err)
	}
	if texts, err := h.Drafts(t.Context(), 10); err != nil || len(texts) != 0 {
		t.Errorf("what nobody wrote is offered as %q, %v", texts, err)
	}
}

func TestDraftsThatDifferInTheirIDAreOne(t *testing.T) {
	h := opened(t, history.Options{})
	kept(t, h, asked(t, 1), asked(t, 2), asked(t, 3))
	if texts, err := h.Drafts(t.Context(), 10); err != nil || !cmp.Equal(texts, []string{asked(t, 3).Stanza.XML()}) {
		t.Errorf("the drafts are %q, %v", texts, err)
	}
	if texts, err := h.Drafts(t.Context(), 0); err != nil || len(texts) != 0 {
		t.Errorf("no drafts are %q, %v", texts, err)
	}
}

// A stanza that has the key of something else in it is not found by that.
func TestKeysCannotBeImitated(t *testing.T) {
	h := opened(t, history.Options{})
	kept(t, h, ended(asked(t, 1), stanza.OutcomeTimeout, nil))
	var key string
	db := rawly(t, h.Status().Path)
	rows, err := db.Query("SELECT DISTINCT term FROM terms WHERE term >= '\uE000'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			t.Fatal(err)
		}
		key += " " + one
	}
	if key == "" {
		t.Fatal("there are no keys")
	}
	x := asked(t, 2)
	x.Stanza = parsed(t, "<iq type='get' id='q2' to='elsewhere'><a xmlns='b'>%s</a></iq>", key)
	x.Shown = x.Stanza
	x.Reply = parsed(t, "<iq type='result' id='q2'>%s</iq>", key)
	kept(t, h, x)
	for _, q := range []history.Query{
		{Outcomes: []stanza.Outcome{stanza.OutcomeTimeout}}, {Target: "pubsub.example.net"}, {Payload: "query"},
	} {
		if ids := found(t, h, q); !cmp.Equal(ids, []int64{1}) {
			t.Errorf("%+v finds %v", q, ids)
		}
	}
	// Nor does the index know more of it: as many entries have the key as before.
	var n int
	if err := db.QueryRow("SELECT count(DISTINCT doc) FROM terms WHERE term = ?", strings.Fields(key)[1]).Scan(&n); err != nil || n != 1 && n != 2 {
		t.Errorf("%d entries have a key, %v", n, err)
	}
}

func TestAPageIsBoundedInBytes(t *testing.T) {
	h := opened(t, history.Options{})
	const each = 900_000
	for n := uint64(1); n <= 40; n++ {
		x := asked(t, n)
		x.Reply = parsed(t, "<iq type='result' id='q%d'><a xmlns='b'>%s</a></iq>", n, strings.Repeat(". ", each/2))
		kept(t, h, x)
	}
	p, err := h.Search(t.Context(), history.Query{})
	if err != nil || len(p.Entries) < 20 || len(p.Entries) > (32<<20)/each || p.Next == 0 {
		t.Fatalf("%d entries, then %d; %v", len(p.Entries), p.Next, err)
	}
	rest, err := h.Search(t.Context(), history.Query{Before: p.Next})
	if err != nil || len(rest.Entries)+len(p.Entries) != 40 || rest.Next != 0 {
		t.Errorf("%d and %d entries, %v", len(p.Entries), len(rest.Entries), err)
	}
}

// Many words that begin alike are not looked up one by one: the entries are held against them.
func TestABeginningOfVeryManyWords(t *testing.T) {
	h := opened(t, history.Options{})
	for n := uint64(1); n <= 250; n++ {
		x := asked(t, n)
		x.Reply = parsed(t, "<iq type='result' id='q%d'><a xmlns='b'>z%d Ünd%d</a></iq>", n, n, n)
		h.Keep(x, juliet)
	}
	kept(t, h)
	for words, want := range map[string]int{"z": 250, "z24": 11, "und": 250, "ÜND2": 62, "result z": 250, "b'>z": 250, "b z": 250, "zz": 0, "z nowhere": 0} {
		n, q := 0, history.Query{Words: words, Limit: 1000}
		for more := true; more; more = q.Before != 0 { // on a busy machine a page may end before it is full
			p, err := h.Search(within(t, t.Context()), q)
			if err != nil {
				t.Fatalf("%q: %v", words, err)
			}
			n, q.Before = n+len(p.Entries), p.Next
		}
		if n != want {
			t.Errorf("%q finds %d entries, want %d", words, n, want)
		}
	}
}

// A command that sends one request opens its history beside that, and may be over before it is open.
func TestCloseWaitsForAnOpenThatIsOnItsWay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history", "history.db")
	begun := make(chan struct{})
	h := history.New(path, history.Through(then(history.Options{}), func(dsn string) (driver.Connector, error) {
		select {
		case <-begun:
		default:
			close(begun)
		}
		return sqlite.NewConnector(dsn)
	}))
	opened := make(chan error)
	go func() { opened <- h.Open(t.Context()) }()
	<-begun
	h.Keep(asked(t, 1), juliet)
	closed(t, h)
	<-opened // closed already, or not
	h = openedAt(t, path, history.Options{})
	if ids := found(t, h, history.Query{}); !cmp.Equal(ids, []int64{1}) {
		t.Errorf("%v is kept", ids)
	}
}
