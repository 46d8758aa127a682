package xmlscan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// tagParts are the pieces of a start tag: its name, one for each attribute, its end.
type tagParts []string

func (p tagParts) String() string { return strings.Join(p, "") }

// closed is the tag and, if it opens an element, the end of that.
func (p tagParts) closed() string {
	if end := p[len(p)-1]; strings.Contains(end, "/") {
		return p.String()
	}
	return p.String() + "</" + strings.TrimPrefix(p[0], "<") + ">"
}

func drawAttr(t *rapid.T, name string) string {
	quote := rapid.SampledFrom([]string{"'", `"`}).Draw(t, "quote")
	return " " + name + "=" + quote + drawPlainValue.Draw(t, "value") + quote
}

var (
	drawAttrName   = rapid.SampledFrom([]string{"type", "id", "to", "idd", "p:id", "p:to", "q:id", "xmlns", "xmlns:p", "a", "b", "c", "d", "e"})
	drawPlainValue = rapid.SampledFrom([]string{"", "a", "urn:p", "urn:other", "longer than a word is", "&lt;", "é"})
)

// drawTag draws a start tag that is plain, and right but for prefixes that may not be declared.
func drawTag(t *rapid.T) tagParts {
	parts := tagParts{"<" + rapid.SampledFrom([]string{"iq", "a", "p:a", "it", "item"}).Draw(t, "name")}
	for _, name := range rapid.SliceOfNDistinct(drawAttrName, 0, 12, rapid.ID).Draw(t, "attributes") {
		parts = append(parts, drawAttr(t, name))
	}
	return append(parts, rapid.SampledFrom([]string{">", "/>"}).Draw(t, "end"))
}

// changed draws a tag that differs a little: it may be wrong.
func (p tagParts) changed(t *rapid.T) tagParts {
	p = slices.Clone(p)
	i := rapid.IntRange(0, len(p)-1).Draw(t, "piece")
	switch rapid.IntRange(0, 6).Draw(t, "change") {
	case 0: // other values
		for k := 1; k < len(p)-1; k++ {
			quote := p[k][len(p[k])-1:]
			p[k] = p[k][:strings.Index(p[k], quote)+1] + drawPlainValue.Draw(t, "value") + quote
		}
	case 1: // an attribute more, which may be there already
		p = slices.Insert(p, max(i, 1), drawAttr(t, drawAttrName.Draw(t, "name")))
	case 2: // one fewer
		if i > 0 && i < len(p)-1 {
			p = slices.Delete(p, i, i+1)
		}
	case 3: // another order
		if i > 1 && i < len(p)-1 {
			p[i], p[i-1] = p[i-1], p[i]
		}
	case 4: // a byte less, or another one
		if k := rapid.IntRange(0, len(p[i])-1).Draw(t, "byte"); rapid.Bool().Draw(t, "less") {
			p[i] = p[i][:k] + p[i][k+1:]
		} else {
			p[i] = p[i][:k] + rapid.SampledFrom([]string{" ", "'", `"`, "<", "x", "=", ":", "/", ">", "&", "\t", "\x01"}).Draw(t, "with") + p[i][k+1:]
		}
	case 5: // white space before the end
		p[len(p)-1] = " " + p[len(p)-1]
	}
	return p
}

// A scanner that has seen other tags reads a document as one that has seen nothing does.
func TestWhatWasSeenBeforeDoesNotChangeTheReading(t *testing.T) {
	limits := Limits{Attrs: 15, Depth: 6}
	scope := Scope{Default: "urn:d", Prefixes: map[string]string{"q": "urn:p"}}
	rapid.Check(t, func(t *rapid.T) {
		tags := rapid.SliceOfN(rapid.Custom(drawTag), 1, 3).Draw(t, "tags")
		used := New(limits, scope)
		for n := range rapid.IntRange(1, 20).Draw(t, "documents") {
			doc := rapid.SampledFrom([]string{"<r xmlns:p='urn:p'>", "<r xmlns:p='urn:p'>", "<r xmlns:p='urn:p2'>", "<r>"}).Draw(t, "root")
			for range rapid.IntRange(0, 4).Draw(t, "in it") {
				doc += rapid.SampledFrom(tags).Draw(t, "tag").closed()
			}
			if rapid.Bool().Draw(t, "another") {
				doc += rapid.SampledFrom(tags).Draw(t, "tag").changed(t).closed()
			}
			allowed := limits
			allowed.Attrs = rapid.SampledFrom([]int{2, 8, 15, 15}).Draw(t, "attributes")
			used.Reset(allowed, scope)
			pieces := [][]byte{[]byte(doc + "</r>")}
			if rapid.IntRange(0, 3).Draw(t, "in pieces") == 0 {
				pieces = split(pieces[0], rand.New(rand.NewPCG(uint64(n), 1)))
			}
			got := read(t, used, rapid.Bool().Draw(t, "released"), pieces...)
			if diff := cmp.Diff(read(t, New(allowed, scope), false, []byte(doc+"</r>")), got); diff != "" {
				t.Fatalf("%s\nis read otherwise (-by a new scanner, +by one that has seen others):\n%s", doc, diff)
			}
		}
	})
}

