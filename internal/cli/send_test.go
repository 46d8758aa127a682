package cli

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/demo"
	"iqscope/session/negotiate"
)

const (
	echo = "echo@" + demo.BotsDomain
	ping = "<iq type='get' id='p1' to='" + demo.Domain + "'><ping xmlns='urn:xmpp:ping'/></iq>"
)

func TestResultExitsWith0(t *testing.T) {
	run(t, "send", "--demo", "--query", "jabber:iq:version", "--to", demo.Domain).
		want(t, exitResult, "<name>iqscope demo</name>", "")
}

func TestErrorReplyExitsWith1(t *testing.T) {
	run(t, "send", "--demo", "--query", "urn:xmpp:ping", "--to", demo.Domain).
		want(t, exitResult, "<iq", "sent is <ping/>, by which a get asks in urn:xmpp:ping")
	run(t, "send", "--demo", "--query", "urn:xmpp:pnig", "--to", demo.Domain).
		want(t, exitError, "service-unavailable", "did you mean urn:xmpp:ping?")
	run(t, "send", "--demo", "--query", "x", "--to", "error-forbidden@"+demo.BotsDomain).
		want(t, exitError, "<forbidden ", "auth/forbidden")
}

func TestTimeoutExitsWith3AtItsTime(t *testing.T) {
	r := run(t, "send", "--demo", "--query", "x", "--to", "silent@"+demo.BotsDomain, "--timeout", "100ms", "--output", "json")
	if r.code != exitTimeout || r.stderr != "" {
		t.Errorf("exit code %d, stderr %q", r.code, r.stderr)
	}
	record := lines(t, r.stdout)[0]
	wantKeys(t, record, recordKeys...)
	for key, want := range map[string]any{"outcome": "timeout", "rtt_ms": nil, "reply": nil, "verdict": nil, "error": nil} {
		if record[key] != want {
			t.Errorf("%s is %v", key, record[key])
		}
	}
}

func TestUsageExitsWith2(t *testing.T) {
	demoSend := []string{"send", "--demo"}
	for _, row := range []struct {
		name  string
		args  []string
		stdin string
		env   []string
		want  string
	}{
		{"an unknown flag", []string{"send", "--nonsense"}, "", nil, "unknown flag: --nonsense"},
		{"an unknown command", []string{"sned"}, "", nil, "unknown command"},
		{"no account", []string{"send", ping}, "", nil, "no account"},
		{"nothing to send", demoSend, "", nil, "nothing to send"},
		{"an account that is no address", []string{"send", "-j", "a@@b", ping}, "", nil, "is not an address"},
		{"an account that is no address, from the environment", []string{"send", ping}, "", []string{"IQSCOPE_JID=a@"}, "is not an address"},
		{"an account without a user", []string{"send", "-j", "example.org", ping}, "", nil, "has no user"},
		{"a stranger on the built-in server", append(demoSend, "-j", "alice@example.org", ping), "", nil, "has the accounts juliet@"},
		{"an unknown TLS mode", []string{"send", "-j", "a@b", "--tls", "maybe", ping}, "", nil, "--tls is one of auto, starttls, direct, off"},
		{"a server with a port that is none", []string{"send", "-j", "a@b", "--server", "localhost:99999", ping}, "", nil, `--server: "99999" is no port`},
		{"a server that is no host", []string{"send", "-j", "a@b", "--server", "a b", ping}, "", nil, "--server: \"a b\" is no host name or address"},
		{"a WebSocket that is none", []string{"send", "-j", "a@b", "--websocket", "http://x", ping}, "", nil, "--websocket: want an address"},
		{"a WebSocket with a port that is none", []string{"send", "-j", "a@b", "--websocket", "wss://x:99999/", ping}, "", nil, `--websocket: "99999" is no port`},
		{"another server than the built-in one", append(demoSend, "--server", "localhost", ping), "", nil, "--server does not go with it"},
		{"two sources of the password", []string{"send", "-j", "a@b", "--password-file", "a", "--password-command", "b", ping}, "", nil, "--password-file does not go with it"},
		{"a time that is none", append(demoSend, "--timeout", "soon", ping), "", nil, "want seconds, or a duration"},
		{"a negative time", append(demoSend, "--timeout", "-1", ping), "", nil, "cannot be negative"},
		{"a time beyond all measure", append(demoSend, "--timeout", "1e300", ping), "", nil, "too many"},
		{"an unknown output", append(demoSend, "--output", "yaml", ping), "", nil, "--output is one of pretty, raw, json"},
		{"a count of nothing", append(demoSend, "--count", "0", ping), "", nil, "--count is a number from 1"},
		{"a window of nothing", append(demoSend, "--window", "0", ping), "", nil, "--window is a number from 1"},
		{"a type that is not answered", append(demoSend, "--type", "result", "--query", "x"), "", nil, "--type is get or set"},
		{"XML and a query", append(demoSend, "--query", "x", ping), "", nil, "do not go with it"},
		{"XML and an address", append(demoSend, "--to", "a@b", ping), "", nil, "do not go with it"},
		{"an address without a payload", append(demoSend, "--to", "a@b"), "", nil, "need --query"},
		{"an address that is none", append(demoSend, "--to", "a@@b", "--query", "x"), "", nil, "is not an address"},
		{"XML without quotes", append(demoSend, "<iq", "type='get'>"), "", nil, "in quotes"},
		{"an authority that is not there", []string{"send", "-j", "a@b", "--ca", "/nonexistent.pem", ping}, "", nil, "/nonexistent.pem"},
		{"the UI without a terminal", nil, "", nil, "needs a terminal"},
	} {
		t.Run(row.name, func(t *testing.T) {
			call{args: row.args, stdin: row.stdin, env: row.env}.run(t.Context()).want(t, exitUsage, "", row.want)
		})
	}
}

