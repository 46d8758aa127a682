package match

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

func mustMask(t testing.TB, text string) *Expr {
	t.Helper()
	x, err := Mask(text)
	if err != nil {
		t.Fatalf("%s is refused: %v", text, err)
	}
	return x
}

func TestMask(t *testing.T) {
	const iq = `<iq type='get' id='1'><l xmlns='u' a='1' b='2'><i k='x'>one</i><i k='x'>two</i><e/></l></iq>`
	for _, c := range []struct {
		name, mask string
		want       bool
	}{
		{"the tag alone", `<iq/>`, true},
		{"another tag", `<message/>`, false},
		{"another namespace", `<iq xmlns='u'/>`, false},
		{"every attribute", `<iq id='1' type='get'/>`, true},
		{"one attribute differs", `<iq id='1' type='set'/>`, false},
		{"one attribute is missing", `<iq from='x'/>`, false},
		{"what else is there does not matter", `<iq><l xmlns='u' b='2'/></iq>`, true},
		{"a child is missing", `<iq><m xmlns='u'/></iq>`, false},
		{"a child's attribute", `<iq><l xmlns='u' b='3'/></iq>`, false},
		{"a child's namespace", `<iq><l/></iq>`, false},
		{"the same namespace under a prefix", `<iq><p:l xmlns:p='u'/></iq>`, true},
		{"grandchildren in any order", `<iq><l xmlns='u'><e/><i/></l></iq>`, true},
		{"two children, two elements", `<iq><l xmlns='u'><i/><i/></l></iq>`, true},
		{"three children, two elements", `<iq><l xmlns='u'><i/><i/><i/></l></iq>`, false},
		{"the particular one leaves the other to the general one", `<iq><l xmlns='u'><i/><i>one</i></l></iq>`, true},
		{"also the other way round", `<iq><l xmlns='u'><i/><i>two</i></l></iq>`, true},
		{"both want the same element", `<iq><l xmlns='u'><i>one</i><i>one</i></l></iq>`, false},
		{"text", `<iq><l xmlns='u'><i>two</i></l></iq>`, true},
		{"white space around text", "<iq>\n <l xmlns='u'>\n <i> two </i></l></iq>", true},
		{"other text", `<iq><l xmlns='u'><i>three</i></l></iq>`, false},
		{"text where there is none", `<iq><l xmlns='u'><e>any</e></l></iq>`, true},
	} {
		t.Run("row 51: "+c.name, func(t *testing.T) {
			x := mustMask(t, c.mask)
			s := subjectOf(t, iq)
			if x.Match(s) != c.want || x.Why(s).OK != c.want {
				t.Errorf("%s: %v, want %v", c.mask, x.Match(s), c.want)
			}
			if again := mustMask(t, x.String()); again.String() != x.String() || again.Match(s) != c.want {
				t.Errorf("%s is read again as %s", x, again)
			}
		})
	}
}

func TestAMaskFitsAComponentsStream(t *testing.T) {
	s := xmpptest.StanzaIn(t, stanza.ComponentScope(), failed)
	if !mustMask(t, `<iq type='error'><error type='cancel'/></iq>`).Match(NewSubject(Facts{Stanza: s})) {
		t.Error("it does not")
	}
}

// tree draws a small element of few names, so that masks often nearly fit.
func tree(depth int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		name := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name")
		b.WriteString("<" + name)
		if rapid.IntRange(0, 2).Draw(t, "attribute") == 0 {
			b.WriteString(" k='" + rapid.SampledFrom([]string{"1", "2"}).Draw(t, "value") + "'")
		}
		b.WriteString(">" + rapid.SampledFrom([]string{"", "", "x", "y"}).Draw(t, "text"))
		if depth > 0 {
			for range rapid.IntRange(0, 4).Draw(t, "children") {
				b.WriteString(tree(depth-1).Draw(t, "child"))
			}
		}
		b.WriteString("</" + name + ">")
		return b.String()
	})
}

func TestAMaskFitsExactlyWhenSomePairingOfChildrenDoes(t *testing.T) {
	fits := 0
	rapid.Check(t, func(t *rapid.T) {
		wanted := []string{tree(2).Draw(t, "mask"), tree(1).Draw(t, "mask"), tree(0).Draw(t, "mask")}
		maskText := "<iq>" + strings.Join(wanted, "") + "</iq>"
		// What is wanted is there more often than not, among others, in any order.
		there := wanted[rapid.IntRange(0, 2).Draw(t, "missing"):]
		for range rapid.IntRange(0, 3).Draw(t, "others") {
			there = append(there, tree(2).Draw(t, "other"))
		}
		xml := "<iq>" + strings.Join(rapid.Permutation(there).Draw(t, "order"), "") + "</iq>"
		x, err := Mask(maskText)
		if err != nil {
			t.Skip(err)
		}
		s := xmpptest.Stanza(t, xml)
		maskTree, _ := xmpptest.Stanza(t, maskText).Tree()
		stanzaTree, _ := s.Tree()
		want := bruteForce(maskTree, stanzaTree)
		if want {
			fits++
		}
		if got := x.Match(NewSubject(Facts{Stanza: s})); got != want {
			t.Fatalf("mask %s on %s: %v, want %v", maskText, xml, got, want)
		}
	})
	if fits == 0 {
		t.Error("no mask ever fitted: the test shows nothing")
	}
}

// bruteForce tries every pairing of children.
func bruteForce(m, n *stanza.Node) bool {
	if m.Name != n.Name {
		return false
	}
	for _, a := range m.Attrs {
		if v, ok := n.Attr(a.Name.Local); !ok || v != a.Value {
			return false
		}
	}
	if mt, nt := strings.TrimSpace(m.Text()), strings.TrimSpace(n.Text()); mt != "" && nt != "" && mt != nt {
		return false
	}
	return pairings(m.Elements(), n.Elements())
}

func pairings(masks, nodes []*stanza.Node) bool {
	if len(masks) == 0 {
		return true
	}
	for i, n := range nodes {
		if !bruteForce(masks[0], n) {
			continue
		}
		rest := append(append([]*stanza.Node(nil), nodes[:i]...), nodes[i+1:]...)
		if pairings(masks[1:], rest) {
			return true
		}
	}
	return false
}
