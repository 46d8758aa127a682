package status

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/negotiate"
	"iqscope/themes"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func info(t *testing.T) Info {
	jid, err := stanza.ParseJID("juliet@demo.localhost/k3")
	if err != nil {
		t.Fatal(err)
	}
	return Info{
		Status: session.Status{State: session.Online, JID: jid, TLS: "TLS 1.3", Mechanism: "SCRAM-SHA-256", InFlight: 2, Next: now.Add(4200 * time.Millisecond)},
		Server: safetext.Const("built-in server"), Hint: safetext.Const("password demo"), Bare: true, Rate: 14,
	}
}

func TestALineSaysWhatMattersMostAndFillsTheWidth(t *testing.T) {
	for _, c := range []struct {
		width         int
		shows, misses string // words, separated by |
	}{
		{160, "iqscope|juliet@demo.localhost/k3|● online|TLS 1.3|SCRAM-SHA-256|built-in server|password demo|2 pending, next in 4.2 s|in 14/s|bare", "!"},
		{100, "juliet@demo.localhost/k3|● online|built-in server|2 pending, next in 4.2 s", "SCRAM"},
		{80, "juliet@demo.localhost/k3|● online|built-in server|2 pending, next in 4.2 s", "TLS"},
		{70, "juliet@demo.localhost|● online|built-in server|2 pending 4.2 s", "k3"},
		{40, "● online|2 pending 4.2 s", "built-in"},
		{12, "● online", "pending"},
		{5, "", "online"},
	} {
		line := Line(info(t), themes.Plain(), c.width, now)
		if got := ansi.StringWidth(line); got != c.width {
			t.Errorf("a line for %d cells has %d: %q", c.width, got, line)
		}
		for _, want := range strings.Split(c.shows, "|") {
			if !strings.Contains(line, want) {
				t.Errorf("at %d cells the line lacks %q: %q", c.width, want, line)
			}
		}
		if strings.Contains(line, c.misses) {
			t.Errorf("at %d cells the line has %q: %q", c.width, c.misses, line)
		}
	}
}

func TestEachStateIsToldInWords(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Info)
		want   string
	}{
		{"offline", func(i *Info) { i.State = session.Offline }, "○ offline"},
		{"connecting", func(i *Info) { i.State = session.Connecting }, "◌ connecting"},
		{"a step", func(i *Info) { i.State, i.Step = session.Connecting, negotiate.StepAuth }, "◌ logging in"},
		{"lost", func(i *Info) { i.State = session.Lost }, "✗ not connected"},
		{"coming back", func(i *Info) { i.State, i.RetryAt = session.Lost, now.Add(2100*time.Millisecond) }, "✗ reconnecting in 3 s"},
		{"overdue", func(i *Info) { i.State, i.RetryAt = session.Lost, now.Add(-time.Second) }, "✗ reconnecting in 0 s"},
		{"by hand", func(i *Info) { i.State, i.Step = session.ByHand, negotiate.StepTLS }, "◌ by hand: before TLS"},
		{"by hand without TLS", func(i *Info) { i.State, i.TLS = session.ByHand, "" }, "! not encrypted"},
		{"resumed", func(i *Info) { i.Resumed = true }, "  resumed"},
		{"in the clear", func(i *Info) { i.TLS = "" }, "! not encrypted"},
		{"answers left out", func(i *Info) { i.Overflow = 1200 }, "1,200 unanswered"},
		{"a request to answer", func(i *Info) { i.Held, i.Due = 1, now.Add(4200*time.Millisecond) }, "1 to answer, next in 4.2 s  2 pending"},
		{"hold", func(i *Info) { i.Hold.On = true }, "  hold  "},
		{"no deadline", func(i *Info) { i.Next = time.Time{} }, "2 pending "},
	} {
		i := info(t)
		c.change(&i)
		if line := Line(i, themes.Plain(), 200, now); !strings.Contains(line, c.want) {
			t.Errorf("%s: the line lacks %q: %q", c.name, c.want, line)
		}
	}
}

func TestThatRequestsAreHeldIsToldAsLongAsThereIsRoom(t *testing.T) {
	i := info(t)
	i.Hold.On, i.Held, i.Due = true, 3, now.Add(time.Minute)
	for width := 40; width < 200; width++ {
		if line := Line(i, themes.Plain(), width, now); !strings.Contains(line, " hold ") || !strings.Contains(line, "3 to answer") {
			t.Errorf("at %d cells the line lacks it: %q", width, line)
		}
	}
}

func TestThatNothingIsEncryptedIsToldAtEveryWidth(t *testing.T) {
	i := info(t)
	i.TLS = ""
	for width := 24; width < 200; width++ {
		if line := Line(i, themes.Plain(), width, now); !strings.Contains(line, "! not encrypted") && !strings.Contains(line, "! plaintext") {
			t.Errorf("at %d cells the line lacks it: %q", width, line)
		}
	}
}
