package session

import (
	"testing"

	"iqscope/iqbuilder/stanza"
)

// Row 65: a push counts only when it comes without an address or from the own bare JID (RFC 6121
// §2.1.6, XEP-0191 §3.3). Real servers put the sender's address on everything that others send, so
// that most of these senders can only be played; TestRowsOfAnswering shows another user's forgery
// and the genuine push on both servers.
// Fault 9: roster pushes.
func TestAPushIsBelievedOfTheOwnServerOnly(t *testing.T) {
	pushes := map[string]string{
		"a roster push":               `<query xmlns="jabber:iq:roster"><item jid="mallory@example.net" subscription="both"/></query>`,
		"a push of what is blocked":   `<block xmlns="urn:xmpp:blocking"><item jid="romeo@example.net"/></block>`,
		"a push of what is unblocked": `<unblock xmlns="urn:xmpp:blocking"><item jid="romeo@example.net"/></unblock>`,
	}
	senders := []struct {
		name, from string
		genuine    bool
	}{
		{"without an address", "", true},
		{"from the own bare JID", "juliet@example.com", true},
		{"from the own bare JID, shouted", "JULIET@EXAMPLE.COM", true},
		{"from the own full JID", us, false},
		{"from another resource of the account", "juliet@example.com/orchard", false},
		{"from the server", domain, false},
		{"from another account of the server", "romeo@example.com", false},
		{"from elsewhere", romeo, false},
		{"from no address at all", "@", false},
	}
	for name, payload := range pushes {
		for _, sender := range senders {
			t.Run(name+" "+sender.name, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					s, p := online(t, Config{})
					from := ""
					if sender.from != "" {
						from = ` from="` + sender.from + `"`
					}
					p.Says(`<iq type="set" id="p"` + from + `>` + payload + `</iq>`)
					got := p.Hears()
					p.HearsNothing()
					entry, _ := s.Journal().Get(onlyAsked(t, s).Seq)
					switch {
					case sender.genuine && (got.Type() != stanza.Result || entry.Verdict != ""):
						t.Errorf("it was answered with %s, and is %q", got.XML(), entry.Verdict)
					case sender.genuine:
					case got.Err() == nil || got.Err().Condition != "service-unavailable" || entry.Verdict != stanza.VerdictForged:
						t.Errorf("it was answered with %s, and is %q", got.XML(), entry.Verdict)
					}
				})
			})
		}
	}
}
