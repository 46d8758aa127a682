package match

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
)

// byHeader are the expressions that need no tree, on customGet.
var byHeader = map[string]string{
	"type":        `iq@type=get`,
	"path":        `iq@type=get/custom_xep`,
	"key":         `custom_xep`,
	"miss":        `iq/ping`,
	"deep miss":   `iq/ping/x@a=b`,
	"id":          `*@id=1`,
	"from":        `*@from="b@host/R"`,
	"from.domain": `*@from.domain=host`,
	"bytes":       `*@bytes>4k`,
	"error":       `iq@error=item-not-found`,
	"or":          `message or presence or iq@type=get and not iq/ping`,
}

// counted is a subject that counts how often its tree is asked for.
type counted struct {
	Subject
	trees int
}

func (c *counted) Tree() *stanza.Node {
	c.trees++
	return c.Subject.Tree()
}

func TestTheHeaderIsEnoughAndCostsNoMemory(t *testing.T) {
	for name, text := range byHeader {
		for _, xml := range []string{customGet, pingGet} {
			x := compile(t, text)
			s := &counted{Subject: subjectOf(t, xml)}
			if name == "deep miss" && xml == pingGet {
				continue
			}
			if n := testing.AllocsPerRun(100, func() { x.Match(s) }); n > 0 || s.trees > 0 {
				t.Errorf("%s: %s takes %v allocations and %d trees", name, text, n, s.trees)
			}
		}
	}
}

func TestExpressionsShareOneTree(t *testing.T) {
	s := subjectOf(t, customGet)
	first := s.Tree()
	compile(t, `iq//note`).Match(s)
	mustXPath(t, `//note`).Match(s)
	if s.Tree() != first {
		t.Error("the tree was made again")
	}
	x := compile(t, `iq//note@missing`)
	if n := testing.AllocsPerRun(100, func() { x.Match(s) }); n > 3 {
		t.Errorf("matching in the tree takes %v allocations", n)
	}
}

func TestManyGoroutinesMayShareASubjectAndAnExpression(t *testing.T) {
	s := subjectOf(t, customGet)
	x := compile(t, `*@from.domain=host and iq//note and ~"merry & bright"`)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if !x.Match(s) {
				t.Error("it does not match")
			}
		})
	}
	group.Wait()
}

// hostile are the largest stanzas that are worst for a search.
func hostile(t testing.TB) map[string]Subject {
	deep := strings.Repeat("<a>", 250)
	return map[string]Subject{
		"deep": subjectOf(t, "<iq>"+deep+strings.Repeat("</a>", 250)+"</iq>"),
		"wide": subjectOf(t, "<iq>"+strings.Repeat("<a/>", 200_000)+"</iq>"),
		"bush": subjectOf(t, "<iq>"+strings.Repeat(strings.Repeat("<a>", 200)+strings.Repeat("</a>", 200), 600)+"</iq>"),
		"text": subjectOf(t, "<iq><a>"+strings.Repeat("a", 1<<20-100)+"</a></iq>"),
	}
}

// TestTheWorstIsBounded would not end if a chain of "//" were tried in every
// combination: 250 elements and 64 steps have more than 10^60 of those.
func TestTheWorstIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	chain := "iq" + strings.Repeat("//a", MaxSteps-2)
	expressions := map[string]*Expr{
		"chain":    compile(t, chain+"//b"),
		"stars":    compile(t, "*"+strings.Repeat("//*", MaxSteps-2)+"//b"),
		"xpath":    mustXPath(t, "/"+chain+"[last()][b]"),
		"counting": mustXPath(t, strings.Repeat("//a[1]", MaxSteps-1)+"//b"),
		"text":     mustXPath(t, "//*[.='"+strings.Repeat("a", 2000)+"b']"),
		"search":   compile(t, `~"`+strings.Repeat("a", 4000)+`b"`),
		"mask":     mustMask(t, "<iq>"+strings.Repeat("<a/>", MaxMaskElements-2)+"<a>b</a></iq>"),
		"deepmask": mustMask(t, "<iq>"+strings.Repeat("<a>", MaxMaskElements-2)+"<b/>"+strings.Repeat("</a>", MaxMaskElements-2)+"</iq>"),
	}
	for on, s := range hostile(t) {
		s.Tree()
		for name, x := range expressions {
			begin := time.Now()
			x.Match(s)
			if took := time.Since(begin); took > 30*time.Second {
				t.Errorf("%s on %s takes %v", name, on, took)
			} else if testing.Verbose() {
				t.Logf("%-8s on %s: %v", name, on, took.Round(10*time.Microsecond))
			}
		}
	}
}

// BenchmarkByHeader prints what each path costs that the header decides; each is
// to be under 200 ns.
func BenchmarkByHeader(b *testing.B) {
	for _, name := range slices.Sorted(maps.Keys(byHeader)) {
		x := compile(b, byHeader[name])
		s := subjectOf(b, customGet)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x.Match(s)
			}
		})
	}
}

func BenchmarkByTree(b *testing.B) {
	s := subjectOf(b, customGet)
	s.Tree()
	for name, x := range map[string]*Expr{
		"field": compile(b, `iq/custom_xep@level=7`), "item": compile(b, `iq/custom_xep/entries@note=second`),
		"anywhere": compile(b, `iq//note`), "search": compile(b, `~"nowhere"`),
		"xpath": mustXPath(b, `//entry[@n='2']`), "mask": mustMask(b, `<iq><query xmlns='custom-xep'><entry n='2'/></query></iq>`),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x.Match(s)
			}
		})
	}
}

// BenchmarkNewSubject is a stanza that one handler asks for its sender.
func BenchmarkNewSubject(b *testing.B) {
	x := compile(b, `*@from.domain=host`)
	f := subjectOf(b, `<message from='b@host/r'/>`).Facts()
	b.ReportAllocs()
	for b.Loop() {
		x.Match(NewSubject(*f))
	}
}

// BenchmarkTree is what the first expression that needs the tree pays once.
func BenchmarkTree(b *testing.B) {
	f := subjectOf(b, customGet).Facts()
	b.ReportAllocs()
	for b.Loop() {
		NewSubject(*f).Tree()
	}
}

func BenchmarkCompile(b *testing.B) {
	keys := testKeys()
	for b.Loop() {
		if _, err := Compile(`iq@type=get/custom_xep and not *@from.domain=host`, keys); err != nil {
			b.Fatal(err)
		}
	}
}