func TestNoTLSToElsewhereIsRefusedHere(t *testing.T) {
	err := connectError(t.Context(), &negotiate.Error{Step: negotiate.StepDial, With: "192.0.2.1:5222", Cause: negotiate.ErrPlaintext})
	var e *exit
	if !errors.As(err, &e) || e.code != exitUsage {
		t.Errorf("got %v", err)
	}
}

// Fault 37, on the command line.
func TestMalformedXMLIsRefusedWithItsPlace(t *testing.T) {
	for _, row := range []struct{ name, xml, want string }{
		{"not well-formed", "<iq type='get'>\n <ping></iq>", "2:10: "},
		{"cut off", "<iq type='get'", "1:15: "},
		{"two elements", ping + ping, "1:"},
		{"an entity declared", "<!DOCTYPE x []><iq/>", "1:1: "},
		{"another stanza", "<message/>", "1:2: this is <message/>"},
		{"no payload", "<iq type='get' id='1'/>", "1:2: a get needs one child element"},
		{"two payloads", "<iq type='get' id='1'><a xmlns='a'/><b xmlns='b'/></iq>", "1:37: "},
		{"no type", "<iq id='1'><a xmlns='a'/></iq>", "1:2: an IQ needs a type"},
		{"an address that is none", "<iq type='get' id='1' to='a@@b'><a xmlns='a'/></iq>", "1:27: "},
		{"a result", "<iq type='result' id='1'/>", "never answered"},
		{"an empty id", "<iq type='get' id=''><a xmlns='a'/></iq>", "the id is empty"},
		{"white space only", " \n ", "there is no element"},
	} {
		t.Run(row.name, func(t *testing.T) {
			for how, c := range map[string]call{
				"argument": {args: []string{"send", "--demo", row.xml}},
				"dash":     {args: []string{"send", "--demo", "-"}, stdin: row.xml},
				"pipe":     {args: []string{"send", "--demo"}, stdin: row.xml},
			} {
				r := c.run(t.Context())
				r.want(t, exitUsage, "", row.want)
				if strings.Count(r.stderr, "\n") != 1 {
					t.Errorf("%s: not one sentence: %q", how, r.stderr)
				}
			}
		})
	}
}

func TestInputIsBounded(t *testing.T) {
	call{args: []string{"send", "--demo"}, stdin: strings.Repeat(" ", maxInput+1)}.run(t.Context()).
		want(t, exitUsage, "", "longer than a stanza may be")
}

