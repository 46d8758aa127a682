package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// library are the packages that others import, with those below them. The screen, tui, is a part of
// the program that lies outside of internal, and its views take internal/safetext's Text on
// purpose.
var library = []string{"iqbuilder", "session", "history", "themes"}

// checkExports finds the internal types that an exported declaration of the library names. An alias
// is how they get a name that others can say, and so is a constant or a variable that is one of an
// internal package.
func checkExports(s source) []string {
	var wrong []string
	known := map[string]bool{} // a comment can name what its file does not import
	for dir := range s.packages {
		if isInternal(dir) {
			known[path.Base(dir)] = true
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(s.packages)) {
		top, _, _ := strings.Cut(dir, "/")
		if !slices.Contains(library, top) || isInternal(dir) {
			continue
		}
		for _, file := range s.packages[dir] {
			e := exports{positions: s.positions, internal: maps.Clone(known)}
			for name, dir := range imported(file) {
				e.internal[name] = isInternal(dir)
			}
			e.file(file)
			wrong = append(wrong, e.wrong...)
		}
	}
	return wrong
}

func isInternal(dir string) bool { return slices.Contains(strings.Split(dir, "/"), "internal") }

// exports looks through what one file exports.
type exports struct {
	positions *token.FileSet
	internal  map[string]bool // by the name that the file has for a package
	wrong     []string
}

func (e *exports) file(file *ast.File) {
	e.doc(file.Doc)
	for _, declared := range file.Decls {
		switch d := declared.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && (d.Recv == nil || receiver(d.Recv).IsExported()) {
				e.doc(d.Doc)
				e.names(d.Type)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				e.spec(d, spec)
			}
		}
	}
}

// receiver is the name of a method's type.
func receiver(list *ast.FieldList) *ast.Ident {
	var name *ast.Ident
	ast.Inspect(list.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && name == nil {
			name = id
		}
		return name == nil
	})
	return name
}

// spec looks through one type, constant or variable of a declaration.
func (e *exports) spec(d *ast.GenDecl, spec ast.Spec) {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if !s.Name.IsExported() {
			return
		}
		e.doc(d.Doc, s.Doc, s.Comment)
		if s.TypeParams != nil {
			e.names(s.TypeParams)
		}
		if _, direct := s.Type.(*ast.SelectorExpr); !direct || !s.Assign.IsValid() {
			e.names(s.Type)
		}
	case *ast.ValueSpec:
		if !slices.ContainsFunc(s.Names, (*ast.Ident).IsExported) {
			return
		}
		e.doc(d.Doc, s.Doc, s.Comment)
		if s.Type != nil {
			e.names(s.Type)
			return
		}
		for _, value := range s.Values {
			if _, direct := value.(*ast.SelectorExpr); !direct {
				e.names(value)
			}
		}
	}
}

// names looks through what a declaration says, but for the fields and methods that are not
// exported.
func (e *exports) names(said ast.Node) {
	ast.Inspect(said, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			e.names(n.Type)
			return false
		case *ast.StructType:
			e.fields(n.Fields)
			return false
		case *ast.InterfaceType:
			e.fields(n.Methods)
			return false
		case *ast.SelectorExpr:
			if from, ok := n.X.(*ast.Ident); ok && e.internal[from.Name] {
				e.found(n.Pos(), from.Name+"."+n.Sel.Name)
			}
		}
		return true
	})
}

func (e *exports) fields(list *ast.FieldList) {
	for _, field := range list.List {
		if field.Names == nil || slices.ContainsFunc(field.Names, (*ast.Ident).IsExported) {
			e.doc(field.Doc, field.Comment)
			e.names(field.Type)
		}
	}
}

// doc looks through comments that a library user reads.
func (e *exports) doc(comments ...*ast.CommentGroup) {
	for _, comment := range comments {
		for name, internal := range e.internal {
			if internal && regexp.MustCompile(`\b`+name+`\.[A-Z]`).MatchString(comment.Text()) {
				e.found(comment.Pos(), name+", in a comment")
			}
		}
	}
}

