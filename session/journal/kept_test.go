package journal

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

// Whatever an entry says, and is told of later, comes back as it was.
func TestNothingIsLostOfAnEntry(t *testing.T) {
	st := xmpptest.Stanza(t, "<iq type='get' id='q'/>")
	number := rapid.OneOf(rapid.SampledFrom([]uint64{0, 1, 2, 3, 1 << 31, math.MaxUint64 - 1, math.MaxUint64}), rapid.Uint64())
	length := rapid.OneOf(rapid.SampledFrom([]time.Duration{0, 1, -1, math.MaxInt64, math.MinInt64}), rapid.Map(rapid.Int64(), func(n int64) time.Duration { return time.Duration(n) }))
	any := rapid.Custom(func(t *rapid.T) Entry {
		e := Entry{
			Time: rapid.SampledFrom([]time.Time{
				{}, time.Now(), time.Unix(5, 6), time.Unix(5, 6).UTC(), time.Unix(5, 6).In(time.FixedZone("x", 60)), time.Unix(1<<40, 0),
			}).Draw(t, "time"),
			Dir:      rapid.SampledFrom([]stanza.Direction{0, stanza.In, stanza.Out}).Draw(t, "direction"),
			Redacted: rapid.Bool().Draw(t, "redacted"),
			Unasked:  rapid.Bool().Draw(t, "unasked"),
			Text:     rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "text"),
			Verdict:  rapid.SampledFrom(append(verdicts, "another")).Draw(t, "verdict"),
			Outcome:  rapid.SampledFrom(append(outcomes, "another")).Draw(t, "outcome"),
			Request:  number.Draw(t, "request"),
			Reply:    number.Draw(t, "reply"),
			RTT:      length.Draw(t, "rtt"),
			LateBy:   length.Draw(t, "late"),
		}
		if rapid.Bool().Draw(t, "of a stanza") {
			e.Stanza = st
		}
		return e
	})
	rapid.Check(t, func(t *rapid.T) {
		j := Behind(rapid.SampledFrom([]uint64{0, 1 << 33}).Draw(t, "dropped"), Limits{})
		var want []Entry
		for _, e := range rapid.SliceOfN(any, 1, 5).Draw(t, "entries") {
			e.Seq = j.Append(e)
			want = append(want, e)
		}
		if rapid.Bool().Draw(t, "annotated") {
			i := rapid.IntRange(0, len(want)-1).Draw(t, "which")
			told := any.Draw(t, "told")
			told.Seq, told.Stanza = want[i].Seq, want[i].Stanza
			j.Annotate(told.Seq, func(e *Entry) { *e = told })
			want[i] = told
		}
		got := j.Window(nil, 0, len(want))
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b Entry) bool { return a == b })); diff != "" {
			t.Fatalf("entries (-want +got):\n%s", diff)
		}
	})
}

func TestEntriesThatFollowEachOtherAreAppendedAtOnce(t *testing.T) {
	j := notes(New(Limits{Count: 4}), 3)
	version := j.Version()
	first := j.AppendAll(3, func(i int, e *Entry) {
		if *e != (Entry{}) {
			t.Errorf("entry %d begins as %+v", i, *e)
		}
		e.RTT = time.Duration(i + 1)
		if i == 1 {
			e.Dir, e.Stanza, e.Seq = stanza.In, xmpptest.Stanza(t, "<iq type='get' id='q'/>"), 99
		}
	})
	if s := j.Stats(); first != 4 || s.First != 3 || s.Last != 6 || s.In != 1 || j.Version() == version {
		t.Errorf("the first one is %d; %+v", first, s)
	}
	for _, e := range j.Window(nil, first, 10) {
		if e.RTT != time.Duration(e.Seq-3) || (e.Stanza != nil) != (e.Seq == 5) {
			t.Errorf("there is %+v", e)
		}
	}
}

func TestAnEntryIsKeptIn64Bytes(t *testing.T) {
	if size := reflect.TypeFor[kept]().Size(); size > 64 {
		t.Errorf("it takes %d", size)
	}
}

func TestWhatManyEntriesSayIsKeptOnce(t *testing.T) {
	j := notes(New(Limits{}), 1)
	text := "the same"
	allocs := testing.AllocsPerRun(100, func() {
		seq := j.Append(Entry{Text: text})
		j.Annotate(seq, func(e *Entry) { e.Verdict = stanza.VerdictUnknownID })
	})
	if allocs > 0 {
		t.Errorf("%v allocations for each", allocs)
	}
}

func TestNothingIsLeftOfWhatWasInTheBuffer(t *testing.T) {
	j := New(Limits{})
	j.Append(Entry{
		Time: time.Now(), Dir: stanza.In, Stanza: xmpptest.Stanza(t, "<iq type='get' id='q'/>"), Redacted: true, Unasked: true, Text: "text",
		Verdict: stanza.VerdictLate, Outcome: stanza.OutcomeError, Request: 7, Reply: 9, RTT: 1, LateBy: 1,
	})
	j.Append(Entry{})
	if got := j.Window(j.Window(nil, 1, 1), 2, 1); got[0] != (Entry{Seq: 2}) {
		t.Errorf("it is %+v", got[0])
	}
}
