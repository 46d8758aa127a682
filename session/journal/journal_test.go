package journal

import (
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/internal/xmlscan"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

// notes fills a log with n notes whose texts are their numbers.
func notes(j *Journal, n int) *Journal {
	for i := range n {
		j.Append(Entry{Text: fmt.Sprint(i + 1)})
	}
	return j
}

func numbers(entries []Entry) (seqs []uint64) {
	for _, e := range entries {
		seqs = append(seqs, e.Seq)
	}
	return seqs
}

func TestEntriesAreNumberedAndComeBackAsTheyWere(t *testing.T) {
	j := New(Limits{})
	want := Entry{
		Seq: 2, Time: time.Unix(5, 0), Dir: stanza.In, Stanza: xmpptest.Stanza(t, "<iq type='result' id='q'/>"),
		Redacted: true, Text: "text", Verdict: stanza.VerdictReply, Outcome: stanza.OutcomeError, Request: 1, RTT: time.Second, LateBy: time.Minute,
	}
	j.Append(Entry{})
	given := want
	given.Seq = 77 // not the caller's to choose
	if seq := j.Append(given); seq != 2 {
		t.Errorf("number is %d", seq)
	}
	if got, ok := j.Get(2); !ok || got != want {
		t.Errorf("got %+v, %v", got, ok)
	}
	for _, seq := range []uint64{0, 3, math.MaxUint64} {
		if e, ok := j.Get(seq); ok {
			t.Errorf("there is an entry %d: %+v", seq, e)
		}
	}
}

func TestWindow(t *testing.T) {
	full := notes(New(Limits{Count: 3 * chunkSize}), 5*chunkSize+10)
	first, last := uint64(2*chunkSize+11), uint64(5*chunkSize+10)
	for _, row := range []struct {
		name        string
		j           *Journal
		from        uint64
		n           int
		first, last uint64 // of the window; 0, 0: empty
	}{
		{"an empty log", New(Limits{}), 0, 10, 0, 0},
		{"in the middle", full, first + 5, 10, first + 5, first + 14},
		{"over chunk borders", full, first + 1, 2*chunkSize + 7, first + 1, first + 2*chunkSize + 7},
		{"from what was dropped", full, 1, 10, first, first + 9},
		{"from the oldest", full, first, 10, first, first + 9},
		{"from zero", full, 0, 1, first, first},
		{"the newest", full, last, 10, last, last},
		{"over the end", full, last - 4, 10, last - 4, last},
		{"behind the end", full, last + 1, 10, 0, 0},
		{"the end of numbers", full, math.MaxUint64, 10, 0, 0},
		{"everything", full, 0, math.MaxInt, first, last},
		{"nothing", full, first, 0, 0, 0},
		{"less than nothing", full, first, -1, 0, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			var want []uint64
			for seq := row.first; row.first != 0 && seq <= row.last; seq++ {
				want = append(want, seq)
			}
			got := row.j.Window(make([]Entry, 2, 5), row.from, row.n)
			if diff := cmp.Diff(want, numbers(got)); diff != "" {
				t.Errorf("window (-want +got):\n%s", diff)
			}
			for _, e := range got {
				if e.Text != fmt.Sprint(e.Seq) {
					t.Errorf("entry %d has the text %q", e.Seq, e.Text)
				}
			}
		})
	}
}

