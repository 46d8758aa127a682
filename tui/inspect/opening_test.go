package inspect

import (
	"slices"
	"strings"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/tui/keys"
)

// opens shows a subject and says which view is seen of it: the tab in brackets.
func opens(t *testing.T, p *Pane, s *Subject) string {
	t.Helper()
	p.SetSubject(s)
	p.Prepare(look(100, 20))
	_, after, ok := strings.Cut(p.View()[0], "[")
	name, _, _ := strings.Cut(after, "]")
	if !ok {
		t.Fatalf("no tab stands in brackets:\n%s", p.View()[0])
	}
	return name
}

func TestExplainOpensByItselfOnceForEachTrouble(t *testing.T) {
	request := parse(t, "<iq type='get' id='a'><q xmlns='x'/></iq>")
	v := session.Exchange{Stanza: request}
	p := newPane()
	see := func(number uint64, e journal.Entry, want string) {
		t.Helper()
		if e.Stanza == nil {
			e.Stanza = request
		}
		copied := v
		if got := opens(t, p, &Subject{Number: number, Entry: e, Request: &copied}); got != want {
			t.Errorf("it shows %s, want %s", got, want)
		}
	}
	own := journal.Entry{Dir: stanza.Out}
	see(1, own, "xml")
	p.Do(keys.NextView)
	see(1, own, "raw") // as chosen
	v.Refused = 1
	see(1, own, "explain")
	p.Do(keys.PrevView)
	see(1, own, "fields")
	v.Refused = 2 // one more is no news
	see(1, own, "fields")
	see(2, journal.Entry{Dir: stanza.In, Verdict: stanza.VerdictWrongSender}, "explain")
	for _, o := range []stanza.Outcome{stanza.OutcomeError, stanza.OutcomeTimeout, stanza.OutcomeUnknown, stanza.OutcomeNotSent} {
		v.Outcome = stanza.OutcomeResult
		see(1, own, "raw")
		v.Outcome = o
		see(1, own, "explain")
	}
	v.Outcome = stanza.OutcomeCancelled // which the user has done
	see(1, own, "raw")
	v.Outcome, v.Refused = stanza.OutcomeResult, 0
	see(1, journal.Entry{Dir: stanza.In, Verdict: stanza.VerdictReply}, "raw")
	if got := opens(t, p, &Subject{Number: 3, Entry: journal.Entry{Dir: stanza.In, Stanza: request, Verdict: stanza.VerdictUnknownID}}); got != "raw" {
		t.Errorf("what belongs to no request of ours opens %s", got)
	}
}

