package byhand

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"iqscope/themes"
	"iqscope/tui/highlight"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
)

func newPane() *Pane {
	theme := themes.Plain()
	return New(theme, highlight.New(theme))
}

func shown(p *Pane, width, height int) []string {
	named := map[keys.Action]string{Take: "T", Put: "P", GoOn: "G"}
	p.Prepare(pane.Look{Width: width, Height: height, Theme: themes.Plain(), Key: func(a keys.Action) string { return named[a] }})
	return p.View()
}

func TestAnOfferTakesThePlaceOfTheOneBeforeIt(t *testing.T) {
	p := newPane()
	for _, xml := range []string{"<a/>", "", "<b/>", "<b/>", "<c/>"} {
		p.SetOffer(Offer{XML: xml})
		if got := p.Text(); got != xml || p.Typed() {
			t.Errorf("when %q is offered, the composer has %q", xml, got)
		}
	}
}

func TestALongOfferIsLaidOutInSeveralLines(t *testing.T) {
	p := newPane()
	p.SetBreadth(30)
	p.SetOffer(Offer{XML: "<auth xmlns='a:b:c' mechanism='PLAIN'>[password]</auth>"})
	if got, want := p.Text(), "<auth\n    xmlns='a:b:c'\n    mechanism='PLAIN'>[password]</auth>"; got != want || p.Typed() {
		t.Errorf("the composer has %q, want %q", got, want)
	}
	p.SetOffer(Offer{XML: "<a n='" + strings.Repeat("x", 40)})
	if got := p.Text(); got != p.Offer().XML {
		t.Errorf("what is no element has become %q", got)
	}
}

func TestTypedTextStays(t *testing.T) {
	p := newPane()
	p.SetOffer(Offer{XML: "<a/>"})
	if err := p.Type("<!", false); err != nil {
		t.Fatal(err)
	}
	p.SetOffer(Offer{XML: "<b/>"})
	if got := p.Text(); got != "<!<a/>" || !p.Typed() {
		t.Fatalf("after another offer the composer has %q", got)
	}
	p.Do(Put)
	if got := p.Text(); got != "<b/>" || p.Typed() {
		t.Errorf("the offer is asked for, and the composer has %q", got)
	}
	p.Do(keys.Undo)
	if got := p.Text(); got != "<!<a/>" || !p.Typed() {
		t.Errorf("after undo the composer has %q", got)
	}
}

func TestWhatWasSentMayBeReplacedAndWhatWasRefusedComesBack(t *testing.T) {
	p := newPane()
	if err := p.Load("<typed/>"); err != nil {
		t.Fatal(err)
	}
	p.Sending()
	p.SetOffer(Offer{XML: "<b/>"})
	if got := p.Text(); got != "<b/>" {
		t.Errorf("after sending, the composer has %q", got)
	}
	p.Refused("<typed/>")
	p.SetOffer(Offer{XML: "<c/>"})
	if got := p.Text(); got != "<typed/>" || !p.Typed() {
		t.Errorf("after the refusal, the composer has %q", got)
	}
	p.Refused("<older/>")
	if got := p.Text(); got != "<typed/>" {
		t.Errorf("the refusal of another text has put %q in place of what is typed", got)
	}
}

func TestTheViewSaysWhatIsTypedAndOffered(t *testing.T) {
	for _, c := range []struct {
		name  string
		text  string
		offer Offer
		want  string
	}{
		{"an element", "", Offer{XML: "<a xmlns='b:c'/>", What: "Does it."}, "a b:c|✓ well-formed; it is sent|offered: Does it.|T sends what is offered · G goes on"},
		{"a secret", "", Offer{XML: "<auth>[password]</auth>"}, "in brackets is filled in"},
		{"something else", "<x", Offer{XML: "<a/>"}, "not an element yet|✗ 1:3|P puts it here"},
		{"no element", "", Offer{Do: "begin TLS", What: "Shakes hands."}, "by hand|offered: Shakes hands.|T does that: begin TLS"},
		{"nothing", "", Offer{What: "It is the server's turn."}, "· It is the server's turn.| G goes on"},
	} {
		p := newPane()
		if c.text != "" {
			_ = p.Type(c.text, false)
		}
		p.SetOffer(c.offer)
		view := strings.Join(shown(p, 80, 20), "\n")
		for want := range strings.SplitSeq(c.want, "|") {
			if !strings.Contains(view, want) {
				t.Errorf("%s: the view lacks %q:\n%s", c.name, want, view)
			}
		}
	}
}

func TestTheViewNeverHasMoreLinesThanThereAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPane()
		_ = p.Type(rapid.String().Draw(t, "text"), true)
		p.SetOffer(Offer{XML: rapid.String().Draw(t, "xml"), What: rapid.String().Draw(t, "what"), Do: rapid.String().Draw(t, "do")})
		height := rapid.IntRange(0, 12).Draw(t, "height")
		if got := len(shown(p, rapid.IntRange(0, 40).Draw(t, "width"), height)); got > height {
			t.Fatalf("%d lines in %d", got, height)
		}
	})
}
