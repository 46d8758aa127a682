package disco_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/disco"
	"iqscope/session/exchange"
)

var (
	noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	own  = stanza.MustParseJID("juliet@example.org/balcony")
)

// started is a cache at the beginning of a stream.
func started() *disco.Cache {
	c := disco.New()
	c.Forget(own, noon)
	return c
}

func parse(t testing.TB, xml string) *stanza.Stanza {
	t.Helper()
	st, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		t.Fatalf("%v: %.200s", err, xml)
	}
	return st
}

// asks begins a request, and fails the test if none is to be sent.
func asks(t testing.TB, c *disco.Cache, q disco.Query, at time.Time) exchange.Exchange {
	t.Helper()
	iq, ok, err := c.Begin(q, iqbuilder.NewID(), at)
	if !ok || err != nil {
		t.Fatalf("%+v is not asked: %v", q, err)
	}
	return exchange.Exchange{Stanza: iq, Queued: at, Sent: at}
}

// byHand is a request that the cache knows nothing of.
func byHand(t testing.TB, to, payload string) exchange.Exchange {
	t.Helper()
	return exchange.Exchange{Stanza: parse(t, "<iq type='get' id='h' to='"+to+"'>"+payload+"</iq>"), Queued: noon}
}

// answered is a request with its result.
func answered(t testing.TB, x exchange.Exchange, payload string) exchange.Exchange {
	t.Helper()
	x.Reply = parse(t, "<iq type='result' id='x' from='example.org'>"+payload+"</iq>")
	x.Outcome, x.Ended = stanza.OutcomeResult, x.Queued.Add(time.Second)
	return x
}

func failed(x exchange.Exchange, outcome stanza.Outcome, err error) exchange.Exchange {
	x.Outcome, x.Err, x.Ended = outcome, err, x.Queued.Add(time.Second)
	return x
}

func info(features ...string) string {
	xml := "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='server' type='im' name='X'/>"
	for _, f := range features {
		xml += "<feature var='" + f + "'/>"
	}
	return xml + "</query>"
}

// page is items from..to of so many; count -1 has no result set.
func page(from, to, count int) string {
	var b strings.Builder
	b.WriteString("<query xmlns='http://jabber.org/protocol/disco#items'>")
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "<item jid='example.org' node='n%d' name='N %d'/>", i, i)
	}
	if count >= 0 {
		fmt.Fprintf(&b, "<set xmlns='http://jabber.org/protocol/rsm'><first index='%d'>n%d</first><last>n%d</last><count>%d</count></set>", from, from, to-1, count)
	}
	return b.String() + "</query>"
}

func TestAnAnswerIsKeptWithWhenItCame(t *testing.T) {
	c := started()
	x := asks(t, c, disco.Query{JID: "Example.ORG"}, noon)
	if got := c.Get("example.org", "").Infos; !got.Since.Equal(noon) || !got.At.IsZero() || !got.Fresh(noon) {
		t.Errorf("in flight it is %+v", got)
	}
	before := c.Version()
	x = answered(t, x, `<query xmlns='http://jabber.org/protocol/disco#info'>
		<identity category='server' type='im' name='A &amp; B' xml:lang='en'/><identity category='pubsub' type='pep'/>
		<feature var='urn:xmpp:ping'/><unknown xmlns='urn:example'/>
		<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>urn:example:form</value></field>
		<field var='abuse' type='list-multi' label='Abuse'><value>mailto:a@b</value><value>xmpp:c@d</value></field></x></query>`)
	if !c.Saw(x) || c.Version() == before {
		t.Error("an answer changes nothing")
	}
	e := c.Get("example.org", "")
	want := disco.Info{
		Identities: []disco.Identity{{"server", "im", "A & B", "en"}, {"pubsub", "pep", "", ""}},
		Features:   []string{"urn:xmpp:ping"},
		Forms:      []disco.Form{{Type: "urn:example:form", Fields: []disco.Field{{"abuse", "Abuse", "list-multi", []string{"mailto:a@b", "xmpp:c@d"}}}}},
	}
	if diff := cmp.Diff(want, e.Info); diff != "" {
		t.Errorf("kept otherwise (-want +got):\n%s", diff)
	}
	if !e.Infos.At.Equal(x.Ended) || !e.Infos.Since.IsZero() || e.Infos.Err != nil {
		t.Errorf("the state is %+v", e.Infos)
	}
	if e.ItemsState.Asked() || c.Get("example.org", "node").Infos.Asked() {
		t.Error("what nobody has asked has an answer")
	}
}

