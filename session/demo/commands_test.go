package demo

import (
	"strings"
	"testing"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

func commandIQ(node, action, session, values string) string {
	form := ""
	if values != "" {
		form = "<x xmlns='jabber:x:data' type='submit'>"
		for _, pair := range strings.Split(values, " ") {
			name, value, _ := strings.Cut(pair, "=")
			form += "<field var='" + name + "'><value>" + value + "</value></field>"
		}
		form += "</x>"
	}
	return set(Domain, "<command xmlns='http://jabber.org/protocol/commands'"+attribute("node", node)+attribute("action", action)+
		attribute("sessionid", session)+">"+form+"</command>")
}

func sessionOf(t *testing.T, st *stanza.Stanza) string {
	t.Helper()
	root, err := st.Tree()
	if err != nil {
		t.Fatal(err)
	}
	id, _ := root.Child(nsCommands, "command").Attr("sessionid")
	if id == "" {
		t.Fatalf("there is no sessionid in %s", st.XML())
	}
	return id
}

func TestCommandInTwoSteps(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	first := p.result(commandIQ("two-steps", "execute", "", ""))
	contains(t, first, "status='executing'", "<actions execute='next'><next/></actions>", "<field var='potion' type='list-single'", "<required/>")
	id := sessionOf(t, first)
	second := p.result(commandIQ("two-steps", "next", id, "potion=love for=&lt;me&gt;"))
	contains(t, second, "<actions execute='complete'><prev/><complete/></actions>", "var='by'", "<value>friar</value>")
	if strings.Contains(second.XML(), "var='hours'") {
		t.Error("who loves is asked how long to sleep")
	}
	back := p.result(commandIQ("two-steps", "prev", id, ""))
	contains(t, back, "<actions execute='next'><next/></actions>", "<value>love</value>", "<value>&lt;me&gt;</value>")
	contains(t, p.result(commandIQ("two-steps", "", id, "potion=sleep for=me")), "var='hours'")
	done := p.result(commandIQ("two-steps", "execute", id, "by=nurse hours=42"))
	contains(t, done, "status='completed'", "<note type='info'>The potion is on its way to me.</note>", "<x xmlns='jabber:x:data' type='result'>", "<value>42</value>")
	p.refused("not-allowed/cancel/session-expired", commandIQ("two-steps", "next", id, "potion=love for=me"))
}

func TestCommandIsCancelled(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	id := sessionOf(t, p.result(commandIQ("two-steps", "", "", "")))
	contains(t, p.result(commandIQ("two-steps", "cancel", id, "")), "status='canceled'")
	p.refused("not-allowed/cancel/session-expired", commandIQ("two-steps", "cancel", id, ""))
}

func TestWrongCommands(t *testing.T) {
	s := start(t)
	p := login(t, s, "juliet", "balcony")
	id := sessionOf(t, p.result(commandIQ("two-steps", "execute", "", "")))
	for _, row := range []struct{ name, want, xml string }{
		{"a command that is not there", "item-not-found/cancel", commandIQ("nonsense", "", "", "")},
		{"an action that is not there", "bad-request/modify/malformed-action", commandIQ("two-steps", "dance", "", "")},
		{"an action before the first", "bad-request/modify/bad-action", commandIQ("two-steps", "next", "", "")},
		{"a sessionid that never was", "bad-request/modify/bad-sessionid", commandIQ("two-steps", "next", "nonsense", "")},
		{"a sessionid of another command", "bad-request/modify/bad-sessionid", commandIQ("ask-me", "next", id, "")},
		{"back from the first form", "bad-request/modify/bad-action", commandIQ("two-steps", "prev", id, "")},
		{"the end at the first form", "bad-request/modify/bad-action", commandIQ("two-steps", "complete", id, "potion=love for=me")},
		{"no form", "bad-request/modify/bad-payload", commandIQ("two-steps", "next", id, "")},
		{"a form that lacks a field", "bad-request/modify/bad-payload", commandIQ("two-steps", "next", id, "potion=love")},
		{"a value that is no option", "bad-request/modify/bad-payload", commandIQ("two-steps", "next", id, "potion=wine for=me")},
	} {
		t.Run(row.name, func(t *testing.T) { p.refused(row.want, row.xml) })
	}
	t.Run("somebody else's sessionid", func(t *testing.T) {
		login(t, s, "romeo", "").refused("bad-request/modify/bad-sessionid", commandIQ("two-steps", "next", id, "potion=love for=me"))
	})
	p.result(commandIQ("two-steps", "next", id, "potion=love for=me"))
	p.refused("bad-request/modify/bad-action", commandIQ("two-steps", "next", id, "by=friar"))
}

func TestCommandLetsTheServerAsk(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	for _, r := range requests {
		for _, typ := range []string{"get", "set"} {
			id := sessionOf(t, p.result(commandIQ("ask-me", "execute", "", "")))
			contains(t, p.result(commandIQ("ask-me", "complete", id, "payload="+r.name+" type="+typ)), "status='completed'")
			asked := p.Hears()
			if string(asked.Type()) != typ || asked.From() != Domain || asked.To() != juliet || asked.ID() == "" || !strings.Contains(asked.XML(), r.payload) {
				t.Errorf("the server asks %s", asked.XML())
			}
			p.Says("<iq type='result' id='" + asked.ID() + "' to='" + Domain + "'/>")
			p.HearsNothing()
		}
	}
}

func TestCommandWithoutAForm(t *testing.T) {
	contains(t, login(t, start(t), "juliet", "").result(commandIQ("uptime", "", "", "")), "status='completed'", "<field var='seconds'><value>0</value>")
}

func TestCommandsAreDiscovered(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	disco := func(kind, node string) string {
		return get(Domain, "<query xmlns='http://jabber.org/protocol/disco#"+kind+"' node='"+node+"'/>")
	}
	contains(t, p.result(disco("items", nsCommands)), "node='two-steps'", "node='ask-me'", "jid='demo.localhost'")
	contains(t, p.result(disco("info", nsCommands)), "type='command-list'")
	contains(t, p.result(disco("info", "two-steps")), "type='command-node'", "var='jabber:x:data'")
	p.result(disco("items", "two-steps"))
	p.refused("item-not-found/cancel", disco("items", "nonsense"))
	p.refused("item-not-found/cancel", disco("info", "nonsense"))
}

func TestUnfinishedCommandsAreBounded(t *testing.T) {
	d := newDialogues()
	owner := xmpptest.JID(t, juliet)
	first := d.open(owner, "a")
	for range maxDialogues - 1 {
		d.open(owner, "a")
	}
	if _, found := d.find(owner, "a", first.id); !found {
		t.Error("the first has gone too early")
	}
	d.open(owner, "a")
	if _, found := d.find(owner, "a", first.id); found || len(d.byAccount["juliet"]) != maxDialogues {
		t.Errorf("%d dialogues are kept", len(d.byAccount["juliet"]))
	}
}
