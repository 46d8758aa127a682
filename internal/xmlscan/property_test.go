package xmlscan

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// document draws a well-formed document, and with it what must be read from it.
type document struct {
	t         *rapid.T
	xml, want strings.Builder
}

var (
	drawName = rapid.StringMatching(`[a-zA-Z_é名][a-zA-Z0-9_.é名-]{0,6}`)
	drawText = rapid.StringOf(rapid.RuneFrom([]rune("ab <>&]'\"\n\té€\U0001F600\ufffd")))
)

func (d *document) space() string {
	return rapid.SampledFrom([]string{"", " ", "\n\t", "  \r\n"}).Draw(d.t, "space")
}

// escape writes text so that it can stand anywhere, each character in one of
// the ways there are.
func (d *document) escape(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch way := rapid.IntRange(0, 9).Draw(d.t, "way"); {
		case way == 0:
			fmt.Fprintf(&b, "&#%03d;", r)
		case way == 1:
			fmt.Fprintf(&b, "&#x%X;", r)
		case r == '<':
			b.WriteString("&lt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '\'':
			b.WriteString("&apos;")
		case r == '\n' || r == '\t':
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// element writes an element, which stands in the default namespace given, and
// its children.
func (d *document) element(namespace string, depth int) {
	name := drawName.Draw(d.t, "name")
	d.xml.WriteString("<" + name)
	var attrs []string
	attr := func(raw, shown, value string) {
		quote := rapid.SampledFrom([]string{"'", `"`}).Draw(d.t, "quote")
		d.xml.WriteString(" " + d.space() + raw + d.space() + "=" + d.space() + quote + d.escape(value) + quote)
		attrs = append(attrs, shown+"="+value)
	}
	if rapid.Bool().Draw(d.t, "declares") {
		namespace = rapid.SampledFrom([]string{"", "urn:a", "urn:b&c"}).Draw(d.t, "namespace")
		attr("xmlns", "xmlns:xmlns", namespace)
	}
	if rapid.Bool().Draw(d.t, "has prefixed attribute") {
		attr("p:x", "{urn:p}x", drawText.Draw(d.t, "value"))
		attr("xmlns:p", "xmlns:p", "urn:p")
	}
	for _, name := range rapid.SliceOfNDistinct(drawName, 0, 12, rapid.ID).Draw(d.t, "attributes") {
		if name != "xmlns" {
			attr(name, name, drawText.Draw(d.t, "value"))
		}
	}
	d.want.WriteString(showName(Name{namespace, name}))
	if len(attrs) > 0 {
		d.want.WriteString("[" + strings.Join(attrs, " ") + "]")
	}
	d.want.WriteString("(")
	d.xml.WriteString(d.space())
	if children := rapid.IntRange(0, 4-depth).Draw(d.t, "children"); children > 0 {
		d.xml.WriteString(">")
		for i := range children {
			if i > 0 {
				d.want.WriteString(" ")
			}
			d.child(namespace, depth)
		}
		d.xml.WriteString("</" + name + d.space() + ">")
	} else {
		d.xml.WriteString("/>")
	}
	d.want.WriteString(")")
}

func (d *document) child(namespace string, depth int) {
	text := strings.ReplaceAll(drawText.Draw(d.t, "text"), "]]", "")
	switch {
	case rapid.Bool().Draw(d.t, "is CDATA"):
		d.xml.WriteString("<![CDATA[" + text + "]]>")
		fmt.Fprintf(&d.want, "%+q", text)
	case text != "":
		// An element behind it keeps two texts from becoming one.
		d.xml.WriteString(d.escape(text))
		fmt.Fprintf(&d.want, "%+q ", text)
		fallthrough
	default:
		d.element(namespace, depth+1)
	}
}

func TestWellFormedDocumentsOfAnyShapeAreReadAsMeant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := document{t: t}
		d.xml.WriteString(d.space())
		d.element("", 1)
		d.xml.WriteString(d.space())
		doc := []byte(d.xml.String())
		whole := read(t, New(Limits{}, Scope{}), false, doc)
		if whole.Close != nil {
			t.Fatalf("%q is refused: %v", doc, whole.Close)
		}
		if got := whole.String(); got != d.want.String() {
			t.Fatalf("%q is read as\n%s, want\n%s", doc, got, d.want.String())
		}
		seed := rapid.Uint64().Draw(t, "seed")
		cut := read(t, New(Limits{}, Scope{}), true, split(doc, rand.New(rand.NewPCG(seed, 0)))...)
		if diff := cmp.Diff(whole, cut); diff != "" {
			t.Fatalf("cut in pieces, the reading of %q differs (-whole +cut):\n%s", doc, diff)
		}
	})
}

func TestADocumentWithOneByteChangedIsJudgedTheSameInPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := document{t: t}
		d.element("", 2)
		doc := []byte(d.xml.String())
		doc[rapid.IntRange(0, len(doc)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		seed := rapid.Uint64().Draw(t, "seed")
		whole := read(t, New(Limits{}, Scope{}), false, doc)
		cut := read(t, New(Limits{}, Scope{}), true, split(doc, rand.New(rand.NewPCG(seed, 0)))...)
		if diff := cmp.Diff(whole, cut); diff != "" {
			t.Fatalf("cut in pieces, the reading of %q differs (-whole +cut):\n%s", doc, diff)
		}
	})
}

func TestTokensAreLeftOutByTheirDepthAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := document{t: t}
		d.element("", 1)
		doc := []byte(d.xml.String())
		if rapid.Bool().Draw(t, "is broken") {
			doc[rapid.IntRange(0, len(doc)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
		depth := rapid.IntRange(1, 4).Draw(t, "depth")
		all := read(t, New(Limits{}, Scope{}), false, doc)
		want := reading{Err: all.Err, Close: all.Close}
		for _, token := range all.Tokens {
			if token.Depth <= depth {
				want.add(token)
			}
		}
		s := New(Limits{}, Scope{})
		s.GiveTo(depth)
		if diff := cmp.Diff(want, read(t, s, false, doc)); diff != "" {
			t.Fatalf("down to depth %d, the reading of %q differs (-want +got):\n%s", depth, doc, diff)
		}
		s.Reset(Limits{}, Scope{})
		if diff := cmp.Diff(all, read(t, s, false, doc)); diff != "" {
			t.Fatalf("after Reset, the reading of %q differs (-want +got):\n%s", doc, diff)
		}
	})
}
