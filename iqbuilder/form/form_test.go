package form

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
)

// read reads the form that stands in an IQ.
func read(t interface {
	Helper()
	Fatal(...any)
}, x string) *Form {
	t.Helper()
	s, err := stanza.Parse("<iq type='result' id='a'><query xmlns='q'>"+x+"</query></iq>", stanza.ClientScope())
	if err != nil {
		t.Fatal(err)
	}
	f := Of(s)
	if f == nil {
		t.Fatal("there is no form in it")
	}
	return f
}

const all = `<x xmlns='jabber:x:data' type='form'><title>Room</title><instructions>One.</instructions><instructions>Two.</instructions>
	<field var='FORM_TYPE' type='hidden'><value>urn:about</value></field>
	<field type='fixed'><value>Section</value></field>
	<field var='b' type='boolean' label='Yes?'><value>1</value></field>
	<field var='j' type='jid-single'><required/></field>
	<field var='jm' type='jid-multi'><value>a@b</value><value>c@d</value></field>
	<field var='l' type='list-single'><value>x</value><option label='Ex'><value>x</value></option><option><value>y</value></option></field>
	<field var='lm' type='list-multi'><option><value>x</value></option><option><value>y</value></option></field>
	<field var='t' type='text-single' label=' '><desc>more</desc></field>
	<field var='tm' type='text-multi'><value>one
two</value></field>
	<field var='p' type='text-private'><value>s3cret</value></field>
	<field var='map' type='geo-picker'><value>0,0</value></field>
	<field var='n'><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:integer'><range min='2' max='10'/></validate><value>3</value></field>
	<media xmlns='urn:xmpp:media-element'/>
</x>`

func TestAllTypesOfFieldsAreRead(t *testing.T) {
	got := read(t, all)
	want := &Form{
		Type: Fill, Title: "Room", Instructions: []string{"One.", "Two."},
		Fields: []Field{
			{Var: "FORM_TYPE", Type: Hidden, Values: []string{"urn:about"}},
			{Type: Fixed, Values: []string{"Section"}},
			{Var: "b", Type: Boolean, Label: "Yes?", Values: []string{"1"}},
			{Var: "j", Type: JIDSingle, Required: true},
			{Var: "jm", Type: JIDMulti, Values: []string{"a@b", "c@d"}},
			{Var: "l", Type: ListSingle, Values: []string{"x"}, Options: []Option{{"Ex", "x"}, {"", "y"}}},
			{Var: "lm", Type: ListMulti, Options: []Option{{"", "x"}, {"", "y"}}},
			{Var: "t", Type: TextSingle, Label: " ", Desc: "more"},
			{Var: "tm", Type: TextMulti, Values: []string{"one", "two"}},
			{Var: "p", Type: TextPrivate, Values: []string{"s3cret"}},
			{Var: "map", Type: TextSingle, Odd: "geo-picker", Values: []string{"0,0"}},
			{Var: "n", Type: TextSingle, Values: []string{"3"}, Rules: Rules{Datatype: "xs:integer", Min: "2", Max: "10"}},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Rules{})); diff != "" {
		t.Errorf("the form is read otherwise (-want +got):\n%s", diff)
	}
	if got.About() != "urn:about" {
		t.Errorf("it is about %q", got.About())
	}
	if name := got.Fields[7].Name(); name != "t" {
		t.Errorf("a field without a label is called %q", name)
	}
}

