package clipboard

import (
	"cmp"
	"context"
	"os/exec"
	"strings"
	"time"
)

// TmuxTime is how long tmux may take. It answers within milliseconds, or it hangs.
const TmuxTime = 2 * time.Second

// tmuxNeeds are the variables that tmux is told. The environment may hold a password, and that goes
// to no other program.
var tmuxNeeds = []string{"TMUX", "TMUX_PANE", "TMUX_TMPDIR", "PATH", "HOME", "TERM", "LANG", "LC_ALL", "LC_CTYPE"}

// loadBuffer puts a text into a buffer of tmux, which hands it on to the clipboard of the terminal
// around it. With its default settings tmux does not listen when a program inside asks the terminal
// for that, but it does what its own command says. Versions before 3.2 do not know -w.
func (c Clipboard) loadBuffer(text string) error {
	ctx, cancel := context.WithTimeout(cmp.Or(c.Context, context.Background()), TmuxTime)
	defer cancel()
	tmux := exec.CommandContext(ctx, "tmux", "load-buffer", "-w", "-")
	tmux.Stdin = strings.NewReader(text)
	tmux.WaitDelay = TmuxTime
	tmux.Env = []string{}
	for _, name := range tmuxNeeds {
		if value := c.Getenv(name); value != "" {
			tmux.Env = append(tmux.Env, name+"="+value)
		}
	}
	return tmux.Run()
}
