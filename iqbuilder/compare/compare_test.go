package compare

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
)

func parse(t interface{ Fatalf(string, ...any) }, xml string) *stanza.Stanza {
	st, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		t.Fatalf("%.200q: %v", xml, err)
	}
	return st
}

func compared(t interface{ Fatalf(string, ...any) }, before, after string) Change {
	c, err := Stanzas(parse(t, before), parse(t, after))
	if err != nil {
		t.Fatalf("%v", err)
	}
	return c
}

// told writes what is not the same, a line for each: "-a", "+a", "~a x=1→2".
func told(c Change) []string {
	name := func(n *stanza.Node) string {
		if !n.IsElement() {
			return fmt.Sprintf("%q", n.Data)
		}
		text := n.Name.Local
		for _, key := range telling {
			if v, ok := n.Attr(key); ok {
				text += "[" + v + "]"
			}
		}
		return text
	}
	switch c.Kind {
	case Same:
		return nil
	case Added:
		return []string{"+" + name(c.After)}
	case Removed:
		return []string{"-" + name(c.Before)}
	}
	if !c.Before.IsElement() {
		return []string{"~" + name(c.Before) + "→" + name(c.After)}
	}
	var out []string
	for _, a := range c.Attributes {
		out = append(out, fmt.Sprintf("~%s %s=%s→%s", c.After.Name.Local, a.Name.Local, a.Before, a.After))
	}
	for _, child := range c.Children {
		out = append(out, told(child)...)
	}
	return out
}

func iq(inner string) string { return "<iq type='result' id='a'>" + inner + "</iq>" }

