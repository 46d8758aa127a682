package report

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/wire"
)

// hostile are texts of all kinds: whole and broken UTF-8, what JSON and JavaScript have to escape.
func hostile() *rapid.Generator[string] {
	pieces := rapid.SampledFrom([]string{
		"a", " ", "<iq to='x'/>", `"`, `\`, "/", "&", "<", ">", "'", "\n", "\r\n", "\t", "\b", "\f", "\x00", "\x1b[2J", "\x1f", "\x7f",
		"ä", "漢", "😀", "\u0085", "\u200e", "\u2027", "\u2028", "\u2029", "\u202a", "\ufeff", "\ufffd", "\ufffe", "\U0010ffff",
		"\xff", "\xc3", "\xc0\x80", "\xe2\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf0\x9f",
	})
	return rapid.OneOf(
		rapid.Map(rapid.SliceOfN(pieces, 0, 12), func(all []string) string { return strings.Join(all, "") }),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 12), func(all []byte) string { return string(all) }),
		rapid.String(),
	)
}

// encoded is what encoding/json writes of a value.
func encoded(t *rapid.T, value any) string {
	line, err := Line(value)
	if err != nil {
		t.Fatal(err)
	}
	return line
}

func TestATextIsWrittenAsByTheLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := hostile().Draw(t, "text")
		if got, want := string(appendText([]byte("before"), text)), "before"+encoded(t, text); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	})
	for b := range 0x100 {
		text := string([]byte{'a', byte(b), 'z'})
		want, _ := Line(text)
		if got := string(appendText(nil, text)); got != want {
			t.Errorf("byte %#x: got %s, want %s", b, got, want)
		}
	}
}

// element is any element, a broken one among others.
func element(t *rapid.T, name string) *stanza.Stanza {
	attribute := func(key string) string {
		if !rapid.Bool().Draw(t, name+" has "+key) {
			return ""
		}
		value := strings.ToValidUTF8(hostile().Draw(t, key), "")
		return " " + key + "='" + stanza.Escape(strings.Map(func(r rune) rune {
			if r < ' ' || r == '\ufffe' {
				return -1
			}
			return r
		}, value)) + "'"
	}
	switch rapid.IntRange(0, 4).Draw(t, name) {
	case 0:
		return stanza.Unparsed("<iq"+hostile().Draw(t, "broken"), stanza.ClientScope())
	case 1:
		text := strings.ReplaceAll(attribute("text"), "text=", "x=")
		return xmpptest.StanzaIn(t, stanza.ClientScope(), "<iq type='error'"+attribute("id")+attribute("from")+"><error type='cancel'"+attribute("by")+"><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>"+stanza.Escape(text)+"</text><odd xmlns='urn:x'/></error></iq>")
	}
	kind := rapid.SampledFrom([]string{"iq", "message", "presence", "other"}).Draw(t, "kind")
	return xmpptest.StanzaIn(t, stanza.ClientScope(), "<"+kind+attribute("type")+attribute("id")+attribute("to")+attribute("from")+"><q xmlns='urn:x'"+attribute("a")+"/></"+kind+">")
}

func TestARecordIsWrittenAsByTheLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		request := element(t, "request")
		x := exchange.Exchange{
			Stanza: request, Shown: request, Refused: rapid.IntRange(0, 2).Draw(t, "refused"),
			Outcome: stanza.Outcome(rapid.SampledFrom([]string{"", "result", "error", "timeout", hostile().Draw(t, "word")}).Draw(t, "outcome")),
			RTT:     time.Duration(rapid.Int64().Draw(t, "rtt")),
		}
		switch rapid.IntRange(0, 3).Draw(t, "end") {
		case 0:
			x.Reply = element(t, "reply")
		case 1:
			x.Err = errors.New(hostile().Draw(t, "reason"))
		case 2:
			x.Err = &wire.BrokenError{Element: stanza.Unparsed("<a"+hostile().Draw(t, "what arrived"), stanza.ClientScope())}
		}
		var warnings []string
		if rapid.Bool().Draw(t, "warned") {
			warnings = rapid.SliceOfN(hostile(), 0, 3).Draw(t, "warnings")
		}
		before := strings.Join(warnings, "|")
		got, want := string(AppendRecord([]byte("before"), x, warnings)), "before"+encoded(t, NewRecord(x, warnings))
		if got != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
		if strings.Join(warnings, "|") != before {
			t.Fatalf("the warnings became %q", warnings)
		}
	})
}

func TestAnElementIsWrittenAsByTheLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var at time.Time
		if rapid.Bool().Draw(t, "timed") {
			at = time.Unix(rapid.Int64Range(-1<<33, 1<<36).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		}
		st := element(t, "element")
		seq := rapid.Uint64().Draw(t, "seq")
		dir := rapid.SampledFrom([]stanza.Direction{stanza.In, stanza.Out}).Draw(t, "dir")
		verdict := stanza.Verdict(rapid.SampledFrom([]string{"", "reply", hostile().Draw(t, "word")}).Draw(t, "verdict"))
		got, want := string(AppendElement(nil, seq, at, dir, st, verdict)), encoded(t, NewElement(seq, at, dir, st, verdict))
		if got != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	})
}

// someRecord is what most lines are of.
func someRecord(t testing.TB) exchange.Exchange {
	request := xmpptest.Stanza(t, `<iq to="echo@localhost/e" type="get" id="q4f2kx-1234"><query xmlns="jabber:iq:version"/></iq>`)
	reply := xmpptest.Stanza(t, `<iq type="result" id="q4f2kx-1234" from="echo@localhost/e" to="alice@localhost/bench"/>`)
	return exchange.Exchange{Stanza: request, Shown: request, Reply: reply, Outcome: stanza.OutcomeResult, RTT: 1234567}
}

func TestTheUsualRecordCostsNoMemory(t *testing.T) {
	x, warnings, line := someRecord(t), []string{"each request was given an id of its own"}, []byte(nil)
	line = AppendRecord(line, x, warnings)
	if n := testing.AllocsPerRun(1000, func() { line = AppendRecord(line[:0], x, warnings) }); n != 0 {
		t.Errorf("a line takes %v allocations", n)
	}
}

// BenchmarkLine compares the writing of a line with encoding/json, in turns. "of-json" says how many
// times as long that takes.
func BenchmarkLine(b *testing.B) {
	x := someRecord(b)
	at := time.Unix(1_700_000_000, 123_456_789)
	for _, row := range []struct {
		name        string
		ours        func([]byte) []byte
		record      any
		theirs      func() any
		allocations string
	}{
		{name: "record", ours: func(line []byte) []byte { return AppendRecord(line, x, nil) }, theirs: func() any { return NewRecord(x, nil) }},
		{name: "element", ours: func(line []byte) []byte { return AppendElement(line, 7, at, stanza.In, x.Reply, "reply") },
			theirs: func() any { return NewElement(7, at, stanza.In, x.Reply, "reply") }},
	} {
		b.Run(row.name, func(b *testing.B) {
			const turn = 1000
			ours, theirs := time.Duration(1<<62), time.Duration(1<<62)
			var line []byte
			for b.Loop() {
				began := time.Now()
				for range turn {
					line = row.ours(line[:0])
				}
				between := time.Now()
				for range turn {
					if _, err := json.Marshal(row.theirs()); err != nil {
						b.Fatal(err)
					}
				}
				ours, theirs = min(ours, between.Sub(began)), min(theirs, time.Since(between))
			}
			b.ReportMetric(float64(ours.Nanoseconds())/turn, "ns/line")
			b.ReportMetric(float64(theirs)/float64(ours), "of-json")
			b.ReportMetric(testing.AllocsPerRun(100, func() { line = row.ours(line[:0]) }), "allocs/line")
			b.ReportMetric(testing.AllocsPerRun(100, func() { _, _ = json.Marshal(row.theirs()) }), "json-allocs/line")
			b.ReportMetric(0, "ns/op")
		})
	}
}
