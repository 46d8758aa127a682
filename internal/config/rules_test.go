package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/rule"
)

const wholeRules = `
[[rule]]
name = "no version"
match = "iq@type=get/version"
do = "error"
type = "wait"
condition = "gone"
uri = "xmpp:a@b"
text = "moved"
extension = "<a xmlns='b'/>"
delay = "1m30s"
times = 3

[[rule]]
name = "x"
match = '''iq/{urn:example:x}x@id="1"'''
do = "result"
delay = 5
payload = """
<x xmlns='urn:example:x'>
  <y/>
</x>
"""

[[rule]]
name = "lost"
match = "*@dir=out"
do = "drop"
off = true
`

func ruleFileOf(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "work.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRulesSayWhatTheirFileSays(t *testing.T) {
	got, err := LoadRules(ruleFileOf(t, wholeRules))
	if err != nil {
		t.Fatal(err)
	}
	want := []rule.Rule{
		{Name: "no version", Match: "iq@type=get/version", Do: rule.Error, Extension: "<a xmlns='b'/>", Delay: 90 * time.Second, Times: 3,
			Error: stanza.StanzaError{Type: "wait", Condition: "gone", URI: "xmpp:a@b", Text: "moved"}},
		{Name: "x", Match: `iq/{urn:example:x}x@id="1"`, Do: rule.Result, Delay: 5 * time.Second, Payload: "<x xmlns='urn:example:x'>\n  <y/>\n</x>"},
		{Name: "lost", Match: "*@dir=out", Do: rule.Drop, Off: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func drawRule(t *rapid.T, name string) rule.Rule {
	xml := rapid.SampledFrom([]string{"", "<a xmlns='b'/>", "<a xmlns=\"b\">\n\"\"\"'''\\\t\r\n&#13;é\ufffd</a>", "<a xmlns='b'>\x7f\u0085\U0001F600</a>"})
	r := rule.Rule{
		Name:  name,
		Match: rapid.SampledFrom([]string{"*", "iq/ping", `iq@id="a\b" or ~'"'`, " iq\nand\r\nnot //x", "iq\tand *@id='\u007f\ufffd'"}).Draw(t, "match"),
		Do:    rapid.SampledFrom(rule.Actions()).Draw(t, "do"),
		Times: rapid.IntRange(0, 1<<30).Draw(t, "times"),
		Off:   rapid.Bool().Draw(t, "off"),
	}
	if r.Match == " iq\nand\r\nnot //x" { // a path begins with the stanza
		r.Match = " iq\nand\r\nnot *//x"
	}
	switch r.Do {
	case rule.Result:
		r.Payload = xml.Draw(t, "payload")
	case rule.Error:
		r.Extension = xml.Draw(t, "extension")
		r.Error.Condition = rapid.SampledFrom(stanza.Conditions()).Draw(t, "condition")
		r.Error.Type = rapid.SampledFrom(append(stanza.ErrorTypes(), "")).Draw(t, "type")
		r.Error.Text = rapid.StringMatching(`[a-zé"'\\#=\n\t\r-]{0,8}`).Draw(t, "text")
		if stanza.CarriesURI(r.Error.Condition) {
			r.Error.URI = rapid.StringMatching(`([a-z:]{1,3}["'\\]?)?`).Draw(t, "uri")
		}
	default:
		return r
	}
	r.Delay = time.Duration(rapid.Int64Range(0, int64(1000*time.Hour)).Draw(t, "delay"))
	return r
}

func TestWhatIsSavedIsLoadedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "iqscope", "rules", "work.toml")
	rapid.Check(t, func(t *rapid.T) {
		var want []rule.Rule
		for i := range rapid.IntRange(0, 4).Draw(t, "rules") {
			name := rapid.SampledFrom([]string{"%d", "é %d", `"%d'`, `\%d#=`}).Draw(t, "name")
			want = append(want, drawRule(t, fmt.Sprintf(name, i)))
		}
		if err := SaveRules(path, want); err != nil {
			t.Fatal(err)
		}
		got, err := LoadRules(path)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			text, _ := os.ReadFile(path)
			t.Fatalf("%v\n%s\n%s", err, diff, text)
		}
	})
}

