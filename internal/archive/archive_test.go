package archive

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/history"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
)

func TestAnEntryIsALine(t *testing.T) {
	began := time.Date(2026, 11, 26, 12, 0, 0, 123456000, time.FixedZone("", 3600))
	x := exchange.New(xmpptest.Stanza(t, "<iq type='get' id='1' to='x.y'><q xmlns='n'/></iq>"))
	x.Serial, x.Seq, x.ReplySeq, x.Series = 3, 10, 11, 2
	x.Timeout, x.Queued, x.Sent, x.Deadline = 30*time.Second, began, began, began.Add(30*time.Second)
	x.Ended, x.Outcome, x.RTT = began.Add(12345678), stanza.OutcomeResult, 12345678
	x.Reply = xmpptest.StanzaIn(t, stanza.Scope{Namespaces: stanza.Namespaces{Default: "jabber:client", Prefixes: map[string]string{"p": "urn:p"}}, Content: "jabber:client", Lang: "de"},
		"<iq type='result' id='1'><p:é/></iq>")
	got, err := Line(history.Entry{
		ID: 7, About: history.About{Account: "a@b/c", Server: "192.0.2.1:5222"}, Exchange: x, Run: "r", Tags: []string{"x", "y"}, Note: "so\nit is", Pinned: true, Series: 99,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"entry":1,"number":7,"run":"r","serial":3,"account":"a@b/c","server":"192.0.2.1:5222",` +
		`"id":"1","to":"x.y","type":"get","outcome":"result","rtt_ms":12.345,"request":"<iq type='get' id='1' to='x.y'><q xmlns='n'/></iq>",` +
		`"reply":"<iq type='result' id='1'><p:é/></iq>","verdict":"reply","error":null,"reason":null,"warnings":[],"broken":null,"broken_xml":null,` +
		`"cause":null,"late":null,"queued":"2026-11-26T11:00:00.123456Z","sent":"2026-11-26T11:00:00.123456Z","deadline":"2026-11-26T11:00:30.123456Z",` +
		`"ended":"2026-11-26T11:00:00.135801678Z","timeout_ns":30000000000,"rtt_ns":12345678,"late_by_ns":0,"seq":10,"reply_seq":11,"late_seq":0,` +
		`"down":null,"unasked":false,"series":2,"refused":0,"refusals":[],"hidden":false,"tags":["x","y"],"note":"so\nit is","pinned":true,` +
		`"request_scope":null,"reply_scope":{"content":"jabber:client","default":"jabber:client","lang":"de","prefixes":{"p":"urn:p"}},"late_scope":null}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The keys are a promise to programs: one that goes missing, or is new, is noticed here.
func TestALineHasTheKeysOfSendAndThoseOfAnEntry(t *testing.T) {
	var object map[string]any
	if err := json.Unmarshal([]byte(example(t)), &object); err != nil {
		t.Fatal(err)
	}
	want := strings.Fields(`entry number run serial account server
		id to type outcome rtt_ms request reply verdict error reason warnings broken broken_xml
		cause late queued sent deadline ended timeout_ns rtt_ns late_by_ns seq reply_seq late_seq down unasked series refused refusals
		hidden tags note pinned request_scope reply_scope late_scope`)
	for _, key := range want {
		if _, ok := object[key]; !ok {
			t.Errorf("the key %s is missing", key)
		}
		delete(object, key)
	}
	if len(object) > 0 {
		t.Errorf("there is more: %v", object)
	}
}

func example(t *testing.T) string {
	t.Helper()
	x := exchange.New(xmpptest.Stanza(t, "<iq type='get' id='1'><q xmlns='n'/></iq>"))
	x.Serial, x.Outcome, x.Ended = 1, stanza.OutcomeTimeout, time.Unix(0, 0)
	text, err := Line(history.Entry{Exchange: x, Run: "r"})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.SliceOfN(rapid.Custom(anEntry), 0, 5).Draw(t, "entries")
		var file strings.Builder
		for _, e := range entries {
			text, err := Line(e)
			if err != nil {
				t.Fatal(err)
			}
			if !json.Valid([]byte(text)) || strings.Contains(text, "\n") {
				t.Fatalf("this is not one line of JSON: %q", text)
			}
			file.WriteString(text + "\n")
		}
		n := 0
		for got, err := range Read(strings.NewReader(file.String())) {
			if err != nil {
				t.Fatal(err)
			}
			if diff := same(entries[n], got); diff != "" {
				t.Fatal(diff)
			}
			n++
		}
		if n != len(entries) {
			t.Fatalf("%d of %d were read", n, len(entries))
		}
	})
}

