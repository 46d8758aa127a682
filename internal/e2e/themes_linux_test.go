package e2e

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/creack/pty"
	"github.com/muesli/termenv"

	"iqscope/internal/tmuxtest"
	"iqscope/themes"
)

// shownIn runs the program in a tmux that is shown in a terminal with a background, and returns the
// row of its status line with its colours.
func shownIn(t *testing.T, background, passthrough string) string {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("IQSCOPE_REQUIRE_SERVERS") == "1" {
			t.Fatal("tmux is not installed (Debian: apt-get install tmux)")
		}
		t.Skip("tmux is not installed (Debian: apt-get install tmux)")
	}
	dir, err := os.MkdirTemp("", "iqscope-") // t.TempDir can be too long for a socket's path
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	conf := filepath.Join(dir, "conf")
	text := "set -g default-terminal screen-256color\nset -g status off\nset -g allow-passthrough " + passthrough + "\n"
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	tmux := func(arguments ...string) *exec.Cmd {
		c := exec.Command("tmux", append([]string{"-S", filepath.Join(dir, "socket"), "-f", conf}, arguments...)...)
		c.Env = append(surroundings(t), "LANG=C.UTF-8", "TERM=xterm-256color")
		return c
	}
	shown := tmux("new-session", Binary(t)) // in the terminal, so that there is one when it is asked
	outer, err := pty.StartWithSize(shown, &pty.Winsize{Cols: 100, Rows: 30})
	if err != nil {
		t.Fatal(err)
	}
	defer shown.Wait()
	defer outer.Close()
	defer func() { _ = tmux("kill-server").Run() }()
	go answerBackground(outer, background)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		screen, _ := tmux("capture-pane", "-p", "-e").Output()
		if strings.Contains(string(screen), "online") {
			status, _, _ := strings.Cut(string(screen), "\n")
			return status
		}
	}
	t.Fatal("the program shows no status line")
	return ""
}

// asksBackground is the question as the terminal gets it from tmux.
var asksBackground = regexp.MustCompile(`\x1b\]11;\?(?:\x07|\x1b\\)`)

// answerBackground is a terminal that answers what its background is.
func answerBackground(terminal io.ReadWriter, background string) {
	read := make([]byte, 1<<16)
	for {
		n, err := terminal.Read(read)
		if err != nil {
			return
		}
		for range asksBackground.FindAll(read[:n], -1) {
			io.WriteString(terminal, "\x1b]11;"+background+"\x07")
		}
	}
}

func TestTheThemeFitsTheTerminalThatTmuxIsShownIn(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.ANSI256)
	bar := func(theme themes.Theme) string { return fmt.Sprintf("48;5;%s", theme.Status.GetBackground()) }
	for _, row := range []struct{ background, passthrough, want string }{
		{"rgb:ffff/ffff/ffff", "on", bar(themes.Light(r))},
		{"rgb:0000/0000/0000", "on", bar(themes.Dark(r))},
		{"rgb:ffff/ffff/ffff", "off", ""},
	} {
		// A terminal that answers too late is taken for one that does not, and here the machine may
		// be busy: so it has some goes.
		status := ""
		for range 10 {
			if status = shownIn(t, row.background, row.passthrough); row.want == "" || strings.Contains(status, row.want) {
				break
			}
		}
		switch {
		case row.want != "" && !strings.Contains(status, row.want):
			t.Errorf("on %s, passthrough %s, the status line is not drawn on %s: %q", row.background, row.passthrough, row.want, status)
		case row.want == "" && !strings.Contains(status, "\x1b[7m") && !strings.Contains(status, bar(themes.Light(r))): // tmux from 3.4 on answers itself
			t.Errorf("with a background that nobody tells, the status line is %q", status)
		}
	}
}

func TestAPlainScreenIsASCIIAlone(t *testing.T) {
	screen := tmuxtest.Start(t, 100, 30, nil, Binary(t), "--plain")
	screen.WaitFor("online")
	screen.SendKeys("F5")
	screen.WaitFor("result")
	for _, key := range []string{"F1", "Escape", "C-p", "Escape", "C-t", "Escape", "C-o", "Escape", "C-g", "Escape", "M-3", "M-4"} {
		screen.SendKeys(key)
		for i, c := range screen.Screen() {
			if c > '~' {
				t.Errorf("after %s, the screen has %q:\n%s", key, c, screen.Screen()[:i+1])
				break
			}
		}
	}
	if raw := screen.Raw(); strings.Contains(raw, "\x1b[") {
		t.Errorf("the plain screen has colours or styles:\n%q", raw)
	}
	screen.SendKeys("C-c")
	if status := screen.WaitExit(); status != 0 {
		t.Errorf("it ends with status %d", status)
	}
}

func TestAThemeTakenByKeyIsThereAtTheNextStart(t *testing.T) {
	home := "HOME=" + t.TempDir()
	light := func(screen *tmuxtest.Screen) bool {
		return strings.Contains(screen.Raw(), "48;5;254")
	}
	screen := tmuxtest.Start(t, 100, 30, []string{home}, Binary(t))
	screen.WaitFor("online")
	screen.SendKeys("C-t")
	screen.WaitMatch(`▸ \w`)
	screen.SendKeys("Home", "Down")
	screen.WaitFor("▸ light")
	if !light(screen) {
		t.Errorf("the selected theme is not seen:\n%q", screen.Raw())
	}
	screen.SendKeys("Enter")
	screen.WaitFor("at the next start too")
	screen.SendKeys("C-c")
	screen.WaitExit()
	screen = tmuxtest.Start(t, 100, 30, []string{home}, Binary(t))
	screen.WaitFor("online")
	if !light(screen) {
		t.Errorf("the next start has forgotten it:\n%q", screen.Raw())
	}
}
