package pretty

import (
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
	"iqscope/themes"
	"iqscope/tui/highlight"
)

func printer() *Printer { return New(highlight.New(themes.Plain())) }

func parse(t *testing.T, xml string) *stanza.Stanza {
	st, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func TestASmallStanzaIsThereAtOnce(t *testing.T) {
	st := parse(t, "<iq type='get'  id='a'><q xmlns='x'/></iq>")
	for form, want := range map[Form]string{Indented: "<iq type='get' id='a'>\n  <q xmlns='x'/>\n</iq>", Exact: "<iq type='get'  id='a'><q xmlns='x'/></iq>"} {
		lines, cmd := printer().Lines(Request{Seq: 1, Stanza: st, Form: form, Width: 60})
		if got := strings.Join(lines, "\n"); got != want || cmd != nil {
			t.Errorf("%s is %q, want %q at once", form, got, want)
		}
	}
}

func TestALargeStanzaIsLaidOutOnceByACommand(t *testing.T) {
	p := printer()
	r := Request{Seq: 1, Stanza: parse(t, "<iq><a xmlns='x'>"+strings.Repeat("<b/>", atOnce)+"</a></iq>"), Form: Indented, Width: 60}
	lines, cmd := p.Lines(r)
	if lines != nil || cmd == nil {
		t.Fatal("a large stanza is laid out within the update loop")
	}
	if _, again := p.Lines(r); again != nil {
		t.Error("it is laid out twice at the same time")
	}
	if !p.Accept(cmd()) {
		t.Fatal("the printer does not know its own event")
	}
	if _, cmd = p.Lines(r); cmd != nil { // putting it into lines takes long as well
		p.Accept(cmd())
	}
	if lines, cmd := p.Lines(r); len(lines) != atOnce+4 || cmd != nil {
		t.Errorf("after that there are %d lines, want %d", len(lines), atOnce+4)
	}
}

func TestNoMoreIsKeptThanTheLimit(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	p := printer()
	st := parse(t, "<iq><a xmlns='x'>"+strings.Repeat("y", atOnce/2)+"</a></iq>")
	for seq := range uint64(2 * keptBytes / (atOnce / 2)) {
		p.Lines(Request{Seq: seq, Stanza: st, Form: Indented, Width: 60})
		if seq%64 != 0 {
			continue // counting takes long
		}
		kept := 0
		for _, text := range p.texts {
			kept += len(text)
		}
		if kept > keptBytes || kept != p.bytes {
			t.Fatalf("%d bytes are kept, and counted as %d", kept, p.bytes)
		}
	}
}
