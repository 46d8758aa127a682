package pending

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"iqscope/session"
	"iqscope/session/exchange"
	"iqscope/tui/keys"
)

// asked makes an incoming request that came some time ago.
func asked(t interface{ Fatal(...any) }, serial uint64, ago time.Duration, state exchange.State) session.Incoming {
	a := session.Incoming{
		Serial: serial, Seq: 1000 + serial, State: state, At: now.Add(-ago),
		Stanza: parse(t, fmt.Sprintf("<iq type='get' id='i%d' from='bob@x/r'><time xmlns='urn:xmpp:time'/></iq>", serial)),
	}
	if state == exchange.Held {
		a.Held, a.Deadline = true, a.At.Add(30*time.Second)
	}
	return a
}

func ended(a session.Incoming, after time.Duration, by string) session.Incoming {
	a.State, a.By, a.Ended, a.Deadline = exchange.Answered, by, a.At.Add(after), time.Time{}
	return a
}

// ids are the rows that are shown, newest first.
func ids(p *Pane) string {
	var all []string
	for _, e := range p.rows {
		all = append(all, e.stanza().ID())
	}
	return strings.Join(all, " ")
}

func TestRequestsOfBothSidesStandInOneListNewestFirst(t *testing.T) {
	ours := requests(t, 3)
	for i := range ours {
		ours[i].Queued = now.Add(time.Duration(i-10) * time.Minute) // n0 came 10 minutes ago, n2 8
	}
	theirs := []session.Incoming{
		asked(t, 1, 11*time.Minute, exchange.Held),
		asked(t, 2, 9*time.Minute+time.Second, exchange.Held),
		asked(t, 3, 8*time.Second, exchange.Held),
	}
	p := newPane()
	p.Set(ours, theirs, now)
	if got := ids(p); got != "i3 n2 n1 i2 n0 i1" {
		t.Errorf("the rows are %s", got)
	}
}

func TestOnlyIncomingRequestsWorthKnowingAreShown(t *testing.T) {
	blocked := ended(asked(t, 1, time.Minute, ""), time.Millisecond, "version")
	blocked.Blocked = 1
	wasHeld := ended(asked(t, 1, time.Minute, exchange.Held), 30*time.Second, session.AnsweredByNobody)
	for _, c := range []struct {
		name  string
		asked session.Incoming
		shown bool
	}{
		{"held", asked(t, 1, 0, exchange.Held), true},
		{"it was held", wasHeld, true},
		{"answered by hand at once", ended(asked(t, 1, 0, ""), 0, exchange.ByHand), true},
		{"answered by itself at once", ended(asked(t, 1, time.Minute, ""), time.Millisecond, "version"), false},
		{"refused by itself at once", ended(asked(t, 1, time.Minute, ""), time.Millisecond, session.AnsweredByNobody), false},
		{"answered twice", blocked, true},
		{"answered late", ended(asked(t, 1, time.Minute, ""), 5*time.Second, "slow rule"), true},
		{"begun just now", asked(t, 1, 100*time.Millisecond, exchange.Working), false},
		{"delayed", asked(t, 1, 2*time.Second, exchange.Working), true},
	} {
		p := newPane()
		p.Set(nil, []session.Incoming{c.asked}, now)
		if got := len(p.rows) == 1; got != c.shown {
			t.Errorf("%s: shown %v, want %v", c.name, got, c.shown)
		}
	}
}

func TestAFloodThatIsAnsweredSlowlyDoesNotBuryTheUsersRequests(t *testing.T) {
	var theirs []session.Incoming
	for i := range 1000 {
		a := asked(t, uint64(i+1), time.Duration(2000-i)*10*time.Millisecond, exchange.Working)
		if i < 500 {
			a = ended(a, 2*time.Second, "version")
		}
		theirs = append(theirs, a)
	}
	theirs = append(theirs, asked(t, 5000, time.Second, exchange.Held))
	p := newPane()
	p.Set(requests(t, 1), theirs, now)
	want := []string{"i5000", "i505", "i504", "i503", "i502", "i501", "i500", "i499", "i498", "i497", "i496"}
	if got := ids(p); got != strings.Join(want, " ")+" n0" {
		t.Errorf("the rows are %s, want the held one, the %d oldest open ones, the %d last ended ones and ours", got, mostSlow, mostSlow)
	}
}

