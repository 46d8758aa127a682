package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxProfileName is how long the name of a profile with rules may be, in bytes:
// with ".toml" it has to fit into 143, which is the shortest that a file system of
// today allows (eCryptfs).
const maxProfileName = 138

// RulesPath is the file with a profile's rules, rules/PROFILE.toml in the folder
// of the configuration. The error says which names cannot be a file's.
func RulesPath(getenv func(string) string, profile string) (string, error) {
	if profile == "" {
		return "", errors.New("rules are kept with a profile, and none is in use")
	}
	if why := noFileName(profile); why != "" {
		return "", fmt.Errorf("the profile %.60q can have no rules: their file is named after it, and %s", profile, why)
	}
	dir, err := Dir(getenv)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "rules", profile+".toml"), nil
}

// noFileName says why a profile's name cannot be a file's on every system; "" when
// it can. Those of Windows are the hardest to please (Naming Files, Paths, and
// Namespaces: "Naming Conventions").
func noFileName(name string) string {
	switch {
	case len(name) > maxProfileName:
		return fmt.Sprintf("it is longer than %d bytes", maxProfileName)
	case name[0] == '.' || strings.Trim(name, " ") != name || strings.HasSuffix(name, "."):
		return "it begins or ends with a dot or a blank"
	case isDevice(name):
		return "that name is a device on Windows"
	}
	for _, c := range name {
		if !unicode.IsPrint(c) || c == utf8.RuneError || strings.ContainsRune(`/\:*?"<>|`, c) {
			return fmt.Sprintf("%q cannot stand in a file's name everywhere", c)
		}
	}
	return ""
}

func isDevice(name string) bool {
	name, _, _ = strings.Cut(strings.ToUpper(name), ".")
	switch name = strings.TrimRight(name, " "); name {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	number := strings.TrimPrefix(strings.TrimPrefix(name, "COM"), "LPT")
	return number != name && strings.Contains("0 1 2 3 4 5 6 7 8 9 ¹ ² ³", number) && utf8.RuneCountInString(number) == 1
}
