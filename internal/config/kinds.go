package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"iqscope/iqbuilder/catalog"
)

const (
	// maxKinds is how long a file of request kinds may be, in bytes: ten times the largest that is built in.
	maxKinds = 256 << 10
	// maxKindFiles is how many of them are read.
	maxKindFiles = 1000
)

// kinds is the format of a file of request kinds; what it says is package catalog's to judge.
var kinds = &format{
	limit: maxKinds,
	what:  "file of the catalogue",
	power: "says what is sent in your name",
}

// KindsDir is the folder of one's own files of the catalogue.
func KindsDir(getenv func(string) string) (string, error) {
	dir, err := Dir(getenv)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "kinds"), nil
}

// LoadKinds reads all files in a folder whose names end in .toml, in the order of their names. A
// folder that does not exist has none. As with the configuration, a file that somebody else could
// have written is not read. The warnings are sentences about what is unwise but works.
func LoadKinds(dir string) (files []catalog.File, warnings []string, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	for _, entry := range entries {
		// What begins with a dot is an editor's.
		if !strings.HasSuffix(entry.Name(), ".toml") || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		if len(files) == maxKindFiles {
			return nil, nil, &Error{File: dir, Text: fmt.Sprintf("there are more than %d files in it", maxKindFiles)}
		}
		path := filepath.Join(dir, entry.Name())
		text, unwise, err := kinds.read(path)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, catalog.File{Name: path, Text: text})
		warnings = append(warnings, unwise...)
	}
	return files, warnings, nil
}
