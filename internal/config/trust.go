package config

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// trust refuses a file that somebody else could have written. A symbolic link is
// judged by what it leads to: many keep such files elsewhere and link to them.
func (f *format) trust(path string, info fs.FileInfo) (warnings []string, err error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	folders := []string{filepath.Dir(real)}
	if beside := filepath.Dir(path); beside != folders[0] {
		folders = append(folders, beside)
	}
	judge := func(info fs.FileInfo, what string) error {
		text, fatal := risk(info)
		switch {
		case fatal:
			return &Error{File: path, Text: fmt.Sprintf("not read, because %s %s, and it %s", what, text, f.power)}
		case text != "":
			warnings = append(warnings, fmt.Sprintf("%s: %s %s", path, what, text))
		}
		return nil
	}
	if err := judge(info, "it"); err != nil {
		return nil, err
	}
	for _, folder := range folders {
		info, err := os.Stat(folder)
		if err != nil {
			return nil, err
		}
		if err := judge(info, "its folder "+folder); err != nil {
			return nil, err
		}
	}
	return warnings, nil
}

// risk says who else could change a file or what is in a folder; a group that may
// is a warning only, because in many places each user is a group.
func risk(info fs.FileInfo) (text string, fatal bool) {
	if runtime.GOOS == "windows" { // which shows invented permission bits
		return "", false
	}
	if !ownedBy(info, os.Getuid()) {
		return "belongs to another user", true
	}
	mode := info.Mode()
	if mode.IsDir() && mode&fs.ModeSticky != 0 { // others cannot exchange what is ours
		return "", false
	}
	switch {
	case mode.Perm()&0o002 != 0:
		return fmt.Sprintf("can be written by everybody (mode %04o; chmod go-w closes it)", mode.Perm()), true
	case mode.Perm()&0o020 != 0:
		return fmt.Sprintf("can be written by a group (mode %04o; chmod g-w closes it)", mode.Perm()), false
	}
	return "", false
}
