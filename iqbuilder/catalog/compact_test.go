package catalog

import (
	"bytes"
	"encoding/gob"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var update = flag.Bool("update", false, "write data.gob anew, of the files in data")

// builtinFiles are the files that the built-in catalogue is made of.
func builtinFiles(tb testing.TB) []File {
	tb.Helper()
	names, err := filepath.Glob("data/*.toml")
	var files []File
	for _, name := range names {
		text, wrong := os.ReadFile(name)
		if wrong != nil {
			err = wrong
		}
		files = append(files, File{name, text})
	}
	if err != nil || len(files) == 0 {
		tb.Fatal("no files: ", err)
	}
	return files
}

// TestWhatIsEmbeddedIsWhatTheFilesSay reads the files first, so that what is wrong with them is told
// with its place.
func TestWhatIsEmbeddedIsWhatTheFilesSay(t *testing.T) {
	if _, err := new(Catalog).With(builtinFiles(t)...); err != nil {
		t.Fatal(err)
	}
	var want []*file
	for _, f := range builtinFiles(t) {
		content := new(file)
		if _, err := format.Decode(f.Name, f.Text, content); err != nil {
			t.Fatal(err)
		}
		want = append(want, content)
	}
	if *update {
		var text bytes.Buffer
		if err := gob.NewEncoder(&text).Encode(want); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("data.gob", text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		compact = text.Bytes()
	}
	var got []*file
	if err := gob.NewDecoder(bytes.NewReader(compact)).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(Kind{}, Field{})); diff != "" {
		t.Errorf("data.gob is of other files (write it anew by go test ./iqbuilder/catalog -run Embedded -update):\n%.2000s", diff)
	}
}