func TestRuleFilesSayThatCommentsAreLost(t *testing.T) {
	path := filepath.Join(t.TempDir(), "work.toml")
	if err := SaveRules(path, []rule.Rule{{Name: "a", Match: "iq", Do: rule.Error, Error: stanza.StanzaError{Condition: "forbidden"}, Delay: time.Second}}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	const want = `# iqscope writes this file. Rules in it may be changed by hand; comments are not kept.
version = 1

[[rule]]
name = 'a'
match = 'iq'
do = 'error'
condition = 'forbidden'
delay = '1s'
`
	if string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestMistakesInRulesAreNamedWithTheirPlace(t *testing.T) {
	const head = "[[rule]]\nname='a'\nmatch='iq'\n"
	for _, row := range []struct{ name, text, want string }{
		{"a typo", head + "do='drop'\n tmies=3", `5:2: there is no key "tmies"; did you mean "times"?`},
		{"a typo at the top", "[[rul]]\n", `1:3: there is no key "rul"; did you mean "rule"?`},
		{"a newer key", head + "do='drop'\nprobability=0.5", `5:1: there is no key "probability"; known are condition, delay, do, extension, match, name, off, payload, 4 more`},
		{"a newer version", "version = 2\n" + head + "chance = 1", "is for a newer iqscope: it has version = 2, and this one knows 1"},
		{"an impossible version", "version = -1", "no version -1"},
		{"a rule's key outside of one", "name='a'\n", `1:1: "name" belongs into a rule, below a line such as [[rule]]`},
		{"a table instead of a row", "[rule]\nname='a'", "1:2: rule: want tables, each below a line of its own such as [[rule]]"},
		{"a row in a line", "rule=[{name='a'}]", "1:1: rule: want tables"},
		{"a name of a rule", "[rule.a]\n", "1:2: rule: want tables, each below a line of its own such as [[rule]]"},
		{"a table in a rule", "[[rule]]\n[rule.match]", "2:7: match: want a text in quotes"},
		{"a key of a text", "[[rule]]\nmatch.x = 'a'", "2:1: match: want a text in quotes"},
		{"a number instead of text", head + "do=5", "4:1: do: want a text in quotes"},
		{"no times", head + "do='drop'\ntimes=0", "5:1: times: want a number from 1 on"},
		{"negative times", head + "do='drop'\ntimes=-1", "5:1: times: want a number from 1 on"},
		{"too many times", head + "do='drop'\ntimes=99999999999999999999", "5:1: times: want a number from 1 on"},
		{"a negative delay", head + "do='result'\ndelay='-1s'", "5:1: delay: a time cannot be negative"},
		{"no name", head + "do='drop'\n[[rule]]\nmatch='iq'\ndo='drop'", "5:3: name: a rule needs a name"},
		{"no match", "[[rule]]\nname='a'\ndo='drop'", `1:3: rule "a": match: the match is missing`},
		{"a bad match", "[[rule]]\ndo='drop'\nname='a'\nmatch='iq@a=b=c'", `4:1: rule "a": match, column 7: a value with = needs quotes; write @a="b=c"`},
		{"no action", head, `1:3: rule "a": do: an action is missing`},
		{"an unknown action", head + "do='dorp'", `4:1: rule "a": do: there is no action "dorp"; did you mean "drop"?`},
		{"no condition", head + "do='error'", `1:3: rule "a": condition: an error needs a condition`},
		{"an unknown condition", head + "do='error'\ncondition='conflcit'", `5:1: rule "a": condition: there is no condition "conflcit"; did you mean "conflict"?`},
		{"an unknown type", head + "do='error'\ncondition='conflict'\ntype='cancle'", `6:1: rule "a": type: there is no type "cancle" of errors; did you mean "cancel"?`},
		{"a bad payload", head + "do='result'\npayload='<a>'", `5:1: rule "a": payload, column 4: `},
		{"a payload of silence", head + "payload='<a/>'\ndo='silence'", `4:1: rule "a": payload: only a result has a payload`},
		{"a delayed drop", head + "do='drop'\ndelay=5", `5:1: rule "a": delay: with drop there is nothing to delay`},
		{"a name twice", head + "do='drop'\n" + head + "do='silence'", `6:1: rule "a": name: another rule has this name`},
		{"a built-in responder's name", "[[rule]]\nmatch='iq'\ndo='silence'\nname='ping'", `4:1: rule "ping": name: a responder that is built in has this name`},
		{"a key twice", head + "name='b'", "4:1: "},
		{"no TOML", "[[rule]\n", "1:7: "},
		{"binary", "\x7fELF\x00\x01\n", "no text in UTF-8"},
		{"another encoding", "# \xe4\n", "1:3: this is no text in UTF-8"},
		{"a long name", "[[rule]]\nname='" + strings.Repeat("a", 30_000) + "'\nmatch='iq'\ndo='drop'", "a name has at most 100 characters"},
		{"a long action", head + "do='" + strings.Repeat("a", 30_000) + "'", `there is no action "aaa`},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := ruleFileOf(t, row.text)
			_, err := LoadRules(path)
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), row.want) || !strings.HasPrefix(err.Error(), path) {
				t.Fatalf("got %v, want %q in it", err, row.want)
			}
			if len(err.Error()) > 1000 || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error is %q", err)
			}
		})
	}
}

