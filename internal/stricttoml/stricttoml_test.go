package stricttoml

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sample is a structure with everything that a field may be.
type sample struct {
	Version  int               `toml:"version"`
	Title    string            `toml:"title"`
	On       *bool             `toml:"on"`
	Small    int8              `toml:"small"`
	Ratio    float64           `toml:"ratio"`
	Words    []string          `toml:"words"`
	Counts   []int             `toml:"counts"`
	Style    style             `toml:"style"`
	Profiles map[string]person `toml:"profile"`
	Rules    []item            `toml:"rule"`
	Keys     map[string]any1   `toml:"keys"`
	Unread   string            // has no key
	Hidden   string            `toml:"-"`
}

type style struct {
	Name  string  `toml:"name"`
	Inner *colour `toml:"inner"`
}

type colour struct {
	Text string `toml:"text,omitempty"`
}

type person struct {
	JID  string   `toml:"jid"`
	Does []string `toml:"does"`
}

type item struct {
	Match string   `toml:"match"`
	Parts []colour `toml:"part"`
}

// any1 reads a text, or several.
type any1 struct {
	All  []string
	Line int
}

func (a *any1) UnmarshalValue(v Value) error {
	if v.Kind != Array {
		v.Items = []Value{v}
	}
	for _, item := range v.Items {
		if item.Kind != String {
			return errors.New("want a text, or several")
		}
		a.All = append(a.All, item.Text)
	}
	a.Line = v.Line
	return nil
}

var format = Format{
	Version: 2,
	Choices: map[string][]string{"profile.*.does": {"ping", "version"}, "style.inner.text": {"red", "blue"}},
	Refused: map[string]string{"profile.*.password": "a password does not belong here"},
}

func decode(text string) (sample, *Document, error) {
	var s sample
	d, err := format.Decode("f.toml", []byte(text), &s)
	return s, d, err
}

