package answer

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
)

var (
	start  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	own, _ = stanza.ParseJID("juliet@example.com/balcony")
)

// office is a desk with a clock in the test's hands.
type office struct {
	*testing.T
	*Desk
	now time.Time
}

func open(t *testing.T) *office {
	return &office{T: t, Desk: New(Identity{Own: own}), now: start}
}

func (o *office) asks(id, from string, hold time.Duration) (*Request, bool) {
	return o.Admit(xmpptest.Stanza(o.T, fmt.Sprintf("<iq type='get' id='%s' from='%s'><q xmlns='u'/></iq>", id, from)), 1, hold, o.now)
}

// fill lets somebody ask until no more is admitted, and returns how often it was; %d in the
// address is another number each time.
func (o *office) fill(from string) (admitted int) {
	for {
		if _, ok := o.asks("a", strings.ReplaceAll(from, "%d", fmt.Sprint(admitted)), time.Hour); !ok {
			return admitted
		}
		admitted++
	}
}

func (o *office) admits(id, from string, hold time.Duration) *Request {
	o.T.Helper()
	in, ok := o.asks(id, from, hold)
	if !ok {
		o.T.Fatalf("%s of %s was not admitted", id, from)
	}
	return in
}

// waits moves the clock on, and lets the desk do what is due on the way.
func (o *office) waits(d time.Duration) {
	end := o.now.Add(d)
	for {
		next, ok := o.Next()
		if !ok || next.After(end) {
			break
		}
		o.now = next
		o.Expire(o.now)
	}
	o.now = end
}

// sends are the ids and conditions of what was handed out since.
func (o *office) sends() []string {
	var ids []string
	for _, r := range o.Take().Replies {
		o.Taken(r.To)
		word := string(r.Stanza.Type())
		if e := r.Stanza.Err(); e != nil {
			word = e.Condition
		}
		ids = append(ids, r.Stanza.ID()+" "+word)
	}
	return ids
}

func (o *office) expects(want ...string) {
	o.T.Helper()
	if diff := cmp.Diff(want, o.sends()); diff != "" {
		o.T.Errorf("handed out (-want +got):\n%s", diff)
	}
}

func TestTheAutomaticError(t *testing.T) {
	for _, row := range []struct {
		name     string
		setting  Unanswered
		request  string
		decision Decision
		want     []string
	}{
		{"nobody knows the namespace", Unanswered{}, "<q xmlns='u'/>", Decision{}, []string{"a service-unavailable"}},
		{"somebody knows the namespace", Unanswered{}, "<q xmlns='u'/>", Decision{Served: true}, []string{"a feature-not-implemented"}},
		{"of one's own choice", Unanswered{Condition: "gone"}, "<q xmlns='u'/>", Decision{Served: true}, []string{"a gone"}},
		{"no payload", Unanswered{Condition: "gone"}, "", Decision{}, []string{"a bad-request"}},
		{"two payloads", Unanswered{}, "<q xmlns='u'/><q xmlns='u'/>", Decision{}, []string{"a bad-request"}},
		{"none at all", Unanswered{Silent: true}, "<q xmlns='u'/>", Decision{}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			o := open(t)
			if err := o.SetUnanswered(row.setting); err != nil {
				t.Fatal(err)
			}
			in, ok := o.Admit(xmpptest.Stanza(t, "<iq type='get' id='a' from='r@x.y/z'>"+row.request+"</iq>"), 7, 0, o.now)
			if !ok {
				t.Fatal("it was not admitted")
			}
			o.Settle(in, row.decision, o.now)
			o.expects(row.want...)
			if in.State.Open() || in.By != exchange.ByNobody || !in.Ended.Equal(start) {
				t.Errorf("it is %+v", in.Incoming)
			}
		})
	}
	if err := open(t).SetUnanswered(Unanswered{Condition: "not-alowed"}); err == nil {
		t.Error("a condition that does not exist was taken")
	}
}

