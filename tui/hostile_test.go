package tui

import (
	"strings"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
)

// Names of others that are as long or as odd as names can be leave every pane as wide as it is.
func TestOddNamesBreakNoPane(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	sizes := []size{{40, 10}, narrow, {120, 40}, {200, 60}}
	for name, odd := range map[string]string{
		"1,000 letters":   strings.Repeat("n", 1000),
		"1,000 wide ones": strings.Repeat("漢", 1000),
		"right to left":   "שלום עולם مرحبا",
		"combining":       "a" + strings.Repeat("\u0301", 200) + "กำ้้้",
		"emoji":           "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🇩🇪🇩1️⃣❤️☺︎",
		"mixed":           strings.Repeat("é世\u202ea\u0301 ", 100),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, 120, 40)
			whole := func() {
				t.Helper()
				for _, at := range sizes {
					s.send(sized(at.width, at.height))
					exact(t, s.m.View(), at)
				}
				s.send(sized(120, 40))
			}
			xml := stanza.Escape(odd)
			s.write("<iq type='get' id='" + xml + "' to='demo.localhost/" + xml + "'><q xmlns='" + xml + "' a='" + xml + "'>" + xml + "</q></iq>")
			whole()
			s.press("alt+enter", "alt+enter")
			s.happens(func(f *fakeSession) {
				from := " from='demo.localhost/" + xml + "' id='" + xml + "'"
				if len(f.requests) > 0 {
					f.refuses(1, stanza.VerdictWrongSender, "<iq type='result'"+from+"/>", odd)
					f.replies(1, "<iq type='error'"+from+"><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>"+xml+"</text><e xmlns='"+xml+"'/></error></iq>")
				}
				f.asks("<iq type='get'" + from + "><query xmlns='" + xml + "' node='" + xml + "'/></iq>")
				f.arrives("<message"+from+"><body>"+xml+"</body></message>", "", odd)
			})
			for _, pane := range []string{"alt+1", "alt+2", "alt+3", "alt+4"} {
				s.press(pane)
				for range 4 {
					whole()
					s.press("down")
				}
			}
			for range 5 {
				s.press("l")
				whole()
			}
			s.press("f9")
			if n := len(s.fake.requests); n > 0 && s.fake.requests[n-1].InFlight() {
				s.answers("<query xmlns='http://jabber.org/protocol/disco#info'><identity category='" + xml + "' type='" + xml + "' name='" + xml + "'/><feature var='" + xml + "'/></query>")
			}
			whole()
			s.press("esc")
			s.asks("<query xmlns='http://jabber.org/protocol/muc#owner'/>", "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='form'><title>"+xml+"</title><instructions>"+xml+"</instructions>"+
				"<field var='"+xml+"' label='"+xml+"' type='list-single'><option label='"+xml+"'><value>"+xml+"</value></option></field></x></query>")
			s.press("alt+2", "i")
			whole()
			s.wait(time.Second)
			whole()
		})
	}
}
