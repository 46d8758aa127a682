package compose

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
	"iqscope/tui/editor"
	"iqscope/tui/keys"
)

func TestADraftIsLaidOut(t *testing.T) {
	for _, row := range []struct {
		name, before, format, wrapped string
	}{
		{
			"one line", "<iq type='get' id='1'><query xmlns='a' node='b'><x/><y>t</y></query></iq>",
			"<iq type='get' id='1'>\n  <query xmlns='a' node='b'>\n    <x/>\n    <y>t</y>\n  </query>\n</iq>",
			"<iq type='get' id='1'><query xmlns='a'\n    node='b'><x/><y>t</y></query></iq>",
		},
		{
			"white space and quotes", "  <iq   type=\"get\"\n id='1'>\n<a xmlns='b'  c='d'/></iq>\n",
			"  <iq type=\"get\" id='1'>\n  <a xmlns='b' c='d'/>\n</iq>\n",
			"  <iq   type=\"get\"\n id='1'>\n<a xmlns='b'  c='d'/></iq>\n",
		},
		{
			"a long tag of its own", "<iq type='get' id='1'>\n  <query xmlns='http://example.org/a' node='b' c='d'/>\n</iq>",
			"<iq type='get' id='1'>\n  <query xmlns='http://example.org/a' node='b' c='d'/>\n</iq>",
			"<iq type='get' id='1'>\n  <query xmlns='http://example.org/a'\n      node='b'\n      c='d'/>\n</iq>",
		},
		{"text", "<iq type='set' id='1'><a xmlns='b'> x <b/> y </a></iq>", "<iq type='set' id='1'>\n  <a xmlns='b'> x <b/> y </a>\n</iq>", "<iq type='set' id='1'><a xmlns='b'> x <b/> y </a></iq>"},
	} {
		t.Run(row.name, func(t *testing.T) {
			for action, want := range map[keys.Action]string{Format: row.format, WrapTags: row.wrapped} {
				p := newPane(row.before)
				shown(p, 38, 20)
				if err := p.LayOut(action); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, p.Text()); diff != "" {
					t.Errorf("%s (-want +got):\n%s", action, diff)
				}
				p.editor.Do(editor.Undo)
				if p.Text() != row.before {
					t.Errorf("%s: one undo leaves %q", action, p.Text())
				}
			}
		})
	}
}

func TestWhatIsNoXMLIsNotLaidOut(t *testing.T) {
	for draft, says := range map[string]string{
		"":                          "there is nothing to lay out",
		" \n ":                      "there is nothing to lay out",
		"<iq>\n  <a></b></iq>":      "not laid out: line 2, column 8: ",
		"<iq type='get' id='1'><a>": "not laid out: line 1, column 26: ",
		"no XML":                    "not laid out: line 1, column 1: ",
	} {
		for _, action := range []keys.Action{Format, WrapTags} {
			p := newPane(draft)
			if err := p.LayOut(action); err == nil || !strings.HasPrefix(err.Error(), says) {
				t.Errorf("of %q it says %v", draft, err)
			}
			if p.Text() != draft {
				t.Errorf("%q became %q", draft, p.Text())
			}
		}
	}
}

// meaning is what XML says: names, attributes and text, but for the white space that stands between
// elements where there is nothing else.
func meaning(n *stanza.Node, kept bool) string {
	if !n.IsElement() {
		return fmt.Sprintf("%q", n.Data)
	}
	var s strings.Builder
	fmt.Fprintf(&s, "<%v %s", n.Name, n.Prefix)
	for _, a := range n.Attrs {
		fmt.Fprintf(&s, " %v=%q", a.Name, a.Value)
		kept = kept || a.Name.Local == "space" && a.Value == "preserve"
	}
	s.WriteString(">")
	text, between := "", true
	for _, c := range n.Children {
		if !c.IsElement() {
			text += c.Data
			between = between && !c.CDATA && !c.Ref && strings.Trim(c.Data, " \t\r\n") == ""
		}
	}
	if len(n.Elements()) == 0 || kept {
		between = false
	}
	for _, c := range n.Children {
		if c.IsElement() || !between {
			s.WriteString(meaning(c, kept))
		}
	}
	s.WriteString("</>")
	return s.String()
}

func TestLayingOutNeverChangesWhatTheXMLMeans(t *testing.T) {
	attribute := rapid.Custom(func(t *rapid.T) string {
		quote := rapid.SampledFrom([]string{"'", `"`}).Draw(t, "quote")
		value := rapid.SampledFrom([]string{"", "v", "a  b", "&#10;&lt;", "ünï", "a\nb", strings.Repeat("long", 9)}).Draw(t, "value")
		return " = " + quote + value + quote
	})
	var element func(depth int) *rapid.Generator[string]
	element = func(depth int) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			name := rapid.SampledFrom([]string{"a", "b-c", "x:d"}).Draw(t, "name")
			tag := "<" + name
			if name == "x:d" {
				tag += " xmlns:x='urn:x'"
			}
			for _, n := range []string{"p", "q", "r", "s"}[:rapid.IntRange(0, 4).Draw(t, "attributes")] {
				tag += rapid.SampledFrom([]string{" ", "\n ", "\t"}).Draw(t, "space") + n + attribute.Draw(t, "attribute")
			}
			if rapid.IntRange(0, 9).Draw(t, "preserve") == 0 {
				tag += " xml:space='preserve'"
			}
			if depth == 0 || rapid.IntRange(0, 3).Draw(t, "empty") == 0 {
				return tag + " />"
			}
			inner := ""
			for range rapid.IntRange(0, 3).Draw(t, "children") {
				inner += rapid.SampledFrom([]string{"", "", " ", "\n    ", "text", " a\n b ", "&amp;", "&#32;", "<![CDATA[ ]]>"}).Draw(t, "text")
				inner += element(depth-1).Draw(t, "child")
			}
			inner += rapid.SampledFrom([]string{"", "", " \n", "t"}).Draw(t, "text")
			return tag + ">" + inner + "</" + name + "\n>"
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		draft := rapid.SampledFrom([]string{"", " \n"}).Draw(t, "before") + "<iq type='get' id='1'>" + element(3).Draw(t, "payload") + "</iq>" + rapid.SampledFrom([]string{"", "\n"}).Draw(t, "after")
		before, err := stanza.Parse(strings.TrimSpace(draft), stanza.ClientScope())
		if err != nil {
			t.Skip(err)
		}
		action := rapid.SampledFrom([]keys.Action{Format, WrapTags}).Draw(t, "action")
		p := newPane(draft)
		shown(p, rapid.IntRange(1, 120).Draw(t, "width"), 20)
		if err := p.LayOut(action); err != nil {
			t.Fatal(err)
		}
		after, err := stanza.Parse(strings.TrimSpace(p.Text()), stanza.ClientScope())
		if err != nil {
			t.Fatalf("%s makes %q of %q: %v", action, p.Text(), draft, err)
		}
		was, _ := before.Tree()
		is, _ := after.Tree()
		if diff := cmp.Diff(meaning(was, false), meaning(is, false)); diff != "" {
			t.Fatalf("%s makes %q of %q: %s", action, p.Text(), draft, diff)
		}
		once := p.Text()
		if err := p.LayOut(action); err != nil || p.Text() != once {
			t.Fatalf("%s once more makes %q of %q (%v)", action, p.Text(), once, err)
		}
	})
}
