// Pictures makes the pictures of the documents: it runs the program in tmux, does what a person
// would, and draws what is on the screen as SVG, on a dark page and on a light one.
//
//	docs/pictures/make
//
// builds the program and makes all of them. Times and ids are other ones each time, so a picture is
// made anew when the screen has changed, and looked at before it is committed.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// largest is how large a picture may be, in bytes.
const largest = 150_000

func main() {
	program := flag.String("program", "", "the program")
	folder := flag.String("folder", "", "where the pictures go")
	only := flag.String("only", "", "the one scene to draw; all if empty")
	flag.Parse()
	for _, s := range scenes {
		if *only != "" && s.name != *only {
			continue
		}
		for _, theme := range []struct {
			name string
			page
		}{{"dark", dark}, {"light", light}} {
			svg, err := s.picture(*program, theme.name, theme.page)
			if err == nil && len(svg) > largest {
				err = fmt.Errorf("%d bytes, more than %d", len(svg), largest)
			}
			file := filepath.Join(*folder, s.name+"-"+theme.name+".svg")
			if err == nil {
				err = os.WriteFile(file, []byte(svg), 0o644)
			}
			if err != nil {
				fmt.Fprintf(os.Stderr, "pictures: %s: %v\n", file, err)
				os.Exit(1)
			}
			fmt.Println(file, len(svg))
		}
	}
}

// picture plays the scene.
func (s scene) picture(program, theme string, p page) (string, error) {
	t, err := open(s.width, s.height, program, "--demo", "--theme", theme)
	if err != nil {
		return "", err
	}
	defer t.close()
	if err := t.waits("● online"); err != nil {
		return "", err
	}
	var screens [][][]run
	var seconds []float64
	take := func(shows float64) error {
		screen, err := t.run("capture-pane", "-p", "-e", "-N")
		if err != nil {
			return err
		}
		rows, err := parse(screen)
		screens, seconds = append(screens, rows), append(seconds, shows)
		return err
	}
	for _, step := range s.steps {
		if err := t.does(step); err != nil {
			return "", err
		}
		if step.shows > 0 {
			if err := take(step.shows); err != nil {
				return "", err
			}
		}
	}
	if len(screens) == 0 {
		time.Sleep(500 * time.Millisecond) // what comes after the text that was waited for
		if err := take(0); err != nil {
			return "", err
		}
	}
	return draw(s.title, screens, seconds, s.width, s.height, p), nil
}

// A terminal is tmux with the program in it, and a server of its own.
type terminal struct{ folder string }

func open(width, height int, argv ...string) (*terminal, error) {
	folder, err := os.MkdirTemp("", "pictures-")
	if err != nil {
		return nil, err
	}
	t := &terminal{folder}
	configuration := "set -g default-terminal tmux-256color\nset -g status off\nset -ga terminal-overrides ',*:RGB'\n"
	if err := os.WriteFile(filepath.Join(folder, "conf"), []byte(configuration), 0o600); err != nil {
		return nil, err
	}
	command := []string{"new-session", "-d", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height), "env", "COLORTERM=truecolor", "HOME=" + folder}
	if _, err := t.run(append(command, argv...)...); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

func (t *terminal) close() {
	t.run("kill-server")
	os.RemoveAll(t.folder)
}

// run runs a command of tmux, and returns what it prints.
func (t *terminal) run(arguments ...string) (string, error) {
	command := exec.Command("tmux", append([]string{"-u", "-S", filepath.Join(t.folder, "socket"), "-f", filepath.Join(t.folder, "conf")}, arguments...)...)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "HOME=" + t.folder}
	printed, err := command.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("tmux %s: %w: %s", arguments[0], err, printed)
	}
	return string(printed), err
}

// between is how long one key is pressed after the other.
const between = 150 * time.Millisecond

func (t *terminal) does(s step) error {
	for _, key := range s.keys {
		if _, err := t.run("send-keys", key); err != nil {
			return err
		}
		time.Sleep(between)
	}
	if s.pastes != "" {
		file := filepath.Join(t.folder, "paste")
		if err := os.WriteFile(file, []byte(s.pastes), 0o600); err != nil {
			return err
		}
		if _, err := t.run("load-buffer", file, ";", "paste-buffer", "-p", "-d"); err != nil {
			return err
		}
	}
	time.Sleep(cmp.Or(s.pauses, between))
	if s.waits == "" {
		return nil
	}
	return t.waits(s.waits)
}

// patience is how long a text may take to appear.
const patience = time.Minute

func (t *terminal) waits(text string) error {
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		screen, err := t.run("capture-pane", "-p")
		if err != nil || strings.Contains(screen, text) {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("waited %v for %q; the screen:\n%s", patience, text, screen)
		}
	}
}
