package ack

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"iqscope/internal/xmpptest"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// counted is a ledger on which that many stanzas went each way already.
func counted(limits Limits, n uint32) *Ledger[int] {
	l := New[int](limits)
	l.received, l.sent, l.acked = n, n, n
	return l
}

// counts are those with which a stream may have come to the point where a test
// begins; some are about to wrap.
var counts = rapid.OneOf(rapid.Uint32(), rapid.Uint32Range(1<<32-20, 1<<32-1), rapid.Just(uint32(0)))

// other is the far side of a stream: it handles what reaches it, in order, and what
// is in flight when the connection breaks is lost.
type other struct {
	count  uint32 // modulo 2^32, as it says
	got    []int
	flight []int
}

func (o *other) handle(n int) {
	o.got = append(o.got, o.flight[:n]...)
	o.flight = o.flight[n:]
	o.count += uint32(n)
}

// Whatever is lost, acknowledged and resumed, every stanza is handled once and in order.
func TestEveryStanzaArrivesOnceAndInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		begin := counts.Draw(t, "count")
		l, o, next := counted(Limits{}, begin), &other{count: begin}, 0
		send := func(value int) {
			l.Sent(value, 10)
			o.flight = append(o.flight, value)
		}
		t.Repeat(map[string]func(*rapid.T){
			"send": func(*rapid.T) { send(next); next++ },
			"handle": func(t *rapid.T) {
				o.handle(rapid.IntRange(0, len(o.flight)).Draw(t, "n"))
			},
			"acknowledge": func(t *rapid.T) {
				if err := l.Acknowledge(o.count); err != nil {
					t.Fatal(err)
				}
			},
			"resume": func(t *rapid.T) {
				o.flight = nil
				again, err := l.Resume(o.count)
				if err != nil {
					t.Fatal(err)
				}
				for _, value := range again {
					send(value)
				}
			},
			"": func(t *rapid.T) {
				for i, value := range slices.Concat(o.got, o.flight) {
					if i != value {
						t.Fatalf("number %d is %d", i, value)
					}
				}
				if l.SendCount() != o.count+uint32(len(o.flight)) {
					t.Fatalf("%d were sent of %d", l.SendCount(), o.count+uint32(len(o.flight)))
				}
				if rest := l.Rest(); len(rest) != l.Unacked() || l.UnackedBytes() != 10*len(rest) || len(rest) < len(o.flight) {
					t.Fatalf("%d stanzas of %d bytes are kept, %d unacknowledged", len(rest), l.UnackedBytes(), l.Unacked())
				}
			},
		})
		o.handle(len(o.flight))
		if len(o.got) != next {
			t.Fatalf("%d of %d arrived", len(o.got), next)
		}
	})
}

// A count is right from what was acknowledged to what was sent, and else changes nothing.
func TestOnlyWhatWasSentCanBeAcknowledged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		begin, n := counts.Draw(t, "count"), rapid.IntRange(0, 5).Draw(t, "sent")
		resume := rapid.Bool().Draw(t, "resume")
		off := rapid.OneOf(rapid.IntRange(-2, n+2), rapid.Int()).Draw(t, "off")
		l := counted(Limits{}, begin)
		for i := range n {
			l.Sent(i, 1)
		}
		l.Ask()
		acknowledge := l.Acknowledge
		if resume {
			acknowledge = func(h uint32) error { _, err := l.Resume(h); return err }
		}
		h := begin + uint32(off)
		behind := int(h - begin)
		err := acknowledge(h)
		var high *TooHighError
		switch {
		case behind > n:
			if !errors.As(err, &high) || *high != (TooHighError{Handled: h, Sent: begin + uint32(n)}) {
				t.Fatalf("h of %d behind: %v", behind, err)
			}
			if len(l.Rest()) != n || l.Unacked() != n || !l.Asked() {
				t.Fatalf("%d of %d are left behind a wrong count", len(l.Rest()), n)
			}
		case err != nil:
			t.Fatal(err)
		case l.Asked():
			t.Fatal("it still waits for an answer")
		case resume:
			if l.Unacked() != 0 || l.SendCount() != h || len(l.Rest()) != 0 {
				t.Fatalf("%d are unacknowledged on a stream that begins again", l.Unacked())
			}
		default:
			if l.Unacked() != n-behind || len(l.Rest()) != n-behind {
				t.Fatalf("%d are left of %d, %d acknowledged", len(l.Rest()), n, behind)
			}
		}
	})
}

