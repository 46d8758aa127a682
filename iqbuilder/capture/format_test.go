package capture

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
)

// readAs reads a whole text.
func readAs(t interface{ Fatal(...any) }, text string, f Format) (*Capture, []Element) {
	c, err := ReadAs(strings.NewReader(text), f, stanza.ClientScope())
	if err != nil {
		t.Fatal(err)
	}
	return c, slices.Collect(c.Elements())
}

// said is one thing that one side says.
type said struct {
	Dir  stanza.Direction
	At   time.Time
	XML  string
	Full bool // it is an element, and not a part of one
}

func (s said) String() string {
	way := map[stanza.Direction]string{stanza.In: "in", stanza.Out: "out"}[s.Dir]
	return fmt.Sprintf("%s %s %v %s", s.At.Format(time.RFC3339Nano), way, s.Full, s.XML)
}

// whatWasSaid is what a capture tells of it.
func whatWasSaid(all []Element) (lines []string) {
	for _, el := range all {
		lines = append(lines, said{el.Dir, el.Time, el.Stanza.XML(), el.Stanza.Kind() != stanza.Broken}.String())
	}
	return lines
}

// writers write what was said as each program does.
var writers = map[Format]struct {
	write func(s said, n int) string
	noise string // a line about something else
	exact time.Duration
}{
	JSON: {func(s said, n int) string {
		var broken *string
		if !s.Full {
			why := "1:3: something was wrong"
			broken = &why
		}
		line, _ := json.Marshal(map[string]any{"seq": n, "time": s.At.UTC().Format(time.RFC3339Nano), "xml": s.XML, "broken": broken, "dir": map[stanza.Direction]string{stanza.In: "in", stanza.Out: "out"}[s.Dir]})
		return string(line) + "\n"
	}, `{"count":3}` + "\n", time.Nanosecond},
	Socat: {func(s said, n int) string {
		from := 0
		if n > 0 {
			from = 7
		}
		return fmt.Sprintf("%s %s.000%06d  length=%d from=%d to=9\n%s", map[stanza.Direction]string{stanza.In: "<", stanza.Out: ">"}[s.Dir],
			s.At.Local().Format("2006/01/02 15:04:05"), s.At.Nanosecond()/1000, len(s.XML), from,
			strings.NewReplacer("\\", `\\`, "\r", `\r`).Replace(s.XML))
	}, "", time.Microsecond},
	Profanity: {func(s said, n int) string {
		return s.At.UTC().Format("2006-01-02T15:04:05.000000Z") + ": " +
			map[stanza.Direction]string{stanza.In: "xmpp: DBG: RECV: ", stanza.Out: "conn: DBG: SENT: "}[s.Dir] + s.XML + "\n"
	}, "2026-11-27T02:43:05.359021Z: xmpp: DBG: SM_RECV: nothing <here/>\n", time.Microsecond},
	Slixmpp: {func(s said, n int) string {
		return s.At.Local().Format("2006-01-02 15:04:05,000") + " DEBUG:xmlstream:" +
			map[stanza.Direction]string{stanza.In: "RECV: ", stanza.Out: "SEND: "}[s.Dir] + s.XML + "\n"
	}, "2026-11-27 02:43:05,359 DEBUG:xmlstream:Event triggered: connected\n", time.Millisecond},
	Poezio: {func(s said, n int) string {
		return s.At.UTC().Format("15:04:05") + map[stanza.Direction]string{stanza.In: " IN ", stanza.Out: " OUT "}[s.Dir] + s.XML + "\n"
	}, "", time.Second},
	Psi: {func(s said, n int) string {
		return s.At.Local().Format("<!-- TS:2006-01-02T15:04:05-->") + s.XML + "\n"
	}, "", time.Second},
	Gajim: {func(s said, n int) string {
		return s.At.Local().Format(map[stanza.Direction]string{stanza.In: "<!-- Incoming ", stanza.Out: "<!-- Outgoing "}[s.Dir]+"Mon 02 Jan 2006 03:04:05 PM MST (me) -->\n") + s.XML + "\n\n"
	}, "", time.Second},
	Smack: {func(s said, n int) string {
		return s.At.UTC().Format("15:04:05 ") + map[stanza.Direction]string{stanza.In: "RECV (0): ", stanza.Out: "SENT (0): "}[s.Dir] + s.XML + "\n"
	}, "12:00:00 XMPPConnection connected (XMPPTCPConnection[not-authenticated] (0))\n", time.Second},
}

// timeAs is a time as a format keeps it.
func timeAs(f Format, at time.Time) time.Time {
	at = at.Truncate(writers[f].exact)
	if f == Poezio || f == Smack {
		return time.Date(1970, 1, 1, at.Hour(), at.Minute(), at.Second(), 0, time.Local)
	}
	return at
}

var begin = time.Date(2026, 11, 27, 1, 2, 3, 123456789, time.UTC)

