package cli

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"iqscope/internal/config"
	"iqscope/internal/realserver"
	"iqscope/internal/secret"
)

// certificate makes one that nobody signed, and its key.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err1 := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	secret, err2 := x509.MarshalPKCS8PrivateKey(private)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return pemFile(t, "cert.pem", "CERTIFICATE", der), pemFile(t, "key.pem", "PRIVATE KEY", secret)
}

// typed is a terminal at which a person types a text.
type typed string

func (text typed) Ask(context.Context, string) (secret.Password, error) {
	return secret.New(string(text)), nil
}

// host is a server with an account, and whether the password is the right one.
type host struct {
	name, jid, password, addr, ca string
	code                          int
	mechanisms                    []string
}

// source is a place that a password comes from.
type source struct {
	name  string
	env   []string
	args  []string
	typed string
}

func sources(t *testing.T, password string) []source {
	held := file(t, "held", password+"\n")
	return []source{
		{"environment", []string{"IQSCOPE_PASSWORD=" + password}, nil, ""},
		{"file", nil, []string{"--password-file", held}, ""},
		// It tells what a child sees of itself and of us.
		{"command", []string{"HELD=" + held}, []string{"--password-command",
			`cat /proc/self/environ /proc/self/cmdline /proc/$PPID/cmdline >"$CHILD" 2>/dev/null; cat "$HELD"`}, ""},
		{"keyring", nil, []string{"--keyring"}, ""},
		{"prompt", nil, nil, password},
	}
}

// TestSecretsAreFoundNowhere gives a password through each source there is, a
// wrong one and the right one, to a mechanism that proves it and to one that
// sends it, and looks for it wherever it could come to light.
// Fault 36: the canary.
func TestSecretsAreFoundNowhere(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the password commands are for sh")
	}
	s := server(t)
	everywhere(t, host{"wrong", "juliet@demo.localhost", "c4nary-P4ssw0rd", s.Addr(), file(t, "ca.pem", string(s.CAPEM())), exitConnect, []string{"SCRAM-SHA-256"}})
	t.Run("on Prosody", func(t *testing.T) {
		s := realserver.SharedProsody(t)
		everywhere(t, host{"right", "alice@localhost", s.Accounts["alice@localhost"], s.Addr, s.CAFile, exitResult, []string{"SCRAM-SHA-256", "PLAIN"}})
	})
}

func everywhere(t *testing.T, h host) {
	for _, mechanism := range h.mechanisms {
		for _, source := range sources(t, h.password) {
			t.Run(h.name+", "+mechanism+", "+source.name, func(t *testing.T) {
				keyring.MockInit()
				if err := keyring.Set(secret.Service, h.jid, h.password); err != nil {
					t.Fatal(err)
				}
				for place, text := range placesOf(t, h, mechanism, source) {
					if leaked(text, h.password) {
						t.Errorf("%s: it is in %.2000q", place, text)
					}
				}
			})
		}
	}
}