// What is kept is bounded exactly; one stanza or byte more, and nothing is kept, nothing
// can be resumed, and the counting goes on.
func TestWhatIsKeptIsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, limit := rapid.IntRange(1, 9).Draw(t, "size"), rapid.IntRange(1, 30).Draw(t, "limit")
		limits, fit := Limits{Stanzas: limit}, limit
		if rapid.Bool().Draw(t, "bytes") {
			limits, fit = Limits{Bytes: limit}, limit/size
		}
		begin := counts.Draw(t, "count")
		l := counted(limits, begin)
		l.SetResumption("sm1", time.Minute)
		l.Lost(start)
		for i := range fit {
			l.Sent(i, size)
			if !l.CanResume(start) || len(l.Rest()) != i+1 {
				t.Fatalf("%d of %d bytes each are too many", i+1, size)
			}
		}
		l.Sent(fit, size)
		l.Sent(fit+1, size)
		if l.CanResume(start) || l.ID() != "" || len(l.Rest()) != 0 || l.UnackedBytes() != 0 {
			t.Fatalf("%d of %d bytes each are kept", len(l.Rest()), size)
		}
		if l.Unacked() != fit+2 || l.Acknowledge(begin+uint32(fit)+3) == nil {
			t.Fatalf("%d are unacknowledged of %d", l.Unacked(), fit+2)
		}
		if err := l.Acknowledge(begin); err != nil { // the other side has handled nothing yet
			t.Fatal(err)
		}
		if err := l.Acknowledge(begin + uint32(fit) + 2); err != nil || l.Unacked() != 0 {
			t.Fatalf("%d are unacknowledged: %v", l.Unacked(), err)
		}
	})
}

func TestWhatAClientKeeps(t *testing.T) {
	for name, row := range map[string]struct{ fit, size int }{
		"10,000 stanzas": {10_000, 1},
		"64 MiB":         {64, 1 << 20},
	} {
		l := New[int](ClientLimits())
		l.SetResumption("sm1", time.Minute)
		for range row.fit {
			l.Sent(0, row.size)
		}
		if l.ID() != "sm1" || len(l.Rest()) != row.fit {
			t.Errorf("%s do not fit", name)
		}
		l.Sent(0, 1)
		if l.ID() != "" {
			t.Errorf("%s and one more fit", name)
		}
	}
}

func TestAClientAsksAfter20Stanzas(t *testing.T) {
	l := New[int](ClientLimits())
	for i := range 19 {
		l.Sent(i, 1<<20)
	}
	if l.AskDue(0) || !l.AskDue(1) {
		t.Error("behind 19 stanzas it is not the next one that lets it ask")
	}
	l.Sent(19, 1)
	if !l.AskDue(0) || l.Asked() {
		t.Error("behind 20 stanzas it does not ask")
	}
	l.Ask()
	if l.AskDue(0) || !l.Asked() {
		t.Error("it asks again at once")
	}
}

// What an <r/> has asked about, or an <a/> covers, is not asked about again.
func TestAskingCountsWhatNobodyHasAskedAbout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limits := Limits{AskAfter: rapid.IntRange(1, 6).Draw(t, "after"), AskAfterBytes: rapid.IntRange(1, 60).Draw(t, "bytes")}
		if rapid.Bool().Draw(t, "by bytes alone") {
			limits.AskAfter = 0
		}
		l := counted(limits, counts.Draw(t, "count"))
		var sizes []int // of the unacknowledged
		behind := 0     // of those, how many stand behind the last <r/>
		t.Repeat(map[string]func(*rapid.T){
			"send": func(t *rapid.T) {
				size := rapid.IntRange(1, 20).Draw(t, "size")
				l.Sent(0, size)
				sizes = append(sizes, size)
				behind++
			},
			"ask": func(*rapid.T) { l.Ask(); behind = 0 },
			"acknowledge": func(t *rapid.T) {
				n := rapid.IntRange(0, len(sizes)).Draw(t, "n")
				if err := l.Acknowledge(l.SendCount() - uint32(len(sizes)-n)); err != nil {
					t.Fatal(err)
				}
				sizes = sizes[n:]
				behind = min(behind, len(sizes))
			},
			"": func(t *rapid.T) {
				bytes := 0
				for _, size := range sizes[len(sizes)-behind:] {
					bytes += size
				}
				more := rapid.IntRange(0, 3).Draw(t, "more")
				want := limits.AskAfter > 0 && behind+more >= limits.AskAfter || bytes >= limits.AskAfterBytes
				if got := l.AskDue(more); got != want {
					t.Fatalf("%d stanzas of %d bytes and %d more: due is %v", behind, bytes, more, got)
				}
			},
		})
	})
}