// everythingSaid are things whose direction can be told without being told.
var everythingSaid = []said{
	{stanza.Out, begin, stream, true},
	{stanza.Out, begin, "<?xml version='1.0'?>" + stream, true},
	{stanza.In, begin, answer, true},
	{stanza.In, begin, "<stream:features><x xmlns='y'/></stream:features>", true},
	{stanza.Out, begin, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", true},
	{stanza.In, begin, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", true},
	{stanza.Out, begin, goodIQ, true},
	{stanza.Out, begin, "<iq type='get' id='2'>\n  <query xmlns='jabber:iq:roster'/>\n\n</iq>", true},
	{stanza.In, begin, "<message from='a@b/c' to='d@e'><body>two\r\nlines: RECV: &lt;x</body></message>", true},
	{stanza.In, begin, "<presence from='a@b/c'/>", true},
	{stanza.In, begin, "<iq type='result' id='9' from='a@b' to='c@d/e'/>", true},
}

// A sequence of elements that is written in a format is read as the same elements.
func TestALogIsReadAsWhatWasWritten(t *testing.T) {
	for f, w := range writers {
		t.Run(string(f), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				at := begin
				var text strings.Builder
				var want []string
				skipped := 0
				for n, s := range rapid.SliceOfN(rapid.SampledFrom(everythingSaid), 1, 20).Draw(t, "said") {
					at = at.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "ms")) * time.Millisecond)
					s.At = at
					text.WriteString(w.write(s, n))
					s.At = timeAs(f, at)
					if f != Profanity && f != JSON {
						s.At = s.At.Local()
					}
					want = append(want, s.String())
					if w.noise != "" && rapid.Bool().Draw(t, "noise") {
						text.WriteString(w.noise)
						skipped++
					}
				}
				c, all := readAs(t, text.String(), Auto)
				if c.Format != f {
					t.Fatalf("it seems to be %q", c.Format)
				}
				if diff := cmp.Diff(want, whatWasSaid(all)); diff != "" {
					t.Fatalf("%s\nof\n%s", diff, text.String())
				}
				if c.Skipped() != skipped {
					t.Fatalf("%d lines are skipped, not %d", c.Skipped(), skipped)
				}
				for _, el := range all {
					if f != JSON && f != Socat && el.Stanza.Kind() != stanza.StreamOpen && text.String()[el.Pos:el.End] != el.Stanza.XML() {
						t.Fatalf("%q is said to be at %q", el.Stanza.XML(), text.String()[el.Pos:el.End])
					}
				}
			})
		})
	}
}

// One that is broken is shown as that, and those behind it are read.
func TestWhatIsBrokenInALogIsOneEntry(t *testing.T) {
	for f, w := range writers {
		for _, broken := range []string{"<iq type='get' id='5'><query xmlns='a", "<message><body>x</message></body>", "<iq>\n<a/>\n<b>&nbsp;</b>\n</iq>", "<iq type='get'>…"} {
			if f == Socat && strings.Contains(broken, "…") {
				continue // it would write points
			}
			text := w.write(said{stanza.Out, begin, goodIQ, true}, 0) + w.write(said{stanza.In, begin, broken, false}, 1) +
				w.write(said{stanza.In, begin, "<iq type='result' id='1' from='a@b' to='c@d/e'/>", true}, 2) + w.write(said{stanza.Out, begin, goodIQ, true}, 3)
			_, all := readAs(t, text, f)
			var got []string
			for _, el := range all {
				got = append(got, fmt.Sprint(el.Stanza.Kind() == stanza.Broken, " ", el.Stanza.Type()))
				if broken := el.Stanza.Kind() == stanza.Broken; broken && (el.Stanza.Fault() == nil || len(el.Findings) != 1 || el.Findings[0].Text == "") {
					t.Errorf("%s: what is broken says %+v", f, el)
				}
			}
			brokenType := ""
			if strings.Contains(broken, "type='get'") {
				brokenType = "get"
			}
			want := []string{"false get", "true " + brokenType, "false result", "false get"}
			if tools[f].parts || f == Socat { // an element may go on in the next entry, and there it breaks
				want = slices.Delete(want, 2, 3)
				if broken != "<iq type='get' id='5'><query xmlns='a" && broken != "<iq type='get'>…" {
					want = []string{"false get", "true " + brokenType, "false result", "false get"}
				}
				slices.Sort(want)
				slices.Sort(got)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %q: %s", f, broken, diff)
			}
		}
	}
}

func TestThereIsNoOtherFormat(t *testing.T) {
	if _, err := ReadAs(strings.NewReader(""), "word", stanza.ClientScope()); err == nil || !strings.Contains(err.Error(), "word") {
		t.Errorf("got %v", err)
	}
	broken := errors.New("broken")
	if _, err := ReadAs(iotest.ErrReader(broken), Auto, stanza.ClientScope()); err != broken {
		t.Errorf("got %v", err)
	}
	for _, f := range Formats() {
		if c, all := readAs(t, "", f); f != XML && (len(all) > 0 || c.Skipped() > 0) {
			t.Errorf("in nothing %s finds %v", f, all)
		}
	}
}
