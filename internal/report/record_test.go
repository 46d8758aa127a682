package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/wire"
)

// wantLine compares a value as the line that it is printed as.
func wantLine(t *testing.T, value any, want string) {
	t.Helper()
	got, err := Line(value)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !json.Valid([]byte(got)) || strings.Contains(got, "\n") {
		t.Errorf("this is not one line of JSON: %q", got)
	}
}

func TestAnExchangeIsALine(t *testing.T) {
	request := xmpptest.Stanza(t, "<iq type='get' id='1' to='x.y'><q xmlns='n'/></iq>")
	shown := xmpptest.Stanza(t, "<iq type='get' id='1' to='x.y'><hidden xmlns='n'/></iq>")
	for _, row := range []struct {
		name     string
		ended    exchange.Exchange
		warnings []string
		want     string
	}{
		{"a result", exchange.Exchange{Stanza: request, Shown: shown, Outcome: stanza.OutcomeResult, RTT: 1234567 * time.Nanosecond,
			Reply: xmpptest.Stanza(t, "<iq type='result' id='1'/>")}, []string{"one"},
			`{"id":"1","to":"x.y","type":"get","outcome":"result","rtt_ms":1.234,` +
				`"request":"<iq type='get' id='1' to='x.y'><hidden xmlns='n'/></iq>","reply":"<iq type='result' id='1'/>",` +
				`"verdict":"reply","error":null,"reason":null,"warnings":["one"],"broken":null,"broken_xml":null}`},
		{"an error", exchange.Exchange{Stanza: request, Shown: request, Outcome: stanza.OutcomeError, Refused: 2,
			Reply: xmpptest.Stanza(t, "<iq type='error' id='1'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"+
				"<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>away</text><odd xmlns='n'/></error></iq>")}, []string{"one"},
			`{"id":"1","to":"x.y","type":"get","outcome":"error","rtt_ms":0,` +
				`"request":"<iq type='get' id='1' to='x.y'><q xmlns='n'/></iq>",` +
				`"reply":"<iq type='error' id='1'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>` +
				`<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>away</text><odd xmlns='n'/></error></iq>","verdict":"reply",` +
				`"error":{"type":"cancel","condition":"gone","text":"away","application":"{n}odd"},"reason":null,"warnings":["one",` +
				`"2 stanzas with this id were not taken as the answer: their sender or their kind did not fit"],"broken":null,"broken_xml":null}`},
		{"no answer, and why", exchange.Exchange{Stanza: request, Shown: request, Outcome: stanza.OutcomeUnknown, Err: &stanza.Unknown{Request: request, Cause: errors.New("cut")}}, nil,
			`{"id":"1","to":"x.y","type":"get","outcome":"unknown","rtt_ms":null,` +
				`"request":"<iq type='get' id='1' to='x.y'><q xmlns='n'/></iq>","reply":null,"verdict":null,"error":null,` +
				`"reason":"the outcome of get \"1\" to \"x.y\" is unknown: cut","warnings":[],"broken":null,"broken_xml":null}`},
		{"no answer", exchange.Exchange{Stanza: request, Shown: request, Outcome: stanza.OutcomeTimeout, Refused: 1}, nil,
			`{"id":"1","to":"x.y","type":"get","outcome":"timeout","rtt_ms":null,` +
				`"request":"<iq type='get' id='1' to='x.y'><q xmlns='n'/></iq>","reply":null,"verdict":null,"error":null,"reason":null,"warnings":[` +
				`"one stanza with this id was not taken as the answer: its sender or its kind did not fit"],"broken":null,"broken_xml":null}`},
		{"what nothing waited for", exchange.Exchange{Stanza: xmpptest.Stanza(t, "<message/>"), Shown: xmpptest.Stanza(t, "<message/>")}, nil,
			`{"id":null,"to":null,"type":null,"outcome":null,"rtt_ms":null,"request":"<message/>","reply":null,"verdict":null,"error":null,"reason":null,"warnings":[],"broken":null,"broken_xml":null}`},
		{"an empty id", exchange.Exchange{Stanza: xmpptest.Stanza(t, "<message id=''/>"), Shown: xmpptest.Stanza(t, "<message id=''/>")}, nil,
			`{"id":"","to":null,"type":null,"outcome":null,"rtt_ms":null,"request":"<message id=''/>","reply":null,"verdict":null,"error":null,"reason":null,"warnings":[],"broken":null,"broken_xml":null}`},
	} {
		t.Run(row.name, func(t *testing.T) { wantLine(t, NewRecord(row.ended, row.warnings), row.want) })
	}
}

func TestATimeoutTellsThatTheLinkWasDown(t *testing.T) {
	x := exchange.New(xmpptest.Stanza(t, "<iq type='get' id='1'/>"))
	x.Sent = time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)
	x.Outcome, x.Deadline = stanza.OutcomeTimeout, x.Sent.Add(30*time.Second)
	x.Down = stanza.Outage{From: x.Sent.Add(5 * time.Second), To: x.Sent.Add(12 * time.Second)}
	x.Err = x.Failure(nil)
	want := `no reply to get "1" within 30s; the link was down from 03:04:05 to 03:04:12`
	if got := NewRecord(x, nil).Reason; got == nil || *got != want {
		t.Errorf("the reason is %v, want %s", got, want)
	}
}