func TestOnlyOneRequestIsInFlightForATarget(t *testing.T) {
	c := started()
	x := asks(t, c, disco.Query{JID: "a.example"}, noon)
	if _, ok, err := c.Begin(disco.Query{JID: "A.example"}, "id", noon); ok || err != nil {
		t.Errorf("a second one is sent, or refused with %v", err)
	}
	asks(t, c, disco.Query{JID: "a.example", Part: disco.AskItems}, noon)
	asks(t, c, disco.Query{JID: "a.example", Node: "n"}, noon)
	c.Saw(answered(t, byHand(t, "a.example", "<query xmlns='http://jabber.org/protocol/disco#info'/>"), info("by:hand")))
	if e := c.Get("a.example", ""); !e.Info.Has("by:hand") || e.Infos.Since.IsZero() {
		t.Errorf("what was asked by hand is not there, or ends ours: %+v", e)
	}
	c.Saw(answered(t, x, info("ours")))
	if e := c.Get("a.example", ""); !e.Info.Has("ours") || !e.Infos.Since.IsZero() {
		t.Errorf("our own answer is not there: %+v", e)
	}
	asks(t, c, disco.Query{JID: "a.example"}, noon)
	if _, _, err := c.Begin(disco.Query{JID: "a@"}, "id", noon); err == nil {
		t.Error("what is no address is asked")
	}
}

func TestAnErrorIsRememberedForAWhile(t *testing.T) {
	c := started()
	cause := errors.New("no answer")
	x := failed(asks(t, c, disco.Query{JID: "a.example"}, noon), stanza.OutcomeTimeout, cause)
	c.Saw(x)
	got := c.Get("a.example", "").Infos
	if got.Err != cause || !got.Fresh(x.Ended.Add(disco.ErrorKept-1)) || got.Fresh(x.Ended.Add(disco.ErrorKept)) {
		t.Errorf("the error is %+v", got)
	}
	again := asks(t, c, disco.Query{JID: "a.example"}, noon.Add(2*time.Second))
	c.Saw(answered(t, again, info("f")))
	if got := c.Get("a.example", "").Infos; got.Err != nil || !got.Fresh(noon.Add(1000*time.Hour)) {
		t.Errorf("after an answer the error stays: %+v", got)
	}
	c.Saw(failed(byHand(t, "a.example", "<query xmlns='http://jabber.org/protocol/disco#info'/>"), stanza.OutcomeError, cause))
	if e := c.Get("a.example", ""); e.Infos.Err != nil || !e.Info.Has("f") {
		t.Error("an error of a request by hand takes away what is known")
	}
	c.Saw(failed(asks(t, c, disco.Query{JID: "a.example"}, noon.Add(3*time.Second)), stanza.OutcomeError, cause))
	if e := c.Get("a.example", ""); e.Infos.Err == nil || e.Info.Has("f") {
		t.Error("asked anew, an error leaves the old answer")
	}
}

