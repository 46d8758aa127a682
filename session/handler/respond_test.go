package handler

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

// answering is a registry with one responder, and what it failed with.
func answering(t testing.TB, respond func(context.Context, Event) (Answer, error)) (*Registry, *[]any) {
	failures := new([]any)
	r := New(func(_ string, cause any) { *failures = append(*failures, cause) })
	mustAdd(t, r, Responder("responder", nil, respond))
	return r, failures
}

func failsWith(err error) func(context.Context, Event) (Answer, error) {
	return func(context.Context, Event) (Answer, error) { return Pass(), err }
}

const internal = `<iq to="romeo@example.net/orchard" type="error" id="q1">` +
	`<error type="cancel"><internal-server-error xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`

func TestRow33ARefusalIsSentAsItStands(t *testing.T) {
	const begin, end = `<iq to="romeo@example.net/orchard" type="error" id="q1">`, `</iq>`
	const conditions = ` xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"`
	for _, row := range []struct {
		name string
		err  error
		want string
	}{
		{"a condition alone", Refuse("item-not-found"), `<error type="cancel"><item-not-found` + conditions + `/></error>`},
		{"wrapped", fmt.Errorf("looking it up: %w", Refuse("forbidden")), `<error type="auth"><forbidden` + conditions + `/></error>`},
		{"a constant", Refuse(stanza.NotAllowed), `<error type="cancel"><not-allowed` + conditions + `/></error>`},
		{"the constant itself", stanza.Forbidden, `<error type="auth"><forbidden` + conditions + `/></error>`},
		{"that one wrapped", fmt.Errorf("looking it up: %w", stanza.Forbidden), `<error type="auth"><forbidden` + conditions + `/></error>`},
		{"nothing said", &Condition{}, `<error type="cancel"><feature-not-implemented` + conditions + `/></error>`},
		{"text and application condition",
			&Condition{StanzaError: stanza.StanzaError{
				Type: "wait", Condition: "resource-constraint", Text: "not <now>", Lang: "en",
				Application: stanza.Name{Space: "urn:example:e", Local: "tired"},
			}},
			`<error type="wait"><resource-constraint` + conditions + `/><text` + conditions + ` xml:lang="en">not &lt;now&gt;</text><tired xmlns="urn:example:e"/></error>`},
		{"an extension with content",
			&Condition{StanzaError: stanza.StanzaError{Type: "modify", Condition: "not-acceptable", Text: "no"},
				Extension: " <e:limit xmlns:e='urn:example:e' max='3'><e:unit>kB</e:unit></e:limit> "},
			`<error type="modify"><not-acceptable` + conditions + `/><text` + conditions + `>no</text><e:limit xmlns:e='urn:example:e' max='3'><e:unit>kB</e:unit></e:limit></error>`},
		{"an extension instead of the application condition",
			&Condition{StanzaError: stanza.StanzaError{Application: stanza.Name{Space: "urn:example:e", Local: "tired"}},
				Extension: "<limit xmlns='urn:example:e'/>"},
			`<error type="cancel"><feature-not-implemented` + conditions + `/><limit xmlns='urn:example:e'/></error>`},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, failures := answering(t, failsWith(row.err))
				got := askNow(t, r, askedPing)
				if got.By != "responder" || got.Err != nil || len(*failures) != 0 {
					t.Errorf("settled by %q with %v, reported %v; a refusal is no failure", got.By, got.Err, *failures)
				}
				if diff := cmp.Diff(begin+row.want+end, got.Answer.Stanza().XML()); diff != "" {
					t.Errorf("reply (-want +got):\n%s", diff)
				}
				if info := find(t, r, "responder"); info.Replies != 1 || info.Failures != 0 {
					t.Errorf("%d replies and %d failures", info.Replies, info.Failures)
				}
			})
		})
	}
}

func TestARefusalThatCannotBeWrittenIsAFailure(t *testing.T) {
	extension := func(xml string) error {
		return &Condition{StanzaError: stanza.StanzaError{Condition: "forbidden"}, Extension: xml}
	}
	for name, err := range map[string]error{
		"no defined condition":       Refuse("because"),
		"a constant that is none":    stanza.Condition("not-alowed"),
		"no type":                    &Condition{StanzaError: stanza.StanzaError{Type: "never", Condition: "gone"}},
		"text that XML cannot carry": &Condition{StanzaError: stanza.StanzaError{Text: "\x01"}},
		"extension not well-formed":  extension("<x xmlns='urn:example:x'>"),
		"extension breaks out":       extension("<x xmlns='urn:example:x'/></error><x xmlns='urn:example:x'/><error type='cancel'>"),
		"extension is text":          extension("words"),
		"extension without a name":   extension("<x/>"),
		"extension in no namespace":  extension("<x xmlns=''/>"),
		"extension is a condition":   extension("<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"),
		"extension without prefix":   extension("<e:x/>"),
		"a nil refusal":              (*Condition)(nil),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, failures := answering(t, failsWith(err))
				wantFailure(t, r, askNow(t, r, askedPing), *failures)
			})
		})
	}
}

