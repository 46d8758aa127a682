package themes

import (
	"flag"
	"fmt"
	"go/format"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/styles"
)

var update = flag.Bool("update", false, "write the table of chroma's styles anew")

// TestTheTableHasChromasStyles holds the table against the styles that it is made of. They are not in
// the program: chroma reads 1 MB of XML whenever a program with them starts.
func TestTheTableHasChromasStyles(t *testing.T) {
	var b strings.Builder
	b.WriteString("package themes\n\n// syntaxes are chroma's styles, by name. This is written by go test ./themes -update.\nvar syntaxes = []namedSyntax{\n")
	for _, name := range slices.Sorted(maps.Keys(styles.Registry)) {
		fmt.Fprintf(&b, "\t{%q, Syntax{", name)
		for i, kind := range []chroma.TokenType{
			chroma.NameTag, chroma.NameAttribute, chroma.LiteralString, chroma.NameEntity, chroma.Operator, chroma.Comment, chroma.CommentPreproc,
		} {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "%q", described(styles.Registry[name].Get(kind)))
		}
		b.WriteString("}},\n")
	}
	b.WriteString("}\n")
	want, err := format.Source([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	const file = "syntaxes.go"
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, _ := os.ReadFile(file); string(got) != string(want) {
		t.Errorf("%s is not what chroma's styles make; go test ./themes -update writes it", file)
	}
}

// described is a style as it is written, without what XML does not use.
func described(entry chroma.StyleEntry) string {
	var words []string
	if entry.Colour.IsSet() {
		words = append(words, entry.Colour.String())
	}
	for _, w := range []struct {
		name string
		set  chroma.Trilean
	}{{"bold", entry.Bold}, {"italic", entry.Italic}, {"underline", entry.Underline}} {
		if w.set == chroma.Yes {
			words = append(words, w.name)
		}
	}
	return strings.Join(words, " ")
}

func TestSyntaxIsFoundByItsName(t *testing.T) {
	if names := SyntaxNames(); !slices.Equal(names, styles.Names()) {
		t.Errorf("the names are %q", names)
	}
	for _, name := range styles.Names() {
		got, ok := SyntaxNamed(name)
		if want := described(styles.Registry[name].Get(chroma.NameTag)); !ok || got.Tag != want {
			t.Errorf("%s draws tags as %q (%v), want %q", name, got.Tag, ok, want)
		}
	}
	for _, name := range []string{"", "nothing", OwnSyntax} {
		if _, ok := SyntaxNamed(name); ok {
			t.Errorf("there is a style %q", name)
		}
	}
}
