package tui

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/handler"
	"iqscope/session/match"
	"iqscope/session/rule"
	"iqscope/tui/handlers"
	"iqscope/tui/pane"
)

// newFakeRegistry has some of the fallbacks that a session has.
func newFakeRegistry(t *testing.T) *handler.Registry {
	r := handler.New(nil)
	pass := func(context.Context, handler.Event) (handler.Answer, error) { return handler.Pass(), nil }
	for _, b := range []struct{ name, path string }{
		{"ping", "iq@type=get/ping"}, {"disco#info", "iq@type=get/disco_info"}, {"version", "iq@type=get/version"},
	} {
		if err := r.Add(handler.Responder(b.name, handler.MustPath(b.path), pass).Fallback()); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func (f *fakeSession) Handlers() []handler.Info {
	infos := append(f.registry.List(), handler.Info{
		Name: session.AnsweredByNobody, Kind: handler.KindResponder, Matcher: "iq@type=get or iq@type=set", Fallback: true, Off: f.silent,
	})
	for i := range infos {
		if n, ok := f.counted[infos[i].Name]; ok {
			infos[i].Matches, infos[i].Misses, infos[i].Replies = n.Matches, n.Misses, n.Replies
			infos[i].Failures, infos[i].Dropped, infos[i].Last = n.Failures, n.Dropped, n.Last
		}
	}
	return infos
}

func (f *fakeSession) Handle(h handler.Handler) error  { return f.registry.Add(h) }
func (f *fakeSession) Replace(h handler.Handler) error { return f.registry.Replace(h) }
func (f *fakeSession) Remove(name string) bool         { return f.registry.Remove(name) }

func (f *fakeSession) Switch(name string, on bool) bool {
	if name == session.AnsweredByNobody {
		f.silent = !on
		return true
	}
	return f.registry.Switch(name, on)
}

// has counted as after some traffic.
func (f *fakeSession) hasCounted() {
	f.counted = map[string]handler.Info{
		"log":                    {Matches: 1204, Last: f.now()},
		"rule-1":                 {Matches: 3, Misses: 17, Replies: 3, Last: f.now().Add(-4 * time.Second)},
		"ping":                   {Matches: 12, Misses: 5, Replies: 12, Last: f.now().Add(-3 * time.Minute)},
		"disco#info":             {Matches: 2, Misses: 15, Replies: 1, Failures: 1, Last: f.now().Add(-5 * time.Hour)},
		session.AnsweredByNobody: {Matches: 1, Replies: 1, Last: f.now().Add(-50 * time.Hour)},
	}
}

// saved keeps every list of rules that is saved.
type saved struct {
	rules []rule.Rule
	err   error
	times int
}

func (k *saved) save(rules []rule.Rule) error {
	k.rules, k.times = rules, k.times+1
	return k.err
}

// withRules starts with rules that are registered already, as the caller of Run does it.
func withRules(t *testing.T, k *saved, texts ...string) func(*setup) {
	return func(o *setup) {
		var rules []rule.Rule
		for i, text := range texts {
			r, err := rule.Parse(text, match.BasicKeys())
			if err != nil {
				t.Fatal(err)
			}
			r.Name = "rule-" + string(rune('1'+i))
			rules = append(rules, r)
		}
		book, err := rule.OpenBook(o.session.(*fakeSession), rules, k.save)
		if err != nil {
			t.Fatal(err)
		}
		o.book = book
	}
}

// marks checks that carets stand under the beginning of a text, and are as long.
func (s *sim) marks(text, carets string) {
	s.t.Helper()
	lines := strings.Split(s.m.View(), "\n")
	for i, line := range lines[:len(lines)-1] {
		before, _, ok := strings.Cut(line, text)
		if ok && strings.TrimRight(lines[i+1], " ") == strings.Repeat(" ", ansi.StringWidth(before))+carets {
			return
		}
	}
	s.t.Errorf("nothing marks %q by %s:\n%s", text, carets, s.m.View())
}

const asksVersion = `<iq type='get' id='v1' from='romeo@demo.localhost/phone' to='juliet@demo.localhost/iqscope'><query xmlns='jabber:iq:version'/></iq>`

func (f *fakeSession) names() (names []string) {
	for _, info := range f.Handlers() {
		names = append(names, info.Name)
	}
	return names
}

func TestTheRegistryIsListedInTheOrderOfTheCalls(t *testing.T) {
	s := start(t, 140, 45)
	s.happens((*fakeSession).hasCounted)
	s.press("ctrl+g")
	var rows []string
	for _, row := range regexp.MustCompile(`[▸ ]   \d (?:on|off).*? (?:log|fallback) `).FindAllString(s.m.View(), -1) {
		rows = append(rows, strings.Join(strings.Fields(row), " "))
	}
	want := []string{"▸ 1 on log", "2 on ping fallback", "3 on ! disco#info fallback", "4 on version fallback", "5 on nobody else fallback"}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("the rows (-want +got):\n%s\n%s", diff, s.m.View())
	}
	s.shows("1,204 hits")
}

func TestAgesGrowWhileTheRegistryIsShownAndNoTimerRunsAfterwards(t *testing.T) {
	s := start(t, 140, 45)
	s.happens((*fakeSession).hasCounted)
	s.press("ctrl+g")
	s.shows("0 s ago")
	s.wait(4 * time.Second)
	s.shows("3 s ago")
	s.press("esc")
	s.wait(2 * time.Second)
	if len(s.timers) != 0 {
		t.Error("a timer runs on after the screen is closed")
	}
}

func TestTheSelectedHandlerStaysSelectedWhileOthersComeAndGo(t *testing.T) {
	s := start(t, 80, 24)
	s.press("ctrl+g", "j", "j")
	s.shows("▸   3 on    disco#info")
	nothing := func(handler.Event) {}
	s.happens(func(f *fakeSession) { _ = f.Handle(handler.Callback("watcher", nil, nothing)) })
	s.shows("▸   4 on    disco#info")
	s.happens(func(f *fakeSession) { f.Remove("watcher"); f.Remove("ping") })
	s.shows("▸   2 on    disco#info")
	s.happens(func(f *fakeSession) { f.Remove("disco#info") })
	s.shows("▸   2 on    version")
}

func TestHandlersAreSwitchedOffAndOnButNotTheLog(t *testing.T) {
	s := start(t, 80, 24)
	s.press("ctrl+g", " ")
	s.shows("The log is always on")
	s.press("j", " ")
	s.shows("▸   2 off   ping")
	s.press("o")
	s.shows("▸   2 on    ping")
	s.press("G", "o")
	s.shows("off   nobody else")
	if !s.fake.silent {
		t.Error("the automatic error is not off")
	}
}

func TestARuleIsAddedByTypingIt(t *testing.T) {
	var k saved
	s := start(t, 80, 24, withRules(t, &k))
	s.happens(func(f *fakeSession) { f.arrives(asksVersion, "", "") })
	s.press("alt+3", "ctrl+g")
	s.shows("No rules yet. a adds one")
	s.press("a")
	s.shows("New rule: ▏█")
	s.shows("It is called rule-1, unless it begins with a name and a colon.")
	s.typing("iq@type=/version")
	s.shows("✗ ")
	s.marks("/version", "^")
	s.press("enter")
	if slices.Contains(s.fake.names(), "rule-1") {
		t.Fatal("a rule with a mistake is in the registry")
	}
	for range "/version" {
		s.press("backspace")
	}
	s.typing("set/version")
	s.shows("It does not match the selected get version")
	s.marks("@type=set", "^^^^^^^^^")
	for range "set/version" {
		s.press("backspace")
	}
	s.typing("get/version")
	s.shows("✓ It matches the selected get version.")
	s.shows("Then => and what to do: result, error, silence or drop.")
	s.typing(" => eror item-not-found")
	s.shows(`did you mean "error"?`)
	for range "eror item-not-found" {
		s.press("backspace")
	}
	s.typing("error item-not-found")
	s.press("enter")
	s.shows("✓ Added rule-1.")
	s.shows("▸   2 on    rule-1")
	if diff := cmp.Diff([]string{"log", "rule-1", "ping", "disco#info", "version", "nobody else"}, s.fake.names()); diff != "" {
		t.Errorf("the registry (-want +got):\n%s", diff)
	}
	want := []rule.Rule{{Name: "rule-1", Match: "iq@type=get/version", Do: rule.Error, Error: stanza.StanzaError{Condition: "item-not-found"}}}
	if diff := cmp.Diff(want, k.rules); diff != "" {
		t.Errorf("saved (-want +got):\n%s", diff)
	}
}

func TestANameThatIsTakenIsRefusedAtEntry(t *testing.T) {
	var k saved
	s := start(t, 100, 30, withRules(t, &k, "iq/ping => silence"))
	s.press("ctrl+g", "a")
	s.typing("ping: iq => silence")
	s.shows("✗ There is a handler of the name ping already.")
	s.press("enter")
	s.shows("ping: a handler of this name is registered already")
	s.press("ctrl+u")
	s.typing("iq/time => silence")
	s.press("enter")
	if diff := cmp.Diff([]string{"log", "rule-1", "rule-2", "ping", "disco#info", "version", "nobody else"}, s.fake.names()); diff != "" {
		t.Errorf("without a name, the next free one is taken; the registry (-want +got):\n%s", diff)
	}
}

func TestARuleIsEditedInItsPlace(t *testing.T) {
	var k saved
	s := start(t, 100, 30, withRules(t, &k, "iq/ping => silence", "iq/time => silence"))
	s.press("ctrl+g", "j", "o", "e")
	s.shows("rule-1: ▏iq/ping => silence█")
	for range "silence" {
		s.press("backspace")
	}
	s.typing("delay 2s result")
	s.press("enter")
	s.shows("off   rule-1")
	s.shows("iq/ping => delay 2s result")
	if got := s.fake.names()[:3]; !slices.Equal(got, []string{"log", "rule-1", "rule-2"}) {
		t.Errorf("the order has become %v", got)
	}
	if got := k.rules[0]; got.Delay != 2*time.Second || !got.Off || k.rules[1].Name != "rule-2" {
		t.Errorf("saved %v, want the changed rule in its place, off as before", k.rules)
	}
}

func TestARuleIsRemovedByTheSecondKey(t *testing.T) {
	var k saved
	s := start(t, 100, 30, withRules(t, &k, "iq/ping => silence", "iq/time => silence"))
	s.press("ctrl+g", "j", "D")
	s.shows("? D again removes rule-1; any other key keeps it.")
	s.press("j", "D")
	s.shows("D again removes rule-2")
	s.press("k", "j")
	if len(s.fake.names()) != 7 {
		t.Fatalf("the registry has become %v", s.fake.names())
	}
	s.press("D", "D")
	s.shows("✓ Removed rule-2.")
	if slices.Contains(s.fake.names(), "rule-2") || len(k.rules) != 1 || k.rules[0].Name != "rule-1" {
		t.Errorf("the registry has %v, saved are %v", s.fake.names(), k.rules)
	}
}

func TestWhatIsNoRuleIsNeitherEditedNorRemoved(t *testing.T) {
	s := start(t, 100, 30)
	s.press("ctrl+g")
	s.hides("remove")
	s.press("e")
	s.shows("The log is no rule")
	s.press("j", "D", "D")
	s.shows("No rule made ping: it can only be switched off.")
	if !slices.Contains(s.fake.names(), "ping") {
		t.Error("a fallback was removed")
	}
}

func TestARuleThatIsSwitchedOffIsSavedAsOff(t *testing.T) {
	var k saved
	s := start(t, 100, 30, withRules(t, &k, "iq/ping => silence"))
	s.press("ctrl+g", "j", " ")
	if !k.rules[0].Off {
		t.Error("it was saved as on")
	}
	s.press(" ")
	if k.rules[0].Off || k.times != 2 {
		t.Errorf("after switching it on again, saved %d times, last %v", k.times, k.rules)
	}
}

func TestRulesWithoutAPlaceSaySoOnce(t *testing.T) {
	s := start(t, 140, 45)
	s.press("ctrl+g", "a")
	s.typing("iq/ping => silence")
	s.press("enter")
	s.shows("Rules last until iqscope ends")
	s.wait(toastLeast)
	s.press("a")
	s.typing("iq/time => silence")
	s.press("enter")
	s.shows("✓ Added rule-2.")
	s.hides("Rules last until iqscope ends")
}

func TestRulesThatCannotBeSavedSayWhyAndWork(t *testing.T) {
	k := saved{err: errors.New("the disk is full")}
	s := start(t, 140, 45, withRules(t, &k))
	s.press("ctrl+g", "a")
	s.typing("iq/ping => silence")
	s.press("enter")
	s.shows("The rules work, but could not be saved: The disk is full.")
	s.shows("▸   2 on    rule-1")
}

func TestKeysTypedAheadFindTheEntriesThere(t *testing.T) {
	s := start(t, 140, 45)
	for _, key := range []string{"ctrl+g", "j"} {
		s.m.Update(keyNamed(t, key)) // and no command has been run yet
	}
	s.shows("▸   2 on    ping")
}

func TestTheRegistryIsAskedOnceAtATime(t *testing.T) {
	s := start(t, 140, 45)
	screen := &handlersScreen{Screen: handlers.New(), m: s.m}
	look := pane.Look{Width: 80, Height: 20, Theme: s.m.theme}
	first := screen.Prepare(look)
	if first == nil || screen.Prepare(look) != nil {
		t.Fatal("the registry is not asked, or is asked again before it has answered")
	}
	s.m.known.refresh(s.clock)
	if !screen.Accept(first()) || screen.Prepare(look) == nil {
		t.Error("what has changed meanwhile is not asked for")
	}
}

func TestTheSecondKeyRemovesOnlyTheRuleThatWasAskedAbout(t *testing.T) {
	var k saved
	s := start(t, 140, 45, withRules(t, &k, "iq/ping => silence", "iq/version => silence"))
	s.press("ctrl+g", "j", "D")
	s.shows("D again removes rule-1")
	s.happens(func(f *fakeSession) { f.Remove("rule-1") })
	s.press("D")
	s.shows("D again removes rule-2")
}

func TestOfManySavingsOnlyTheLastIsWaitedFor(t *testing.T) {
	k := saved{err: errors.New("the disk is full")}
	s := start(t, 140, 45, withRules(t, &k, "iq/ping => silence"))
	s.m.rules.saving = 1 // another one is still under way
	s.press("ctrl+g", "j", " ")
	s.hides("could not be saved")
	s.send(RulesSaved{})
	if k.times != 1 || !k.rules[0].Off {
		t.Errorf("saved %d times, last %v", k.times, k.rules)
	}
	s.press("ctrl+c")
	if !s.quit {
		t.Error("quitting waits for a saving that is over")
	}
}

func TestQuittingWaitsForTheRulesToBeSaved(t *testing.T) {
	for _, c := range []struct {
		name  string
		then  func(*sim)
		quits bool
	}{
		{"until they are", func(s *sim) { s.send(RulesSaved{}) }, true},
		{"until somebody is impatient", func(s *sim) { s.press("ctrl+c") }, true},
		{"but not to say that it failed", func(s *sim) { s.send(RulesSaved{errors.New("the disk is full")}) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, 140, 45)
			s.m.rules.saving = 1
			s.press("ctrl+c")
			s.shows("The rules are being saved. ctrl+c again quits without waiting.")
			if s.quit {
				t.Fatal("it has quit at once")
			}
			c.then(s)
			if s.quit != c.quits {
				t.Errorf("it has quit: %v, want %v", s.quit, c.quits)
			}
			if !c.quits {
				s.shows("could not be saved: The disk is full.")
			}
		})
	}
}

