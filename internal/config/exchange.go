package config

import (
	"os"
	"path/filepath"
	"runtime"
)

// disk is what an exchange needs of the file system.
type disk interface {
	create(dir string) (newFile, error) // one that nobody else may read, 0600
	rename(from, to string) error
	remove(name string) error
	syncDir(path string) error // makes a renaming last
}

type newFile interface {
	Name() string
	Write([]byte) (int, error)
	Sync() error
	Close() error
}

// exchange writes beside the file and exchanges it: whatever happens meanwhile,
// there is the old file or the new one. Its mode is 0600.
func exchange(path string, text []byte) error { return exchangeOn(realDisk{}, path, text) }

func exchangeOn(d disk, path string, text []byte) (err error) {
	dir := filepath.Dir(path)
	f, err := d.create(dir)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = d.remove(f.Name())
		}
	}()
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	if err := d.rename(f.Name(), path); err != nil {
		return err
	}
	return d.syncDir(dir)
}

type realDisk struct{}

func (realDisk) create(dir string) (newFile, error) { return os.CreateTemp(dir, ".new-*") }
func (realDisk) rename(from, to string) error       { return os.Rename(from, to) }
func (realDisk) remove(name string) error           { return os.Remove(name) }

// syncDir has nothing to do on Windows, which has nothing like it.
func (realDisk) syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}