// wantFailure wants the request to have been settled with internal-server-error and
// nothing else, and the failure to be counted and reported.
func wantFailure(t *testing.T, r *Registry, got Settlement, failures []any) {
	t.Helper()
	if got.By != "responder" || got.Err == nil {
		t.Errorf("settled by %q with the error %v", got.By, got.Err)
	}
	if diff := cmp.Diff(internal, got.Answer.Stanza().XML()); diff != "" {
		t.Errorf("reply (-want +got):\n%s", diff)
	}
	if info := find(t, r, "responder"); info.Replies != 1 || info.Failures != 1 || len(failures) != 1 {
		t.Errorf("%d replies and %d failures, reported: %v", info.Replies, info.Failures, failures)
	}
}

func TestRow34APanicIsAnsweredOnceAndTheNextRequestAsUsual(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := true
		r, failures := answering(t, func(_ context.Context, in Event) (Answer, error) {
			if broken {
				panic("secret plans")
			}
			return Reply(iqbuilder.Result(iqbuilder.InReplyTo(in.Stanza)))
		})
		got := askNow(t, r, askedPing)
		wantFailure(t, r, got, *failures)
		if (*failures)[0] != "secret plans" || got.Err.Error() != "panic: secret plans" {
			t.Errorf("reported %v and %v, want what it panicked with", *failures, got.Err)
		}
		broken = false
		if next := askNow(t, r, askedPing); next.Err != nil || next.Answer.Stanza().Type() != stanza.Result {
			t.Errorf("the next request is settled with %v", next.Err)
		}
	})
}

func TestRow36AFailedInnerRequestLeaksNothing(t *testing.T) {
	request := xmpptest.Stanza(t, "<iq type='get' id='inner' to='secret@example.org'><x xmlns='urn:example:x'/></iq>")
	reply := xmpptest.Stanza(t, "<iq type='error' id='inner' from='secret@example.org'><error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>secret</text></error></iq>")
	iqError := &stanza.IQError{Request: request, Reply: reply, Err: reply.Err()}
	for name, err := range map[string]error{
		"error":                         iqError,
		"timeout":                       &stanza.IQTimeout{Request: request},
		"cancelled":                     &stanza.Cancelled{Request: request},
		"not sent":                      &stanza.NotSent{Request: request},
		"unknown":                       fmt.Errorf("asking a friend: %w", &stanza.Unknown{Request: request}),
		"even beside a refusal":         errors.Join(Refuse("item-not-found"), iqError),
		"a refusal that stands for one": fmt.Errorf("%w because %w", &Condition{StanzaError: *iqError.Err}, iqError),
		"any other":                     errors.New("no such table: secrets"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, failures := answering(t, failsWith(err))
				got := askNow(t, r, askedPing)
				wantFailure(t, r, got, *failures)
				if !errors.Is(got.Err, err) {
					t.Errorf("we ourselves are told %v", got.Err)
				}
			})
		})
	}
}

func TestAReplyThatFitsAnotherRequestIsAFailure(t *testing.T) {
	for name, xml := range map[string]string{
		"a request":       "<iq type='get' id='q1' to='romeo@example.net/orchard'><x xmlns='urn:example:x'/></iq>",
		"a message":       "<message id='q1' to='romeo@example.net/orchard'/>",
		"another id":      "<iq type='result' id='q2' to='romeo@example.net/orchard'/>",
		"no id":           "<iq type='result' to='romeo@example.net/orchard'/>",
		"another address": "<iq type='result' id='q1' to='juliet@example.net'/>",
		"no address":      "<iq type='result' id='q1'/>",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				reply := xmpptest.Stanza(t, xml)
				r, failures := answering(t, func(context.Context, Event) (Answer, error) { return Reply(reply, nil) })
				wantFailure(t, r, askNow(t, r, askedPing), *failures)
			})
		})
	}
}