func TestWindowReusesItsBuffer(t *testing.T) {
	j := notes(New(Limits{}), 1000)
	buffer := j.Window(nil, 1, 50)
	if allocs := testing.AllocsPerRun(100, func() { buffer = j.Window(buffer, 300, 50) }); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func TestTheCountIsBounded(t *testing.T) {
	const limit = 1000
	for n, dropped := range map[int]uint64{limit - 1: 0, limit: 0, limit + 1: 1} {
		j := notes(New(Limits{Count: limit}), n)
		want := Stats{First: dropped + 1, Last: uint64(n), Dropped: dropped}
		got := j.Stats()
		got.Bytes = 0
		if got != want {
			t.Errorf("after %d entries: %+v, want %+v", n, got, want)
		}
	}
}

func TestTheDefaultsAre300000EntriesAnd36MiB(t *testing.T) {
	for n, first := range map[int]uint64{299_999: 1, 300_000: 1, 300_001: 2} {
		if s := notes(New(Limits{Bytes: 1 << 30}), n).Stats(); s.First != first || s.Last != uint64(n) {
			t.Errorf("after %d entries: %+v", n, s)
		}
	}
	const most = 36 << 20
	for size, first := range map[int]uint64{most - 1: 1, most: 1, most + 1: 2} {
		j := New(Limits{})
		for _, text := range []int{most / 2, size - most/2} {
			j.Append(Entry{Text: strings.Repeat("x", text-Overhead)})
		}
		if s := j.Stats(); s.First != first || s.Last != 2 {
			t.Errorf("after %d bytes: %+v", size, s)
		}
	}
}

func TestTheBytesAreBounded(t *testing.T) {
	xml := "<iq type='result' id='q'/>"
	size := int64(2*Overhead + len(xml) + len("text"))
	for limit, first := range map[int64]uint64{size - 1: 2, size: 1, size + 1: 1} {
		j := New(Limits{Bytes: limit})
		j.Append(Entry{Text: "text"})
		j.Append(Entry{Stanza: xmpptest.Stanza(t, xml)})
		if s := j.Stats(); s.First != first || s.Last != 2 || s.Bytes > limit {
			t.Errorf("limit %d: %+v", limit, s)
		}
	}
}

func TestAnEntryLargerThanTheLimitIsKeptAlone(t *testing.T) {
	j := notes(New(Limits{Bytes: 10_000}), 10)
	large := strings.Repeat("x", 20_000)
	seq := j.Append(Entry{Text: large})
	if s := j.Stats(); s.First != seq || s.Last != seq {
		t.Errorf("kept are %d to %d, want %d alone", s.First, s.Last, seq)
	}
	if e, _ := j.Get(seq); e.Text != large {
		t.Errorf("its text has %d bytes", len(e.Text))
	}
	next := j.Append(Entry{})
	if s := j.Stats(); s.First != next || s.Last != next || s.Bytes != Overhead {
		t.Errorf("then %+v, want %d alone", s, next)
	}
}

func TestAnnotate(t *testing.T) {
	j := notes(New(Limits{Bytes: 10 * Overhead}), 5)
	s := xmpptest.Stanza(t, "<iq type='get' id='q'/>")
	seq := j.Append(Entry{Stanza: s})
	before, version := j.Stats(), j.Version()

	if !j.Annotate(seq, func(e *Entry) {
		e.Verdict, e.Text = stanza.VerdictLate, "1234567890"
		e.Seq, e.Stanza = 99, nil
	}) {
		t.Fatal("the entry is not there")
	}
	want := Entry{Seq: seq, Stanza: s, Verdict: stanza.VerdictLate, Text: "1234567890"}
	if got, _ := j.Get(seq); got != want {
		t.Errorf("got %+v", got)
	}
	if after := j.Stats(); after.Bytes != before.Bytes+10 || j.Version() == version {
		t.Errorf("bytes grew by %d", after.Bytes-before.Bytes)
	}

	if j.Annotate(2, func(e *Entry) { e.Text = strings.Repeat("x", 4*Overhead) }); j.Stats().First != 2 {
		t.Errorf("over the limit after an annotation, %+v are kept", j.Stats())
	}
	if j.Annotate(1, func(*Entry) { t.Error("changes an entry that was dropped") }) {
		t.Error("claims to have changed an entry that was dropped")
	}
}

func TestAPanicInAnnotateLeavesTheLogUsable(t *testing.T) {
	j := notes(New(Limits{}), 1)
	func() {
		defer func() { recover() }()
		j.Annotate(1, func(e *Entry) { e.Text = "half"; panic("x") })
	}()
	if e, _ := j.Get(1); e.Text != "1" {
		t.Errorf("text is %q", e.Text)
	}
}

func TestElementsAreCountedByDirection(t *testing.T) {
	j := New(Limits{Count: 1})
	s := xmpptest.Stanza(t, "<iq type='get' id='q'/>")
	for _, e := range []Entry{{Dir: stanza.In, Stanza: s}, {Dir: stanza.In, Stanza: s}, {Dir: stanza.Out, Stanza: s}, {Text: "a note"}} {
		j.Append(e)
	}
	if st := j.Stats(); st.In != 2 || st.Out != 1 || st.Dropped != 3 {
		t.Errorf("%+v", st)
	}
}

func TestVersionGrowsWithEveryChangeOnly(t *testing.T) {
	j := New(Limits{})
	last := j.Version()
	for _, row := range []struct {
		name  string
		do    func()
		grows bool
	}{
		{"append", func() { j.Append(Entry{}) }, true},
		{"annotate", func() { j.Annotate(1, func(*Entry) {}) }, true},
		{"annotate what is not there", func() { j.Annotate(9, func(*Entry) {}) }, false},
		{"read", func() { j.Window(nil, 1, 1); j.Get(1); j.Stats() }, false},
	} {
		row.do()
		if v := j.Version(); (v > last) != row.grows {
			t.Errorf("%s: version went from %d to %d", row.name, last, v)
		}
		last = j.Version()
	}
}

// The log against a plain slice.
func TestTheLogIsTheEndOfEverythingAppended(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limits := Limits{Bytes: int64(rapid.IntRange(1, 400*Overhead).Draw(t, "bytes")), Count: rapid.IntRange(1, 700).Draw(t, "count")}
		j := New(limits)
		var kept []Entry
		last := uint64(0)
		trim := func() {
			for len(kept) > 1 {
				sum := int64(0)
				for _, e := range kept {
					sum += Overhead + int64(len(e.Text))
				}
				if len(kept) <= limits.Count && sum <= limits.Bytes {
					return
				}
				kept = kept[1:]
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"append": func(t *rapid.T) {
				for range rapid.SampledFrom([]int{1, 10, 300}).Draw(t, "n") {
					last++
					e := Entry{Text: strings.Repeat("x", int(last%7)*100)}
					j.Append(e)
					e.Seq = last
					kept = append(kept, e)
					trim()
				}
			},
			"annotate": func(t *rapid.T) {
				seq := rapid.Uint64Range(0, last+1).Draw(t, "seq")
				text := strings.Repeat("y", rapid.IntRange(0, 2000).Draw(t, "length"))
				there := false
				for i := range kept {
					if kept[i].Seq == seq {
						kept[i].Text, there = text, true
					}
				}
				trim()
				if got := j.Annotate(seq, func(e *Entry) { e.Text = text }); got != there {
					t.Fatalf("annotating %d of %d reports %v", seq, last, got)
				}
			},
			"": func(t *rapid.T) {
				if diff := cmp.Diff(numbers(kept), numbers(j.Window(nil, 0, math.MaxInt))); diff != "" {
					t.Fatalf("kept (-want +got):\n%s", diff)
				}
				for _, e := range kept {
					if got, ok := j.Get(e.Seq); !ok || got != e {
						t.Fatalf("entry %d is %+v", e.Seq, got)
					}
				}
			},
		})
	})
}