// Tags that are nearly in a form that is known are read as what they are.
func TestNearlyTheSameFormIsNotTheSame(t *testing.T) {
	sameSlot := ""
	for c := 'b'; sameSlot == ""; c++ {
		if name := "xx" + string(c); newQName(name, -1).slot == newQName("a", -1).slot {
			sameSlot = name
		}
	}
	const known = "<a id='1' to='2' ab='3'/>"
	for _, tag := range []string{
		"<a id='1' ot='2' ab='3'/>", "<a id='1' to='2' id='3'/>", "<a id='1' id='2' ab='3'/>", "<a id='1' to='2' ab='3' to='4'/>",
		"<a id='1' to='2'ab='3'/>", "<a id='1' to=2' ab='3'/>", "<a id='1' to='2' ab='3' ab='3'>", "<a id='1' to='2", "<a to='1' id='2' ab='3'/>",
		"<" + sameSlot + " id='1' to='2' ab='3'/>", "<aa id='1'/>", "<a\nid='1' to='2'/>",
	} {
		used := New(Limits{}, Scope{})
		read(t, used, true, []byte("<r>"+known+known+"</r>"))
		used.Reset(Limits{}, Scope{})
		doc := []byte("<r>" + tag + "</r>")
		if diff := cmp.Diff(read(t, New(Limits{}, Scope{}), false, doc), read(t, used, false, doc)); diff != "" {
			t.Errorf("behind %s, %s is read otherwise: %s", known, tag, diff)
		}
	}
}

// Whoever writes tags in ever new forms costs a peer no memory for each.
func TestFormsOfTagsAreForgotten(t *testing.T) {
	s := New(Limits{}, Scope{})
	doc := func(i int) []byte {
		var b strings.Builder
		b.WriteString("<r>")
		for k := range 100 {
			fmt.Fprintf(&b, "<n%d a%d='' b%d=''%s c%d=''/>", i*100+k, i, i, strings.Repeat(" ", i*100), k)
		}
		return []byte(b.String() + "</r>")
	}
	for i := range 50 {
		s.Reset(Limits{}, Scope{})
		if got := read(t, s, true, doc(i)); got.Close != nil {
			t.Fatal(got.Close)
		}
	}
	forms, bytes := 0, 0
	for _, f := range s.names.forms {
		if f != nil {
			forms, bytes = forms+1, bytes+cap(f.before)
		}
	}
	if forms > slots || bytes > slots*2*maxFormBytes {
		t.Errorf("%d forms of %d bytes are kept", forms, bytes)
	}
}

// A form that is known is followed, and another one becomes known when that does not come any more.
func TestAFormIsLearntAndForgotten(t *testing.T) {
	s := New(Limits{}, Scope{})
	scan := func(tag string) (followed bool) {
		s.Reset(Limits{}, Scope{})
		if got := read(t, s, true, []byte("<r>"+tag+"</r>")); got.Close != nil {
			t.Fatal(got.Close)
		}
		return len(s.tag.attrs) > 0 && s.names.form != nil && &s.tag.attrs[0] == &s.names.form.attrs[0]
	}
	one, other := "<a x='1' y='2'/>", "<a y='2' x=\"1\"/>"
	if scan(one); !scan(one) {
		t.Error("the same tag again is not known")
	}
	for i := range 2 * formPatience {
		if known := scan(other); known != (i >= formPatience) {
			t.Errorf("tag %d of another form is known: %v", i, known)
		}
	}
	for range 2 * formPatience {
		if scan(one) || !scan(other) {
			t.Fatal("a tag of the first form now and then makes the other one forgotten")
		}
	}
	for _, tag := range []string{"<a y='&lt;' x=\"é\"/>", "<a y='' x=\"\"></a>"} {
		if !scan(tag) {
			t.Errorf("%s is not in the form that is known", tag)
		}
	}
	scan(other + "<b z=''/>")
	scan(other + "<b z=''/>")
	if scan(other); s.guessForm([]byte("b z='1'/>"), 0) == nil || s.guessForm([]byte("b zz='1'/>"), 0) != nil {
		t.Error("what followed is not what is expected to follow")
	}
	for _, tag := range []string{"<a y='2'/>", "<a y='2' x=\"1\" z=''/>", "<a y='2' x=\"1\" />", "<b y='2' x=\"1\"/>", "<aa y='2' x=\"1\"/>"} {
		if scan(tag) {
			t.Errorf("%s is in the form that is known", tag)
		}
	}
}
