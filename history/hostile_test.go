//go:build !race

package history_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"iqscope/history"
	"iqscope/iqbuilder/stanza"
)

// TestRowsOfSomebodyElse is a part of fault 31: what a row has is shown as far as it makes sense.
func TestRowsOfSomebodyElse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history", "history.db")
	made(t, file, history.Options{})
	fresh, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ name, set, damaged string }{
		{"no XML", "request = CAST('no XML' AS BLOB)", "request"},
		{"a broken reply", "reply = CAST('<iq' AS BLOB)", "reply"},
		{"nothing", "request = x''", "request"},
		{"no UTF-8", "request = x'fffe00'", "request"},
		{"a reply too long to be read", "reply = zeroblob(33554433)", "reply, outcome"},
		{"a request too long to be read", "request = zeroblob(33554433)", "request"},
		{"a text too long to be read", "note = replace(hex(zeroblob(17000000)), '0', 'x')", "note"},
		{"a note that is no UTF-8", "note = CAST(x'41ff42' AS TEXT)", "note"},
		{"times before all time", "ended = -9223372036854775808, sent = -1, queued = 9223372036854775807", "queued, ended"},
		{"negative durations", "rtt = -1, timeout = -9223372036854775808", "timeout, rtt"},
		{"negative counts", "refused = -7", "refused"},
		{"an unknown outcome", "outcome = 'fine'", "outcome"},
		{"an error without a reply", "outcome = 'error', reply = NULL", "outcome"},
		{"a scope that is not there", "request_scope = 99", "request"},
		{"a run that is not there", "run = 99", ""},
		{"refusals that are none", "refusals = '{'", "refusals"},
		{"a thousand refusals", "refusals = '[' || replace(hex(zeroblob(500)), '0', '{},') || '{}]'", "refusals"},
		{"refusals of all times", `refusals = '[{"at":-9223372036854775808}]'`, "refusals"},
		{"a fault that is none", "request_fault = '['", "request"},
		{"a fault somewhere else", `request_fault = '{"offset":-9223372036854775808,"rule":"x"}'`, ""},
		{"a series that is not there", "series = 77", ""},
		{"tags of all kinds", "tags = ',,  a  a '", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			write(t, file, fresh)
			sqlOf(t, file, "PRAGMA synchronous = OFF", "PRAGMA ignore_check_constraints = ON", "UPDATE exchanges SET "+row.set+" WHERE id = 10")
			h := openedAt(t, file, history.Options{Limits: history.Limits{Age: -1}}) // whatever times it has
			e, err := h.Get(t.Context(), 10)
			if err != nil {
				t.Fatalf("it is not there any more: %v", err)
			}
			plausible(t, e)
			want := ""
			if row.damaged != "" {
				want = "what the file has as its " + row.damaged + " cannot be read"
			}
			if e.Damaged != want {
				t.Errorf("the damage is %q, want %q", e.Damaged, want)
			}
			if ids := found(t, h, history.Query{}); len(ids) != 20 {
				t.Errorf("%d entries are left", len(ids))
			}
			use(t, h, e)
			kept(t, h, asked(t, 21))
		})
	}
}

// plausible says that nothing of an entry makes a caller fall over.
func plausible(t testing.TB, e history.Entry) {
	t.Helper()
	if e.Stanza == nil || e.Shown == nil || e.InFlight() {
		t.Fatalf("entry %d has no request, or no end: %+v", e.ID, e)
	}
	if e.Err != nil {
		_ = e.Err.Error()
	}
	if (e.Err == nil) != (e.Outcome == stanza.OutcomeResult) {
		t.Errorf("a %s has the error %v", e.Outcome, e.Err)
	}
	for _, at := range []time.Time{e.Queued, e.Sent, e.Deadline, e.Ended, e.Down.From, e.Down.To} {
		if _, err := at.MarshalJSON(); err != nil {
			t.Error(err)
		}
	}
	if e.RTT < 0 || e.Timeout < 0 || e.LateBy < 0 || e.Refused < 0 {
		t.Errorf("a duration or a count is negative: %+v", e)
	}
}

