package compose

import (
	"strings"
	"testing"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/tui/keys"
)

// faulty are drafts with one fault each that has a fix.
var faulty = []struct{ rule, draft, fixed string }{
	{iqbuilder.RuleTypeUnknown, "<iq type='gte' id='1'>\n  <a xmlns='b'/>\n</iq>", "<iq type='get' id='1'>\n  <a xmlns='b'/>\n</iq>"},
	{iqbuilder.RuleToAddress, "<iq type='result' id='1' to='xmpp:a@b'/>", "<iq type='result' id='1' to='a@b'/>"},
	{iqbuilder.RuleFromForeign, "<iq type='result' id='1'\n from='romeo@x'/>", "<iq type='result' id='1'/>"},
	{iqbuilder.RuleAttribute, "<iq type='result' id='1' ot='a@b'/>", "<iq type='result' id='1' to='a@b'/>"},
	{iqbuilder.RuleLanguage, "<iq type='result' id='1' xml:lang='en_GB'/>", "<iq type='result' id='1' xml:lang='en-GB'/>"},
	{iqbuilder.RulePayloadMany, "<iq type='get' id='1'><a xmlns='b'/><c xmlns='d'/></iq>", "<iq type='get' id='1'><a xmlns='b'/></iq>"},
	{iqbuilder.RulePayloadNamespace, "<iq type='get' id='1'>\n  <ping/>\n</iq>", "<iq type='get' id='1'>\n  <ping xmlns=\"urn:xmpp:ping\"/>\n</iq>"},
	{iqbuilder.RuleText, "<iq type='result' id='1'>é x</iq>", "<iq type='result' id='1'></iq>"},
	{iqbuilder.RuleErrorNamespace, "<iq type='error' id='1'><error xmlns='x' type='cancel'>" + conflict + "</error></iq>",
		"<iq type='error' id='1'><error xmlns='jabber:client' type='cancel'>" + conflict + "</error></iq>"},
	{iqbuilder.RuleErrorTypeUnusual, errorOf(" type='wait'", conflict), errorOf(" type='cancel'", conflict)},
	{iqbuilder.RuleConditionUnknown, errorOf(" type='cancel'", "<conflictt xmlns='"+stanza.NSStanzas+"'></conflictt>"), errorOf(" type='cancel'", "<conflict xmlns='"+stanza.NSStanzas+"'></conflict>")},
	{iqbuilder.RuleConditionNamespace, errorOf(" type='cancel'", "\n<conflict/>"), errorOf(" type='cancel'", "\n<conflict xmlns=\""+stanza.NSStanzas+"\"/>")},
}

const conflict = "<conflict xmlns='" + stanza.NSStanzas + "'/>"

func errorOf(attrs, content string) string {
	return "<iq type='error' id='1'><error" + attrs + ">" + content + "</error></iq>"
}

func TestEveryFaultIsShownLiveAndItsFixIsOneKeyAway(t *testing.T) {
	for _, c := range faulty {
		t.Run(c.rule, func(t *testing.T) {
			p := newPane(c.draft)
			own, err := stanza.ParseJID("juliet@capulet.example/balcony")
			if err != nil {
				t.Fatal(err)
			}
			p.source.Own = func() stanza.JID { return own }
			_, findings := p.Check()
			if len(findings) != 1 || findings[0].Rule != c.rule {
				t.Fatalf("findings are %+v", findings)
			}
			shown := strings.Join(strings.Fields(strings.Join(shown(p, 50, 20), " ")), " ")
			if !strings.Contains(shown, "F8: "+findings[0].Fix.Title) {
				t.Errorf("the fix is not offered in\n%s", shown)
			}
			if p.Do(keys.NextFinding); p.offset(p.editor.Cursor()) != findings[0].Pos {
				t.Errorf("the cursor goes to %v, the finding is at %d:%d", p.editor.Cursor(), findings[0].Line, findings[0].Column)
			}
			if p.Do(keys.ApplyFix); p.Text() != c.fixed {
				t.Errorf("the fix makes %s\nwant         %s", p.Text(), c.fixed)
			}
			if _, left := p.Check(); len(left) > 0 && left[0].Rule == c.rule {
				t.Errorf("after the fix it still says %v", left)
			}
			p.Do(keys.Undo)
			if p.Text() != c.draft {
				t.Errorf("the fix undone leaves %s", p.Text())
			}
		})
	}
}

func TestWhoseAddressFromIsIsLookedAtAgainAfterBinding(t *testing.T) {
	p := newPane("<iq type='result' id='1' from='romeo@x'/>")
	var own stanza.JID
	p.source.Own = func() stanza.JID { return own }
	rule := func() string { _, findings := p.Check(); return findings[0].Rule }
	if got := rule(); got != iqbuilder.RuleFromClient {
		t.Errorf("before binding: %s", got)
	}
	own, _ = stanza.ParseJID("juliet@x/1")
	if got := rule(); got != iqbuilder.RuleFromForeign {
		t.Errorf("after binding: %s", got)
	}
}

func TestTheFixIsThatOfTheFindingTheCursorIsIn(t *testing.T) {
	p := newPane("<iq type='get' id='' to=''>\n  <ping/>\n</iq>")
	for range 3 {
		p.Do(keys.NextFinding)
	}
	if p.Do(keys.ApplyFix); p.Text() != "<iq type='get' id='' to=''>\n  <ping xmlns=\"urn:xmpp:ping\"/>\n</iq>" {
		t.Errorf("another one was fixed: %s", p.Text())
	}
	p.editor.SetCursor(p.position(0))
	if p.Do(keys.ApplyFix); !strings.Contains(p.Text(), "to=''") || strings.Contains(p.Text(), "id=''") {
		t.Errorf("with the cursor elsewhere the first one was not fixed: %s", p.Text())
	}
}
