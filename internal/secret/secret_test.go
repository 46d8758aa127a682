package secret

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

const canary = "c4nary-P4ssw0rd"

func TestPasswordIsNeverPrinted(t *testing.T) {
	p := New(canary)
	type holder struct{ Password Password }
	type hider struct{ password Password } // fmt calls no methods in there
	source := Source{Command: "pass", Environ: []string{Variable + "=" + canary}}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("login", "password", p, "in", holder{p})
	j, err := json.Marshal(map[string]any{"password": p, "pointer": &p, "in": holder{p}})
	if err != nil {
		t.Fatal(err)
	}
	shown := []string{log.String(), string(j), p.String(), fmt.Sprint(p), fmt.Sprint(&p), fmt.Sprint(holder{p}), fmt.Errorf("%w %v", os.ErrExist, p).Error()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%T"} {
		shown = append(shown, fmt.Sprintf(verb, p), fmt.Sprintf(verb, holder{p}), fmt.Sprintf(verb, []Password{p}), fmt.Sprintf(verb, hider{p}), fmt.Sprintf(verb, source), fmt.Sprintf(verb, &source), fmt.Sprintf(verb, map[string]Password{"a": p}))
	}
	for _, text := range shown {
		if strings.Contains(text, canary) || strings.Contains(text, fmt.Sprintf("%x", canary)) {
			t.Errorf("the password is shown: %s", text)
		}
	}
	if p.Reveal() != canary {
		t.Errorf("Reveal gives %q", p.Reveal())
	}
}

func TestFirstOfCommandFileAndEnvironmentDecides(t *testing.T) {
	file := write(t, "from-file\n", 0o600)
	environ := append(os.Environ(), Variable+"=from-environment")
	for _, row := range []struct {
		name   string
		source Source
		want   string
	}{
		{"all three", Source{Command: "echo from-command", File: file, Environ: environ}, "from-command"},
		{"file and environment", Source{File: file, Environ: environ}, "from-file"},
		{"environment alone", Source{Environ: environ}, "from-environment"},
		{"the last of two variables", Source{Environ: []string{Variable + "=a", Variable + "=b=c"}}, "b=c"},
		{"prompt", Source{Prompt: typed("from-prompt")}, "from-prompt"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := row.source.Password(t.Context(), "juliet@example.org")
			if err != nil || got.Reveal() != row.want {
				t.Errorf("got %q, %v; want %q", got.Reveal(), err, row.want)
			}
		})
	}
}

func TestPromptNamesTheAccount(t *testing.T) {
	var asked prompt
	if _, err := (Source{Prompt: &asked}).Password(t.Context(), "juliet@example.org"); err != nil {
		t.Fatal(err)
	}
	if asked.text != "Password for juliet@example.org: " {
		t.Errorf("the prompt was %q", asked.text)
	}
}

func TestFirstLineIsThePassword(t *testing.T) {
	longest := strings.Repeat("x", MaxBytes)
	for _, row := range []struct{ name, content, want, err string }{
		{"one line", "secret\n", "secret", ""},
		{"no line end", "secret", "secret", ""},
		{"Windows line end", "secret\r\nmore\r\n", "secret", ""},
		{"spaces belong to it", " se cret \n", " se cret ", ""},
		{"only the first line", "secret\nuser: juliet\n", "secret", ""},
		{"the longest", longest + "\n", longest, ""},
		{"the longest with a Windows line end", longest + "\r\n", longest, ""},
		{"longer than the longest", longest + "x\n", "", "longer than 4096 bytes"},
		{"empty", "", "", "is empty"},
		{"empty first line", "\nsecret\n", "", "is empty"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := Source{File: write(t, row.content, 0o600)}.Password(t.Context(), "")
			if got.Reveal() != row.want || (err == nil) != (row.err == "") || err != nil && !strings.Contains(err.Error(), row.err) {
				t.Errorf("got %d bytes, %v", len(got.Reveal()), err)
			}
			if err != nil && strings.Contains(err.Error(), "xxx") {
				t.Errorf("the error quotes what was read: %.80s", err)
			}
		})
	}
}

