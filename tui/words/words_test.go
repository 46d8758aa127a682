package words

import (
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
)

func TestDurationsAreSpelledWithAboutThreeDigits(t *testing.T) {
	for _, c := range []struct {
		d    time.Duration
		want string
	}{
		{0, "0.0 ms"},
		{420 * time.Microsecond, "0.4 ms"},
		{9940 * time.Microsecond, "9.9 ms"},
		{9960 * time.Microsecond, "10 ms"},
		{12 * time.Millisecond, "12 ms"},
		{999 * time.Millisecond, "999 ms"},
		{999600 * time.Microsecond, "1.00 s"},
		{1040 * time.Millisecond, "1.04 s"},
		{9996 * time.Millisecond, "10.0 s"},
		{59949 * time.Millisecond, "59.9 s"},
		{59951 * time.Millisecond, "1 m 00 s"},
		{125 * time.Second, "2 m 05 s"},
		{time.Hour + 2*time.Minute, "1 h 02 m"},
		{-12 * time.Millisecond, "-12 ms"},
	} {
		if got := Duration(c.d); got != c.want {
			t.Errorf("Duration(%v) = %q, want %q", c.d, got, c.want)
		}
	}
}

func TestACountdownShowsTenthsInItsLastSecondsOnly(t *testing.T) {
	for _, c := range []struct {
		d    time.Duration
		want string
	}{
		{30 * time.Second, "30 s"},
		{29001 * time.Millisecond, "30 s"},
		{5001 * time.Millisecond, "6 s"},
		{Fine, "5.0 s"},
		{4200 * time.Millisecond, "4.2 s"},
		{0, "0.0 s"},
		{-time.Second, "0.0 s"},
		{125 * time.Second, "2 m 05 s"},
	} {
		if got := Left(c.d); got != c.want {
			t.Errorf("Left(%v) = %q, want %q", c.d, got, c.want)
		}
	}
}

func TestSettingsAreSpelledExactly(t *testing.T) {
	for d, want := range map[time.Duration]string{
		30 * time.Second: "30 s", 1500 * time.Millisecond: "1.5 s", 250 * time.Millisecond: "250 ms",
		time.Minute: "1 m", 90 * time.Second: "1 m 30 s", 5 * time.Minute: "5 m", time.Hour: "1 h 00 m",
	} {
		if got := Setting(d); got != want {
			t.Errorf("Setting(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{999: "999 B", 1300: "1.3 kB", 1 << 20: "1.0 MB"} {
		if got := Size(n); got != want {
			t.Errorf("Size(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestStanzasAreNamedAsPeopleDo(t *testing.T) {
	for _, c := range []struct{ xml, kind, payload, id string }{
		{"<iq type='get' id='a'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>", "get", "disco#info", "a"},
		{"<iq type='set' id=''><query xmlns='jabber:iq:roster'/></iq>", "set", "roster", ""},
		{"<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>", "get", "ping", "–"},
		{"<iq type='get' id='a'><query xmlns='odd:'/></iq>", "get", "query", "a"},
		{"<iq id='a'/>", "iq", "", "a"},
		{"<iq type='error' id='a'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>", "error", "gone", "a"},
		{"<iq type='error' id='a'><error type='cancel'/></iq>", "error", "error", "a"},
		{"<presence/>", "presence", "", "–"},
		{"<r xmlns='urn:xmpp:sm:3'/>", "r", "", "–"},
	} {
		st, err := stanza.Parse(c.xml, stanza.ClientScope())
		if err != nil {
			t.Fatal(err)
		}
		if kind, payload, id := Kind(st).String(), Payload(st).String(), ShortID(st).String(); kind != c.kind || payload != c.payload || id != c.id {
			t.Errorf("%s is kind %q, payload %q, id %q; want %q, %q, %q", c.xml, kind, payload, id, c.kind, c.payload, c.id)
		}
	}
}

func TestAMessageBecomesASentence(t *testing.T) {
	for s, want := range map[string]string{"": "", "not connected": "Not connected.", "é.": "É.", "1:2: x": "1:2: x.", "\xff": "\xff"} {
		if got := Sentence(s); got != want {
			t.Errorf("Sentence(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestOrdinals(t *testing.T) {
	for n, want := range map[int]string{1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 102: "102nd", 111: "111th"} {
		if got := Ordinal(n); got != want {
			t.Errorf("the ordinal of %d is %q, want %q", n, got, want)
		}
	}
}
