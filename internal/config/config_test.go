package config

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
)

const whole = `
version = 1
default = "work"

[profile.work]
jid = "alice@example.org/laptop"
ca = "ca.pem"
pin = "00"
password-command = "pass show xmpp"
timeout = 5
lenient = true
keepalive = "1m30s"
stream-management = false

[profile."at home"]
jid = 'bob@localhost'
keepalive = 0
reconnect = true
discover = false
key = "/abs/key.pem"
responders-off = ["ping", "roster-push"]
unanswered = "feature-not-implemented"
`

func load(t *testing.T, text string) (*File, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(path)
}

func TestProfilesSayWhatTheFileSays(t *testing.T) {
	f, err := load(t, whole)
	if err != nil {
		t.Fatal(err)
	}
	if f.Default != "work" || !slices.Equal(f.Names(), []string{"at home", "work"}) || len(f.Warnings) != 0 {
		t.Errorf("default %q, names %q, warnings %q", f.Default, f.Names(), f.Warnings)
	}
	yes, no := true, false
	folder := filepath.Dir(f.Path)
	for name, want := range map[string]Profile{
		"work": {
			Name: "work", JID: "alice@example.org/laptop", CA: filepath.Join(folder, "ca.pem"), Pin: "00",
			PasswordCommand: "pass show xmpp", Timeout: &Duration{5 * time.Second}, Lenient: true,
			Keepalive: &Duration{90 * time.Second}, StreamManagement: &no,
		},
		"at home": {Name: "at home", JID: "bob@localhost", Keepalive: &Duration{}, Reconnect: &yes, Discover: &no, Key: "/abs/key.pem",
			RespondersOff: []string{"ping", "roster-push"}, Unanswered: "feature-not-implemented"},
	} {
		got, err := f.Profile(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" && runtime.GOOS != "windows" {
			t.Errorf("%s differs:\n%s", name, diff)
		}
	}
}

