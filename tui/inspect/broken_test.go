package inspect

import (
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/tui/keys"
)

func TestTheViewsOfWhatIsBroken(t *testing.T) {
	fault := stanza.XMLError{Rule: "comment", Detail: "XMPP does not allow comments", Offset: 50}
	st := stanza.NewBroken("<iq type='result' id='a' from='b@c'><q xmlns='q'/><!-- \xff\x1b[2J --></iq>", fault, stanza.ClientScope())
	p := newPane()
	p.SetSubject(&Subject{Number: 7, Entry: journal.Entry{Seq: 7, Time: now, Dir: stanza.In, Stanza: st}})
	const why = "1:51: XMPP does not allow comments (comment)"
	xml := "<iq type='result' id='a' from='b@c'><q xmlns='q'/><!-- <0xFF>␛[2J --></iq>"
	for _, wants := range [][]string{
		{"✗ broken at " + why, xml},
		{"✗ broken at " + why, xml},
		{"broken    " + why, "stanza    iq", "type      result", "from      b@c"},
		{"✗ Broken at " + why, "up to there: <iq type='result' id='a' from='b@c'><q xmlns='q'/>", "and then: <!-- <0xFF>␛[2J --></iq>", "Likely the other side's doing"},
		{"received     12:00:00.000  #7"},
	} {
		got := shows(p, 110, 20)
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks %q:\n%s", names[p.view], want, got)
			}
		}
		p.Do(keys.NextView)
	}
	if got := p.Info().String(); !strings.Contains(got, "← broken") {
		t.Errorf("the frame says %q", got)
	}
}

func TestOfALongBrokenStanzaThePlaceIsShown(t *testing.T) {
	text := "<iq>" + strings.Repeat("é", 20_000)
	st := stanza.NewBroken(text+"\x01"+strings.Repeat("ü", 300), stanza.XMLError{Rule: "r", Detail: "no", Offset: int64(len(text))}, stanza.ClientScope())
	p := newPane()
	p.SetSubject(&Subject{Number: 1, Entry: journal.Entry{Dir: stanza.In, Stanza: st}})
	p.Do(keys.NextView)
	p.Do(keys.NextView)
	p.Do(keys.NextView)
	if got := shows(p, 200, 20); !strings.Contains(got, "up to there: …éé") || !strings.Contains(got, "and then: ␁üü") || !strings.Contains(got, "ü…") || strings.Contains(got, "<0x") {
		t.Errorf("explained is\n%s", got)
	}
}