func TestARequestIsAnsweredOnceByWhomeverComesFirst(t *testing.T) {
	ways := map[string]func(o *office, in *Request) error{
		"a responder": func(o *office, in *Request) error {
			o.Settle(in, Decision{By: "r", Reply: xmpptest.Result(o.T, in.Stanza)}, o.now)
			return nil
		},
		"nobody": func(o *office, in *Request) error { o.Settle(in, Decision{}, o.now); return nil },
		"by hand": func(o *office, in *Request) error {
			_, err := o.ByHand(xmpptest.Result(o.T, in.Stanza), o.now)
			return err
		},
		"the end": func(o *office, in *Request) error { o.Lose(o.now); return nil },
		"a late reply": func(o *office, in *Request) error {
			o.Settle(in, Decision{By: "l", Reply: xmpptest.Result(o.T, in.Stanza), Delay: time.Second}, o.now)
			o.waits(time.Second)
			return nil
		},
	}
	for first, begin := range ways {
		for second, again := range ways {
			o := open(t)
			in := o.admits("a", "r@x.y/z", 0)
			_ = begin(o, in)
			was := in.Incoming
			sent := len(o.sends())
			err := again(o, in)
			if n := len(o.sends()); n != 0 || sent > 1 {
				t.Errorf("%s, then %s: %d and %d replies", first, second, sent, n)
			}
			if in.State != was.State || in.By != was.By {
				t.Errorf("%s, then %s: it was %+v and is %+v", first, second, was, in.Incoming)
			}
			if second == "by hand" && first != "the end" && !errors.Is(err, ErrAnswered) {
				t.Errorf("%s, then %s: %v", first, second, err)
			}
			if blocked := in.Blocked > 0; blocked != (first != "the end" && second != "the end" && second != "nobody") {
				t.Errorf("%s, then %s: blocked is %v", first, second, blocked)
			}
		}
	}
}

func TestAHeldRequestIsRefusedWhenItsTimeIsUp(t *testing.T) {
	o := open(t)
	in := o.admits("a", "r@x.y/z", 10*time.Second)
	o.admits("b", "r@x.y/z", 5*time.Second)
	if s := o.Stats(); s.Held != 2 || !s.NextHeld.Equal(start.Add(5*time.Second)) {
		t.Errorf("it counts %+v", s)
	}
	o.waits(5*time.Second - 1)
	o.expects()
	o.waits(1)
	o.expects("b service-unavailable")
	if !o.Extend(in.Serial, 10*time.Second) || o.Extend(99, time.Second) {
		t.Error("what is held, and only that, can be extended")
	}
	o.waits(15*time.Second - 1)
	o.expects()
	o.waits(1)
	o.expects("a service-unavailable")
	if o.Release(in.Serial, o.now) {
		t.Error("what was answered was released")
	}
	c := o.admits("c", "r@x.y/z", time.Hour)
	if !o.Release(c.Serial, o.now) {
		t.Error("what is held cannot be released")
	}
	o.expects("c service-unavailable")
	if _, ok := o.Next(); ok {
		t.Error("something is still due")
	}
}

func TestAnswersGoInABurstAndThenAtTheirRate(t *testing.T) {
	o := open(t)
	const more = 3 * Rate
	for i := range Burst + more {
		o.Refuse(o.admits(fmt.Sprint(i), "r@x.y/z", 0), o.now)
	}
	if n := len(o.sends()); n != Burst {
		t.Errorf("%d were answered at once, not %d", n, Burst)
	}
	o.Refuse(o.admits("other", "other@x.y/z", 0), o.now)
	o.expects("other service-unavailable")
	for second := 1; second <= more/Rate; second++ {
		o.waits(time.Second)
		if n := len(o.sends()); n != Rate {
			t.Errorf("in second %d went %d", second, n)
		}
	}
	o.waits(time.Hour)
	o.expects()
	for range Burst + 1 {
		o.Refuse(o.admits("later", "r@x.y/z", 0), o.now)
	}
	if n := len(o.sends()); n != Burst {
		t.Errorf("after an hour %d go at once", n)
	}
}

func TestAnAnswerDoesNotOvertakeThoseThatWait(t *testing.T) {
	o := open(t)
	for i := range Burst + 2 {
		o.Refuse(o.admits(fmt.Sprint(i), "r@x.y/z", 0), o.now)
	}
	o.sends()
	// There is room for one more by now, and nobody has looked since.
	o.now = o.now.Add(turn + turn/2)
	o.Refuse(o.admits("late", "r@x.y/z", 0), o.now)
	o.expects()
	o.waits(time.Second)
	o.expects(fmt.Sprint(Burst)+" service-unavailable", fmt.Sprint(Burst+1)+" service-unavailable", "late service-unavailable")
}

