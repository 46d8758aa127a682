package cli

import (
	"bytes"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"iqscope/session/demo"
	"iqscope/session/journal"
)

// configured is an environment whose configuration file has a text.
func configured(t *testing.T, text string, env ...string) []string {
	t.Helper()
	root := t.TempDir()
	folder := filepath.Join(root, "config", "iqscope")
	path := filepath.Join(folder, "config.toml")
	if err := errors.Join(os.MkdirAll(folder, 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
	return append(env,
		"XDG_CONFIG_HOME="+filepath.Join(root, "config"),
		"XDG_STATE_HOME="+filepath.Join(root, "state"))
}

// settled parses a command line and settles it, as send does before it connects.
func settled(t *testing.T, env []string, args ...string) (*program, string, error) {
	t.Helper()
	var stderr bytes.Buffer
	p := &program{stdin: strings.NewReader(""), stdout: &bytes.Buffer{}, stderr: &stderr, environ: env}
	root := p.rootCommand()
	if err := root.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	err := p.flags.check(root.Flags())
	if err == nil {
		err = p.settle()
	}
	return p, stderr.String(), err
}

func TestProfileSaysHowToConnect(t *testing.T) {
	s := server(t)
	env := configured(t, `
default = "juliet"
[profile.juliet]
jid = "juliet@demo.localhost/from-profile"
server = "`+s.Addr()+`"
ca = "ca.pem"
password-file = "password"
[profile.romeo]
jid = "romeo@demo.localhost/r"
server = "`+s.Addr()+`"
ca = "ca.pem"
`)
	folder := filepath.Join(strings.TrimPrefix(env[0], "XDG_CONFIG_HOME="), "iqscope")
	if err := errors.Join(
		os.WriteFile(filepath.Join(folder, "ca.pem"), s.CAPEM(), 0o600),
		os.WriteFile(filepath.Join(folder, "password"), []byte(demo.Password+"\n"), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	with := func(env []string, args ...string) result {
		return call{args: append([]string{"send", "--output", "raw", ping}, args...), env: env}.run(t.Context())
	}
	password := append(env, "IQSCOPE_PASSWORD="+demo.Password)
	with(env).want(t, exitResult, `to="juliet@demo.localhost/from-profile"`, "")
	with(env, "--profile", "juliet", "--resource", "flag").want(t, exitResult, `to="juliet@demo.localhost/flag"`, "")
	with(password, "--profile", "romeo").want(t, exitResult, `to="romeo@demo.localhost/r"`, "")
	with(env, "--profile", "romoe").want(t, exitUsage, "", `did you mean "romeo"?`)
	with(env, "--profile", "").want(t, exitUsage, "", "no account")
	with(env, "--demo").want(t, exitResult, `to="juliet@demo.localhost/`, "")

	// A profile's password never goes to another account.
	with(password, "--profile", "juliet", "-j", "romeo@demo.localhost/x").
		want(t, exitResult, `to="romeo@demo.localhost/x"`, "")
	with(env, "--profile", "juliet", "-j", "romeo@demo.localhost").
		want(t, exitConnect, "", "how that logs in is not used for romeo@demo.localhost")
}

func TestBrokenConfigurationIsRefusedWithItsPlace(t *testing.T) {
	for text, want := range map[string]string{
		"[profile.x]\nservr = 'a'":                                  `2:1: there is no key "servr"; did you mean "server"?`,
		"[profile.x]\npassword = 'c4nary'":                          "a password does not belong into this file",
		"default='x'\n[profile.x]\ntls = 'maybe'":                   `tls in the profile "x" is one of auto`,
		"default='x'\n[profile.x]\npin = 'abc'":                     `pin in the profile "x": want the SHA-256`,
		"default='x'\n[profile.x]\nserver='a'\nwebsocket='wss://b'": `profile "x": websocket names the server`,
	} {
		r := call{args: []string{"send", ping, "-j", "a@b"}, env: configured(t, text)}.run(t.Context())
		r.want(t, exitUsage, "", want)
		if strings.Contains(r.stderr, "c4nary") {
			t.Errorf("it quotes the password: %s", r.stderr)
		}
	}
	env := configured(t, "no toml")
	// It may say what is to be hidden, on the built-in server too.
	call{args: []string{"send", "--demo", ping}, env: env}.run(t.Context()).want(t, exitUsage, "", "1:4: expected '='")
	call{args: []string{"version"}, env: env}.run(t.Context()).want(t, exitResult, "iqscope", "")
	if runtime.GOOS != "windows" {
		env = configured(t, "")
		os.Chmod(filepath.Join(strings.TrimPrefix(env[0], "XDG_CONFIG_HOME="), "iqscope", "config.toml"), 0o666)
		call{args: []string{"send", ping}, env: env}.run(t.Context()).want(t, exitUsage, "", "can be written by everybody")
	}
}

func TestFlagGoesBeforeEnvironmentBeforeProfileBeforeDefault(t *testing.T) {
	const text = `
default = "p"
[profile.p]
jid = "a@profile.example"
resource = "profile"
server = "profile.example"
timeout = 7
lenient = true
keepalive = 5
password-command = "profile"
stream-management = false
reconnect = false
sasl2 = false
`
	type settings struct {
		jid, resource, server, command string
		timeout                        time.Duration
		lenient                        bool
	}
	got := func(p *program) settings {
		f := &p.flags
		return settings{f.jid, f.resource, f.server, f.passwordCommand, time.Duration(f.timeout), f.lenient}
	}
	profile := settings{"a@profile.example", "profile", "profile.example", "profile", 7 * time.Second, true}
	with := func(change func(*settings)) settings {
		s := profile
		change(&s)
		return s
	}
	none := settings{timeout: 30 * time.Second}
	for _, row := range []struct {
		name string
		env  []string
		args []string
		want settings
		warn string
	}{
		{"the profile", nil, nil, profile, ""},
		{"flags", nil, []string{"--resource", "flag", "--timeout", "1", "--lenient=false"},
			with(func(s *settings) { s.resource, s.timeout, s.lenient = "flag", time.Second, false }), ""},
		{"the environment's account, the same one", []string{"IQSCOPE_JID=a@profile.example/env"}, nil,
			with(func(s *settings) { s.jid = "a@profile.example/env" }), ""},
		{"the environment's account, another one", []string{"IQSCOPE_JID=b@env.example"}, nil,
			settings{jid: "b@env.example", timeout: 30 * time.Second}, ""},
		{"another account with a named profile", []string{"IQSCOPE_JID=b@env.example"}, []string{"--profile", "p", "-j", "c@flag.example"},
			with(func(s *settings) { s.jid, s.command = "c@flag.example", "" }), "not used for c@flag.example"},
		{"the environment's password", []string{"IQSCOPE_PASSWORD=x"}, nil, with(func(s *settings) { s.command = "" }), ""},
		{"another source of the password", nil, []string{"--keyring"}, with(func(s *settings) { s.command = "" }), ""},
		{"a flag that leaves no room", nil, []string{"--websocket", "wss://a/"}, with(func(s *settings) { s.server = "" }), ""},
		{"no profile", nil, []string{"--profile", ""}, none, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			p, stderr, err := settled(t, configured(t, text, row.env...), row.args...)
			if err != nil {
				t.Fatal(err)
			}
			if got := got(p); got != row.want {
				t.Errorf("got  %+v\nwant %+v", got, row.want)
			}
			if (stderr == "") != (row.warn == "") || !strings.Contains(stderr, row.warn) {
				t.Errorf("it says %q", stderr)
			}
		})
	}
}

// TestWhatIsSentUnaskedIsUpToTheProfile looks at what the session is told.
func TestWhatIsSentUnaskedIsUpToTheProfile(t *testing.T) {
	for _, row := range []struct {
		name, profile string
		args          []string
		as            purpose
		keepalive     time.Duration
		manage        bool
		reconnect     bool
	}{
		{"a screen, by default", "", nil, lasting, 30 * time.Second, true, true},
		{"a screen, bare", "", []string{"--bare"}, lasting, 0, false, true},
		{"a screen, bare by its profile", "bare = true\nkeepalive = 5\nstream-management = true", nil, lasting, 0, false, true},
		{"a screen, not bare after all", "bare = true", []string{"--bare=false"}, lasting, 30 * time.Second, true, true},
		{"a screen, by its profile", "keepalive = 5\nstream-management = false\nreconnect = false", nil, lasting, 5 * time.Second, false, false},
		{"a screen with white space", "keepalive = 5\nwhite-space = \"1m\"", nil, lasting, 5 * time.Second, true, true},
		{"a screen without keepalive", "keepalive = 0", nil, lasting, 0, true, true},
		{"send", "keepalive = 5\nstream-management = true\nreconnect = true", nil, oneShot, 0, false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			p, _, err := settled(t, configured(t, "default='p'\n[profile.p]\njid='a@b'\n"+row.profile), row.args...)
			if err != nil {
				t.Fatal(err)
			}
			cfg, l, err := p.sessionConfig(row.as)
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.Contains(row.profile, "white-space"); (cfg.WhiteSpace == time.Minute) != want {
				t.Errorf("a space every %v", cfg.WhiteSpace)
			}
			if cfg.Keepalive != row.keepalive || cfg.Negotiate.Manage != row.manage || cfg.Reconnect != row.reconnect {
				t.Errorf("keepalive %v, management %v, reconnect %v", cfg.Keepalive, cfg.Negotiate.Manage, cfg.Reconnect)
			}
			if l.builtin != nil {
				t.Error("it is on the built-in server")
			}
		})
	}
}

func TestFlagsReachTheNegotiation(t *testing.T) {
	s := server(t)
	pin := strings.Repeat("AB:", 31) + "ab"
	cert, key := certificate(t)
	for _, row := range []struct {
		name string
		args []string
		env  []string
		want func(t *testing.T, p *program)
	}{
		{"a component", []string{"-j", "echo.example.org", "--component", "--server", "localhost:5347", "--secret-file", file(t, "secret", "c4nary")}, nil,
			func(t *testing.T, p *program) {
				cfg, _, err := p.sessionConfig(oneShot)
				if err != nil || !cfg.Negotiate.Component || cfg.Negotiate.JID.String() != "echo.example.org" {
					t.Fatalf("%+v, %v", cfg, err)
				}
				if secret, err := cfg.Negotiate.Password(t.Context()); secret != "c4nary" || err != nil {
					t.Errorf("the secret is %q, %v", secret, err)
				}
			}},
		{"nobody", []string{"-j", "example.org", "--anonymous"}, nil, func(t *testing.T, p *program) {
			cfg, _, err := p.sessionConfig(oneShot)
			if err != nil || !cfg.Negotiate.Anonymous || cfg.Negotiate.Password != nil {
				t.Errorf("%+v, %v", cfg, err)
			}
		}},
		{"a certificate", []string{"-j", "a@b", "--cert", cert, "--key", key, "--pin", pin}, nil, func(t *testing.T, p *program) {
			cfg, _, err := p.sessionConfig(oneShot)
			if err != nil || cfg.Negotiate.Certificate == nil || cfg.Negotiate.Pin != pin {
				t.Errorf("%+v, %v", cfg, err)
			}
		}},
		{"a certificate and its key in one file", []string{"-j", "a@b", "--cert", both(t, cert, key)}, nil, func(t *testing.T, p *program) {
			if cfg, _, err := p.sessionConfig(oneShot); err != nil || cfg.Negotiate.Certificate == nil {
				t.Errorf("%+v, %v", cfg, err)
			}
		}},
		{"a WebSocket", []string{"-j", "a@b", "--websocket", "wss://b/ws"}, nil, func(t *testing.T, p *program) {
			if cfg, _, err := p.sessionConfig(oneShot); err != nil || cfg.Negotiate.WebSocket != "wss://b/ws" || cfg.Negotiate.Server != "" {
				t.Errorf("%+v, %v", cfg, err)
			}
		}},
		{"a proxy", []string{"-j", "a@b"}, []string{"ALL_PROXY=socks5h://user:c4nary@proxy.example"}, func(t *testing.T, p *program) {
			cfg, _, err := p.sessionConfig(oneShot)
			if err != nil || cfg.Negotiate.Proxy.String() != "socks5h://user:c4nary@proxy.example" {
				t.Errorf("%v, %v", cfg.Negotiate.Proxy, err)
			}
		}},
		{"the smaller name of the proxy first", []string{"-j", "a@b"}, []string{"ALL_PROXY=http://x", "all_proxy=socks5://[::1]:9"}, func(t *testing.T, p *program) {
			if cfg, _, err := p.sessionConfig(oneShot); err != nil || cfg.Negotiate.Proxy.Host != "[::1]:9" {
				t.Errorf("%v, %v", cfg.Negotiate.Proxy, err)
			}
		}},
		{"the built-in server takes no proxy", []string{"--demo"}, []string{"ALL_PROXY=http://x"}, func(t *testing.T, p *program) {
			cfg, l, err := p.sessionConfig(lasting)
			if err != nil || cfg.Negotiate.Proxy != nil || cfg.Negotiate.Memory != nil {
				t.Errorf("%+v, %v", cfg, err)
			}
			l.builtin.Close()
		}},
		{"logins are remembered", []string{"-j", "a@b"}, []string{"XDG_STATE_HOME=" + t.TempDir()}, func(t *testing.T, p *program) {
			if cfg, _, err := p.sessionConfig(oneShot); err != nil || cfg.Negotiate.Memory == nil {
				t.Errorf("%+v, %v", cfg, err)
			}
		}},
		{"an authority", []string{"-j", "a@b", "--ca", file(t, "ca.pem", string(s.CAPEM()))}, nil, func(t *testing.T, p *program) {
			if cfg, _, err := p.sessionConfig(oneShot); err != nil || cfg.Negotiate.RootCAs == nil {
				t.Errorf("%+v, %v", cfg, err)
			}
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			p, _, err := settled(t, row.env, row.args...)
			if err != nil {
				t.Fatal(err)
			}
			row.want(t, p)
		})
	}
}

func TestSettingsThatDoNotGoTogetherAreRefusedInOneSentence(t *testing.T) {
	cert, key := certificate(t)
	for _, row := range []struct {
		name string
		args []string
		env  []string
		want string
	}{
		{"a WebSocket and a server", []string{"--websocket", "wss://a/", "--server", "b"}, nil, "--websocket names the server, and whether there is TLS; --server does not go with it"},
		{"a WebSocket and TLS", []string{"--websocket", "wss://a/", "--tls", "off"}, nil, "--tls does not go with it"},
		{"a WebSocket that is none", []string{"--websocket", "https://a/"}, nil, "--websocket: want an address such as wss://"},
		{"a WebSocket with a password", []string{"--websocket", "wss://u:c4nary@a/"}, nil, "no user name or password"},
		{"a component and nobody", []string{"--component", "--anonymous"}, nil, "--anonymous does not go with it"},
		{"a component and a mechanism", []string{"--component", "--mechanism", "PLAIN"}, nil, "--mechanism does not go with it"},
		{"a component without a server", []string{"--component"}, nil, "--component needs --server"},
		{"a component with a user", []string{"--component", "--server", "a"}, nil, "a component's address is a domain"},
		{"a secret without a component", []string{"--secret-file", "x"}, nil, "it needs --component"},
		{"nobody with a user", []string{"--anonymous"}, nil, "give the server's domain alone"},
		{"nobody with a password", []string{"--anonymous", "--password-file", "x"}, nil, "--anonymous is a login by nobody; --password-file"},
		{"a pin and an authority", []string{"--pin", "00", "--ca", "x"}, nil, "--pin names the one certificate to accept; --ca"},
		{"a pin that is none", []string{"--pin", "00"}, nil, "--pin: want the SHA-256 of a certificate, 64 hexadecimal digits"},
		{"a pin without TLS", []string{"--pin", strings.Repeat("0", 64), "--tls", "off"}, nil, "--pin does not go with --tls off"},
		{"a certificate without TLS", []string{"--cert", cert, "--key", key, "--tls", "off"}, nil, "--cert does not go with --tls off"},
		{"a key without a certificate", []string{"--key", key}, nil, "--key needs the certificate"},
		{"a certificate without its key", []string{"--cert", cert}, nil, "--cert and --key: "},
		{"a certificate that is not there", []string{"--cert", "/nonexistent.pem"}, nil, "/nonexistent.pem"},
		{"two sources of the password", []string{"--keyring", "--password-file", "x"}, nil, "--keyring does not go with it"},
		{"the built-in server and a profile", []string{"--demo", "--profile", "x"}, nil, "--profile does not go with it"},
		{"the built-in server and a pin", []string{"--demo", "--pin", "x"}, nil, "--pin does not go with it"},
		{"a profile and no home", []string{"--profile", "x"}, nil, "HOME is not set"},
		{"a proxy of another kind", nil, []string{"ALL_PROXY=http://u:c4nary@proxy:3128"}, "ALL_PROXY names a proxy of another kind than SOCKS5"},
		{"a proxy that is no address", nil, []string{"all_proxy=c4nary x:://"}, "all_proxy is no address"},
		{"a proxy without a host", nil, []string{"all_proxy=socks5://u:c4nary@"}, "all_proxy names no host"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := call{args: append([]string{"send", ping, "-j", "a@b"}, row.args...), env: row.env}.run(t.Context())
			r.want(t, exitUsage, "", row.want)
			sentence, _, _ := strings.Cut(r.stderr, "iqscope: try ")
			if strings.Count(sentence, "\n") != 1 || strings.Contains(r.stderr, "c4nary") {
				t.Errorf("it says %q", r.stderr)
			}
		})
	}
}

func TestEachConflictIsBetweenFlags(t *testing.T) {
	p, _, err := settled(t, nil, "--demo")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range conflicts {
		for _, flag := range append(c.others, c.key) {
			if p.flags.set.Lookup(flag) == nil {
				t.Errorf("there is no --%s", flag)
			}
		}
		if excludes(c.key, c.key) || !excludes(c.others[0], c.key) {
			t.Errorf("%s: not told apart", c.key)
		}
	}
}

func TestTLSKeysAreWrittenWhereTheEnvironmentSays(t *testing.T) {
	path := file(t, "keys", "# before\n")
	os.Remove(path)
	env := []string{"SSLKEYLOGFILE=" + path}
	r := call{args: []string{"send", "--demo", ping}, env: env}.run(t.Context())
	r.want(t, exitResult, "<iq ", "SSLKEYLOGFILE: the TLS keys of this session are written to "+path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(path); !strings.HasPrefix(string(text), "CLIENT_") && !strings.HasPrefix(string(text), "SERVER_") {
		t.Errorf("the file has no TLS keys: %q", text)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %o", info.Mode().Perm())
	}
	call{args: []string{"send", "--demo", ping}, env: []string{"SSLKEYLOGFILE=" + t.TempDir()}}.run(t.Context()).
		want(t, exitResult, "<iq ", "no TLS keys are written")
}

func TestFlagsAreCompleted(t *testing.T) {
	env := configured(t, "[profile.work]\n[profile.home]\n")
	for args, want := range map[string]string{
		"--tls": "starttls", "--mechanism": "SCRAM-SHA-256-PLUS", "--profile": "home\nwork\n",
	} {
		call{args: []string{"__complete", "send", args, ""}, env: env}.run(t.Context()).want(t, exitResult, want, "NoFileComp")
	}
	for _, env := range [][]string{nil, configured(t, "broken")} {
		if r := (call{args: []string{"__complete", "send", "--profile", ""}, env: env}).run(t.Context()); strings.Contains(r.stdout, "broken") {
			t.Errorf("got %q", r.stdout)
		}
	}
}

// both puts two files into one.
func both(t *testing.T, a, b string) string {
	t.Helper()
	one, err1 := os.ReadFile(a)
	two, err2 := os.ReadFile(b)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return file(t, "both.pem", string(one)+string(two))
}

func pemFile(t *testing.T, name, kind string, der []byte) string {
	t.Helper()
	return file(t, name, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})))
}

