package pending

import (
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
)

// Row 68 of docs/acceptance-rows.md, as the user sees it.
func TestRow68AReplyThatDoesNotMirrorTheNodeIsSaidToBeOdd(t *testing.T) {
	for node, want := range map[string]bool{"": true, " node='m'": true, " node='n'": false} {
		ask := parse(t, "<iq type='get' id='a'><query xmlns='http://jabber.org/protocol/disco#items' node='n'/></iq>")
		reply := parse(t, "<iq type='result' id='a'><query xmlns='http://jabber.org/protocol/disco#items'"+node+"/></iq>")
		p := newPane()
		p.Set([]session.Exchange{{Serial: 1, Stanza: ask, Seq: 1, Sent: now, Ended: now, Outcome: stanza.OutcomeResult, Reply: reply, ReplySeq: 2}}, nil, now)
		p.Prepare(look(100, 10))
		got := strings.Join(strings.Fields(strings.Join(p.View(), " ")), " ")
		if strings.Contains(got, "(XEP-0030 §4.2)") != want {
			t.Errorf("a reply with%q: warned %v, want %v:\n%s", node, !want, want, got)
		}
	}
}
