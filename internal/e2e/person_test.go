package e2e

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"iqscope/internal/config"
	"iqscope/internal/realserver"
	"iqscope/internal/tmuxtest"
)

// A person sits at a terminal with the program on it.
type person struct {
	*tmuxtest.Screen
	t *testing.T
	size
}

type size struct{ width, height int }

func (s size) String() string { return fmt.Sprintf("%d×%d", s.width, s.height) }

var (
	narrow = size{80, 24}
	wide   = size{140, 45}
)

// atBothSizes runs a session of a person's at the smallest terminal that is supported and at a wide
// one, beside each other and other tests.
func atBothSizes(t *testing.T, session func(t *testing.T, at size)) {
	t.Parallel()
	for _, at := range []size{narrow, wide} {
		t.Run(at.String(), func(t *testing.T) {
			t.Parallel()
			session(t, at)
		})
	}
}

// sitDown starts the program with arguments; env holds NAME=value entries.
func sitDown(t *testing.T, at size, env []string, arguments ...string) *person {
	t.Helper()
	argv := append([]string{Binary(t)}, arguments...)
	return &person{tmuxtest.Start(t, at.width, at.height, append([]string{endAtOnce, knowsIt(t)}, env...), argv...), t, at}
}

// knowsIt is an environment in which the card for newcomers was seen.
func knowsIt(t *testing.T) string {
	t.Helper()
	state := t.TempDir()
	seen := func(s *config.Screen) { s.Welcomed = true }
	if err := config.UpdateScreen(config.ScreenFile(filepath.Join(state, "iqscope")), seen); err != nil {
		t.Fatal(err)
	}
	return "XDG_STATE_HOME=" + state
}

// tryOut starts it on the built-in server and waits until it is connected.
func tryOut(t *testing.T, at size, arguments ...string) *person {
	t.Helper()
	p := sitDown(t, at, nil, arguments...)
	p.WaitFor("● online")
	return p
}

// alice are the arguments and the environment with which she logs in.
func alice(server *realserver.Server) (env, arguments []string) {
	env = []string{"IQSCOPE_PASSWORD=" + server.Accounts["alice@localhost"]}
	return env, []string{"-j", "alice@localhost", "--server", server.Addr, "--ca", server.CAFile}
}

// logIn starts it on alice's account and waits until it is connected.
func logIn(t *testing.T, at size, server *realserver.Server, more ...string) *person {
	t.Helper()
	env, arguments := alice(server)
	p := sitDown(t, at, env, append(arguments, more...)...)
	p.WaitFor("● online")
	return p
}

// writes replaces the draft by another one.
func (p *person) writes(draft string) {
	p.t.Helper()
	p.SendKeys("M-1")
	p.WaitGone("typing")
	p.SendKeys("Enter", "M-a", "BSpace")
	p.WaitFor("typing")
	end := []rune(draft)
	end = end[max(0, len(end)-12):]
	ends := func(string) bool { return strings.Contains(p.pane("1 Compose"), string(end)) }
	p.WaitUntil("the draft to be gone", func(screen string) bool { return !ends(screen) })
	p.Type(draft)
	p.WaitUntil("the draft", ends)
}

// asks sends a ping, by hand.
func (p *person) asks(id, to string) {
	p.t.Helper()
	p.writes(ping(id, to))
	p.SendKeys("M-Enter")
}

func ping(id, to string) string {
	return fmt.Sprintf("<iq type='get' id='%s' to='%s'><ping xmlns='urn:xmpp:ping'/></iq>", id, to)
}

// waitsForRow waits for a request in the pending pane, or in the strip that stands for it, whose
// row goes on like this.
func (p *person) waitsForRow(id, expression string) []string {
	p.t.Helper()
	return p.WaitMatch(`(?m)[▸ │]` + regexp.QuoteMeta(id) + ` .*` + expression)
}

// waits waits until a request is counted down, and returns how long it has left.
func (p *person) waits(id string) time.Duration {
	p.t.Helper()
	return p.duration(p.waitsForRow(id, `[█▏▎▍▌▋▊▉]+ +(`+spelt+`)`)[1])
}

// spelt matches a duration as the screen spells it: "12 ms", "1.04 s", "9 m 58 s".
const spelt = `(?:\d+ m )?[\d.]+ m?s`

// duration reads what spelt matches.
func (p *person) duration(text string) time.Duration {
	p.t.Helper()
	d, err := time.ParseDuration(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		p.t.Fatal(err)
	}
	return d
}

