package negotiate_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/xdg-go/scram"

	"iqscope/session/negotiate"
)

// The other half of each login computes with the form that is wanted here, and with no other.
func TestAPasswordIsPreparedWhereSASLprepCanAndElseTakenAsItIs(t *testing.T) {
	for _, c := range []struct{ name, password, form, told string }{
		{"plain", "R0m30", "R0m30", ""},
		{"with a ligature", "ﬁsh\u00a0x", "fish x", ""},
		{"with an emoji", "🐎horse", "🐎horse", "characters that SASLprep does not know yet"},
		{"with an emoji and a ligature", "🐎ﬁ", "🐎fi", "characters that SASLprep does not know yet"},
		{"with a control character", "a\x07ﬁ", "a\x07ﬁ", "none that SASLprep allows"},
		{"in both directions", "\u0627b", "\u0627b", "none that SASLprep allows"},
		{"in another encoding", "caf\xe9", "caf\xe9", "none that SASLprep allows"},
		{"that would come to nothing", "\u00ad", "\u00ad", "none that SASLprep allows"},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, err := scram.SHA256.NewClientUnprepped("juliet", c.form, "")
			if err != nil {
				t.Fatal(err)
			}
			stored, err := client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "salt and pepper", Iters: 4096})
			if err != nil {
				t.Fatal(err)
			}
			server, err := scram.SHA256.NewServer(func(string) (scram.StoredCredentials, error) { return stored, nil })
			if err != nil {
				t.Fatal(err)
			}
			cfg, _ := play(t, func(p *peer) {
				p.open(offerAuth)
				_, message := p.auth()
				p.scram(server.NewConversation(), message)
				p.open(offerBind)
				p.bind("juliet@example.com/balcony")
			})
			var told strings.Builder
			cfg.Progress = func(step negotiate.Step, detail string) { told.WriteString(string(step) + ": " + detail + "\n") }
			cfg.Password = func(context.Context) (string, error) { return c.password, nil }
			mustConnect(t, cfg)
			if said := strings.Contains(told.String(), "logging in: the password"); said != (c.told != "") || !strings.Contains(told.String(), c.told) {
				t.Errorf("told was %s", told.String())
			}
			if c.told != "" && strings.Contains(told.String(), c.password) {
				t.Error("the password itself is told")
			}
		})
	}
}

// To prepare it is the server's part (RFC 4616 §2).
func TestPLAINSendsThePasswordAsItIs(t *testing.T) {
	for _, password := range []string{"🐎horse", "ﬁsh", "a\x07"} {
		var sent string
		cfg, p := inTLS(t, tls.VersionTLS13, func(p *peer) {
			p.open(offering("PLAIN"))
			_, sent = p.auth()
			p.say("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>")
		})
		cfg.Password = func(context.Context) (string, error) { return password, nil }
		mustFail(t, cfg)
		p.playing.Wait()
		if want := "\x00juliet\x00" + password; sent != want {
			t.Errorf("sent was %s", base64.StdEncoding.EncodeToString([]byte(sent)))
		}
	}
}
