package stanza

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/internal/xmlscan"
)

func TestPretty(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		width    int
		want     string
	}{
		{"indents elements", "<iq id='1'><a><b/></a><c></c></iq>", 0,
			"<iq id='1'>\n  <a>\n    <b/>\n  </a>\n  <c></c>\n</iq>"},
		{"drops the old indentation", "<iq>\n\t<a/>\n\n</iq>", 0, "<iq>\n  <a/>\n</iq>"},
		{"keeps text", "<a> x\n y </a>", 0, "<a> x\n y </a>"},
		{"keeps mixed content whole", "<a><b>x <i>y</i>\n</b><c/></a>", 0, "<a>\n  <b>x <i>y</i>\n</b>\n  <c/>\n</a>"},
		{"keeps white space that is all there is", "<a><b> </b></a>", 0, "<a>\n  <b> </b>\n</a>"},
		{"keeps white space written on purpose", "<a>&#32;<b/></a>", 0, "<a>&#32;<b/></a>"},
		{"keeps CDATA", "<a><![CDATA[ ]]><b/></a>", 0, "<a><![CDATA[ ]]><b/></a>"},
		{"keeps what xml:space says", "<a xml:space='preserve'> <b/></a>", 0, "<a xml:space='preserve'> <b/></a>"},
		{"keeps quotes, references and prefixes", `<a xmlns:p='u' p:b="&quot;'" c='&#x41;'/>`, 0, `<a xmlns:p='u' p:b="&quot;'" c='&#x41;'/>`},
		{"tidies inside tags", "<a\n b = 'c'   d='e'\t></a >", 0, "<a b = 'c' d='e'></a >"},
		{"leaves a tag that fits", "<a b='c' d='e'/>", 16, "<a b='c' d='e'/>"},
		{"wraps a tag that does not", "<a b='c' d='e'/>", 15, "<a\n    b='c'\n    d='e'/>"},
		{"counts characters", "<a b='é' d='é'/>", 16, "<a b='é' d='é'/>"},
		{"wraps at the indentation", "<x><a b='c' d='e'><f/></a></x>", 12,
			"<x>\n  <a\n      b='c'\n      d='e'>\n    <f/>\n  </a>\n</x>"},
		{"leaves one attribute where it is", "<a b='0123456789'/>", 5, "<a b='0123456789'/>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, mustParse(t, tt.in).Pretty(tt.width)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A stanza at the size limit must not become a hundred times larger.
func TestPrettyOfADeepStanzaStaysBounded(t *testing.T) {
	text := strings.Repeat("<a>", 255) + strings.Repeat("<b/>", 100_000) + strings.Repeat("</a>", 255)
	pretty := mustParse(t, text).Pretty(80)
	if len(pretty) > 15*len(text) {
		t.Errorf("%d bytes became %d", len(text), len(pretty))
	}
}

// plain is a tree without what pretty printing may change.
type plain struct {
	Name     Name
	Prefix   string
	Attrs    []string
	Text     string
	Children []plain
}

func plainTree(n *Node) plain {
	p := plain{Name: n.Name, Prefix: n.Prefix, Text: n.Data}
	for _, a := range n.Attrs {
		p.Attrs = append(p.Attrs, a.Prefix+":"+a.Name.Space+" "+a.Name.Local+"="+a.Value)
	}
	droppable := len(n.Elements()) > 0
	for _, c := range n.Children {
		if !c.IsElement() && strings.Trim(c.Data, " \t\r\n") != "" {
			droppable = false
		}
	}
	for _, c := range n.Children {
		if c.IsElement() || !droppable {
			p.Children = append(p.Children, plainTree(c))
		}
	}
	return p
}

func checkPretty(t interface{ Fatalf(string, ...any) }, s *Stanza, width int) {
	again, err := Parse(s.Pretty(width), s.Scope())
	if err != nil {
		t.Fatalf("%q prints as %q: %v", s.XML(), s.Pretty(width), err)
	}
	if diff := cmp.Diff(plainTree(mustTree(t, s)), plainTree(mustTree(t, again))); diff != "" {
		t.Fatalf("%q prints as another tree: %s", s.XML(), diff)
	}
	if again.Pretty(width) != s.Pretty(width) {
		t.Fatalf("printed twice, %q becomes %q", s.Pretty(width), again.Pretty(width))
	}
}

func TestPrettyChangesWhiteSpaceOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkPretty(t, mustParse(t, drawXML(t)), rapid.IntRange(0, 60).Draw(t, "width"))
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		discoReply, "<iq/>", " <a> <b/> </a>\n", "<iq><error/></iq>", "<a xml:space='preserve'> <b/></a>",
		"<iq type='error'><error><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>x</gone></error></iq>", "<![CDATA[]]>", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text, ClientScope())
		if err != nil {
			var broken *xmlscan.Error
			if errors.As(err, &broken) && (broken.Offset < 0 || broken.Offset > int64(len(text))) {
				t.Fatalf("the fault of %q stands at %d", text, broken.Offset)
			}
			return
		}
		if s.XML() != strings.Trim(text, spaces) {
			t.Fatalf("%q is kept as %q", text, s.XML())
		}
		if !utf8.ValidString(s.ID() + s.From() + s.To() + s.Lang() + string(s.Type())) {
			t.Fatalf("the header of %q is no UTF-8", text)
		}
		s.Err()
		checkLossless(t, s)
		checkPretty(t, s, 30)
	})
}

func BenchmarkTree(b *testing.B) {
	s := mustParse(b, discoReply)
	b.SetBytes(int64(len(discoReply)))
	b.ReportAllocs()
	for b.Loop() {
		s.Tree()
	}
}

func BenchmarkPretty(b *testing.B) {
	s := mustParse(b, discoReply)
	b.SetBytes(int64(len(discoReply)))
	b.ReportAllocs()
	for b.Loop() {
		s.Pretty(80)
	}
}