// between stands where the frame of a pane ends and that of the one beside it begins.
var between = regexp.MustCompile(`╮╭`)

// pane is what a pane shows. It has to be in sight, alone or beside another one.
func (p *person) pane(title string) string {
	p.t.Helper()
	return p.part(p.WaitFor(title), title)
}

// part is what a pane shows on a screen.
func (p *person) part(screen, title string) string {
	divide := p.width
	if at := between.FindStringIndex(screen); at != nil {
		line := screen[strings.LastIndex(screen[:at[0]], "\n")+1 : at[0]]
		divide = utf8.RuneCountInString(line) + 1
	}
	var left, right strings.Builder
	for line := range strings.Lines(screen) {
		cells := []rune(strings.TrimSuffix(line, "\n"))
		at := min(len(cells), divide)
		left.WriteString(string(cells[:at]) + "\n")
		right.WriteString(string(cells[at:]) + "\n")
	}
	if strings.Contains(left.String(), title) {
		return left.String()
	}
	return right.String()
}

// shows asserts that a pane that is in sight matches, now or soon.
func (p *person) shows(title, expression string) {
	p.t.Helper()
	p.waitsUntil(title, fmt.Sprintf("a match of %q", expression), regexp.MustCompile(expression).MatchString)
}

// waitsUntil waits until a pane that is in sight is such.
func (p *person) waitsUntil(title, what string, holds func(pane string) bool) {
	p.t.Helper()
	p.WaitUntil(what+" in the pane "+title, func(screen string) bool {
		return strings.Contains(screen, title) && holds(p.part(screen, title))
	})
}

// selects moves up in the focused log, from the row before the last, to the nearest one that goes
// on like this.
func (p *person) selects(expression string) {
	p.t.Helper()
	wanted := regexp.MustCompile(`▸ .*` + expression)
	p.SendKeys("Up")
	p.shows("3 Log", `paused`) // from here on nothing but keys moves the selection
	for range 100 {
		pane := p.pane("3 Log")
		if wanted.MatchString(pane) {
			return
		}
		before := selected(pane)
		p.SendKeys("Up")
		p.waitsUntil("3 Log", "the selection to move up", func(pane string) bool { return selected(pane) != before })
	}
	p.t.Fatalf("no row of the log matches %q:\n%s", expression, p.pane("3 Log"))
}

// selected is the selected row, and the line below the log that says more of it.
func selected(pane string) string {
	lines := strings.Split(pane, "\n")
	for i, line := range lines {
		if strings.Contains(line, "▸") {
			return fmt.Sprint(i, line)
		}
	}
	return ""
}

// hides asserts that a pane that is in sight does not match.
func (p *person) hides(title, expression string) {
	p.t.Helper()
	if pane := p.pane(title); regexp.MustCompile(expression).MatchString(pane) {
		p.t.Errorf("%q stands in the pane:\n%s", expression, pane)
	}
}

// leaves quits with Ctrl+C and looks at what is left behind.
func (p *person) leaves() {
	p.t.Helper()
	p.SendKeys("C-c")
	p.left()
}

// left asserts that the program has ended well, with the terminal as it was.
func (p *person) left() {
	p.t.Helper()
	if status := p.WaitExit(); status != 0 {
		p.t.Errorf("the program has ended with status %d", status)
	}
	p.foundTheTerminalRestored()
}

// The modes a full-screen program sets, and which of the two ends must come last.
var modes = []struct{ name, set, reset string }{
	{"the alternate screen", "\x1b[?1049h", "\x1b[?1049l"},
	{"the hidden cursor", "\x1b[?25l", "\x1b[?25h"},
	{"bracketed paste", "\x1b[?2004h", "\x1b[?2004l"},
	{"mouse reports", "\x1b[?1002h", "\x1b[?1002l"},
	{"all mouse reports", "\x1b[?1003h", "\x1b[?1003l"},
}

func (p *person) foundTheTerminalRestored() {
	p.t.Helper()
	output := ""
	for _, mode := range modes { // what is written is told a moment after it is seen
		p.WaitUntil(mode.name+" to be turned off", func(string) bool {
			output = string(p.Output())
			set := strings.LastIndex(output, mode.set)
			return set < 0 || strings.LastIndex(output, mode.reset) > set
		})
	}
	if !strings.Contains(output, modes[0].set) {
		p.t.Error("the alternate screen was never used")
	}
	if p.Ask("#{alternate_on}") != "0" {
		p.t.Error("the terminal is still on the alternate screen")
	}
}
