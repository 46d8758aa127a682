package wire

import (
	"testing"

	"iqscope/iqbuilder/stanza"
)

// What was recorded is hidden when it is read again, too: how long a secret was is then what was said
// the first time.
func TestWhatIsHiddenStaysAsItIs(t *testing.T) {
	for _, xml := range []string{
		"<iq type='set' id='1'><query xmlns='jabber:iq:register'><username>bill</username><password>calliope</password></query></iq>",
		"<iq type='set' id='1'><query xmlns='jabber:iq:register'><password>x</password></query>", // broken
	} {
		once, first := Redact(stanza.Unparsed(xml, stanza.ClientScope()))
		again, second := Redact(once)
		if !first || !second || again.XML() != once.XML() {
			t.Errorf("%s\nbecame %s (%v)\nand then %s (%v)", xml, once.XML(), first, again.XML(), second)
		}
	}
}