func TestConnectFailuresExitWith4(t *testing.T) {
	s := server(t)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	good := flags(t, s)
	with := func(args ...string) []string { return append(append([]string{"send", ping}, good...), args...) }
	env := []string{"IQSCOPE_PASSWORD=" + demo.Password}
	for _, row := range []struct {
		name string
		args []string
		env  []string
		want string
	}{
		{"port closed", []string{"send", ping, "-j", "a@localhost", "--server", closed.Addr().String()}, env, "connection refused"},
		{"an authority that nobody trusts", []string{"send", ping, "-j", "juliet@" + demo.Domain, "--server", s.Addr()}, env, "securing the stream"},
		{"another name in the certificate", append(with(), "-j", "juliet@localhost"), env, "host-unknown"},
		{"wrong password", with(), []string{"IQSCOPE_PASSWORD=wrong"}, "wrong user name or password"},
		{"a mechanism that is not offered", with("--mechanism", "EXTERNAL"), env, "EXTERNAL"},
		{"nobody to ask for the password", with(), nil, "there is no terminal"},
		{"a password file that is not there", with("--password-file", "/nonexistent"), env, "/nonexistent"},
	} {
		t.Run(row.name, func(t *testing.T) {
			call{args: row.args, env: row.env}.run(t.Context()).want(t, exitConnect, "", row.want)
		})
	}
}

func TestServerGoneMidReplyExitsWith5(t *testing.T) {
	s := server(t)
	jid, asked := romeo(t, s)
	go func() {
		<-asked
		s.Close()
	}()
	c := call{args: append(flags(t, s), "send", "--output", "json", "--query", "x", "--to", jid), env: []string{"IQSCOPE_PASSWORD=" + demo.Password}}
	r := c.run(t.Context())
	if r.code != exitLost {
		t.Errorf("exit code %d, stderr %q", r.code, r.stderr)
	}
	if record := lines(t, r.stdout)[0]; record["outcome"] != "unknown" {
		t.Errorf("the outcome is %v", record["outcome"])
	}
}