func TestWhatIsADifference(t *testing.T) {
	disco := func(features ...string) string {
		inner := ""
		for _, f := range features {
			inner += "<feature var='" + f + "'/>"
		}
		return iq("<query xmlns='http://jabber.org/protocol/disco#info'>" + inner + "</query>")
	}
	for _, c := range []struct {
		name, before, after string
		want                []string
	}{
		{"nothing", disco("a", "b"), disco("a", "b"), nil},
		{"the id", "<iq type='result' id='a'/>", "<iq type='result' id='b'/>", nil},
		{"an id further in", iq("<q xmlns='u' id='a'/>"), iq("<q xmlns='u' id='b'/>"), []string{"-q[a]", "+q[b]"}},
		{"prefixes", iq("<q xmlns='u'><x/></q>"), iq("<p:q xmlns:p='u'><p:x/></p:q>"), nil},
		{"the order of attributes", iq("<q xmlns='u' a='1' b='2'/>"), iq("<q b=\"2\" a='1' xmlns='u'/>"), nil},
		{"references and CDATA", iq("<q xmlns='u' a='&lt;'>a&amp;b<![CDATA[<]]></q>"), iq("<q xmlns='u' a='&#60;'>a<![CDATA[&b]]>&lt;</q>"), nil},
		{"white space between elements", iq("<q xmlns='u'><x/><y/></q>"), iq("<q xmlns='u'>\n <x/>\n <y/>\n</q>"), nil},
		{"another namespace", iq("<q xmlns='u'/>"), iq("<q xmlns='v'/>"), []string{"-q", "+q"}},
		{"an element more", disco("a", "c"), disco("a", "b", "c"), []string{"+feature[b]"}},
		{"an element less", disco("a", "b", "c"), disco("a", "c"), []string{"-feature[b]"}},
		{"another order", disco("a", "b", "c"), disco("c", "a", "b"), []string{"+feature[c]", "-feature[c]"}},
		{"the type", "<iq type='result'/>", "<iq type='error'/>", []string{"~iq type=result→error"}},
		{"attributes that come and go", iq("<q xmlns='u' a='1'/>"), iq("<q xmlns='u' b='2'/>"), []string{"~q a=1→", "~q b=→2"}},
		{"text", iq("<q xmlns='u'><name>Prosody</name></q>"), iq("<q xmlns='u'><name>ejabberd</name></q>"), []string{`~"Prosody"→"ejabberd"`}},
		{"text that comes", iq("<q xmlns='u'><name/></q>"), iq("<q xmlns='u'><name>x</name></q>"), []string{`+"x"`}},
		{
			"items are known by their address, whatever they are called",
			iq("<q xmlns='jabber:iq:roster'><item jid='a@x' name='A'/><item jid='b@x' name='B'/></q>"),
			iq("<q xmlns='jabber:iq:roster'><item jid='b@x' name='Bee'/></q>"),
			[]string{"-item[a@x][A]", "~item name=B→Bee"},
		},
		{
			"what is the same goes before what is only alike",
			iq("<q xmlns='u'><x>1</x><x>2</x><x>3</x></q>"), iq("<q xmlns='u'><x>2</x><x>3</x></q>"),
			[]string{"-x"},
		},
	} {
		if diff := cmp.Diff(c.want, told(compared(t, c.before, c.after))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestWhatHasNoTreeIsNotCompared(t *testing.T) {
	broken := stanza.NewBroken("<iq", stanza.XMLError{Detail: "no"}, stanza.ClientScope())
	whole := parse(t, "<iq/>")
	for _, pair := range [][2]*stanza.Stanza{{broken, whole}, {whole, broken}} {
		if _, err := Stanzas(pair[0], pair[1]); err == nil {
			t.Error("what is broken is compared")
		}
	}
}

// element is drawn, to be written in more than one way.
type element struct {
	name, space string
	attrs       [][2]string
	children    []element
	text        string
}

func drawElement(depth int) *rapid.Generator[element] {
	return rapid.Custom(func(t *rapid.T) element {
		e := element{name: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name"), space: rapid.SampledFrom([]string{"u", "v"}).Draw(t, "namespace")}
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"var", "jid", "x", "y"}), 0, 3, rapid.ID).Draw(t, "attributes") {
			e.attrs = append(e.attrs, [2]string{name, rapid.SampledFrom([]string{"1", "2", "<&'"}).Draw(t, "value")})
		}
		if depth > 0 {
			e.children = rapid.SliceOfN(drawElement(depth-1), 0, 5).Draw(t, "children")
		}
		if len(e.children) == 0 {
			e.text = rapid.SampledFrom([]string{"", "text", "a & b"}).Draw(t, "text")
		}
		return e
	})
}

// write writes an element; otherwise with prefixes, attributes the other way round, and white space.
func (e element) write(b *strings.Builder, otherwise bool) {
	name, declared := e.name, " xmlns='"+e.space+"'"
	attrs := slices.Clone(e.attrs)
	if otherwise {
		name, declared = "p:"+e.name, " xmlns:p='"+e.space+"'"
		slices.Reverse(attrs)
	}
	b.WriteString("<" + name)
	for _, a := range attrs {
		b.WriteString(" " + a[0] + "='" + stanza.Escape(a[1]) + "'")
	}
	b.WriteString(declared + ">")
	for _, c := range e.children {
		if otherwise {
			b.WriteString("\n")
		}
		c.write(b, otherwise)
	}
	b.WriteString(stanza.Escape(e.text) + "</" + name + ">")
}

func (e element) iq(otherwise bool) string {
	var b strings.Builder
	e.write(&b, otherwise)
	return iq(b.String())
}

func TestTheSameWrittenOtherwiseIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawElement(3).Draw(t, "element")
		if c := compared(t, e.iq(false), e.iq(true)); c.Kind != Same {
			t.Fatalf("%s\nand\n%s\ndiffer: %q", e.iq(false), e.iq(true), told(c))
		}
	})
}

// turned is a change the other way round.
func turned(c Change) Change {
	turn := map[Kind]Kind{Same: Same, Changed: Changed, Added: Removed, Removed: Added}
	out := Change{Kind: turn[c.Kind], Before: c.After, After: c.Before}
	for _, a := range c.Attributes {
		out.Attributes = append(out.Attributes, Attribute{turn[a.Kind], a.Name, a.After, a.Before})
	}
	for _, child := range c.Children {
		out.Children = append(out.Children, turned(child))
	}
	return out
}

// sorted is what is told, in an order that does not depend on which stanza is the first.
func sorted(c Change) []string {
	lines := told(c)
	slices.Sort(lines)
	return lines
}

func TestWhatIsAddedOneWayIsRemovedTheOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := drawElement(3).Draw(t, "before").iq(false), drawElement(3).Draw(t, "after").iq(false)
		there, back := compared(t, before, after), compared(t, after, before)
		if diff := cmp.Diff(sorted(there), sorted(turned(back))); diff != "" {
			t.Fatalf("%s\nand\n%s\n(-there +back):\n%s", before, after, diff)
		}
	})
}