func TestASenderWhoseQueueIsStaleIsNotForgotten(t *testing.T) {
	o := open(t)
	var last *Request
	for i := range Burst + 1 {
		last = o.admits(fmt.Sprint(i), "r@x.y/z", 0)
		o.Refuse(last, o.now)
	}
	if _, err := o.ByHand(xmpptest.Result(t, last.Stanza), o.now); err != nil {
		t.Fatal(err)
	}
	o.sends()
	o.pace.sweep = 0
	o.pace.forget(o.now.Add(time.Hour))
	o.waits(time.Second)
	if _, ok := o.Next(); ok {
		t.Error("something is due for ever")
	}
}

func TestWhatWaitsIsBounded(t *testing.T) {
	t.Run("of one sender", func(t *testing.T) {
		o := open(t)
		for i := range Limit {
			o.admits(fmt.Sprint(i), "r@x.y/z", time.Hour)
		}
		if _, ok := o.asks("one more", "r@x.y/z", 0); ok || o.Stats().Overflow != 1 {
			t.Errorf("one more than %d was admitted; %d are counted", Limit, o.Stats().Overflow)
		}
		o.admits("of another", "other@x.y/z", 0)
		o.Release(1, o.now)
		o.sends()
		o.admits("when one has gone", "r@x.y/z", 0)
	})
	t.Run("of all", func(t *testing.T) {
		o := open(t)
		for i := range Waiting {
			o.admits("a", fmt.Sprintf("u@h%d.x.y", i), time.Hour)
		}
		if _, ok := o.asks("a", "one-more@other.x.y", 0); ok || o.Stats().Overflow != 1 {
			t.Errorf("one more than %d was admitted", Waiting)
		}
		if n := len(o.pace.senders); n != Waiting {
			t.Errorf("%d senders are known: who was not admitted leaves a trace", n)
		}
	})
	t.Run("of one domain, and what it leaves to others and to our own server", func(t *testing.T) {
		o := open(t)
		for _, row := range []struct {
			from string // %d is another one each time
			want int
		}{
			{"u%d@x.y/z", Waiting / 2},
			{"x.y", 0},
			{"u%d@other.net", Waiting / 4},
			{"other.net/%d", 0},
			{strings.Repeat("%d", longestAddress+1), Limit},
			{"example.com", Limit},
			{"juliet@example.com", Limit},
			{"juliet@example.com/%d", 0}, // they are one with the account
			{"", 0},                      // and so is its server without an address
			{"romeo@example.com/%d", (Waiting/4 - Limit) / 2},
		} {
			if got := o.fill(row.from); got != row.want {
				t.Errorf("%d of %.40s were admitted, want %d", got, row.from, row.want)
			}
		}
	})
	t.Run("when the stream ends, it starts anew", func(t *testing.T) {
		o := open(t)
		asked := o.fill("u%d@x.y")
		for serial := range uint64(10) {
			o.Release(serial+1, o.now)
		}
		out := o.Take().Replies
		o.Lose(o.now)
		for i, r := range out { // they were on their way to a writer
			if i%2 == 0 {
				o.NeverLeft(r.To)
			} else {
				o.Taken(r.To)
			}
		}
		if again := o.fill("u%d@x.y"); again != asked {
			t.Errorf("%d were admitted, then %d", asked, again)
		}
	})
	t.Run("in bytes", func(t *testing.T) {
		o := open(t)
		large := xmpptest.Stanza(t, "<iq type='get' id='a' from='r@x.y/z'><q xmlns='u'>"+strings.Repeat("x", 900_000)+"</q></iq>")
		n := 0
		for {
			if _, ok := o.Admit(large, 1, time.Hour, o.now); !ok {
				break
			}
			n++
		}
		if want := Bytes / 2 / len(large.XML()); n < want || n > want+1 {
			t.Errorf("%d were admitted, not %d", n, want)
		}
	})
	t.Run("replies in bytes", func(t *testing.T) {
		o := open(t)
		reply := xmpptest.Stanza(t, "<iq type='result' id='a' to='r@x.y/z'><q xmlns='u'>"+strings.Repeat("x", 900_000)+"</q></iq>")
		for i := range 100 {
			o.Settle(o.admits(fmt.Sprint(i), "r@x.y/z", 0), Decision{By: "late", Reply: reply, Delay: time.Hour}, o.now)
		}
		fit := (Bytes/len(reply.XML()) + 1) / 2
		if got := o.Stats().Overflow; got != uint64(100-fit) {
			t.Errorf("%d were given up, not %d", got, 100-fit)
		}
		o.waits(2 * time.Hour)
		if n := len(o.sends()); n != fit {
			t.Errorf("%d were answered, not %d", n, fit)
		}
		if o.pace.others != (share{}) || len(o.pace.domains) != 0 {
			t.Errorf("it counts still %+v", o.pace)
		}
	})
}