func TestHowLongConnectingMayTake(t *testing.T) {
	for _, row := range []struct {
		name, profile string
		args          []string
		want          time.Duration
	}{
		{"by default", "", nil, 20 * time.Second},
		{"by the command line", "", []string{"--connect-timeout", "90"}, 90 * time.Second},
		{"by a profile", "connect-timeout = \"2m\"", nil, 2 * time.Minute},
		{"by both", "connect-timeout = 5", []string{"--connect-timeout=1m"}, time.Minute},
	} {
		t.Run(row.name, func(t *testing.T) {
			p, _, err := settled(t, configured(t, "default='p'\n[profile.p]\njid='a@b'\n"+row.profile), row.args...)
			if err != nil {
				t.Fatal(err)
			}
			cfg, _, err := p.sessionConfig(oneShot)
			if err != nil || cfg.Negotiate.StepTimeout != row.want {
				t.Errorf("a step may take %v, %v", cfg.Negotiate.StepTimeout, err)
			}
		})
	}
	if _, _, err := settled(t, configured(t, ""), "--connect-timeout", "0"); err == nil || !strings.Contains(err.Error(), "--connect-timeout is longer than 0") {
		t.Errorf("a time of nothing: %v", err)
	}
}

func TestHowMuchMemoryTheLogMayTake(t *testing.T) {
	of := func(profile string) (journal.Limits, error) {
		p, _, err := settled(t, configured(t, "default='p'\n[profile.p]\njid='a@b'\n"+profile))
		if err != nil {
			return journal.Limits{}, err
		}
		cfg, _, err := p.sessionConfig(oneShot)
		return cfg.Journal, err
	}
	if got, err := of(""); err != nil || got != (journal.Limits{}) {
		t.Errorf("by default %+v, %v", got, err)
	}
	if got, err := of("log-megabytes = 160"); err != nil || got.Bytes != 160e6 || got.Count < 300_000 {
		t.Errorf("of 160 MB: %+v, %v", got, err)
	}
	for _, wrong := range []string{"-1", "1048577"} {
		if _, err := of("log-megabytes = " + wrong); err == nil || !strings.Contains(err.Error(), `profile "p": log-megabytes is between 1 and 1048576, not `+wrong) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

// A library's own log is not for the terminal.
func TestNothingButTheProgramWrites(t *testing.T) {
	before := log.Writer()
	defer log.SetOutput(before)
	var logged strings.Builder
	log.SetOutput(&logged)
	Main(t.Context(), []string{"version"}, strings.NewReader(""), io.Discard, io.Discard, nil)
	log.Print("Unsolicited response")
	if logged.Len() > 0 {
		t.Errorf("written was %s", logged.String())
	}
}

func TestACommandLineThatIsCopiedReachesTheSameAccount(t *testing.T) {
	env := configured(t, "[profile.work]\njid = 'juliet@example.org'\nserver = 'xmpp.example.org'\n")
	for _, c := range []struct {
		env  []string
		args []string
		want string
	}{
		{nil, []string{"--demo"}, "--demo"},
		{nil, []string{"-j", "romeo@example.org", "--server", "h:5222", "--timeout", "5"}, "--jid romeo@example.org --server h:5222"},
		{nil, []string{"-j", "romeo@example.org", "--bare", "--keyring=false"}, "--bare --jid romeo@example.org --keyring=false"},
		{nil, []string{"--profile", "work"}, "--profile work"},
		{[]string{"IQSCOPE_JID=juliet@example.org", "IQSCOPE_PASSWORD=canary"}, nil, "--jid juliet@example.org"},
	} {
		p, _, err := settled(t, append(c.env, env...), c.args...)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(p.flags.again(), " "); got != c.want {
			t.Errorf("%v: %q, want %q", c.args, got, c.want)
		}
	}
}
