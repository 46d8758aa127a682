package themes

import (
	"cmp"
	"slices"
)

// Syntax is how XML is drawn, as chroma writes styles: a colour #rrggbb, and bold, italic, underline;
// any of that may be missing.
type Syntax struct {
	Tag, Attribute, Value, Entity, Operator, Comment, Instruction string
}

// namedSyntax is one of chroma's styles, as far as XML needs it.
type namedSyntax struct {
	name string
	Syntax
}

// SyntaxNames are the names of chroma's styles.
func SyntaxNames() []string {
	var names []string
	for _, s := range syntaxes {
		names = append(names, s.name)
	}
	return names
}

// SyntaxNamed is what chroma's style of that name does with XML.
func SyntaxNamed(name string) (Syntax, bool) {
	i, found := slices.BinarySearchFunc(syntaxes, name, func(s namedSyntax, name string) int { return cmp.Compare(s.name, name) })
	if !found {
		return Syntax{}, false
	}
	return syntaxes[i].Syntax, true
}