func TestInterruptionExitsWith130AndCancels(t *testing.T) {
	s := server(t)
	jid, asked := romeo(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	c := call{args: append(flags(t, s), "send", "--output", "json", "--query", "x", "--to", jid), env: []string{"IQSCOPE_PASSWORD=" + demo.Password}}
	r := c.run(ctx)
	if r.code != exitInterrupted {
		t.Errorf("exit code %d, stderr %q", r.code, r.stderr)
	}
	if record := lines(t, r.stdout)[0]; record["outcome"] != "cancelled" {
		t.Errorf("the outcome is %v", record["outcome"])
	}
}

func TestInterruptionBeforeTheConnectionExitsWith130(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	call{args: []string{"send", "--demo", ping}}.run(ctx).want(t, exitInterrupted, "", "interrupted")
}

func TestRecordOfAResult(t *testing.T) {
	r := call{args: []string{"send", "--demo", "--output", "json"}, stdin: ping}.run(t.Context())
	if r.code != exitResult || r.stderr != "" {
		t.Errorf("exit code %d, stderr %q", r.code, r.stderr)
	}
	record := lines(t, r.stdout)[0]
	wantKeys(t, record, recordKeys...)
	for key, want := range map[string]any{
		"id": "p1", "to": demo.Domain, "type": "get", "outcome": "result", "request": ping, "verdict": "reply", "error": nil,
	} {
		if record[key] != want {
			t.Errorf("%s is %v, want %v", key, record[key], want)
		}
	}
	if rtt, _ := record["rtt_ms"].(float64); rtt <= 0 {
		t.Errorf("rtt_ms is %v", record["rtt_ms"])
	}
	if warnings, ok := record["warnings"].([]any); !ok || len(warnings) != 0 {
		t.Errorf("warnings are %v", record["warnings"])
	}
}

func TestRecordOfAnError(t *testing.T) {
	r := run(t, "send", "--demo", "--output", "json", "--type", "set", "--query", "x", "--id", "e1", "--to", "error-undefined-condition@"+demo.BotsDomain)
	record := lines(t, r.stdout)[0]
	wantKeys(t, record, recordKeys...)
	e, _ := record["error"].(map[string]any)
	wantKeys(t, e, "type", "condition", "text", "application")
	if r.code != exitError || record["outcome"] != "error" || record["id"] != "e1" || record["type"] != "set" ||
		e["type"] != "cancel" || e["condition"] != "undefined-condition" || e["application"] != "{http://demo.localhost/errors}made-up" {
		t.Errorf("exit code %d, record %v", r.code, record)
	}
}

func TestReplyThatDidNotFitIsWarnedOf(t *testing.T) {
	r := run(t, "send", "--demo", "--output", "json", "--query", "x", "--to", "liar@"+demo.BotsDomain)
	record := lines(t, r.stdout)[0]
	warnings, _ := record["warnings"].([]any)
	if r.code != exitResult || len(warnings) != 1 || !strings.Contains(warnings[0].(string), "not taken as the answer") {
		t.Errorf("exit code %d, warnings %v", r.code, warnings)
	}
	run(t, "send", "--demo", "--query", "x", "--to", "liar@"+demo.BotsDomain).want(t, exitResult, "from='liar@", "not taken as the answer")
}

func TestAnOddReplyIsWarnedOf(t *testing.T) {
	request := xmpptest.Stanza(t, ping)
	reply := xmpptest.Stanza(t, "<iq type='result' id='p1'><a xmlns='x'/><b xmlns='x'/></iq>")
	for format, wanted := range map[string]struct{ stdout, stderr string }{
		outputJSON:   {`"warnings":["of the request","The result has several payloads`, ""},
		outputPretty: {"<b xmlns='x'/>", "iqscope: warning: The result has several payloads"},
	} {
		var stdout, stderr bytes.Buffer
		p := &program{stdout: &stdout, stderr: &stderr}
		ended := session.Exchange{Stanza: request, Shown: request, Outcome: stanza.OutcomeResult, Reply: reply}
		if err := p.sent(p.output(format), nil, ended, []string{"of the request"}); err != nil {
			t.Error(err)
		}
		result{exitResult, stdout.String(), stderr.String()}.want(t, exitResult, wanted.stdout, wanted.stderr)
	}
}

func TestMissingIDIsFilledInAndSaid(t *testing.T) {
	const typed = "<iq type='get' to='" + echo + "'><odd xmlns='urn:example'/></iq>"
	r := run(t, "send", "--demo", "--output", "json", typed)
	record := lines(t, r.stdout)[0]
	id, _ := record["id"].(string)
	warnings, _ := record["warnings"].([]any)
	if len(id) < 13 || record["request"] != `<iq id="`+id+`"`+typed[3:] || len(warnings) != 1 || !strings.Contains(warnings[0].(string), id) {
		t.Errorf("the record is %v", record)
	}
	run(t, "send", "--demo", typed).want(t, exitResult, "<odd ", "had no id")
}

func TestTypedXMLIsSentByteForByte(t *testing.T) {
	const typed = "<iq  type='set'\n\tid=\"a&lt;b\" to='" + echo + "'>\n <x:odd xmlns:x='urn:example' a = '1'>tëxt</x:odd></iq>"
	record := lines(t, run(t, "send", "--demo", "--output", "json", "  "+typed+"\n").stdout)[0]
	if record["request"] != typed || record["id"] != "a<b" {
		t.Errorf("sent was %v", record["request"])
	}
}

func TestUnwiseButLegalIsWarnedOf(t *testing.T) {
	run(t, "send", "--demo", "<iq type='get' id='1' to='"+echo+"'><odd/></iq>").want(t, exitResult, "<odd/>", "namespace")
}

func TestOutputRawIsTheReplyAlone(t *testing.T) {
	r := run(t, "send", "--demo", "--output", "raw", "--resource", "cli", ping)
	if want := `<iq to="juliet@demo.localhost/cli" from="demo.localhost" type="result" id="p1"/>` + "\n"; r.stdout != want || r.stderr != "" {
		t.Errorf("stdout %q, stderr %q", r.stdout, r.stderr)
	}
}

func TestRawBytesGoIntoAPipe(t *testing.T) {
	const hostile = "<odd xmlns='urn:example'>\u009b31m\u202e</odd>"
	run(t, "send", "--demo", "<iq type='get' id='1' to='"+echo+"'>"+hostile+"</iq>").want(t, exitResult, hostile, "")
}

func TestAccountAndPasswordComeFromManyPlaces(t *testing.T) {
	s := server(t)
	connect := flags(t, s)[2:]
	password := []string{"IQSCOPE_PASSWORD=" + demo.Password}
	account := []string{"IQSCOPE_JID=juliet@" + demo.Domain}
	rows := []struct {
		name string
		args []string
		env  []string
	}{
		{"both from the environment", nil, append(account, password...)},
		{"a password file", []string{"--password-file", file(t, "password", demo.Password+"\n")}, account},
		{"a flag over the environment", []string{"-j", "romeo@" + demo.Domain}, append([]string{"IQSCOPE_JID=nobody@example.org"}, password...)},
	}
	if runtime.GOOS != "windows" {
		rows = append(rows, struct {
			name string
			args []string
			env  []string
		}{"a password command", []string{"--password-command", "echo " + demo.Password}, append(account, "PATH="+os.Getenv("PATH"))})
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			call{args: append(append([]string{"send", ping}, connect...), row.args...), env: row.env}.run(t.Context()).
				want(t, exitResult, "<iq ", "")
		})
	}
}