func TestSettingsAreWrittenAsFlagsAre(t *testing.T) {
	f, err := load(t, whole)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for key, value := range f.Profiles["work"].Settings() {
		if key != "ca" { // depends on the folder
			got = append(got, key+"="+value)
		}
	}
	want := []string{
		"jid=alice@example.org/laptop", "pin=00", "password-command=pass show xmpp",
		"timeout=5s", "lenient=true", "keepalive=1m30s", "stream-management=false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestListsAreWrittenWithCommas(t *testing.T) {
	f, err := load(t, "[profile.x]\nresponders-off = ['time', 'disco#items']\nunanswered = 'silence'\n[profile.y]\nresponders-off = []\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := maps.Collect(f.Profiles["x"].Settings()); !maps.Equal(got, map[string]string{"responders-off": "time,disco#items", "unanswered": Silence}) {
		t.Errorf("the settings are %q", got)
	}
	if got := maps.Collect(f.Profiles["y"].Settings()); len(got) != 0 {
		t.Errorf("no responders are %q", got)
	}
}

func TestAllConditionsCanBeUnanswereds(t *testing.T) {
	for _, value := range append(stanza.Conditions(), Silence) {
		f, err := load(t, "[profile.x]\nunanswered = '"+value+"'")
		if err != nil || f.Profiles["x"].Unanswered != value {
			t.Errorf("%s: %v", value, err)
		}
	}
}

func TestFileThatIsNotThereIsEmpty(t *testing.T) {
	f, err := Load(filepath.Join(t.TempDir(), "none", "config.toml"))
	if err != nil || len(f.Profiles) != 0 {
		t.Fatalf("got %v, %v", f, err)
	}
	if _, err := f.Profile("work"); err == nil || !strings.Contains(err.Error(), "has none") {
		t.Errorf("got %v", err)
	}
}

func TestMistakesAreNamedWithTheirPlace(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"a typo", "[profile.x]\n  servr = 'a'\n", `2:3: there is no key "servr"; did you mean "server"?`},
		{"a typo in a dotted key", "profile.x.jdi = 'a'\n", `1:11: there is no key "jdi"; did you mean "jid"?`},
		{"a typo in an inline table", "profile = { x = { jid = 'a@b', keyrng = true } }", `1:32: there is no key "keyrng"; did you mean "keyring"?`},
		{"a typo at the top", "defualt = 'x'\n", `1:1: there is no key "defualt"; did you mean "default"?`},
		{"a table that is none", "\n[profiles.x]\n", `2:2: there is no key "profiles"; did you mean "profile"?`},
		{"an unknown key", "[profile.x]\nfrobnicate-the-thing = 1", "; known are "},
		{"the wrong case", "[profile.x]\nJID = 'a@b'", `did you mean`},
		{"a profile's key outside of one", "jid = 'a@b'\n", "1:1: \"jid\" belongs into a profile"},
		{"a password", "[profile.x]\npassword = 'c4nary'", "2:1: a password does not belong into this file"},
		{"a secret", "[profile.x]\nsecret = 'c4nary'", "use secret-file"},
		{"plaintext for ever", "[profile.x]\nallow-plaintext = true", "give the flag"},
		{"text instead of a switch", "[profile.x]\nlenient = 'yes'", "2:1: lenient: want true or false"},
		{"a number instead of text", "[profile.x]\nresource = 5", "2:1: resource: want a text in quotes"},
		{"a time that is none", "[profile.x]\ntimeout = 'soon'", "2:1: timeout: want seconds"},
		{"a negative time", "[profile.x]\nkeepalive = -1", "2:1: keepalive: a time cannot be negative"},
		{"a time too long", "[profile.x]\nkeepalive = 1e300", "too many"},
		{"a profile that is no table", "profile.x = 'a'", "1:9: x: want a table"},
		{"a key of a text", "profile.x.jid.y = 'a'", "jid: want a text"},
		{"a key of a number", "version.x = 1", "version: want a number"},
		{"a table of tables", "[[profile.x]]\n", "1:11: x: want a table"},
		{"a text that is a table", "[profile.x.jid]\n", "1:12: jid: want a text"},
		{"an unknown responder", "[profile.x]\nresponders-off = [\"ping\", 'disco#imfo']", `2:27: responders-off: there is no "disco#imfo"; did you mean "disco#info"?`},
		{"a text instead of responders", "[profile.x]\nresponders-off = 'ping'", "2:1: responders-off: want texts in quotes, between brackets"},
		{"a number instead of a responder", "[profile.x]\nresponders-off = ['ping', 1]", "2:1: responders-off: want texts"},
		{"an unknown condition", "[profile.x]\nunanswered = 'item-not-fonud'", `2:14: unanswered: there is no "item-not-fonud"; did you mean "item-not-found"?`},
		{"an unknown word for silence", "[profile.x]\nunanswered = 'none'", `2:14: unanswered: there is no "none"; `},
		{"no condition", "[profile.x]\nunanswered = ''", `2:14: unanswered: there is no ""`},
		{"no TOML", "[profile.x\njid = 1", "1:11: "},
		{"a key twice", "[profile.x]\njid = 'a'\njid = 'b'", "3:1: "},
		{"a profile twice", "[profile.x]\n[profile.x]\n", "2:2: "},
		{"a default that is not there", "default = 'wrok'\n[profile.work]\n", `default: there is no profile "wrok" in `},
		{"a newer version", "version = 2\nwhatever = true", "is for a newer iqscope: it has version = 2, and this one knows 1"},
		{"an impossible version", "version = -1", "no version -1"},
		{"binary", "\x7fELF\x00\x01\n", "no text in UTF-8"},
		{"another encoding", "# \xe4\n", "1:3: this is no text in UTF-8"},
		{"a profile's name without end", "default = '" + strings.Repeat("a", 30_000) + "'\n[profile." + strings.Repeat("b", 30_000) + "]", "default: there is no profile"},
		{"nested without end", "version = " + strings.Repeat("[", maxFile-20), ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := load(t, row.text)
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), row.want) {
				t.Fatalf("got %v, want %q in it", err, row.want)
			}
			if strings.Contains(err.Error(), "c4nary") || len(err.Error()) > 1000 || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error is %q", err)
			}
		})
	}
}

// TestHostileTextsEnd has the texts that cost most, each under a second of CPU.
func TestHostileTextsEnd(t *testing.T) {
	many := func(before, each, after string) string {
		var b strings.Builder
		b.WriteString(before)
		for i := 0; b.Len() < maxFile-40; i++ {
			fmt.Fprintf(&b, each, i)
		}
		return b.String() + after
	}
	for name, text := range map[string]string{
		"unknown keys":           many("", "a%d=1\n", ""),
		"unknown keys in a line": many("profile={x={", "a%d=1,", "z=1}}"),
		"profiles":               many("", "[profile.p%d]\n", ""),
		"profiles in a line":     many("profile={", "p%d={},", "z={}}"),
		"parts of a key":         strings.Repeat("a.", maxFile/2-10) + "a=1",
		"nested arrays":          "default=" + strings.Repeat("[", 9000) + strings.Repeat("]", 9000),
		"hours":                  "profile.x.timeout='" + strings.Repeat("1h", maxFile/2-20) + "'",
	} {
		if _, err := parse("config.toml", []byte(text)); err != nil && len(err.Error()) > 1000 {
			t.Errorf("%s: the error is %.1000s", name, err)
		}
	}
}

