package pending

import (
	"strings"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/tui/keys"
)

func TestWhatWasRefusedStandsUnderItsRequest(t *testing.T) {
	ours := requests(t, 3)
	for i := range ours {
		ours[i].Queued = now.Add(time.Duration(i) * time.Second)
	}
	forged := parse(t, "<iq type='result' id='n1' from='mallory@evil.example'><lie xmlns='x'/></iq>")
	long := strings.Repeat("long", 50) + "@x"
	ours[1].Refused, ours[1].Refusals = 3, []session.Refusal{
		{Seq: 90, From: "mallory@evil.example", Verdict: stanza.VerdictWrongSender, Note: "not romeo@x; still waiting"},
		{Seq: 91, Verdict: stanza.VerdictBorrowedID, Note: "no \u202ereply"},
		{Seq: 92, From: long, Verdict: stanza.VerdictWrongSender, Note: "not romeo@x"},
	}
	p := newPane()
	p.logged = func(seq uint64) (journal.Entry, bool) { return journal.Entry{Seq: seq, Stanza: forged}, seq == 90 }
	p.Set(ours, nil, now)
	show := func() string {
		p.Prepare(look(90, 30))
		return strings.Join(p.View(), "\n")
	}
	lines := strings.Split(show(), "\n")
	at := func(text string) int {
		for i, l := range lines {
			if strings.Contains(l, text) {
				return i
			}
		}
		t.Errorf("%q is not shown:\n%s", text, strings.Join(lines, "\n"))
		return 0
	}
	first := at("n1 ")
	for i, want := range []string{
		"└ ! wrong-sender  mallory@evil.example: not romeo@x; still waiting",
		"└ ! borrowed-id  without a from: no <U+202E>reply",
		"…: not romeo@x",
	} {
		if got := at(want); got != first+1+i {
			t.Errorf("%q stands in line %d, its request in %d", want, got, first)
		}
	}
	if at("n0 ") != first+4 || at("n2 ") != 0 {
		t.Errorf("the requests are out of order:\n%s", strings.Join(lines, "\n"))
	}
	if got := p.Info().String(); got != "1 waiting" {
		t.Errorf("the title counts %q", got)
	}

	p.Select(ours[1].Serial)
	p.Do(keys.Down)
	v, f, ok := p.SelectedRefusal()
	if _, request := p.Selected(); !ok || request || f.Seq != 90 || v.Serial != ours[1].Serial {
		t.Errorf("selected is %+v of %d, %v", f, v.Serial, ok)
	}
	screen := show()
	for _, want := range []string{"From mallory@evil.example: Not romeo@x; still waiting. It has the id of a request in flight", "<lie xmlns='x'/>"} {
		if !strings.Contains(oneLine(screen), want) {
			t.Errorf("of the selected one is not shown %q:\n%s", want, screen)
		}
	}
	p.Set(append(ours, requests(t, 1)...), nil, now) // something new on top
	if _, f, _ := p.SelectedRefusal(); f.Seq != 90 {
		t.Errorf("the selection has gone to %+v", f)
	}
	p.Do(keys.Down)
	if screen := show(); !strings.Contains(oneLine(screen), "The log has dropped it since.") {
		t.Errorf("it is not said that the stanza has left the log:\n%s", screen)
	}
	if p.next().refusal != nil {
		t.Error("the strip counts down what was refused")
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
