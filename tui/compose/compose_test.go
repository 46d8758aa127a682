package compose

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/themes"
	"iqscope/tui/editor"
	"iqscope/tui/highlight"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
)

func newPane(draft string) *Pane {
	n := 0
	theme := themes.Plain()
	return New(draft, theme, highlight.New(theme), Source{
		Scope: stanza.ClientScope,
		NewID: func() string { n++; return fmt.Sprint("new", n) },

		Timeout: func() time.Duration { return 30 * time.Second },
	})
}

func shown(p *Pane, width, height int) []string {
	p.Prepare(pane.Look{Width: width, Height: height, Theme: themes.Plain(), Key: func(a keys.Action) string {
		return map[keys.Action]string{keys.ApplyFix: "F8"}[a]
	}})
	return p.View()
}

func TestAFreshIDChangesNothingElse(t *testing.T) {
	for _, c := range []struct{ name, before, after string }{
		{"a typed id", "\n<iq id = \"a&amp;b\"\ttype='get'><q xmlns='x'/></iq >\n", "\n<iq id = \"new1\"\ttype='get'><q xmlns='x'/></iq >\n"},
		{"an id of the payload", "<iq type='get' id='a'><q xmlns='x' id='a'>id='a'</q></iq>", "<iq type='get' id='new1'><q xmlns='x' id='a'>id='a'</q></iq>"},
		{"no stanza", "<iq id='a'", "<iq id='a'"},
		{"a message", "<message id='a'/>", "<message id='a'/>"},
		{"nothing", "", ""},
	} {
		p := newPane(c.before)
		p.Do(FreshID)
		if got := p.Text(); got != c.after {
			t.Errorf("%s: a fresh id makes %q of the draft, want %q", c.name, got, c.after)
		}
	}
}

func TestAFreshIDLeavesTheCursorWhereItWasInTheText(t *testing.T) {
	p := newPane("<iq type='get' id='a'>\n  <q xmlns='x'/>\n</iq>")
	p.editor.SetCursor(editor.Position{Line: 1, Col: 4})
	p.Do(FreshID)
	if got, want := p.editor.Cursor(), (editor.Position{Line: 1, Col: 4}); got != want {
		t.Errorf("the cursor went from %v to %v", want, got)
	}
}

func TestOnlyAnIDThatTheProgramMadeIsMadeFreshAfterSending(t *testing.T) {
	typed := newPane("<iq type='get' id='mine'><q xmlns='x'/></iq>")
	typed.Sent()
	if !strings.Contains(typed.Text(), "id='mine'") {
		t.Errorf("a typed id has become %q", typed.Text())
	}
	made := newPane(typed.Text())
	made.AdoptID()
	made.Sent()
	if !strings.Contains(made.Text(), "id='new1'") {
		t.Errorf("the program's own id was kept: %q", made.Text())
	}
	if err := made.Load("<iq type='get' id='mine'><q xmlns='y'/></iq>"); err != nil {
		t.Fatal(err)
	}
	made.Sent()
	if !strings.Contains(made.Text(), "id='mine'") {
		t.Errorf("an id typed over the program's has become %q", made.Text())
	}
}

func TestFixesAreAppliedOneByOne(t *testing.T) {
	p := newPane("<iq><ping xmlns='urn:xmpp:ping'/></iq>")
	for range 10 {
		if p.Fix() == nil {
			break
		}
		p.Do(keys.ApplyFix)
	}
	st, finding := p.Sendable()
	if finding != nil || st.ID() != p.madeID {
		t.Errorf("after all fixes %q cannot be sent, or its id is not the program's", p.Text())
	}
	p.Do(keys.Undo)
	if p.Fix() == nil {
		t.Error("a fix cannot be undone")
	}
}

func TestTheCursorWalksOverTheFindings(t *testing.T) {
	p := newPane("<iq to='@' from='@'>\n</iq>")
	_, findings := p.Check()
	if len(findings) < 3 {
		t.Fatalf("only %d findings", len(findings))
	}
	seen := map[int]bool{}
	for range findings {
		p.Do(keys.NextFinding)
		seen[p.offset(p.editor.Cursor())] = true
	}
	for _, f := range findings {
		if !seen[f.Pos] {
			t.Errorf("the cursor never stood at %d:%d", f.Line, f.Column)
		}
	}
}

func TestPositionsAndOffsetsAgree(t *testing.T) {
	p := newPane("ab\n\ncé\n")
	for offset := range len(p.Text()) + 1 {
		if at := p.position(offset); p.offset(at) != offset {
			t.Errorf("offset %d is at %v, which is offset %d", offset, at, p.offset(at))
		}
	}
	if got, want := p.position(1000), (editor.Position{Line: 3}); got != want {
		t.Errorf("an offset beyond the end is at %v, want %v", got, want)
	}
}

func TestDraftsAreBounded(t *testing.T) {
	var d drafts
	for i := range mostDrafts + 5 {
		d.add(draft{text: fmt.Sprint(i)})
	}
	if len(d.texts) != mostDrafts || d.texts[0].text != "5" {
		t.Errorf("%d drafts are kept, the oldest %q", len(d.texts), d.texts[0].text)
	}
	for range 20 {
		d.add(draft{text: strings.Repeat("x", 1<<20) + fmt.Sprint(len(d.texts))})
	}
	if d.bytes() > mostDraftBytes {
		t.Errorf("%d bytes of drafts are kept", d.bytes())
	}
}

func TestTheViewFillsItsHeightAndKeepsTheVerdictInSight(t *testing.T) {
	for _, draft := range []string{"", "<iq", strings.Repeat("<a/>\n", 100), "<iq type='get' id='a'><q xmlns='x'/></iq>"} {
		p := newPane(draft)
		for height := range 30 {
			lines := shown(p, 50, height)
			if len(lines) != height {
				t.Errorf("%q in %d lines is drawn in %d", draft, height, len(lines))
			}
			said := strings.Join(lines[min(height, 1):], "")
			if height >= least && !strings.ContainsAny(said, "✓✗") && !strings.Contains(said, "Write here") {
				t.Errorf("%q in %d lines has no verdict", draft, height)
			}
		}
	}
}