func TestManySendersAreForgotten(t *testing.T) {
	o := open(t)
	for i := range 5 * knownSenders {
		o.Refuse(o.admits(fmt.Sprint(i), fmt.Sprintf("u%d@x.y", i), 0), o.now)
		o.sends()
		o.waits(20 * time.Millisecond)
	}
	if n := len(o.pace.senders); n > knownSenders {
		t.Errorf("%d senders are remembered", n)
	}
	if o.pace.others != (share{}) || len(o.book.open) != 0 {
		t.Errorf("still waiting: %+v; %d are open", o.pace.others, len(o.book.open))
	}
}

// inUse is what is in use after everything that can be let go of was.
func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestWhatIsRememberedKeepsNoStanzasInMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	large := strings.Repeat("x", 500_000)
	for name, xml := range map[string]func(i int) string{
		"senders with a resource": func(i int) string {
			return fmt.Sprintf(`<iq type="get" id="%d" from="u%d@x.y/z"><q xmlns="u">%s</q></iq>`, i, i, large)
		},
		"senders that are no addresses": func(i int) string {
			return fmt.Sprintf(`<iq type="get" id="%d" from="u %d@%s"><q xmlns="u"/></iq>`, i, i, large)
		},
		"long ids": func(i int) string {
			return fmt.Sprintf(`<iq type="get" id="%d%s" from="u@x.y"><q xmlns="u"/></iq>`, i, large)
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t)
			began := inUse()
			for i := range 100 {
				in, ok := o.Admit(xmpptest.Stanza(t, xml(i)), 1, 0, o.now)
				if !ok {
					t.Fatal("it was not admitted")
				}
				o.Refuse(in, o.now)
				o.sends()
				o.waits(time.Second)
			}
			if grown := inUse() - began; grown > 2*keptBytes {
				t.Errorf("after 50 MB it holds %d MB", grown>>20)
			}
			runtime.KeepAlive(o)
		})
	}
}

func TestAnAnswerIsKnownByWhoAskedAndTheId(t *testing.T) {
	component := Identity{Component: true, Own: own.Host()}
	for _, row := range []struct {
		name           string
		id             Identity
		request, reply string
		answers        bool
	}{
		{"the same spelling", Identity{Own: own}, "from='r@x.y/z'", "to='r@x.y/z'", true},
		{"another spelling", Identity{Own: own}, "from='R@X.Y/z'", "to='r@x.y/z'", true},
		{"another address", Identity{Own: own}, "from='r@x.y/z'", "to='r@x.y/Z'", false},
		{"our server, without an address", Identity{Own: own}, "", "to='juliet@example.com'", true},
		{"a component's address", component, "from='r@x.y' to='a@example.com'", "to='r@x.y' from='a@example.com'", true},
		{"another of a component's addresses", component, "from='r@x.y' to='a@example.com'", "to='r@x.y' from='b@example.com'", false},
	} {
		o := open(t)
		o.SetIdentity(row.id)
		if _, ok := o.Admit(xmpptest.Stanza(t, "<iq type='get' id='a' "+row.request+"><q xmlns='u'/></iq>"), 1, 0, o.now); !ok {
			t.Fatal("it was not admitted")
		}
		in, err := o.ByHand(xmpptest.Stanza(t, "<iq type='result' id='a' "+row.reply+"/>"), o.now)
		if err != nil || (in != nil) != row.answers {
			t.Errorf("%s: %v, %v", row.name, in, err)
		}
	}
}

