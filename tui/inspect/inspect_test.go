package inspect

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/themes"
	"iqscope/tui/highlight"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
	"iqscope/tui/pretty"
	"iqscope/tui/words"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func newPane() *Pane {
	theme := themes.Plain()
	return New(theme, pretty.New(highlight.New(theme)))
}

func look(width, height int) pane.Look {
	return pane.Look{Width: width, Height: height, Theme: themes.Plain(), Now: now}
}

func parse(t *testing.T, xml string) *stanza.Stanza {
	st, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// shows prepares the pane, runs what takes long, and returns the lines.
func shows(p *Pane, width, height int) string {
	for range 3 {
		if cmd := p.Prepare(look(width, height)); cmd != nil {
			msg := cmd()
			if !p.printer.Accept(msg) {
				p.Accept(msg)
			}
		}
	}
	return strings.Join(p.View(), "\n")
}

// Row 60: the raw view among others.
func TestTheViewsOfAStanza(t *testing.T) {
	xml := `<iq type="result"  id='a'><item xmlns='x:y' n='two words'>text</item></iq>`
	p := newPane()
	p.SetSubject(&Subject{Number: 7, Entry: journal.Entry{Seq: 7, Time: now, Dir: stanza.In, Stanza: parse(t, xml), Verdict: stanza.VerdictUnknownID}})
	for _, want := range []string{"\n   <item", xml, `item {x:y}  n="two words"  text`, "! Verdict: unknown-id\n   It is an answer", "received     12:00:00.000  #7\n verdict      unknown-id"} {
		if got := shows(p, 90, 20); !strings.Contains(got, want) {
			t.Errorf("%s lacks %q:\n%s", names[p.view], want, got)
		}
		p.Do(keys.NextView)
	}
	if got := shows(p, 90, 20); !strings.Contains(got, "[xml]") {
		t.Errorf("after the last view comes:\n%s", got)
	}
}

func TestALargeStanzaIsReadByACommand(t *testing.T) {
	items := strings.Repeat("<item jid='a@b'/>", 10_000)
	p := newPane()
	p.SetSubject(&Subject{Number: 1, Entry: journal.Entry{Dir: stanza.In, Stanza: parse(t, "<iq type='result' id='a'><query xmlns='jabber:iq:roster'>"+items+"</query></iq>")}})
	for _, v := range []view{viewXML, viewFields} {
		p.choose(v)
		view := names[v].String()
		cmd := p.Prepare(look(80, 10))
		if cmd == nil || p.lineCount() > 1 {
			t.Fatalf("%s of 170 kB is laid out at once", view)
		}
		if msg := cmd(); !p.printer.Accept(msg) && !p.Accept(msg) {
			t.Fatalf("%s: nobody knows the event %T", view, msg)
		}
		if got := shows(p, 80, 10); p.lineCount() < 10_000 || !strings.Contains(got, map[string]string{"xml": "query", "fields": "bytes     170,"}[view]) {
			t.Errorf("%s of 10,000 items has %d lines", view, p.lineCount())
		}
		p.Do(keys.End)
		if got := shows(p, 80, 10); !strings.Contains(p.Info().String(), " of "+words.Count(p.lineCount())) {
			t.Errorf("at the end of %s is %q:\n%s", view, p.Info(), got)
		}
	}
}

func TestTheLinesOfFieldsAreBounded(t *testing.T) {
	p := newPane()
	p.ShowFields()
	p.SetSubject(&Subject{Number: 1, Entry: journal.Entry{Stanza: parse(t, "<iq><a xmlns='x'>"+strings.Repeat("<b/>", mostFields)+"</a></iq>")}})
	shows(p, 80, 10)
	if n := len(p.lines); n != mostFields+1 || !strings.Contains(p.lines[n-1], "and more") {
		t.Errorf("%d elements have %d lines, want %d and a word about the rest", mostFields, n, mostFields)
	}
}

func TestTimingTellsARequestsWholeLife(t *testing.T) {
	request := parse(t, "<iq type='set' id='a'><q xmlns='x'/></iq>")
	base := session.Exchange{Stanza: request, Seq: 1, Queued: now, Sent: now, Timeout: 30 * time.Second, Deadline: now.Add(30 * time.Second)}
	for _, c := range []struct {
		name   string
		change func(*session.Exchange)
		want   string
	}{
		{"waiting", func(v *session.Exchange) {}, "time left 30 s"},
		{"for ever", func(v *session.Exchange) { v.Timeout, v.Deadline = 0, time.Time{} }, "timeout none: it waits until the connection ends"},
		{"queued", func(v *session.Exchange) { v.Sent = time.Time{} }, "queued 12:00:00.000"},
		{"refused", func(v *session.Exchange) {
			v.Refused, v.Refusals = 2, []session.Refusal{{Seq: 7, At: now, Verdict: stanza.VerdictWrongSender}}
		}, "refused 2 stanzas with its id did not fit and changed nothing 12:00:00.000 #7 wrong-sender"},
		{"lost", func(v *session.Exchange) {
			v.Outcome, v.Ended = stanza.OutcomeUnknown, now.Add(time.Second)
			v.Err = fmt.Errorf("the cable was pulled")
		}, "because the cable was pulled"},
		{"cut off", func(v *session.Exchange) {
			v.Outcome, v.Ended, v.Down.From = stanza.OutcomeTimeout, now.Add(30*time.Second), now.Add(3*time.Second)
		}, "link down from 12:00:03 on"},
		{"late", func(v *session.Exchange) {
			v.Outcome, v.Ended, v.Late, v.LateBy = stanza.OutcomeTimeout, now.Add(30*time.Second), request, 1040*time.Millisecond
			v.LateSeq = 7
		}, "late answer 1.04 s after the end #7"},
		{"error", func(v *session.Exchange) {
			v.Outcome, v.Ended, v.Reply = stanza.OutcomeError, now.Add(time.Second), request
			v.Err = &stanza.IQError{Err: &stanza.StanzaError{Type: "wait", Condition: "resource-constraint", Text: "busy"}}
		}, "condition resource-constraint, type wait"},
	} {
		p := newPane()
		v := base
		c.change(&v)
		p.SetSubject(&Subject{Number: 1, Entry: journal.Entry{Stanza: request}, Request: &v})
		for p.view != viewTiming {
			p.Do(keys.NextView)
		}
		if got := strings.Join(strings.Fields(shows(p, 80, 30)), " "); !strings.Contains(got, c.want) {
			t.Errorf("%s: timing lacks %q:\n%s", c.name, c.want, got)
		}
	}
}
