package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"iqscope/internal/config"
	"iqscope/internal/realserver"
)

// A home is the folders of a person's own that the program looks into.
type home struct {
	t      *testing.T
	folder string
}

// newHome returns one with alice's account as the profile "work".
func newHome(t *testing.T, server *realserver.Server) home {
	t.Helper()
	h := home{t, t.TempDir()}
	h.writes("config.toml", "version = 1\n\n[profile.work]\njid = 'alice@localhost'\nresource = 'scope'\n"+
		"server = '"+server.Addr+"'\nca = '"+server.CAFile+"'\n")
	return h
}

func (h home) env() []string {
	return []string{"XDG_CONFIG_HOME=" + h.folder, "XDG_STATE_HOME=" + h.folder, "XDG_DATA_HOME=" + h.folder, "XDG_CACHE_HOME=" + h.folder}
}

func (h home) path(name string) string {
	return filepath.Join(h.folder, "iqscope", filepath.FromSlash(name))
}

func (h home) writes(name, text string) {
	h.t.Helper()
	if err := os.MkdirAll(filepath.Dir(h.path(name)), 0o700); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(h.path(name), []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// useProfile starts the program with the profile "work", and waits until it is connected.
func (h home) useProfile(at size, server *realserver.Server) *person {
	h.t.Helper()
	p := sitDown(h.t, at, append(h.env(), "IQSCOPE_PASSWORD="+server.Accounts["alice@localhost"]), "--profile", "work")
	p.WaitMatch(`● online`)
	return p
}

// entry is a row of the handlers' screen.
func (p *person) entry(name, expression string) {
	p.t.Helper()
	p.WaitMatch(`(?m)▸ +\d+ (on|off) !? +` + regexp.QuoteMeta(name) + ` .*` + expression)
}

func TestARuleOfOnesOwnAnswersUntilItIsSwitchedOff(t *testing.T) {
	const typed = `iq@type=get/{urn:example:x}query => error item-not-found "gone fishing"`
	atBothSizesOnEachServer(t, func(t *testing.T, at size, server *realserver.Server) {
		h := newHome(t, server)
		p := h.useProfile(at, server)
		b := bob(t, server)
		p.SendKeys("C-g")
		p.WaitFor("No rules yet.")
		p.SendKeys("a")
		p.WaitFor("New rule:")
		p.Type(`fishing: iq@type=get/{urn:example:x}query => error item-not-fund`)
		p.WaitMatch(`✗ .*item-not-fund(?s:.*)did you mean\s+"item-not-found"`)
		p.SendKeys("Enter")
		p.WaitMatch(`✗ \S+ is no rule yet`)
		p.SendKeys("BSpace", "BSpace", "BSpace", "BSpace")
		p.Type(`found "gone fishing"`)
		p.WaitMatch(`✓ The rule is complete\. It is called fishing\.`)
		p.SendKeys("Enter")
		p.entry("fishing", `rule +iq@type=get/\{urn:ex`)

		b.sends("r1", "alice@localhost/scope", "get", unheard)
		if got := b.hears(scope); got.Error != "cancel" || got.Condition != "item-not-found" || got.Text != "gone fishing" {
			t.Errorf("with the rule bob got %+v", got)
		}
		p.WaitMatch(`so far +1 hit · \d+ miss(es)? · 1 reply ·`)

		p.SendKeys("Space")
		p.WaitMatch(`▸ +\d+ off +fishing `)
		if got := b.asks(scope, "urn:example:x"); len(got.Replies) != 1 || got.Replies[0].Condition != "service-unavailable" {
			t.Errorf("with the rule switched off bob got %+v", got)
		}
		p.WaitMatch(`so far +1 hit · \d+ miss(es)? · 1 reply ·`)
		p.SendKeys("Space")
		p.WaitMatch(`▸ +\d+ on +fishing `)
		p.SendKeys("Escape")
		p.WaitGone("esc closes")
		p.SendKeys("M-3", "v", "z")
		p.shows("3 Log", `→ error +r1 +bob@\S+ +item-not-`)
		p.leaves()

		info, err := os.Stat(h.path("rules/work.toml"))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("the file of the rules has the mode %v", info.Mode())
		}
		rules, err := config.LoadRules(h.path("rules/work.toml"))
		if err != nil || len(rules) != 1 || rules[0].Name != "fishing" || rules[0].String() != typed || rules[0].Off {
			t.Fatalf("the rules that were kept are %+v, %v", rules, err)
		}

		p = h.useProfile(at, server)
		p.SendKeys("C-g")
		p.WaitFor(" Handlers ") // before it has opened, keys go elsewhere
		p.SendKeys("Down")
		p.entry("fishing", `rule +iq@type=get/`)
		p.WaitFor(`rule     iq@type=get/{urn:example:x}query => error`)
		if got := b.asks(scope, "urn:example:x"); len(got.Replies) != 1 || got.Replies[0].Text != "gone fishing" {
			t.Errorf("after a restart bob got %+v", got)
		}
		p.SendKeys("D")
		p.WaitFor("D again removes fishing")
		p.SendKeys("D")
		p.WaitFor("Removed fishing")
		p.WaitFor("No rules yet.")
		p.leaves()
		if rules, err := config.LoadRules(h.path("rules/work.toml")); err != nil || len(rules) != 0 {
			t.Errorf("after the removal the rules are %+v, %v", rules, err)
		}
	})
}

func TestARuleFileWithAnUnknownKeyIsRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	server := realserver.SharedProsody(t)
	h := newHome(t, server)
	h.writes("rules/work.toml", "version = 1\n\n[[rule]]\nname = 'a'\nmatch = 'iq@type=get'\ndo = 'silence'\ncolour = 'red'\n")
	const want = `rules/work.toml:7:1: there is no key "colour"`
	for _, command := range []string{"", "watch"} {
		t.Run("iqscope "+command, func(t *testing.T) {
			p := sitDown(t, wide, h.env(), strings.Fields(command+" --profile work")...)
			if status := p.WaitExit(); status != 2 {
				t.Errorf("the exit status is %d, want 2", status)
			}
			said := strings.TrimSpace(string(p.Output()))
			if !strings.HasPrefix(said, "iqscope: ") || !strings.Contains(said, want) || strings.Count(said, "\n") > 0 {
				t.Errorf("it says %q, want one sentence with %q", said, want)
			}
		})
	}
}
