package logpane

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/themes"
	"iqscope/tui/keys"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func parse(t *testing.T, xml string) *stanza.Stanza {
	st, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func TestEachKindOfEntryIsToldApart(t *testing.T) {
	j := journal.New(journal.Limits{})
	result := parse(t, "<iq type='result' id='q7f2' from='romeo@x/phone'><query xmlns='jabber:iq:version'/></iq>")
	for _, e := range []journal.Entry{
		{Dir: stanza.Out, Stanza: parse(t, "<iq type='get' id='q7f2' to='romeo@x/phone'><query xmlns='jabber:iq:version'/></iq>"), Reply: 2},
		{Dir: stanza.In, Stanza: result, Verdict: stanza.VerdictReply, Request: 1, RTT: 12 * time.Millisecond},
		{Dir: stanza.In, Stanza: result, Verdict: stanza.VerdictDuplicate, Request: 1, Text: "answered before"},
		{Dir: stanza.In, Stanza: result, Verdict: stanza.VerdictLate, Request: 1, LateBy: 1040 * time.Millisecond},
		{Dir: stanza.Out, Stanza: parse(t, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"), Redacted: true},
		{Dir: stanza.Out, Stanza: parse(t, "<iq type='error' id='z'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"), Text: "answered by itself"},
		{Text: "online"},
		{Dir: stanza.In, Stanza: stanza.NewBroken("<iq id='p1' from='x'><p:a/>", stanza.XMLError{Rule: "unbound-prefix", Detail: "p?", Offset: 22}, stanza.ClientScope())},
	} {
		e.Time = now
		j.Append(e)
	}
	p := New(j, themes.Plain())
	p.Refresh()
	p.setSize(100, 12)
	p.Do(ToggleView)
	p.Do(keys.Home)
	lines := drawn(p)
	for i, want := range []string{
		"TIME KIND ID PEER PAYLOAD RTT",
		"▸ 12:00:00.000 → get q7f2 romeo@x/phone version",
		"• 12:00:00.000 ← result q7f2 romeo@x/phone version 12 ms",
		"12:00:00.000 ← result q7f2 romeo@x/phone ! duplicate: answered before",
		"12:00:00.000 ← result q7f2 romeo@x/phone ! late by 1.04 s version",
		"12:00:00.000 → auth hidden",
		"12:00:00.000 → error z gone · answered by itself",
		"12:00:00.000 · online",
		"12:00:00.000 ← broken p1 x ✗ 1:23: p? (unbound-prefix)",
	} {
		if got := strings.Join(strings.Fields(lines[i]), " "); got != want {
			t.Errorf("line %d is %q, want %q", i, got, want)
		}
	}
	if got := strings.TrimSpace(lines[11]); got != "#1 · 83 B · answered by #2 · jabber:iq:version" {
		t.Errorf("of the selected row is said %q", got)
	}
}

func TestScrollingUpPausesAndCountsWhatIsNew(t *testing.T) {
	j := journal.New(journal.Limits{})
	p := New(j, themes.Plain())
	add := func(n int) {
		for range n {
			j.Append(journal.Entry{Time: now, Text: "x"})
		}
		p.Refresh()
	}
	p.setSize(80, 10)
	add(20)
	p.Do(keys.Up)
	add(12)
	if got := p.Info().String(); got != "paused, 12 new · 32" {
		t.Errorf("after scrolling up and 12 more the title says %q", got)
	}
	p.Do(Pause)
	if got := p.Info().String(); got != "live · 32" || !p.Live() {
		t.Errorf("after going on the title says %q", got)
	}
}

func TestAWindowIsDrawnWhateverTheJournalDrops(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := journal.New(journal.Limits{Count: 8})
		p := New(j, themes.Plain())
		p.setSize(60, rapid.IntRange(0, 12).Draw(t, "height"))
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				for range rapid.IntRange(1, 12).Draw(t, "n") {
					j.Append(journal.Entry{Time: now, Text: "x"})
				}
			case 1:
				p.Refresh()
			case 2:
				p.Do(rapid.SampledFrom([]keys.Action{keys.Up, keys.Down, keys.PageUp, keys.PageDown, keys.Home, keys.End}).Draw(t, "move"))
			}
			if lines := drawn(p); len(lines) > max(p.height, 3) {
				t.Fatalf("%d lines are drawn in %d", len(lines), p.height)
			}
		}
	})
}