func TestWhatAFieldCanBe(t *testing.T) {
	validated := func(inner string) string {
		return `<field var='f' type='text-single'><validate xmlns='http://jabber.org/protocol/xdata-validate' ` + inner + `</validate></field>`
	}
	list := func(typ, inner string) string {
		return `<field var='f' type='` + typ + `'><validate xmlns='http://jabber.org/protocol/xdata-validate'>` + inner + `</validate><option><value>x</value></option><option><value>y</value></option></field>`
	}
	for _, c := range []struct {
		field     string
		good, bad []string // values with | between them
	}{
		{`<field var='f' type='boolean'/>`, []string{"1", "true", "0", "false", ""}, []string{"yes", "1|0"}},
		{`<field var='f' type='jid-single'/>`, []string{"a@b", ""}, []string{"a@", "a@b|c@d"}},
		{`<field var='f' type='jid-multi'/>`, []string{"a@b", "a@b|c@d"}, []string{"a@b|@"}},
		{`<field var='f' type='jid-multi'><required/></field>`, []string{"a@b"}, []string{"", " "}},
		{list("list-single", ""), []string{"x", "y", ""}, []string{"z", "x|y"}},
		{list("list-single", "<open/>"), []string{"x", "z"}, nil},
		{list("list-multi", ""), []string{"x|y", ""}, []string{"x|z"}},
		{list("list-multi", "<list-range min='2' max='2'/>"), []string{"x|y"}, []string{"x"}},
		{validated("datatype='xs:integer'><range min='2' max='10'/>"), []string{"2", "10", "9", ""}, []string{"1", "11", "a", "1e3"}},
		{validated("datatype='xs:byte'>"), []string{"-128"}, []string{"128", "1.0"}},
		{validated("datatype='xs:decimal'><range min='-0.5'/>"), []string{"-0.50", "3"}, []string{"-0.51", "x", "1e9999999999"}},
		{validated("datatype='xs:date'><range max='2026-02-01'/>"), []string{"2026-01-31"}, []string{"2026-02-02", "31.1."}},
		{validated("datatype='xs:dateTime'>"), []string{"2026-01-31T12:00:00Z"}, []string{"noon"}},
		{validated("datatype='xs:string'><regex>[a-c]+</regex>"), []string{"abc"}, []string{"abcd", "xabc"}},
		{validated("datatype='x:unknown'><regex>((</regex>"), []string{"anything"}, nil},
	} {
		f := read(t, "<x xmlns='jabber:x:data'>"+c.field+"</x>")
		for _, v := range c.good {
			if err := f.Check(Values{"f": strings.Split(v, "|")}); err != nil {
				t.Errorf("%s: %q: %v", c.field, v, err)
			}
		}
		for _, v := range c.bad {
			var wrong *FieldError
			if err := f.Check(Values{"f": strings.Split(v, "|")}); !errors.As(err, &wrong) || wrong.Var != "f" {
				t.Errorf("%s: %q is taken: %v", c.field, v, err)
			}
		}
	}
}

func TestAFormGoesBackFilledIn(t *testing.T) {
	f := read(t, all)
	got, err := f.Submit(Values{"j": {"romeo@x"}, "lm": {"y", "x"}, "tm": nil, "t": {""}, "b": {"0"}, "FORM_TYPE": {"changed"}})
	want := `<x xmlns="jabber:x:data" type="submit"><field var="FORM_TYPE" type="hidden"><value>urn:about</value></field>` +
		`<field var="b"><value>0</value></field><field var="j"><value>romeo@x</value></field>` +
		`<field var="jm"><value>a@b</value><value>c@d</value></field><field var="l"><value>x</value></field>` +
		`<field var="lm"><value>y</value><value>x</value></field><field var="tm"/><field var="p"><value>s3cret</value></field>` +
		`<field var="map"><value>0,0</value></field><field var="n"><value>3</value></field></x>`
	if err != nil || got != want {
		t.Errorf("it is sent, %v:\n%s\nwant\n%s", err, got, want)
	}
	_, err = f.Submit(Values{"nobody": {"x"}, "FORM_TYPE": {"changed"}})
	if err == nil || !strings.Contains(err.Error(), "j: this is required") || !strings.Contains(err.Error(), "nobody: the form has no such field") {
		t.Errorf("it is refused by %v", err)
	}
}

func TestWhatTheOtherSideHasPutThereIsNotHeldAgainstIt(t *testing.T) {
	f := read(t, `<x xmlns='jabber:x:data'><field var='l' type='list-single'><value>gone</value><option><value>x</value></option></field></x>`)
	if _, err := f.Submit(nil); err != nil {
		t.Error(err)
	}
	if _, err := f.Submit(Values{"l": {"gone"}}); err == nil {
		t.Error("a choice that is none is taken")
	}
}

