package pending

import (
	"testing"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
)

func TestAReplyIsToldInALineWhereItIsOne(t *testing.T) {
	parse := func(xml string) *stanza.Stanza {
		s, err := stanza.Parse(xml, stanza.ClientScope())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	const version = "<query xmlns='jabber:iq:version'/>"
	for _, c := range []struct{ asked, reply, said, wrong string }{
		{version, "<query xmlns='jabber:iq:version'><name>Prosody</name><version>1</version></query>", "name Prosody · version 1", ""},
		{version, "<query xmlns='jabber:iq:version'><name>Prosody\n2</name></query>", "", ""},
		{version, "<query xmlns='jabber:iq:version'><name>Prosody</name><odd/></query>", "", ""},
		{version, "<odd xmlns='urn:o'/>", "", "The answer to version is <query/> of jabber:iq:version, and this has <odd/> of urn:o."},
		{"<query xmlns='jabber:iq:register'/>", "<query xmlns='jabber:iq:register'><password>x</password></query>", "", ""},
		{"<query xmlns='http://jabber.org/protocol/disco#items'/>", "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='a'/></query>", "", ""},
		{"<ping xmlns='urn:xmpp:ping'/>", "", "", ""},
	} {
		said, wrong := brief(catalog.Builtin, session.Exchange{
			Stanza: parse("<iq type='get' id='a'>" + c.asked + "</iq>"), Outcome: stanza.OutcomeResult, Reply: parse("<iq type='result' id='a'>" + c.reply + "</iq>"),
		})
		if said != c.said || wrong != c.wrong {
			t.Errorf("%s is told as %q, %q, want %q, %q", c.reply, said, wrong, c.said, c.wrong)
		}
	}
}
