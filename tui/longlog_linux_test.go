package tui

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/session/match"
)

// Limits of a filter over a log of 300,000 stanzas: until the rows that are in sight are there, until
// all are known, and what a key waits for meanwhile.
const (
	firstRowsLimit = 50 * time.Millisecond
	allRowsLimit   = time.Second
	keyLimit       = 16 * time.Millisecond
)

// long is a screen whose log has so many stanzas: pings, and answers of 500 bytes.
func long(b *testing.B, n int) *sim {
	s := start(&testing.T{}, 140, 45, func(o *setup) {
		o.session.(*fakeSession).log = journal.New(journal.Limits{Bytes: 1 << 30, Count: 2 * n})
	})
	for i := range n / 2 {
		for _, xml := range []string{
			fmt.Sprintf("<iq type='get' id='p%d' to='romeo@x/phone'><ping xmlns='urn:xmpp:ping'/></iq>", i),
			fmt.Sprintf("<iq type='result' id='p%d' from='romeo@x/phone'><query xmlns='http://jabber.org/protocol/disco#info'>"+
				"<identity category='client' type='phone' name='number %d'/><feature var='http://jabber.org/protocol/disco#info'/>"+
				"<feature var='http://jabber.org/protocol/disco#items'/><feature var='urn:xmpp:ping'/><feature var='jabber:iq:version'/></query></iq>", i, i),
		} {
			st, err := stanza.Parse(xml, stanza.ClientScope())
			if err != nil {
				b.Fatal(err)
			}
			s.fake.log.Append(journal.Entry{Time: s.clock, Dir: stanza.Out, Stanza: st})
		}
	}
	s.send(SessionChanged{})
	s.press("alt+3", "v")
	return s
}

// BenchmarkFilterOfALongLog reports what it takes to filter 300,000 stanzas on a whole screen: until
// the first row is seen, until all are known, and the longest that a key may have to wait. It is the
// time of one thread that does all of it, for the machine may have others to serve.
func BenchmarkFilterOfALongLog(b *testing.B) {
	const entries = 300_000
	s := long(b, entries)
	for _, f := range []struct{ name, text string }{
		{"by the header", `iq@type=get and not iq/version`},
		{"by trees that are all needed", `iq/disco_info/identities@type=phone`},
		{"by trees that are hardly needed", `iq/disco_info/identities@name="number 149999"`},
		{"by a text", `~"number 14"`},
		{"by an XPath", `xpath("//identity[@category='client']")`},
	} {
		x, err := match.Compile(f.text, match.BasicKeys())
		if err != nil {
			b.Fatal(err)
		}
		b.Run(f.name, func(b *testing.B) {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			first, all, longest := time.Hour, time.Hour, time.Hour // the best that was seen of each
			for b.Loop() {
				s.m.desk.log.SetFilter("", nil)
				s.send(SessionChanged{})
				began := threadTime()
				s.m.desk.log.SetFilter(f.text, x)
				seen, step := s.looks(func() bool { return len(s.m.desk.log.Shown()) > 0 })
				first, all, longest = min(first, seen-began), min(all, threadTime()-began), min(longest, step)
			}
			b.ReportMetric(0, "ns/op")
			of := func(d time.Duration, limit time.Duration, what string) {
				b.ReportMetric(float64(d.Microseconds())/1000, what+"-ms")
				b.ReportMetric(float64(d)/float64(limit), what+"-of-limit")
			}
			of(first, firstRowsLimit, "first")
			of(all, allRowsLimit, "all")
			of(longest, keyLimit, "longest")
		})
	}
}

// BenchmarkWholeScreen is what it costs to take an event in and to draw the screen of a long
// session, with raised limits. The limit is 2 ms.
func BenchmarkWholeScreen(b *testing.B) {
	const entries = 300_000
	for _, at := range []size{{80, 24}, {140, 45}, {220, 60}} {
		b.Run(fmt.Sprintf("%d stanzas at %dx%d", entries, at.width, at.height), func(b *testing.B) {
			s := start(&testing.T{}, at.width, at.height, func(o *setup) {
				o.session.(*fakeSession).log = journal.New(journal.Limits{Bytes: 1 << 30, Count: 2 * entries})
			})
			ping := s.fake.parse(silentPing)
			for range entries {
				s.fake.log.Append(journal.Entry{Time: s.clock, Dir: stanza.Out, Stanza: ping})
			}
			s.press("alt+enter")
			s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
			if n := s.fake.log.Stats(); n.Last-n.First+1 < entries {
				b.Fatalf("the log has only entries %d to %d", n.First, n.Last)
			}
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			b.ReportAllocs()
			began := threadTime()
			for b.Loop() {
				s.send(SessionChanged{})
				_ = s.m.View()
			}
			took := (threadTime() - began) / time.Duration(b.N)
			b.ReportMetric(float64(took.Microseconds())/1000, "ms-of-its-thread")
			b.ReportMetric(float64(took)/float64(2*time.Millisecond), "of-limit")
		})
	}
}

// looks lets the screen do what it has to do away from the update loop until nothing is left, and
// draws it each time. It returns when something had happened, or everything had, in the time of this
// thread, and the longest step of the loop.
func (s *sim) looks(happened func() bool) (seen, longest time.Duration) {
	s.watch = threadTime
	s.stepped = func(_ tea.Msg, took time.Duration) {
		longest = max(longest, took)
		if seen == 0 && happened() {
			seen = threadTime()
		}
	}
	s.send(SessionChanged{})
	s.stepped = nil
	if seen == 0 {
		seen = threadTime()
	}
	return seen, longest
}
