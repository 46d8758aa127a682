package cli

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iqscope/tui"
)

func TestKeysOfTheConfigurationAreChosen(t *testing.T) {
	env := configured(t, `
[keys]
send = ["ctrl+s", "f11"]
[profile.a]
jid = "a@b"
[profile.a.keys]
send = "f11"
`)
	for _, row := range []struct {
		name string
		env  []string
		args []string
		want map[string][]string
	}{
		{"for all", env, []string{"-j", "a@b"}, map[string][]string{"send": {"ctrl+s", "f11"}}},
		{"with the built-in server", env, []string{"--demo"}, map[string][]string{"send": {"ctrl+s", "f11"}}},
		{"with a profile", env, []string{"--profile", "a"}, map[string][]string{"send": {"f11"}}},
		{"without a home", nil, []string{"--demo"}, nil},
		{"without any", configured(t, ""), []string{"--demo"}, map[string][]string{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			p, _, err := settled(t, row.env, row.args...)
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.chosenKeys(tui.CheckKeys)
			if diff := cmp.Diff(row.want, got); err != nil || diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

func TestWrongKeysAreRefusedWithTheirPlace(t *testing.T) {
	many := "[keys]\n"
	for i := range 2 * maxKeyProblems {
		many += fmt.Sprintf("z%d = 'f11'\n", i)
	}
	for _, row := range []struct {
		name, text string
		want       []string // of each line, what it has to hold
	}{
		{"a misspelt action", "[keys]\nsned = 'f11'", []string{"config.toml:2:1: there is no action sned; did you mean send?"}},
		{"a misspelt key", "[keys]\nsend = ['f11',\n'alt+entr']", []string{"config.toml:2:1: there is no key alt+entr; did you mean alt+enter?"}},
		{"a key that is taken", "[keys]\nsend = 'esc'", []string{"config.toml:2:1: esc is the key of leave-edit already"}},
		{"one key for two", "[keys]\nzoom = 'f11'\nhelp = 'f11'", []string{"config.toml:3:1: f11 is the key of zoom already"}},
		{"several, in the order of the lines", "[keys]\nzomo = 'f11'\nhelp = 'f99'", []string{"config.toml:2:1: there is no action zomo", "config.toml:3:1: there is no key f99"}},
		{"in a profile that is not in use", "[profile.a.keys]\nsned = 'f11'", nil},
		{"no end of them", many, make([]string, maxKeyProblems)},
		{"a long one", "[keys]\n" + strings.Repeat("z", 9000) + " = 'f11'", []string{"there is no action zzz"}},
		{"what is no key at all", "[keys]\nsend = 5", []string{"config.toml:2:1: send: want a key"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			p, _, err := settled(t, configured(t, row.text), "--demo")
			if err != nil {
				t.Fatal(err)
			}
			_, err = p.chosenKeys(tui.CheckKeys)
			if row.want == nil {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			var e *exit
			if !errors.As(err, &e) || e.code != exitUsage {
				t.Fatalf("got %v", err)
			}
			lines := strings.Split(e.err.Error(), "\n")
			if len(lines) != len(row.want) {
				t.Fatalf("got %d lines, want %d:\n%v", len(lines), len(row.want), e.err)
			}
			for i, want := range row.want {
				if !strings.Contains(lines[i], want) || len(lines[i]) > 600 {
					t.Errorf("got %q, want %q in it", lines[i], want)
				}
			}
		})
	}
}
