package explain

import (
	"regexp"
	"strings"
	"testing"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

var answerers = []Answerer{Unknown, Server, Account, Session, Contact, ForeignServer, ForeignSession, ForeignContact, Peer}

var section = regexp.MustCompile(`^(RFC \d{4}|XEP-\d{4})( §\d+(\.\d+)*)?$`)

// whole refuses an explanation that leaves its reader alone.
func whole(t *testing.T, name string, e Explanation) {
	t.Helper()
	switch {
	case !strings.HasSuffix(e.Meaning, ".") || len(e.Meaning) < 30:
		t.Errorf("%s: its meaning is %q", name, e.Meaning)
	case e.Fault != Ours && e.Fault != Theirs && e.Fault != Network && e.Fault != Nobody:
		t.Errorf("%s: its fault is %q", name, e.Fault)
	case len(e.Try) < 1 || len(e.Try) > maxTry:
		t.Errorf("%s: there are %d things to try", name, len(e.Try))
	case !section.MatchString(e.Section):
		t.Errorf("%s: its section is %q", name, e.Section)
	}
	for _, try := range e.Try {
		if !strings.HasSuffix(try, ".") {
			t.Errorf("%s: to try: %q", name, try)
		}
	}
}

func TestEveryConditionIsExplainedWithEveryTypeByWhoeverAnswers(t *testing.T) {
	if len(conditions) != len(stanza.Conditions()) {
		t.Errorf("%d conditions are explained, there are %d", len(conditions), len(stanza.Conditions()))
	}
	for _, condition := range stanza.Conditions() {
		if _, ok := conditions[condition]; !ok {
			t.Errorf("%s is not explained", condition)
		}
		for _, typ := range stanza.ErrorTypes() {
			for _, by := range answerers {
				whole(t, condition+"/"+typ+" by "+string(by), Error(Context{Condition: condition, Type: typ, By: by}))
			}
		}
	}
}

func TestATypeThatDoesNotGoWithTheConditionIsFlagged(t *testing.T) {
	// The types of RFC 6120 §8.3.3 and RFC 3920 §9.3.3.
	for condition, types := range map[string]string{
		"bad-request": "modify", "conflict": "cancel", "feature-not-implemented": "cancel modify",
		"forbidden": "auth", "gone": "cancel", "internal-server-error": "cancel",
		"item-not-found": "cancel", "jid-malformed": "modify", "not-acceptable": "modify",
		"not-allowed": "cancel", "not-authorized": "auth", "payment-required": "auth",
		"policy-violation": "modify wait", "recipient-unavailable": "wait", "redirect": "modify",
		"registration-required": "auth", "remote-server-not-found": "cancel",
		"remote-server-timeout": "wait", "resource-constraint": "wait",
		"service-unavailable": "cancel", "subscription-required": "auth",
		"undefined-condition": "auth cancel continue modify wait", "unexpected-request": "wait modify",
	} {
		for _, typ := range strings.Fields(types) {
			if e := Error(Context{Condition: condition, Type: typ}); e.Unusual != "" {
				t.Errorf("%s/%s is flagged: %s", condition, typ, e.Unusual)
			}
		}
	}
	for _, c := range []Context{
		{Condition: "item-not-found", Type: "modify"},
		{Condition: "forbidden", Type: "cancel"},
		{Condition: "service-unavailable", Type: "wait"},
		{Condition: "bad-request", Type: "continue"},
		{Condition: "gone", Type: "panic"},
		{Condition: "gone"},
	} {
		if e := Error(c); e.Unusual == "" {
			t.Errorf("%s/%s is not flagged", c.Condition, c.Type)
		}
	}
}

func TestTheMostPreciseExplanationWins(t *testing.T) {
	ping := stanza.Name{Space: "urn:xmpp:ping", Local: "ping"}
	closed := stanza.Name{Space: nsPubSub, Local: "closed-node"}
	foreign := stanza.Name{Space: "urn:own", Local: "closed-node"}
	for _, c := range []struct {
		name    string
		context Context
		says    string
	}{
		{"the condition alone", Context{Condition: "service-unavailable", Type: "cancel"}, "does not offer this at all"},
		{"who answered", Context{Condition: "service-unavailable", Type: "cancel", By: Peer}, "offline, has blocked you"},
		{"the own account", Context{Condition: "service-unavailable", Type: "cancel", By: Account}, "Your own server answered"},
		{"the payload", Context{Condition: "service-unavailable", Type: "cancel", By: Peer, Payload: ping}, "the way there and back works"},
		{"the application condition", Context{Condition: "not-allowed", Type: "cancel", By: Server, Application: closed}, "The node is closed"},
		{"an unknown application condition", Context{Condition: "not-allowed", Type: "cancel", Application: foreign}, "not defined by any specification known here"},
		{"an unknown condition", Context{Condition: "closed-node", Type: "cancel"}, "not defined by RFC 6120"},
		{"no condition", Context{Type: "cancel"}, "lacks a condition"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := Error(c.context)
			whole(t, c.name, e)
			if !strings.Contains(e.Meaning, c.says) {
				t.Errorf("it says %q", e.Meaning)
			}
		})
	}
}

func TestTheTypeSaysWhatToDoNext(t *testing.T) {
	for typ, says := range map[string]string{
		"auth": "logged in", "cancel": "Do not just repeat", "continue": "Go on", "modify": "Change the request", "wait": "after a while",
	} {
		if try := Error(Context{Condition: "gone", Type: typ}).Try; !strings.Contains(try[len(try)-1], says) {
			t.Errorf("%s: %q", typ, try)
		}
	}
}

