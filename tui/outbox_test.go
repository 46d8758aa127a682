package tui

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatIsSentIsHandedOverOneAfterTheOther(t *testing.T) {
	s := start(t, 80, 24)
	b := &outbox{session: s.fake}
	first := b.send(outgoing{stanza: s.fake.parse("<presence id='1'/>")})
	for _, id := range []string{"2", "3"} {
		if b.send(outgoing{stanza: s.fake.parse("<presence id='" + id + "'/>")}) != nil {
			t.Fatalf("%s is handed over while another one is", id)
		}
	}
	for cmd := first; cmd != nil; cmd = b.next() {
		if _, ok := cmd().(StanzaSent); !ok {
			t.Error("a presence is not sent")
		}
	}
	if diff := cmp.Diff([]string{"<presence id='1'/>", "<presence id='2'/>", "<presence id='3'/>"}, s.fake.sent); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	if b.send(outgoing{stanza: s.fake.parse("<presence/>")}) == nil {
		t.Error("once all is handed over, the next one waits")
	}
}
