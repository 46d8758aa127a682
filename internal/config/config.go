// Package config reads the user's configuration: named profiles that say where
// to connect, as whom, and what may be sent unasked. It keeps each profile's rules
// (LoadRules, SaveRules), and remembers between runs how logins went (Memory).
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
// The rules of a profile, package rule's, are in a file of their own, which this
// program writes: $XDG_CONFIG_HOME/iqscope/rules/work.toml:
//
//	version = 1
//
//	[[rule]]
//	name = "version is not told"
//	match = "iq@type=get/version"
//	do = "error"            # or result, silence, drop
//	condition = "forbidden" # of an error, as are type, uri, text and extension
//	delay = "5s"            # of a result or an error
//	times = 3
//
// Further keys are payload, of a result, and off.
//
// Reading is strict: what is not known is an error with its place and a
// suggestion, not a setting that silently does nothing. A password is refused:
// it does not belong into a file that gets copied and shown around.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"iqscope/internal/nearest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
)

const (
	// Version is the format that this program writes about and reads.
	Version = 1
	// maxFile is how long the file may be: a hundred profiles of 500 bytes. The
	// decoder's time grows with the square of the keys; up to here it is no matter.
	maxFile = 64 << 10
)

// profiles is the format of the configuration file.
var profiles = &format{
	version: Version,
	limit:   maxFile,
	top:     map[string]wants{"version": number, "default": text, "profile": table},
	tables:  "profile",
	named:   true,
	example: "[profile.work]",
	keys:    keysOf(reflect.TypeFor[Profile]()),
	choices: map[string][]string{"responders-off": session.Builtins(), "unanswered": append(stanza.Conditions(), Silence)},
	refused: map[string]string{
		"password": "a password does not belong into this file, which gets copied and shown around; " +
			"use password-command, password-file or keyring = true",
		"secret":          "a secret does not belong into this file; use secret-file",
		"allow-plaintext": "going without TLS to another machine is never a lasting setting; give the flag --allow-plaintext",
	},
	what:  "configuration",
	power: "names commands that are run",
}

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
	text, warnings, err := profiles.read(path)
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

func parse(path string, text []byte) (*File, error) {
	f := &File{Path: path}
	if _, err := profiles.decode(path, text, f); err != nil {
		return nil, err
	}
	if f.Default != "" {
		if _, err := f.Profile(f.Default); err != nil {
			return nil, &Error{Path: path, Text: "default: " + err.Error()}
		}
	}
	return f, nil
}

// maxListed is how many names a suggestion lists when none is near.
const maxListed = 8

// suggestion ends a sentence about an unknown name: with the nearest known one,
// else with a few of them.
func suggestion(name string, known []string, list string) string {
	best := nearest.Word(name, known, nearest.Slips(name))
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
