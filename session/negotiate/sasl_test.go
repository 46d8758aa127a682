package negotiate_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"iqscope/session/negotiate"
)

// nonceOf is the nonce in SCRAM's first message.
func nonceOf(message string) string {
	_, nonce, _ := strings.Cut(message, ",r=")
	return nonce
}

// Fault 19: SCRAM's answers.
func TestAServerThatCheatsInTheLoginGetsNoFurther(t *testing.T) {
	// scripted answers SCRAM's first message with a challenge made of its nonce,
	// and what it likes after the proof.
	scripted := func(first func(nonce string) string, after string) func(*peer) {
		return func(p *peer) {
			p.open(offerAuth)
			_, message := p.auth()
			p.challenge(first(nonceOf(message)))
			p.say(after)
		}
	}
	honest := func(nonce string) string { return "r=" + nonce + "srv,s=c2FsdA==,i=4096" }
	says := func(text string) func(*peer) {
		return func(p *peer) {
			p.open(offerAuth)
			p.auth()
			p.say(text)
		}
	}
	const empty = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
	for _, c := range []struct {
		name       string
		script     func(*peer)
		secretSent bool
		words      string
	}{
		{"success at once", says(empty), false, "did not prove"},
		{"success at once, with a signature", says(sasl("success", "v=c2lnbmF0dXJl")), false, "did not prove"},
		{"success without a signature", scripted(honest, empty), true, "did not prove"},
		{"success with an empty signature", scripted(honest, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>=</success>"), true, "did not prove"},
		{"success with a wrong signature", scripted(honest, sasl("success", "v=c2lnbmF0dXJl")), true, "did not prove"},
		{"success with something else", scripted(honest, sasl("success", "x")), true, "did not prove"},
		{"an error of SCRAM's own", scripted(honest, sasl("success", "e=\x1b[31m")), true, `the error "\x1b[31m"`},
		{"a wrong signature in a challenge", scripted(honest, sasl("challenge", "v=c2lnbmF0dXJl")), true, "did not prove"},
		{"another nonce", scripted(func(string) string { return "r=other,s=c2FsdA==,i=4096" }, ""), false, "server nonce did not extend client nonce"},
		{"one round", scripted(func(n string) string { return "r=" + n + "x,s=c2FsdA==,i=1" }, ""), false, "1 rounds of SCRAM, fewer than the safe 4096"},
		{"4095 rounds", scripted(func(n string) string { return "r=" + n + "x,s=c2FsdA==,i=4095" }, ""), false, "fewer than the safe 4096"},
		{"1000001 rounds", scripted(func(n string) string { return "r=" + n + "x,s=c2FsdA==,i=1000001" }, ""), false, "more than the 1000000 we do"},
		{"10⁹ rounds", scripted(func(n string) string { return "r=" + n + "x,s=c2FsdA==,i=1000000000" }, ""), false, "more than"},
		{"rounds without end", scripted(func(n string) string { return "r=" + n + "x,s=c2FsdA==,i=9" + strings.Repeat("9", 99) }, ""), false, "is no number"},
		{"rounds twice", scripted(func(n string) string { return "r=" + n + "x,s=c2FsdA==,i=1,i=4096" }, ""), false, "fewer than"},
		{"no rounds", scripted(func(n string) string { return "r=" + n + "x,s=c2FsdA==" }, ""), false, "no iteration count"},
		{"an extension", scripted(func(n string) string { return "m=x,r=" + n + "x,s=c2FsdA==,i=4096" }, ""), false, "extension"},
		{"an extension further on", scripted(func(n string) string { return "r=" + n + "x,s=c2FsdA==,i=4096,m=x" }, ""), false, "extension"},
		{"a salt that is not base64", scripted(func(n string) string { return "r=" + n + "x,s=!,i=4096" }, ""), false, "not right"},
		{"a challenge that is not base64", says("<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>c*==</challenge>"), false, "is not base64"},
		{"a success that is not base64", says("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>c*==</success>"), false, "is not base64"},
		{"a huge challenge", says(sasl("challenge", strings.Repeat("x", 5000))), false, "longer than 4096 bytes"},
		{"something that is no answer", says("<iq/>"), false, `answered with "iq" ("jabber:client") instead of an answer to the login`},
		{"the end of the stream", says("</stream:stream>"), false, "the server closed the stream"},
		{"the end of the connection", says(""), false, "without </stream:stream>"},
		{"broken XML", says("<a></b>"), false, "XML is broken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, p := play(t, c.script)
			watch(t, &cfg)
			asked := 0
			cfg.Password = func(context.Context) (string, error) {
				asked++
				return password, nil
			}
			failure := mustFailEachWay(t, cfg)
			wants(t, failure, negotiate.StepAuth, c.secretSent, c.words)
			if logins := strings.Count(p.sent(), "<auth"); asked != logins {
				t.Errorf("the password was asked for %d times in %d logins", asked, logins)
			}
			if said := strings.Contains(failure.Error(), "The password, or a proof of it, was sent."); said != c.secretSent {
				t.Errorf("%q is wrong about the password", failure)
			}
		})
	}
}

func TestQuestionsWithoutEndAreCutOff(t *testing.T) {
	cfg, _ := play(t, func(p *peer) {
		p.open(offerAuth)
		_, message := p.auth()
		p.challenge("r=" + nonceOf(message) + "x,s=c2FsdA==,i=4096")
		for range 100 {
			p.challenge("v=c2lnbmF0dXJl")
		}
	})
	wants(t, mustFailEachWay(t, cfg), negotiate.StepAuth, true, "did not prove")
}

func TestTheServersProofMayComeInAChallengeOfItsOwn(t *testing.T) {
	cfg, _ := play(t, func(p *peer) {
		p.open(offerAuth)
		mechanism, message := p.auth()
		conversation := scramServer(mechanism).NewConversation()
		first, _ := conversation.Step(message)
		final, _ := conversation.Step(p.challenge(first))
		p.challenge(final)
		p.say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
		p.open(offerBind)
		p.bind("juliet@example.com/balcony")
	})
	stream := mustConnectEachWay(t, cfg)
	stream.Conn.CloseNow()
}

func TestTheMechanismIsChosenBeforeThePasswordIsAskedFor(t *testing.T) {
	offer := func(names ...string) string {
		return "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>" +
			strings.Join(names, "</mechanism><mechanism>") + "</mechanism></mechanisms></stream:features>"
	}
	for _, c := range []struct{ name, features, wanted, words string }{
		{"only PLAIN, without TLS", offer("PLAIN"), "", "the connection has no TLS"},
		{"PLAIN wanted, without TLS", offerAuth, "PLAIN", "the connection has no TLS"},
		{"only unknown ones", offer("X-A", "\u202e"), "", `offers only "X-A", "\u202e"`},
		{"a great many unknown ones", offer(strings.Split(strings.Repeat("X-A,", 500), ",")...), "", `"X-A", 491 more`},
		{"none", "<stream:features/>", "", "no way to log in here. No password was sent"},
		{"that of before SASL alone", "<stream:features><auth xmlns='http://jabber.org/features/iq-auth'/></stream:features>", "", "but that of before SASL (XEP-0078)"},
		{"the wanted one is not offered", offer("PLAIN"), "SCRAM-SHA-256", `does not offer SCRAM-SHA-256 but "PLAIN"`},
		{"the wanted one is unknown", offerAuth, "X-OWN", `"X-OWN" is not known here`},
		{"TLS is required first", strings.Replace(offerAuth, "<stream:features>", "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>", 1), "",
			"wants TLS before a login"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, p := play(t, func(p *peer) {
				p.open(c.features)
				p.expect("</auth>")
			})
			cfg.Mechanism = c.wanted
			refusePassword(t, &cfg)
			wants(t, mustFailEachWay(t, cfg), negotiate.StepAuth, false, c.words, "logging in to example.com (127.0.0.1:5222) as juliet failed")
			sentNoAuth(t, p)
		})
	}
}

