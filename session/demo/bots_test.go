package demo

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/iqbuilder/stanza"
)

func TestEchoSendsThePayloadBack(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	for _, row := range []struct{ name, inner string }{
		{"an element", "<odd xmlns='urn:example'/>"},
		{"text and attributes as written", "<odd xmlns=\"urn:example\" a = 'x'><b/>tëxt &amp; <![CDATA[<raw>]]></odd>"},
		{"white space around it", "\n  <odd xmlns='urn:example'/>\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := p.Asks("<iq type='set' id='1' to='echo@bots.demo.localhost/x'>" + row.inner + "</iq>")
			if got.Type() != stanza.Result || got.From() != "echo@bots.demo.localhost/x" || got.To() != juliet {
				t.Errorf("the answer is %s", got.XML())
			}
			contains(t, got, row.inner)
		})
	}
	t.Run("a prefix declared on the iq keeps its meaning", func(t *testing.T) {
		root, err := p.Asks("<iq xmlns:p='urn:p' type='get' id='1' to='echo@bots.demo.localhost'><p:odd/></iq>").Tree()
		if err != nil || root.Child("urn:p", "odd") == nil {
			t.Errorf("the payload is lost: %v", err)
		}
	})
	t.Run("what it knows it answers truly", func(t *testing.T) {
		contains(t, p.Asks("<iq type='get' id='1' to='echo@bots.demo.localhost'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>"),
			"category='client'", "type='bot'")
	})
}

func TestLiarLetsAWrongSenderAnswerFirst(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	first := p.Asks("<iq type='get' id='1' to='liar@bots.demo.localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
	second := p.Hears()
	if first.ID() != "1" || first.From() != "mallory@bots.demo.localhost" || first.Type() != stanza.Result {
		t.Errorf("first comes %s", first.XML())
	}
	if second.ID() != "1" || second.From() != "liar@bots.demo.localhost" || second.Type() != stanza.Result {
		t.Errorf("then comes %s", second.XML())
	}
	p.HearsNothing()
}

func TestErrorBots(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	for _, condition := range stanza.Conditions() {
		bot := "error-" + condition + "@bots.demo.localhost"
		got := p.Asks("<iq type='get' id='1' to='" + bot + "'><ping xmlns='urn:xmpp:ping'/></iq>")
		e := got.Err()
		if e == nil || e.Condition != condition || e.Type != errorType[condition] || e.Text == "" || got.From() != bot {
			t.Errorf("%s answers %s", bot, got.XML())
			continue
		}
		if (e.URI != "") != stanza.CarriesURI(condition) {
			t.Errorf("%s answers with the address %q", bot, e.URI)
		}
		if (e.Application.Local != "") != (condition == "undefined-condition") {
			t.Errorf("%s answers with the application condition %v", bot, e.Application)
		}
	}
}

func TestNamesThatAreNoBots(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	for name, want := range map[string]string{
		"nobody": "item-not-found",
		"error-": "bad-request", "error-oops": "bad-request",
		"delay-": "bad-request", "delay-x": "bad-request", "delay--1": "bad-request", "delay-1e3": "bad-request",
		"delay-3600.1": "bad-request", "delay-nan": "bad-request", "delay-.5": "bad-request", "delay-5.": "bad-request",
		"late-reply-x": "bad-request", "flood-": "bad-request", "flood-x": "bad-request", "flood--1": "bad-request", "flood-100001": "bad-request",
		"flood-iq-": "bad-request", "flood-iq-100001": "bad-request",
		"delay-0x10": "bad-request", "delay-" + strings.Repeat("9", 400): "bad-request",
	} {
		got := p.Asks("<iq type='get' id='1' to='" + name + "@bots.demo.localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
		if e := got.Err(); e == nil || e.Condition != want || e.Text == "" {
			t.Errorf("%.40s answers %s", name, got.XML())
		}
	}
}

func TestParseSeconds(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "1": time.Second, "2.5": 2500 * time.Millisecond, "0.001": time.Millisecond, "007": 7 * time.Second, "3600": time.Hour,
	} {
		if got, ok := parseSeconds(text); !ok || got != want {
			t.Errorf("%s is %v, %v", text, got, ok)
		}
	}
}

func TestDelayedAnswerComesInItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := unconnected(t).enters(t, juliet)
		c.says(t, "<iq type='get' id='late' to='delay-0.2@bots.demo.localhost'><odd xmlns='urn:example'/></iq>")
		c.says(t, "<iq type='get' id='never' to='silent@bots.demo.localhost'><odd xmlns='urn:example'/></iq>")
		c.says(t, "<iq type='get' id='now'><ping xmlns='urn:xmpp:ping'/></iq>")
		if now := c.told(); len(now) != 1 || now[0].ID() != "now" {
			t.Errorf("at once come %v", now)
		}
		time.Sleep(200*time.Millisecond - 1)
		synctest.Wait()
		if early := c.told(); len(early) != 0 {
			t.Errorf("too early comes %s", early[0].XML())
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		late := c.told()
		if len(late) != 1 || late[0].ID() != "late" || late[0].From() != "delay-0.2@bots.demo.localhost" {
			t.Fatalf("in its time come %v", late)
		}
		contains(t, late[0], "<odd xmlns='urn:example'/>")
		time.Sleep(time.Hour)
		synctest.Wait()
		if more := c.told(); len(more) != 0 {
			t.Errorf("then comes %s", more[0].XML())
		}
	})
}

