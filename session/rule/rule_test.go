package rule

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/match"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const request1 = `<iq type='get' id='q1' from='romeo@example.net/o'><query xmlns='jabber:iq:version'/></iq>`

// registered is a registry with the rule in it and a fallback behind it.
func registered(t *testing.T, text string) *handler.Registry {
	t.Helper()
	r, err := Parse(text, match.BasicKeys())
	if err != nil {
		t.Fatal(err)
	}
	r.Name = "rule"
	h, err := r.Handler(match.BasicKeys())
	if err != nil {
		t.Fatal(err)
	}
	registry := handler.New(nil)
	t.Cleanup(func() { registry.Close(time.Minute) })
	if err := registry.Add(h); err != nil {
		t.Fatal(err)
	}
	return registry
}

func event(t *testing.T, dir stanza.Direction, xml string) handler.Event {
	t.Helper()
	return handler.Event{Stanza: xmpptest.Stanza(t, xml), Dir: dir, Time: time.Now()}
}

// ask is what becomes of a request.
func ask(t *testing.T, r *handler.Registry, xml string) handler.Settlement {
	t.Helper()
	settled := make(chan handler.Settlement, 1)
	r.Ask(t.Context(), event(t, stanza.In, xml), func(s handler.Settlement) { settled <- s })
	return <-settled
}

func TestRequestsAreAnsweredAsTheRuleSays(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       string // "" for none, "silence"
		after      time.Duration
	}{
		{"an empty result", `iq/version => result`, `<iq to="romeo@example.net/o" type="result" id="q1"/>`, 0},
		{"a result with a payload", `iq/version => result <x xmlns='urn:example:x'/>`,
			`<iq to="romeo@example.net/o" type="result" id="q1"><x xmlns='urn:example:x'/></iq>`, 0},
		{"a late result", `iq/version => delay 5s result`, `<iq to="romeo@example.net/o" type="result" id="q1"/>`, 5 * time.Second},
		{"silence", `iq/version => silence`, "silence", 0},
		{"another request", `iq/ping => silence`, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ask(t, registered(t, c.text), request1)
			if got.Err != nil || got.Answer.Silent() != (c.want == "silence") || got.Answer.Delay() != c.after {
				t.Errorf("silent %v, after %v, error %v", got.Answer.Silent(), got.Answer.Delay(), got.Err)
			}
			reply := ""
			if got.Answer.Stanza() != nil {
				reply = got.Answer.Stanza().XML()
			}
			if c.want != "silence" && reply != c.want {
				t.Errorf("got  %s\nwant %s", reply, c.want)
			}
			if (got.By == "rule") != (c.want != "") {
				t.Errorf("it was settled by %q", got.By)
			}
		})
	}
}

func TestErrorsAreThoseOfTheRule(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       stanza.StanzaError
		after      time.Duration
	}{
		{"of the recommended type", `iq => error resource-constraint`, stanza.StanzaError{Type: "wait", Condition: "resource-constraint"}, 0},
		{"of another type", `iq => error modify/resource-constraint`, stanza.StanzaError{Type: "modify", Condition: "resource-constraint"}, 0},
		{"with everything, and late", `iq => delay 2s error cancel/gone xmpp:a@b "moved \"on\"" <busy xmlns='urn:app' n='1'>x</busy>`,
			stanza.StanzaError{Type: "cancel", Condition: "gone", URI: "xmpp:a@b", Text: `moved "on"`, Application: stanza.Name{Space: "urn:app", Local: "busy"}}, 2 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ask(t, registered(t, c.text), request1)
			if got.Answer.Stanza() == nil || got.Answer.Stanza().Err() == nil || *got.Answer.Stanza().Err() != c.want {
				t.Fatalf("got %v\nwant an error that says %v", got.Answer.Stanza(), &c.want)
			}
			if got.Answer.Delay() != c.after {
				t.Errorf("it waits for %v", got.Answer.Delay())
			}
			if c.want.Application.Local != "" && !strings.Contains(got.Answer.Stanza().XML(), `<busy xmlns='urn:app' n='1'>x</busy>`) {
				t.Errorf("the extension is not in %s", got.Answer.Stanza().XML())
			}
		})
	}
}

func TestARulePassesAfterItsTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := registered(t, `iq => 3 times error forbidden`)
		var mu sync.Mutex
		by := map[string]int{}
		for range 10 {
			r.Ask(t.Context(), event(t, stanza.In, request1), func(s handler.Settlement) {
				mu.Lock()
				defer mu.Unlock()
				by[s.By]++
			})
		}
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		if by["rule"] != 3 || by[""] != 7 {
			t.Errorf("settled by %v", by)
		}
	})
}

func TestStanzasAreDroppedBothWays(t *testing.T) {
	const xml = `<message id='x1'/>`
	for _, c := range []struct {
		name, text string
		in, out    int // of four, how many are dropped
	}{
		{"both directions", `*@id=x1 => drop`, 4, 4},
		{"outgoing ones alone", `*@dir=out@id=x1 => drop`, 0, 4},
		{"twice", `* => 2 times drop`, 2, 0},
		{"others", `iq => drop`, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := registered(t, c.text)
			in, out := 0, 0
			for range 4 {
				if left, _ := r.Filter(event(t, stanza.In, xml)); left.Stanza == nil {
					in++
				}
			}
			for range 4 {
				if left, _ := r.Filter(event(t, stanza.Out, xml)); left.Stanza == nil {
					out++
				}
			}
			if in != c.in || out != c.out {
				t.Errorf("%d incoming and %d outgoing ones are dropped; want %d and %d", in, out, c.in, c.out)
			}
		})
	}
}