func TestAPasswordThatCannotBeUsedIsNotSent(t *testing.T) {
	quit := errors.New("nobody typed one")
	for _, c := range []struct {
		name, password string
		err            error
		words          string
	}{
		{"none", "", quit, "there is no password: nobody typed one"},
		{"empty", "", nil, "the password is empty"},
		{"with a NUL", "canary\x00", nil, "a NUL byte, which no login can carry"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, p := play(t, func(p *peer) {
				p.open(offerAuth)
				p.expect("</auth>")
			})
			cfg.Password = func(context.Context) (string, error) { return c.password, c.err }
			failure := mustFail(t, cfg)
			wants(t, failure, negotiate.StepAuth, false, c.words)
			if c.err != nil && !errors.Is(failure, c.err) {
				t.Errorf("the cause is %v", failure.Cause)
			}
			sentNoAuth(t, p)
		})
	}
}

func TestARefusedLoginSaysWhyAndWhatToTry(t *testing.T) {
	for _, c := range []struct{ name, failure, condition, words, advice string }{
		{"wrong password", "<not-authorized/><text xml:lang='en'>no \x7f</text>", "not-authorized",
			`not-authorized: wrong user name or password (the server says "no \x7f").`, "Nothing was retried; check the account's spelling and the password."},
		{"disabled", "<account-disabled/>", "account-disabled", "the account is disabled", "administrator"},
		{"later", "<temporary-auth-failure/>", "temporary-auth-failure", "cannot check logins right now", "Try again later."},
		{"a novel", "<aborted/><text>" + strings.Repeat("la ", 10_000) + "</text>", "aborted", strings.Repeat("la ", 66) + `la")`, ""},
		{"its own", "<bad-auth/>", "bad-auth", `"bad-auth"`, ""},
		{"nothing", "", "", "the server gave no reason", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := play(t, func(p *peer) {
				p.open(offerAuth)
				p.auth()
				p.say("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + c.failure + "</failure></stream:stream>")
			})
			failure := mustFailEachWay(t, cfg)
			wants(t, failure, negotiate.StepAuth, false, c.words, c.advice)
			var refused *negotiate.AuthError
			if !errors.As(failure, &refused) || refused.Condition != c.condition || refused.Mechanism != "SCRAM-SHA-256" {
				t.Errorf("the cause is %#v", failure.Cause)
			}
		})
	}
}
