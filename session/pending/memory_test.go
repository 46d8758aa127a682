package pending

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

// endMany ends n requests to romeo with ids prefix0, prefix1, … .
func endMany(t testing.TB, table *Table, prefix string, n int) {
	for i := range n {
		r := sent(t, table, iq("get", fmt.Sprint(prefix, i), "", "romeo@montague.example"), 0)
		table.End(r, stanza.OutcomeCancelled, start)
	}
}

func TestTheLast100000EndedRequestsAreRemembered(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	table := client(t)
	endMany(t, table, "q", Remembered+1)
	for _, row := range []struct {
		name, id string
		want     stanza.Verdict
	}{
		{"the one before them", "q0", stanza.VerdictUnknownID},
		{"the oldest of them", "q1", stanza.VerdictLate},
		{"the newest", fmt.Sprint("q", Remembered), stanza.VerdictLate},
	} {
		j := table.Judge(xmpptest.Stanza(t, iq("result", row.id, "romeo@montague.example", "")), at(time.Second))
		if j.Verdict != row.want {
			t.Errorf("a reply to %s is %s, want %s", row.name, j.Verdict, row.want)
		}
		if late := j.Verdict == stanza.VerdictLate; late != (j.Serial > 0) || late != (j.LateBy == time.Second) {
			t.Errorf("a reply to %s: %+v", row.name, j)
		}
	}
	if n := len(table.ended.index); n < Remembered || n > 2*Remembered {
		t.Errorf("the index has %d places", n)
	}
}

func TestEndedRequestsAreFoundWheneverOneLooks(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	table := client(t)
	verdict := func(id string) stanza.Verdict {
		return table.Judge(xmpptest.Stanza(t, iq("result", id, "mallory@evil.example", "")), start).Verdict
	}
	ended := 0
	for _, more := range []int{1, 200, 100, 700, Remembered - 500, 2*Remembered + 3} {
		for range more {
			table.End(sent(t, table, iq("get", fmt.Sprint("q", ended), "", "romeo@montague.example"), 0), stanza.OutcomeCancelled, start)
			ended++
		}
		for i := max(0, ended-Remembered); i < ended; i += 1 + more/10_000 {
			if verdict(fmt.Sprint("q", i)) == stanza.VerdictUnknownID {
				t.Fatalf("of %d, number %d is not known", ended, i)
			}
		}
		for i := range 1000 {
			if v := verdict(fmt.Sprint("never", i)); v != stanza.VerdictUnknownID {
				t.Fatalf("what never was is %s", v)
			}
		}
	}
	if n := len(table.ended.index); n < Remembered || n > 2*Remembered {
		t.Errorf("the index has %d places", n)
	}
}

func TestAnIDUsedTwiceOutlivesItsFirstUse(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	table := client(t)
	endMany(t, table, "q", 1)
	endMany(t, table, "x", Remembered-2)
	endMany(t, table, "q", 1)
	endMany(t, table, "y", 1) // pushes out the first q0
	if j := table.Judge(xmpptest.Stanza(t, iq("result", "q0", "romeo@montague.example", "")), start); j.Verdict != stanza.VerdictLate || j.Serial != Remembered {
		t.Errorf("judgement is %+v", j)
	}
}

func TestTheLastThousandRequestsAreKeptWhole(t *testing.T) {
	table := client(t)
	endMany(t, table, "q", Kept+1)
	for id, kept := range map[string]bool{"q0": false, "q1": true, fmt.Sprint("q", Kept): true} {
		late := xmpptest.Stanza(t, iq("result", id, "romeo@montague.example", ""))
		j := table.Judge(late, start)
		if got := j.Request != nil && j.Request.Late == late; got != kept {
			t.Errorf("%s joined to its request: %v, want %v", id, got, kept)
		}
	}
}