func TestARuleIsHeldAgainstWhatIsSelected(t *testing.T) {
	for _, c := range []struct {
		name, xml, text, want string
	}{
		{"a request that it answers", asksVersion, "iq/version => silence", "✓ It matches the selected get version."},
		{"an answer", discoResult, "iq/disco_info => silence", "It matches the selected result disco#info, but rules answer incoming requests, which it is not."},
		{"an answer that a filter drops", discoResult, "iq/disco_info => drop", "✓ It matches the selected result disco#info."},
		{"another payload", asksVersion, "iq/ping => silence", "It does not match the selected get version: there is no ping in it"},
		{"a name before it", asksVersion, "my rule: iq/ping => silence", "It does not match the selected get version"},
		{"a colon that belongs to the match", asksVersion, `iq@id="a: b" => silence`, "It does not match the selected get version"},
		{"no name", asksVersion, ": iq => silence", "✗ A rule needs a name."},
		{"a name too long", asksVersion, strings.Repeat("n", 101) + ": iq => silence", "✗ A name has at most 100 characters."},
		{"an arrow in a value", asksVersion, `iq@id="=>"`, "Then => and what to do"},
		{"another arrow behind that", asksVersion, `iq@id="=>" => silnce`, `✗ There is no action "silnce"; did you mean "silence"?`},
		{"a match is held against it while the action is wrong", asksVersion, `iq@id="=>" or iq => sil`, "✓ It matches the selected get version."},
		{"a match that is wrong before an action", asksVersion, "iq@= => silence", "✗ The name of a field is expected behind @"},
		{"a name without a space behind its colon", asksVersion, "ping:iq", "✗ There is a handler of the name ping already."},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, 140, 45)
			s.happens(func(f *fakeSession) { f.arrives(c.xml, "", "") })
			s.press("alt+3", "ctrl+g", "a")
			s.paste(c.text)
			s.shows(c.want)
		})
	}
	t.Run("nothing is selected", func(t *testing.T) {
		s := start(t, 140, 45)
		s.press("ctrl+g", "a")
		s.typing("iq/version => silence")
		s.shows("No stanza is selected to hold it against.")
	})
}