func TestEveryRowOfTheTablesIsWhole(t *testing.T) {
	for _, m := range catalog.Builtin().Meanings() {
		e := Error(Context{Condition: m.Condition, Type: "cancel", Payload: stanza.Name{Space: m.Namespace, Local: "x"}})
		whole(t, m.Namespace+" "+m.Condition, e)
		if e.Meaning != m.Text || !stanza.IsCondition(m.Condition) && m.Condition != "bad-format" { // XEP-0049's own
			t.Errorf("%s: of %s is said %q", m.Namespace, m.Condition, e.Meaning)
		}
	}
	for condition := range management {
		whole(t, condition, Error(Context{Condition: condition, Type: "cancel", Payload: stanza.Name{Space: nsManagement, Local: "x"}}))
	}
	for name := range applications {
		whole(t, name.Local, Error(Context{Condition: "bad-request", Type: "modify", Application: name}))
	}
	for name := range streamApplications {
		whole(t, name.Local, Stream("undefined-condition", name))
	}
}

func TestEveryStreamErrorIsExplained(t *testing.T) {
	all := strings.Fields(`bad-format bad-namespace-prefix conflict connection-timeout host-gone host-unknown
		improper-addressing internal-server-error invalid-from invalid-namespace invalid-xml not-authorized
		not-well-formed policy-violation remote-connection-failed reset resource-constraint restricted-xml
		see-other-host system-shutdown undefined-condition unsupported-encoding unsupported-feature
		unsupported-stanza-type unsupported-version`) // RFC 6120 §4.9.3
	if len(all) != 25 || len(streams) != len(all) {
		t.Errorf("%d stream errors are explained, there are %d", len(streams), len(all))
	}
	for _, condition := range all {
		if _, ok := streams[condition]; !ok {
			t.Errorf("%s is not explained", condition)
		}
		whole(t, condition, Stream(condition, stanza.Name{}))
	}
	whole(t, "unknown", Stream("closed-node", stanza.Name{Space: "u", Local: "x"}))
}

func TestEveryLoginFailureIsExplained(t *testing.T) {
	all := strings.Fields(`aborted account-disabled credentials-expired encryption-required incorrect-encoding
		invalid-authzid invalid-mechanism malformed-request mechanism-too-weak not-authorized
		temporary-auth-failure`) // RFC 6120 §6.5
	if len(logins) != len(all) {
		t.Errorf("%d failures are explained, there are %d", len(logins), len(all))
	}
	for _, condition := range all {
		if _, ok := logins[condition]; !ok {
			t.Errorf("%s is not explained", condition)
		}
		whole(t, condition, SASL(condition))
	}
	whole(t, "unknown", SASL("closed-node"))
}

func TestEveryOutcomeIsExplainedForEveryType(t *testing.T) {
	all := []stanza.Outcome{
		stanza.OutcomeResult, stanza.OutcomeError, stanza.OutcomeTimeout,
		stanza.OutcomeCancelled, stanza.OutcomeNotSent, stanza.OutcomeUnknown,
	}
	if len(outcomes) != len(all) {
		t.Errorf("%d outcomes are explained, there are %d", len(outcomes), len(all))
	}
	for _, o := range append(all, "", "lost") {
		for _, typ := range []stanza.Type{stanza.Get, stanza.Set, ""} {
			whole(t, string(o)+" of a "+string(typ), Outcome(o, typ))
		}
	}
	if _, ok := outcomes["lost"]; ok {
		t.Error("an outcome that does not exist is explained")
	}
	for _, o := range []stanza.Outcome{stanza.OutcomeTimeout, stanza.OutcomeUnknown} {
		if try := Outcome(o, stanza.Get).Try[0]; !strings.HasPrefix(try, "Send it again") {
			t.Errorf("after the %s of a get: %s", o, try)
		}
		if try := Outcome(o, stanza.Set).Try[0]; !strings.HasPrefix(try, "Find out") {
			t.Errorf("after the %s of a set: %s", o, try)
		}
	}
}

func TestEveryVerdictIsExplained(t *testing.T) {
	all := []stanza.Verdict{
		stanza.VerdictReply, stanza.VerdictLate, stanza.VerdictDuplicate, stanza.VerdictWrongSender,
		stanza.VerdictWrongRecipient, stanza.VerdictUnknownID, stanza.VerdictBorrowedID,
		stanza.VerdictForged, stanza.VerdictMalformed,
	}
	if len(verdicts) != len(all) {
		t.Errorf("%d verdicts are explained, there are %d", len(verdicts), len(all))
	}
	for _, v := range all {
		if _, ok := verdicts[v]; !ok {
			t.Errorf("%s is not explained", v)
		}
		whole(t, string(v), Verdict(v))
	}
	whole(t, "none", Verdict(""))
}

func TestNoTextHoldsWhatTheOtherSideSent(t *testing.T) {
	const remote = "\x1b]52;remote"
	name := stanza.Name{Space: remote, Local: remote}
	for what, e := range map[string]Explanation{
		"error":   Error(Context{Condition: remote, Type: remote, Application: name, By: Answerer(remote), Payload: name}),
		"stream":  Stream(remote, name),
		"login":   SASL(remote),
		"outcome": Outcome(stanza.Outcome(remote), stanza.Type(remote)),
		"verdict": Verdict(stanza.Verdict(remote)),
	} {
		whole(t, what, e)
		if all := e.Meaning + strings.Join(e.Try, "") + e.Section + e.Unusual; strings.Contains(all, "remote;") || strings.Contains(all, "\x1b") {
			t.Errorf("%s: %q", what, all)
		}
	}
}

func TestTheTablesCannotBeChangedFromOutside(t *testing.T) {
	Error(Context{Condition: "gone", Type: "cancel"}).Try[0] = "changed"
	if Error(Context{Condition: "gone", Type: "cancel"}).Try[0] == "changed" {
		t.Error("they can")
	}
}
