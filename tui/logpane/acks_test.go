package logpane

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/tui/keys"
)

// element appends an element that came in.
func (l *logged) element(t *testing.T, xml string) {
	l.Append(journal.Entry{Time: now, Dir: stanza.In, Stanza: parse(t, xml)})
}

const (
	askAck = "<r xmlns='urn:xmpp:sm:3'/>"
	ack    = "<a xmlns='urn:xmpp:sm:3' h='1'/>"
)

func TestAcknowledgementsAreHiddenUntilTheyAreAskedFor(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.element(t, ack)
	l.Refresh()
	if got := strings.Join(drawn(l.Pane), " "); !strings.Contains(got, "nothing but acknowledgements. 1 acknowledgement of stream management is hidden.") {
		t.Errorf("of a log of acknowledgements alone is shown %q", got)
	}
	l.element(t, "<message id='m2'/>") // #2
	l.element(t, askAck)
	l.element(t, "<a xmlns='urn:example:a' id='a4'/>") // none of them
	l.element(t, "<enabled xmlns='urn:xmpp:sm:3'/>")
	l.element(t, ack)
	l.element(t, "<r xmlns='urn:xmpp:sm:2'/>") // #7
	l.Refresh()
	l.wantInfo("hidden,", "live · 3 · 4 acks hidden")
	l.wantSelected("live", 5)
	l.Do(keys.Up)
	l.Do(keys.Up)
	l.wantSelected("two up", 2)

	l.Do(ToggleAcks)
	l.wantInfo("shown,", "paused · 7")
	l.wantSelected("shown", 2)
	l.Do(keys.Down)
	l.wantSelected("one down", 3)
	l.Do(ToggleAcks)
	l.wantSelected("hidden again, the stanza before it", 2)
	l.Do(keys.End)
	l.element(t, askAck)
	l.Refresh()
	l.wantInfo("with one more", "live · 3 · 5 acks hidden")
	l.Do(keys.Up)
	l.element(t, ack)
	l.element(t, "<message id='m10'/>")
	l.Refresh()
	l.wantInfo("what is hidden is not new:", "paused, 1 new · 4 · 6 acks hidden")
}

func TestALiveLogOfAcknowledgementsStaysOnTheLastStanza(t *testing.T) {
	l := newLogged(t, journal.Limits{Count: 40})
	l.Do(ToggleAcks)
	for _, xml := range []string{"<message id='m1'/>", askAck, ack} {
		l.element(t, xml)
	}
	l.Refresh()
	l.wantSelected("live", 1)
	if got := strings.Join(drawn(l.Pane), "\n"); !strings.Contains(got, "← a ") {
		t.Errorf("the newest is not in sight:\n%s", got)
	}
	for range 30 {
		l.element(t, ack)
	}
	l.Refresh()
	l.wantSelected("with more than a window of them", 1)
	for range 20 { // the stanza drops out of the log
		l.element(t, ack)
	}
	l.Refresh()
	l.wantSelected("without a stanza", 53)
	l.Do(keys.End)
	l.wantSelected("at the end", 53)
	l.element(t, "<message id='m54'/>")
	l.element(t, ack)
	l.Refresh()
	l.wantSelected("with a stanza again", 54)
}

func TestFilterAndSearchLeaveOutWhatIsHidden(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	for _, xml := range []string{askAck, "<message id='m2'/>", ack, "<iq type='get' id='q4'><q xmlns='u'/></iq>"} {
		l.element(t, xml)
	}
	l.Refresh()
	l.filterBy("not iq")
	l.finish()
	l.wantShown("hidden,", 2)
	l.wantInfo("filtered", "live · not iq · 1 of 2 · 2 acks hidden")
	l.Do(ToggleAcks)
	l.finish()
	l.wantShown("shown,", 1, 2, 3)
	l.wantInfo("shown", "live · not iq · 3 of 4")
	l.ToggleFilter()
	l.Do(ToggleAcks)
	if l.Filtered() {
		t.Error("the filter has come back by itself")
	}
	l.SetFilter("", nil)
	l.Search("sm:3", compile(t, `~"sm:3"`))
	l.finish()
	l.wantInfo("searched", "live · /sm:3: no more above · 2 · 2 acks hidden")
	l.Search("", nil)
	l.filterBy("a")
	l.finish()
	if got := strings.Join(drawn(l.Pane), " "); !strings.Contains(got, "2 acknowledgements of stream management are hidden.") {
		t.Errorf("of a filter for what is hidden is shown %q", got)
	}
}

// Whatever comes and is dropped: what is hidden is exactly the acknowledgements.
func TestWhatIsHiddenIsExactlyTheAcknowledgements(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := newLogged(t, journal.Limits{Count: 30})
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			for range rapid.IntRange(0, 50).Draw(rt, "n") {
				l.element(t, rapid.SampledFrom([]string{ack, askAck, "<message/>"}).Draw(rt, "xml"))
			}
			if rapid.Bool().Draw(rt, "look") {
				l.Refresh()
			}
		}
		l.Refresh()
		var want []uint64
		for _, e := range l.Window(nil, 0, 1000) {
			if e.Stanza.Kind() == stanza.Message {
				want = append(want, e.Seq)
			}
		}
		if got := l.acks.others.seqs; !slices.Equal(got, want) {
			rt.Fatalf("shown are %v, want %v", got, want)
		}
		for _, e := range l.acks.buffer {
			if e.Stanza != nil {
				rt.Fatal("a stanza is held")
			}
		}
	})
}