func TestAResumptionBeginsWithoutQuestions(t *testing.T) {
	l := New[int](Limits{AskAfter: 2, AskAfterBytes: 20})
	l.Owe()
	l.Sent(1, 10)
	l.Ask()
	l.Sent(2, 10)
	l.Sent(3, 10)
	again, err := l.Resume(1)
	if err != nil || !slices.Equal(again, []int{2, 3}) {
		t.Fatalf("sent again are %v: %v", again, err)
	}
	if _, owed := l.Settle(); owed || l.Asked() || l.AskDue(1) {
		t.Error("questions of the old connection are left")
	}
	l.Sent(2, 10)
	if l.AskDue(0) || !l.AskDue(1) {
		t.Error("what is sent again is not counted as sent")
	}
}

// A large stanza that was acknowledged must not stay in memory behind the slice.
func TestWhatIsAcknowledgedIsHeldNoMore(t *testing.T) {
	l := New[string](Limits{})
	for range 3 {
		l.Sent("large", 5)
	}
	all := l.unacked
	if err := l.Acknowledge(2); err != nil {
		t.Fatal(err)
	}
	if all[0].value != "" || all[1].value != "" || all[2].value != "large" {
		t.Errorf("%v is still held", all)
	}
}

func TestOneAnswerCoversAllRequests(t *testing.T) {
	l := counted(Limits{}, 1<<32-1)
	if _, owed := l.Settle(); owed {
		t.Error("an answer is owed that nobody asked for")
	}
	l.Owe()
	l.Took()
	l.Owe()
	l.Took()
	if h, owed := l.Settle(); h != 1 || !owed { // 2^32-1, 0, 1
		t.Errorf("the answer is %d, owed is %v", h, owed)
	}
	if _, owed := l.Settle(); owed || l.Received() != 1 {
		t.Error("it is answered twice")
	}
}

func TestAStreamCanBeResumedForAWhile(t *testing.T) {
	l := New[int](Limits{})
	l.Lost(start)
	if _, ok := l.ResumeBy(); ok || l.CanResume(start) {
		t.Error("a stream without an id can be resumed")
	}
	l = New[int](Limits{})
	l.SetResumption("sm1", time.Minute)
	if _, ok := l.ResumeBy(); ok || l.CanResume(start) {
		t.Error("a stream that has its connection can be resumed")
	}
	l.Lost(start)
	by, ok := l.ResumeBy()
	if end := start.Add(time.Minute); !ok || !by.Equal(end) || !l.CanResume(end.Add(-1)) || l.CanResume(end) {
		t.Errorf("it can be resumed until %v", by)
	}
	if _, err := l.Resume(0); err != nil {
		t.Fatal(err)
	}
	if l.CanResume(start) || l.ID() != "sm1" {
		t.Error("behind the resumption it can be resumed before it is lost")
	}
}

func TestReadingACount(t *testing.T) {
	for text, want := range map[string]struct {
		h  uint32
		ok bool
	}{
		"h='0'":          {0, true},
		"h='007'":        {7, true},
		"h='4294967295'": {1<<32 - 1, true},
		"h='4294967296'": {},
		"h='-1'":         {},
		"h='+1'":         {},
		"h='1_0'":        {},
		"h=''":           {},
		"":               {},
	} {
		el := xmpptest.Stanza(t, "<a xmlns='"+Namespace+"' "+text+"/>")
		if h, err := ReadCount(el); (err == nil) != want.ok || h != want.h {
			t.Errorf("%q is %d, %v", text, h, err)
		}
	}
	el := xmpptest.Stanza(t, AnswerXML(1<<32-1))
	if h, err := ReadCount(el); err != nil || h != 1<<32-1 {
		t.Errorf("%s is %d", el.XML(), h)
	}
}

func TestOnlyStanzasCount(t *testing.T) {
	for xml, want := range map[string]bool{
		"<iq/>": true, "<message/>": true, "<presence/>": true, RequestXML: false, "<iq xmlns='urn:other'/>": false,
	} {
		if got := Counts(xmpptest.Stanza(t, xml)); got != want {
			t.Errorf("%s counts: %v", xml, got)
		}
	}
}

func TestTooHighSaysBothCounts(t *testing.T) {
	e := &TooHighError{Handled: 5, Sent: 3}
	if got := e.XML(); got != "<handled-count-too-high xmlns='urn:xmpp:sm:3' h='5' send-count='3'/>" {
		t.Error(got)
	}
	if got := e.Error(); got != "5 stanzas are acknowledged of 3 that were sent (XEP-0198 §4)" {
		t.Error(got)
	}
}