func TestAResultThatIsAboutSomethingElseIsAnError(t *testing.T) {
	c := started()
	for part, payload := range map[disco.Part]string{disco.AskInfo: page(0, 1, -1), disco.AskItems: "<ping xmlns='urn:xmpp:ping'/>"} {
		c.Saw(answered(t, asks(t, c, disco.Query{JID: "a.example", Part: part}, noon), payload))
	}
	if e := c.Get("a.example", ""); e.Infos.Err != disco.ErrOtherAnswer || e.ItemsState.Err != disco.ErrOtherAnswer {
		t.Errorf("they are %v and %v", e.Infos.Err, e.ItemsState.Err)
	}
}

func TestWhatWasNotSentIsAnError(t *testing.T) {
	c := started()
	iq, _, _ := c.Begin(disco.Query{JID: "a.example"}, "id", noon)
	c.Failed(iq, stanza.ItemNotFound, noon)
	if s := c.Get("a.example", "").Infos; s.Err != stanza.ItemNotFound || !s.Since.IsZero() {
		t.Errorf("the state is %+v", s)
	}
}

func TestItemsComeInPages(t *testing.T) {
	c := started()
	q := disco.Query{JID: "a.example", Part: disco.AskItems, Max: 10}
	for from := 0; from < 100; from += 10 {
		q.After = c.Get("a.example", "").Items.Next
		x := asks(t, c, q, noon)
		if want := fmt.Sprintf("<after>n%d</after>", from-1); from > 0 && !strings.Contains(x.Stanza.XML(), "<max>10</max>"+want) {
			t.Fatalf("page %d is asked for by %s", from/10, x.Stanza.XML())
		}
		c.Saw(answered(t, x, page(from, from+10, 100)))
		got := c.Get("a.example", "").Items
		if len(got.List) != from+10 || got.Count != 100 || got.Pages[len(got.Pages)-1] != from {
			t.Fatalf("after page %d there are %d of %d items, pages %v", from/10, len(got.List), got.Count, got.Pages)
		}
		for i, item := range got.List {
			if item.Node != fmt.Sprintf("n%d", i) {
				t.Fatalf("item %d is %+v", i, item)
			}
		}
	}
	if next := c.Get("a.example", "").Items.Next; next != "" {
		t.Errorf("there is a page after the last one, behind %q", next)
	}
	q.After = ""
	c.Saw(answered(t, asks(t, c, q, noon), page(0, 10, 100)))
	if got := c.Get("a.example", "").Items; len(got.List) != 10 || got.Next != "n9" {
		t.Errorf("begun anew there are %d items, next %q", len(got.List), got.Next)
	}
}

func TestPagesThatLeadNowhereEnd(t *testing.T) {
	for name, second := range map[string]string{
		"the same page": page(0, 10, 100),
		"an empty page": "<query xmlns='http://jabber.org/protocol/disco#items'><set xmlns='http://jabber.org/protocol/rsm'><last>n9</last><count>100</count></set></query>",
		"no result set": page(10, 12, -1),
	} {
		c := started()
		q := disco.Query{JID: "a.example", Part: disco.AskItems, Max: 10}
		c.Saw(answered(t, asks(t, c, q, noon), page(0, 10, 100)))
		q.After = "n9"
		c.Saw(answered(t, asks(t, c, q, noon), second))
		if next := c.Get("a.example", "").Items.Next; next != "" {
			t.Errorf("%s: the next page is behind %q", name, next)
		}
	}
}

func TestAPageThatFailsLeavesThoseBefore(t *testing.T) {
	c := started()
	q := disco.Query{JID: "a.example", Part: disco.AskItems, Max: 10}
	c.Saw(answered(t, asks(t, c, q, noon), page(0, 10, 100)))
	q.After = "n9"
	c.Saw(failed(asks(t, c, q, noon), stanza.OutcomeTimeout, errors.New("no answer")))
	if e := c.Get("a.example", ""); len(e.Items.List) != 10 || e.Items.Next != "n9" || e.ItemsState.Err == nil {
		t.Errorf("there are %d items, next %q, error %v", len(e.Items.List), e.Items.Next, e.ItemsState.Err)
	}
}

