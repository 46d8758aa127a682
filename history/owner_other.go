//go:build !unix

package history

import (
	"errors"
	"io/fs"
)

var errQuota = errors.New("quota")

// What may be done with a file is not told by its mode here; the user's own folder is private.
func foreign(fs.FileInfo) bool { return false }

func open(fs.FileInfo) bool { return false }

func writable(fs.FileInfo) bool { return false }
