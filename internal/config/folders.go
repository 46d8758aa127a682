package config

import (
	"errors"
	"path/filepath"
	"runtime"
)

// program is the name of the folders.
const program = "iqscope"

var errNoHome = errors.New("there is no home folder: HOME is not set")

// Dir is the folder of the configuration (XDG Base Directory Specification):
// $XDG_CONFIG_HOME/iqscope, else ~/.config/iqscope, on Windows %AppData%\iqscope.
func Dir(getenv func(string) string) (string, error) {
	return folder(getenv, "XDG_CONFIG_HOME", "AppData", ".config")
}

// Path is the configuration file.
func Path(getenv func(string) string) (string, error) {
	dir, err := Dir(getenv)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "config.toml"), nil
}

// StateDir is the folder of what is remembered: $XDG_STATE_HOME/iqscope, else
// ~/.local/state/iqscope, on Windows %LocalAppData%\iqscope.
func StateDir(getenv func(string) string) (string, error) {
	return folder(getenv, "XDG_STATE_HOME", "LocalAppData", ".local/state")
}

// HistoryFile is where ended exchanges are kept.
func HistoryFile(getenv func(string) string) (string, error) {
	dir, err := StateDir(getenv)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "history", "history.db"), nil
}

func folder(getenv func(string) string, xdg, windows, below string) (string, error) {
	// "If an implementation encounters a relative path in any of these variables
	// it should consider the path invalid and ignore it."
	if base := getenv(xdg); filepath.IsAbs(base) {
		return filepath.Join(base, program), nil
	}
	if base := getenv(windows); runtime.GOOS == "windows" && filepath.IsAbs(base) {
		return filepath.Join(base, program), nil
	}
	if home := getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, filepath.FromSlash(below), program), nil
	}
	return "", errNoHome
}