// use asks a history everything there is to ask; errors are one sentence.
func use(t testing.TB, h *history.History, e history.Entry) {
	t.Helper()
	ctx := within(t, context.Background())
	tags, note, yes := []string{"a"}, "b", true
	_, err1 := h.Earlier(ctx, e)
	_, err2 := h.Drafts(ctx, 10)
	_, err3 := h.SeriesOf(ctx, 10)
	_, err4 := h.Search(ctx, history.Query{Words: "disco#in"})
	err5 := h.Change(ctx, e.ID, history.Change{Tags: &tags, Note: &note, Pinned: &yes})
	_, err6 := h.Delete(ctx, e.ID)
	_, err7 := h.Prune(ctx, history.Limits{Bytes: 500})
	p, err8 := h.Search(ctx, history.Query{})
	for _, e := range p.Entries {
		plausible(t, e)
	}
	for i, err := range []error{err1, err2, err3, err4, err5, err6, err7, err8} {
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("question %d: %q", i+1, err)
		}
	}
}

// damaged opens a file that was made by chance, and uses it, whatever is in it.
func damaged(t testing.TB, data []byte) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "history")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "history.db")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	h := history.New(file, then(history.Options{}))
	ctx := within(t, context.Background())
	if err := h.Open(ctx); err != nil {
		t.Errorf("Open says %v", err)
		return
	}
	if s := h.Status(); s.Beside != nil {
		if after, err := os.ReadFile(file); err != nil || !bytes.Equal(after, data) {
			t.Errorf("the file that cannot be used was changed (%v): %v", err, s.Beside)
		}
	}
	for id := range int64(22) {
		if e, err := h.Get(ctx, id); err == nil {
			plausible(t, e)
			if id%7 == 0 {
				use(t, h, e)
			}
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("%q", err)
		}
	}
	x := asked(t, 100)
	h.Keep(x, juliet)
	if err := h.Flush(ctx); err != nil {
		t.Errorf("what comes is not kept: %v, %+v", err, h.Status())
	}
	if err := h.Close(ctx); err != nil {
		t.Errorf("Close says %v", err)
	}
}

// good is a history's file with 20 entries.
func good(t testing.TB) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "history", "history.db")
	h := openedAt(t, file, history.Options{})
	for n := uint64(1); n <= 20; n++ {
		h.Keep(asked(t, n), juliet)
	}
	kept(t, h)
	closed(t, h)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAFileCutAtEachPage(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	data := good(t)
	for size := 0; size <= len(data); size += 4096 {
		t.Run(fmt.Sprint(size), func(t *testing.T) { damaged(t, data[:size]) })
	}
}

func TestFlippedBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	data := good(t)
	for round := range 60 {
		seed := rand.Uint64()
		t.Run(fmt.Sprintf("%d seed %d", round, seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 0))
			hurt := bytes.Clone(data)
			for range 1 << r.IntN(8) {
				hurt[r.IntN(len(hurt))] ^= byte(1 << r.IntN(8))
			}
			damaged(t, hurt)
		})
	}
}

// FuzzWords asks for any text: it is a legal question.
func FuzzWords(f *testing.F) {
	for _, text := range []string{"disco#info", `"`, `a" OR "b`, "*", "NEAR(a b)", "text : x", "\x00", "\xff", "é ", "ﬁ", "a\u0301", "\uE000o", "٣", "-", "^x", "日本語", "\u0301"} {
		f.Add(text)
	}
	f.Add(strings.Repeat("a ", 10_000))
	f.Add(strings.Repeat("x", 100_000))
	f.Add(strings.Repeat("\u0301", 1000))
	h := opened(f, history.Options{})
	kept(f, h, asked(f, 1), asked(f, 2))
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := h.Search(t.Context(), history.Query{Words: text}); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if _, err := h.Search(t.Context(), history.Query{Words: text + " ", Tag: text, Target: text, Account: text, Payload: text}); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}