func TestDemoTakesNoAccountFromTheEnvironment(t *testing.T) {
	call{args: []string{"send", "--demo", ping}, env: []string{"IQSCOPE_JID=a@example.org", "IQSCOPE_PASSWORD=x"}}.run(t.Context()).
		want(t, exitResult, "<iq ", "")
	run(t, "send", "--demo", "-j", "romeo@demo.localhost", "--resource", "r", ping).want(t, exitResult, `to="romeo@demo.localhost/r"`, "")
}

func TestPasswordIsShownNowhere(t *testing.T) {
	const canary = "c4nary-P4ssw0rd"
	s := server(t)
	env := []string{"IQSCOPE_PASSWORD=" + canary}
	for name, c := range map[string]call{
		"refused login":      {args: append(flags(t, s), "send", ping), env: env},
		"a flag for it":      {args: []string{"send", "--password", canary, ping}},
		"a flag for it, =":   {args: []string{"--password=" + canary}},
		"a file with it":     {args: append(flags(t, s), "send", ping, "--password-file", file(t, "p", canary))},
		"wrong usage":        {args: []string{"send", "--nonsense"}, env: env},
		"a successful login": {args: []string{"send", "--demo", ping}, env: env},
	} {
		t.Run(name, func(t *testing.T) {
			if r := c.run(t.Context()); strings.Contains(r.stdout+r.stderr, canary) {
				t.Errorf("it is shown: %+v", r)
			}
		})
	}
	run(t, "send", "--password", canary, ping).want(t, exitUsage, "", "there is no --password")
}

// broken is a standard output that takes nothing.
type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }

func TestOutputThatCannotBeWritten(t *testing.T) {
	for _, row := range []struct {
		name string
		err  error
		code int
		want string
	}{
		{"a closed pipe needs no words", syscall.EPIPE, exitInterrupted, ""},
		{"a full disk", syscall.ENOSPC, exitUsage, "cannot write the output: no space left"},
	} {
		for _, args := range [][]string{{"send", "--demo", ping}, {"version"}, {"send", "--demo", "--count", "50", "--window", "5", "--output", "raw", ping}} {
			t.Run(row.name+" "+strings.Join(args[:1], ""), func(t *testing.T) {
				var stderr strings.Builder
				code := call{args: args}.runTo(t.Context(), broken{row.err}, &stderr)
				if code != row.code || !strings.Contains(stderr.String(), row.want) {
					t.Errorf("exit code %d, stderr %q", code, stderr.String())
				}
			})
		}
	}
}

func TestSecondsAndDurations(t *testing.T) {
	for text, want := range map[string]string{"30": "30s", "0.3": "300ms", "500ms": "500ms", "1m30s": "1m30s", "0": "0s", "1e1": "10s"} {
		var s seconds
		if err := s.Set(text); err != nil || s.String() != want {
			t.Errorf("%s is %s, %v", text, s.String(), err)
		}
	}
	for _, text := range []string{"", "x", "NaN", "inf", "-0.1", "-1s", "1e99", "1 s"} {
		var s seconds
		if err := s.Set(text); err == nil {
			t.Errorf("%q is %s", text, s.String())
		}
	}
}

func TestVersionAndCompletion(t *testing.T) {
	run(t, "version").want(t, exitResult, "iqscope ", "")
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		run(t, "completion", shell).want(t, exitResult, "iqscope", "")
	}
	run(t, "help", "connection").want(t, exitResult, "--password-command", "")
	if r := run(t, "help", "connection"); strings.Contains(r.stdout, "--password ") {
		t.Error("the help shows the flag that is refused")
	}
}
