package logpane

import (
	"fmt"
	"testing"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
)

// traffic fills a log with n replies of 500 bytes and pings.
func traffic(t testing.TB, n int) *logged {
	l := newLogged(t, journal.Limits{})
	for i := range n / 2 {
		ping := fmt.Sprintf("<iq type='get' id='p%d' to='romeo@x/phone'><ping xmlns='urn:xmpp:ping'/></iq>", i)
		info := fmt.Sprintf("<iq type='result' id='p%d' from='romeo@x/phone'><query xmlns='http://jabber.org/protocol/disco#info'>"+
			"<identity category='client' type='phone' name='number %d'/><feature var='http://jabber.org/protocol/disco#info'/>"+
			"<feature var='http://jabber.org/protocol/disco#items'/><feature var='urn:xmpp:ping'/><feature var='jabber:iq:version'/></query></iq>", i, i)
		for _, xml := range []string{ping, info} {
			st, err := stanza.Parse(xml, stanza.ClientScope())
			if err != nil {
				t.Fatal(err)
			}
			l.Append(journal.Entry{Time: now, Dir: stanza.Out, Stanza: st})
		}
	}
	l.Refresh()
	return l
}

var filters = []struct{ name, text string }{
	{"header", "iq@type=get and not iq/version"},
	{"tree", "iq/disco_info/identities@type=phone"},
	{"text", `~"number 77"`},
}

// What a filter costs for 100,000 entries, all pieces together.
func BenchmarkFilter100000(b *testing.B) {
	const n = 100_000
	l := traffic(b, n)
	for _, f := range filters {
		b.Run(f.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.filterBy(f.text)
				l.finish()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/entry")
		})
	}
}

// What the update loop pays for one piece, the most of it that a key may wait for.
func BenchmarkAcceptAPiece(b *testing.B) {
	l := traffic(b, 100_000)
	l.filterBy("iq")
	for b.Loop() {
		cmd := l.look()
		if cmd == nil {
			l.filterBy("iq")
			cmd = l.look()
		}
		b.StopTimer()
		result := cmd()
		b.StartTimer()
		l.Accept(result)
	}
}

// A frame costs the same with a filter as without.
func BenchmarkFrame(b *testing.B) {
	l := traffic(b, 100_000)
	l.setSize(100, 40)
	for _, f := range append(filters, struct{ name, text string }{"none", ""}) {
		b.Run(f.name, func(b *testing.B) {
			l.SetFilter("", nil)
			if f.text != "" {
				l.filterBy(f.text)
				l.finish()
			}
			b.ReportAllocs()
			for b.Loop() {
				l.Refresh()
				drawn(l.Pane)
				l.Info()
			}
		})
	}
}
