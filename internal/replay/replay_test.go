package replay

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/record"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/capture"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/journal"
)

const (
	out = stanza.Out
	in  = stanza.In
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// said is an element some seconds after noon.
func said(t xmpptest.T, after float64, dir stanza.Direction, xml string) Item {
	return Item{Element: capture.Element{
		Stanza: xmpptest.Stanza(t, xml), Time: noon.Add(time.Duration(after * float64(time.Second))), Dir: dir,
	}}
}

const bound = `<iq type="result" id="b"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><jid>juliet@example.com/balcony</jid></bind></iq>`

// login is the way to a stream.
func login(t xmpptest.T) []Item {
	return []Item{
		said(t, 0, out, `<iq type="set" id="b"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/></iq>`),
		said(t, 0, in, bound),
	}
}

func ask(id, to string) string {
	return fmt.Sprintf(`<iq type="get" id="%s" to="%s"><query xmlns="jabber:iq:version"/></iq>`, id, to)
}

func answer(id, from string) string {
	return fmt.Sprintf(`<iq type="result" id="%s" from="%s"/>`, id, from)
}

func verdicts(r *Recording) (all []string) {
	for _, e := range r.Journal.Window(nil, 1, 1000) {
		if e.Stanza != nil && e.Verdict != "" {
			all = append(all, fmt.Sprintf("%d %s of %d", e.Seq, e.Verdict, e.Request))
		}
	}
	return all
}

func outcomes(r *Recording) (all []string) {
	for _, x := range r.Exchanges {
		all = append(all, fmt.Sprintf("%s %s %v", x.Shown.ID(), x.Outcome, x.RTT))
	}
	return all
}

func TestACaptureWithoutARecordersWordsIsJudged(t *testing.T) {
	items := append(login(t),
		said(t, 1, out, ask("a", "romeo@example.net/orchard")),
		said(t, 2, in, answer("a", "mallory@example.org")),
		said(t, 3, in, answer("a", "romeo@example.net/orchard")),
		said(t, 4, in, answer("a", "romeo@example.net/orchard")),
		said(t, 5, in, answer("x", "romeo@example.net/orchard")),
		said(t, 6, in, `<iq type="set" id="p" from="mallory@example.org"><query xmlns="jabber:iq:roster"/></iq>`),
		said(t, 7, out, ask("c", "example.com")),
	)
	r := Play(items, Options{})
	want := []string{"4 wrong-sender of 3", "5 reply of 3", "6 duplicate of 3", "7 unknown-id of 0", "8 forged of 0"}
	if diff := cmp.Diff(want, verdicts(r)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a result 2s", "c unknown 0s"}, outcomes(r)); diff != "" {
		t.Error(diff)
	}
	if last := r.Exchanges[1]; !errors.Is(last.Err, exchange.ErrUnrecorded) || !strings.Contains(last.Err.Error(), "recording ends") {
		t.Errorf("what has no answer ends by %v", last.Err)
	}
	if r.Account.String() != "juliet@example.com/balcony" || r.Elements != len(items) || r.Guessed {
		t.Errorf("it is %s's, of %d elements", r.Account, r.Elements)
	}
	if len(r.Incoming) != 1 || r.Incoming[0].State != exchange.Unrecorded {
		t.Errorf("what others asked: %+v", r.Incoming)
	}
	if r.Exchanges[0].Refused != 1 || len(r.Exchanges[0].Refusals) != 1 || r.Exchanges[0].Refusals[0].Seq != 4 {
		t.Errorf("refused: %+v", r.Exchanges[0].Refusals)
	}
}

func TestAnotherStreamEndsWhatWaitedOnTheOneBefore(t *testing.T) {
	items := append(login(t), said(t, 1, out, ask("a", "example.com")))
	items = append(append(items, login(t)...), said(t, 3, in, answer("a", "example.com")))
	r := Play(items, Options{})
	if diff := cmp.Diff([]string{"a unknown 0s"}, outcomes(r)); diff != "" {
		t.Error(diff)
	}
	if !errors.Is(r.Exchanges[0].Err, ErrStreamEnded) || r.Exchanges[0].LateSeq != 6 {
		t.Errorf("it ended by %v, and the late answer is %d", r.Exchanges[0].Err, r.Exchanges[0].LateSeq)
	}
}

func TestARecordersWordsSayHowRequestsEnded(t *testing.T) {
	items := append(login(t), said(t, 1, out, ask("a", "example.com")), said(t, 40, in, answer("a", "example.com")))
	items[2].Seq = 27
	o := Options{Ends: map[uint64]record.End{27: {At: noon.Add(31 * time.Second), Outcome: stanza.OutcomeTimeout, Timeout: 30 * time.Second}}}
	r := Play(items, o)
	x := r.Exchanges[0]
	if x.Outcome != stanza.OutcomeTimeout || x.LateBy != 9*time.Second || x.Timeout != 30*time.Second || x.Ended != noon.Add(31*time.Second) {
		t.Errorf("it is %+v", x)
	}
	if diff := cmp.Diff([]string{"4 late of 3"}, verdicts(r)); diff != "" {
		t.Error(diff)
	}
	// The end and the answer came so close together that the times do not tell their order.
	items[3].Time = noon.Add(31*time.Second - 1)
	items[3].Verdict = stanza.VerdictLate
	r = Play(items, o)
	if diff := cmp.Diff([]string{"4 late of 3"}, verdicts(r)); diff != "" || r.Exchanges[0].Outcome != stanza.OutcomeTimeout {
		t.Errorf("it ended as %s\n%s", r.Exchanges[0].Outcome, diff)
	}
	// Nobody knows when.
	o.Ends[27] = record.End{Outcome: stanza.OutcomeCancelled}
	items = items[:3]
	if r = Play(items, o); r.Exchanges[0].Outcome != stanza.OutcomeCancelled {
		t.Errorf("it is %+v", r.Exchanges[0])
	}
}

func TestWhatStandsAloneHasADirectionAllTheSame(t *testing.T) {
	const own = "juliet@example.com/balcony"
	items := []Item{
		said(t, 0, 0, ask("a", "romeo@example.net")),
		said(t, 1, 0, `<iq type="result" id="a" from="romeo@example.net" to="`+own+`"/>`),
		said(t, 2, 0, `<iq type="get" id="z" from="romeo@example.net" to="`+own+`"><query xmlns="jabber:iq:version"/></iq>`),
		said(t, 3, 0, `<iq type="result" id="z" to="romeo@example.net"/>`),
	}
	r := Play(items, Options{})
	var ways []stanza.Direction
	for _, e := range r.Journal.Window(nil, 1, 10) {
		ways = append(ways, e.Dir)
	}
	if diff := cmp.Diff([]stanza.Direction{out, in, in, out}, ways); diff != "" {
		t.Error(diff)
	}
	if !r.Guessed || r.Account.String() != own {
		t.Errorf("it is %s's, guessed: %v", r.Account, r.Guessed)
	}
	if diff := cmp.Diff([]string{"a result 1s"}, outcomes(r)); diff != "" {
		t.Error(diff)
	}
	if len(r.Incoming) != 1 || r.Incoming[0].State != exchange.Answered || r.Incoming[0].ReplySeq != 4 {
		t.Errorf("what others asked: %+v", r.Incoming)
	}
}

func TestWithoutTimesThereIsAnOrder(t *testing.T) {
	items := append(login(t), said(t, 0, out, ask("a", "example.com")), said(t, 0, in, answer("a", "example.com")))
	for i := range items {
		items[i].Time = time.Time{}
	}
	r := Play(items, Options{})
	if diff := cmp.Diff([]string{"a result 0s"}, outcomes(r)); diff != "" {
		t.Error(diff)
	}
	e, _ := r.Journal.Get(3)
	if x := r.Exchanges[0]; !e.Time.IsZero() || !x.Sent.IsZero() || !x.Ended.IsZero() || !r.Begun.IsZero() {
		t.Errorf("times are made up: %v, %v, %v, %v", e.Time, x.Sent, x.Ended, r.Begun)
	}
}

func TestSecretsOfAnotherToolsLogAreHidden(t *testing.T) {
	xml := `<iq type="set" id="s"><query xmlns="jabber:iq:register"><password>canary</password></query></iq>`
	r := Play(append(login(t), said(t, 1, out, xml)), Options{})
	e, _ := r.Journal.Get(3)
	if strings.Contains(e.Stanza.XML(), "canary") || !e.Redacted || strings.Contains(r.Exchanges[0].Shown.XML(), "canary") {
		t.Errorf("it shows %s", e.Stanza.XML())
	}
	plain := func(st *stanza.Stanza) (*stanza.Stanza, bool) { return st, false }
	r = Play(append(login(t), said(t, 1, out, xml)), Options{Redact: plain})
	if e, _ := r.Journal.Get(3); !strings.Contains(e.Stanza.XML(), "canary") {
		t.Errorf("asked for, it shows %s", e.Stanza.XML())
	}
}

func TestWhatFallsOutIsCounted(t *testing.T) {
	items := login(t)
	for i := range 100 {
		items = append(items, said(t, float64(i), out, ask(fmt.Sprint("q", i), "example.com")))
	}
	r := Play(items, Options{Limits: journal.Limits{Count: 10}, Kept: 20, Dropped: 5})
	if s := r.Journal.Stats(); s.First != 98 || s.Last != 107 || len(r.Exchanges) != 20 || r.Forgotten != 80 {
		t.Errorf("the log has %d to %d; %d requests, %d forgotten", s.First, s.Last, len(r.Exchanges), r.Forgotten)
	}
}

// Joined, words stand where they stood, and elements have their numbers.
func TestARecordingsWordsStandWhereTheyStood(t *testing.T) {
	text := `{"recording":1,"time":"2026-11-26T12:00:00Z","account":"juliet@example.com","server":"","content":"jabber:client","lang":"","lenient":true,"dropped":6}
{"note":"online","seq":7,"time":"2026-11-26T12:00:00Z"}
{"seq":8,"time":"2026-11-26T12:00:01Z","dir":"in","kind":"message","type":null,"id":null,"from":null,"to":null,"payload":null,"bytes":10,"verdict":null,"xml":"<message/>","broken":null}
{"missed":2,"first":9,"last":10}
{"seq":11,"time":"2026-11-26T12:00:02Z","dir":"in","kind":"presence","type":null,"id":null,"from":null,"to":null,"payload":null,"bytes":10,"verdict":"forged","xml":"<presence/>","broken":null}
`
	told, ok := record.Read(text)
	c, err := capture.ReadAs(strings.NewReader(text), capture.Auto, stanza.ClientScope())
	if err != nil || !ok {
		t.Fatal(err, ok)
	}
	r := Play(Join(told, c.Elements()), Options{}.With(told))
	var lines []string
	for _, e := range r.Journal.Window(nil, 1, 10) {
		what := e.Text
		if e.Stanza != nil {
			what = e.Stanza.XML() + " " + string(e.Verdict)
		}
		lines = append(lines, fmt.Sprintf("%d %s", e.Seq, what))
	}
	want := []string{"7 online", "8 <message/> ", "9 2 entries of the log were lost before they were recorded", "10 <presence/> forged"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
}

// FuzzPlay plays whatever a file may hold.
func FuzzPlay(f *testing.F) {
	for _, seed := range []string{
		"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='b'>" + ask("a", "b"),
		ask("a", "b") + answer("a", "b") + answer("a", "b"),
		`{"recording":1}` + "\n" + `{"of":1,"outcome":"timeout","time":"2026-11-26T12:00:00Z"}` + "\n" + `{"seq":1,"dir":"out","xml":"<iq type='get' id='a'><x xmlns='y'/></iq>"}` + "\n" + `{"seq":2,"dir":"in","verdict":"late","xml":"<iq type='result' id='a'/>"}`,
		`{"recording":1,"dropped":18446744073709551615}` + "\n" + `{"seq":1,"dir":"in","xml":"<message/>"}` + "\n" + `{"missed":18446744073709551615}`,
	} {
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, text string, lenient bool) {
		told, _ := record.Read(text)
		c, err := capture.ReadAs(strings.NewReader(text), capture.Auto, stanza.ClientScope())
		if err != nil {
			t.Fatal(err)
		}
		items := Join(told, c.Elements())
		r := Play(items, Options{Lenient: lenient}.With(told))
		n := 0
		for _, it := range items {
			if it.Stanza != nil {
				n++
			}
		}
		if r.Elements != n {
			t.Errorf("%d of %d elements were played", r.Elements, n)
		}
		for _, x := range r.Exchanges {
			if x.InFlight() || (x.Reply != nil) != (x.ReplySeq != 0) || x.Err == nil && x.Outcome != stanza.OutcomeResult {
				t.Errorf("the request %s ended as %q: %+v", x.Shown.XML(), x.Outcome, x)
			}
		}
		for _, a := range r.Incoming {
			if a.State.Open() {
				t.Errorf("%s is open", a.Stanza.XML())
			}
		}
	})
}
