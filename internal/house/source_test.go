package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// root is where the module begins.
const root = "../.."

// module is its path, as in go.mod.
const module = "iqscope"

// source is the code of the module without its tests, for whatever system it is.
type source struct {
	positions *token.FileSet
	packages  map[string][]*ast.File // by directory below the root, "." for the root itself
}

func readSource(t *testing.T) source {
	t.Helper()
	s := source{token.NewFileSet(), map[string][]*ast.File{}}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != root && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return s.add(strings.TrimPrefix(filepath.ToSlash(name), root+"/"), string(text))
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.packages) < 10 {
		t.Fatalf("only %d packages were found below %s", len(s.packages), root)
	}
	return s
}

// add takes a file, whose name is from the root on.
func (s source) add(name, text string) error {
	file, err := parser.ParseFile(s.positions, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	s.packages[path.Dir(name)] = append(s.packages[path.Dir(name)], file)
	return nil
}

// imported are the packages of the module that a file imports, by the names that they have there.
func imported(file *ast.File) map[string]string {
	packages := map[string]string{}
	for _, spec := range file.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		dir, ours := strings.CutPrefix(name, module+"/")
		if !ours {
			continue
		}
		called := path.Base(dir)
		if spec.Name != nil {
			called = spec.Name.Name
		}
		packages[called] = dir
	}
	return packages
}
