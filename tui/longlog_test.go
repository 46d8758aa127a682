package tui

import (
	"fmt"
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
// the first rows are seen, until all are known, and the longest that a key may have to wait.
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
			first, all, longest := time.Hour, time.Hour, time.Hour // the best that was seen of each
			for b.Loop() {
				s.m.desk.log.SetFilter("", nil)
				s.send(SessionChanged{})
				began := time.Now()
				s.m.desk.log.SetFilter(f.text, x)
				seen, step := s.looks(func() bool { return len(s.m.desk.log.Shown()) > 0 })
				first, all, longest = min(first, seen.Sub(began)), min(all, time.Since(began)), min(longest, step)
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

// looks lets the screen do what it has to do away from the update loop until nothing is left, and
// draws it each time. It returns when something had happened, or everything had, and the longest step
// of the loop.
func (s *sim) looks(happened func() bool) (seen time.Time, longest time.Duration) {
	began := time.Now()
	s.watch = func() time.Duration { return time.Since(began) }
	s.stepped = func(_ tea.Msg, took time.Duration) {
		longest = max(longest, took)
		if seen.IsZero() && happened() {
			seen = time.Now()
		}
	}
	s.send(SessionChanged{})
	s.stepped = nil
	if seen.IsZero() {
		seen = time.Now()
	}
	return seen, longest
}
