package match

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

// expression draws a text of the language, with needless parentheses, slashes
// and quotes.
func expression(depth int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		kind := rapid.IntRange(0, 9).Draw(t, "kind")
		switch {
		case depth == 0 || kind < 3:
			return drawPath(t)
		case kind == 3:
			return `~"` + rapid.StringMatching(`[a-zé '<&]{0,4}`).Draw(t, "text") + `"`
		case kind == 4:
			return "not (" + expression(depth-1).Draw(t, "negated") + ")"
		case kind == 5:
			return "( " + expression(depth-1).Draw(t, "left") + " ) and (" + expression(depth-1).Draw(t, "right") + ")"
		case kind == 6:
			return expression(depth-1).Draw(t, "left") + " and " + expression(depth-1).Draw(t, "right")
		case kind == 7:
			return rapid.SampledFrom([]string{
				`xpath("//a[@k='1']")`, `xpath('//b[.=''get'']')`, `xpath( "/iq/*[.='""']" )`, `xpath("//a[@k=""'""]")`,
			}).Draw(t, "xpath")
		case kind == 8:
			return rapid.SampledFrom([]string{
				`mask("<iq id='1'/>")`, `mask('<iq type="get"/>')`, `mask("<iq k=""1"" id='1 2'><b xmlns='u'/></iq>")`, `mask(" <message/> ")`,
			}).Draw(t, "mask")
		}
		return expression(depth-1).Draw(t, "left") + "  or " + expression(depth-1).Draw(t, "right")
	})
}

func drawPath(t *rapid.T) string {
	var b strings.Builder
	b.WriteString(rapid.SampledFrom([]string{"", "/"}).Draw(t, "slash"))
	b.WriteString(rapid.SampledFrom([]string{"iq", "message", "*", "a", "custom_xep", "{u}b", "{*}*"}).Draw(t, "first"))
	stepped := false // behind the stanza
	for {
		bare := false // what the last predicate ends with
		for rapid.IntRange(0, 3).Draw(t, "predicate") == 0 {
			bare = true
			field := rapid.SampledFrom([]string{"k", "id", "type", "n", "jid"}).Draw(t, "field")
			b.WriteString("@" + field)
			if op := rapid.SampledFrom([]string{"", "=", "!=", "~="}).Draw(t, "op"); op != "" {
				values := []string{`"1 2"`, `'"'`, `'x'`, `""`, `"and"`, `"u:"`, "1", "get"}
				if field == "jid" { // which needs quotes before a further field
					values = values[:6]
				}
				value := rapid.SampledFrom(values).Draw(t, "value")
				bare = strings.Trim(value, `"'`) == value
				b.WriteString(op + value)
			}
		}
		if rapid.IntRange(0, 2).Draw(t, "more") == 0 {
			if stepped && !bare && rapid.IntRange(0, 2).Draw(t, "has text") == 0 {
				op := rapid.SampledFrom([]string{"=", "!=", "~=", "<", ">"}).Draw(t, "text's operator")
				b.WriteString(op + rapid.SampledFrom([]string{"12", `"4k"`, "'1'"}).Draw(t, "text"))
			}
			return b.String()
		}
		stepped = true
		b.WriteString(rapid.SampledFrom([]string{"/", "//"}).Draw(t, "axis"))
		b.WriteString(rapid.SampledFrom([]string{"a", "b", "*", "{*}a", "{custom-xep}*", "custom_xep", "entries"}).Draw(t, "step"))
	}
}

func drawStanza(t *rapid.T) string {
	open := rapid.SampledFrom([]string{"<iq type='get' id='1'>", "<iq id='1 2' k='1'>", "<message>"}).Draw(t, "stanza")
	var b strings.Builder
	for range rapid.IntRange(0, 3).Draw(t, "children") {
		b.WriteString(rapid.SampledFrom([]string{
			"", "<query xmlns='custom-xep' n='1'><entry k='1'/><a><b n='get'/></a></query>",
			"<error><b xmlns='u' k='1'/></error>",
		}).Draw(t, "known") + tree(2).Draw(t, "child"))
	}
	return open + b.String() + "</" + strings.TrimLeft(strings.Fields(strings.Trim(open, ">"))[0], "<") + ">"
}

func TestTheCanonicalTextIsReadAsTheSame(t *testing.T) {
	keys := testKeys()
	rapid.Check(t, func(t *rapid.T) {
		text := expression(3).Draw(t, "expression")
		x, err := Compile(text, keys)
		if err != nil {
			if len(text) > MaxText {
				t.Skip(err)
			}
			t.Fatalf("%s: %v", text, err)
		}
		again, err := Compile(x.String(), keys)
		if err != nil {
			t.Fatalf("%s is written %s: %v", text, x, err)
		}
		if again.String() != x.String() {
			t.Fatalf("%s is written %s, and that %s", text, x, again)
		}
		s := xmpptest.Stanza(t, drawStanza(t))
		subject := NewSubject(Facts{Stanza: s})
		if want := x.Match(subject); again.Match(subject) != want || x.Why(subject).OK != want {
			t.Fatalf("%s, %s and Why differ on %s", text, x, s.XML())
		}
	})
}

func TestTheHeaderDecidesAsTheTreeDoes(t *testing.T) {
	keys := testKeys()
	fits := 0
	rapid.Check(t, func(t *rapid.T) {
		x, err := Compile(drawPath(t), keys)
		if err != nil {
			t.Fatal(err)
		}
		s := xmpptest.Stanza(t, drawStanza(t))
		root, _ := s.Tree()
		subject := NewSubject(Facts{Stanza: s})
		v := view{subject.Facts(), subject}
		want := naive(v, x.root.(*path), root)
		if want {
			fits++
		}
		if x.Match(subject) != want {
			t.Fatalf("%s on %s: %v, want %v", x, s.XML(), !want, want)
		}
	})
	if fits == 0 {
		t.Error("no path ever fitted: the test shows nothing")
	}
}

// naive follows each step on its own, by the words of the grammar.
func naive(v view, p *path, root *stanza.Node) bool {
	at := []*stanza.Node{root}
	if p.start != atStanza {
		at = append(at, root.Elements()...)
	}
	if p.start == atPayload {
		at = at[1:]
	}
	for i := range p.steps {
		var found []*stanza.Node
		for _, n := range at {
			if p.steps[i].fits(v, n, n == root) {
				found = append(found, n)
			}
		}
		if i == len(p.steps)-1 {
			return len(found) > 0
		}
		at = nil
		for _, n := range found {
			at = append(at, below(n, p.steps[i+1].anywhere)...)
		}
	}
	return false
}

func below(n *stanza.Node, anywhere bool) []*stanza.Node {
	out := n.Elements()
	if anywhere {
		for _, c := range n.Elements() {
			out = append(out, below(c, true)...)
		}
	}
	return out
}
