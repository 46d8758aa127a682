package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iqscope/themes"
)

// theme reads a file of that text.
func theme(t *testing.T, text string) themes.Own {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := LoadThemes(dir)
	if err != nil || len(all) != 1 || all[0].Name != "mine" {
		t.Fatalf("there are %v, %v", all, err)
	}
	return all[0]
}

func TestAThemeIsReadWithAllWaysToWriteAColour(t *testing.T) {
	got := theme(t, `
version = 1
base = "light"
chroma = "tango"
peers = ["#F80", 33, "Cyan"]

[colours]
error = "#FF0000"
warning = "bright-yellow"
text = "default"
selected = 15
selected-background = "4"
`)
	want := themes.Own{Name: "mine", Base: "light", Chroma: "tango", Peers: []string{"#ff8800", "33", "6"}, Colours: map[string]string{
		"error": "#ff0000", "warning": "11", "text": "", "selected": "15", "selected-background": "4",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsWrongWithAThemeIsToldWithPlaceAndNearestName(t *testing.T) {
	for _, row := range []struct{ name, text, place, says string }{
		{"a role", "base = 'light'\n[colours]\nerorr = 'red'", ":3:1: ", `there is no colour "erorr" in a theme; did you mean "error"?`},
		{"a background that no role has", "[colours]\nerror-background = 'red'", ":2:1: ", `there is no colour "error-background"`},
		{"a colour", "[colours]\nerror = 'magneta'", ":2:1: ", `error: there is no colour "magneta"; did you mean "magenta"?`},
		{"no colour at all", "[colours]\nerror = '#12345'", ":2:1: ", `error: want a colour such as "#ff8800"`},
		{"a number too big", "[colours]\nerror = 256", ":2:1: ", `error: want a colour such as`},
		{"a truth", "[colours]\nerror = true", ":2:1: ", `error: want a colour such as`},
		{"a base", "base = 'drak'", ":1:8: ", `base: there is no "drak"; did you mean "dark"?`},
		{"a chroma style", "chroma = 'monokay'", ":1:10: ", `chroma: there is no "monokay"; did you mean "monokai"?`},
		{"a key", "colors = 1", ":1:1: ", `there is no key "colors"; did you mean "colours"?`},
		{"no TOML", "base = ", ":1:", ""},
		{"a newer version", "version = 2", ": ", "newer iqscope"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := theme(t, row.text)
			if got.Err == nil {
				t.Fatal("nothing is wrong with it")
			}
			if said := got.Err.Error(); !strings.Contains(said, "mine.toml"+row.place) || !strings.Contains(said, row.says) || strings.Contains(said, "\n") {
				t.Errorf("it says %q", said)
			}
		})
	}
	if got := theme(t, "base = 'light'\n[colours]\nerorr = 'red'"); got.Base != "light" {
		t.Errorf("the base is forgotten: %v", got)
	}
}

func TestAFileWithTheNameOfABuiltInThemeIsToldAbout(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"dark.toml", "auto.toml", "mine.toml", ".hidden.toml", "notes.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, err := LoadThemes(dir)
	if len(all) != 1 || all[0].Name != "mine" {
		t.Errorf("there are %v", all)
	}
	for _, name := range []string{"dark.toml", "auto.toml"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s is silently left out: %v", name, err)
		}
	}
	if all, err := LoadThemes(filepath.Join(dir, "none")); all != nil || err != nil {
		t.Errorf("a folder that does not exist has %v, %v", all, err)
	}
}

// FuzzTheme reads any text: it is a theme, or there is a sentence.
func FuzzTheme(f *testing.F) {
	for _, seed := range []string{"", "base = 'dark'\n[colours]\nerror = '#fff'", "peers = [1, 'red', '#12']", "colours = 3", "[colours.error]", "peers = 1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		own := parseTheme("x.toml", "x", []byte(text))
		if own.Err != nil && own.Err.Error() == "" {
			t.Error("wrong without a word")
		}
		c := themes.NewCollection(nil, themes.Rounded(), []themes.Own{own})
		if drawn, ok := c.Theme("x"); !ok || drawn.Text.Render("x") == "" {
			t.Error("it draws nothing")
		}
		own.Weakness()
	})
}