func TestTheSelectedRowStaysWhereverOthersCome(t *testing.T) {
	ours := requests(t, 10)
	for i := range ours {
		ours[i].Queued = now.Add(time.Duration(i) * time.Second)
	}
	var theirs []session.Incoming
	for i := range 10 {
		theirs = append(theirs, asked(t, uint64(i+1), -time.Duration(i)*1100*time.Millisecond, exchange.Held))
	}
	rapid.Check(t, func(t *rapid.T) {
		p := newPane()
		p.Set(ours[:3], theirs[:3], now)
		for range rapid.IntRange(0, 5).Draw(t, "moves") {
			p.Do(rapid.SampledFrom([]keys.Action{keys.Down, keys.Up}).Draw(t, "move"))
		}
		before := p.rows[p.at].stanza().ID()
		more := slices.Clone(theirs[:rapid.IntRange(3, 10).Draw(t, "theirs")])
		for i := range more {
			if rapid.Bool().Draw(t, "answered") {
				more[i] = ended(more[i], 0, exchange.ByHand)
			}
		}
		p.Set(ours[:rapid.IntRange(3, 10).Draw(t, "ours")], more, now)
		if after := p.rows[p.at].stanza().ID(); after != before {
			t.Fatalf("%s was selected, now it is %s", before, after)
		}
	})
}

func TestHowAnIncomingRequestStands(t *testing.T) {
	twice := ended(asked(t, 1, time.Minute, exchange.Held), 12300*time.Millisecond, exchange.ByHand)
	twice.Blocked = 1
	silent := ended(asked(t, 1, time.Minute, exchange.Held), 5*time.Second, "mute")
	silent.State = exchange.Silent
	lost := ended(asked(t, 1, time.Minute, exchange.Held), 5*time.Second, "")
	lost.State = exchange.Lost
	for _, c := range []struct {
		name  string
		asked session.Incoming
		want  string
	}{
		{"held", asked(t, 1, 4*time.Second, exchange.Held), "i1            ← get time from bob@x/r"},
		{"being answered", asked(t, 1, 4*time.Second, exchange.Working), "being answered, 4 s"},
		{"by hand", ended(asked(t, 1, time.Minute, exchange.Held), 12300*time.Millisecond, exchange.ByHand), "✓ answered by hand  12.3 s"},
		{"by nobody", ended(asked(t, 1, time.Minute, exchange.Held), 30*time.Second, session.AnsweredByNobody), "✗ nobody: automatic error  30.0 s"},
		{"by an entry", ended(asked(t, 1, time.Minute, exchange.Held), 5*time.Second, "my\u202erule"), "✓ answered by my<U+202E>rule"},
		{"twice", twice, "! blocked 1  ✓ answered by hand"},
		{"not at all", silent, "– no answer, on purpose"},
		{"lost", lost, "? connection lost"},
	} {
		p := newPane()
		p.Set(nil, []session.Incoming{c.asked}, now)
		p.Prepare(look(90, 10))
		if got := strings.Join(p.View(), "\n"); !strings.Contains(strings.Join(strings.Fields(got), " "), strings.Join(strings.Fields(c.want), " ")) {
			t.Errorf("%s: the row lacks %q:\n%s", c.name, c.want, got)
		}
	}
}

func TestWhatIsAskedStandsUnderARequestUntilItsReplyDoes(t *testing.T) {
	a := asked(t, 1, 0, exchange.Held)
	p := newPane()
	show := func() string {
		p.Set(nil, []session.Incoming{a}, now)
		if cmd := p.Prepare(look(90, 10)); cmd != nil {
			p.printer.Accept(cmd())
			p.Prepare(look(90, 10))
		}
		return strings.Join(p.View(), "\n")
	}
	if got := show(); !strings.Contains(got, "<time xmlns='urn:xmpp:time'/>") {
		t.Errorf("what is asked is not shown:\n%s", got)
	}
	a = ended(a, time.Second, exchange.ByHand)
	a.Reply, a.ReplySeq = parse(t, "<iq type='result' id='i1' to='bob@x/r'><time xmlns='urn:xmpp:time'><tzo>Z</tzo></time></iq>"), 2000
	if got := show(); !strings.Contains(got, "<tzo>Z</tzo>") {
		t.Errorf("the reply is not shown:\n%s", got)
	}
}

