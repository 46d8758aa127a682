package outline

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/themes"
	"iqscope/tui/highlight"
	"iqscope/tui/keys"
)

func parse(t interface{ Fatalf(string, ...any) }, xml string) *stanza.Stanza {
	st, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		t.Fatalf("%.200q: %v", xml, err)
	}
	return st
}

// sight is a view with what it is prepared by.
type sight struct {
	View
	sections []Section
	key      Key
	size     [2]int
	wrap     bool
}

func look(width, height int, wrap bool, stanzas ...*stanza.Stanza) *sight {
	s := &sight{key: Key{Number: 1}, size: [2]int{width, height}, wrap: wrap}
	for _, st := range stanzas {
		s.sections = append(s.sections, Section{Stanza: st})
	}
	return s
}

// lines prepares the view, runs what takes long, and draws.
func (s *sight) lines() []string {
	for range 2 {
		if cmd := s.Prepare(s.key, s.sections, s.size[0], s.size[1], s.wrap); cmd != nil {
			s.Accept(cmd().(Laid))
		}
	}
	lines, _ := s.Draw(themes.Plain(), highlight.New(themes.Plain()))
	return lines
}

func (s *sight) cursorLine() string {
	s.lines()
	lines, cursor := s.Draw(themes.Plain(), highlight.New(themes.Plain()))
	return strings.TrimSpace(lines[cursor])
}

func (s *sight) text() string { return strings.Join(s.lines(), "\n") }

const roster = "<iq type='result' id='a'><query xmlns='jabber:iq:roster' ver='7'><item jid='romeo@x' name='Romeo M'><group>Friends</group></item><item jid='nurse@x'/></query></iq>"

