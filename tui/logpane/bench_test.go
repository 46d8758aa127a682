package logpane

import (
	"fmt"
	"testing"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
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

// What a key pays in a log of 300,000: the frame that it leads to, and another view of all of it.
func BenchmarkLogOf300000(b *testing.B) {
	const n = 300_000
	l := exchanges(b, n)
	l.setSize(100, 40)
	view := func(name string, do func()) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				do()
			}
		})
	}
	look := pane.Look{Width: 100, Height: 40, Theme: themes.Plain(), Focused: true}
	frame := func() {
		l.Refresh()
		l.Prepare(look)
		l.View()
		l.Info()
	}
	view("frame", frame)
	l.Do(keys.Home)
	l.Do(ToggleFold)
	view("frame, one unfolded", frame)
	view("frame, one more arrived", func() { l.Append(journal.Entry{Time: now, Text: "x"}); frame() })
	view("the other view", func() { l.Do(ToggleView) })
	view("acknowledgements shown or counted", func() { l.Do(ToggleAcks) })
	l.filterBy("iq")
	l.finish()
	view("the other view, filtered", func() { l.Do(ToggleView) })
}

// exchanges fills a log with requests, their answers and the acknowledgements between them.
func exchanges(t testing.TB, n int) *logged {
	l := newLogged(t, journal.Limits{Count: n, Bytes: 1 << 30})
	get, err := stanza.Parse("<iq type='get' id='p' to='romeo@x/phone'><ping xmlns='urn:xmpp:ping'/></iq>", stanza.ClientScope())
	if err != nil {
		t.Fatal(err)
	}
	result, _ := stanza.Parse("<iq type='result' id='p' from='romeo@x/phone'/>", stanza.ClientScope())
	r, _ := stanza.Parse(askAck, stanza.ClientScope())
	for range n / 4 {
		asked := l.Append(journal.Entry{Time: now, Dir: stanza.Out, Stanza: get, Outcome: stanza.OutcomeResult})
		l.Append(journal.Entry{Time: now, Dir: stanza.Out, Stanza: r})
		reply := l.Append(journal.Entry{Time: now, Dir: stanza.In, Stanza: result, Verdict: stanza.VerdictReply, Request: asked, RTT: 1})
		l.Append(journal.Entry{Time: now, Dir: stanza.In, Stanza: r})
		l.Annotate(asked, func(e *journal.Entry) { e.Reply = reply })
	}
	l.Refresh()
	return l
}