func (e *exports) found(at token.Pos, what string) {
	where := e.positions.Position(at)
	e.wrong = append(e.wrong, fmt.Sprintf("%s:%d names %s", where.Filename, where.Line, what))
}

func TestTheLibraryNamesNoInternalType(t *testing.T) {
	for _, problem := range checkExports(readSource(t)) {
		t.Errorf("%s: no library user can; give it a name in iqbuilder/stanza/xml.go, and say that", problem)
	}
}

func TestInternalNamesAreFound(t *testing.T) {
	for _, row := range []struct{ name, code, want string }{
		{"an alias", "type Error = x.Error", ""},
		{"a constant of its own", "const Bad = x.Bad", ""},
		{"what is not exported", "type e struct { A x.A }; func f(x.A) {}; var v x.A; func (e) F(x.A) {}; func (*e) G(x.A) {}", ""},
		{"a field that is not exported", "type E struct { a x.A }", ""},
		{"a function's inside", "func F() { var a x.A; _ = a }", ""},
		{"another package's", "func F(a, b.B) {}", ""},
		{"a type's base", "type E x.A", "x.A"},
		{"a part of an alias", "type E = []x.A", "x.A"},
		{"a parameter", "func F(a int, b ...map[string]*x.A) {}", "x.A"},
		{"a result", "func F() (int, x.A) { panic(0) }", "x.A"},
		{"a type parameter", "func F[T x.A]() {}", "x.A"},
		{"a type's parameter", "type E[T x.A] int", "x.A"},
		{"a method", "type E int; func (e *E) F(a func(x.A)) {}", "x.A"},
		{"a generic type's method", "type E[T any] int; func (e *E[T]) F(x.A) {}", "x.A"},
		{"a field", "type E struct { a int; B chan x.A }", "x.A"},
		{"what is embedded", "type E struct { *x.A }", "x.A"},
		{"a field within", "type E struct { B []struct { C x.A } }", "x.A"},
		{"an interface", "type E interface { F() x.A }", "x.A"},
		{"a constant's type", "const C x.A = 1", "x.A"},
		{"a variable's type", "var a, B x.A", "x.A"},
		{"a variable's value", "var V = x.A{}", "x.A"},
		{"a comment", "// F is as x.A is.\nfunc F() {}", "x, in a comment"},
		{"a type's comment", "// E is as x.A is.\ntype E int", "x, in a comment"},
		{"a field's comment", "type E struct {\nB int // as x.A\n}", "x, in a comment"},
		{"a constant's comment", "// As x.A.\nconst C = 1", "x, in a comment"},
		{"a comment that only sounds alike", "// F is an x. As ax.A is.\nfunc F() {}", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			var want []string
			if row.want != "" {
				want = []string{row.want}
			}
			s := parsed(t, "session/y/a.go", "package y\nimport x \""+module+"/internal/xmlscan\"\n"+row.code)
			var got []string
			for _, problem := range checkExports(s) {
				_, what, _ := strings.Cut(problem, " names ")
				got = append(got, what)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	const shows = "package y\nimport \"" + module + "/internal/xmlscan\"\nvar V xmlscan.Error"
	for dir, want := range map[string]int{"themes": 1, "history/deep": 1, "internal/cli": 0, "tui/list": 0, "session/internal/x": 0} {
		if got := checkExports(parsed(t, dir+"/a.go", shows)); len(got) != want {
			t.Errorf("in %s: %q", dir, got)
		}
	}
	s := parsed(t, "session/a.go", "// Package session has xmlscan.Error, without an import.\npackage session")
	s.packages["internal/xmlscan"] = nil
	if got := checkExports(s); len(got) != 1 {
		t.Errorf("of a package's comment: %q", got)
	}
}

// parsed is a module of one file.
func parsed(t *testing.T, name, text string) source {
	t.Helper()
	s := source{token.NewFileSet(), map[string][]*ast.File{}}
	if err := s.add(name, text); err != nil {
		t.Fatal(err)
	}
	return s
}
