package catalog_test

import (
	"strings"
	"testing"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/form"
	"iqscope/iqbuilder/stanza"
)

// TestWhatIsFilledInGoesBack fills in what replies ask for, and looks at the payloads of the requests
// that follow.
func TestWhatIsFilledInGoesBack(t *testing.T) {
	const (
		ask  = "<x xmlns='jabber:x:data' type='form'><field var='FORM_TYPE' type='hidden'><value>t</value></field><field var='a' type='text-single'/></x>"
		sent = `<x xmlns="jabber:x:data" type="submit"><field var="FORM_TYPE" type="hidden"><value>t</value></field><field var="a"><value>v</value></field></x>`
		cmd  = `<command xmlns="http://jabber.org/protocol/commands" `
		own  = "http://jabber.org/protocol/pubsub#owner"
	)
	execute := "<command xmlns='http://jabber.org/protocol/commands' node='n' action='execute'/>"
	step := func(inner string) string {
		return "<command xmlns='http://jabber.org/protocol/commands' node='n' sessionid='s&amp;1' status='executing'>" + inner + "</command>"
	}
	for _, c := range []struct {
		name, typ, request, reply string
		values                    form.Values
		want                      []string // each step: its word, a space, the payload
	}{
		{"a room's form", "get", "<query xmlns='http://jabber.org/protocol/muc#owner'/>", "<query xmlns='http://jabber.org/protocol/muc#owner'>" + ask + "</query>", form.Values{"a": {"v"}}, []string{
			`submit set <query xmlns="http://jabber.org/protocol/muc#owner">` + sent + `</query>`,
			`cancel set <query xmlns="http://jabber.org/protocol/muc#owner"><x xmlns="jabber:x:data" type="cancel"/></query>`}},
		{"a node's", "get", "<pubsub xmlns='" + own + "'><configure node='N'/></pubsub>", "<pubsub xmlns='" + own + "'><configure node='N'>" + ask + "</configure></pubsub>", form.Values{"a": {"v"}}, []string{
			`submit set <pubsub xmlns="` + own + `"><configure node="N">` + sent + `</configure></pubsub>`}},
		{"an archive's", "get", "<query xmlns='urn:xmpp:mam:2'/>", "<query xmlns='urn:xmpp:mam:2'>" + ask + "</query>", form.Values{"a": {"v"}}, []string{
			`submit set <query xmlns="urn:xmpp:mam:2">` + sent + `</query>`}},
		{"a registration's", "get", "<query xmlns='jabber:iq:register'/>", "<query xmlns='jabber:iq:register'><instructions>Do.</instructions>" + ask + "</query>", form.Values{"a": {"v"}}, []string{
			`submit set <query xmlns="jabber:iq:register">` + sent + `</query>`}},
		{"a registration without a form", "get", "<query xmlns='jabber:iq:register'/>", "<query xmlns='jabber:iq:register'><instructions>Do.</instructions><username/><password/><city/><key>k</key></query>",
			form.Values{"username": {"me"}, "password": {"<p"}}, []string{
				`submit set <query xmlns="jabber:iq:register"><username>me</username><password>&lt;p</password><key>k</key></query>`}},
		{"something unknown", "get", "<q xmlns='urn:q'/>", "<q xmlns='urn:q' node='N' more='1'><deep id='1'>" + ask + "</deep></q>", form.Values{"a": {"v"}}, []string{
			`submit set <q xmlns="urn:q" node="N"><deep id="1">` + sent + `</deep></q>`}},
		{"a command's step", "set", execute, step("<actions execute='complete'><prev/><next/><complete/></actions>" + ask), form.Values{"a": {"v"}}, []string{
			"complete set " + cmd + `action="complete" node="n" sessionid="s&amp;1">` + sent + `</command>`,
			"next set " + cmd + `action="next" node="n" sessionid="s&amp;1">` + sent + `</command>`,
			"prev set " + cmd + `action="prev" node="n" sessionid="s&amp;1"/>`,
			"cancel set " + cmd + `action="cancel" node="n" sessionid="s&amp;1"/>`}},
		{"a command's only step", "set", execute, step(ask), form.Values{"a": {"v"}}, []string{
			"complete set " + cmd + `action="complete" node="n" sessionid="s&amp;1">` + sent + `</command>`,
			"cancel set " + cmd + `action="cancel" node="n" sessionid="s&amp;1"/>`}},
		{"a step without a form", "set", execute, step("<actions><next/></actions><note>Hi</note>"), nil, []string{
			"next set " + cmd + `action="next" node="n" sessionid="s&amp;1"/>`,
			"cancel set " + cmd + `action="cancel" node="n" sessionid="s&amp;1"/>`}},
	} {
		f := catalog.Builtin().Fill(stanzaOf(t, "<iq type='"+c.typ+"' id='a'>"+c.request+"</iq>"), stanzaOf(t, "<iq type='result' id='a'>"+c.reply+"</iq>"))
		if f == nil {
			t.Errorf("%s: there is nothing to fill in", c.name)
			continue
		}
		var got []string
		for _, step := range f.Steps {
			payload, err := f.Payload(step, c.values)
			if err != nil {
				t.Errorf("%s, %s: %v", c.name, step.Word, err)
			}
			got = append(got, step.Word+" "+string(step.Type())+" "+payload)
		}
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: the steps are\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

func TestWhereNothingIsToBeFilledIn(t *testing.T) {
	request := stanzaOf(t, "<iq type='set'><command xmlns='http://jabber.org/protocol/commands' node='n'/></iq>")
	for _, reply := range []string{
		"<iq type='result'/>", "<iq type='error'><error/></iq>", "<iq type='result'><q xmlns='q'/></iq>",
		"<iq type='result'><command xmlns='http://jabber.org/protocol/commands' status='completed'><x xmlns='jabber:x:data' type='form'/></command></iq>",
		"<iq type='result'><q xmlns='q'><x xmlns='jabber:x:data' type='result'/></q></iq>",
		"<iq type='result'><query xmlns='jabber:iq:register'><registered/></query></iq>",
	} {
		if f := catalog.Builtin().Fill(request, stanzaOf(t, reply)); f != nil {
			t.Errorf("%s: %v", reply, f.Form)
		}
	}
}

func TestAFormThatIsNotRightIsNotSent(t *testing.T) {
	f := catalog.Builtin().Fill(stanzaOf(t, "<iq type='get'><query xmlns='jabber:iq:register'/></iq>"), stanzaOf(t, "<iq type='result'><query xmlns='jabber:iq:register'><username/><password/></query></iq>"))
	if _, err := f.Payload(f.Steps[0], form.Values{"username": {"me"}}); err == nil || !strings.Contains(err.Error(), "password: this is required") {
		t.Errorf("it is sent: %v", err)
	}
}

// FuzzReplies labels, fills in and follows on whatever comes.
func FuzzReplies(f *testing.F) {
	f.Add("<query xmlns='http://jabber.org/protocol/muc#owner'/>", "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='form'><field var='a'/></x></query>", "a", "v")
	f.Add("<command xmlns='http://jabber.org/protocol/commands' node='n'/>", "<command xmlns='http://jabber.org/protocol/commands' status='executing'><actions><next/><prev/></actions></command>", "", "")
	f.Add("<query xmlns='jabber:iq:register'/>", "<query xmlns='jabber:iq:register'><username/><x:y xmlns:x='jabber:iq:register'>z</x:y></query>", "y", "<")
	f.Add("<query xmlns='urn:xmpp:mam:2'/>", "<fin xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><last>l</last></set></fin>", "", "")
	f.Fuzz(func(t *testing.T, asked, answered, name, value string) {
		for _, typ := range []string{"get", "set"} {
			request, err := stanza.Parse("<iq type='"+typ+"' id='a'>"+asked+"</iq>", stanza.ClientScope())
			if err != nil {
				return
			}
			reply, err := stanza.Parse("<iq type='result' id='a'>"+answered+"</iq>", stanza.ClientScope())
			if err != nil {
				return
			}
			c := catalog.Builtin()
			c.Label(request, reply)
			c.Label(nil, request)
			for _, k := range c.Next(request) {
				k.Draft(c.Follow(k, request, reply))
			}
			filling := c.Fill(request, reply)
			if filling == nil {
				continue
			}
			for _, step := range filling.Steps {
				payload, err := filling.Payload(step, form.Values{name: {value}})
				if err != nil {
					continue
				}
				if _, err := stanza.Parse("<iq>"+payload+"</iq>", stanza.ClientScope()); err != nil {
					t.Errorf("%s: %v: %s", step.Word, err, payload)
				}
			}
		}
	})
}
