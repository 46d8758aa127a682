package config

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/negotiate"
)

var _ negotiate.Memory = (*Memory)(nil)

// memory is a new one, which fails the test when it warns.
func memory(t *testing.T) *Memory {
	return &Memory{
		Dir:  filepath.Join(t.TempDir(), "state", "iqscope", "logins"),
		Warn: func(text string) { t.Errorf("warning: %s", text) },
	}
}

func TestMechanismIsRememberedOfTheAccount(t *testing.T) {
	m := memory(t)
	alice, bob := xmpptest.JID(t, "alice@example.org/a"), xmpptest.JID(t, "bob@example.org")
	if got := m.Mechanism(alice); got != "" {
		t.Errorf("at first it is %q", got)
	}
	m.Worked(alice, "PLAIN")
	m.Worked(alice, "SCRAM-SHA-256")
	again := &Memory{Dir: m.Dir, Warn: m.Warn}
	if got := again.Mechanism(xmpptest.JID(t, "alice@example.org/b")); got != "SCRAM-SHA-256" {
		t.Errorf("then it is %q", got)
	}
	if got := again.Mechanism(bob); got != "" {
		t.Errorf("of another account it is %q", got)
	}
}

func TestLongestAddressIsRemembered(t *testing.T) {
	m := memory(t)
	long := xmpptest.JID(t, strings.Repeat("ä", 511)+"@"+strings.Repeat("abcdefgh.", 27)+"org")
	m.Worked(long, "SCRAM-SHA-1")
	if got := m.Mechanism(long); got != "SCRAM-SHA-1" {
		t.Errorf("it is %q", got)
	}
}

func TestFilesAreOnesOwn(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no permission bits")
	}
	m := memory(t)
	m.Worked(xmpptest.JID(t, "alice@example.org"), "SCRAM-SHA-256")
	root := filepath.Dir(filepath.Dir(m.Dir))
	count := 0
	filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		want := os.FileMode(0o600)
		if info.IsDir() {
			want = 0o700
		} else {
			count++
		}
		if path != root && info.Mode().Perm() != want {
			t.Errorf("%s has the mode %o", path, info.Mode().Perm())
		}
		return nil
	})
	if count != 1 {
		t.Errorf("%d files for one account", count)
	}
}

func TestTwoProgramsAtOnceTearNothing(t *testing.T) {
	one := memory(t)
	two := &Memory{Dir: one.Dir, Warn: one.Warn}
	accounts := []stanza.JID{xmpptest.JID(t, "alice@example.org"), xmpptest.JID(t, "bob@example.org")}
	var running sync.WaitGroup
	for _, m := range []*Memory{one, two} {
		for _, account := range accounts {
			running.Go(func() {
				for i := range 10 {
					m.Worked(account, []string{"SCRAM-SHA-1", "SCRAM-SHA-256"}[i%2])
					if got := m.Mechanism(account); got != "SCRAM-SHA-1" && got != "SCRAM-SHA-256" {
						t.Errorf("it is %q", got)
					}
				}
			})
		}
	}
	running.Wait()
	if files, _ := os.ReadDir(one.Dir); len(files) != len(accounts) {
		t.Errorf("%d files are left", len(files))
	}
}

func TestWhatCannotBeRememberedIsAWarning(t *testing.T) {
	alice := xmpptest.JID(t, "alice@example.org")
	for _, row := range []struct {
		name  string
		spoil func(t *testing.T, m *Memory)
		read  bool // reading warns
		write bool // writing warns
	}{
		{"a file in the folder's place", func(t *testing.T, m *Memory) {
			os.RemoveAll(m.Dir)
			os.WriteFile(m.Dir, nil, 0o600)
		}, true, true},
		{"everybody's folder", func(t *testing.T, m *Memory) {
			if runtime.GOOS == "windows" {
				t.Skip("Windows has no permission bits")
			}
			os.Chmod(m.Dir, 0o777)
		}, true, true},
		{"binary", func(t *testing.T, m *Memory) { os.WriteFile(m.file(alice.String()), []byte("\x00\xff"), 0o600) }, true, false},
		{"another account's file", func(t *testing.T, m *Memory) {
			os.WriteFile(m.file(alice.String()), []byte("account='bob@example.org'\nmechanism='PLAIN'"), 0o600)
		}, true, false},
		{"no mechanism's name", func(t *testing.T, m *Memory) {
			os.WriteFile(m.file(alice.String()), []byte("account='alice@example.org'\nmechanism=\"\\u001b[31m\""), 0o600)
		}, true, false},
		{"a gigabyte", func(t *testing.T, m *Memory) {
			if err := os.Truncate(m.file(alice.String()), 1<<30); err != nil {
				t.Skip(err)
			}
		}, true, false},
		{"a link", func(t *testing.T, m *Memory) {
			os.Remove(m.file(alice.String()))
			if err := os.Symlink("/dev/zero", m.file(alice.String())); err != nil {
				t.Skip(err)
			}
		}, true, false},
		{"a folder in the file's place", func(t *testing.T, m *Memory) {
			os.Remove(m.file(alice.String()))
			os.MkdirAll(filepath.Join(m.file(alice.String()), "x"), 0o700)
		}, true, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			m := memory(t)
			m.Worked(alice, "SCRAM-SHA-1")
			row.spoil(t, m)
			var warnings []string
			m.Warn = func(text string) { warnings = append(warnings, text) }
			if got := m.Mechanism(alice); got != "" {
				t.Errorf("it is %q", got)
			}
			if (len(warnings) == 1) != row.read {
				t.Errorf("reading warns %q", warnings)
			}
			warnings = nil
			m.Worked(alice, "SCRAM-SHA-256")
			if (len(warnings) == 1) != row.write {
				t.Errorf("writing warns %q", warnings)
			}
			if !row.write && m.Mechanism(alice) != "SCRAM-SHA-256" {
				t.Error("it was not repaired")
			}
			if left, _ := filepath.Glob(filepath.Join(m.Dir, ".new-*")); len(left) != 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}
