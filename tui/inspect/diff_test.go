package inspect

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
)

// answered is an exchange with a reply.
func answered(t *testing.T, serial uint64, inner string) *session.Exchange {
	return &session.Exchange{
		Serial: serial, ReplySeq: 2 * serial, Stanza: parse(t, "<iq type='get' id='a'><query xmlns='jabber:iq:roster'/></iq>"),
		Outcome: stanza.OutcomeResult, Ended: now.Add(time.Duration(serial) * time.Minute),
		Reply: parse(t, fmt.Sprintf("<iq type='result' id='r%d'><query xmlns='jabber:iq:roster'>%s</query></iq>", serial, inner)),
	}
}

// differs is the view of what has changed from one reply to the next.
func differs(t *testing.T, before, after string, width int) (*Pane, string) {
	t.Helper()
	p := newPane()
	v := answered(t, 2, after)
	p.SetSubject(&Subject{Number: 4, Entry: journal.Entry{Seq: 4, Dir: stanza.In, Stanza: v.Reply}, Request: v, Earlier: answered(t, 1, before)})
	p.ShowDiff()
	return p, shows(p, width, 40)
}

func TestTwoRepliesAreCompared(t *testing.T) {
	_, got := differs(t,
		"<item jid='a@x' name='A'/><item jid='b@x' name='B' ask='subscribe'/><item jid='c@x'/><item jid='d@x'/><item jid='e@x'><group>Old</group></item>",
		"<item jid='b@x' name='Bee'/><item jid='c@x'/><item jid='d@x'/><item jid='e@x'><group>New</group></item><p:item xmlns:p='jabber:iq:roster' jid='f@\u202ex'><p:group>New</p:group></p:item>", 60)
	want := `
  xml  raw  fields  explain  timing [diff]
 - 12:01:00.000  #2
 + 12:02:00.000  #4

   <iq>
     <query xmlns='jabber:iq:roster'>
 -     <item jid='a@x' name='A'/>
 ~     <item jid='b@x'/>
 -         ask='subscribe'
 ~         name='B' → 'Bee'
       … 2 the same
       <item jid='e@x'>
         <group>
 -         Old
 +         New
 +     <item jid='f@<U+202E>x'>
 +       <group>New</group>`
	var lines []string
	for _, l := range strings.Split(got, "\n") {
		lines = append(lines, strings.TrimRight(l, " "))
	}
	if diff := cmp.Diff(strings.Split(want[1:], "\n"), lines); diff != "" {
		t.Errorf("shown otherwise (-want +got):\n%s", diff)
	}
}

func TestRepliesThatSayTheSame(t *testing.T) {
	if _, got := differs(t, "<item jid='a@x' name='A'/>", "<item name='A' jid='a@x'></item>", 60); !strings.Contains(got, "Both replies say the same.") {
		t.Errorf("it shows\n%s", got)
	}
}

func TestThereIsADiffOnlyOfWhatWasAnsweredBefore(t *testing.T) {
	p, _ := differs(t, "", "<item jid='a@x'/>", 60)
	v := answered(t, 3, "")
	alone := &Subject{Number: 6, Entry: journal.Entry{Seq: 6, Dir: stanza.In, Stanza: v.Reply}, Request: v}
	p.SetSubject(alone)
	p.ShowDiff()
	if got := shows(p, 60, 20); strings.Contains(got, "diff") || !strings.Contains(got, "[fields]") {
		t.Errorf("without an earlier reply it shows\n%s", got)
	}
}

func TestLargeRepliesAreComparedByACommand(t *testing.T) {
	p := newPane()
	items := strings.Repeat("<item jid='a@b'/>", 20_000)
	v := answered(t, 2, items+"<item jid='new@x'/>")
	p.SetSubject(&Subject{Number: 4, Entry: journal.Entry{Seq: 4, Dir: stanza.In, Stanza: v.Reply}, Request: v, Earlier: answered(t, 1, items)})
	p.ShowDiff()
	cmd := p.Prepare(look(60, 20))
	if cmd == nil || !strings.Contains(strings.Join(p.View(), ""), "comparing") {
		t.Fatal("they are compared within the update loop")
	}
	if _, again := p.diff.get(p.subject, 59, p.theme); again != nil {
		t.Error("they are compared twice at the same time")
	}
	if !p.Accept(cmd()) {
		t.Fatal("nobody knows the event")
	}
	if got := shows(p, 60, 20); !strings.Contains(got, "… 20,000 the same") || !strings.Contains(got, "<item jid='new@x'/>") {
		t.Errorf("it shows\n%s", got)
	}
}
