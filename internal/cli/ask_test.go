package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"iqscope/session/demo"
)

func TestOneIsAskedAndTheAnswerIsShownByItsFields(t *testing.T) {
	for _, row := range []struct{ args, want string }{
		{"version demo.localhost", "name     iqscope demo\nversion  "},
		{"time demo.localhost", "tzo  +00:00\nutc  20"},
		{"last demo.localhost", "seconds  "},
		{"vcard romeo@demo.localhost", "fn        Romeo\n"},
		{"vcard", "fn        Juliet\n"},
		{"roster", "JID                       NAME   SUBSCRIPTION  GROUP\nromeo@demo.localhost      Romeo  both          Friends\n"},
		{"commands demo.localhost", "two-steps"},
		{"disco demo.localhost", "identity  server    im    iqscope demo\n"},
		{"disco demo.localhost", "urn:xmpp:ping                           XEP-0199, XMPP Ping\n"},
		{"disco --items demo.localhost", "bots.demo.localhost    Bots to try IQs on\n"},
		{"disco --items --max 1 demo.localhost", "last   "},
		{"disco --node http://jabber.org/protocol/commands --items demo.localhost", "two-steps"},
		{"ping demo.localhost", "demo.localhost: answered in "},
		{"ping", "juliet@demo.localhost: answered in "},
	} {
		run(t, append(strings.Fields(row.args), "--demo")...).want(t, exitResult, row.want, "")
	}
	run(t, "version").want(t, exitResult, "iqscope ", "")
}

func TestWhatComesBackInsteadIsSaid(t *testing.T) {
	run(t, "ping", "--demo", "error-service-unavailable@"+demo.BotsDomain).
		want(t, exitError, "", "iqscope: service-unavailable: it is there all the same\niqscope: error reply from")
	run(t, "ping", "--demo", "silent@"+demo.BotsDomain, "--timeout", "100ms").want(t, exitTimeout, "", "no reply to get")
	run(t, "disco", "--items", "--demo", echo).want(t, exitResult, "", "the answer is empty")
	const another = "[[kind]]\nkey = 'ping'\ntitle = 'Ping'\ntype = 'get'\npayload = 'ping'\nreplace = true\nresult = 'version'\n"
	env, _ := ownKinds(t, another)
	call{args: []string{"ping", "--demo", demo.Domain}, env: env}.run(t.Context()).want(t, exitResult, "<iq ", "the answer is not what was asked for")
}

func TestSeveralAreAskedAtTheSameTimeAndMakeATable(t *testing.T) {
	r := run(t, "version", "--demo", "--timeout", "300ms", demo.Domain, "error-forbidden@"+demo.BotsDomain, "silent@"+demo.BotsDomain, "romeo@"+demo.Domain)
	r.want(t, exitTimeout, "JID                                  OUTCOME  TIME  ", "not all went well; the worst: no reply")
	rows := strings.Split(r.stdout, "\n")
	for i, want := range [][]string{
		{demo.Domain, " result ", " ms  name: iqscope demo, version: "},
		{"error-forbidden@", " error ", ` ms  auth/forbidden: "this bot`},
		{"silent@", " timeout  -"},
		{"romeo@demo.localhost ", " error ", "cancel/service-unavailable"},
	} {
		for _, part := range want {
			if !strings.Contains(rows[i+1], part) {
				t.Errorf("row %d is %q, without %q", i+1, rows[i+1], part)
			}
		}
	}
	run(t, "version", "--demo", demo.Domain, "error-forbidden@"+demo.BotsDomain).want(t, exitError, "auth/forbidden", "the worst: error reply")
	run(t, "version", "--demo", demo.Domain, "pubsub."+demo.Domain).want(t, exitResult, "\npubsub.demo.localhost  result ", "")
}

func TestThoseAskedComeAsJSONWithTheFieldsOfTheirAnswers(t *testing.T) {
	r := run(t, "version", "--demo", "-o", "json", demo.Domain, "error-forbidden@"+demo.BotsDomain)
	r.want(t, exitError, "{", "")
	by := map[any]map[string]any{}
	for _, record := range lines(t, r.stdout) {
		wantKeys(t, record, append(recordKeys, "fields")...)
		by[record["to"]] = record
	}
	if got := by[demo.Domain]["fields"].(map[string]any)["name"]; got != "iqscope demo" {
		t.Errorf("the name is %v", got)
	}
	if got := by["error-forbidden@"+demo.BotsDomain]; got["fields"] != nil || got["outcome"] != "error" {
		t.Errorf("the error is %v", got)
	}
	disco := lines(t, run(t, "disco", "--demo", "-o", "json", demo.Domain).stdout)[0]["fields"].(map[string]any)
	if id := disco["identity"].([]any)[0].(map[string]any); id["category"] != "server" || len(disco["feature"].([]any)) < 5 {
		t.Errorf("the fields are %v", disco)
	}
}

func TestAPingIsRepeated(t *testing.T) {
	r := run(t, "ping", "--demo", "-c", "3", "-i", "0", demo.Domain, "error-gone@"+demo.BotsDomain)
	r.want(t, exitError, "6 sent: 3 ok, 3 error, 0 timeout", "the worst: error reply")
	for n := 1; n <= 3; n++ {
		if !strings.Contains(r.stdout, fmt.Sprintf("demo.localhost  %d  result  ", n)) {
			t.Errorf("the %d. answer is missing in %q", n, r.stdout)
		}
	}
	all := lines(t, run(t, "ping", "--demo", "-c", "2", "-i", "0", "-o", "json").stdout)
	if len(all) != 3 || all[0]["id"] == all[1]["id"] {
		t.Errorf("got %v", all)
	}
	wantKeys(t, all[2], summaryKeys...)
}