func TestLinesAreBrokenWhereTheyReadBest(t *testing.T) {
	for _, c := range []struct {
		name, xml string
		width     int
		want      string
	}{
		{"room for all", roster, 80, `
<iq type='result' id='a'>
  <query xmlns='jabber:iq:roster' ver='7'>
    <item jid='romeo@x' name='Romeo M'>
      <group>Friends</group>
    </item>
    <item jid='nurse@x'/>
  </query>
</iq>`},
		{"attributes on lines of their own", roster, 34, `
<iq type='result' id='a'>
  <query
      xmlns='jabber:iq:roster'
      ver='7'>
    <item
        jid='romeo@x'
        name='Romeo M'>
      <group>Friends</group>
    </item>
    <item jid='nurse@x'/>
  </query>
</iq>`},
		{"text behind a space, and further in", "<message><body>Wherefore art thou Romeo, deny thy father</body></message>", 30, `
<message>
  <body>Wherefore art thou 
    Romeo, deny thy 
    father</body>
</message>`},
		{"a value behind a space", "<iq><q xmlns='a' say='one two three four five six'/></iq>", 24, `
<iq>
  <q
      xmlns='a'
      say='one two 
        three four five 
        six'/>
</iq>`},
		{"a word that fits in no line", "<iq><q xmlns='urn:very:long:namespace'/></iq>", 20, `
<iq>
  <q 
    xmlns='urn:very:
    long:namespace'/
    >
</iq>`},
		{"newlines of a text", "<message><body>one\ntwo\n\n three</body></message>", 30, `
<message>
  <body>one
    two

     three</body>
</message>`},
		{"references and control characters", "<a b='&lt;&#x1F600;'>x &amp;\u202e<![CDATA[&&]]></a>", 60, `
<a b='&lt;&#x1F600;'>x &amp;<U+202E><![CDATA[&&]]></a>`},
		{"wide characters", "<a>世界世界世界世界世界世界</a>", 14, `
<a>世界世界世
  界世界世界世
  界</a>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), look(c.width, 50, true, parse(t, c.xml)).text()); diff != "" {
				t.Errorf("shown otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnElementFoldsToOneLine(t *testing.T) {
	s := look(70, 50, true, parse(t, roster))
	s.lines()
	s.Do(keys.Down)
	s.Do(Fold)
	if got, want := s.text(), "<iq type='result' id='a'>\n  <query xmlns='jabber:iq:roster' ver='7'>… 2 children</query>\n</iq>"; got != want {
		t.Errorf("folded, it is\n%s\nwant\n%s", got, want)
	}
	s.size[0] = 40
	if got := strings.TrimSpace(s.lines()[1]); got != "<query xmlns='jabb… 2 children</query>" {
		t.Errorf("folded in a narrow window, it is %q", got)
	}
	s.size[0] = 70
	s.Do(Fold)
	if got := len(s.lines()); got != 8 {
		t.Errorf("unfolded again, it has %d lines, want all 8", got)
	}
	s.Do(FoldAll)
	s.Do(Fold)
	if got, want := s.text(), "<iq type='result' id='a'>\n  <query xmlns='jabber:iq:roster' ver='7'>\n    <item jid='romeo@x' name='Romeo M'>… 1 child</item>\n    <item jid='nurse@x'/>\n  </query>\n</iq>"; got != want {
		t.Errorf("all folded, and the first unfolded, it is\n%s\nwant\n%s", got, want)
	}
	s.Do(UnfoldAll)
	if got := len(s.lines()); got != 8 {
		t.Errorf("unfolded, it has %d lines, want all 8", got)
	}
}

func TestWhatCannotFoldFoldsWhatItIsIn(t *testing.T) {
	s := look(60, 50, true, parse(t, roster))
	s.lines()
	for range 3 {
		s.Do(keys.Down)
	}
	s.Do(Fold) // on the group, which is one line
	if got := s.cursorLine(); got != "<item jid='romeo@x' name='Romeo M'>… 1 child</item>" {
		t.Errorf("the cursor is on %q, want on the item, folded", got)
	}
	s.Do(UnfoldAll)
	s.Do(keys.End)
	s.Do(Fold) // on the end tag
	if got := s.text(); got != "<iq type='result' id='a'>… 1 child</iq>" {
		t.Errorf("folded on its end tag, the stanza is %q", got)
	}
}

func TestTextOfSeveralLinesFolds(t *testing.T) {
	s := look(30, 50, true, parse(t, "<message><body>"+strings.Repeat("word ", 100)+"</body></message>"))
	s.lines()
	s.Do(keys.Down)
	s.Do(keys.Down)
	s.Do(Fold)
	if got := s.text(); got != "<message>\n  <body>… 500 bytes</body>\n</message>" {
		t.Errorf("folded, it is\n%s", got)
	}
}

func TestTheCursorStaysWithItsElement(t *testing.T) {
	s := look(60, 4, true, parse(t, roster))
	s.lines()
	for range 5 {
		s.Do(keys.Down)
	}
	const nurse = "<item jid='nurse@x'/>"
	if got := s.cursorLine(); got != nurse {
		t.Fatalf("the cursor is on %q", got)
	}
	s.size[0] = 34 // more lines
	if got := s.cursorLine(); got != nurse {
		t.Errorf("in a narrow window it is on %q", got)
	}
	s.wrap = false
	if got := s.cursorLine(); got != nurse {
		t.Errorf("unbroken, it is on %q", got)
	}
}

func TestUnbrokenLinesScrollSideways(t *testing.T) {
	s := look(20, 10, false, parse(t, "<iq><q xmlns='urn:0123456789:abcdefghij'/><r/></iq>"))
	want := []string{"<iq>", "  <q xmlns='urn:012…", "  <r/>", "</iq>"}
	if diff := cmp.Diff(want, s.lines()); diff != "" {
		t.Errorf("at first (-want +got):\n%s", diff)
	}
	s.Do(Right)
	want = []string{"…", "…s='urn:0123456789:…", "…", "…"}
	if diff := cmp.Diff(want, s.lines()); diff != "" {
		t.Errorf("to the right (-want +got):\n%s", diff)
	}
	s.key, s.sections = Key{Number: 2}, []Section{{Stanza: parse(t, "<iq><q xmlns='urn:ABCDEFGHIJ:abcdefghij'/></iq>")}}
	if got := s.lines()[1]; got != "…s='urn:ABCDEFGHIJ:…" {
		t.Errorf("of the next stanza is seen %q, want the same columns", got)
	}
	for range 10 {
		s.Do(Right)
	}
	if got := s.lines()[1]; !strings.HasSuffix(got, "j'/>") || ansi.StringWidth(got) != 20 {
		t.Errorf("at the right end is %q", got)
	}
	for range 10 {
		s.Do(Left)
	}
	if got := s.lines()[0]; got != "<iq>" {
		t.Errorf("back at the left is %q", got)
	}
}

func TestABrokenStanzaSaysWhyAndShowsItsBytes(t *testing.T) {
	st := stanza.NewBroken("<iq\xff\x1b>", stanza.XMLError{Rule: "r", Detail: "no", Offset: 3}, stanza.ClientScope())
	if got, want := look(60, 10, true, st).text(), "✗ broken at 1:4: no (r)\n\n<iq<0xFF>␛>"; got != want {
		t.Errorf("it is shown as\n%s\nwant\n%s", got, want)
	}
}

// drawXML draws an element with whatever may stand in one.
func drawXML(t *rapid.T, depth int) string {
	text := rapid.SampledFrom([]string{"", " ", "word", "two words", "a\nb", "&amp;", "世界", "\u202e", "e\u0301", strings.Repeat("long ", 30), strings.Repeat("x", 70)})
	name := rapid.SampledFrom([]string{"a", "item", "averylongelementname"}).Draw(t, "name")
	var b strings.Builder
	b.WriteString("<" + name)
	for i := range rapid.IntRange(0, 3).Draw(t, "attributes") {
		fmt.Fprintf(&b, " n%d='%s'", i, text.Draw(t, "value"))
	}
	b.WriteString(">")
	for range rapid.IntRange(0, 3).Draw(t, "children") {
		if depth < 4 && rapid.Bool().Draw(t, "element") {
			b.WriteString(drawXML(t, depth+1))
		} else {
			b.WriteString(text.Draw(t, "text"))
		}
	}
	return b.String() + "</" + name + ">"
}

// bare is a text without what layout may change: white space.
func bare(s string) string {
	return strings.NewReplacer(" ", "", "\n", "", "\t", "").Replace(s)
}

func TestEveryLayoutShowsTheWholeStanza(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		st := parse(t, drawXML(t, 0))
		width := rapid.IntRange(2, 120).Draw(t, "width")
		s := look(width, 100_000, true, st)
		lines := s.lines()
		for _, l := range lines {
			if n := ansi.StringWidth(l); n > width {
				t.Fatalf("a line is %d cells wide, of %d: %q", n, width, l)
			}
		}
		if got, want := bare(strings.Join(lines, "")), bare(safetext.Clean(st.Pretty(0)).String()); got != want {
			t.Fatalf("at %d it shows\n%s\nwant\n%s", width, got, want)
		}
	})
}

func TestNoWordIsCutThatFits(t *testing.T) {
	word := rapid.SampledFrom([]string{"a", "thou", "deny", "Romeo", "wherefore"})
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.SliceOfN(word, 1, 40)
		xml := "<message><body n='" + strings.Join(said.Draw(t, "value"), " ") + "' m='" + strings.Join(said.Draw(t, "value"), " ") + "'> " + strings.Join(said.Draw(t, "text"), " ") + " </body></message>"
		text := look(rapid.IntRange(24, 90).Draw(t, "width"), 1000, true, parse(t, xml)).text()
		for _, w := range strings.Fields(strings.NewReplacer("<message>", "", "</message>", "", "<body", "", "</body>", "", "n='", "", "m='", "", "'>", "", "'", "").Replace(text)) {
			if !strings.Contains("a thou deny Romeo wherefore", w) || len(w) < 4 && w != "a" {
				t.Fatalf("%q is a piece of a word:\n%s", w, text)
			}
		}
	})
}

func TestEveryWindowFitsAndIsPartOfTheWhole(t *testing.T) {
	actions := []keys.Action{keys.Up, keys.Down, keys.PageUp, keys.PageDown, keys.HalfPageUp, keys.HalfPageDown, keys.Home, keys.End, Left, Right, Fold, FoldAll, UnfoldAll}
	rapid.Check(t, func(t *rapid.T) {
		s := look(0, 0, false, parse(t, drawXML(t, 0)), parse(t, drawXML(t, 0)))
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			s.size = [2]int{rapid.IntRange(1, 60).Draw(t, "width"), rapid.IntRange(1, 12).Draw(t, "height")}
			s.wrap = rapid.Bool().Draw(t, "wrap")
			s.Do(rapid.SampledFrom(actions).Draw(t, "action"))
			lines := s.lines()
			_, cursor := s.Draw(themes.Plain(), highlight.New(themes.Plain()))
			if len(lines) != min(s.size[1], s.Len()) || cursor < 0 || cursor >= len(lines) {
				t.Fatalf("%d lines of %d in a window of %d, the cursor on %d", len(lines), s.Len(), s.size[1], cursor)
			}
			for _, l := range lines {
				if n := ansi.StringWidth(l); n > s.size[0] {
					t.Fatalf("a line is %d cells wide, of %d: %q", n, s.size[0], l)
				}
			}
		}
	})
}

func TestALargeStanzaIsReadByACommand(t *testing.T) {
	st := parse(t, "<iq><a xmlns='x'>"+strings.Repeat("<b/>", atOnce)+"</a></iq>")
	s := look(60, 10, true, st)
	cmd := s.Prepare(s.key, s.sections, 60, 10, true)
	if cmd == nil || s.Ready() {
		t.Fatal("it is read within the update loop")
	}
	if again := s.Prepare(s.key, s.sections, 60, 10, true); again != nil {
		t.Error("it is read twice at the same time")
	}
	other := Key{Number: 2}
	s.Prepare(other, []Section{{Stanza: parse(t, "<iq/>")}}, 60, 10, true)
	s.Accept(cmd().(Laid))
	if s.Len() != 1 {
		t.Errorf("what was read for another stanza is shown: %d lines", s.Len())
	}
	s.lines()
	if s.Len() != atOnce+4 {
		t.Errorf("there are %d lines, want %d", s.Len(), atOnce+4)
	}
}

func TestAVeryLongTextIsShownWhole(t *testing.T) {
	text := strings.Repeat("wherefore art thou ", 2*longRow/19)
	st := parse(t, "<message><body>"+text+"</body></message>")
	for _, wrap := range []bool{true, false} {
		s := look(30, 100_000, wrap, st)
		lines := s.lines()
		if got := bare(strings.Join(lines, "")); wrap && got != bare(st.XML()) {
			t.Errorf("broken into lines, it shows %d bytes, want %d", len(got), len(bare(st.XML())))
		}
		if len(lines) != s.Len() {
			t.Errorf("of %d lines %d are drawn", s.Len(), len(lines))
		}
	}
}
