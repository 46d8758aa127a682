package catalog

import (
	"slices"
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
)

// cardAt is the card where | stands.
func cardAt(text string) *Card {
	before, after, found := strings.Cut(text, "|")
	if !found {
		return Builtin().Card(before, -1, stanza.ClientScope())
	}
	return Builtin().Card(before+after, len(before), stanza.ClientScope())
}

func TestACardSaysWhatStandsThere(t *testing.T) {
	for name, c := range map[string]struct{ text, payload, kind, path, part string }{
		"the payload":                {"<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", "ping", "ping", "", ""},
		"the IQ itself":              {"<iq |type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", "ping", "ping", "", ""},
		"behind blanks":              {"\n\n <iq type='set' id='1'><query xmlns='jabber:iq:roster'><item jid='a@b'><group>|x</group></item></query></iq>", "roster", "roster_set", "item/group", "group"},
		"an attribute":               {"<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item jid='|a@b'/></query></iq>", "roster", "roster_set", "item/@jid", "jid"},
		"a kind with a verb":         {"<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item jid='a@b' subscription='remove'/></query></iq>", "roster", "roster_remove", "", ""},
		"what is not finished":       {"<iq type='get'><query xmlns='http://jabber.org/protocol/disco#info' node='|", "disco_info", "disco_info", "@node", "node"},
		"one that is not finished":   {"<iq type='get'><ping xmlns='urn:xmpp:ping'|", "ping", "", "", ""}, // two kinds ask by it
		"an element nobody knows of": {"<iq type='set' id='1'><query xmlns='jabber:iq:roster'><x|/></query></iq>", "roster", "roster_get", "x", ""},
		"an answer":                  {"<iq type='result' id='1'><query xmlns='jabber:iq:version'><name>a</name><version>|1</version></query></iq>", "version", "", "version", "version"},
	} {
		card := cardAt(c.text)
		if card == nil || card.Payload == nil || card.Payload.Key != c.payload || card.Path != c.path {
			t.Errorf("%s: %+v", name, card)
			continue
		}
		if got := card.Kind; name != "an element nobody knows of" && (got == nil) != (c.kind == "") || got != nil && c.kind != "" && got.Key != c.kind && name != "an element nobody knows of" {
			t.Errorf("%s: it is of the kind %v, not %s", name, got, c.kind)
		}
		if (card.Part == nil) != (c.part == "") || card.Part != nil && card.Part.Name != c.part {
			t.Errorf("%s: the field there is %+v, not %s", name, card.Part, c.part)
		}
	}
}

func TestACardSaysWhatIsSaidAndWhatIsMissing(t *testing.T) {
	card := cardAt("<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item name='Romeo'/></query></iq>")
	if len(card.Said) != 1 || card.Said[0].Field.Name != "name" || card.Said[0].Values[0] != "Romeo" {
		t.Errorf("it says %+v", card.Said)
	}
	if len(card.Missing) != 1 || card.Missing[0].Name != "jid" {
		t.Errorf("it misses %+v", card.Missing)
	}
	if card := cardAt("<iq type='result' id='1'><query xmlns='jabber:iq:version'><name>a</name></query></iq>"); len(card.Asks) != 1 || card.Asks[0].Key != "version" || len(card.Said) != 1 {
		t.Errorf("an answer: %+v", card)
	}
	refused := cardAt("<iq type='error' id='1'><query xmlns='http://jabber.org/protocol/disco#info'/><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>")
	if refused.Condition != "item-not-found" || refused.Failure == nil || refused.Failure.Remedy == "" {
		t.Errorf("an error: %+v", refused)
	}
}

func TestTheNearestOfAnUnknownNamespaceIsNamed(t *testing.T) {
	for space, want := range map[string]string{
		"urn:xmpp:mam:1": "urn:xmpp:mam:2", "urn:xmpp:pingg": "urn:xmpp:ping", "jabber:iq:rooster": "jabber:iq:roster",
		"urn:example:nothing-like-it": "", "": "", stanza.NSClient: "",
	} {
		card := cardAt("<iq type='get' id='1'><a xmlns='" + space + "'/></iq>")
		got := ""
		if card.Nearest != nil {
			got = card.Nearest.Namespace
		}
		if card.Payload != nil || got != want && !(want != "" && withoutVersion(got) == withoutVersion(want)) {
			t.Errorf("%s is like %s, not %s", space, got, want)
		}
	}
}

func TestWhatHasNoPayloadHasNoCard(t *testing.T) {
	for _, text := range []string{"", "<iq/>", "<iq type='result' id='1'/>", "<message><body>|a</body></message>", "<iq", "a|", "<!-- <iq><a>| -->"} {
		if card := cardAt(text); card != nil {
			t.Errorf("%s: %+v", text, card)
		}
	}
}

func FuzzCard(f *testing.F) {
	for _, k := range slices.Collect(func(yield func(string) bool) {
		for _, k := range Builtin().Kinds() {
			if xml, err := k.XML(least(k)); err == nil && !yield("<iq type='"+string(k.Type)+"' id='1'>"+xml+"</iq>") {
				return
			}
		}
	}) {
		f.Add(k, len(k)/2)
	}
	f.Fuzz(func(t *testing.T, text string, offset int) {
		if card := Builtin().Card(text, offset, stanza.ClientScope()); card != nil && card.Payload != nil && card.Payload.Name() != card.Name {
			t.Errorf("%+v", card)
		}
	})
}
