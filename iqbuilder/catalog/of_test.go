package catalog

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// everything has a field of every sort, in a payload and in two kinds that carry it.
const everything = `
[[payload]]
key = "all"
element = "all"
namespace = "urn:all"
about = "It has everything."
[[payload.field]]
name = "at"
path = "@at"
[[payload.field]]
name = "said"
path = "said"
languages = true
[[payload.field]]
name = "here"
path = "here"
type = "flag"
[[payload.field]]
name = "many"
path = "many"
type = "uint"
repeated = true
[[payload.field]]
name = "row"
path = "row"
type = "list"
[[payload.field.column]]
name = "a"
path = "@a"
[[payload.field.column]]
name = "b"
path = "b"
[[kind]]
key = "all_set"
title = "Set all"
type = "set"
payload = "all"
result = "empty"
[[kind.field]]
name = "order"
path = "@order"
type = "uint"
`

func withEverything(t *testing.T) *Catalog {
	t.Helper()
	c, err := Builtin().With(File{"all.toml", []byte(everything)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const full = "<iq type='result' id='1' from='a@b'><!-- --><all xmlns='urn:all' at='1' odd='o'><said>hi</said><said xml:lang='de'>hallo</said>" +
	"<here/><many>1</many><many>2</many><row a='x'><b>y</b></row><row a='z'/><own xmlns='urn:own'/></all></iq>"

func TestFieldsOfAnyIQAreReadByName(t *testing.T) {
	c := withEverything(t)
	text := strings.Replace(full, "<!-- -->", "", 1)
	iq := parsed(t, text)
	f := c.Of(iq, "all")
	if f.Err() != nil || f.Get("at") != "1" || f.Get("said") != "hi" || f.Get("said[de]") != "hallo" || f.Get("here") != "true" ||
		f.Get("none") != "" || f.Get("said[fr]") != "" || !slices.Equal(f.All("many"), []string{"1", "2"}) {
		t.Errorf("got %v, %v", f.Values(), f.Err())
	}
	if diff := cmp.Diff([]Values{{"a": {"x"}, "b": {"y"}}, {"a": {"z"}}}, f.Rows("row")); diff != "" {
		t.Error(diff)
	}
	want := Values{"at": {"1"}, "said": {"hi"}, "said[de]": {"hallo"}, "here": {"true"}, "many": {"1", "2"}, "row[1].a": {"x"}, "row[1].b": {"y"}, "row[2].a": {"z"}}
	values := f.Values()
	if diff := cmp.Diff(want, values); diff != "" {
		t.Error(diff)
	}
	values["many"][0] = "changed"
	delete(values, "at")
	if f.Get("many") != "1" || f.Get("at") != "1" {
		t.Error("the map that was handed out changes the fields")
	}
	if iq.XML() != text { // row 57
		t.Errorf("reading has changed the IQ to %s", iq.XML())
	}

	request := c.Of(parsed(t, "<iq type='set' id='1'><all xmlns='urn:all' order='7' at='1'/></iq>"), "all")
	if request.Get("order") != "7" || request.Get("at") != "1" {
		t.Errorf("of a request there is %v, %v", request.Values(), request.Err())
	}
}

func TestWhatIsNotThereIsEmptyAndSaid(t *testing.T) {
	c := withEverything(t)
	for _, row := range []struct{ xml, key, want string }{
		{"<iq type='result' id='1'/>", "all", "all: this does not carry {urn:all}all"},
		{"<iq type='result' id='1'><other xmlns='urn:all'/></iq>", "all", "does not carry"},
		{"<message><all xmlns='urn:all'/></message>", "all", "does not carry"},
		{"<iq type='result' id='1'/>", "al", `there is no payload "al"; did you mean "all"?`},
	} {
		f := c.Of(parsed(t, row.xml), row.key)
		if f.Err() == nil || !strings.Contains(f.Err().Error(), row.want) || f.Get("at") != "" || f.All("many") != nil || f.Rows("row") != nil || len(f.Values()) != 0 {
			t.Errorf("%s: got %v, %v", row.xml, f.Values(), f.Err())
		}
		if _, err := f.Set("at", "1"); err == nil {
			t.Errorf("%s: it can be set", row.xml)
		}
	}
}

func TestFieldsOfAnyIQAreWritten(t *testing.T) {
	c := withEverything(t)
	text := strings.Replace(full, "<!-- -->", "", 1)
	iq := parsed(t, text)
	for _, row := range []struct {
		name   string
		change func(Fields) (*stanza.Stanza, error)
		old    string // what is replaced in the text
		new    string
	}{
		{"an attribute", func(f Fields) (*stanza.Stanza, error) { return f.Set("at", "2 & 3") }, "at='1'", `at='2 &amp; 3'`},
		{"an attribute is taken out", func(f Fields) (*stanza.Stanza, error) { return f.Set("at") }, " at='1'", ""},
		{"one of the languages", func(f Fields) (*stanza.Stanza, error) { return f.Set("said[de]", "na") }, "<said xml:lang='de'>hallo", "<said xml:lang='de'>na"},
		{"one of the languages is taken out", func(f Fields) (*stanza.Stanza, error) { return f.Set("said[de]") }, "<said xml:lang='de'>hallo</said>", ""},
		{"a flag is taken out", func(f Fields) (*stanza.Stanza, error) { return f.Set("here") }, "<here/>", ""},
		{"one more of several", func(f Fields) (*stanza.Stanza, error) { return f.Set("many", append(f.Values()["many"], "3")...) }, "<many>2</many>", "<many>2</many><many>3</many>"},
		{"one more row", func(f Fields) (*stanza.Stanza, error) { return f.Append("row", Values{"a": {"n"}, "b": {"m"}}) }, "<row a='z'/>", `<row a='z'/><row a="n"><b>m</b></row>`},
		{"a map", func(f Fields) (*stanza.Stanza, error) { return f.SetAll(Values{"at": {"9"}, "many": {"1"}}) }, "", ""},
		{"nothing", func(f Fields) (*stanza.Stanza, error) { return f.SetAll(nil) }, "", ""},
	} {
		got, err := row.change(c.Of(iq, "all"))
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		want := strings.Replace(text, row.old, row.new, 1)
		if row.name == "a map" {
			want = strings.Replace(strings.Replace(text, "at='1'", "at='9'", 1), "<many>2</many>", "", 1)
		}
		if diff := cmp.Diff(want, got.XML()); diff != "" {
			t.Errorf("%s: %s", row.name, diff)
		}
	}
	if iq.XML() != text {
		t.Error("writing has changed the IQ")
	}
	for key, row := range map[string][]string{"many": {"x"}, "nay": {"1"}, "at": {"1", "2"}, "row": {"1"}, "said[_]": {"1"}} {
		if _, err := c.Of(iq, "all").Set(key, row...); !isFieldError(err) {
			t.Errorf("%s = %q: got %v", key, row, err)
		}
	}
}

func isFieldError(err error) bool {
	_, ok := errors.AsType[*FieldError](err)
	return ok
}

func TestPayloadsAreMadeForTheBuilder(t *testing.T) {
	c := withEverything(t)
	ask, err := iqbuilder.Set(c.Request("all_set", Values{"order": {"1"}}), iqbuilder.ID("1"))
	if err != nil || ask.XML() != `<iq type="set" id="1"><all xmlns="urn:all" order="1"/></iq>` {
		t.Errorf("the request is %v, %v", ask, err)
	}
	answer, err := iqbuilder.Result(iqbuilder.InReplyTo(ask), c.Answer("all", Values{"row[1].a": {"x"}, "here": {"true"}}))
	if err != nil || answer.XML() != `<iq type="result" id="1"><all xmlns="urn:all"><here/><row a="x"/></all></iq>` {
		t.Errorf("the answer is %v, %v", answer, err)
	}
	for want, option := range map[string]iqbuilder.Option{
		`there is no request kind "al_set"; did you mean "all_set"?`: c.Request("al_set", nil),
		"all_set: order: ": c.Request("all_set", Values{"order": {"x"}}),
		`there is no payload "al"; did you mean "all"?`: c.Answer("al", nil),
		"all: many: ": c.Answer("all", Values{"many": {"x"}}),
	} {
		if _, err := iqbuilder.Set(option, iqbuilder.ID("1")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestKindsAreRegisteredForTheProcess(t *testing.T) {
	before := registered.Load()
	defer registered.Store(before)
	early := Default()
	if err := Register(File{"all.toml", []byte(everything)}); err != nil {
		t.Fatal(err)
	}
	if _, err := Default().Kind("all_set"); err != nil {
		t.Error(err)
	}
	if _, err := early.Kind("all_set"); err == nil {
		t.Error("a catalogue has changed that somebody holds")
	}
	if _, err := Builtin().Kind("all_set"); err == nil {
		t.Error("the built-in catalogue has changed")
	}
	if err := Register(File{"all.toml", []byte(everything)}); err == nil || !strings.Contains(err.Error(), "all.toml:") {
		t.Errorf("a second time: got %v", err)
	}
}
