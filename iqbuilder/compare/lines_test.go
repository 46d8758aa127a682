package compare

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
)

// written are the lines of a change as a person sees them.
func written(c Change) (out []string) {
	for l := range c.Lines() {
		if l.Rest > 0 {
			l.Text = fmt.Sprintf("… %d the same", l.Rest)
		}
		out = append(out, strings.TrimSpace(l.Kind.Mark()+strings.Repeat(" ", l.Depth)+l.Text))
	}
	return out
}

func TestLinesSayWhatChanged(t *testing.T) {
	before := `<iq id='1'><query xmlns='urn:example:a' ver='1' gone='x'><item jid='a@b' n='1'>old</item><same/><same/><left><in/></left></query></iq>`
	after := `<iq id='2'><query xmlns='urn:example:a' ver='2' new='y'><item jid='a@b' n='1'>young</item><same/><same/><come>text</come></query></iq>`
	want := []string{
		"<iq>", "~ <query xmlns='urn:example:a'>",
		"-   gone='x'", "+   new='y'", "~   ver='1' → '2'",
		"<item jid='a@b'>", "-   old", "+   young",
		"… 2 the same",
		"-  <left>", "-   <in/>",
		"+  <come>text</come>",
	}
	got := written(compared(t, before, after))
	for i := range got {
		got[i] = strings.ReplaceAll(got[i], "  ", " ")
	}
	for i := range want {
		want[i] = strings.ReplaceAll(want[i], "  ", " ")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if same := written(compared(t, before, before)); same != nil {
		t.Errorf("of two that are the same: %q", same)
	}
}

// Who wants only some of them does not wait for the rest.
func TestLinesEndWhenNobodyWantsMore(t *testing.T) {
	c := compared(t, "<iq><a>"+strings.Repeat("<b x='1'><d/></b>", 1000)+"</a></iq>", "<iq><a>"+strings.Repeat("<c x='1'><d/></c>", 1000)+"</a></iq>")
	n := 0
	for range c.Lines() {
		if n++; n == 5 {
			break
		}
	}
	if n != 5 {
		t.Errorf("%d lines", n)
	}
}

func TestOurOwnAddressesAreNoDifference(t *testing.T) {
	jid := func(text string) stanza.JID { return stanza.MustParseJID(text) }
	before := parse(t, `<iq to='juliet@example.com/a' from='juliet@example.com'><x xmlns='y'/></iq>`)
	after := parse(t, `<iq to='juliet@example.com/b'><x xmlns='y'/></iq>`)
	for _, c := range []struct {
		own  []stanza.JID
		want Kind
	}{
		{nil, Changed},
		{[]stanza.JID{jid("juliet@example.com/a")}, Changed},
		{[]stanza.JID{jid("juliet@example.com/a"), jid("juliet@example.com/b")}, Same},
		{[]stanza.JID{{}, {}}, Changed},
	} {
		got, err := Stanzas(before, after, c.own...)
		if err != nil || got.Kind != c.want {
			t.Errorf("with %v: %v, %v", c.own, got.Kind, err)
		}
	}
}
