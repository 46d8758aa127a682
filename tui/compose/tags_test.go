package compose

import (
	"strings"
	"testing"
	"time"

	"iqscope/tui/editor"
)

func TestTheTagThatBelongsToTheOneAtTheCursor(t *testing.T) {
	// The cursor is at the bar; brackets stand round the partner, braces round what has none.
	for _, row := range []struct{ name, text string }{
		{"a start tag", "<i|q><a/></[iq]>"},
		{"an end tag", "<[iq]><a/></i|q>"},
		{"at the ends of a name", "<|iq></[iq]>"},
		{"behind a name", "<[iq] a='b'></iq|>"},
		{"nested with the same name", "<a><a|><a></a></[a]></a>"},
		{"the outer one", "<[a]><a><a></a></a></a|>"},
		{"with a prefix", "<x:a| b='>'></[x:a]>"},
		{"over lines", "<a|\n b='c'\n>\n</[a]\n>"},
		{"not in quotes", "<a| b='</a>' c=\"<a>\"></[a]>"},
		{"not in CDATA and comments", "<a|><![CDATA[</a>]]><!-- </a> --></[a]>"},
		{"over something that is not closed", "<a|><b><c></c></[a]>"},
		{"over an end tag of nothing", "<a|></b></[a]>"},
		{"not closed", "<{a|}><b></b>"},
		{"not closed within others", "<x><{a|}></x>"},
		{"nothing to close", "<a></{b|}></a>"},
		{"closed once too often", "<a></a></{a|}>"},
		{"an empty element", "<a|/>"},
		{"while it is typed", "<a><{b|}"},
		{"text", "<a>b|</a>"},
		{"an attribute", "<a b|='c'></a>"},
		{"a quote that is open", "<a><b c='><d|></[d]></a>"},
		{"nothing", "|"},
	} {
		t.Run(row.name, func(t *testing.T) {
			text := strings.NewReplacer("[", "", "]", "", "{", "", "}", "").Replace(row.text)
			if strings.Contains(row.name, "CDATA") {
				text = strings.NewReplacer("[a]", "a").Replace(row.text)
			}
			bar := strings.Index(text, "|")
			text = text[:bar] + text[bar+1:]
			p := newPane(text)
			p.editor.SetCursor(p.position(bar))
			pair, ok := p.pair()
			got := text
			if ok {
				at, marks := pair.other, "[]"
				if !pair.there {
					at, marks = pair.here, "{}"
				}
				got = text[:at.pos] + marks[:1] + text[at.pos:at.end] + marks[1:] + text[at.end:]
			}
			if want := strings.Replace(row.text, "|", "", 1); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func FuzzTags(f *testing.F) {
	f.Add("<a b='c'><d/></a>", 3)
	f.Add("<a><![CDATA[<!--<a", 1)
	f.Add("<<</></ a=\"'", 2)
	f.Fuzz(func(t *testing.T, text string, at int) {
		if at < 0 || at > len(text) {
			t.Skip()
		}
		there, ok := pairAt(text, at)
		if !ok || !there.there {
			return
		}
		if text[there.here.pos:there.here.end] != text[there.other.pos:there.other.end] {
			t.Errorf("in %q %v belongs to %v", text, there.here, there.other)
		}
		back, ok := pairAt(text, there.other.end)
		if !ok || back.other != there.here || back.here != there.other {
			t.Errorf("in %q, from %v one comes to %v, and back to %v", text, there.here, there.other, back)
		}
	})
}

// The cursor moves through the tags of a long draft without being felt.
func TestTagsOfALongDraftCostLittle(t *testing.T) {
	if testing.Short() {
		t.Skip("it measures")
	}
	text := "<iq>" + strings.Repeat("<item jid='somebody@example.org' name='somebody'><group>friends</group></item>\n", maxPaired/80-1) + "</iq>"
	if len(text) > maxPaired || len(text) < maxPaired*9/10 {
		t.Fatalf("the draft has %d bytes", len(text))
	}
	best := time.Hour
	for range 20 {
		began := time.Now()
		if _, ok := pairAt(text, 2); !ok {
			t.Fatal("nothing belongs to the first tag")
		}
		best = min(best, time.Since(began))
	}
	t.Logf("256 kB take %v", best)
	if best > 20*time.Millisecond {
		t.Errorf("256 kB take %v", best)
	}
	deep := strings.Repeat("<a>", maxPaired/6) + strings.Repeat("</b>", maxPaired/9)
	began := time.Now()
	pairAt(deep, 1)
	if took := time.Since(began); took > time.Second {
		t.Errorf("end tags of nothing take %v", took)
	}
	p := newPane(text + strings.Repeat(" ", maxPaired))
	p.editor.SetCursor(editor.Position{Col: 2})
	if _, ok := p.pair(); ok {
		t.Error("a longer draft is gone through, too")
	}
}
