package e2e

import (
	"testing"

	"iqscope/internal/realserver"
)

// Row 61 of docs/acceptance-rows.md, on the command line.
func TestARawStanzaIsRefusedWhileItIsBrokenAndPairedWithItsReplyWhenItIsNot(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		c := send(t, server, "--raw", "<iq type='get' id='r1' to='localhost'><ping xmlns='urn:xmpp:ping'></iq>")
		c.exits(2)
		c.saysOneSentence("1:69:")

		c = send(t, server, "--raw", "--output", "json", "<iq type='get' id='r1' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
		c.exits(0)
		line := object(t, c.stdout.String(), recordKeys)
		if line["id"] != "r1" || line["outcome"] != "result" || line["verdict"] != "reply" {
			t.Errorf("the line is %v", line)
		}

		// No rule of IQs holds for a raw one; the server has its say. Without an id nothing can be
		// paired by it.
		c = send(t, server, "--raw", "--output", "json", "<iq type='get' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
		c.exit()
		line = object(t, c.stdout.String(), recordKeys)
		if warnings, _ := line["warnings"].([]any); len(warnings) != 1 || line["id"] != nil || line["outcome"] != nil {
			t.Errorf("of an IQ without an id the line is %v", line)
		}

		send(t, server, "--raw", "<presence/>").exits(0)
	})
}