func TestHostileFilesAreRefusedWithTheReason(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no permission bits and no pipes of this kind")
	}
	write := func(t *testing.T, text string, mode os.FileMode) string {
		path := filepath.Join(t.TempDir(), "config.toml")
		if err := errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	link := func(t *testing.T, to string) string {
		path := filepath.Join(t.TempDir(), "config.toml")
		if err := os.Symlink(to, path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, row := range []struct {
		name string
		make func(t *testing.T) string
		want string // "" when it is read
		warn string
	}{
		{"the longest", func(t *testing.T) string { return write(t, strings.Repeat("#", maxFile), 0o600) }, "", ""},
		{"a byte too long", func(t *testing.T) string { return write(t, strings.Repeat("#", maxFile+1), 0o600) }, "longer than 65536 bytes", ""},
		{"a line of a gigabyte", func(t *testing.T) string {
			path := write(t, "", 0o600)
			if err := os.Truncate(path, 1<<30); err != nil {
				t.Skip(err)
			}
			return path
		}, "longer than", ""},
		{"everybody's", func(t *testing.T) string { return write(t, whole, 0o666) }, "it can be written by everybody (mode 0666; chmod go-w", ""},
		{"a group's", func(t *testing.T) string { return write(t, whole, 0o660) }, "", "can be written by a group"},
		{"readable by all", func(t *testing.T) string { return write(t, whole, 0o644) }, "", ""},
		{"in everybody's folder", func(t *testing.T) string {
			path := write(t, whole, 0o600)
			os.Chmod(filepath.Dir(path), 0o777)
			return path
		}, "its folder ", ""},
		{"in a sticky folder, as /tmp is", func(t *testing.T) string {
			path := write(t, whole, 0o600)
			os.Chmod(filepath.Dir(path), 0o777|os.ModeSticky)
			return path
		}, "", ""},
		{"a link to one's own file", func(t *testing.T) string { return link(t, write(t, whole, 0o600)) }, "", ""},
		{"a link to everybody's file", func(t *testing.T) string { return link(t, write(t, whole, 0o602)) }, "by everybody", ""},
		{"a link to a file in everybody's folder", func(t *testing.T) string {
			path := write(t, whole, 0o600)
			os.Chmod(filepath.Dir(path), 0o777)
			return link(t, path)
		}, "its folder ", ""},
		{"a link to nothing", func(t *testing.T) string { return link(t, "/nonexistent") }, "", ""},
		{"a link to itself", func(t *testing.T) string { return link(t, "config.toml") }, "too many", ""},
		{"a folder", func(t *testing.T) string { return t.TempDir() }, "no regular file but a folder", ""},
		{"a device without end", func(t *testing.T) string { return link(t, "/dev/zero") }, "a device", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			f, err := Load(row.make(t))
			if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)) {
				t.Fatalf("got %v, want %q", err, row.want)
			}
			if err == nil && (len(f.Warnings) > 0) != (row.warn != "") || row.warn != "" && !strings.Contains(f.Warnings[0], row.warn) {
				t.Errorf("the warnings are %q", f.Warnings)
			}
		})
	}
}

func TestFoldersAreXDGs(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the paths are those of other systems")
	}
	for _, row := range []struct {
		name          string
		env           map[string]string
		config, state string
	}{
		{"from HOME", map[string]string{"HOME": "/home/a"}, "/home/a/.config/iqscope/config.toml", "/home/a/.local/state/iqscope"},
		{"from XDG", map[string]string{"HOME": "/home/a", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s"}, "/c/iqscope/config.toml", "/s/iqscope"},
		{"relative ones do not count", map[string]string{"HOME": "/home/a", "XDG_CONFIG_HOME": "c", "XDG_STATE_HOME": "./s"}, "/home/a/.config/iqscope/config.toml", "/home/a/.local/state/iqscope"},
		{"nothing", nil, "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			getenv := func(name string) string { return row.env[name] }
			path, err1 := Path(getenv)
			state, err2 := StateDir(getenv)
			if path != row.config || state != row.state || (err1 == nil) != (path != "") || (err2 == nil) != (state != "") {
				t.Errorf("%q, %v; %q, %v", path, err1, state, err2)
			}
		})
	}
}

func TestHomeIsTheTilde(t *testing.T) {
	t.Setenv("HOME", "/home/a")
	p := Profile{CA: "~/ca.pem", Cert: "~other/x"}
	p.anchor("/c")
	if runtime.GOOS != "windows" && (p.CA != "/home/a/ca.pem" || p.Cert != "/c/~other/x" || p.Key != "") {
		t.Errorf("got %+v", p)
	}
}

func FuzzConfig(f *testing.F) {
	for _, seed := range []string{
		whole, "", "version = 2", "[profile.x]\njid = 'a'\njid = 'b'", "profile = {x = {keyring = true, timeout = 1.5}}",
		"[[profile]]", "profile.x.y.z = [[[{}]]]", "a.\"b\".'c' = 1979-05-27", "x = \"\"\"\n\"\"\"", "\xff", "[profile.\"\\u0000\"]",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > maxFile {
			return
		}
		file, err := parse("config.toml", text)
		if err == nil {
			for name, p := range file.Profiles {
				for key, value := range p.Settings() {
					if key == "" || value == "" {
						t.Errorf("profile %q has %q = %q", name, key, value)
					}
				}
			}
			return
		}
		var e *Error
		if !errors.As(err, &e) || e.Text == "" {
			t.Fatalf("no error of ours: %v", err)
		}
		if e.Line > strings.Count(string(text), "\n")+1 || e.Column > len(text)+1 {
			t.Errorf("%d:%d is not in the text", e.Line, e.Column)
		}
	})
}
