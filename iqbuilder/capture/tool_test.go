package capture

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
)

// entry is an element of a log in a line: when, its way, its bytes, and what is wrong where.
func entry(el Element) string {
	line := ""
	if !el.Time.IsZero() {
		line = el.Time.UTC().Format("2006-01-02 15:04:05.999999999 ")
	}
	line += map[stanza.Direction]string{stanza.In: "in ", stanza.Out: "out "}[el.Dir]
	if el.Stanza.Kind() == stanza.Broken {
		line += "broken "
	}
	line += el.Stanza.XML()
	for _, f := range el.Findings {
		line += fmt.Sprintf(" %d:%d:%s", f.Line, f.Column, f.Rule)
	}
	return line
}

// The logs are of the shapes that the programs write, east of Greenwich by an hour.
func TestALogOfEachProgram(t *testing.T) {
	defer func(zone *time.Location) { time.Local = zone }(time.Local)
	time.Local = time.FixedZone("", 3600)
	const (
		received = `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id="s" from="b" version="1.0">`
		asWas    = `<stream:stream id="s" from="b" version="1.0">`
		version  = `<iq type="get" id="1" to="b"><query xmlns="jabber:iq:version"/></iq>`
		result   = `<iq type="result" id="1" from="b" to="a@b/c"/>`
	)
	for _, row := range []struct {
		name    string
		format  Format
		text    string
		skipped int
		want    []string
	}{
		{"Profanity", Profanity, "2026-11-27T01:00:00.5Z: prof: INF: Starting Profanity (0.13.1)...\n" +
			"2026-11-27T01:00:01.000001Z: conn: DBG: SENT: <?xml version=\"1.0\"?>" + stream + "\n" +
			"2026-11-27T01:00:01.000002Z: xmpp: DBG: RECV: " + asWas + "\n" +
			"2026-11-27T01:00:01.000003Z: xmpp: DBG: RECV: <features xmlns=\"http://etherx.jabber.org/streams\"/>\n" +
			"2026-11-27T01:00:01.000004Z: xmpp: DBG: handle proceedtls called for proceed\n" +
			"2026-11-27T01:00:01.000005Z: conn: DBG: SENT: " + version + "\n" +
			"2026-11-27T01:00:01.000006Z: conn: DBG: SENT: <r xmlns='urn:xmpp:sm:3'/>\n" +
			"2026-11-27T01:00:01.000007Z: xmpp: DBG: RECV: </stream:stream>\n", 2, []string{
			"2026-11-27 01:00:01.000001 out <?xml version=\"1.0\"?>" + stream,
			"2026-11-27 01:00:01.000002 in " + received,
			"2026-11-27 01:00:01.000003 in <features xmlns=\"http://etherx.jabber.org/streams\"/>",
			"2026-11-27 01:00:01.000005 out " + version,
			"2026-11-27 01:00:01.000006 out <r xmlns='urn:xmpp:sm:3'/>",
			"2026-11-27 01:00:01.000007 in </stream:stream>",
		}},
		{"an old Profanity", Profanity, "27/11/2026 02:00:01: conn: DBG: SENT: " + version + "\n27/11/2026 02:00:02: xmpp: DBG: RECV: " + result + "\n", 0, []string{
			"2026-11-27 01:00:01 out " + version, "2026-11-27 01:00:02 in " + result}},
		{"slixmpp without times", Slixmpp, "Using slower stringprep\nDEBUG:slixmpp.xmlstream.xmlstream:SEND: <iq type='get' id='1'>\n  <q xmlns='a'/>\n\n</iq>\n" +
			"DEBUG:slixmpp.xmlstream.xmlstream:Event triggered: connected\nDEBUG:slixmpp.xmlstream.xmlstream:RECV: " + asWas + "\n", 2, []string{
			"out <iq type='get' id='1'>\n  <q xmlns='a'/>\n\n</iq>", "in " + received}},
		{"slixmpp with levels as columns", Slixmpp, "DEBUG    SEND: " + version + "\nDEBUG    RECV: " + result + "\n", 0, []string{"out " + version, "in " + result}},
		{"slixmpp with times", Slixmpp, "2026-11-27 02:00:01,250:DEBUG:slixmpp: RECV: " + result + "\n", 0, []string{"2026-11-27 01:00:01.25 in " + result}},
		{"slixmpp, what the program prints besides", Slixmpp, "ready\n<Bot object>\n{'a': 1}\nDEBUG:x:RECV: " + result + "\n" + result + "\n", 4, []string{"in " + result}},
		{"SleekXMPP with a clock alone, over midnight", Slixmpp, "[23:59:59] SEND: " + version + "\n[00:00:01] RECV: " + result + "\n", 0, []string{
			"1970-01-01 22:59:59 out " + version, "1970-01-01 23:00:01 in " + result}},
		{"slixmpp, cut off by another line", Slixmpp, "DEBUG:x:RECV: <iq type='get'><que\nDEBUG:x:Event triggered: connected\nDEBUG:x:RECV: " + result + "\n", 0, []string{
			"in broken <iq type='get'><que\nDEBUG:x:Event triggered: connected 2:8:bad-name", "in " + result}},
		{"slixmpp, words of somebody else", Slixmpp, "DEBUG:x:RECV: <message from='a@b'><body>\nDEBUG:x:SEND: &lt;iq</body></message>\nDEBUG:x:SEND: no element\n", 1, []string{
			"in <message from='a@b'><body>\nDEBUG:x:SEND: &lt;iq</body></message>"}},
		{"with line feeds of Windows", Slixmpp, "DEBUG:x:SEND: <iq type='get' id='1'>\r\n<q xmlns='a'/></iq>\r\nDEBUG:x:RECV: " + result + "\r\n", 0, []string{
			"out <iq type='get' id='1'>\r\n<q xmlns='a'/></iq>", "in " + result}},
		{"poezio's dump", Poezio, "12:00:01 OUT <presence/>\n12:00:02 IN " + result, 0, []string{"1970-01-01 11:00:01 out <presence/>", "1970-01-01 11:00:02 in " + result}},
		{"Psi", Psi, "<!-- TS:2026-11-27T02:00:01-->" + version + "\n\n<!-- TS:2026-11-27T02:00:02-->\n" + result + "\n\n<presence/>\n", 0, []string{
			"2026-11-27 01:00:01 out " + version, "2026-11-27 01:00:02 in " + result, "2026-11-27 01:00:02 out <presence/>"}},
		{"Gajim", Gajim, "<!-- Outgoing Fri Nov 27 02:00:01 2026 (Home) -->\n<iq type='get' id='1' xmlns='jabber:client'>\n  <q xmlns='a'/>\n</iq>\n\n<!-- Incoming Fr 27 Nov 2026 02:00:02 (Home) -->\n" + result + "\n\n", 0, []string{
			"2026-11-27 01:00:01 out <iq type='get' id='1' xmlns='jabber:client'>\n  <q xmlns='a'/>\n</iq>", "2026-11-27 01:00:02 in " + result}},
		{"Gajim, copied from the middle on", Gajim, "  <a/>\n</iq>\n\n<!-- Incoming 02:00:02 (Home) -->\n" + result + "\n\n", 2, []string{"1970-01-01 01:00:02 in " + result}},
		{"Gajim in another language", Gajim, "<!-- Incoming пт 27 ноя 2026 02:00:01 (Дом) -->\n" + result + "\n", 0, []string{"1970-01-01 01:00:01 in " + result}},
		{"an old Gajim", Gajim, "<!-- Out 12:34:56 (me) -->\n" + version + "\n", 0, []string{"1970-01-01 11:34:56 out " + version}},
		{"Smack, in pieces", Smack, "12:00:01 SENT (0): " + version + "\n12:00:01 SENT (1): <iq type='get' id='1' to='z'>\n12:00:02 RECV (0): <iq type=\"resu\n12:00:02 User logged (0): a@b:5222/c\n12:00:02 RECV (0): lt\" id=\"1\" from=\"b\" to=\"a@b/c\"/>\n12:00:03 SENT (1): <q xmlns='a'/></iq>\n", 1, []string{
			"1970-01-01 11:00:01 out " + version, "1970-01-01 11:00:02 in " + result, "1970-01-01 11:00:03 out <iq type='get' id='1' to='z'><q xmlns='a'/></iq>"}},
		{"Smack 4.4, indented, in Android's log", Smack, "2026-11-27 02:00:01.250 5470-5636/org.x D/SMACK: RECV (0): \n    <iq type='result' id='1' from='b' to='a@b/c'>\n    </iq>\n2026-11-27 02:00:01.500 5470-5636/org.x D/SMACK: XMPPConnection closed\n", 1, []string{
			"2026-11-27 01:00:01.25 in <iq type='result' id='1' from='b' to='a@b/c'>\n    </iq>"}},
		{"Smack 3, in the afternoon", Smack, "D/SMACK (28371): 04:44:51 PM SENT (1122240984): " + version + "\nD/SMACK (28371): 04:44:51 PM RCV  (1122240984): " + result + "\nRCV PKT (1): <iq/>\n", 1, []string{
			"1970-01-01 15:44:51 out " + version, "1970-01-01 15:44:51 in " + result}},
		{"socat", Socat, "> 2026/11/27 02:00:01.000250000  length=21 from=0 to=20\n<iq id='a\\\\b' type='ge< 2026/11/27 02:00:01.000500000  length=11 from=0 to=10\n<presence/>> 2026/11/27 02:00:01.750000  length=24 from=21 to=44\nt'>\\r\n<q xmlns='x'/></iq>\n", 0, []string{
			"2026-11-27 01:00:01.5 in <presence/>", "2026-11-27 01:00:01.75 out <iq id='a\\b' type='get'>\r\n<q xmlns='x'/></iq>"}},
		{"socat, TLS and another connection", Socat, "< 2026/11/27 02:00:01.000250000  length=50 from=0 to=49\n<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>> 2026/11/27 02:00:01.000250000  length=7 from=9 to=15\n.<..\n..> 2026/11/27 02:00:02.000000000  length=11 from=0 to=10\n<presence/>", 1, []string{
			"2026-11-27 01:00:01.25 in <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "2026-11-27 01:00:02 out <presence/>"}},
		{"socat, something cut out", Socat, "> 2026/11/27 02:00:01.000250000  length=5 from=0 to=4\n<presence/>> 2026/11/27 02:00:02.000000000  length=11 from=9 to=10\n<presence/>> 2026/11/27 02:00:02.000000000  length=99 from=20 to=10\n<presence/>", 1, []string{
			"2026-11-27 01:00:02 out broken <pres<presence/> 3:1:bad-name", "2026-11-27 01:00:02 out <presence/>"}},
		{"a recording", JSON, `{"recording":1,"time":"2026-11-27T01:00:00Z","account":"a@b/c","server":"b:5222","content":"jabber:component:accept","lang":"de"}` + "\n" +
			`{"seq":1,"time":"2026-11-27T01:00:01.5Z","dir":"out","xml":"<iq type='get' id='1' from='a.b' to='b'><q xmlns='x'/></iq>"}` + "\n" +
			`{"seq":2,"time":"2026-11-27T01:00:02Z","dir":"in","xml":"<iq\n<0xFF>","broken":"2:1: no UTF-8"}` + "\n" +
			`{"seq":3,"time":"2026-11-27T01:00:03Z","dir":"in","xml":"<iq type='result' id='1'/>"}` + "\n" + `{"count":1}` + "\n\nx\n" + `{"seq":4,"time":"2026-1`, 2, []string{
			"2026-11-27 01:00:01.5 out <iq type='get' id='1' from='a.b' to='b'><q xmlns='x'/></iq>",
			"2026-11-27 01:00:02 in broken <iq\n<0xFF> 3:1:recorded-fault",
			"2026-11-27 01:00:03 in <iq type='result' id='1'/> 4:1:to-missing 4:1:from-missing",
			`broken {"seq":4,"time":"2026-1 8:1:not-json`,
		}},
		{"a recording from Windows", JSON, bom + "{\"recording\":1}\r\n{\"xml\":\"<presence/>\"}\r\n", 0, []string{"<presence/>"}},
		{"what watch prints, from the middle on", JSON, "connected\n{\"seq\":1,\"xml\":\"<presence/>\"}\n", 1, []string{"<presence/>"}},
		{"mixed and broken", XML, stream + answer + "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><a<b/>", 0, []string{
			"out " + stream, "in " + answer, "out <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "broken <a<b/> 1:275:bad-name"}},
		{"both directions as they came", XML, stream + answer + "<stream:features/><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n<?xml version='1.0'?>" + stream + answer + version + result + "</stream:stream></stream:stream>", 0, []string{
			"out " + stream, "in " + answer, "in <stream:features/>", "out <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "in <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
			"out <?xml version='1.0'?>" + stream, "in " + answer, "out " + version, "in " + result, "</stream:stream>", "</stream:stream>"}},
		{"one behind the other", XML, stream + version + "</stream:stream>" + answer + "<stream:features/>" + result, 0, []string{
			"out " + stream, "out " + version, "out </stream:stream>", "in " + answer, "in <stream:features/>", "in " + result}},
		{"an id in flight in a log", Slixmpp, "DEBUG:x:SEND: " + version + "\nDEBUG:x:SEND: " + version + "\nDEBUG:x:RECV: " + result + "\nDEBUG:x:SEND: " + version + "\n", 0, []string{
			"out " + version, "out " + version + " 2:30:id-in-flight", "in " + result, "out " + version}},
		{"an id used again in another stream of a log", Slixmpp, "DEBUG:x:SEND: " + version + "\nDEBUG:x:SEND: " + stream + "\nDEBUG:x:SEND: " + version + "\n", 0, []string{
			"out " + version, "out " + stream, "out " + version}},
		{"a client that says from whom", Slixmpp, "DEBUG:x:SEND: <iq type='get' id='1' from='a@b' to='c@d'><q xmlns='x'/></iq>\n", 0, []string{
			"out <iq type='get' id='1' from='a@b' to='c@d'><q xmlns='x'/></iq> 1:37:from-of-a-client"}},
		{"words that end like a mark", Slixmpp, "DEBUG:x:SEND: <presence/>\nDEBUG:x:PRESEND: <presence/>\n", 1, []string{"out <presence/>"}},
		{"two accounts of Gajim", Gajim, "<!-- Outgoing 02:00:01 (a) -->\n" + version + "\n<!-- Outgoing 02:00:01 (b) -->\n" + version + "\n", 0, []string{
			"1970-01-01 01:00:01 out " + version, "1970-01-01 01:00:01 out " + version}},
		{"Smack, broken in the middle of a piece", Smack, "RECV (0): <a b=/>\nRECV (0): c'/>\nRECV (0): <presence/>\n", 1, []string{"in broken <a b=/> 1:16:missing-value", "in <presence/>"}},
		{"Smack, ended in the middle of three", Smack, "RECV (1): <a>\nRECV (0): <b>\nSENT (0): <c>\nRECV (1): <d/>\n", 0, []string{
			"in broken <a><d/> 4:15:unexpected-end", "in broken <b> 2:14:unexpected-end", "out broken <c> 3:14:unexpected-end"}},
		{"Gajim, broken in one of several lines", Gajim, "<!-- In 02:00:01 (a) -->\n<a b=/>\n<c/>\n</a>\n<!-- In 02:00:02 (a) -->\n<presence/>\n", 2, []string{
			"1970-01-01 01:00:01 in broken <a b=/> 2:6:missing-value", "1970-01-01 01:00:02 in <presence/>"}},
		{"Psi, what only addresses and ids tell", Psi, "<!-- TS:-->" + strings.Join([]string{
			"<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
			"<iq type='result' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>A@b/c</jid></bind></iq>",
			"<message to='a@b/c'/>", "<message from='a@b/c' to='x@y'/>", "<iq type='get' id='2' from='x@y' to='a@b/c'><q xmlns='x'/></iq>", "<iq type='result' id='2' to='x@y'/>",
			"<iq type='get' id='5'><q xmlns='x'/></iq>", "<iq type='result' id='5' to='z@b/r'/>", "<iq type='error' id='3'/>", "<iq type='result' id='4' to='x@y'/>",
		}, "\n<!-- TS:-->"), 0, []string{
			"out <iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
			"in <iq type='result' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>A@b/c</jid></bind></iq>",
			"in <message to='a@b/c'/>", "out <message from='a@b/c' to='x@y'/>", "in <iq type='get' id='2' from='x@y' to='a@b/c'><q xmlns='x'/></iq>", "out <iq type='result' id='2' to='x@y'/>",
			"out <iq type='get' id='5'><q xmlns='x'/></iq>", "in <iq type='result' id='5' to='z@b/r'/>", "in <iq type='error' id='3'/> 9:13:error-missing", "out <iq type='result' id='4' to='x@y'/>"}},
		{"a header that lacks one namespace", Slixmpp, "DEBUG:x:RECV: <stream:stream xmlns='jabber:client' id='s'>\n", 0, []string{
			"in <stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client' id='s'>"}},
		{"XML in which somebody talks of logs", XML, "<message>\nDEBUG:x:SEND: <a xmlns='x'/></message>", 0, []string{"<message>\nDEBUG:x:SEND: <a xmlns='x'/></message>"}},
		{"binary", XML, "\x00\xff\n\x16\x03", 0, []string{"broken \x00\xff\n\x16\x03 1:1:illegal-character"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			c, all := readAs(t, row.text, Auto)
			if c.Format != row.format {
				t.Errorf("it seems to be %q, and is %q", c.Format, row.format)
			}
			var got []string
			for _, el := range all {
				got = append(got, entry(el))
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Error(diff)
			}
			if c.Skipped() != row.skipped {
				t.Errorf("%d lines are skipped, not %d", c.Skipped(), row.skipped)
			}
		})
	}
}

// What is found in a log has its place in the whole of it, and a fix where the text stands as it is.
func TestPlacesInALog(t *testing.T) {
	text := "DEBUG:x:RECV: <stream:stream id='1' xml:lang='de'>\nDEBUG:x:RECV: <a\nDEBUG:x:RECV: <presence/>\nDEBUG:x:SEND: <iq type='result'/>\n"
	_, all := readAs(t, text, Slixmpp)
	if len(all) != 4 {
		t.Fatalf("there are %v", all)
	}
	if got := text[all[0].Pos:all[0].End]; got != "<stream:stream id='1' xml:lang='de'>" {
		t.Errorf("the header is said to be %q", got)
	}
	if got := all[2].Stanza.Lang(); got != "de" {
		t.Errorf("behind what is broken, the language is %q", got)
	}
	f := all[3].Findings[0]
	if fixed := f.Fix.Apply(text); text[f.Pos:f.End] != "iq" || !strings.Contains(fixed, "SEND: <iq id=") {
		t.Errorf("%+v; fixed, it is %q", f, fixed)
	}
	for _, row := range []struct {
		f    Format
		text string
	}{
		{JSON, `{"xml":"<iq type='result'/>"}`},
		{Socat, "> 2026/11/27 02:00:01.000250000  length=2 from=0 to=1\n<i> 2026/11/27 02:00:01.000250000  length=17 from=2 to=18\nq type='result'/>"},
	} {
		_, all := readAs(t, row.text, row.f)
		if f := all[0].Findings[0]; f.Rule != "id-missing" {
			t.Errorf("%s: %+v", row.f, f)
		} else if f.Fix != nil && !strings.Contains(f.Fix.Apply(row.text), "q id=") {
			t.Errorf("%s: a fix makes %q of it", row.f, f.Fix.Apply(row.text))
		}
	}
	text = stream + answer + "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><a<b/>" + strings.Repeat("<c/>", 2000)
	if _, all := readAs(t, text, XML); all[len(all)-1].End != len(text) {
		t.Errorf("what is broken ends at %d of %d", all[len(all)-1].End, len(text))
	}
}

func TestWhatDoesNotEndIsInTheOrderOfTheText(t *testing.T) {
	var text strings.Builder
	for conn := 90; conn > 0; conn-- { // more than are told apart
		fmt.Fprintf(&text, "RECV (%d): <a>\n", conn)
	}
	_, all := readAs(t, text.String(), Smack)
	if !slices.IsSortedFunc(all, func(a, b Element) int { return a.Pos - b.Pos }) || len(all) < maxConns {
		t.Errorf("%d elements, not in order", len(all))
	}
}

func TestARecordingSaysWhatItIs(t *testing.T) {
	c, all := readAs(t, `{"recording":1,"time":"2026-11-27T01:00:00Z","account":"a@b/c","server":"b:5222","content":"jabber:client","lang":"de"}`+"\n"+
		`{"xml":"<presence/>"}`, Auto)
	want := Header{1, time.Date(2026, 11, 27, 1, 0, 0, 0, time.UTC), "a@b/c", "b:5222", stanza.NSClient, "de"}
	if diff := cmp.Diff(want, c.Header); diff != "" {
		t.Error(diff)
	}
	if len(all) != 1 || all[0].Stanza.Lang() != "de" {
		t.Errorf("the elements are %v", all)
	}
	if c, _ := readAs(t, `{"xml":"<presence/>"}`, JSON); c.Header != (Header{}) {
		t.Errorf("what watch prints says %v", c.Header)
	}
}

func TestWhoeverHasEnoughOfALogGetsNoMore(t *testing.T) {
	for f, w := range writers {
		text := strings.Repeat(w.write(everythingSaid[6], 0)+w.write(said{stanza.In, begin, "<iq <", false}, 1)+w.write(everythingSaid[2], 2), 3) + "<iq"
		c, all := readAs(t, text, f)
		for enough := 1; enough <= len(all); enough++ {
			n := 0
			for range c.Elements() {
				if n++; n == enough {
					break // a sequence that goes on after this panics
				}
			}
		}
	}
}

func FuzzReadAs(f *testing.F) {
	for i, format := range formats {
		var text strings.Builder
		for n, s := range everythingSaid {
			if w, ok := writers[format]; ok {
				text.WriteString(w.write(s, n) + w.noise)
			} else {
				text.WriteString(s.XML)
			}
		}
		f.Add(byte(i), text.String())
	}
	f.Add(byte(9), "> 2026/11/27 02:00:01.000250000  length=99 from=0 to=4\n<a\\\\\\r\\")
	f.Fuzz(func(t *testing.T, which byte, text string) {
		format := append([]Format{Auto}, formats...)[int(which)%(len(formats)+1)]
		c, all := readAs(t, text, format)
		lines := strings.Count(text, "\n") + 1
		if c.Skipped() > lines {
			t.Errorf("%d of %d lines are skipped", c.Skipped(), lines)
		}
		for _, el := range all {
			if el.Pos < 0 || el.End < el.Pos || el.End > len(text) {
				t.Fatalf("an element from %d to %d of %d", el.Pos, el.End, len(text))
			}
			if broken := el.Stanza.Kind() == stanza.Broken; broken && (len(el.Findings) == 0 || el.Stanza.Fault() == nil) {
				t.Errorf("nothing is said of %q", el.Stanza.XML())
			}
			for _, f := range el.Findings {
				at := place{line: 1, column: 1}
				at.move(text, f.Pos)
				if f.Pos < el.Pos || f.End < f.Pos || f.End > el.End || f.Text == "" || f.Line != at.line || f.Column != at.column {
					t.Errorf("%+v in %d to %d, at %+v", f, el.Pos, el.End, at)
				}
				if f.Fix != nil {
					f.Fix.Apply(text)
				}
			}
		}
		if again := len(readAgain(c)); again != len(all) {
			t.Errorf("there are %d elements, and then %d", len(all), again)
		}
	})
}

func readAgain(c *Capture) (all []Element) {
	for el := range c.Elements() {
		all = append(all, el)
	}
	return all
}

// TestReadingLogsTakesTimeInProportion would take many minutes if any of it were quadratic.
func TestReadingLogsTakesTimeInProportion(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	const size = 512 << 10
	check := func(f Format, first, part string) {
		began := time.Now()
		readAs(t, first+strings.Repeat(part, size/len(part)), f)
		if took := time.Since(began); took > 2*time.Minute {
			t.Errorf("%d bytes of %.60q behind %q as %s took %v", size, part, first, f, took)
		}
	}
	for f, w := range writers {
		begun := w.write(said{stanza.Out, begin, "<message><body>", true}, 1)
		check(f, begun, "\n")
		check(f, begun, "\\")
		check(f, begun, "<")
		check(f, "", w.write(said{stanza.In, begin, "<a>", true}, 1))
		check(f, "", w.write(said{stanza.In, begin, strings.Repeat("</stream:stream>", 100), true}, 1))
		check(f, "", w.write(said{stanza.In, begin, strings.Repeat(stream, 100), true}, 1))
	}
	check(XML, stream+answer+"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", stream)
	check(Smack, "SENT (1): <a>", "RECV (1): <b>")
	check(Socat, "", "> ")
	check(JSON, "", "{")
}

func BenchmarkReadAs(b *testing.B) {
	for _, f := range formats {
		var text strings.Builder
		for n := 0; text.Len() < 10<<20; n++ {
			s := everythingSaid[6+n%5]
			if w, ok := writers[f]; ok {
				text.WriteString(w.write(s, n))
			} else {
				text.WriteString(s.XML)
			}
		}
		b.Run(string(f), func(b *testing.B) {
			b.SetBytes(int64(text.Len()))
			for b.Loop() {
				readAs(b, text.String(), f)
			}
		})
	}
}