func TestSlowBotTakesFiveSeconds(t *testing.T) {
	for name, want := range map[string]time.Duration{"slow": 5 * time.Second, "late-reply": 35 * time.Second, "late-reply-40.5": 40500 * time.Millisecond} {
		if b, none := findBot(name); none != nil || b.delay != want {
			t.Errorf("the bot %s takes %v, %v", name, b.delay, none)
		}
	}
}

func TestEveryListedBotIsThere(t *testing.T) {
	for _, listed := range listedBots() {
		if b, none := findBot(listed.name); none != nil || b.name != listed.name || b.about == "" {
			t.Errorf("%s is %+v, %v", listed.name, b, none)
		}
	}
}

func TestTwiceAnswersTwice(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	p.Says("<iq type='get' id='1' to='twice@bots.demo.localhost'><odd xmlns='urn:example'/></iq>")
	first, second := p.Hears(), p.Hears()
	if first.ID() != "1" || first.Type() != stanza.Result || first.XML() != second.XML() {
		t.Errorf("the answers are %s and %s", first.XML(), second.XML())
	}
	p.HearsNothing()
}

func TestFloodIsPacedByItsReader(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	for _, row := range []struct {
		bot  string
		kind stanza.Kind
	}{{"flood-", stanza.Message}, {"flood-iq-", stanza.IQ}} {
		const n = 3 * maxQueued
		bot := row.bot + strconv.Itoa(n) + "@bots.demo.localhost"
		contains(t, p.Asks("<iq type='get' id='look' to='"+bot+"'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>"), "type='bot'")
		if got := p.Asks("<iq type='get' id='1' to='" + bot + "'><odd xmlns='urn:example'/></iq>"); got.ID() != "1" || got.Type() != stanza.Result {
			t.Fatalf("first comes %s", got.XML())
		}
		for i := 1; i <= n; i++ {
			if got := p.Hears(); got.ID() != "flood-"+strconv.Itoa(i) || got.Kind() != row.kind || got.From() != bot {
				t.Fatalf("number %d is %s", i, got.XML())
			}
		}
		p.HearsNothing()
	}
}

func TestOneFloodAtATime(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	p.Says("<iq type='get' id='1' to='flood-100000@bots.demo.localhost'><odd xmlns='urn:example'/></iq>")
	p.Says("<iq type='get' id='2' to='flood-1@bots.demo.localhost'><odd xmlns='urn:example'/></iq>")
	for {
		got := p.Hears()
		if got.ID() == "2" {
			if condition(got) != "resource-constraint/wait" {
				t.Errorf("the second flood is answered with %s", got.XML())
			}
			return
		}
	}
}

func TestDelaysAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l delays
		ran := make(chan int, 2*maxDelayed)
		for i := range maxDelayed {
			if !l.after(time.Second, 1, func() { ran <- i }) {
				t.Fatalf("number %d was refused", i)
			}
		}
		if l.after(time.Second, 1, func() {}) {
			t.Error("one too many was taken")
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if len(ran) != maxDelayed || l.bytes != 0 || len(l.waiting) != 0 {
			t.Errorf("%d ran, %d bytes and %d entries are left", len(ran), l.bytes, len(l.waiting))
		}
		if l.after(time.Second, maxDelayedBytes+1, func() {}) {
			t.Error("too many bytes were taken")
		}
		l.after(time.Second, 1, func() { t.Error("it ran after stop") })
		l.stop()
		l.after(time.Second, 1, func() { t.Error("it was taken after stop") })
		time.Sleep(time.Minute)
		synctest.Wait()
	})
}

func TestTooManyDelayedAnswersAreRefusedWithAnError(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	// A few big requests fill the bound on bytes.
	big := strings.Repeat("x", 200<<10)
	taken := 0
	for ; taken <= maxDelayedBytes/len(big); taken++ {
		p.Says("<iq type='get' id='" + strconv.Itoa(taken) + "' to='delay-3600@bots.demo.localhost'><odd xmlns='urn:example'>" + big + "</odd></iq>")
	}
	if got := p.Hears(); condition(got) != "resource-constraint/wait" {
		t.Errorf("the answer is %s", got.XML())
	}
}