func TestFileThatOthersCanReadIsWarnedOf(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no permission bits")
	}
	for mode, warned := range map[os.FileMode]bool{0o600: false, 0o400: false, 0o640: true, 0o604: true, 0o644: true} {
		var warnings []string
		source := Source{File: write(t, "secret\n", mode), Warn: func(s string) { warnings = append(warnings, s) }}
		if got, err := source.Password(t.Context(), ""); err != nil || got.Reveal() != "secret" {
			t.Errorf("mode %o: %v", mode, err)
		}
		if (len(warnings) == 1) != warned {
			t.Errorf("mode %o: warnings %q", mode, warnings)
		}
	}
}

func TestMissingFileAndFolderAreNamed(t *testing.T) {
	folder := t.TempDir()
	missing := filepath.Join(folder, "nothing")
	for path, want := range map[string]string{missing: missing, folder: "is a folder"} {
		if _, err := (Source{File: path}).Password(t.Context(), ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestNothingToAskSaysWhatToGive(t *testing.T) {
	_, err := Source{}.Password(t.Context(), "")
	if err == nil || !strings.Contains(err.Error(), Variable) || !strings.Contains(err.Error(), "--password-file") {
		t.Errorf("got %v", err)
	}
	if _, err := (Source{Environ: []string{Variable + "="}}).Password(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "empty") {
		t.Errorf("an empty variable: %v", err)
	}
}

func TestCommand(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the commands are for sh")
	}
	environ := append(os.Environ(), Variable+"="+canary, "KEPT=yes")
	t.Run("does not see the variable but the rest of the environment", func(t *testing.T) {
		got, err := Source{Command: "echo \"<$" + Variable + "> $KEPT\"", Environ: environ}.Password(t.Context(), "")
		if err != nil || got.Reveal() != "<> yes" {
			t.Errorf("got %q, %v", got.Reveal(), err)
		}
	})
	t.Run("its messages are shown, its output is not", func(t *testing.T) {
		var stderr bytes.Buffer
		_, err := Source{Command: "echo " + canary + "; echo locked >&2; exit 3", Environ: environ, Stderr: &stderr}.Password(t.Context(), "")
		if err == nil || !strings.Contains(err.Error(), "exit status 3") || strings.Contains(err.Error(), canary) {
			t.Errorf("got %v", err)
		}
		if stderr.String() != "locked\n" {
			t.Errorf("stderr %q", stderr.String())
		}
	})
	t.Run("is stopped when it takes too long, its children too", func(t *testing.T) {
		start := time.Now()
		_, err := Source{Command: "sleep 30 & sleep 30", Environ: environ, CommandTimeout: 50 * time.Millisecond}.Password(t.Context(), "")
		if err == nil || !strings.Contains(err.Error(), "no answer within 50ms") {
			t.Errorf("got %v", err)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("took %v", took)
		}
	})
	t.Run("may print far too much", func(t *testing.T) {
		got, err := Source{Command: "echo secret; head -c 1000000 /dev/zero", Environ: environ}.Password(t.Context(), "")
		if err != nil || got.Reveal() != "secret" {
			t.Errorf("got %q, %v", got.Reveal(), err)
		}
	})
	t.Run("ends with the context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := (Source{Command: "sleep 30", Environ: environ}).Password(ctx, ""); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("has an empty input", func(t *testing.T) {
		if _, err := (Source{Command: "cat", Environ: environ}).Password(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "is empty") {
			t.Errorf("got %v", err)
		}
	})
}

// typed is a terminal at which a person types the text.
type typed string

func (text typed) Ask(context.Context, string) (Password, error) { return New(string(text)), nil }

// prompt keeps what it was asked.
type prompt struct{ text string }

func (p *prompt) Ask(_ context.Context, text string) (Password, error) {
	p.text = text
	return New("x"), nil
}

func write(t *testing.T, content string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}