func TestPagesByHandThatDoNotFollowAreLeftOut(t *testing.T) {
	c := started()
	c.Saw(answered(t, asks(t, c, disco.Query{JID: "a.example", Part: disco.AskItems, Max: 10}, noon), page(0, 10, 100)))
	for _, set := range []string{"<after>n50</after>", "<before/>", "<index>3</index>", "<max>0</max>"} {
		c.Saw(answered(t, byHand(t, "a.example", "<query xmlns='http://jabber.org/protocol/disco#items'><set xmlns='http://jabber.org/protocol/rsm'>"+set+"</set></query>"), page(60, 70, 100)))
		if got := c.Get("a.example", "").Items; len(got.List) != 10 || got.List[0].Node != "n0" {
			t.Errorf("%s changes the list to %d items from %s", set, len(got.List), got.List[0].Node)
		}
	}
	c.Saw(answered(t, byHand(t, "a.example", "<query xmlns='http://jabber.org/protocol/disco#items'><set xmlns='http://jabber.org/protocol/rsm'><after>n9</after></set></query>"), page(10, 20, 100)))
	if got := c.Get("a.example", "").Items; len(got.List) != 20 {
		t.Errorf("the page that follows is not added: %d items", len(got.List))
	}
}

func TestOneselfIsOneTarget(t *testing.T) {
	c := started()
	c.Saw(answered(t, asks(t, c, disco.Query{}, noon), info("mine")))
	if !c.Get("juliet@example.org", "").Info.Has("mine") || c.Get("juliet@example.org/balcony", "").Infos.Asked() {
		t.Error("the own bare address is not what no address is")
	}
}

func TestAnotherStreamBeginsAnew(t *testing.T) {
	c := started()
	c.Saw(answered(t, asks(t, c, disco.Query{JID: "a.example"}, noon), info("f")))
	late := asks(t, c, disco.Query{JID: "b.example"}, noon)
	c.Forget(own, noon.Add(time.Minute))
	if c.Saw(answered(t, late, info("f"))) {
		t.Error("an answer of the stream before counts")
	}
	for _, jid := range []string{"a.example", "b.example"} {
		if c.Get(jid, "").Infos.Asked() {
			t.Errorf("%s is still known", jid)
		}
	}
	asks(t, c, disco.Query{JID: "b.example"}, noon.Add(time.Minute))
}

func TestWhatIsAskedAgainCostsNoMore(t *testing.T) {
	c := started()
	c.Saw(answered(t, asks(t, c, disco.Query{JID: "a.example"}, noon), info("f")))
	long := answered(t, byHand(t, "a", "<query xmlns='http://jabber.org/protocol/disco#info'/>"), info(strings.Repeat("f", 900<<10))).Reply
	for range 50 {
		x := asks(t, c, disco.Query{JID: "b.example"}, noon)
		x.Reply, x.Outcome = long, stanza.OutcomeResult
		c.Saw(x)
	}
	if !c.Get("a.example", "").Info.Has("f") {
		t.Error("what was asked once is forgotten on account of what was asked again and again")
	}
}

func TestTheCacheIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	c := started()
	for i := range disco.MaxTargets + 10 {
		c.Saw(answered(t, asks(t, c, disco.Query{JID: fmt.Sprintf("t%d.example", i)}, noon), info("f")))
		c.Get("t0.example", "") // keeps it
	}
	known := 0
	for i := range disco.MaxTargets + 10 {
		if c.Get(fmt.Sprintf("t%d.example", i), "").Infos.Asked() {
			known++
		}
	}
	if known != disco.MaxTargets || !c.Get("t0.example", "").Infos.Asked() || c.Get("t1.example", "").Infos.Asked() {
		t.Errorf("%d targets are known; of the first two, %v and %v", known, c.Get("t0.example", "").Infos.Asked(), c.Get("t1.example", "").Infos.Asked())
	}
	long := answered(t, byHand(t, "a", "<query xmlns='http://jabber.org/protocol/disco#info'/>"), info(strings.Repeat("f", 900<<10))).Reply
	for i := range 40 {
		x := asks(t, c, disco.Query{JID: fmt.Sprintf("l%d.example", i)}, noon)
		x.Reply, x.Outcome = long, stanza.OutcomeResult
		c.Saw(x)
	}
	bytes := 0
	for i := range 40 {
		for _, f := range c.Get(fmt.Sprintf("l%d.example", i), "").Info.Features {
			bytes += len(f)
		}
	}
	if bytes > disco.MaxBytes || bytes < disco.MaxBytes/2 {
		t.Errorf("%d bytes are kept of %d", bytes, disco.MaxBytes)
	}
}