func TestAResultOpensOnItsFieldsWhereTheyHaveNames(t *testing.T) {
	for _, c := range []struct{ name, xml, want string }{
		{"known to the catalogue", "<iq type='result' id='a'><query xmlns='jabber:iq:version'/></iq>", "fields"},
		{"unknown to it", "<iq type='result' id='a'><query xmlns='urn:nobody:knows'/></iq>", "xml"},
		{"empty", "<iq type='result' id='a'/>", "xml"},
		{"a request", "<iq type='get' id='a'><query xmlns='jabber:iq:version'/></iq>", "xml"},
		{"a message", "<message type='chat'><body>x</body></message>", "xml"},
	} {
		if got := opens(t, newPane(), &Subject{Number: 1, Entry: journal.Entry{Dir: stanza.In, Stanza: parse(t, c.xml)}}); got != c.want {
			t.Errorf("%s: it opens on %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAChosenViewStaysForSubjectsOfTheSort(t *testing.T) {
	result := func(n uint64) *Subject {
		return &Subject{Number: n, Entry: journal.Entry{Dir: stanza.In, Stanza: parse(t, "<iq type='result' id='a'><query xmlns='jabber:iq:version'/></iq>")}}
	}
	request := &Subject{Number: 9, Entry: journal.Entry{Dir: stanza.Out, Stanza: parse(t, "<iq type='get' id='a'><query xmlns='jabber:iq:version'/></iq>")}}
	p := newPane()
	opens(t, p, result(1))
	p.Do(keys.PrevView) // raw
	for _, step := range []struct {
		name string
		s    *Subject
		want string
	}{{"the next result", result(2), "raw"}, {"a request", request, "xml"}, {"a result again", result(3), "raw"}} {
		if got := opens(t, p, step.s); got != step.want {
			t.Errorf("%s opens on %s, want %s", step.name, got, step.want)
		}
	}
	p.ShowFields()
	if got := opens(t, p, result(4)); got != "fields" {
		t.Errorf("asked for its fields, a result opens on %s", got)
	}
}

func TestTabsGiveWayByImportanceAndStayWhole(t *testing.T) {
	p := newPane()
	p.SetSubject(&Subject{Number: 1, Entry: journal.Entry{Time: now, Dir: stanza.Out, Stanza: parse(t, "<iq type='get' id='a'/>")}})
	for _, c := range []struct {
		width int
		want  string
	}{
		{60, "[xml] raw  fields  explain  timing"},
		{30, "[xml] fields  explain  …"},
		{20, "[xml] explain  …"},
		{10, "[xml] …"},
	} {
		p.Prepare(look(c.width, 10))
		if got := strings.Join(strings.Fields(p.View()[0]), " "); got != strings.Join(strings.Fields(c.want), " ") {
			t.Errorf("at %d the tabs are %q, want %q", c.width, got, c.want)
		}
	}
	for p.view != viewTiming {
		p.Do(keys.NextView)
	}
	for width := 12; width < 60; width++ {
		p.Prepare(look(width, 10))
		bar := p.View()[0]
		if !strings.Contains(bar, "[timing]") {
			t.Errorf("at %d the view that is shown has no tab: %q", width, bar)
		}
		for _, name := range strings.Fields(strings.NewReplacer("[", " ", "]", " ", "…", " ").Replace(bar)) {
			if !slices.Contains([]string{"xml", "raw", "fields", "explain", "timing"}, name) {
				t.Errorf("at %d a name is cut: %q", width, bar)
			}
		}
	}
	p.Prepare(look(60, barRows))
	if got := p.Title().String(); got != "Inspect timing" || strings.Contains(p.View()[0], "[") {
		t.Errorf("without room for tabs the frame says %q above %q", got, p.View()[0])
	}
}

func TestTheFrameTellsWhatMattersMost(t *testing.T) {
	p := newPane()
	xml := "<iq type='result' id='a'><q xmlns='urn:q'>" + strings.Repeat("<i/>", 50) + "</q></iq>"
	p.SetSubject(&Subject{Number: 1, Entry: journal.Entry{Dir: stanza.In, Stanza: parse(t, xml), RTT: 12 * time.Millisecond}})
	for _, c := range []struct {
		width int
		want  string
	}{
		{60, "← result · 1–9 of 54 · 12 ms · 251 B"},
		{45, "← result · 1–9 of 54 · 12 ms"},
		{38, "← result · 1–9 of 54"},
		{24, "← result"},
	} {
		shows(p, c.width, 10)
		if got := p.Info().String(); got != c.want {
			t.Errorf("at %d it says %q, want %q", c.width, got, c.want)
		}
	}
}

func TestThePaneAsksForTheLinesThatItHas(t *testing.T) {
	p := newPane()
	xml := "<iq type='result' id='a'><q xmlns='urn:q'>" + strings.Repeat("<i/>", 10) + "</q></iq>"
	p.SetSubject(&Subject{Number: 1, Entry: journal.Entry{Time: now, Dir: stanza.In, Stanza: parse(t, xml)}})
	for shown := range viewDiff {
		p.choose(shown)
		shows(p, 60, 8)
		if got := strings.Count(shows(p, 60, p.Lines()), "\n") + 1; got != p.Lines() && p.Lines() != barRows+1 || p.Info().String() != "← result · 91 B" {
			t.Errorf("%s asks for %d lines, draws %d, and says %q", names[shown], p.Lines(), got, p.Info())
		}
	}
}