func TestKeptRequestsAreBoundedByBytes(t *testing.T) {
	reply := func(id string) *stanza.Stanza {
		return xmpptest.Stanza(t, "<iq type='result' id='"+id+"' from='a@b'><x xmlns='y'>"+strings.Repeat("z", 1_000_000)+"</x></iq>")
	}
	keptBytes := func(table *Table) (n int) {
		for _, w := range table.ended.kept {
			if r := w.request; r != nil {
				n += len(r.Stanza.XML())
				for _, s := range []*stanza.Stanza{r.Reply, r.Late} {
					if s != nil {
						n += len(s.XML())
					}
				}
			}
		}
		return n
	}
	for _, late := range []bool{false, true} {
		table := client(t)
		for i := range 40 {
			id := fmt.Sprint(i)
			r := sent(t, table, iq("get", id, "", "a@b"), 0)
			if late {
				table.End(r, stanza.OutcomeCancelled, start)
			}
			table.Judge(reply(id), at(1))
		}
		if n := keptBytes(table); n > KeptBytes || n < KeptBytes/2 || n != table.ended.bytes {
			t.Errorf("late replies %v: %d bytes of stanzas are kept, counted as %d, limit %d", late, n, table.ended.bytes, KeptBytes)
		}
		if j := table.Judge(reply("0"), at(2)); j.Verdict != stanza.VerdictDuplicate || j.Request != nil {
			t.Errorf("late replies %v: the reply to the oldest is %+v", late, j)
		}
	}
}

func TestKeptRequestsMayTakeAllOfTheBytes(t *testing.T) {
	const n = 32
	table := client(t)
	end := func(id string, bytes int) {
		xml := "<iq type='get' id='" + id + "' to='a@b'><x xmlns='y'>%s</x></iq>"
		pad := strings.Repeat("z", max(0, bytes-len(xml)+len("%s")))
		table.End(sent(t, table, fmt.Sprintf(xml, pad), 0), stanza.OutcomeCancelled, start)
	}
	kept := func() bool {
		return table.Judge(xmpptest.Stanza(t, iq("result", "00", "mallory@evil.example", "")), start).Request != nil
	}
	for i := range n {
		end(fmt.Sprintf("%02d", i), KeptBytes/n)
	}
	if table.ended.bytes != KeptBytes || !kept() {
		t.Errorf("%d bytes of %d do not fit", table.ended.bytes, KeptBytes)
	}
	if end("more", 0); kept() {
		t.Error("more than that fits")
	}
}

// What is remembered must not hold the stanzas: here each request has 10 kB.
func TestMemoryOfEndedRequestsIsSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	const n, most = 20_000, 320 // bytes each, without the ones kept whole
	pad := strings.Repeat("z", 10_000)
	table := client(t)
	before := heapInUse()
	for i := range n {
		r := sent(t, table, fmt.Sprintf("<iq type='get' id='q%06d' to='romeo%d@montague.example'><x xmlns='y'>%s</x></iq>", i, i, pad), time.Hour)
		table.End(r, stanza.OutcomeCancelled, start)
	}
	used := heapInUse() - before - min(int64(table.ended.bytes), KeptBytes)
	t.Logf("%d bytes an ended request", used/n)
	if used/n > most {
		t.Errorf("%d bytes an ended request, want at most %d", used/n, most)
	}
	runtime.KeepAlive(table)
}

// BenchmarkHundredThousand starts 100,000 requests, has them all in flight, and
// ends them by their replies. It prints what a request costs in flight and what
// is left of it afterwards: the record by which a late reply is told from an
// unknown one. A second round must leave no more than the first.
func BenchmarkHundredThousand(b *testing.B) {
	const n = 100_000
	const most, mostGrowth = n*320 + KeptBytes, 1 << 20 // bytes
	requests := make([]*Request, n)
	var flying, left, grown int64
	goroutines := runtime.NumGoroutine()
	for b.Loop() {
		table := client(b)
		before := heapInUse()
		round := func() (inFlight, after int64) {
			for i := range requests {
				requests[i] = sent(b, table, iq("get", fmt.Sprint("q", i), "", "romeo@montague.example/phone"), 30*time.Second)
			}
			inFlight = heapInUse() - before
			for i := range requests {
				reply := xmpptest.Stanza(b, iq("result", fmt.Sprint("q", i), "romeo@montague.example/phone", own))
				if j := table.Judge(reply, at(time.Second)); j.Verdict != stanza.VerdictReply {
					b.Fatalf("%+v", j)
				}
				requests[i] = nil
			}
			return inFlight, heapInUse() - before
		}
		flying, left = round()
		_, again := round()
		grown = again - left
		if left > most || grown > mostGrowth {
			b.Errorf("%d bytes are left, %d more after the second round; want at most %d and %d", left, grown, most, mostGrowth)
		}
		if runtime.NumGoroutine() > goroutines {
			b.Error("there are more goroutines than before")
		}
		runtime.KeepAlive(table)
	}
	b.ReportMetric(float64(flying)/n, "B/in-flight")
	b.ReportMetric(float64(left)/n, "B/ended")
	b.ReportMetric(float64(grown), "B-grown")
}

func heapInUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
