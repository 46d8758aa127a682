package rule

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

func drawRule(t *rapid.T) Rule {
	xml := rapid.SampledFrom([]string{"", payload, "<a xmlns='b'>=> \"'\n</a>", "<a xmlns='b' c='3 times'/>"})
	r := Rule{
		Match: rapid.SampledFrom([]string{
			"*", "iq@type=get/ping", `iq@id="=> x" and not ~'"'`, "iq/{a=>'\"}b", "iq@id={", "not{=>}a@b={",
			"iq@bytes>4k or (ping)", "\u00e9//x@rtt", "iq@a<5 and iq@b!={x",
		}).Draw(t, "match"),
		Do:    rapid.SampledFrom(Actions()).Draw(t, "do"),
		Times: rapid.IntRange(0, 5).Draw(t, "times"),
	}
	if r.Do == Result || r.Do == Error {
		r.Delay = time.Duration(rapid.Int64Range(0, int64(1000*time.Hour)).Draw(t, "delay"))
	}
	switch r.Do {
	case Result:
		r.Payload = xml.Draw(t, "payload")
	case Error:
		r.Extension = xml.Draw(t, "extension")
		r.Error.Condition = rapid.SampledFrom(stanza.Conditions()).Draw(t, "condition")
		r.Error.Type = rapid.SampledFrom(append(stanza.ErrorTypes(), "")).Draw(t, "type")
		r.Error.Text = rapid.StringMatching(`[a-zé"'\\ <>&=\n\t\r-]{0,8}`).Draw(t, "text")
		if stanza.CarriesURI(r.Error.Condition) {
			r.Error.URI = rapid.StringMatching(`([a-z&;:/%][a-z<>"':=&;\\]{0,6})?`).Draw(t, "uri")
		}
	}
	return r
}

func TestEveryRuleCanBeWrittenAndReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawRule(t)
		got, err := Parse(want.String(), match.BasicKeys())
		if err != nil || got != want {
			t.Fatalf("%+v\nis written %q,\nwhich is %+v, %v", want, want, got, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`iq@type=get/version => error item-not-found`, `iq@type=set => delay 5s error wait/resource-constraint "not \"now" <x xmlns='y'/>`,
		`iq/{urn:example:x}x => result <x xmlns='urn:example:x'/>`, `*@dir=out@id=x1=>3 times drop`, `iq => error gone xmpp:a "b"`,
		`iq@id="=>" and ~' => ' or not{=>}a@b={ => 1 time silence`, "é\n=>\tdelay -1h0.5s result<a>", "\xff => drop", `iq@a<=>`, `=>=>`,
	} {
		f.Add(seed)
	}
	keys := match.BasicKeys()
	f.Fuzz(func(t *testing.T, text string) {
		if r, err := Parse(text, keys); err == nil {
			if again, err := Parse(r.String(), keys); err != nil || again != r {
				t.Errorf("%q\nis written %q,\nwhich is %+v, %v", text, r, again, err)
			}
			if r.Name = "a rule"; r.refusedBy(keys) != nil {
				t.Errorf("%q is read, and then refused: %v", text, r.refusedBy(keys))
			}
		} else {
			var e *SyntaxError
			if !errors.As(err, &e) || e.Pos < 0 || e.Pos > len(text) || e.Words == "" || len(err.Error()) > 2*len(text)+1000 {
				t.Errorf("%q: %#v", text, err)
			}
		}
		// Whatever is a match can be that of a rule.
		if _, err := match.Compile(text, keys); err == nil {
			if r, err := Parse(text+"=>drop", keys); err != nil || r.Match != strings.Trim(text, spaces) {
				t.Errorf("the match %q becomes %q, %v", text, r.Match, err)
			}
		}
	})
}

func (r Rule) refusedBy(keys match.Keys) error { _, err := r.check(keys); return err }
