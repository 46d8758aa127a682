package history

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxBeside is the highest number of a fresh file beside one that cannot be used.
const maxBeside = 9

// besides are the names under which a history may be found: the one that was given, and those of
// fresh files beside it: history.db, history-2.db, history-3.db, …
func besides(path string) []string {
	paths := []string{path}
	ext := filepath.Ext(path)
	for n := 2; n <= maxBeside; n++ {
		paths = append(paths, fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ext), n, ext))
	}
	return paths
}

// refuse says why a file or folder is not safe to use.
func refuse(path, why string) error {
	return &failure{what: fmt.Sprintf("the history is not kept, for %s %s", path, why), why: ErrRefused}
}

// makeFolder sees to it that the folder of a file is there, is the user's own, and is closed to others.
func makeFolder(path string) error {
	folder := filepath.Dir(path)
	info, err := os.Lstat(folder)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		if err := os.Chmod(folder, 0o700); err != nil { // whatever the umask
			return err
		}
		info, err = os.Lstat(folder)
	}
	switch {
	case err != nil:
		return err
	case info.Mode()&fs.ModeSymlink != 0:
		return refuse(folder, "is a symbolic link")
	case !info.IsDir():
		return refuse(folder, "is no folder")
	case foreign(info):
		return refuse(folder, "belongs to another user")
	case open(info):
		return refuse(folder, fmt.Sprintf("may be used by others (its mode is %04o, not 0700)", info.Mode().Perm()))
	}
	return nil
}

// checkFile says what is wrong with a file, if it is there: also one of those that SQLite keeps
// beside a database.
func checkFile(path string) (there bool, err error) {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		info, err := os.Lstat(path + suffix)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return false, err
		case info.Mode()&fs.ModeSymlink != 0:
			return false, refuse(path+suffix, "is a symbolic link")
		case !info.Mode().IsRegular():
			return false, refuse(path+suffix, "is no file")
		case foreign(info):
			return false, refuse(path+suffix, "belongs to another user")
		case writable(info):
			return false, refuse(path+suffix, fmt.Sprintf("may be changed by others (its mode is %04o, not 0600)", info.Mode().Perm()))
		}
		there = there || suffix == ""
	}
	return there, nil
}

// makeFile makes an empty file that nobody else may read, whatever the umask.
func makeFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil // another instance was first
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}
