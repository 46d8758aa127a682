package historylist

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"iqscope/history"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

func compile(path string) (*match.Expr, error) { return match.Compile(path, match.BasicKeys()) }

func TestFilters(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	for _, row := range []struct {
		text string
		want history.Query
		path string
	}{
		{"", history.Query{}, ""},
		{"  ", history.Query{}, ""},
		{"outcome:timeout", history.Query{Outcomes: []stanza.Outcome{stanza.OutcomeTimeout}}, ""},
		{"outcome:error,not-sent to:romeo@example.org/x", history.Query{Outcomes: []stanza.Outcome{stanza.OutcomeError, stanza.OutcomeNotSent}, Target: "romeo@example.org/x"}, ""},
		{`to:"a b@example.org" tag:'x y'`, history.Query{Target: "a b@example.org", Tag: "x y"}, ""},
		{"payload:{urn:xmpp:ping}ping account:juliet@example.org is:pinned", history.Query{Payload: "{urn:xmpp:ping}ping", Account: "juliet@example.org", Pinned: true}, ""},
		{"since:2h", history.Query{Since: now.Add(-2 * time.Hour)}, ""},
		{"since:3d until:1d", history.Query{Since: now.AddDate(0, 0, -3), Until: now.AddDate(0, 0, -1)}, ""},
		{"since:2026-11-20 until:2026-11-21", history.Query{Since: day(20), Until: day(22)}, ""},
		{"since:yesterday until:yesterday", history.Query{Since: day(26), Until: day(27)}, ""},
		{"since:today until:2026-11-27T08:15", history.Query{Since: day(27), Until: time.Date(2026, 11, 27, 8, 15, 0, 0, time.UTC)}, ""},
		{"iq@type=set", history.Query{}, "iq@type=set"},
		{`iq/{urn:xmpp:ping}ping and iq@id="to: nobody"`, history.Query{}, `iq/{urn:xmpp:ping}ping and iq@id="to: nobody"`},
		{`iq/roster tag:todo and not iq@type=get`, history.Query{Tag: "todo"}, "iq/roster and not iq@type=get"},
	} {
		got, err := ParseFilter(row.text, now, compile)
		if err != nil {
			t.Errorf("%q: %v", row.text, err)
			continue
		}
		path := ""
		if got.Match != nil {
			path = got.Match.String()
		}
		if path != row.path {
			t.Errorf("%q has the path %q, want %q", row.text, path, row.path)
		}
		if diff := cmp.Diff(row.want, got, cmpopts.IgnoreFields(history.Query{}, "Match")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", row.text, diff)
		}
	}
}

func TestWrongFilters(t *testing.T) {
	for text, want := range map[string]string{
		"outcome:timout":           "there are result, error, timeout",
		"outcome:":                 "such as outcome:timeout",
		"to:":                      "such as to:romeo@example.org",
		"tag:a tag:b":              "tag: stands there twice",
		"since:tomorrow":           `since: want a date such as 2026-11-26`,
		"until:-2h":                "want a date",
		"since:99999999999999999d": "want a date",
		"is:red":                   "only is:pinned",
		"iq/":                      "",
	} {
		_, err := ParseFilter(text, now, compile)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want something about %q", text, err, want)
		}
	}
}

// Places in what is wrong with a path are places in the text that was typed.
func TestAMistakeInAPathHasItsPlaceInTheFilter(t *testing.T) {
	path, given := "", "tag:ü iq/ is:pinned"
	_, err := ParseFilter(given, now, func(p string) (*match.Expr, error) {
		path = p
		return compile(p)
	})
	if err == nil || len(path) != len(given) || !strings.HasPrefix(path[strings.Index(given, "iq/"):], "iq/") {
		t.Errorf("%q has the path %q: %v", given, path, err)
	}
}

func FuzzParseFilter(f *testing.F) {
	for _, text := range []string{"outcome:timeout,error to:a@b since:2d iq@type=set", `to:"a`, "since:2026-11-20T10:00:00", "is:pinned '", "until:1h30m\ttag:ü"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got := strings.Join(split(text), ""); got != text {
			t.Fatalf("%q is cut into %q", text, got)
		}
		q, err := ParseFilter(text, now, compile)
		if err != nil && (q.Match != nil || q.Target != "") {
			t.Errorf("%q is refused and read", text)
		}
	})
}

func TestWordsOfAFilterAreOnesThatCanBeRead(t *testing.T) {
	for _, word := range FilterWords() {
		key, _, _ := strings.Cut(word, ":")
		if !slices.Contains(filterKeys, key) {
			t.Errorf("%s is offered", word)
		}
		if _, err := ParseFilter(strings.Fields(example(key))[0], now, compile); err != nil {
			t.Errorf("the example for %s: %v", key, err)
		}
	}
}