// rebuilt applies a change to what was before: what it says must be all there is to do.
func rebuilt(b *strings.Builder, c Change) {
	switch {
	case c.Kind == Removed:
	case c.Kind != Changed || !c.After.IsElement():
		writeNode(b, c.After)
	default:
		values := map[string]string{}
		for _, a := range meant(c.Before) {
			values[a.Name.Local] = a.Value
		}
		for _, a := range c.Attributes {
			if values[a.Name.Local] = a.After; a.Kind == Removed {
				delete(values, a.Name.Local)
			}
		}
		writeStart(b, c.Before, values)
		for _, child := range c.Children {
			rebuilt(b, child)
		}
		b.WriteString("</>")
	}
}

func writeNode(b *strings.Builder, n *stanza.Node) {
	if !n.IsElement() {
		b.WriteString(n.Data)
		return
	}
	values := map[string]string{}
	for _, a := range meant(n) {
		values[a.Name.Local] = a.Value
	}
	writeStart(b, n, values)
	for _, c := range n.Children {
		writeNode(b, c)
	}
	b.WriteString("</>")
}

func writeStart(b *strings.Builder, n *stanza.Node, values map[string]string) {
	fmt.Fprintf(b, "<%s %s %v>", n.Name.Space, n.Name.Local, values) // a map is printed in order
}

func TestAChangeMakesOneOfTheOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := compared(t, drawElement(3).Draw(t, "before").iq(false), drawElement(3).Draw(t, "after").iq(false))
		var got, want strings.Builder
		rebuilt(&got, c)
		writeNode(&want, c.After)
		if got.String() != want.String() {
			t.Fatalf("what was before becomes\n%s\nwant\n%s", got.String(), want.String())
		}
	})
}

// many is a stanza of n items, numbered by a function.
func many(n int, item func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(item(i))
	}
	return iq("<q xmlns='u'>" + b.String() + "</q>")
}

func TestTheCostIsBoundedForAnyInput(t *testing.T) {
	const n = 10_000
	numbered := func(format string, of func(int) int) func(int) string {
		return func(i int) string { return fmt.Sprintf(format, of(i)) }
	}
	same := func(i int) int { return i }
	for _, c := range []struct {
		name          string
		before, after func(int) string
	}{
		{"all new", numbered("<i var='a%d'/>", same), numbered("<i var='b%d'/>", same)},
		{"the other way round", numbered("<i var='%d'/>", same), numbered("<i var='%d'/>", func(i int) int { return n - i })},
		{"mixed", numbered("<i var='%d'/>", same), numbered("<i var='%d'/>", func(i int) int { return i * 7919 % n })},
		{"few kinds", numbered("<i var='%d'/>", func(i int) int { return i % 7 }), numbered("<i var='%d'/>", func(i int) int { return i % 5 })},
		{"nothing to tell them by", numbered("<i>%d</i>", same), numbered("<i>%d</i>", func(i int) int { return i + n })},
		{"long runs between landmarks", numbered("<i x='%d'/>", func(i int) int { return min(i%499, 1) * (i % 3) * n }), numbered("<i x='%d'/>", func(i int) int { return min(i%499, 1) * (i % 2) * n })},
	} {
		before, err := parse(t, many(n, c.before)).Tree()
		if err != nil {
			t.Fatal(err)
		}
		after, err := parse(t, many(n, c.after)).Tree()
		if err != nil {
			t.Fatal(err)
		}
		k := comparer{}
		k.changed(item{node: before, full: k.digest(before)}, item{node: after, full: k.digest(after)})
		const each = 2 * 500 // twice the square root of mostCells
		if k.steps > each*n {
			t.Errorf("%s: %d steps for %d elements, want %d each at most", c.name, k.steps, n, each)
		}
	}
}

func TestOneOfTenThousandIsFound(t *testing.T) {
	feature := func(i int) string { return fmt.Sprintf("<feature var='urn:%d'/>", i) }
	before := many(10_000, feature)
	after := many(10_000, func(i int) string {
		switch i {
		case 17:
			return ""
		case 5_000:
			return feature(i) + "<feature var='urn:new'/>"
		case 9_000:
			return "<feature var='urn:9000' x='1'/>"
		}
		return feature(i)
	})
	want := []string{"-feature[urn:17]", "+feature[urn:new]", "~feature x=→1"}
	if diff := cmp.Diff(want, told(compared(t, before, after))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
