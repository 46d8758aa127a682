// Package config reads the user's configuration: named profiles that say where
// to connect, as whom, and what may be sent unasked. It keeps each profile's rules
// (LoadRules, SaveRules), reads the user's own files of the catalogue (LoadKinds), and remembers
// between runs how logins went (Memory).
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
//	[keys]
//	send = ["alt+enter", "f5"]
//
//	[secrets]
//	elements = ["{urn:example:app}key"]
//	attributes = ["{urn:example:app}login token"]
//	fields = ["pin"]
//
// The keys of a profile are the command line's flags, and a few that a profile
// alone has; Profile lists them. Paths are relative to the file's folder. The table
// keys chooses the keys of the screen's actions, for all profiles, and
// [profile.work.keys] for one. So does the table secrets for what is hidden besides the built-in
// list, but that a profile's are added.
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
	"slices"

	"iqscope/internal/nearest"
	"iqscope/internal/stricttoml"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
)

// oneHistory refuses a limit of the history in a profile.
const oneHistory = "the history of all profiles is one file, and its limits are one setting: write it above the first [profile]"

// The most that the limits of the history can be set to: a century, and a disk.
const (
	mostDays      = 36_525
	mostMegabytes = 1 << 20
)

const (
	// Version is the format that this program writes about and reads.
	Version = 1
	// maxFile is how long the file may be: a hundred profiles of 500 bytes.
	maxFile = 64 << 10
)

// profiles is the format of the configuration file.
var profiles = &format{
	Format: stricttoml.Format{
		Version: Version,
		Choices: map[string][]string{
			"profile.*.responders-off": session.Builtins(),
			"profile.*.unanswered":     append(stanza.Conditions(), Silence),
		},
		Refused: map[string]string{
			"profile.*.password": "a password does not belong into this file, which gets copied and shown around; " +
				"use password-command, password-file or keyring = true",
			"profile.*.history-days":      oneHistory,
			"profile.*.history-megabytes": oneHistory,
			"profile.*.secret":            "a secret does not belong into this file; use secret-file",
			"profile.*.allow-plaintext":   "going without TLS to another machine is never a lasting setting; give the flag --allow-plaintext",
		},
	},
	limit: maxFile,
	what:  "configuration",
	power: "names commands that are run",
}

// File is what a configuration file says. The zero value is an empty one.
type File struct {
	Path     string             `toml:"-"`
	Version  int                `toml:"version"` // of the format; 0 means 1
	Default  string             `toml:"default"` // the profile to use without --profile; "" for none
	Profiles map[string]Profile `toml:"profile"`
	Keys     Keys               `toml:"keys"` // for all profiles; see KeysWith
	// Theme and Plain are as in a profile, for those that say nothing of them, and for none.
	Theme string `toml:"theme"`
	Plain bool   `toml:"plain"`
	// Secrets are hidden besides the built-in list, for all profiles and for none; see SecretsWith.
	Secrets Secrets `toml:"secrets"`
	// History is whether exchanges are kept, for profiles that say nothing of it, and for none; nil
	// means that they are. HistoryDays and HistoryMegabytes are how much is kept of them; 0 means no
	// limit, nil the usual.
	History          *bool `toml:"history"`
	HistoryDays      *int  `toml:"history-days"`
	HistoryMegabytes *int  `toml:"history-megabytes"`
	// Warnings are sentences about what is unwise but works.
	Warnings []string `toml:"-"`
}

// Error is one thing that is wrong with a file. Several are stricttoml.Problems.
type Error = stricttoml.Problem

// Load reads a configuration file. One that does not exist is empty. The error is
// an *Error or several, or the file system's.
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
	return Profile{}, fmt.Errorf("there is no profile %.60q in %s%s", name, f.Path, nearest.Suggestion(name, names, "its profiles are "))
}

// Names are the profiles' names, sorted.
func (f *File) Names() []string { return slices.Sorted(maps.Keys(f.Profiles)) }

func parse(path string, text []byte) (*File, error) {
	f := &File{Path: path}
	document, err := profiles.Decode(path, text, f)
	if err != nil {
		return nil, err
	}
	if err := f.checkSecrets(document); err != nil {
		return nil, err
	}
	if f.Default != "" {
		if _, err := f.Profile(f.Default); err != nil {
			return nil, document.Problem("default: "+err.Error(), "default")
		}
	}
	for _, limit := range []struct {
		key   string
		value *int
		most  int
	}{{"history-days", f.HistoryDays, mostDays}, {"history-megabytes", f.HistoryMegabytes, mostMegabytes}} {
		if v := limit.value; v != nil && (*v < 0 || *v > limit.most) {
			return nil, document.Problem(fmt.Sprintf("%s is between 0 and %d, not %d; 0 means no limit", limit.key, limit.most, *v), limit.key)
		}
	}
	return f, nil
}