func TestARecordDoesNotChangeTheWarningsItIsGiven(t *testing.T) {
	shared := append(make([]string, 0, 2), "one")
	st := xmpptest.Stanza(t, "<message/>")
	NewRecord(exchange.Exchange{Stanza: st, Shown: st, Refused: 1}, shared)
	if shared[:2][1] != "" {
		t.Errorf("behind the warnings stands %q", shared[:2][1])
	}
}

func TestAnElementIsALine(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 60_000_000, time.FixedZone("", 3600))
	wantLine(t, NewElement(7, at, stanza.In, xmpptest.Stanza(t, "<iq type='get' id='1' from='a@b' to='c@d'><q xmlns='n'/></iq>"), stanza.VerdictForged),
		`{"seq":7,"time":"2026-01-02T02:04:05.06Z","dir":"in","kind":"iq","type":"get","id":"1","from":"a@b","to":"c@d","payload":"{n}q",`+
			`"bytes":61,"verdict":"forged","xml":"<iq type='get' id='1' from='a@b' to='c@d'><q xmlns='n'/></iq>","broken":null}`)
	wantLine(t, NewElement(8, at, stanza.Out, xmpptest.Stanza(t, "<a xmlns='n'/>"), ""),
		`{"seq":8,"time":"2026-01-02T02:04:05.06Z","dir":"out","kind":"element","type":null,"id":null,"from":null,"to":null,"payload":null,`+
			`"bytes":14,"verdict":null,"xml":"<a xmlns='n'/>","broken":null}`)
	for kind, want := range map[stanza.Kind]string{
		stanza.IQ: "iq", stanza.Message: "message", stanza.Presence: "presence",
		stanza.StreamOpen: "stream-open", stanza.StreamClose: "stream-close", stanza.Element: "element", stanza.Broken: "broken",
	} {
		if got := kindWord(kind); got != want {
			t.Errorf("kind %d is %q, not %q", kind, got, want)
		}
	}
}

func TestABrokenElementIsALineThatSaysWhy(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	fault := stanza.XMLError{Rule: "invalid-utf8", Detail: "it is <no> UTF-8", Offset: 13}
	st := stanza.NewBroken("<iq id='1'>\n\xc3\xff\u00e9\x00</iq>", fault, stanza.ClientScope())
	wantLine(t, NewElement(7, at, stanza.In, st, ""),
		`{"seq":7,"time":"2026-01-02T03:04:05Z","dir":"in","kind":"broken","type":null,"id":"1","from":null,"to":null,"payload":null,`+
			`"bytes":22,"verdict":null,"xml":"<iq id='1'>\n<0xC3><0xFF>é\u0000</iq>","broken":"2:2: it is <no> UTF-8 (invalid-utf8)"}`)

	var r Record
	r.Because(fmt.Errorf("lost: %w", &wire.BrokenError{Element: st, Cause: st.Fault()}))
	wantLine(t, r, `{"id":null,"to":null,"type":null,"outcome":null,"rtt_ms":null,"request":"","reply":null,"verdict":null,"error":null,`+
		`"reason":"lost: it is <no> UTF-8 (invalid-utf8), at 2:2 of the element \"iq\"","warnings":null,`+
		`"broken":"2:2: it is <no> UTF-8 (invalid-utf8)","broken_xml":"<iq id='1'>\n<0xC3><0xFF>é\u0000</iq>"}`)
}

func TestAFindingIsALine(t *testing.T) {
	f := iqbuilder.Finding{Rule: "r", Severity: iqbuilder.Fatal, Line: 2, Column: 3, Pos: 4, End: 5, Text: "It <is>.", Section: "RFC 6120 §8"}
	wantLine(t, NewFinding("a.xml", f), `{"file":"a.xml","line":2,"column":3,"level":"error","rule":"r","text":"It <is>.","section":"RFC 6120 §8","fix":null}`)
	f.Section, f.Fix = "", &iqbuilder.Fix{Title: "t", Pos: 6, End: 7, With: "w"}
	wantLine(t, NewFinding("", f), `{"file":null,"line":2,"column":3,"level":"error","rule":"r","text":"It <is>.","section":null,"fix":{"title":"t","pos":6,"end":7,"with":"w"}}`)
}

func TestWhatCannotBeALineIsAnError(t *testing.T) {
	if line, err := Line(func() {}); err == nil {
		t.Errorf("got %q", line)
	}
}

// Whoever asked for a node is told that the answer is not about it. That the answer does not list
// disco#info is left out: so it is with every account on Prosody.
func TestAReplyThatDoesNotMirrorTheNodeIsWarnedOf(t *testing.T) {
	request := xmpptest.Stanza(t, `<iq type="get" id="1" to="x.y"><query xmlns="http://jabber.org/protocol/disco#info" node="n"/></iq>`)
	reply := xmpptest.Stanza(t, `<iq type="result" id="1" from="x.y"><query xmlns="http://jabber.org/protocol/disco#info"><identity category="a" type="b"/></query></iq>`)
	if odd := Oddities(request, reply); len(odd) != 1 || !strings.Contains(odd[0], "node") || !strings.Contains(odd[0], "XEP-0030") {
		t.Errorf("the warnings are %q", odd)
	}
	request = xmpptest.Stanza(t, `<iq type="get" id="1" to="x.y"><query xmlns="http://jabber.org/protocol/disco#info"/></iq>`)
	if odd := Oddities(request, reply); odd != nil {
		t.Errorf("of a reply as Prosody's accounts give it, the warnings are %q", odd)
	}
	if odd := Oddities(request, nil); odd != nil {
		t.Errorf("without a reply, the warnings are %q", odd)
	}
}
