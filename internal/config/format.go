package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// format is what a kind of file may say: keys at its top, and below one of them
// tables, all with the same keys.
type format struct {
	version int // of the format, the newest that is known
	limit   int // how long a file may be, in bytes
	top     map[string]wants
	tables  string // the key at the top that has them
	named   bool   // they have names, as in [profile.work]; else they are a row, as [[rule]] is
	example string // a line that begins one
	keys    map[string]wants
	choices map[string][]string // the values that a key of theirs may have
	refused map[string]string   // keys that somebody will try, and why there are none
	what    string              // what such a file is
	power   string              // what it does, which is why nobody else may write it
}

// depth is how many parts the path of a table's key has.
func (f *format) depth() int {
	if f.named {
		return 3
	}
	return 2
}

// read reads the file, if it is one that can be trusted: a profile names commands
// that are run, and says who may sit at the other end; a rule answers for the user.
func (f *format) read(path string) (text []byte, warnings []string, err error) {
	// Before it is opened: opening a pipe would wait for a writer.
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, &Error{Path: path, Text: "this is no regular file but " + kind(info.Mode())}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	opened, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	if !os.SameFile(info, opened) {
		return nil, nil, &Error{Path: path, Text: "the file was exchanged while it was being opened; try again"}
	}
	if warnings, err = f.trust(path, opened); err != nil {
		return nil, nil, err
	}
	text, err = io.ReadAll(io.LimitReader(file, int64(f.limit)+1))
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	case len(text) > f.limit:
		return nil, nil, &Error{Path: path, Text: fmt.Sprintf("the file is longer than %d bytes; that is no %s", f.limit, f.what)}
	}
	return text, warnings, nil
}

// decode reads a text into a structure, and returns where its rows stand.
func (f *format) decode(path string, text []byte, into any) ([]row, error) {
	if bad := notText(string(text)); bad >= 0 {
		line, column := place(text, bad)
		return nil, &Error{path, line, column, "this is no text in UTF-8"}
	}
	// A newer format may have keys that are not known here; say the true reason.
	version := versionOf(text)
	if version > f.version {
		return nil, &Error{Path: path, Text: fmt.Sprintf(
			"the file is for a newer iqscope: it has version = %d, and this one knows %d", version, f.version)}
	}
	rows, err := f.check(path, text)
	if err != nil {
		return nil, err
	}
	if err := toml.NewDecoder(strings.NewReader(string(text))).DisallowUnknownFields().Decode(into); err != nil {
		return nil, decodeError(path, err)
	}
	if version < 0 {
		return nil, &Error{Path: path, Text: fmt.Sprintf("there is no version %d of this file's format", version)}
	}
	return rows, nil
}

// versionOf is the version that a file says it has, 0 for none. It stands before
// the first table, and is found whatever else the file says.
func versionOf(text []byte) int {
	var p unstable.Parser
	p.Reset(text)
	for p.NextExpression() {
		e := p.Expression()
		if e.Kind != unstable.KeyValue {
			break
		}
		if key := slices.Collect(parts(e)); len(key) == 1 && string(key[0].Data) == "version" {
			version, _ := strconv.Atoi(string(e.Value().Data))
			return version
		}
	}
	return 0
}

// notText is where a text stops being one in UTF-8, -1 for nowhere.
func notText(text string) int {
	for i, c := range text {
		if c == 0 || c == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)) {
			return i
		}
	}
	return -1
}

// decodeError makes one sentence of the decoder's error.
func decodeError(path string, err error) error {
	var bad *toml.DecodeError
	if !errors.As(err, &bad) {
		return &Error{Path: path, Text: strings.TrimPrefix(err.Error(), "toml: ")}
	}
	line, column := bad.Position()
	return &Error{path, line, column, strings.TrimPrefix(bad.Error(), "toml: ")}
}

// place is the line and column of a byte, both from 1.
func place(text []byte, offset int) (line, column int) {
	before := string(text[:offset])
	return strings.Count(before, "\n") + 1, offset - strings.LastIndex(before, "\n")
}

// kind says what a file is that is no regular one.
func kind(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}