// placesOf runs send and returns all that it left behind.
func placesOf(t *testing.T, h host, mechanism string, source source) map[string]string {
	child := filepath.Join(t.TempDir(), "child")
	env := configured(t, fmt.Sprintf("default = 'p'\n[profile.p]\njid = %q\nserver = %q\nca = %q\nmechanism = %q\n", h.jid, h.addr, h.ca, mechanism),
		append(source.env, "PATH="+os.Getenv("PATH"), "CHILD="+child)...)
	var stdout, stderr bytes.Buffer
	p := &program{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, environ: env}
	if source.typed != "" {
		p.terminal = typed(source.typed)
	}
	query := "<iq type='get' id='p1'><query xmlns='jabber:iq:roster'/></iq>"
	if code := p.run(t.Context(), append([]string{"send", "--output", "json", query}, source.args...)); code != h.code {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	places := map[string]string{}
	if source.name == "command" && runtime.GOOS == "linux" {
		text, err := os.ReadFile(child)
		if err != nil || !strings.Contains(string(text), "CHILD=") {
			t.Fatalf("the child saw %q, %v", text, err)
		}
		places["what children see"] = string(text)
	}
	cfg, _, err := p.sessionConfig(oneShot)
	if err != nil {
		t.Fatal(err)
	}
	file, err := config.Load(filepath.Join(p.getenv("XDG_CONFIG_HOME"), "iqscope", "config.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%q", "%x"} {
		places["structs as "+verb] = fmt.Sprintf(strings.Repeat(verb, 5), cfg, p.flags, p.known, p.source(), file)
	}
	places["log"], places["error"] = p.logOfOneRun(t)
	for _, variable := range []string{"XDG_CONFIG_HOME", "XDG_STATE_HOME"} {
		_ = filepath.Walk(p.getenv(variable), func(path string, info os.FileInfo, err error) error {
			if err == nil && info.Mode().IsRegular() {
				text, _ := os.ReadFile(path)
				places[path] = path + string(text)
			}
			return nil
		})
	}
	places["stdout"], places["stderr"] = stdout.String(), stderr.String()
	return places
}

func TestProxysPasswordIsShownNowhere(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for _, scheme := range []string{"socks5", "socks5h", "http"} {
		r := call{
			args: []string{"send", ping, "-j", "a@b", "--server", closed.Addr().String()},
			env:  []string{"all_proxy=" + scheme + "://user:c4nary@" + closed.Addr().String(), "IQSCOPE_PASSWORD=x"},
		}.run(t.Context())
		if r.code == exitResult || leaked(r.stdout+r.stderr, "c4nary") {
			t.Errorf("exit code %d, stderr %s", r.code, r.stderr)
		}
	}
}

// logOfOneRun connects and returns what the log holds, and the error.
func (p *program) logOfOneRun(t *testing.T) (log, failure string) {
	t.Helper()
	l, err := p.link(lasting)
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	err = l.session.Connect(t.Context())
	var b strings.Builder
	journal := l.session.Journal()
	for _, e := range journal.Window(nil, 1, 1000) {
		fmt.Fprintf(&b, "%+v\n", e)
		if e.Stanza != nil {
			b.WriteString(e.Stanza.XML() + "\n")
		}
	}
	if !strings.Contains(b.String(), "<stream:stream ") {
		t.Errorf("the log has no stream: %s", b.String())
	}
	return b.String(), fmt.Sprintf("%v %+v", err, err)
}

// leaked looks for a secret as it is, and in the forms in which it goes over wires.
func leaked(text, secret string) bool {
	for _, form := range []string{
		secret, hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte("\x00alice\x00" + secret)),
	} {
		if strings.Contains(strings.ToLower(text), strings.ToLower(form)) {
			return true
		}
	}
	return false
}

func TestPasswordCommandKeepsPasswordsInTheKeyring(t *testing.T) {
	keyring.MockInit()
	const account = "juliet@demo.localhost"
	env := []string{"IQSCOPE_PASSWORD=c4nary"}
	call{args: []string{"password", "set", account + "/resource"}, env: env}.run(t.Context()).want(t, exitResult, "", "")
	if got, err := keyring.Get(secret.Service, account); got != "c4nary" || err != nil {
		t.Errorf("the keyring has %q, %v", got, err)
	}
	call{args: []string{"password", "delete", account}}.run(t.Context()).want(t, exitResult, "", "")
	call{args: []string{"password", "delete", account}}.run(t.Context()).want(t, exitUsage, "", "the keyring has no password for "+account)
	call{args: append(flags(t, server(t)), "send", "--keyring", ping)}.run(t.Context()).
		want(t, exitConnect, "", "store it with: iqscope password set "+account)
	call{args: []string{"password", "set", "a@@b"}, env: env}.run(t.Context()).want(t, exitUsage, "", "is not an address")
	call{args: []string{"password", "set", account}}.run(t.Context()).want(t, exitUsage, "", "no terminal")
	call{args: []string{"password", "set"}}.run(t.Context()).want(t, exitUsage, "", "1 arg")
	keyring.MockInitWithError(errors.New("no such bus"))
	call{args: []string{"password", "set", account}, env: env}.run(t.Context()).want(t, exitUsage, "", "cannot be used: no such bus; give IQSCOPE_PASSWORD")
}

func TestSecretsOfOnesOwnAreHidden(t *testing.T) {
	const query = "<iq type='set' id='p1' to='echo@bots.demo.localhost'><q xmlns='urn:example:app'><key>c4nary1</key>" +
		"<login token='c4nary2'/><x xmlns='jabber:x:data'><field var='pin'><value>c4nary3</value></field>" +
		"<field var='door'><value>c4nary4</value></field></x></q></iq>"
	env := configured(t, `
		[secrets]
		elements = ["{urn:example:app}key"]
		attributes = ["{urn:example:app}login token"]
		fields = ["pin"]
		[profile.home]
		jid = "juliet@demo.localhost"
		[profile.home.secrets]
		fields = ["door"]`)
	sent := func(args ...string) string {
		r := call{args: append([]string{"send", "--verbose", "--output", "json", query}, args...), env: env}.run(t.Context())
		if r.code != exitResult || !strings.Contains(r.stdout, "hidden]") || !strings.Contains(r.stderr, "hidden]") {
			t.Fatalf("exit code %d, %s, %s", r.code, r.stdout, r.stderr)
		}
		return r.stdout + r.stderr
	}
	shown := sent("--demo")
	for n, want := range []bool{false, false, false, true} { // no profile is in use
		if canary := fmt.Sprint("c4nary", n+1); strings.Contains(shown, canary) != want {
			t.Errorf("%s is shown: %v, want %v, in %s", canary, !want, want, shown)
		}
	}
	s := server(t)
	env = append(env, "IQSCOPE_PASSWORD="+s.Password("juliet"))
	if shown = sent("--profile", "home", "--server", s.Addr(), "--ca", file(t, "ca.pem", string(s.CAPEM()))); strings.Contains(shown, "c4nary") {
		t.Errorf("with the profile shown is %s", shown)
	}
	call{args: []string{"send", "--demo", query}, env: configured(t, "[secrets]\nelements = ['key']")}.run(t.Context()).
		want(t, exitUsage, "", "config.toml:2:13: elements: want an element with its namespace")
}