func TestAResultIsATable(t *testing.T) {
	f := read(t, `<x xmlns='jabber:x:data' type='result'><reported><field var='a' label='A'/><field var='b'/></reported>
		<item><field var='b'><value>2</value></field><field var='a'><value>1</value></field><field var='c'><value>lost</value></field></item>
		<item><field var='a'><value>3</value><value>4</value></field></item></x>`)
	columns, rows := f.Rows()
	if len(columns) != 2 || columns[0].Name() != "A" || columns[1].Name() != "b" {
		t.Errorf("the columns are %v", columns)
	}
	if diff := cmp.Diff([][]string{{"1", "2"}, {"3\n4", ""}}, rows); diff != "" {
		t.Errorf("the rows are (-want +got):\n%s", diff)
	}
}

func TestOfTwoFormsTheOneToBeFilledInIsMeant(t *testing.T) {
	s, err := stanza.Parse(`<iq><a xmlns='a'><x xmlns='jabber:x:data' type='result'/><b><c><x xmlns='jabber:x:data' type='form'/></c></b></a></iq>`, stanza.ClientScope())
	if err != nil {
		t.Fatal(err)
	}
	if f := Of(s); f == nil || f.Type != Fill {
		t.Errorf("it is %v", f)
	}
}

// Whatever a form is filled in with is what is read of what is sent.
func TestWhatIsFilledInIsWhatIsRead(t *testing.T) {
	text := rapid.StringMatching(`[ -~äß€]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		var fields strings.Builder
		values := Values{}
		for i := range rapid.IntRange(0, 8).Draw(t, "fields") {
			name := fmt.Sprintf("f%d", i)
			typ := rapid.SampledFrom([]FieldType{Boolean, JIDMulti, JIDSingle, ListMulti, ListSingle, TextMulti, TextPrivate, TextSingle}).Draw(t, "type")
			before := stanza.Escape(text.Draw(t, "before"))
			fmt.Fprintf(&fields, `<field var='%s' type='%s'><value>%s</value><option><value>a</value></option><option><value>b</value></option></field>`, name, typ, before)
			one := map[FieldType]*rapid.Generator[string]{
				Boolean: rapid.SampledFrom([]string{"0", "1"}), JIDSingle: rapid.Just("a@b"), JIDMulti: rapid.SampledFrom([]string{"a@b", "c"}),
				ListSingle: rapid.SampledFrom([]string{"a", "b"}), ListMulti: rapid.SampledFrom([]string{"a", "b"}),
			}[typ]
			if one == nil {
				one = text
			}
			most := 1
			if typ.Multi() {
				most = 4
			}
			values[name] = rapid.SliceOfN(one, 1, most).Draw(t, "values")
		}
		f := read(t, "<x xmlns='jabber:x:data'>"+fields.String()+"</x>")
		xml, err := f.Submit(values)
		if err != nil {
			t.Fatal(err)
		}
		back := read(t, xml)
		if back.Type != Submit || len(back.Fields) != len(values) {
			t.Fatalf("there are %d fields, want %d: %s", len(back.Fields), len(values), xml)
		}
		for _, field := range back.Fields {
			if !slices.Equal(field.Values, values[field.Var]) {
				t.Errorf("%s has %q, want %q: %s", field.Var, field.Values, values[field.Var], xml)
			}
		}
	})
}

// FuzzForm reads and fills in whatever comes.
func FuzzForm(f *testing.F) {
	f.Add(all, "b", "1")
	f.Add(`<x xmlns='jabber:x:data'><field/><field var=''/><field var='a'/><field var='a' type='list-multi'/><item/><reported/></x>`, "a", "\x00")
	f.Fuzz(func(t *testing.T, x, name, value string) {
		s, err := stanza.Parse("<iq><q xmlns='q'>"+x+"</q></iq>", stanza.ClientScope())
		if err != nil {
			return
		}
		form := Of(s)
		if form == nil {
			return
		}
		form.Rows()
		xml, err := form.Submit(Values{name: {value}})
		if err != nil {
			return
		}
		if _, err := stanza.Parse(xml, stanza.ClientScope()); err != nil {
			t.Errorf("%q is sent: %v", xml, err)
		}
	})
}
