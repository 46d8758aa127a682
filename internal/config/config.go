// Package config reads the user's configuration: named profiles that say where
// to connect, as whom, and what may be sent unasked. It also remembers between
// runs how logins went (Memory).
//
// The file is TOML, $XDG_CONFIG_HOME/iqscope/config.toml:
//
//	version = 1
//	default = "work"
//
//	[profile.work]
//	jid = "alice@example.org/laptop"
//	ca = "ca.pem"
//	password-command = "pass show xmpp"
//	keepalive = "45s"
//
// The keys of a profile are the command line's flags, and a few that a profile
// alone has; Profile lists them. Paths are relative to the file's folder.
//
// Reading is strict: what is not known is an error with its place and a
// suggestion, not a setting that silently does nothing. A password is refused:
// it does not belong into a file that gets copied and shown around.
package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
)

const (
	// Version is the format that this program writes about and reads.
	Version = 1
	// maxFile is how long the file may be: a hundred profiles of 500 bytes. The
	// decoder's time grows with the square of the keys; up to here it is no matter.
	maxFile = 64 << 10
)

// File is what a configuration file says. The zero value is an empty one.
type File struct {
	Path     string             `toml:"-"`
	Version  int                `toml:"version"` // of the format; 0 means 1
	Default  string             `toml:"default"` // the profile to use without --profile; "" for none
	Profiles map[string]Profile `toml:"profile"`
	// Warnings are sentences about what is unwise but works.
	Warnings []string `toml:"-"`
}

// Error says what is wrong with a configuration file, and where.
type Error struct {
	Path         string
	Line, Column int // from 1, the column in bytes; 0 for the file as a whole
	Text         string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Path + ": " + e.Text
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.Path, e.Line, e.Column, e.Text)
}

// Load reads a configuration file. One that does not exist is empty. The error is
// an *Error, or the file system's.
func Load(path string) (*File, error) {
	text, warnings, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &File{Path: path}, nil
	}
	if err != nil {
		return nil, err
	}
	f, err := parse(path, text)
	if err != nil {
		return nil, err
	}
	f.Warnings = warnings
	for name, p := range f.Profiles {
		p.Name = name
		p.anchor(filepath.Dir(path))
		f.Profiles[name] = p
	}
	return f, nil
}

// Profile returns the profile of a name.
func (f *File) Profile(name string) (Profile, error) {
	if p, ok := f.Profiles[name]; ok {
		return p, nil
	}
	names := f.Names()
	if len(names) == 0 {
		return Profile{}, fmt.Errorf("there is no profile %.60q: %s has none", name, f.Path)
	}
	return Profile{}, fmt.Errorf("there is no profile %.60q in %s%s", name, f.Path, suggestion(name, names, "its profiles are "))
}

// Names are the profiles' names, sorted.
func (f *File) Names() []string { return slices.Sorted(maps.Keys(f.Profiles)) }

// read reads the file, if it is one that can be trusted: a profile names commands
// that are run, and says who may sit at the other end.
func read(path string) (text []byte, warnings []string, err error) {
	// Before it is opened: opening a pipe would wait for a writer.
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, &Error{Path: path, Text: "this is no regular file but " + kind(info.Mode())}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	opened, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if !os.SameFile(info, opened) {
		return nil, nil, &Error{Path: path, Text: "the file was exchanged while it was being opened; try again"}
	}
	if warnings, err = trust(path, opened); err != nil {
		return nil, nil, err
	}
	text, err = io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	case len(text) > maxFile:
		return nil, nil, &Error{Path: path, Text: fmt.Sprintf("the file is longer than %d bytes; that is no configuration", maxFile)}
	}
	return text, warnings, nil
}

func parse(path string, text []byte) (*File, error) {
	if bad := strings.IndexFunc(string(text), func(r rune) bool { return r == utf8.RuneError || r == 0 }); bad >= 0 {
		line, column := place(text, bad)
		return nil, &Error{path, line, column, "this is no text in UTF-8"}
	}
	// A newer format may have keys that are not known here; say the true reason.
	var head struct {
		Version int `toml:"version"`
	}
	if toml.Unmarshal(text, &head) == nil && head.Version > Version {
		return nil, &Error{Path: path, Text: fmt.Sprintf(
			"the file is for a newer iqscope: it has version = %d, and this one knows %d", head.Version, Version)}
	}
	if err := check(path, text); err != nil {
		return nil, err
	}
	f := &File{Path: path}
	if err := toml.NewDecoder(strings.NewReader(string(text))).DisallowUnknownFields().Decode(f); err != nil {
		return nil, decodeError(path, err)
	}
	if f.Version < 0 || f.Version > Version {
		return nil, &Error{Path: path, Text: fmt.Sprintf("there is no version %d of this file's format", f.Version)}
	}
	if f.Default != "" {
		if _, err := f.Profile(f.Default); err != nil {
			return nil, &Error{Path: path, Text: "default: " + err.Error()}
		}
	}
	return f, nil
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

// maxListed is how many names a suggestion lists when none is near.
const maxListed = 8

// suggestion ends a sentence about an unknown name: with the nearest known one,
// else with a few of them.
func suggestion(name string, known []string, list string) string {
	// A typo changes a letter or two; more of a long name.
	best, limit := "", 1+min(len(name), 12)/3
	near := limit + 1
	for _, k := range known {
		if d := distance(strings.ToLower(name), k, limit); d < near {
			best, near = k, d
		}
	}
	if best != "" {
		return fmt.Sprintf("; did you mean %.60q?", best)
	}
	listed := make([]string, 0, maxListed+1)
	for _, k := range known[:min(len(known), maxListed)] {
		listed = append(listed, fmt.Sprintf("%.60s", k))
	}
	if more := len(known) - maxListed; more > 0 {
		listed = append(listed, fmt.Sprintf("%d more", more))
	}
	return "; " + list + strings.Join(listed, ", ")
}

// distance is how many letters must be added, taken away or changed to make b of
// a (Levenshtein); anything above the limit is limit+1.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			changed := diagonal
			if a[i] != b[j] {
				changed++
			}
			diagonal = row[j+1]
			row[j+1] = min(changed, row[j]+1, row[j+1]+1)
		}
	}
	return min(row[len(b)], limit+1)
}