func TestStructuresSayWhatTheTextSays(t *testing.T) {
	got, _, err := decode(`
version = 2
title = "a\u00e9" # a comment
on = false
small = -1_27
ratio = 1_000
words = [ # another
  'a', """b
c""", ]
counts = [1, 0b11]
style.inner.text = "red"
style.name = "dark"

[profile.work]
jid = "a@b"
[profile."at home"]
does = ["ping"]
[[rule]]
match = "x"
[[rule.part]]
text = "1"
[[rule.part]]
text = "2"
[[rule]]
part = []

[keys]
send = "f5"
"x.y" = ["a", "b"]
`)
	if err == nil || err.Error() != `f.toml:25:1: part: want tables, each below a line of its own such as [[rule.part]]` {
		// A row has to be written as one; the rest is read all the same.
		t.Errorf("the error is %v", err)
	}
	off := false
	want := sample{
		Version: 2, Title: "aé", On: &off, Small: -127, Ratio: 1000, Words: []string{"a", "b\nc"}, Counts: []int{1, 3},
		Style:    style{"dark", &colour{"red"}},
		Profiles: map[string]person{"work": {JID: "a@b"}, "at home": {Does: []string{"ping"}}},
		Rules:    []item{{Match: "x", Parts: []colour{{"1"}, {"2"}}}, {}},
		Keys:     map[string]any1{"send": {[]string{"f5"}, 28}, "x.y": {[]string{"a", "b"}, 29}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEmptyTextIsTheZeroStructure(t *testing.T) {
	for _, text := range []string{"", "\n# nothing\n", "words = []\n[keys]\n[profile]\n"} {
		got, _, err := decode(text)
		if err != nil || got.Title != "" || len(got.Words)+len(got.Keys)+len(got.Profiles) != 0 {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

func TestProblemsHaveAPlaceAPathAndASentence(t *testing.T) {
	for _, row := range []struct{ name, text, key, want string }{
		{"an unknown key", "titel = 1", "titel", `1:1: there is no key "titel"; did you mean "title"?`},
		{"one far off", "style.zzzzz = 1", "style.zzzzz", `1:7: there is no key "zzzzz"; known are inner, name`},
		{"one in a table in a line", "style = {inner = {txet = ''}}", "style.inner.txet", `1:19: there is no key "txet"; did you mean "text"?`},
		{"one in a name's table", "[profile.'a b']\n jdi = 1", `profile."a b".jdi`, `2:2: there is no key "jdi"; did you mean "jid"?`},
		{"one in the second of a row", "[[rule]]\n[[rule]]\n[[rule.part]]\nx = 1", "rule[2].part[1].x", `4:1: there is no key "x"; known are text`},
		{"a field without a key", "Unread = ''", "Unread", `there is no key "Unread"`},
		{"a field that is hidden", "- = ''", "-", `there is no key "-"`},
		{"a key of a name's table", "jid = ''", "jid", `1:1: "jid" belongs into a profile, below a line such as [profile.NAME]`},
		{"a key of a row", "match = ''", "match", `1:1: "match" belongs into a rule, below a line such as [[rule]]`},
		{"a refused one", "[profile.a]\npassword = 'c4nary'", "profile.a.password", "2:1: a password does not belong here"},
		{"that key elsewhere", "password = 'x'", "password", `there is no key "password"`},
		{"a number for a text", "title = 1", "title", "1:1: title: want a text in quotes"},
		{"a date for a text", "title = 1979-05-27", "title", "1:1: title: want a text in quotes"},
		{"a text for a truth", "on = 'true'", "on", "1:1: on: want true or false"},
		{"a text for a number", "version = '1'", "version", "1:1: version: want a number"},
		{"a part for a whole", "small = 1.0", "small", "small: want a number"},
		{"a number too big", "small = 128", "small", "small: want a number"},
		{"no number", "ratio = nan", "ratio", "ratio: want a number"},
		{"a text for a ratio", "ratio = '1'", "ratio", "ratio: want a number"},
		{"a text for texts", "words = 'a'", "words", "1:1: words: want texts in quotes, between brackets"},
		{"a number among texts", "words = ['a', 1]", "words", "1:1: words: want texts in quotes, between brackets"},
		{"a text among numbers", "counts = [1, 'a']", "counts", "1:1: counts: want a number each, between brackets"},
		{"a text for a table", "style = 'x'", "style", "1:1: style: want a table"},
		{"a row for a table", "[[style]]", "style", "1:3: style: want a table"},
		{"a text for names", "profile = 'x'", "profile", "1:1: profile: want a table"},
		{"a text for a named table", "profile.x = 'x'", "profile.x", "1:9: x: want a table"},
		{"a table for a row", "[rule]", "rule", "1:2: rule: want tables, each below a line of its own such as [[rule]]"},
		{"a list for a row", "rule = [{match = ''}]", "rule", "1:1: rule: want tables, each"},
		{"a text for a row in a row", "[[rule]]\npart = 'x'", "rule[1].part", "2:1: part: want tables, each below a line of its own such as [[rule.part]]"},
		{"a table for a text", "[title]", "title", "1:2: title: want a text in quotes"},
		{"a type's own wish", "[keys]\nsend = [1]", "keys.send", "2:1: send: want a text, or several"},
		{"no choice", "style.inner.text = 'rde'", "style.inner.text", `1:20: text: there is no "rde"; did you mean "red"?`},
		{"no choice in a list", "[profile.a]\ndoes = [\n'ping',\n 'pong']", "profile.a.does[2]", `4:2: does: there is no "pong"; did you mean "ping"?`},
		{"a key twice", "title = ''\ntitle = ''", "title", `2:1: "title" is here a second time; the first is in line 1`},
		{"one twice in a line", "style = {name = '', name = ''}", "style.name", `1:21: "name" is here a second time; the first is in line 1`},
		{"a table twice", "[style]\n\n[style]", "style", `3:2: "style" is here a second time; the first is in line 1`},
		{"a table that was a dotted key", "style.name = ''\n[style]", "style", `2:2: "style" is here a second time`},
		{"a dotted key into a table", "[style.inner]\n[style]\ninner.text = 'red'", "style.inner", `3:1: "inner" is here a second time`},
		{"a header into a table in a line", "style = {}\n[style.inner]", "style", `2:2: "style" is here a second time`},
		{"a row that was a table", "[style]\n[[style]]", "style", `2:3: "style" is here a second time`},
		{"no TOML", "title = \n", "", "1:9: "},
		{"no end of quotes", "title = 'a\n", "", "1:"},
		{"no UTF-8", "title = ''\n  # \xe4", "", "2:5: this is no text in UTF-8"},
		{"a zero byte", "title = '\x00'", "", "1:10: this is no text in UTF-8"},
		{"a newer version", "version = 3\nwhat = 1\nno toml", "version", "f.toml: the file is for a newer iqscope: it has version = 3, and this one knows 2"},
		{"an impossible version", "version = -1", "version", "1:1: there is no version -1 of this file's format"},
		{"many parts", strings.Repeat("a.", maxDepth) + "a = 1", "", "1:1: this is more than 32 tables or arrays"},
		{"many parts of a header", "[" + strings.Repeat("a.", maxDepth) + "a]", "", "1:2: this is more than 32 tables or arrays"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, _, err := decode(row.text)
			var problems Problems
			if !errors.As(err, &problems) || len(problems) != 1 {
				t.Fatalf("got %v, want one problem", err)
			}
			p := problems[0]
			if !strings.Contains(p.Error(), row.want) || p.Key != row.key || p.File != "f.toml" {
				t.Errorf("got %v about %q, want %q about %q", p, p.Key, row.want, row.key)
			}
			if strings.ContainsAny(p.Error(), "\n\x00") || strings.Contains(p.Error(), "c4nary") {
				t.Errorf("the sentence is %q", p)
			}
		})
	}
}

func TestProblemsAreToldInTheOrderOfTheLines(t *testing.T) {
	var text strings.Builder
	for i := range maxProblems {
		fmt.Fprintf(&text, "z%d = 1\n", i)
	}
	_, _, err := decode(text.String() + "title = \n")
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != maxProblems {
		t.Fatalf("got %d lines:\n%v", len(lines), err)
	}
	for i, line := range lines {
		if want := fmt.Sprintf("f.toml:%d:1: there is no key \"z%d\"", i+1, i); !strings.HasPrefix(line, want) {
			t.Errorf("got %q, want %q", line, want)
		}
	}
	_, _, err = decode("a = 1\ntitle = \n")
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 2 || !strings.HasPrefix(lines[1], "f.toml:2:9: ") {
		t.Errorf("got %v, want the key and the syntax", err)
	}
	var one *Problem
	if !errors.As(err, &one) || one.Line != 1 {
		t.Errorf("the first is %v", one)
	}
}

func TestPlacesAreKnownAfterwards(t *testing.T) {
	_, d, err := decode("\n[[rule]]\n\n[[rule]]\n  match = 'x'\n[style]\nname = ''\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		path []any
		want string
	}{
		{[]any{"rule", 1, "match"}, "f.toml:5:3: bad"},
		{[]any{"rule", 0, "match"}, "f.toml:2:3: bad"}, // the row's header, for want of the key
		{[]any{"rule", 2, "match"}, "f.toml:2:3: bad"},
		{[]any{"rule", -1}, "f.toml:2:3: bad"},
		{[]any{"style", "name"}, "f.toml:7:1: bad"},
		{[]any{"style", "name", "x"}, "f.toml:7:1: bad"},
		{[]any{"none", "name"}, "f.toml: bad"},
		{nil, "f.toml: bad"},
	} {
		if got := d.Problem("bad", row.path...).Error(); got != row.want {
			t.Errorf("%v: got %q, want %q", row.path, got, row.want)
		}
	}
}

func TestLimits(t *testing.T) {
	nested := func(n int) string { return "words = " + strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, row := range []struct {
		name, text string
		want       string // not told when empty
	}{
		{"the longest text", strings.Repeat("#", MaxText), ""},
		{"a byte longer", strings.Repeat("#", MaxText+1), "this is longer than 1048576 bytes"},
		{"the deepest arrays", nested(maxDepth), "words: want texts"},
		{"one deeper", nested(maxDepth + 1), "more than 32"},
		{"the deepest tables", "profile" + strings.Repeat(".a", maxDepth-1) + " = 1", `there is no key "a"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, _, err := decode(row.text)
			if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %q", err, row.want)
			}
			if row.name == "the deepest arrays" && strings.Contains(err.Error(), "more than") {
				t.Errorf("it is too deep: %v", err)
			}
		})
	}
}

// hostileTime is what a hostile text may take: many times what it does on a slow machine, so that
// only another order of growth is above it.
const hostileTime = 10 * time.Second

func TestHostileTextsEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	many := func(before, each, after string) string {
		var b strings.Builder
		b.WriteString(before)
		for i := 0; b.Len() < MaxText-60; i++ {
			fmt.Fprintf(&b, each, i)
		}
		return b.String() + after
	}
	for name, text := range map[string]string{
		"unknown keys":           many("", "a%d=1\n", ""),
		"unknown keys in a line": many("style={", "a%d=1,", "z=1}"),
		"names":                  many("", "[profile.p%d]\n", ""),
		"bad names":              many("", "profile.p%d=1\n", ""),
		"bad rows":               many("", "[[rule]]\nmatch=%d\n", ""),
		"one row twice":          many("", "[[rule]]\n[rule]\n#%d\n", ""),
		"no choices":             many("[profile.x]\ndoes=[", "'%d',", "]"),
		"parts of a key":         strings.Repeat("a.", MaxText/2-10) + "a=1",
		"nested arrays":          "title=" + strings.Repeat("[", 9000) + strings.Repeat("]", 9000),
		"nested without end":     "title=" + strings.Repeat("[", MaxText-20),
		"nested tables":          "title=" + strings.Repeat("{a=", MaxText/3-20),
		"one long key":           strings.Repeat("a", MaxText-10) + "=1",
		"one long text":          "title='" + strings.Repeat("a", MaxText-20) + "'\ntitle=1",
		"one long line of no":    strings.Repeat("=", MaxText),
	} {
		start := time.Now()
		_, _, err := decode(text)
		if err != nil && len(err.Error()) > 400*maxProblems {
			t.Errorf("%s: the error is %.2000s", name, err)
		}
		if took := time.Since(start); took > hostileTime {
			t.Errorf("%s: %d bytes take %v", name, len(text), took)
		}
	}
}
