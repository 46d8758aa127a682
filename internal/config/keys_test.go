package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const withKeys = `
[keys]
send = ["alt+enter", "f5"]
help = "f1"
zoom = []

[profile.work]
jid = "a@b"
[profile.work.keys]
help = "f12"
copy = 'y'

[profile.home]
`

func TestKeysAreTheProfilesBeforeThoseForAll(t *testing.T) {
	f, err := load(t, withKeys)
	if err != nil {
		t.Fatal(err)
	}
	all := Keys{
		"send": {[]string{"alt+enter", "f5"}, 3, 1},
		"help": {[]string{"f1"}, 4, 1},
		"zoom": {[]string{}, 5, 1},
	}
	for profile, want := range map[string]Keys{
		"": all, "home": all, "other": all,
		"work": {"send": all["send"], "zoom": all["zoom"], "help": {[]string{"f12"}, 10, 1}, "copy": {[]string{"y"}, 11, 1}},
	} {
		if diff := cmp.Diff(want, f.KeysWith(profile)); diff != "" {
			t.Errorf("with the profile %q:\n%s", profile, diff)
		}
	}
	for key := range f.Profiles["work"].Settings() {
		if key != "jid" {
			t.Errorf("%s is no flag, and a setting", key)
		}
	}
	if f, err := load(t, ""); err != nil || len(f.KeysWith("")) != 0 {
		t.Errorf("without any there are %v, %v", f.KeysWith(""), err)
	}
}

func TestMistakesInKeysAreNamedWithTheirPlace(t *testing.T) {
	const want = `want a key such as "f5", or several such as ["alt+enter", "f5"]`
	for _, row := range []struct{ name, text, want string }{
		{"a number", "[keys]\n send = 5", "2:2: send: " + want},
		{"a number among keys", "[keys]\nsend = ['a', 5]", "2:1: send: " + want},
		{"a list in a list", "[keys]\nsend = [['a']]", "2:1: send: " + want},
		{"a table", "[keys.send]\n", "1:7: send: " + want},
		{"no table", "keys = 'f5'", "1:1: keys: want a table"},
		{"an action twice", "[keys]\nsend = 'a'\nsend = 'b'", `3:1: "send" is here a second time; the first is in line 2`},
		{"a slip", "[kesy]\n", `1:2: there is no key "kesy"; did you mean "keys"?`},
		{"in a profile", "[profile.x.keys]\nsend = true", "2:1: send: " + want},
	} {
		t.Run(row.name, func(t *testing.T) {
			if _, err := load(t, row.text); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %q in it", err, row.want)
			}
		})
	}
}