// hostileTime is what a hostile file may take: fifty times what it does on a slow
// machine, so that only another order of growth is above it.
const hostileTime = 5 * time.Second

// TestHostileRulesEnd has the texts that cost most.
func TestHostileRulesEnd(t *testing.T) {
	many := func(each string) string {
		var b strings.Builder
		for i := 0; b.Len() < maxRules-200; i++ {
			fmt.Fprintf(&b, each, i)
		}
		return b.String()
	}
	for name, text := range map[string]string{
		"small rules":        many("[[rule]]\nname='%d'\nmatch='iq'\ndo='drop'\n"),
		"empty rules":        strings.Repeat("[[rule]]\n", maxRules/10),
		"unknown keys":       "[[rule]]\n" + many("a%d=1\n"),
		"one payload":        "[[rule]]\nname='a'\nmatch='iq'\ndo='result'\npayload=\"" + strings.Repeat("<a>", 80_000) + "\"",
		"one match":          "[[rule]]\nname='a'\ndo='drop'\nmatch='" + strings.Repeat("(", 250_000) + "'",
		"parts of a key":     strings.Repeat("a.", maxRules/2-10) + "a=1",
		"nested arrays":      "version=" + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000),
		"nested without end": "version=" + strings.Repeat("[", maxRules-20),
		"nested tables":      "version=" + strings.Repeat("{a=", maxRules/3-20),
		"one text of lines":  "[[rule]]\nname='a'\nmatch='iq'\ndo='error'\ncondition='gone'\ntext='''" + strings.Repeat("\n", 200_000) + "'''",
	} {
		start := time.Now()
		_, err := parseRules("work.toml", []byte(text))
		if err != nil && len(err.Error()) > 1000 {
			t.Errorf("%s: the error is %.1000s", name, err)
		}
		if took := time.Since(start); took > hostileTime {
			t.Errorf("%s: %d bytes take %v", name, len(text), took)
		}
	}
}

func TestHostileRuleFilesAreRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no permission bits and no pipes of this kind")
	}
	one := []rule.Rule{{Name: "a", Match: "iq", Do: rule.Drop}}
	for _, row := range []struct {
		name  string
		spoil func(t *testing.T, path string)
		load  string // why it is not read; "" when it is
		save  string // why it is not written
	}{
		{"nothing there", func(t *testing.T, path string) { os.Remove(path) }, "", ""},
		{"one's own", func(*testing.T, string) {}, "", ""},
		{"the longest", func(t *testing.T, path string) { os.WriteFile(path, []byte(strings.Repeat("#", maxRules)), 0) }, "", ""},
		{"a byte too long", func(t *testing.T, path string) { os.WriteFile(path, []byte(strings.Repeat("#", maxRules+1)), 0) },
			"longer than 262144 bytes; that is no file of rules", "to keep what is there"},
		{"a line of a gigabyte", func(t *testing.T, path string) {
			if err := os.Truncate(path, 1<<30); err != nil {
				t.Skip(err)
			}
		}, "longer than", "longer than"},
		{"a mistake made by hand", func(t *testing.T, path string) { os.WriteFile(path, []byte("[[rule]]\n# precious\n"), 0) }, "a rule needs a name", "to keep what is there"},
		{"everybody's", func(t *testing.T, path string) { os.Chmod(path, 0o666) }, "it can be written by everybody (mode 0666; chmod go-w closes it), and it says what is answered in your name", "by everybody"},
		{"a group's", func(t *testing.T, path string) { os.Chmod(path, 0o660) }, "", ""},
		{"in everybody's folder", func(t *testing.T, path string) { os.Chmod(filepath.Dir(path), 0o777) }, "its folder ", "its folder "},
		{"nothing, in everybody's folder", func(t *testing.T, path string) { os.Remove(path); os.Chmod(filepath.Dir(path), 0o777) }, "", "by everybody"},
		{"a folder in its place", func(t *testing.T, path string) { os.Remove(path); os.Mkdir(path, 0o700) }, "a folder", "a folder"},
		{"a file in the folder's place", func(t *testing.T, path string) {
			os.RemoveAll(filepath.Dir(path))
			os.WriteFile(filepath.Dir(path), nil, 0o600)
		}, "not a directory", "not a directory"},
		{"a link to one's own", func(t *testing.T, path string) { link(t, ruleFileOf(t, ""), path) }, "", ""},
		{"a link to everybody's", func(t *testing.T, path string) {
			to := ruleFileOf(t, "")
			os.Chmod(to, 0o602)
			link(t, to, path)
		}, "by everybody", "by everybody"},
		{"a link to nothing", func(t *testing.T, path string) { link(t, "/nonexistent/x", path) }, "", "leads nowhere"},
		{"a link to a device without end", func(t *testing.T, path string) { link(t, "/dev/zero", path) }, "a device", "a device"},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "rules", "work.toml")
			if err := SaveRules(path, one); err != nil {
				t.Fatal(err)
			}
			row.spoil(t, path)
			before, _ := os.Lstat(path)
			if _, err := LoadRules(path); row.load == "" && err != nil || row.load != "" && (err == nil || !strings.Contains(err.Error(), row.load)) {
				t.Errorf("loading says %v, want %q", err, row.load)
			}
			err := SaveRules(path, one)
			if row.save == "" && err != nil || row.save != "" && (err == nil || !strings.Contains(err.Error(), row.save)) {
				t.Errorf("saving says %v, want %q", err, row.save)
			}
			after, _ := os.Lstat(path)
			switch {
			case row.save != "":
				if same(before) != same(after) {
					t.Errorf("%v became %v", same(before), same(after))
				}
			case before != nil && before.Mode().Type() != after.Mode().Type():
				t.Errorf("%v became %v", before.Mode(), after.Mode())
			default:
				if got, err := LoadRules(path); err != nil || !slices.Equal(got, one) {
					t.Errorf("then there are %v, %v", got, err)
				}
				if real, _ := os.Stat(path); real.Mode().Perm() != 0o600 {
					t.Errorf("its mode is %o", real.Mode().Perm())
				}
			}
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".new-*")); len(left) != 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

// same is what does not change of a file that is left alone.
func same(info os.FileInfo) string {
	if info == nil {
		return "nothing"
	}
	return fmt.Sprint(info.Mode(), info.Size(), info.ModTime())
}

func link(t *testing.T, to, path string) {
	t.Helper()
	os.Remove(path)
	if err := os.Symlink(to, path); err != nil {
		t.Skip(err)
	}
}