func TestNamesAreReadFromStandardInput(t *testing.T) {
	r := call{args: []string{"ping", "--demo", demo.Domain, "-"}, stdin: "\n pubsub.demo.localhost\r\nDEMO.localhost\n"}.run(t.Context())
	r.want(t, exitResult, "\npubsub.demo.localhost  result", "one name was given twice; who has it is asked once")
	if n := strings.Count(r.stdout, "\n"); n != 3 {
		t.Errorf("there are %d lines in %q", n, r.stdout)
	}
	for _, row := range []struct{ args, stdin, want string }{
		{"ping -", "a@b\n\nb@@c\n", "line 3: "},
		{"ping -", "\n \n", "standard input names nobody to ask"},
		{"ping - -", "a@b\n", "which is read once"},
		{"ping -", strings.Repeat("a@b\n", maxInput/4+1), "longer than 1 MiB"},
		{"ping a@b@c", "", "a@b@c"},
		{"ping a@b\u202e", "", "is not an address"},
		{"roster a@b", "", "unknown command"},
		{"ping a@b --count 0", "", "--count is a number from 1"},
		{"ping a@b --window 0", "", "--window is a number from 1"},
		{"ping a@b -o raw", "", "--output is one of text, json"},
		{"disco a@b --max 2", "", "they need --items"},
		{"disco a@b --items --max some", "", "disco_items: max: "},
	} {
		call{args: append(strings.Fields(row.args), "--demo"), stdin: row.stdin}.run(t.Context()).want(t, exitUsage, "", row.want)
	}
	run(t, "ping", "a@b").want(t, exitUsage, "", "no account")
}

func TestAThousandAreAskedInTheirOrder(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	var names strings.Builder
	for n := range 1000 {
		fmt.Fprintf(&names, "%s/%d\n", demo.Domain, n)
	}
	r := call{args: []string{"version", "--demo", "-"}, stdin: names.String()}.run(t.Context())
	rows := strings.Split(strings.TrimSpace(r.stdout), "\n")[1:]
	if len(rows) != 1000 {
		t.Fatalf("there are %d rows, and %q", len(rows), r.stderr)
	}
	for n, row := range rows {
		if !strings.HasPrefix(row, fmt.Sprintf("%s/%d ", demo.Domain, n)) {
			t.Fatalf("row %d is %q", n, row)
		}
	}
}

func TestWhatWasNotAskedIsToldWhenOneHasHadEnough(t *testing.T) {
	s := server(t)
	jid, asked := romeo(t, s)
	ctx, enough := context.WithCancel(t.Context())
	defer enough()
	go func() {
		<-asked
		enough()
	}()
	r := call{args: append([]string{"ping", "--window", "1", jid, demo.Domain}, flags(t, s)...), env: []string{"IQSCOPE_PASSWORD=" + demo.Password}}.run(ctx)
	r.want(t, exitInterrupted, "cancelled  -\n", "interrupted")
	r.want(t, exitInterrupted, "not asked  -\n", "interrupted")
}

func TestALostConnectionEndsThem(t *testing.T) {
	s := server(t)
	jid, asked := romeo(t, s)
	go func() {
		<-asked
		s.Close()
	}()
	r := call{args: append([]string{"ping", "--window", "1", jid, demo.Domain}, flags(t, s)...), env: []string{"IQSCOPE_PASSWORD=" + demo.Password}}.run(t.Context())
	r.want(t, exitLost, " unknown ", "not all went well; the worst: ")
	r.want(t, exitLost, " not-sent ", "the worst: ")
}

func TestTheyAreAskedAtTheSameTimeWithinTheWindow(t *testing.T) {
	s := server(t)
	first, asked1 := romeo(t, s)
	second, asked2 := romeo(t, s)
	third, asked3 := romeo(t, s)
	ctx, enough := context.WithCancel(t.Context())
	defer enough()
	go func() {
		<-asked1
		<-asked2
		enough()
	}()
	r := call{args: append([]string{"ping", "--window", "2", "--timeout", "1m", first, second, third}, flags(t, s)...), env: []string{"IQSCOPE_PASSWORD=" + demo.Password}}.run(ctx)
	r.want(t, exitInterrupted, "cancelled  -\n", "interrupted")
	if len(asked3) > 0 {
		t.Error("the third was asked while two were")
	}
}

// enough is a stream that ends a run with what is written to it first.
type enough struct {
	text strings.Builder
	end  func()
}

func (e *enough) Write(p []byte) (int, error) {
	defer e.end()
	return e.text.Write(p)
}

func TestBetweenTwoPingsIsAnInterval(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	defer end()
	out := &enough{end: end}
	if code := (call{args: []string{"ping", "--demo", "-c", "3", "-i", "1h"}}).runTo(ctx, out, io.Discard); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	if !strings.Contains(out.text.String(), "1 sent: 1 ok") {
		t.Errorf("printed is %q", out.text.String())
	}
}