// same says how two entries differ in what lines hold; "" for not at all.
func same(want, got history.Entry) string {
	shown := func(st *stanza.Stanza) string {
		if st == nil {
			return "none"
		}
		s := st.Scope()
		return fmt.Sprintf("%s\n%s %s %s %v", st.XML(), s.Content, s.Default, s.Lang, s.Prefixes)
	}
	whole := func(e history.Entry) string {
		x := e.Exchange
		times := ""
		for _, at := range []time.Time{x.Queued, x.Sent, x.Deadline, x.Ended, x.Down.From, x.Down.To} {
			times += fmt.Sprint(" ", at.IsZero(), at.UnixNano())
		}
		why := ""
		if x.Err != nil {
			why = fmt.Sprintf("%T %v %v", x.Err, x.Err, errors.Is(x.Err, exchange.ErrOverdueUnsent))
		}
		refusals := ""
		for _, r := range x.Refusals {
			refusals += fmt.Sprintf("%d %v %q %q %q\n", r.Seq, r.At.UnixNano(), r.From, r.Verdict, r.Note)
		}
		return fmt.Sprintf("%d %s %d %+v %s\n%s\n%s\n%s\n%s\n%s %d %d %d\n%d %d %d %v %d %d\n%s\n%s\n%v %q %q %v", e.ID, e.Run, x.Serial, e.About, x.Outcome,
			shown(x.Stanza), shown(x.Shown), shown(x.Reply), shown(x.Late), times, x.Timeout, x.RTT, x.LateBy,
			x.Seq, x.ReplySeq, x.LateSeq, x.Unasked, x.Series, x.Refused, refusals, why, e.Hidden, e.Tags, e.Note, e.Pinned)
	}
	return cmp.Diff(strings.Split(whole(want), "\n"), strings.Split(whole(got), "\n"))
}