func TestALongAddressLeavesRoomForWhatIsAsked(t *testing.T) {
	a := asked(t, 1, 0, exchange.Held)
	a.Stanza = parse(t, "<iq type='get' id='i1' from='"+strings.Repeat("long", 50)+"@x'><time xmlns='urn:xmpp:time'/></iq>")
	p := newPane()
	p.Set(nil, []session.Incoming{a}, now)
	p.Prepare(look(58, 10))
	if got := p.View()[0]; !strings.Contains(got, "← get time from") || !strings.Contains(got, "30 s") {
		t.Errorf("the row is %q", got)
	}
	p.Prepare(look(46, 10))
	if got := p.View()[0]; !strings.Contains(got, "← get time") || strings.Contains(got, "…") {
		t.Errorf("in a narrow pane the row is %q", got)
	}
}

func TestTheStripCountsWhatWaitsForUs(t *testing.T) {
	p := newPane()
	ours := requests(t, 1) // 30 s left
	p.Set(ours, []session.Incoming{asked(t, 1, 4*time.Second, exchange.Held), asked(t, 2, time.Second, exchange.Held)}, now)
	if got := p.Strip(80, now); !strings.Contains(got, "2 to answer") || !strings.Contains(got, "i1 ← get time from bob@x/r") || !strings.Contains(got, "26 s") {
		t.Errorf("the strip is %q, want how many there are and the one that has 26 s left", got)
	}
	if got := p.Info().String(); got != "1 waiting · 2 to answer" {
		t.Errorf("the title says %q", got)
	}
}

func TestThePaneWithoutRequestsSaysHowToHold(t *testing.T) {
	p := newPane()
	p.SetHolding(Holding{Key: "H"})
	l := look(60, 10)
	l.Key = func(a keys.Action) string { return map[keys.Action]string{keys.Send: "F5"}[a] }
	p.Prepare(l)
	if got := strings.Join(strings.Fields(strings.Join(p.View(), " ")), " "); !strings.Contains(got, "F5 sends what is in the composer. H holds what others ask of you here too") {
		t.Errorf("it says %q", got)
	}
}

// BenchmarkTenThousandAnsweredByThemselves is what a refresh and a frame cost after a flood.
func BenchmarkTenThousandAnsweredByThemselves(b *testing.B) {
	var theirs []session.Incoming
	st := parse(b, "<iq type='get' id='i' from='bob@x/r'><time xmlns='urn:xmpp:time'/></iq>")
	for i := range 10_000 {
		theirs = append(theirs, session.Incoming{
			Serial: uint64(i + 1), State: exchange.Answered, By: "time", At: now, Ended: now.Add(time.Millisecond), Stanza: st, Reply: st,
		})
	}
	p := newPane()
	ours := requests(b, 50)
	for b.Loop() {
		p.Set(ours, theirs, now)
		p.Prepare(look(60, 20))
		if lines := p.View(); len(lines) > 20 || len(p.rows) != 50 {
			b.Fatalf("%d rows", len(p.rows))
		}
	}
}

// BenchmarkTenThousandHeld is the same while all of them wait for the user.
func BenchmarkTenThousandHeld(b *testing.B) {
	var theirs []session.Incoming
	st := parse(b, "<iq type='get' id='i' from='bob@x/r'><time xmlns='urn:xmpp:time'/></iq>")
	for i := range 10_000 {
		theirs = append(theirs, session.Incoming{Serial: uint64(i + 1), State: exchange.Held, Held: true, At: now, Deadline: now.Add(time.Minute), Stanza: st})
	}
	p := newPane()
	ours := requests(b, 50)
	for b.Loop() {
		p.Set(ours, theirs, now)
		p.Prepare(look(60, 20))
		p.Strip(80, now)
		p.View()
	}
}
