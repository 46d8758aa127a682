package forms

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/form"
	"iqscope/iqbuilder/stanza"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
)

func read(t interface {
	Helper()
	Fatal(...any)
}, fields string) *form.Form {
	t.Helper()
	s, err := stanza.Parse("<iq><q xmlns='q'><x xmlns='jabber:x:data' type='form'>"+fields+"</x></q></iq>", stanza.ClientScope())
	if err != nil {
		t.Fatal(err)
	}
	return form.Of(s)
}

func opened(f *form.Form, buttons ...string) *Screen {
	s := New(safetext.Const("A form"), f)
	s.SetButtons(buttons...)
	s.Reset()
	return s
}

func drawn(s *Screen, width, height int) string {
	s.Prepare(pane.Look{Width: width, Height: height, Theme: themes.Plain()})
	return ansi.Strip(strings.Join(s.View(), "\n"))
}

const options = "<option label='Ex'><value>x</value></option><option><value>y</value></option>"

func TestEachTypeIsEditedInItsPlace(t *testing.T) {
	back, right, left := keys.DeleteLeft, keys.CursorRight, keys.CursorLeft
	for _, c := range []struct {
		name, field string
		do          []any // text that is typed, or an action
		want        []string
	}{
		{"a box", "type='boolean'>", []any{" "}, []string{"1"}},
		{"a box that is on", "type='boolean'><value>true</value>", []any{" "}, []string{"0"}},
		{"a box by an arrow", "type='boolean'>", []any{right, right, left}, []string{"1"}},
		{"the first of a list", "type='list-single'>" + options, []any{" "}, []string{"x"}},
		{"the last of a list", "type='list-single'>" + options, []any{left}, []string{"y"}},
		{"none of a list", "type='list-single'><value>y</value>" + options, []any{right}, nil},
		{"never none of it", "type='list-single'><required/><value>y</value>" + options, []any{right}, []string{"x"}},
		{"by its letter", "type='list-single'>" + options, []any{"y"}, []string{"y"}},
		{"some of a list", "type='list-multi'><value>x</value>" + options, []any{Next, " "}, []string{"x", "y"}},
		{"not offered, but there", "type='list-multi'><value>gone</value>" + options, []any{" "}, []string{"x", "gone"}},
		{"a list with others", "type='list-single'><validate xmlns='http://jabber.org/protocol/xdata-validate'><open/></validate>" + options, []any{"z"}, []string{"z"}},
		{"text", "type='text-single'><value>a</value>", []any{"b c"}, []string{"ab c"}},
		{"text in several values", "type='text-single'><value>a</value><value>b</value>", []any{"c"}, []string{"ac"}},
		{"an unknown type", "type='geo'>", []any{"here"}, []string{"here"}},
		{"a secret", "type='text-private'>", []any{"s", back, "t"}, []string{"t"}},
		{"lines", "type='text-multi'><value>a</value>", []any{Enter, "b", Enter, Enter, "c"}, []string{"a", "b", "c"}},
		{"pasted lines", "type='text-multi'>", []any{"a\r\nb\n\nc"}, []string{"a", "b", "", "c"}},
		{"a line that is taken away", "type='text-multi'><value>a</value><value>b</value>", []any{Next, back, back, "c"}, []string{"ac"}},
		{"addresses", "type='jid-multi'><value>a@b</value>", []any{Enter, "c"}, []string{"a@b", "c"}},
		{"emptied", "type='jid-multi'><value>a</value>", []any{back}, nil},
	} {
		s := opened(read(t, "<field var='f' "+c.field+"</field><field var='other'/>"), "submit")
		for _, do := range c.do {
			if text, ok := do.(string); ok {
				s.Type(text, len(text) > 3)
			} else {
				s.Do(do.(keys.Action))
			}
		}
		got, _ := s.Values()
		if c.name == "lines" { // the second Enter in an empty line goes on
			if diff := cmp.Diff(form.Values{"f": {"a", "b", ""}, "other": {"c"}}, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.name, diff)
			}
			continue
		}
		if diff := cmp.Diff(form.Values{"f": c.want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestWhatIsNotTouchedIsNotSaid(t *testing.T) {
	s := opened(read(t, "<field var='a'><value>1</value></field><field var='b' type='boolean'/><field type='fixed'><value>x</value></field><field/><field var='h' type='hidden'/>"))
	for range 9 {
		s.Do(Next)
	}
	if v, err := s.Values(); len(v) != 0 || err != nil {
		t.Errorf("said is %v, %v", v, err)
	}
}

func TestWhatIsWrongIsSaidAtTheField(t *testing.T) {
	s := opened(read(t, "<field var='a'/><field var='j' type='jid-single' label='Who'/><field var='n'><required/></field>"), "submit")
	s.Do(Next)
	s.Type("a@@", false)
	if got := drawn(s, 60, 20); !strings.Contains(got, "✗ ") {
		t.Errorf("it is not said while it is typed:\n%s", got)
	}
	s.Do(Next)
	s.Do(Next)
	if _, at := s.Button(); !at {
		t.Fatal("the cursor is not at the button")
	}
	if _, err := s.Values(); err == nil {
		t.Fatal("it is taken")
	}
	if got := drawn(s, 60, 20); !strings.Contains(got, "▸ Who") || !strings.Contains(got, "this is required") {
		t.Errorf("the cursor is not at the first mistake, or one is not said:\n%s", got)
	}
}

func TestNothingIsChangedWhileSomethingIsWaitedFor(t *testing.T) {
	s := opened(read(t, "<field var='a'/><field var='b' type='boolean'/>"), "submit")
	s.SetBusy(safetext.Const("waiting"))
	s.Type("x", false)
	s.Do(Next)
	s.Type(" ", false)
	s.Do(keys.CursorRight)
	if v, _ := s.Values(); len(v) != 0 || !strings.Contains(drawn(s, 60, 20), "waiting") {
		t.Errorf("changed is %v", v)
	}
}

// What is hostile fits its room, shows no control character, and ends.
func TestAnyFormFitsAnyRoom(t *testing.T) {
	types := []string{"boolean", "fixed", "hidden", "jid-multi", "jid-single", "list-multi", "list-single", "text-multi", "text-private", "text-single", "odd"}
	text := rapid.StringMatching(`[a-z \x{202e}\x{1f600}\x{4e16}]{0,40}`)
	actions := []keys.Action{Next, Prev, Enter, keys.CursorLeft, keys.CursorRight, keys.DeleteLeft, keys.PageDown, keys.PageUp, keys.CursorLineEnd, keys.DeleteWordLeft}
	rapid.Check(t, func(t *rapid.T) {
		var fields strings.Builder
		for range rapid.IntRange(0, 30).Draw(t, "fields") {
			values := ""
			for range rapid.IntRange(0, 3).Draw(t, "values") {
				values += "<value>" + text.Draw(t, "value") + "</value>" + "<option label='" + text.Draw(t, "label") + "'><value>" + text.Draw(t, "option") + "</value></option>"
			}
			fmt.Fprintf(&fields, "<field var='%s' type='%s' label='%s'><desc>%s</desc>%s</field>",
				text.Draw(t, "var"), rapid.SampledFrom(types).Draw(t, "type"), text.Draw(t, "label"), text.Draw(t, "desc"), values)
		}
		s := opened(read(t, fields.String()), "submit", "cancel")
		s.SetNotes(Note{"warn", text.Draw(t, "note")})
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "typed") {
				s.Type(rapid.SampledFrom([]string{" ", "x", "\u009b31m", "a\nb"}).Draw(t, "text"), rapid.Bool().Draw(t, "pasted"))
			} else {
				s.Do(rapid.SampledFrom(actions).Draw(t, "action"))
			}
			width, height := rapid.IntRange(1, 100).Draw(t, "width"), rapid.IntRange(1, 40).Draw(t, "height")
			lines := strings.Split(drawn(s, width, height), "\n")
			if len(lines) > height {
				t.Fatalf("there are %d lines in %d", len(lines), height)
			}
			for _, line := range lines {
				if ansi.StringWidth(line) > width || strings.ContainsAny(line, "\u009b\u202e") {
					t.Fatalf("in %d cells: %q", width, line)
				}
			}
			if height >= 12 && width >= 40 && !strings.Contains(strings.Join(lines, "\n"), "▸") {
				t.Fatalf("the cursor is not seen:\n%s", strings.Join(lines, "\n"))
			}
			_, _ = s.Values()
		}
	})
}

func TestTenThousandFieldsAreWalkedThrough(t *testing.T) {
	var fields strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&fields, "<field var='f%d'/>", i)
	}
	s := opened(read(t, fields.String()), "submit")
	s.Do(keys.PageDown)
	if got := drawn(s, 80, 24); !strings.Contains(got, "▸ f10 ") {
		t.Errorf("after a page is shown\n%s", got)
	}
}
