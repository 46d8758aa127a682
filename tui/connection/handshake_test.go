package connection

import (
	"strings"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/session/negotiate"
	"iqscope/themes"
	"iqscope/tui/pane"
)

// talk is a log of an earlier connection and of this one, whose steps it returns.
func talk(t *testing.T) (*journal.Journal, []session.StepTaken) {
	t.Helper()
	log := journal.New(journal.Limits{})
	at := now.Add(-time.Hour)
	note := func(text string) {
		at = at.Add(10 * time.Millisecond)
		log.Append(journal.Entry{Time: at, Text: text})
	}
	says := func(dir stanza.Direction, xml string) {
		at = at.Add(10 * time.Millisecond)
		st, err := stanza.Parse(xml, stanza.ClientScope())
		if err != nil {
			t.Fatal(err)
		}
		log.Append(journal.Entry{Time: at, Dir: dir, Stanza: st})
	}
	note("connecting: 192.0.2.1:5222")
	says(stanza.In, "<earlier/>")
	for range 500 {
		note("something else")
	}
	at = now
	log.Append(journal.Entry{Time: at, Text: "connecting: 127.0.0.1:5222"})
	says(stanza.In, "<features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism><mechanism>SCRAM-SHA-1</mechanism></mechanisms><sm xmlns='urn:xmpp:sm:3'/></features>")
	note("logging in: as juliet")
	says(stanza.Out, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>[64 bytes hidden]</auth>")
	says(stanza.In, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
	ended := at
	note("online as juliet")
	says(stanza.In, "<iq type='get' id='later'><ping xmlns='urn:xmpp:ping'/></iq>")
	return log, []session.StepTaken{
		{Step: negotiate.StepDial, Detail: "127.0.0.1:5222", Began: now, Ended: now.Add(15 * time.Millisecond)},
		{Step: negotiate.StepAuth, Detail: "as juliet", Began: now.Add(15 * time.Millisecond), Ended: ended},
	}
}

func TestWhatWasSaidStandsUnderItsStep(t *testing.T) {
	log, steps := talk(t)
	st := status()
	st.Steps = steps
	got := shown(New(), Info{Status: st, Said: Said(log, steps)}, 80, 60)
	at := -1
	for _, want := range []string{
		"you said, ← the server said", "✓ connecting", "← features mechanisms PLAIN, SCRAM-SHA-1 · sm", "✓ logging in", "→ auth mechanism=SCRAM-SHA-1", "← success", "in all",
	} {
		next := strings.Index(got, want)
		if next <= at {
			t.Errorf("%q is not there, or not in its place:\n%s", want, got)
		}
		at = next
	}
	for _, wrong := range []string{"earlier", "later", "hidden"} {
		if strings.Contains(got, wrong) {
			t.Errorf("it shows %q:\n%s", wrong, got)
		}
	}
}

// A server may offer whatever it likes, and call it what it likes.
func TestAHostileHandshakeStaysInItsLines(t *testing.T) {
	log := journal.New(journal.Limits{})
	log.Append(journal.Entry{Time: now, Text: "connecting"})
	for _, xml := range []string{
		"<features>" + strings.Repeat("<m xmlns='urn:x'><n>\u009b2J\u202e</n></m>", 10_000) + "</features>",
		"<features><m xmlns='urn:x'>" + strings.Repeat("<n>x</n>", 10_000) + "</m></features>",
		"<" + strings.Repeat("a", 1000) + " xmlns='urn:x' mechanism='" + strings.Repeat("b", 1000) + "'/>",
	} {
		st, err := stanza.Parse(xml, stanza.ClientScope())
		if err != nil {
			t.Fatal(err)
		}
		log.Append(journal.Entry{Time: now, Dir: stanza.In, Stanza: st})
	}
	st := status()
	st.Steps = st.Steps[:1]
	s := New()
	s.Prepare(Info{Status: st, Said: Said(log, st.Steps)}, pane.Look{Width: 80, Height: 200, Theme: themes.Plain(), Now: now})
	got := s.View()
	if text := strings.Join(got, "\n"); len(got) > 80 || strings.ContainsAny(text, "\u009b\u202e") || !strings.Contains(text, "← features") {
		t.Errorf("it has %d lines:\n%s", len(got), text)
	}
}
