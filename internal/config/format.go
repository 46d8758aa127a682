package config

import (
	"fmt"
	"io"
	"io/fs"
	"os"

	"iqscope/internal/stricttoml"
)

// format is a kind of file: what it may say, and how far it is trusted.
type format struct {
	stricttoml.Format
	limit int    // how long a file may be, in bytes
	what  string // what such a file is
	power string // what it does, which is why nobody else may write it
}

// read reads the file, if it is one that can be trusted: a profile names commands
// that are run, and says who may sit at the other end; a rule answers for the user.
func (f *format) read(path string) (text []byte, warnings []string, err error) {
	// Before it is opened: opening a pipe would wait for a writer.
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, &Error{File: path, Text: "this is no regular file but " + kind(info.Mode())}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	opened, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	if !os.SameFile(info, opened) {
		return nil, nil, &Error{File: path, Text: "the file was exchanged while it was being opened; try again"}
	}
	if warnings, err = f.trust(path, opened); err != nil {
		return nil, nil, err
	}
	text, err = io.ReadAll(io.LimitReader(file, int64(f.limit)+1))
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	case len(text) > f.limit:
		return nil, nil, &Error{File: path, Text: fmt.Sprintf("the file is longer than %d bytes; that is no %s", f.limit, f.what)}
	}
	return text, warnings, nil
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
