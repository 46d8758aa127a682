package commandline

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/themes"
	"iqscope/tui/keys"
)

var commands = []Command{
	{Name: "send"},
	{Name: "theme", Argument: "NAME", Complete: func(prefix string) []string {
		var found []string
		for _, name := range []string{"dark", "light", "mono", "plain"} {
			if strings.HasPrefix(name, prefix) {
				found = append(found, name)
			}
		}
		return found
	}},
	{Name: "timeout", Argument: "DURATION"},
	{Name: "filter", Argument: "EXPRESSION", Optional: true},
}

func opened() *Line { return New(commands, new(History)) }

func TestALineIsACommandAndItsArgument(t *testing.T) {
	long := strings.Repeat("x", 99)
	for _, c := range []struct{ line, name, argument, err string }{
		{line: "send", name: "send"},
		{line: "  :send  ", name: "send"},
		{line: "timeout 5s", name: "timeout", argument: "5s"},
		{line: "filter  iq@from='a b'  and  x ", name: "filter", argument: "iq@from='a b'  and  x"},
		{line: "filter", name: "filter"},
		{line: "", err: "nothing is typed: a command begins with its name"},
		{line: " : ", err: "nothing is typed: a command begins with its name"},
		{line: "sned", err: `there is no command "sned"; did you mean send?`},
		{line: "Timeout 5s", err: `there is no command "Timeout"; did you mean timeout?`},
		{line: "abracadabra now", err: `there is no command "abracadabra"`},
		{line: long, err: `there is no command "` + long[:39] + `…"`},
		{line: "timeout  ", err: "timeout needs an argument: timeout DURATION"},
		{line: "send it now", err: `send takes no argument, so "it now" is too much`},
	} {
		name, argument, err := Parse(c.line, commands)
		said := ""
		if err != nil {
			said = err.Error()
		}
		if name != c.name || argument != c.argument || said != c.err {
			t.Errorf("%q is %q %q, %q; want %q %q, %q", c.line, name, argument, said, c.name, c.argument, c.err)
		}
	}
}

func TestTabGoesRoundNamesThenArguments(t *testing.T) {
	l := opened()
	l.Type("t")
	var got []string
	press := func(keys ...func()) {
		for _, key := range keys {
			key()
			got = append(got, l.Text())
		}
	}
	press(l.Complete, l.Complete, l.Complete, l.CompleteBack, l.CompleteBack)
	press(func() { l.Type("l") }, l.Complete)
	press(func() { l.Do(keys.KillToStart); l.Type("the") }, l.Complete, l.Complete, l.CompleteBack, l.CompleteBack)
	press(func() { l.Type("l") }, l.Complete, l.Complete)
	want := []string{
		"theme ", "timeout ", "t", "timeout ", "theme ",
		"theme l", "theme light",
		"the", "theme ", "theme dark", "theme ", "theme plain",
		"theme plainl", "theme plainl", "theme plainl",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("completed otherwise (-want +got):\n%s", diff)
	}
}

func TestAColonAndSpacesBeforeTheNameStay(t *testing.T) {
	l := opened()
	l.Type(": se")
	l.Complete()
	if l.Text() != ": send" {
		t.Errorf("completed to %q", l.Text())
	}
	l = opened()
	l.Type("theme   li")
	l.Complete()
	if l.Text() != "theme light" {
		t.Errorf("behind spaces completed to %q", l.Text())
	}
	l = opened()
	l.Type("timeout 5")
	l.Complete()
	l.CompleteBack()
	if l.Text() != "timeout 5" {
		t.Errorf("an argument that nobody knows became %q", l.Text())
	}
}

func TestEarlierCommandsComeBack(t *testing.T) {
	var past History
	l := New(commands, &past)
	for _, line := range []string{"send", ":timeout  5s", "timeout 5s", "filter", "nonsense"} {
		l.Do(keys.KillToStart)
		l.Type(line)
		_, _, _ = l.Accept()
	}
	l = New(commands, &past)
	l.Type("dra")
	var got []string
	for _, move := range []func(){l.Newer, l.Older, l.Older, func() { l.Type("0") }, l.Older, l.Older, l.Newer, l.Newer, l.Newer, l.Newer} {
		move()
		got = append(got, l.Text())
	}
	want := []string{"dra", "filter", "timeout 5s", "timeout 5s0", "send", "send", "timeout 5s", "filter", "dra", "dra"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("recalled otherwise (-want +got):\n%s", diff)
	}
	for i := range MaxHistory + 5 {
		l.Do(keys.CursorLineEnd)
		l.Do(keys.KillToStart)
		l.Type(fmt.Sprint("timeout ", i))
		if _, argument, err := l.Accept(); argument != fmt.Sprint(i) || err != nil || l.Text() != "" {
			t.Fatalf("accepted %q, %v; left is %q", argument, err, l.Text())
		}
	}
	if l.Older(); l.Text() != fmt.Sprint("timeout ", MaxHistory+4) {
		t.Errorf("before an empty line comes %q, want the last one accepted", l.Text())
	}
	for range 2 * MaxHistory {
		l.Older()
	}
	if l.Text() != "timeout 5" || past.len() != MaxHistory {
		t.Errorf("the oldest of %d is %q", past.len(), l.Text())
	}
}

