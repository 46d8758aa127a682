package stricttoml

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// FuzzDecode reads any text. The library's decoder is the judge of what is TOML: a text that it
// takes has no problem but with its keys and values, and one that it refuses has a problem.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"", "version = 2", "title = 'a'\ntitle = 'b'", "[a.b]\n[a]\n[a.b.c]", "[a.b.c]\n[a]\nb.x = 1", "a.b = 1\n[a]", "a.b = 1\n[a.c]", "[[a]]\n[a.b]\n[[a]]\n[a.b]",
		"[a]\n[[a]]", "[[a]]\n[a]", "a = [1]\n[[a]]", "a = {b.c = 1, b.d = 2}\n[a.b]", "a = {b = 1, b = 2}", "a = [{b = 1}]\n[a.c]", "[[a.b]]\n[a]\nb.c = 1", "[a]\nb = 1\n[a.b]",
		"[a]\nb.c = 1\n[a.b.d]\n[a.b]", "\"\" = 1\n'' = 1", "x = \"\"\"\n\"\"\"", "\xff", "[profile.\"\\u0000\"]", "a = 1979-05-27T00:00:00Z", "a = [1, [2, {c = [3]}]] # c",
		"\ufefftitle = ''", "ratio = -inf", "a = 99999999999999999999", "[keys]\nsend = ['a', 'b']\nx = 1", "words = [ # c\n'a' ]", "a=07", "a.b.c=1\na.b.d=2\na.e=3", "[a.b]\n[a.b]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > MaxText {
			return
		}
		found := &findings{document: &Document{lines: []int{0}}}
		root := parse([]byte(text), found)
		var all map[string]any
		err := toml.Unmarshal([]byte(text), &all)
		deep := len(found.all) > 0 && strings.Contains(found.all[0].text, "more than 32")
		if err == nil && len(found.all) > 0 && !deep {
			t.Errorf("%q is TOML, and here: %s", text, found.all[0].text)
		}
		if err != nil && len(found.all) == 0 && !refusedLater(root) {
			t.Errorf("%q: nothing is found, where the decoder says %v", text, err)
		}

		_, d, err := decode(text)
		if (d == nil) != (err != nil) {
			t.Fatalf("a document %v with %v", d, err)
		}
		if err == nil {
			return
		}
		problems, ok := err.(Problems)
		if !ok || len(problems) == 0 || len(problems) > maxProblems {
			t.Fatalf("no problems of ours: %v", err)
		}
		lines := strings.Split(text, "\n")
		for _, p := range problems {
			if p.Text == "" || strings.Contains(p.Text, "\n") {
				t.Errorf("no sentence: %q", p.Text)
			}
			if p.Line < 0 || p.Line > len(lines) || p.Line > 0 && (p.Column < 1 || p.Column > len(lines[p.Line-1])+2) {
				t.Errorf("%d:%d is not in %q", p.Line, p.Column, text)
			}
		}
	})
}

// refusedLater reports whether there is a number too big for the decoder, or a date, which no field
// takes here whatever it says.
func refusedLater(n *node) bool {
	switch n.kind {
	case Other:
		return true
	case Integer:
		return !fits(n, reflect.TypeFor[int64]())
	case Float:
		return !fits(n, reflect.TypeFor[float64]())
	}
	return slices.ContainsFunc(append(n.items, slices.Collect(maps.Values(n.keys))...), refusedLater)
}
