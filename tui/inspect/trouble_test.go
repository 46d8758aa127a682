package inspect

import (
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/tui/keys"
)

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
		p.SetSubject(&Subject{Number: number, Entry: e, Request: &copied})
		if got := p.Title().String(); !strings.Contains(got, "["+want+"]") {
			t.Errorf("it shows %s, want %s", got, want)
		}
	}
	own := journal.Entry{Dir: stanza.Out}
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
		see(1, own, "fields")
		v.Outcome = o
		see(1, own, "explain")
	}
	v.Outcome = stanza.OutcomeCancelled // which the user has done
	see(1, own, "fields")
	v.Outcome, v.Refused = stanza.OutcomeResult, 0
	see(1, journal.Entry{Dir: stanza.In, Verdict: stanza.VerdictReply}, "fields")
	p.SetSubject(&Subject{Number: 3, Entry: journal.Entry{Dir: stanza.In, Stanza: request, Verdict: stanza.VerdictUnknownID}})
	if got := p.Title().String(); !strings.Contains(got, "[fields]") {
		t.Errorf("what belongs to no request of ours opens %s", got)
	}
}