// expect compares the screen with lines of text; blanks at their ends do not count.
func expect(t *testing.T, l *Line, width, height int, want string) {
	t.Helper()
	var got strings.Builder
	for _, line := range l.View(themes.Plain(), width, height) {
		got.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), got.String()); diff != "" {
		t.Errorf("shown otherwise (-want +got):\n%s", diff)
	}
}

func TestWhatMayFollowStandsAboveTheLine(t *testing.T) {
	l := opened()
	expect(t, l, 30, 9, `
  send
  theme NAME
  timeout DURATION
  filter EXPRESSION
:█
`)
	l.Type("t")
	l.Complete()
	l.Complete()
	expect(t, l, 30, 9, `
  theme NAME
▸ timeout DURATION
:timeout █
`)
	expect(t, l, 14, 2, `
▸ timeout DUR…
:timeout █
`)
	l.Type("5s")
	expect(t, l, 30, 9, ":timeout 5s█\n")
	l.Do(keys.CursorWordLeft)
	expect(t, l, 30, 1, ":timeout █s\n")
	expect(t, l, 1, 1, "█\n")
	expect(t, l, 30, 0, "")
}

func TestTheChosenOneIsInSight(t *testing.T) {
	l := opened()
	for range 4 {
		l.Complete()
	}
	expect(t, l, 30, 3, `
  timeout DURATION
▸ filter EXPRESSION
:filter █
`)
	l.CompleteBack()
	l.CompleteBack()
	expect(t, l, 30, 4, `
  send
▸ theme NAME
  timeout DURATION
:theme █
`)
}

func TestWhatIsWrongIsSaidUntilTheLineChanges(t *testing.T) {
	l := opened()
	l.Type("sned")
	_, _, err := l.Accept()
	if err == nil || l.Text() != "sned" {
		t.Fatalf("%v; left is %q", err, l.Text())
	}
	expect(t, l, 31, 9, `
 ✗ there is no command "sned";
 did you mean send?
:sned█
`)
	l.Do(keys.CursorLeft)
	expect(t, l, 60, 2, `
 ✗ there is no command "sned"; did you mean send?
:sne█
`)
	expect(t, l, 31, 2, `
 ✗ there is no command "sned";
:sne█
`)
	l.Do(keys.DeleteRight)
	expect(t, l, 30, 9, ":sne█\n")
	if l.Do(keys.Send) {
		t.Error("a line sends")
	}
}

// Whatever is typed and pressed: the view keeps to its room, and what is shown is safe.
func TestAnySizeIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hostile := Command{Name: "odd", Argument: "\x1b[2J", Complete: func(p string) []string { return []string{p + "\x1b", "\n", strings.Repeat("世", 99)} }}
		l := New(append([]Command{hostile}, commands...), new(History))
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			rapid.SampledFrom([]func(){
				l.Complete, l.CompleteBack, l.Older, l.Newer,
				func() { _, _, _ = l.Accept() },
				func() { l.Do(keys.DeleteLeft) },
				func() {
					l.Type(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"odd ", "t", "send", " "})).Draw(t, "text"))
				},
			}).Draw(t, "step")()
		}
		width, height := rapid.IntRange(-1, 50).Draw(t, "width"), rapid.IntRange(-1, 8).Draw(t, "height")
		lines := l.View(themes.Plain(), width, height)
		if len(lines) > max(0, height) {
			t.Fatalf("%d lines in %d", len(lines), height)
		}
		for _, line := range lines {
			if got := ansi.StringWidth(line); got > max(0, width) {
				t.Fatalf("a line in %d cells has %d: %q", width, got, line)
			}
			if strings.ContainsAny(line, "\x1b\n") {
				t.Fatalf("not safe: %q", line)
			}
		}
	})
}
