package tui

import (
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
)

// TestAnyErrorOfChoiceTakesFiveKeys presses them from the composer on, where a request of others is
// held.
func TestAnyErrorOfChoiceTakesFiveKeys(t *testing.T) {
	letters := map[string]string{
		"bad-request": "br", "conflict": "co", "feature-not-implemented": "fn", "forbidden": "fo", "gone": "go",
		"internal-server-error": "is", "item-not-found": "if", "jid-malformed": "jm", "not-acceptable": "nc", "not-allowed": "nl",
		"not-authorized": "nz", "payment-required": "pm", "policy-violation": "pv", "recipient-unavailable": "ru", "redirect": "rd", "registration-required": "rg",
		"remote-server-not-found": "rf", "remote-server-timeout": "rt", "resource-constraint": "rc", "service-unavailable": "su",
		"subscription-required": "sr", "undefined-condition": "uc", "unexpected-request": "ur",
	}
	for _, condition := range stanza.Conditions() {
		t.Run(condition, func(t *testing.T) {
			s := start(t, 80, 24)
			s.press("esc", "H")
			s.happens(func(f *fakeSession) { f.asks("<iq type='get' id='9' from='a@b/c'><x xmlns='urn:x'/></iq>") })
			s.press("i") // typing, as at the start
			two := strings.Split(letters[condition], "")
			s.press("alt+2", "A", two[0], two[1], "enter")
			if len(s.fake.sent) != 1 || !strings.Contains(s.fake.sent[0], "<"+condition+" xmlns=") || !strings.Contains(s.fake.sent[0], `type="`+stanza.UsualType(condition)+`"`) {
				t.Errorf("sent is %q", s.fake.sent)
			}
		})
	}
}

func TestAnErrorOfOnesOwnGoesIntoTheComposer(t *testing.T) {
	s := start(t, 80, 24)
	s.press("esc", "H")
	s.happens(func(f *fakeSession) { f.asks("<iq type='get' id='9' from='a@b/c'><x xmlns='urn:x'/></iq>") })
	s.press("2", "A", "enter")
	s.shows("1 Compose", "error feature-not-implemented → a@b/c")
	s.press("f", "o", "enter", "alt+enter")
	if len(s.fake.sent) != 1 || !strings.Contains(s.fake.sent[0], "<forbidden xmlns=") {
		t.Errorf("sent is %q", s.fake.sent)
	}
}