func TestReadersSeeAGaplessLogWhileItGrows(t *testing.T) {
	const n = 20_000
	j := New(Limits{Count: 1000})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range n {
			j.Append(Entry{Text: fmt.Sprint(i + 1)})
		}
	})
	wg.Go(func() {
		for seq := uint64(1); seq < n; seq++ {
			j.Annotate(seq, func(e *Entry) { e.RTT = time.Duration(e.Seq) })
		}
	})
	for range 2 {
		wg.Go(func() {
			var window []Entry
			for version := uint64(0); ; {
				s := j.Stats()
				if s.Last == n {
					return
				}
				if v := j.Version(); v < version {
					t.Errorf("version went from %d to %d", version, v)
				} else {
					version = v
				}
				window = j.Window(window, s.First, 50)
				for i, e := range window {
					if e.Seq != window[0].Seq+uint64(i) || e.Text != fmt.Sprint(e.Seq) {
						t.Errorf("place %d after %d has entry %d, %q", i, window[0].Seq, e.Seq, e.Text)
						return
					}
				}
				runtime.Gosched()
			}
		})
	}
	wg.Wait()
}

// stream returns what reads stanzas as a connection does.
func stream(t testing.TB) func(xml string) *stanza.Stanza {
	sc := xmlscan.New(xmlscan.Limits{ElementDepth: 2}, xmlscan.Scope{})
	r := stanza.NewReader(sc)
	receive := func(xml string) *stanza.Stanza {
		io.WriteString(sc, xml)
		s, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	receive("<stream:stream xmlns='jabber:client' xmlns:stream='" + stanza.NSStream + "' version='1.0'>")
	return receive
}

func TestDroppedStanzasAreLetGo(t *testing.T) {
	j := New(Limits{Count: 10})
	freed := make(chan struct{}, 1)
	func() {
		s := xmpptest.Stanza(t, "<iq type='get' id='q'/>")
		runtime.AddCleanup(s, func(int) { freed <- struct{}{} }, 0)
		j.Append(Entry{Stanza: s})
	}()
	notes(j, 10)
	for range 300 { // half a minute
		runtime.GC()
		select {
		case <-freed:
			runtime.KeepAlive(j)
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
	t.Error("a dropped stanza is still in memory")
}

func BenchmarkAppend(b *testing.B) {
	e := Entry{Dir: stanza.In, Stanza: xmpptest.Stanza(b, "<iq type='result' id='q' from='romeo@montague.example'/>")}
	j := New(Limits{})
	b.ReportAllocs()
	for b.Loop() {
		j.Append(e)
	}
}

func BenchmarkWindow50Of100000(b *testing.B) {
	j := notes(New(Limits{}), 100_000)
	var window []Entry
	from := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		window = j.Window(window, from%100_000, 50)
		from += 7919
	}
}