func TestMoreThanIsKeptIsCutAndSaid(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	c := started()
	q := disco.Query{JID: "a.example", Part: disco.AskItems}
	items := func(n int, more string) string {
		return "<query xmlns='http://jabber.org/protocol/disco#items'>" + strings.Repeat("<item jid='a'/>", n) + more + "</query>"
	}
	c.Saw(answered(t, asks(t, c, q, noon), items(disco.MaxItems, "")))
	if got := c.Get("a.example", "").Items; len(got.List) != disco.MaxItems || got.Cut {
		t.Errorf("%d items, cut %v", len(got.List), got.Cut)
	}
	c.Saw(answered(t, asks(t, c, q, noon), items(disco.MaxItems+1, "<set xmlns='http://jabber.org/protocol/rsm'><last>x</last></set>")))
	if got := c.Get("a.example", "").Items; len(got.List) != disco.MaxItems || !got.Cut || got.Next != "" {
		t.Errorf("%d items, cut %v, next %q", len(got.List), got.Cut, got.Next)
	}
	c.Saw(answered(t, asks(t, c, q, noon), items(disco.MaxItems, "<set xmlns='http://jabber.org/protocol/rsm'><last>x</last></set>")))
	q.After = "x"
	c.Saw(answered(t, asks(t, c, q, noon), items(1, "")))
	if got := c.Get("a.example", "").Items; len(got.List) != disco.MaxItems || !got.Cut || got.Next != "" {
		t.Errorf("a page too many: %d items, cut %v, next %q", len(got.List), got.Cut, got.Next)
	}
	const most = 10_000
	for _, n := range []int{most, most + 1} {
		c.Saw(answered(t, asks(t, c, disco.Query{JID: "a.example"}, noon), "<query xmlns='http://jabber.org/protocol/disco#info'>"+strings.Repeat("<feature var='a'/>", n)+"</query>"))
		if got := c.Get("a.example", "").Info; got.Cut != (n > most) || len(got.Features) != most {
			t.Errorf("%d features of %d, cut %v", len(got.Features), n, got.Cut)
		}
	}
}

func TestTheCacheIsUsedFromAnywhere(t *testing.T) {
	c := started()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 200 {
				jid := fmt.Sprintf("t%d.example", j%7)
				if iq, ok, _ := c.Begin(disco.Query{JID: jid, Part: disco.Part(j % 2)}, iqbuilder.NewID(), noon); ok {
					c.Saw(answered(t, exchange.Exchange{Stanza: iq, Queued: noon}, info("f")))
				}
				c.Get(jid, "")
				c.Facts(jid)
				if i == 0 && j%50 == 0 {
					c.Forget(own, noon)
				}
				c.Version()
			}
		})
	}
	all.Wait()
}

func BenchmarkTenThousandItems(b *testing.B) {
	c := started()
	xml := page(0, 10_000, -1)
	for b.Loop() {
		x := asks(b, c, disco.Query{JID: "a.example", Part: disco.AskItems}, noon)
		c.Saw(answered(b, x, xml))
		if len(c.Get("a.example", "").Items.List) != 10_000 {
			b.Fatal("not all are there")
		}
	}
}
