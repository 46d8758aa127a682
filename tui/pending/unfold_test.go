package pending

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/lipgloss"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/themes"
	"iqscope/tui/keys"
)

// asking is one request of ours to the demo server.
func asking(t *testing.T) session.Exchange {
	st := parse(t, "<iq type='set' id='a1' to='demo.localhost'><query xmlns='jabber:iq:roster'/></iq>")
	return session.Exchange{Serial: 1, Seq: 1, Stanza: st, Sent: now, Deadline: now.Add(30 * time.Second), Timeout: 30 * time.Second}
}

func shown(t *testing.T, p *Pane, v session.Exchange, at time.Time) string {
	t.Helper()
	p.Set([]session.Exchange{v}, nil, at)
	l := look(90, 30)
	l.Now = at
	if cmd := p.Prepare(l); cmd != nil {
		p.printer.Accept(cmd())
		p.Prepare(l)
	}
	return strings.Join(p.View(), "\n")
}

func failed(v session.Exchange, reply *stanza.Stanza) session.Exchange {
	v.Outcome, v.Reply, v.ReplySeq, v.RTT, v.Ended = stanza.OutcomeError, reply, 2, 12*time.Millisecond, now.Add(12*time.Millisecond)
	v.Err = stanza.NewIQError(v.Stanza, reply)
	return v
}

func TestARequestUnfoldsIntoWhatWentOutAndWhatThatMeans(t *testing.T) {
	refused := "<iq type='error' id='a1' from='demo.localhost'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
	late := asking(t)
	late.Outcome, late.Late, late.LateSeq, late.LateBy, late.Ended = stanza.OutcomeTimeout, parse(t, "<iq type='result' id='a1' from='demo.localhost'/>"), 2, 2*time.Second, late.Deadline
	unsent := asking(t)
	unsent.Sent = time.Time{}
	for _, row := range []struct {
		name     string
		of       session.Exchange
		has, not []string
	}{
		{"waiting", asking(t), []string{"set roster → demo.localhost", "→ 12:00:00.000  set  a1", "81 B"}, []string{"←"}},
		{"not sent", unsent, nil, []string{"→ 12:00"}},
		{"an error", failed(asking(t), parse(t, refused)), []string{
			"✗ item-not-found  12 ms", "← 12:00:00.012  error from demo.localhost  ✓ answers it", "type cancel", "The contact that was to be removed", "Try: ", "<item-not-found",
		}, nil},
		{"late", late, []string{"late by 2.00 s", "← 12:00:32.000  result from demo.localhost  ! answers it too late"}, []string{"✓ answers"}},
	} {
		got := shown(t, newPane(), row.of, now)
		for _, want := range row.has {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is not shown:\n%s", row.name, want, got)
			}
		}
		for _, not := range row.not {
			if strings.Contains(got, not) {
				t.Errorf("%s: %q is shown:\n%s", row.name, not, got)
			}
		}
	}
}

func TestARequestIsFoldedAndUnfoldedInPlace(t *testing.T) {
	v := failed(asking(t), parse(t, "<iq type='error' id='a1' from='demo.localhost'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"))
	p := newPane()
	whole := shown(t, p, v, now)
	lines := p.Lines()
	p.Do(Fold)
	if got := shown(t, p, v, now); strings.Contains(got, "\n") || !strings.HasPrefix(whole, got+"\n") || p.Lines() != 1 {
		t.Errorf("folded, it is %d lines high:\n%s", p.Lines(), got)
	}
	p.Do(Fold)
	if got := shown(t, p, v, now); got != whole || p.Lines() != lines || lines != strings.Count(whole, "\n")+1 {
		t.Errorf("unfolded again, it is %d lines high, and was %d:\n%s", p.Lines(), lines, got)
	}
}

func TestWhatTheInspectorShowsIsNotSaidAgain(t *testing.T) {
	v := failed(asking(t), parse(t, "<iq type='error' id='a1' from='demo.localhost'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"))
	p := newPane()
	p.SetBeside(Beside{XML: true})
	if got := shown(t, p, v, now); strings.Contains(got, "<item-not-found") || !strings.Contains(got, "The contact that was to be removed") {
		t.Errorf("beside its XML it is\n%s", got)
	}
	p.SetBeside(Beside{Explanation: true})
	if got := shown(t, p, v, now); !strings.Contains(got, "<item-not-found") || strings.Contains(got, "The contact that was to be removed") {
		t.Errorf("beside its explanation it is\n%s", got)
	}
}

func TestWhatWasRefusedIsExplainedOnce(t *testing.T) {
	v := asking(t)
	v.Refused, v.Refusals = 1, []session.Refusal{{Seq: 9, From: "mallory@evil.example", Verdict: stanza.VerdictWrongSender, Note: "not demo.localhost"}}
	p := newPane()
	shown(t, p, v, now)
	p.Do(keys.Down)
	meaning := "It has the id of a request"
	if got := shown(t, p, v, now); !strings.Contains(got, meaning) {
		t.Errorf("the row alone is not explained:\n%s", got)
	}
	p.SetBeside(Beside{Explanation: true})
	if got := shown(t, p, v, now); strings.Contains(got, meaning) || !strings.Contains(got, "From mallory@evil.example: Not demo.localhost.") {
		t.Errorf("beside its explanation it is\n%s", got)
	}
}

func TestTheMeaningDependsOnWhoAnswered(t *testing.T) {
	v := failed(asking(t), parse(t, "<iq type='error' id='a1' from='romeo@example.org'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"))
	p, q := newPane(), newPane()
	q.SetOwn(stanza.MustParseJID("romeo@example.org/x"))
	if one, other := shown(t, p, v, now), shown(t, q, v, now); one == other {
		t.Errorf("a contact's error is explained as the own account's:\n%s", one)
	}
}

func TestTheBarChangesItsColourAsTimeRunsOut(t *testing.T) {
	theme := themes.Plain()
	v := asking(t)
	for left, want := range map[time.Duration]string{30 * time.Second: "calm", 12 * time.Second: "calm", 8 * time.Second: "warning", 3 * time.Second: "urgent"} {
		p := newPane()
		l := look(90, 30)
		l.Theme = theme
		l.Theme.Countdown = tagged("calm")
		l.Theme.Warning = tagged("warning")
		l.Theme.CountdownUrgent = tagged("urgent")
		l.Now = v.Deadline.Add(-left)
		p.Set([]session.Exchange{v}, nil, l.Now)
		p.Prepare(l)
		if got := p.View()[0]; !strings.Contains(got, want) {
			t.Errorf("with %v left it is %q, want it %s", left, got, want)
		}
	}
}

// tagged is a style that is told from others.
func tagged(tag string) lipgloss.Style {
	return lipgloss.NewStyle().Transform(func(s string) string { return "<" + tag + ">" + s })
}
