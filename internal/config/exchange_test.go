package config

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

var errInjected = errors.New("injected")

// failingDisk lets the nth thing that is done with it fail.
type failingDisk struct {
	realDisk
	nth, done int
}

func (d *failingDisk) fails() error {
	if d.done++; d.done == d.nth {
		return errInjected
	}
	return nil
}

func (d *failingDisk) create(dir string) (newFile, error) {
	if err := d.fails(); err != nil {
		return nil, err
	}
	f, err := d.realDisk.create(dir)
	return failingFile{f, d}, err
}

func (d *failingDisk) rename(from, to string) error {
	return errors.Join(d.fails(), d.after(func() error { return d.realDisk.rename(from, to) }))
}

func (d *failingDisk) syncDir(path string) error {
	return errors.Join(d.fails(), d.after(func() error { return d.realDisk.syncDir(path) }))
}

// after does what was not to fail.
func (d *failingDisk) after(do func() error) error {
	if d.done == d.nth {
		return nil
	}
	return do()
}

type failingFile struct {
	newFile
	d *failingDisk
}

// Write fails as a full disk does: half of it is there.
func (f failingFile) Write(text []byte) (int, error) {
	if err := f.d.fails(); err != nil {
		n, _ := f.newFile.Write(text[:len(text)/2])
		return n, err
	}
	return f.newFile.Write(text)
}

func (f failingFile) Sync() error {
	return errors.Join(f.d.fails(), f.d.after(f.newFile.Sync))
}

func (f failingFile) Close() error {
	err := f.d.fails()
	return errors.Join(err, f.newFile.Close())
}

// Fault 25: whatever fails while a file is saved, it is said, and the old text or the new one is
// there, whole, with nothing beside it.
func TestWhateverFailsWhileAFileIsSavedNothingIsLost(t *testing.T) {
	const before, text = "old = 1\n", "new = 2\n"
	for nth := 1; ; nth++ {
		path := filepath.Join(t.TempDir(), "f.toml")
		if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
			t.Fatal(err)
		}
		d := &failingDisk{nth: nth}
		err := exchangeOn(d, path, []byte(text))
		found, reading := os.ReadFile(path)
		if reading != nil {
			t.Fatal(reading)
		}
		beside, listing := os.ReadDir(filepath.Dir(path))
		if listing != nil || len(beside) != 1 {
			t.Errorf("when the %d. step fails, %d files are there: %v", nth, len(beside), listing)
		}
		if d.done < nth { // there is no such step
			if err != nil || string(found) != text || nth != 7 {
				t.Errorf("after %d steps the file holds %q: %v", d.done, found, err)
			}
			return
		}
		const renamed = 6 // from this step on the new one is in place
		want := before
		if nth >= renamed {
			want = text
		}
		if !errors.Is(err, errInjected) || string(found) != want {
			t.Errorf("when the %d. step fails, the file holds %q, want %q, and the error is %v", nth, found, want, err)
		}
	}
}
