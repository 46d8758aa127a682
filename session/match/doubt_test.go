package match_test

import (
	"strings"
	"testing"

	"iqscope/session/match"
)

func TestWhatWasLikelyMisspeltIsDoubted(t *testing.T) {
	compile := func(text string) (*match.Expr, error) { return match.Compile(text, match.BasicKeys()) }
	for _, row := range []struct {
		compile func(string) (*match.Expr, error)
		text    string
		part    string // of the text, that is doubted
		words   string
	}{
		{compile, "iq@tpye=get", "@tpye=get", `a stanza has no field @tpye; did you mean "type"?`},
		{compile, "not (message or iq@form=x)", "@form=x", `did you mean "from"?`},
		{compile, "presence@zzzzzzzz", "@zzzzzzzz", "a stanza has no field @zzzzzzzz; it has bytes, dir"},
		{compile, "*@outcom=error", "@outcom=error", `@outcom is not a field of stanzas; did you mean "outcome"?`},
		{compile, "iq/version@nme=x", "@nme=x", `@nme is not a field of that payload; did you mean "name"?`},
		{compile, "iq/verison", "verison", `did you mean "version"?`},
		{compile, "mesage", "mesage", `did you mean "message"?`},
		{compile, "pign", "pign", `did you mean "ping"?`},
		{match.XPath, "/iq[@tpye='get']/x", "[@tpye='get']", `a stanza has no attribute tpye; did you mean "type"?`},
		{match.Mask, "<iq tpye='get'/>", "tpye='get'", `a stanza has no attribute tpye; did you mean "type"?`},
		{compile, `message or not xpath("/iq[@tpye='get']")`, `xpath("/iq[@tpye='get']")`, `did you mean "type"?`},
		{compile, `mask("<iq tpye='get'/>") and iq`, `mask("<iq tpye='get'/>")`, `did you mean "type"?`},
		{match.Mask, `mask("<iq tpye='get'/>")`, `mask("<iq tpye='get'/>")`, `did you mean "type"?`},
	} {
		x, err := row.compile(row.text)
		if err != nil {
			t.Errorf("%s: %v", row.text, err)
			continue
		}
		doubts := x.Doubts()
		if len(doubts) != 1 {
			t.Errorf("%s has the doubts %v", row.text, doubts)
			continue
		}
		if d := doubts[0]; d.Text[d.Pos:d.End] != row.part || !strings.Contains(d.Words, row.words) {
			t.Errorf("of %s %q is doubted: %s; want %q: %s", row.text, d.Text[d.Pos:d.End], d.Words, row.part, row.words)
		}
	}
}

func TestWhatCanBeMeantIsNotDoubted(t *testing.T) {
	for _, text := range []string{
		"*", "iq@type=get", "iq@from.bare='a@b'", "iq@xml:lang=en", "a@h=3", "r", "stream@version", "enabled@resume=true", "*@h>1",
		"iq/version@name=x", "iq/version@node", "iq/disco_info@node='x'", "iq/{x}verison", "iq/x@tpye", "iq//itme", "message/body", "features",
		"roster/items@subscription", "presence/show", "iq/query", "~'tpye'", "success", "failure", "proceed", "challenge",
	} {
		x, err := match.Compile(text, match.BasicKeys())
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if doubts := x.Doubts(); doubts != nil {
			t.Errorf("%s is doubted: %v", text, doubts)
		}
	}
	for _, text := range []string{"/iq[@type='get']", "/iq/query[@tpye='x']", "//r[@x]"} {
		if x, err := match.XPath(text); err != nil || x.Doubts() != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{"<iq type='get' xml:lang='en'/>", "<r tpye='x'/>", "<iq><x tpye='a'/></iq>"} {
		if x, err := match.Mask(text); err != nil || x.Doubts() != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}
