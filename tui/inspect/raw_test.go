package inspect

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/tui/keys"
)

// rawOf is a pane on the bytes of something broken.
func rawOf(bytes string) *Pane {
	st := stanza.NewBroken(bytes, stanza.XMLError{Rule: "r", Detail: "no", Offset: 0}, stanza.ClientScope())
	p := newPane()
	p.SetSubject(&Subject{Number: 1, Entry: journal.Entry{Dir: stanza.In, Stanza: st}})
	p.choose(viewRaw)
	return p
}

func TestBytesAreShownByTheirNumbers(t *testing.T) {
	p := rawOf("<iq id='\xff\x1b'/> \u00e9")
	shows(p, 80, 12)
	p.Do(keys.ToggleWrap)
	want := `
 000000  3c 69 71 20 69 64 3d 27  ff 1b 27 2f 3e 20 c3 a9  <iq id='..'/> ..`
	_, got, _ := strings.Cut(shows(p, 80, 12), "\n \n")
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), got); diff != "" {
		t.Errorf("dumped otherwise (-want +got):\n%s", diff)
	}
	_, got, _ = strings.Cut(shows(p, 50, 12), "\n \n")
	want = " 000000  3c 69 71 20 69 64 3d 27  <iq id='\n 000008  ff 1b 27 2f 3e 20 c3 a9  ..'/> .."
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("dumped otherwise in a narrow pane (-want +got):\n%s", diff)
	}
	p.Do(keys.ToggleWrap)
	if got := shows(p, 80, 12); !strings.Contains(got, "<iq id='<0xFF>␛'/>") {
		t.Errorf("as text it is\n%s", got)
	}
}

func TestADumpIsBounded(t *testing.T) {
	p := newPane()
	xml := "<iq type='get'><q xmlns='u'>" + strings.Repeat("x", mostDumped) + "</q></iq>"
	p.SetSubject(&Subject{Number: 1, Entry: journal.Entry{Dir: stanza.In, Stanza: parse(t, xml)}})
	p.choose(viewRaw)
	p.Do(keys.ToggleWrap)
	shows(p, 80, 12)
	p.Do(keys.End)
	if got := shows(p, 80, 12); p.lineCount() > mostDumped/mostPerLine+5 || !strings.Contains(got, "… 37 B more") {
		t.Errorf("it has %d lines, the last ones\n%s", p.lineCount(), got)
	}
}

func TestALongStanzaIsSaidToHaveNoColours(t *testing.T) {
	p := newPane()
	p.SetSubject(&Subject{Number: 1, Entry: journal.Entry{Dir: stanza.In, Stanza: parse(t, "<iq type='get'><q xmlns='u'>"+strings.Repeat("x", 300_000)+"</q></iq>")}})
	p.choose(viewRaw)
	shows(p, 80, 12)
	p.theme.Chroma = "some"
	lines, _ := p.exactly(1, p.subject.Entry.Stanza)
	if !strings.Contains(strings.Join(lines, "\n"), "longer than 262.1 kB") {
		t.Errorf("it says %q", lines)
	}
}