func TestWhatCanBeShownIsTheLastOfEachSort(t *testing.T) {
	o := open(t)
	for i := range Kept + 10 {
		in := o.admits(fmt.Sprint("held", i), "r@x.y/z", time.Hour)
		o.Release(in.Serial, o.now)
		o.waits(time.Second)
	}
	for i := range Kept + 10 {
		o.Refuse(o.admits(fmt.Sprint("quick", i), "r@x.y/z", 0), o.now)
		o.waits(time.Second)
	}
	o.admits("open", "r@x.y/z", time.Hour)
	shown := o.Incoming(nil)
	if len(shown) != 2*Kept+1 || shown[0].Stanza.ID() != "held10" || shown[2*Kept].Stanza.ID() != "open" || shown[Kept].Stanza.ID() != "quick10" {
		t.Errorf("%d are shown, from %s", len(shown), shown[0].Stanza.ID())
	}
}

func TestWhatBecomesOfAReply(t *testing.T) {
	o := open(t)
	handed := func(id string) *Request {
		o.Refuse(o.admits(id, "r@x.y/z", 0), o.now)
		return o.Take().Replies[0].To
	}
	left, lost, dropped := handed("left"), handed("lost"), handed("dropped")
	shown := xmpptest.Stanza(t, "<iq type='error' id='left'/>")
	if !o.Left(left, 9, shown) || left.ReplySeq != 9 || left.Reply != shown || o.Left(left, 10, shown) {
		t.Errorf("what left is %+v", left.Incoming)
	}
	o.NeverLeft(left)
	o.NeverLeft(lost)
	o.Dropped(dropped, "filter")
	if left.State != exchange.Answered || lost.State != exchange.Lost || dropped.State != exchange.Silent || dropped.By != "filter" {
		t.Errorf("they are %s, %s and %s by %s", left.State, lost.State, dropped.State, dropped.By)
	}
	// One that never left can be answered by hand.
	if in, err := o.ByHand(xmpptest.Result(t, lost.Stanza), o.now); in != nil || err != nil {
		t.Errorf("by hand: %v, %v", in, err)
	}
	if o.ByForce(xmpptest.Result(t, left.Stanza), o.now) != nil {
		t.Error("a second reply by force is one to the request")
	}
}

func TestTheAutomaticErrorHasTheTextOfTheSetting(t *testing.T) {
	o := open(t)
	if err := o.SetUnanswered(Unanswered{Text: "fragt <mich> nicht", Lang: "de"}); err != nil {
		t.Fatal(err)
	}
	says := func(id, payloads string, d Decision) stanza.StanzaError {
		in, ok := o.Admit(xmpptest.Stanza(t, "<iq type='get' id='"+id+"' from='r@x.y/z'>"+payloads+"</iq>"), 1, 0, o.now)
		if !ok {
			t.Fatal("it is not admitted")
		}
		o.Settle(in, d, o.now)
		return *o.Take().Replies[0].Stanza.Err()
	}
	want := stanza.StanzaError{Type: "cancel", Condition: "service-unavailable", Text: "fragt <mich> nicht", Lang: "de"}
	if got := says("a", "<q xmlns='u'/>", Decision{}); got != want {
		t.Errorf("nobody says %+v", got)
	}
	want.Condition = "feature-not-implemented"
	if got := says("b", "<q xmlns='u'/>", Decision{Served: true}); got != want {
		t.Errorf("of an unknown element it says %+v", got)
	}
	if got := says("c", "", Decision{}); got != (stanza.StanzaError{Type: "modify", Condition: "bad-request"}) {
		t.Errorf("of a faulty request it says %+v", got)
	}
	for _, c := range []struct {
		bad  Unanswered
		says string
	}{
		{Unanswered{Condition: "not-alowed"}, `did you mean "not-allowed"?`},
		{Unanswered{Text: "\x01"}, "cannot be sent"},
		{Unanswered{Text: "x\xff"}, "cannot be sent"},
		{Unanswered{Text: "x", Lang: "not a language"}, "names no language"},
		{Unanswered{Lang: "de"}, "without a text"},
	} {
		if err := o.SetUnanswered(c.bad); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c.bad, err)
		}
	}
	if got := o.Unanswered(); got.Lang != "de" || got.Condition != "" {
		t.Errorf("after what was refused it is %+v", got)
	}
}
