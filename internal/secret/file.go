package secret

import (
	"fmt"
	"os"
	"runtime"
)

// fromFile reads the password file. A file that others can read is warned of and
// not refused: secrets mounted into a container are often 0644, in a place that
// nobody else can reach.
func (s Source) fromFile() (Password, error) {
	from := "password file " + s.File
	f, err := os.Open(s.File)
	if err != nil {
		return Password{}, fmt.Errorf("password file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Password{}, fmt.Errorf("password file: %w", err)
	}
	if info.IsDir() {
		return Password{}, fmt.Errorf("%s is a folder", from)
	}
	// Windows shows invented permission bits.
	if mode := info.Mode(); mode.IsRegular() && mode.Perm()&0o077 != 0 && runtime.GOOS != "windows" && s.Warn != nil {
		s.Warn(fmt.Sprintf("%s is open to other users (mode %04o); chmod 600 would close it", from, mode.Perm()))
	}
	return firstLine(from, f)
}
