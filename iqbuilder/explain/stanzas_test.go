package explain

import (
	"testing"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

func TestEverythingOnAStreamIsExplained(t *testing.T) {
	for xml, want := range map[string]entry{
		"<iq type='get' id='a'/>":      iqs[course{stanza.Get, stanza.In}],
		"<iq type='error' id='a'/>":    iqs[course{stanza.Error, stanza.In}],
		"<iq type='push' id='a'/>":     undefinedIQ,
		"<iq id='a'/>":                 undefinedIQ,
		"<message type='get'/>":        kinds[stanza.Message],
		"<presence/>":                  kinds[stanza.Presence],
		"<r xmlns='urn:xmpp:sm:3'/>":   nonzas[stanza.Name{Space: nsManagement, Local: "r"}],
		"<odd xmlns='urn:own'/>":       undefinedNonza,
		"<iq xmlns='urn:own' id='a'/>": undefinedNonza,
	} {
		if got := Stanza(xmpptest.Stanza(t, xml), stanza.In); got.Meaning != want.meaning || want.meaning == "" {
			t.Errorf("%s: %q", xml, got.Meaning)
		}
	}
	for _, typ := range []stanza.Type{stanza.Get, stanza.Set, stanza.Result, stanza.Error} {
		for _, dir := range []stanza.Direction{stanza.In, stanza.Out} {
			whole(t, string(typ), iqs[course{typ, dir}].explanation())
		}
	}
	for _, kind := range []stanza.Kind{stanza.Message, stanza.Presence, stanza.StreamOpen, stanza.StreamClose, stanza.Broken} {
		whole(t, "kind", kinds[kind].explanation())
	}
	for name, e := range nonzas {
		whole(t, name.Local, e.explanation())
	}
	whole(t, "another IQ", undefinedIQ.explanation())
	whole(t, "another element", undefinedNonza.explanation())
}

func TestFailuresOfAStreamAreRead(t *testing.T) {
	const prefixed = " xmlns:s='http://etherx.jabber.org/streams'"
	for _, c := range []struct {
		name, xml string
		want      Failure
	}{
		{"a stream error", "<s:error" + prefixed + "><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>bye</text></s:error>",
			Failure{What: "Stream error", Condition: "conflict", Text: "bye", Explanation: Stream("conflict", stanza.Name{})}},
		{"a stream error with nothing in it", "<s:error" + prefixed + "/>",
			Failure{What: "Stream error", Explanation: Stream("", stanza.Name{})}},
		{"a stream error with something of its own", "<s:error" + prefixed + "><own xmlns='urn:own'/><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></s:error>",
			Failure{What: "Stream error", Condition: "reset", Explanation: Stream("reset", stanza.Name{Space: "urn:own", Local: "own"})}},
		{"a login", "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/><text>no</text></failure>",
			Failure{What: "Login refused", Condition: "not-authorized", Text: "no", Explanation: SASL("not-authorized")}},
		{"a login by SASL 2", "<failure xmlns='urn:xmpp:sasl:2'><aborted xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/><text>no</text></failure>",
			Failure{What: "Login refused", Condition: "aborted", Text: "no", Explanation: SASL("aborted")}},
		{"a resumption", "<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
			Failure{What: "Stream management refused", Condition: "item-not-found", Explanation: Error(Context{
				Condition: "item-not-found", Type: "cancel", Payload: stanza.Name{Space: nsManagement, Local: "failed"}})}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := ReadFailure(xmpptest.Stanza(t, c.xml))
			if !ok || got.What != c.want.What || got.Condition != c.want.Condition || got.Text != c.want.Text || got.Meaning != c.want.Meaning {
				t.Errorf("it is read as %+v, want %+v", got, c.want)
			}
			whole(t, c.name, got.Explanation)
		})
	}
	for _, xml := range []string{"<iq type='error' id='a'/>", "<failure xmlns='urn:own'/>", "<error/>"} {
		if f, ok := ReadFailure(xmpptest.Stanza(t, xml)); ok {
			t.Errorf("%s is read as %+v", xml, f)
		}
	}
}