func TestOtherScreensAndTheRegistryTakeEachOthersPlace(t *testing.T) {
	s := start(t, 140, 45)
	s.press("ctrl+o", "ctrl+g")
	s.shows("┤ Handlers")
	s.hides("┤ Connection")
	s.press("ctrl+o")
	s.hides("┤ Handlers")
	s.shows("┤ Connection")
	s.press("ctrl+g", "?")
	s.shows("switch it off, or on again")
	s.press("esc", "ctrl+g")
	s.hides("┤ Handlers")
	s.press("ctrl+g")
	s.goesByHand()
	s.hides("┤ Handlers")
}

func TestHandlersScreens(t *testing.T) {
	var k saved
	rules := withRules(t, &k, `iq@type=get/version => 3 times delay 2s error wait/resource-constraint "not now"`, "*@dir=out@id=x1 => drop")
	for _, scene := range []struct {
		name string
		with func(*setup)
		play func(*sim)
	}{
		{"handlers-first", withRules(t, &k), func(s *sim) {}},
		{"handlers", rules, func(s *sim) {
			s.happens((*fakeSession).hasCounted)
			s.press("j")
		}},
		{"handlers-off", rules, func(s *sim) { s.press("j", "j", " ") }},
		{"handlers-remove", rules, func(s *sim) { s.press("j", "D") }},
		{"rule-new", rules, func(s *sim) { s.press("a") }},
		{"rule-wrong", rules, func(s *sim) {
			s.press("a")
			s.typing("iq@type=get/version => error item-not-fund")
		}},
		{"rule-no-match", rules, func(s *sim) {
			s.press("a")
			s.typing("iq@type=get/ping => silence")
		}},
		{"rule-match", rules, func(s *sim) { s.press("j", "e") }},
	} {
		for _, size := range []size{wide, narrow} {
			name := fmt.Sprintf("%s-%dx%d", scene.name, size.width, size.height)
			t.Run(name, func(t *testing.T) {
				s := start(t, size.width, size.height, scene.with)
				s.happens(func(f *fakeSession) { f.arrives(asksVersion, "", "") })
				s.press("alt+3", "ctrl+g")
				scene.play(s)
				got := s.m.View()
				exact(t, got, size)
				golden(t, name, got)
			})
		}
	}
}