func TestRepliesThatFit(t *testing.T) {
	for _, row := range []struct {
		name           string
		scope          stanza.Scope
		request, reply string
		fits           bool
	}{
		{"the same address, spelt otherwise", stanza.ClientScope(), "<iq type='get' id='1' from='Romeo@EXAMPLE.net'/>", "<iq type='result' id='1' to='romeo@example.net'/>", true},
		{"no address, as of the own server", stanza.ClientScope(), "<iq type='get' id='1'/>", "<iq type='error' id='1'/>", true},
		{"no id", stanza.ClientScope(), "<iq type='get'/>", "<iq type='result'/>", true},
		{"an empty id is an id", stanza.ClientScope(), "<iq type='get' id=''/>", "<iq type='result'/>", false},
		{"no address at all, letter by letter", stanza.ClientScope(), "<iq type='get' id='1' from='@@'/>", "<iq type='result' id='1' to='@@'/>", true},
		{"a component's", stanza.ComponentScope(), "<iq type='get' id='1' from='a@b' to='c.d'/>", "<iq type='result' id='1' to='a@b' from='c.d'/>", true},
		{"a component's from another address", stanza.ComponentScope(), "<iq type='get' id='1' from='a@b' to='c.d'/>", "<iq type='result' id='1' to='a@b' from='e.d'/>", false},
		{"a component's without from", stanza.ComponentScope(), "<iq type='get' id='1' from='a@b' to='c.d'/>", "<iq type='result' id='1' to='a@b'/>", false},
	} {
		if got := fits(xmpptest.StanzaIn(t, row.scope, row.request), xmpptest.StanzaIn(t, row.scope, row.reply)); got != row.fits {
			t.Errorf("%s: fits is %v", row.name, got)
		}
	}
	client := xmpptest.Stanza(t, "<iq type='get' id='1'/>")
	component := xmpptest.StanzaIn(t, stanza.ComponentScope(), "<iq type='result' id='1'/>")
	if fits(client, component) {
		t.Error("a component's stanza fits into a client's stream")
	}
}

func TestFaultyRequestsGetTheirErrorToo(t *testing.T) {
	for _, xml := range []string{
		"<iq type='get'/>",
		"<iq type='get' id=''/>",
		"<iq type='set' id='q1' from='@@'><a xmlns='a'/><b xmlns='b'/></iq>",
	} {
		synctest.Test(t, func(t *testing.T) {
			r, _ := answering(t, failsWith(errors.New("it failed")))
			got := askNow(t, r, xml)
			if got.Answer.Stanza() == nil {
				t.Fatalf("%s gets no reply", xml)
			}
			if !fits(event(t, xml).Stanza, got.Answer.Stanza()) {
				t.Errorf("%s gets %s", xml, got.Answer.Stanza().XML())
			}
		})
	}
}

// RFC 6120 §8.3.3, by hand; RFC 3920 §9.3.3 for payment-required.
func TestRefuseTakesTheTypeThatGoesWithTheCondition(t *testing.T) {
	want := map[string]string{
		"bad-request": "modify", "conflict": "cancel", "feature-not-implemented": "cancel", "forbidden": "auth",
		"gone": "cancel", "internal-server-error": "cancel", "item-not-found": "cancel", "jid-malformed": "modify",
		"not-acceptable": "modify", "not-allowed": "cancel", "not-authorized": "auth", "payment-required": "auth",
		"policy-violation": "modify", "recipient-unavailable": "wait", "redirect": "modify",
		"registration-required": "auth", "remote-server-not-found": "cancel", "remote-server-timeout": "wait",
		"resource-constraint": "wait", "service-unavailable": "cancel", "subscription-required": "auth",
		"undefined-condition": "cancel", "unexpected-request": "wait",
	}
	got := map[string]string{}
	for _, condition := range stanza.Conditions() {
		c, ok := errors.AsType[*Condition](Refuse(condition))
		if !ok || c.Condition != condition {
			t.Fatalf("refusing with %s gives %v", condition, c)
		}
		got[condition] = c.Type
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
	if got := Refuse("not-alowed").Error(); got != `there is no condition "not-alowed"; did you mean "not-allowed"?` {
		t.Errorf("a word that is none is refused with %q", got)
	}
	if got := Refuse("forbidden").Error(); got != "refused: auth/forbidden" {
		t.Errorf("a refusal in words: %s", got)
	}
}

func TestAResponderSeesTheRequestWithItsNumber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, h := New(nil), numbered(7)
		var got Event
		mustAdd(t, r, Responder("responder", match.PayloadName(stanza.Name{Space: "urn:xmpp:ping", Local: "ping"}),
			func(_ context.Context, in Event) (Answer, error) { got = in; return Pass(), nil }))
		e := event(t, askedPing)
		ask(t.Context(), t, r, h.deliver(r, e).Event)
		synctest.Wait()
		if got.Seq != 7 || got.Stanza != e.Stanza || got.Dir != stanza.In {
			t.Errorf("it sees %+v", got)
		}
	})
}