func TestTheAllowanceHoldsForManyAtOnce(t *testing.T) {
	acts := Rule{Times: 100}.allowance()
	var count sync.Map
	var running sync.WaitGroup
	for worker := range 8 {
		running.Go(func() {
			n := 0
			for range 1000 {
				if acts() {
					n++
				}
			}
			count.Store(worker, n)
		})
	}
	running.Wait()
	sum := 0
	count.Range(func(_, n any) bool { sum += n.(int); return true })
	if sum != 100 {
		t.Errorf("it acted %d times", sum)
	}
}

func TestARuleThatMeansNothingIsRefusedByItsField(t *testing.T) {
	for _, c := range []struct {
		name, field string
		rule        Rule
		says        string
	}{
		{"no name", "name", Rule{Match: "iq", Do: Drop}, "name: a rule needs a name"},
		{"a blank name", "name", Rule{Name: " ", Match: "iq", Do: Drop}, "name: a rule needs a name"},
		{"a name of two lines", "name", Rule{Name: "a\nb", Match: "iq", Do: Drop}, "name, column 2: a name is one line of text that can be seen"},
		{"a name without end", "name", Rule{Name: strings.Repeat("é", 101), Match: "iq", Do: Drop}, "name: a name has at most 100 characters"},
		{"a bad match", "match", Rule{Name: "a", Match: "iq@a=b=c", Do: Drop}, `match, column 7: a value with = needs quotes; write @a="b=c"`},
		{"no match", "match", Rule{Name: "a", Do: Drop}, "match: the match is missing; write * for every stanza"},
		{"no action", "do", Rule{Name: "a", Match: "iq"}, "do: an action is missing; write result, error, silence, drop"},
		{"an unknown action", "do", Rule{Name: "a", Match: "iq", Do: "Drop"}, `do: there is no action "Drop"; did you mean "drop"?`},
		{"a negative number of times", "times", Rule{Name: "a", Match: "iq", Do: Drop, Times: -1}, "times: a rule acts once at least"},
		{"a negative delay", "delay", Rule{Name: "a", Match: "iq", Do: Result, Delay: -1}, "delay: a delay cannot be negative"},
		{"a delayed drop", "delay", Rule{Name: "a", Match: "iq", Do: Drop, Delay: 1}, "delay: with drop there is nothing to delay; delay a result or an error"},
		{"a payload of an error", "payload", Rule{Name: "a", Match: "iq", Do: Error, Error: stanza.StanzaError{Condition: "gone"}, Payload: payload},
			"payload: only a result has a payload; an error has an extension"},
		{"an extension of a result", "extension", Rule{Name: "a", Match: "iq", Do: Result, Extension: payload}, "extension: only an error has an extension; a result has a payload"},
		{"a condition of silence", "condition", Rule{Name: "a", Match: "iq", Do: Silence, Error: stanza.StanzaError{Condition: "gone"}},
			"condition: only an error has a condition, a type, a text or a URI"},
		{"a URI of another condition", "uri", Rule{Name: "a", Match: "iq", Do: Error, Error: stanza.StanzaError{Condition: "conflict", URI: "a:b"}}, "uri: only gone and redirect carry a URI"},
		{"a URI of two words", "uri", Rule{Name: "a", Match: "iq", Do: Error, Error: stanza.StanzaError{Condition: "gone", URI: "a b"}}, "uri: this is no URI; such as xmpp:user@example.org"},
		{"an error by somebody", "condition", Rule{Name: "a", Match: "iq", Do: Error, Error: stanza.StanzaError{Condition: "gone", By: "a"}},
			"condition: the error of a rule has no by and no language"},
		{"an application condition as a name", "extension", Rule{Name: "a", Match: "iq", Do: Error, Error: stanza.StanzaError{Condition: "gone", Application: stanza.Name{Space: "a", Local: "b"}}},
			"extension: the application condition of a rule is its extension"},
		{"a long URI", "uri", Rule{Name: "a", Match: "iq", Do: Error, Error: stanza.StanzaError{Condition: "gone", URI: strings.Repeat("a", MaxContent+1)}},
			"uri, column 65537: this is longer than 65536 bytes"},
		{"a long text", "text", Rule{Name: "a", Match: "iq", Do: Error, Error: stanza.StanzaError{Condition: "gone", Text: strings.Repeat("a", MaxContent+1)}},
			"text, column 65537: this is longer than 65536 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.rule.Handler(match.BasicKeys())
			var e *FieldError
			if !errors.As(err, &e) || e.Field != c.field || err.Error() != c.says {
				t.Errorf("got  %v\nwant %s", err, c.says)
			}
			var inner *SyntaxError
			if !errors.As(err, &inner) || inner.Words != e.Words {
				t.Errorf("within it is %v", inner)
			}
		})
	}
}