// anEntry is any entry that a history may hold.
func anEntry(t *rapid.T) history.Entry {
	// What stanzas hold may be anything that XML allows.
	text := rapid.StringOf(rapid.OneOf(rapid.RuneFrom([]rune("a \t\"\\\u2028\u2029\u202e\u009b€😀")), rapid.Rune().Filter(allowed)))
	oneOf := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	in := func(label string) (s stanza.Scope) {
		switch s = stanza.ClientScope(); oneOf(label, "usual", "component", "server's") {
		case "component":
			s = stanza.ComponentScope()
		case "server's":
			s.Prefixes = map[string]string{"stream": stanza.NSStream, "p": "urn:p"}
			s.Lang = oneOf(label+" language", "", "de")
		}
		return s
	}
	element := func(label, typ string) *stanza.Stanza {
		xml := fmt.Sprintf("<iq type='%s' id='%d'><q xmlns='n'>%s</q></iq>", typ, rapid.Int().Draw(t, label+" id"), escape(text.Draw(t, label)))
		st, err := stanza.Parse(xml, in(label+" scope"))
		if err != nil {
			t.Fatal(err, xml)
		}
		return st
	}
	when := func(label string, maybe bool) time.Time {
		if maybe && rapid.Bool().Draw(t, label+" is none") {
			return time.Time{}
		}
		return time.UnixMicro(rapid.Int64Range(-1e15, 4e15).Draw(t, label))
	}
	span := func(label string) time.Duration { return time.Duration(rapid.Int64Range(0, 1e18).Draw(t, label)) }
	number := rapid.Uint64Range(0, 1<<63-1)
	x := exchange.New(element("request", oneOf("type", "get", "set")))
	x.Shown = x.Stanza
	x.Serial = number.Draw(t, "serial")>>1 + 1
	x.Seq, x.ReplySeq, x.LateSeq = number.Draw(t, "seq"), number.Draw(t, "reply seq"), number.Draw(t, "late seq")
	x.Queued, x.Sent, x.Deadline, x.Ended = when("queued", true), when("sent", true), when("deadline", true), when("ended", false)
	x.Timeout, x.RTT, x.LateBy = span("timeout"), span("rtt"), span("late by")
	x.Unasked, x.Series = rapid.Bool().Draw(t, "unasked"), number.Draw(t, "series")
	x.Outcome = stanza.Outcome(rapid.SampledFrom(outcomes).Draw(t, "outcome"))
	if x.Down.From = when("down from", true); !x.Down.None() {
		x.Down.To = when("down to", true)
	}
	var cause error
	switch x.Outcome {
	case stanza.OutcomeResult:
		x.Reply = element("reply", "result")
	case stanza.OutcomeError:
		x.Reply = element("reply", "error")
	default:
		if rapid.Bool().Draw(t, "late") {
			x.Late = element("late", oneOf("late type", "result", "error"))
		}
		switch cause = errors.New(text.Draw(t, "cause")); oneOf("cause is", "some", "none", "overdue") {
		case "none":
			cause = nil
		case "overdue":
			cause = exchange.ErrOverdueUnsent
		}
	}
	x.Err = x.Failure(cause)
	for range rapid.IntRange(0, 3).Draw(t, "refusals") {
		x.Refusals = append(x.Refusals, exchange.Refusal{
			Seq: number.Draw(t, "refusal"), At: when("refused", false), From: text.Draw(t, "from"), Verdict: stanza.VerdictWrongSender, Note: text.Draw(t, "why"),
		})
	}
	x.Refused = len(x.Refusals) + rapid.IntRange(0, 2).Draw(t, "more")
	tags := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z€]{1,5}`), 0, 3, rapid.ID[string]).Draw(t, "tags")
	slices.Sort(tags)
	return history.Entry{
		ID: rapid.Int64Range(1, 1<<40).Draw(t, "number"), Exchange: x, Run: oneOf("run", "one", "two"),
		About:  history.About{Account: text.Draw(t, "account"), Server: text.Draw(t, "server")},
		Hidden: rapid.Bool().Draw(t, "hidden"), Tags: tags, Note: text.Draw(t, "note"), Pinned: rapid.Bool().Draw(t, "pinned"),
	}
}

// allowed are the characters that XML 1.0 allows, and lines and JSON can hold (§2.2).
func allowed(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || 0x20 <= r && r <= 0xd7ff || 0xe000 <= r && r <= 0xfffd || 0x10000 <= r
}

func escape(text string) string {
	return strings.NewReplacer("<", "&lt;", "&", "&amp;", ">", "&gt;").Replace(text)
}

func TestABadLineIsToldWithItsNumberAndTheRestIsRead(t *testing.T) {
	good := example(t)
	file := good + "\n\n" + `{"entry":1}` + "\r\n" + strings.Repeat("x", maxLine+1) + "\n" + good
	var told []string
	n := 0
	for _, err := range Read(strings.NewReader(file)) {
		if err != nil {
			told = append(told, err.Error())
		} else {
			n++
		}
	}
	want := []string{"line 3: request: there is no element", "line 4: it is longer than 20 MB"}
	if diff := cmp.Diff(want, told); diff != "" || n != 2 {
		t.Errorf("%d were read\n%s", n, diff)
	}
}

func TestWhatIsNoEntryIsRefusedWithTheReason(t *testing.T) {
	good := example(t)
	for _, row := range []struct{ name, from, to, want string }{
		{"no JSON", `{"entry"`, `{entry`, "it is no JSON: "},
		{"two objects", `"late_scope":null}`, `"late_scope":null}{}`, "it is no JSON: "},
		{"an array", good, `[1]`, "it is no entry of a history"},
		{"a line of send", `"entry":1,`, ``, "it is no entry of a history"},
		{"later", `"entry":1`, `"entry":2`, "it is of version 2 of the format"},
		{"text for a number", `"seq":0`, `"seq":"0"`, "seq is not to be a string"},
		{"no UTF-8", `"note":""`, "\"note\":\"\xff\"", "it is no UTF-8"},
		{"nobody's", `"run":"r"`, `"run":""`, "run and serial do not say"},
		{"no serial", `"serial":1`, `"serial":0`, "run and serial do not say"},
		{"no outcome", `"outcome":"timeout"`, `"outcome":null`, `"" is no outcome`},
		{"not ended", `"ended":"1970-01-01T00:00:00Z"`, `"ended":null`, "ended does not say"},
		{"no time", `"ended":"1970-01-01T00:00:00Z"`, `"ended":"today"`, `"today"`},
		{"no request", `<iq type='get'`, `<iq type='result'`, "request is no IQ of type get or set"},
		{"broken XML", `</iq>`, `</qi>`, "request: "},
		{"another scope", `"request_scope":null`, `"request_scope":{"content":"x","default":"y"}`, "request is no IQ"},
		{"a reply to nothing", `"reply":null`, `"reply":"<iq type='result' id='1'/>"`, "there is a reply, and the outcome is timeout"},
		{"a result without one", `"outcome":"timeout"`, `"outcome":"result"`, "reply is no IQ of type result"},
		{"no late reply", `"late":null`, `"late":"<iq type='get' id='1'/>"`, "late is no IQ"},
		{"back in time", `"rtt_ns":0`, `"rtt_ns":-1`, "less than 0"},
		{"uncounted", `"refusals":[]`, `"refusals":[{}]`, "refused does not count"},
		{"a bad tag", `"tags":[]`, `"tags":["a b"]`, `a tag is one word without white space and commas, unlike "a b"`},
	} {
		bad := strings.Replace(good, row.from, row.to, 1)
		if bad == good {
			t.Fatalf("%s: nothing was changed in %s", row.name, good)
		}
		if e, err := Parse([]byte(bad)); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q in it; %+v", row.name, err, row.want, e)
		}
	}
	if _, err := Parse([]byte(strings.Replace(good, `"seq":0`, `"seq":0,"new":{}`, 1))); err != nil {
		t.Errorf("what comes new is not overlooked: %v", err)
	}
}

func TestAnErrorOfReadingIsTheLast(t *testing.T) {
	broken := errors.New("oh no")
	var told []error
	for _, err := range Read(failing{broken}) {
		told = append(told, err)
	}
	if len(told) != 1 || told[0] != broken {
		t.Errorf("told was %v", told)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func FuzzParse(f *testing.F) {
	x := exchange.Exchange{Serial: 1, Outcome: stanza.OutcomeResult, Ended: time.Unix(1, 2)}
	x.Stanza, _ = stanza.Parse("<iq type='get' id='1'><q xmlns='n'/></iq>", stanza.ClientScope())
	x.Reply, _ = stanza.Parse("<iq type='result' id='1'/>", stanza.ComponentScope())
	x.Shown = x.Stanza
	text, err := Line(history.Entry{ID: 1, Exchange: x, Run: "r", Tags: []string{"a"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add(strings.Replace(text, `"down":null`, `"down":{"from":"2026-11-26T11:00:00Z","to":null}`, 1))
	f.Add(`{"entry":1}`)
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse([]byte(text))
		if err != nil {
			return
		}
		again, err := Line(e)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		got, err := Parse([]byte(again))
		if err != nil {
			t.Fatalf("what was written of it cannot be read: %v\n%s", err, again)
		}
		if diff := same(e, got); diff != "" {
			t.Fatal(diff)
		}
	})
}