func TestUnsoundRulesAreNotSaved(t *testing.T) {
	good := rule.Rule{Name: "a", Match: "iq", Do: rule.Drop}
	big := rule.Rule{Name: "b", Match: "iq", Do: rule.Result, Payload: "<a xmlns='b'>" + strings.Repeat("x", rule.MaxContent-100) + "</a>"}
	many := []rule.Rule{good}
	for i := range 5 {
		big.Name = fmt.Sprint(i)
		many = append(many, big)
	}
	for _, row := range []struct {
		name  string
		rules []rule.Rule
		want  string
	}{
		{"no action", []rule.Rule{good, {Name: "b", Match: "iq"}}, `the rules are not saved: rule 2: rule "b": do: an action is missing`},
		{"a name twice", []rule.Rule{good, good}, `rule 2: rule "a": name: another rule has this name`},
		{"more than can be loaded", many, "together they are longer than 262144 bytes"},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "work.toml")
			if err := SaveRules(path, []rule.Rule{good}); err != nil {
				t.Fatal(err)
			}
			if err := SaveRules(path, row.rules); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %q", err, row.want)
			}
			if got, err := LoadRules(path); err != nil || !slices.Equal(got, []rule.Rule{good}) {
				t.Errorf("then there are %v, %v", got, err)
			}
		})
	}
}

func TestFoldersOfRulesAreOnesOwn(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no permission bits")
	}
	path := filepath.Join(t.TempDir(), "config", "iqscope", "rules", "work.toml")
	if err := SaveRules(path, nil); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{filepath.Dir(path), filepath.Dir(filepath.Dir(path))} {
		if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", folder, info.Mode(), err)
		}
	}
}

func TestRuleFilesAreNamedAfterTheProfile(t *testing.T) {
	getenv := func(name string) string { return map[string]string{"XDG_CONFIG_HOME": t.TempDir()}[name] }
	for profile, why := range map[string]string{
		"work": "", "at home": "", "é-1.x": "", strings.Repeat("a", 138): "", "console": "", "com": "", "com10": "",
		"":                       "none is in use",
		"..":                     "begins or ends with a dot",
		".hidden":                "begins or ends with a dot",
		"a.":                     "begins or ends with a dot",
		" a":                     "or a blank",
		"../a":                   "begins or ends",
		"a/b":                    "'/' cannot stand in a file's name everywhere",
		`a\b`:                    `'\\' cannot`,
		"a:b":                    "':' cannot",
		"a\x00b":                 `'\x00' cannot`,
		"a\nb":                   `'\n' cannot`,
		"a\u202eb":               `'\u202e' cannot`,
		"a\xffb":                 "cannot stand",
		"nul":                    "a device on Windows",
		"Com1.x":                 "a device on Windows",
		"lpt\u00b2":              "a device on Windows",
		strings.Repeat("é", 70):  "longer than 138 bytes",
		strings.Repeat("a", 139): "longer than 138 bytes",
	} {
		path, err := RulesPath(getenv, profile)
		if why == "" && (err != nil || filepath.Base(path) != profile+".toml" || filepath.Base(filepath.Dir(path)) != "rules") {
			t.Errorf("%q: %q, %v", profile, path, err)
		}
		if why != "" && (err == nil || path != "" || !strings.Contains(err.Error(), why) || len(err.Error()) > 300) {
			t.Errorf("%q: %q, %v; want %q", profile, path, err, why)
		}
	}
	if path, err := RulesPath(func(string) string { return "" }, "work"); err == nil {
		t.Errorf("without a home it is %q", path)
	}
}

func FuzzRules(f *testing.F) {
	for _, seed := range []string{
		wholeRules, "", "version = 2", "[[rule]]\nname='a'", "rule=[{}]", "[[rule]]\n[[rule]]\n[rule.name]", "rule.x=1", "[[rule]]\ntimes=1e3\ndelay=nan", "\ufeff[[rule]]",
		"[[rule]]\nname='a'\nmatch='iq'\ndo='drop'\n[[rule]]\nname='b'\nmatch='iq'\ndo='error'\ncondition='gone'\ndelay=1.5",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > maxRules {
			return
		}
		all, err := parseRules("work.toml", text)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Text == "" || e.Line > strings.Count(string(text), "\n")+1 || e.Column > len(text)+1 {
				t.Fatalf("no error of ours: %#v", err)
			}
			return
		}
		saved, err := writeRules(all)
		if err != nil { // quoting may make it longer
			return
		}
		if again, err := parseRules("work.toml", saved); err != nil || !slices.Equal(again, all) {
			t.Errorf("%v became %v, %v:\n%s", all, again, err, saved)
		}
	})
}
