package cli

import (
	"strings"
	"testing"

	"iqscope/session/demo"
)

func raw(t *testing.T, args ...string) result {
	t.Helper()
	return run(t, append([]string{"send", "--demo", "--raw"}, args...)...)
}

// TestRawNeedsOnlyToBeWellFormed is row 61 of docs/acceptance-rows.md: broken XML stays here,
// what is right is sent, and its reply is paired.
func TestRawNeedsOnlyToBeWellFormed(t *testing.T) {
	raw(t, "<iq type='get' id='1'>\n <ping></iq>").want(t, exitUsage, "", "2:10: ")
	raw(t, "<iq/><iq/>").want(t, exitUsage, "", "1:6: ")
	raw(t, " ").want(t, exitUsage, "", "there is no element")

	r := raw(t, "--output", "json", ping)
	record := lines(t, r.stdout)[0]
	wantKeys(t, record, recordKeys...)
	if r.code != exitResult || record["outcome"] != "result" || record["verdict"] != "reply" || record["request"] != ping || r.stderr != "" {
		t.Errorf("exit code %d, record %v, stderr %q", r.code, record, r.stderr)
	}
}

func TestWhatIsBrokenIsSentOnPurposeAndStandsInTheLog(t *testing.T) {
	for _, row := range []struct {
		xml, likely string
		code        int
		end         string
	}{
		{"<iq type='get' id='1'>\n<a></iq>", "will likely end the stream with not-well-formed", exitLost, "the server ended the stream: not-well-formed"},
		{"<!-- c --><iq/>", "end the stream with restricted-xml", exitLost, "restricted-xml"},
		{"<x:iq/>", "end the stream with bad-namespace-prefix", exitLost, "bad-namespace-prefix"},
		{"<iq a=\"" + strings.Repeat("é", 2000), "it does not end", exitLost, ""},
		{"<presence/><presence/>", "one after the other", exitResult, ""},
		{"\xff", "unsupported-encoding", exitLost, ""},
	} {
		r := raw(t, "--broken", row.xml)
		r.want(t, row.code, "", row.likely)
		if !strings.Contains(r.stderr, row.end) || !strings.Contains(r.stderr, "what is sent is broken") {
			t.Errorf("of %q it says %q", row.xml, r.stderr)
		}
		record := lines(t, raw(t, "--broken", "--output", "json", row.xml).stdout)[0]
		wantKeys(t, record, recordKeys...)
		if want := strings.ReplaceAll(row.xml, "\xff", "<0xFF>"); record["request"] != want {
			t.Errorf("sent was %q, want %q", record["request"], want)
		}
	}
	raw(t, "--broken", ping).want(t, exitResult, "p1", "")
	raw(t, "--broken", "").want(t, exitUsage, "", "there is no element")
	raw(t, "<iq").want(t, exitUsage, "", "--broken sends it all the same")
	run(t, "send", "--demo", "--broken", ping).want(t, exitUsage, "", "needs --raw")
}

// TestRawIsSentByteForByte sends what iqscope send refuses, and reads from the
// answer that it arrived.
func TestRawIsSentByteForByte(t *testing.T) {
	for _, row := range []struct {
		name, xml string
		code      int
		stdout    string
		stderr    string
	}{
		{"two payloads", "<iq  type='get' id='x1'><a xmlns='a'/><b xmlns='b'/></iq>", exitError, "exactly one payload", "modify/bad-request"},
		{"an unknown type", "<iq type='ask' id=\"x1\"><a xmlns='a'/></iq>", exitError, "the type of an iq is", "modify/bad-request"},
		{"a message to nobody", "<message to='romeo@" + demo.Domain + "' id='m1'><body/></message>", exitError, `<message type='error' id='m1'`, "cancel/service-unavailable"},
		{"a presence", "<presence/>", exitResult, "", ""},
		{"a result that nobody asked for", "<iq type='result' id='r1'/>", exitResult, "", ""},
		{"an element that there is not", "<odd/>", exitLost, "", "the server ended the stream: unsupported-stanza-type"},
	} {
		t.Run(row.name, func(t *testing.T) {
			raw(t, row.xml).want(t, row.code, row.stdout, row.stderr)
			record := lines(t, raw(t, "--output", "json", " "+row.xml+"\n").stdout)[0]
			wantKeys(t, record, recordKeys...)
			if record["request"] != row.xml {
				t.Errorf("sent was %v", record["request"])
			}
		})
	}
}

func TestRawRequestWithoutAnIDIsOfferedOne(t *testing.T) {
	const typed = "<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>"
	r := raw(t, "--output", "json", typed)
	record := lines(t, r.stdout)[0]
	warnings, _ := record["warnings"].([]any)
	if len(warnings) != 1 || !strings.Contains(warnings[0].(string), `id="`) || record["request"] != typed || record["id"] != nil || record["outcome"] != nil {
		t.Errorf("the record is %v", record)
	}
	// The answer, without an id too, is shown all the same.
	raw(t, typed).want(t, exitError, "an iq has an id", "the IQ has no id")
}

func TestRawRequestCanTimeOut(t *testing.T) {
	raw(t, "--timeout", "0.1", "<iq type='get' id='1' to='silent@"+demo.BotsDomain+"'><a xmlns='a'/></iq>").want(t, exitTimeout, "", "no reply")
}

func TestRawHidesSecretsOfWhatItSent(t *testing.T) {
	r := raw(t, "--output", "json", "<iq type='set' id='1'><query xmlns='jabber:iq:register'><password>c4nary</password></query></iq>")
	if strings.Contains(r.stdout+r.stderr, "c4nary") {
		t.Errorf("it is shown: %+v", r)
	}
	// Unless they are wanted.
	r = raw(t, "--show-secrets", "--output", "json", "<iq type='set' id='1'><query xmlns='jabber:iq:register'><password>c4nary</password></query></iq>")
	if !strings.Contains(r.stdout, "c4nary") {
		t.Errorf("it is not shown: %+v", r)
	}
	// Nothing waits for this one.
	r = raw(t, "--output", "json", "<iq type='set'><query xmlns='jabber:iq:register'><password>c4nary</password></query></iq>")
	if strings.Contains(r.stdout+r.stderr, "c4nary") || !strings.Contains(r.stdout, "6 bytes hidden") {
		t.Errorf("it is shown: %+v", r)
	}
}

func TestRawGoesWithFewOtherFlags(t *testing.T) {
	for _, row := range []struct {
		args []string
		want string
	}{
		{[]string{"--query", "x"}, "--query and --id do not go with it"},
		{[]string{"--to", "a@b", ping}, "do not go with it"},
		{[]string{"--count", "2", ping}, "--count gives each an id of its own"},
		{nil, "nothing to send"},
	} {
		raw(t, row.args...).want(t, exitUsage, "", row.want)
	}
}
