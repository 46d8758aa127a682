package pending

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/themes"
	"iqscope/tui/highlight"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
	"iqscope/tui/pretty"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func parse(t interface{ Fatal(...any) }, xml string) *stanza.Stanza {
	st, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// requests makes n requests, of which every third waits.
func requests(t interface{ Fatal(...any) }, n int) []session.Exchange {
	reply := parse(t, "<iq type='result' id='r'><a xmlns='b'><c/><c/><c/><c/><c/><c/><c/><c/></a></iq>")
	var views []session.Exchange
	for i := range n {
		v := session.Exchange{
			Serial: uint64(2*i + 1), Stanza: parse(t, fmt.Sprintf("<iq type='get' id='n%d'><ping xmlns='urn:xmpp:ping'/></iq>", i)),
			Seq: uint64(2*i + 1), Sent: now, Deadline: now.Add(30 * time.Second), Timeout: 30 * time.Second,
		}
		if i%3 != 0 {
			v.Outcome, v.Reply, v.ReplySeq, v.Ended = stanza.OutcomeResult, reply, v.Seq+1, now
		}
		views = append(views, v)
	}
	return views
}

func newPane() *Pane {
	theme := themes.Plain()
	return New(theme, pretty.New(highlight.New(theme)), func(uint64) (journal.Entry, bool) { return journal.Entry{}, false })
}

func look(width, height int) pane.Look {
	return pane.Look{Width: width, Height: height, Theme: themes.Plain(), Now: now, Focused: true}
}

func TestTheSelectedRequestIsAlwaysInSight(t *testing.T) {
	all := requests(t, 40)
	rapid.Check(t, func(t *rapid.T) {
		p := newPane()
		height := rapid.IntRange(1, 20).Draw(t, "height")
		moves := []keys.Action{keys.Up, keys.Down, keys.PageUp, keys.PageDown, keys.Home, keys.End}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "change") {
				from := rapid.IntRange(0, 39).Draw(t, "from")
				p.Set(all[from:from+rapid.IntRange(1, 40-from).Draw(t, "n")], nil, now)
			} else {
				p.Do(rapid.SampledFrom(moves).Draw(t, "move"))
			}
			p.Prepare(look(60, height))
			lines := p.View()
			selected, ok := p.Selected()
			if !ok {
				if len(p.rows) > 0 {
					t.Fatal("nothing is selected")
				}
				continue
			}
			if len(lines) > height || !strings.Contains(strings.Join(lines, "\n"), "▸ "+selected.Stanza.ID()+" ") {
				t.Fatalf("%s is selected, but %d lines show\n%s", selected.Stanza.ID(), height, strings.Join(lines, "\n"))
			}
		}
	})
}

func TestALongReplyIsCutAndSaysSo(t *testing.T) {
	p := newPane()
	p.Set(requests(t, 2), nil, now)
	p.Prepare(look(60, 6))
	screen := strings.Join(p.View(), "\n")
	if !strings.Contains(screen, "more lines (enter: all of it in the inspector)") || !strings.Contains(screen, "n0 ") {
		t.Errorf("a long reply leaves no room or is not said to be cut:\n%s", screen)
	}
}

func TestAReplyThatIsTooLongForColoursSaysSo(t *testing.T) {
	for name, row := range map[string]struct {
		chroma string
		length int
		says   bool
	}{
		"long": {"some", highlight.MaxBytes, true}, "short": {"some", 100, false}, "in a theme without": {"", highlight.MaxBytes, false},
	} {
		v := requests(t, 2)[1:]
		v[0].Reply = parse(t, "<iq type='result' id='r'><a xmlns='b'>"+strings.Repeat("x", row.length)+"</a></iq>")
		p := newPane()
		p.Set(v, nil, now)
		l := look(80, 20)
		l.Theme.Chroma = row.chroma
		for cmd := p.Prepare(l); cmd != nil; cmd = p.Prepare(l) {
			p.printer.Accept(cmd())
		}
		if got := strings.Contains(strings.Join(p.View(), "\n"), "without colours, as it is longer than "); got != row.says {
			t.Errorf("%s: it says so: %v; shown is\n%s", name, got, strings.Join(p.View(), "\n"))
		}
	}
}

func TestTheStripShowsWhatRunsOutNext(t *testing.T) {
	p := newPane()
	if got := p.Strip(60, now); !strings.Contains(got, "nothing sent yet") {
		t.Errorf("the strip of nothing is %q", got)
	}
	views := requests(t, 7) // 0, 3 and 6 wait
	views[3].Deadline = now.Add(40 * time.Second)
	views[6].Deadline = time.Time{}
	p.Set(views, nil, now)
	if got := p.Strip(60, now); !strings.Contains(got, "n0 get ping") || !strings.Contains(got, "30 s") {
		t.Errorf("the strip is %q, want the request that has 30 s left", got)
	}
}

func TestATimeoutWhileTheLinkWasDownSaysSo(t *testing.T) {
	v := requests(t, 1)[0]
	v.Outcome, v.Ended, v.Down = stanza.OutcomeTimeout, now.Add(30*time.Second), stanza.Outage{From: now.Add(time.Second), To: now.Add(20 * time.Second)}
	p := newPane()
	p.Set([]session.Exchange{v}, nil, now)
	p.Prepare(look(90, 10))
	if got := oneLine(strings.Join(p.View(), "\n")); !strings.Contains(got, "No answer within 30 s. The link was down from 12:00:01 to 12:00:20.") {
		t.Errorf("it says:\n%s", got)
	}
}

// What the log hides of a reply is hidden here, too.
func TestTheSelectedReplyIsShownAsTheLogHasIt(t *testing.T) {
	const reply = "<iq type='result' id='a'><credentials xmlns='urn:xmpp:extdisco:2'><service host='turn' type='turn' password='%s'/></credentials></iq>"
	theme := themes.Plain()
	p := New(theme, pretty.New(highlight.New(theme)), func(seq uint64) (journal.Entry, bool) {
		return journal.Entry{Seq: seq, Stanza: parse(t, fmt.Sprintf(reply, "hidden"))}, seq == 2
	})
	v := requests(t, 2)[1]
	v.Reply, v.ReplySeq = parse(t, fmt.Sprintf(reply, "s3cret")), 2
	p.Set([]session.Exchange{v}, nil, now)
	p.Prepare(look(80, 20))
	if got := strings.Join(p.View(), "\n"); strings.Contains(got, "s3cret") || !strings.Contains(got, "hidden") {
		t.Errorf("shown is\n%s", got)
	}
}
