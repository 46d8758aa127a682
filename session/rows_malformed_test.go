package session

import (
	"fmt"
	"testing"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/negotiate"
)

// Rows 29, 30 and 59, played: what real servers keep to themselves, such as a from that is no
// address, comes here in any case. TestMalformedIQs and TestAComponentThatMisbehaves say which of
// it comes through which server.
func TestWhatIsMalformedIsFlaggedAndAnsweredOnce(t *testing.T) {
	rows := []struct {
		name, xml string // the attributes from and to are put in
		verdict   stanza.Verdict
		condition string // "" for no answer
	}{
		{"two payloads", `<iq type="get" id="m"%s><a xmlns="u"/><b xmlns="u"/></iq>`, "", "bad-request"},
		{"no payload", `<iq type="set" id="m"%s/>`, "", "bad-request"},
		{"text for a payload", `<iq type="set" id="m"%s>text</iq>`, "", "bad-request"},
		{"white space around the payload", "<iq type='get' id='m'%s>\n \t<a xmlns='u'/>\n</iq>", "", "service-unavailable"},
		{"an unknown type", `<iq type="gett" id="m"%s><a xmlns="u"/></iq>`, stanza.VerdictMalformed, "bad-request"},
		{"no type", `<iq id="m"%s><a xmlns="u"/></iq>`, stanza.VerdictMalformed, "bad-request"},
		{"an empty type", `<iq type="" id="m"%s><a xmlns="u"/></iq>`, stanza.VerdictMalformed, "bad-request"},
		{"an unknown type, held", `<iq type="gett" id="held"%s><ping xmlns="urn:xmpp:ping"/></iq>`, stanza.VerdictMalformed, "bad-request"},
		{"no id", `<iq type="get"%s><a xmlns="u"/></iq>`, stanza.VerdictMalformed, "service-unavailable"},
		{"an error without its element", `<iq type="error" id="m"%s/>`, stanza.VerdictUnknownID, ""},
		{"a stray result", `<iq type="result" id="m"%s><a xmlns="u"/></iq>`, stanza.VerdictUnknownID, ""},
		{"a stray result with two payloads", `<iq type="result" id="m"%s><a xmlns="u"/><b xmlns="u"/></iq>`, stanza.VerdictUnknownID, ""},
		{"a stray result without id", `<iq type="result"%s/>`, stanza.VerdictMalformed, ""},
		{"a stray error", `<iq type="error" id="m"%s><error type="cancel"><gone xmlns="` + stanza.NSStanzas + `"/></error></iq>`, stanza.VerdictUnknownID, ""},
	}
	for _, component := range []bool{false, true} {
		own := us
		if component {
			own = "bot@example.com"
		}
		for _, from := range []string{romeo, "no one@example.net/@", "@", ""} {
			for _, row := range rows {
				t.Run(fmt.Sprintf("%s, component %v, from %q", row.name, component, from), func(t *testing.T) {
					bubble(t, func(t *testing.T) {
						s, p := online(t, Config{Negotiate: negotiate.Config{Component: component}})
						pending := start(t, s, xmpptest.Get(t, iqbuilder.To(romeo), iqbuilder.From(own)), NoTimeout())
						p.Hears()
						s.SetHold(Hold{On: true, Match: handler.MustPath("*@id=held")})
						attributes := ` to="` + own + `"`
						if from != "" {
							attributes += ` from="` + from + `"`
						}
						p.Says(fmt.Sprintf(row.xml, attributes))
						arrived, _ := s.Journal().Get(s.Journal().Stats().Last)
						if row.condition != "" {
							arrived, _ = s.Journal().Get(onlyAsked(t, s).Seq)
							got := p.Hears()
							if e := got.Err(); e == nil || e.Condition != row.condition || got.ID() != arrived.Stanza.ID() || got.HasID() != arrived.Stanza.HasID() || got.To() != from {
								t.Errorf("it was answered with %s", got.XML())
							}
						}
						p.HearsNothing()
						if arrived.Verdict != row.verdict {
							t.Errorf("%s is %q, want %q", arrived.Stanza.XML(), arrived.Verdict, row.verdict)
						}
						if ended(pending) || s.Status().State != Online {
							t.Error("it has done harm to what waits, or to the stream")
						}
					})
				})
			}
		}
	}
}
